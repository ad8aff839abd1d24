package catapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestQuestionsGoBeforeWhatNobodyWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var came []string
		asked := func(who string) context.Context { return WithOrder(t.Context(), Order{Person: who}) }
		c := inBubble(t, Config{Rate: 1}, func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			came = append(came, OrderOf(r.Context()).Person)
			return respond(okAnswer), nil
		})
		var wg sync.WaitGroup
		for _, ctx := range []context.Context{
			Background(asked("list")), Background(asked("list")), asked("person"), asked("person"), asked("person"),
		} {
			wg.Go(func() { c.Agents(ctx) })
			synctest.Wait()
		}
		wg.Wait()
		if got := strings.Join(came, " "); got != "list person person person list" {
			t.Errorf("they came in the order %s", got)
		}
	})
}

func TestNobodyWaitsForAllRequestsOfAnotherPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waits := map[string][]time.Duration{} // of the requests of each person
		start := time.Now()
		var mu sync.Mutex
		c := inBubble(t, Config{Rate: 1}, func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			person := OrderOf(r.Context()).Person
			waits[person] = append(waits[person], time.Since(start))
			return respond(okAnswer), nil
		})
		c.cfg.Timeout = time.Hour
		ask := func(person string, n int) {
			for range n {
				go c.Agents(WithOrder(t.Context(), Order{Person: person}))
				synctest.Wait()
			}
		}
		ask("alice", 50)
		ask("bob", 3)
		ask("", 2) // two digests; two requests start every two seconds
		<-time.After(time.Minute)
		for person, want := range map[string]time.Duration{"alice": 0, "bob": 2 * time.Second, "": 4 * time.Second} {
			if got := waits[person][0]; got != want {
				t.Errorf("the first request of %q waited %v, want %v", person, got, want)
			}
		}
		if last := waits["bob"][2]; len(waits["alice"]) != 50 || last > 12*time.Second {
			t.Errorf("alice's %d requests came, and bob's last after %v", len(waits["alice"]), last)
		}
	})
}

func TestARequestThatIsGivenUpTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var came []string
		c := inBubble(t, Config{Rate: .5}, func(r *http.Request) (*http.Response, error) {
			came = append(came, OrderOf(r.Context()).Person)
			return respond(okAnswer), nil
		})
		var giveUp []context.CancelFunc
		for _, person := range []string{"", "alice", "alice", "bob", "carol"} {
			ctx, cancel := context.WithCancel(WithOrder(t.Context(), Order{Person: person}))
			giveUp = append(giveUp, cancel)
			go c.Agents(ctx)
			synctest.Wait()
		}
		giveUp[1]() // the first of alice's
		giveUp[3]() // bob's only one
		<-time.After(time.Minute)
		if got := strings.Join(came, " "); got != " alice carol" {
			t.Errorf("they came in the order %q", got)
		}
		for _, cancel := range giveUp {
			cancel()
		}
	})
}

func TestAPromotedRequestStartsBeforeTheBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var came []string
		c := inBubble(t, Config{Rate: .5}, func(r *http.Request) (*http.Response, error) {
			came = append(came, OrderOf(r.Context()).Person)
			return respond(okAnswer), nil
		})
		promotion := NewPromotion()
		for _, person := range []string{"first", "second", "third", "wanted"} {
			ctx := Background(WithOrder(t.Context(), Order{Person: person}))
			if person == "wanted" {
				ctx = WithPromotion(ctx, promotion)
			}
			go c.Agents(ctx)
			synctest.Wait()
		}
		promotion.Promote()
		promotion.Promote()
		<-time.After(time.Minute)
		if got := strings.Join(came, " "); got != "first wanted second third" {
			t.Errorf("they came in the order %q", got)
		}
	})
}

func TestRoomIsTheRequestsOfBackgroundThatWouldStartNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inBubble(t, Config{}, func(*http.Request) (*http.Response, error) {
			<-time.After(time.Second)
			return respond(okAnswer), nil
		})
		rooms := []int{c.Room("126531")}
		for _, asks := range []context.Context{t.Context(), Background(t.Context()), t.Context()} {
			for range 9 {
				go c.ReturnCodeHistory(asks, morning)
			}
			synctest.Wait()
			rooms = append(rooms, c.Room("126531"))
		}
		if !slices.Equal(rooms, []int{10, 1, 0, 0}) || c.Room("task-ab12cd34") != 10 {
			t.Errorf("room for %v, and %d of API 3.0", rooms, c.Room("task-ab12cd34"))
		}
		<-time.After(time.Minute)
		if room := c.Room("126531"); room != 10 {
			t.Errorf("a minute later there is room for %d", room)
		}
	})
}

func TestAListLeavesRoomForQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inBubble(t, Config{}, func(*http.Request) (*http.Response, error) { return respond(okAnswer), nil })
		listing, stop := context.WithCancel(Background(t.Context()))
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { c.Agents(listing) })
		}
		synctest.Wait()
		start := time.Now()
		askAll(t, c, burst/2)
		if took := time.Since(start); took != 0 {
			t.Errorf("questions waited %v for a list", took)
		}
		stop()
		wg.Wait()
	})
}
