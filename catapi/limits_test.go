package catapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hangs never answers.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// Lists of tasks of API 3.0.
const (
	nothing3 = `{"Response":{"TaskSet":[],"Total":0,"RequestId":"x"}}`
	oneTask3 = `{"Response":{"TaskSet":[{"TaskId":"task-ab12cd34","TaskType":5}],"Total":1,"RequestId":"x"}}`
)

// answer3By lets answer be API 3.0 of c.
func answer3By(c *Client, answer roundTrip) {
	c.api3.sdk.WithHttpTransport(captureTransport{c, answer})
}

// askAll calls Agents n times side by side, and returns when all have ended.
func askAll(t *testing.T, c *Client, n int) (errs []error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			_, err := c.Agents(t.Context())
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	wg.Wait()
	return errs
}

func TestNoSecondSeesMoreRequestsThanTheVendorTakes(t *testing.T) {
	for name, tc := range map[string]struct {
		rate float64
		most int                       // in a second
		way  func(n int) time.Duration // of request n to the server
	}{
		"as many as the vendor takes": {20, 20, func(int) time.Duration { return 0 }},
		"by ways of different length": {20, 20, func(n int) time.Duration { return time.Duration(n%7) * 90 * time.Millisecond }},
		"the default":                 {10, 20, func(n int) time.Duration { return time.Duration(n%7) * 90 * time.Millisecond }},
		"nearly as many":              {15, 20, func(int) time.Duration { return 0 }},
		"few":                         {2.5, 5, func(n int) time.Duration { return time.Duration(n%3) * time.Second }},
		"one in two seconds":          {.5, 1, func(int) time.Duration { return 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var came []time.Time
				sent, first := 0, 0
				start := time.Now()
				c := inBubble(t, Config{Rate: tc.rate}, func(*http.Request) (*http.Response, error) {
					mu.Lock()
					if sent++; time.Since(start) == 0 {
						first++
					}
					way := tc.way(sent)
					mu.Unlock()
					<-time.After(way)
					mu.Lock()
					came = append(came, time.Now())
					mu.Unlock()
					return respond(okAnswer), nil
				})
				askAll(t, c, 100)
				if rate := float64(100-tc.most) / time.Since(start).Seconds(); rate > tc.rate {
					t.Errorf("%.1f requests came in a second on average", rate)
				}
				slices.SortFunc(came, time.Time.Compare)
				for i := tc.most; i < len(came); i++ {
					if since := came[i].Sub(came[i-tc.most]); since < time.Second {
						t.Errorf("%d requests came within %v", tc.most+1, since)
					}
				}
				if len(came) != 100 || first != min(tc.most, inFlight) {
					t.Errorf("%d requests came; %d were sent without a wait", len(came), first)
				}
			})
		})
	}
}

func TestTheFirstTwentyQuestionsDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency = 50 * time.Millisecond
		slow := func(body string) roundTrip {
			return func(*http.Request) (*http.Response, error) {
				<-time.After(latency)
				return respond(body), nil
			}
		}
		c := inBubble(t, Config{}, slow(okAnswer))
		answer3By(c, slow(nothing3))
		start := time.Now()
		var wg sync.WaitGroup
		for range 5 { // as at a start
			wg.Go(func() { c.Agents(t.Context()) })
			wg.Go(func() { c.Tasks(Background(t.Context())) })
			wg.Go(func() { c.ProbeTasks(Background(t.Context())) })
		}
		synctest.Wait()
		for range 20 {
			wg.Go(func() {
				if _, err := c.ReturnCodeHistory(t.Context(), morning); err != nil || time.Since(start) != latency {
					t.Errorf("ended in %v after %v", err, time.Since(start))
				}
			})
		}
		wg.Wait()
	})
}

func TestSlowAnswersCostNoRequestsUntilASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inBubble(t, Config{}, func(*http.Request) (*http.Response, error) {
			<-time.After(time.Second)
			return respond(okAnswer), nil
		})
		start := time.Now()
		askAll(t, c, 100)
		if took := time.Since(start); took != 9*time.Second { // 20 at once, and 20 in each two seconds after
			t.Errorf("100 requests took %v", took)
		}
	})
}

func TestAHangingAPIDoesNotKeepTheOtherWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inBubble(t, Config{}, hangs)
		answer3By(c, func(*http.Request) (*http.Response, error) { return respond(nothing3), nil })
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() { c.Agents(ctx) })
		}
		synctest.Wait()
		start := time.Now()
		if _, err := c.ProbeTasks(t.Context()); err != nil || time.Since(start) != 0 {
			t.Errorf("API 3.0 ended in %v after %v", err, time.Since(start))
		}
		cancel()
		wg.Wait()
	})
}

func TestAnAPIThatDoesNotAnswerIsLeftAloneUntilItIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, written := newLog()
		var asked atomic.Int64
		c := inBubble(t, Config{Logger: log}, func(r *http.Request) (*http.Response, error) {
			asked.Add(1)
			return hangs(r)
		})
		start := time.Now()
		for _, err := range askAll(t, c, inFlight) {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("ended in %v", err)
			}
		}
		if took := time.Since(start); took > c.cfg.Timeout+time.Second || asked.Load() != inFlight {
			t.Errorf("%d requests within %v", asked.Load(), took)
		}
		start = time.Now()
		for _, err := range append(askAll(t, c, 20), c.Unavailable("126531")) {
			if away, ok := errors.AsType[*UnavailableError](err); !ok || away.API != "v2" ||
				!strings.Contains(err.Error(), "no answer within 8s") {
				t.Errorf("ended in %v", err)
			}
		}
		if took := time.Since(start); took != 0 || asked.Load() != inFlight || c.Unavailable("task-ab12cd34") != nil {
			t.Errorf("after %v and %d requests; API 3.0: %v", took, asked.Load(), c.Unavailable("task-ab12cd34"))
		}
		<-time.After(openTime + time.Second)
		c.http.Transport = roundTrip(func(*http.Request) (*http.Response, error) { return respond(okAnswer), nil })
		if _, err := c.Agents(t.Context()); err != nil || c.Unavailable("126531") != nil {
			t.Errorf("ended in %v, %v", err, c.Unavailable("126531"))
		}
		if strings.Count(written.String(), "cat api unavailable") != 1 ||
			strings.Count(written.String(), "cat api available again") != 1 {
			t.Errorf("the log says %s", written)
		}
	})
}

// bubbleBegins is when the time of every synctest bubble begins.
var bubbleBegins = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func TestWhatIsNoFaultOfTheAPIDoesNotTurnItAway(t *testing.T) {
	for name, tc := range map[string]struct {
		answer   roundTrip
		patience time.Duration
	}{
		"refusals":                  {func(*http.Request) (*http.Response, error) { return respond(`{"code":10001}`), nil }, time.Minute},
		"a used-up quota":           {func(*http.Request) (*http.Response, error) { return respond(`{"code":4400}`), nil }, time.Minute},
		"answers that are too long": {func(*http.Request) (*http.Response, error) { return respond(strings.Repeat(" ", 5000)), nil }, time.Minute},
		"askers without patience":   {hangs, time.Second},
		"a line that is cut for a moment": {func(*http.Request) (*http.Response, error) {
			if time.Now().Before(bubbleBegins.Add(breakSince)) {
				return nil, errors.New("cut")
			}
			return respond(okAnswer), nil
		}, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := inBubble(t, Config{MaxResponse: 4096}, tc.answer)
				for range 3 * breakAfter {
					ctx, cancel := context.WithTimeout(t.Context(), tc.patience)
					c.Agents(ctx)
					cancel()
				}
				if err := c.Unavailable("126531"); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestFailuresLongAgoDoNotTurnAnAPIAway(t *testing.T) {
	for _, tc := range []struct {
		name  string
		after time.Duration // between two questions, of whose requests all fail
		away  bool
	}{
		{"one after the other", time.Second, true},
		{"after hours without a question", 3 * time.Hour, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := inBubble(t, Config{}, func(*http.Request) (*http.Response, error) {
					return nil, errors.New("cut")
				})
				for range 3 {
					c.Agents(t.Context())
					<-time.After(tc.after)
				}
				if err := c.States()["v2"]; (err != nil) != tc.away || c.States()["3.0"] != nil {
					t.Errorf("the APIs are %v", c.States())
				}
			})
		})
	}
}

func TestTwentyRequestsAreInFlightAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running := 0
		var mu sync.Mutex
		finish := make(chan struct{})
		c := inBubble(t, Config{Rate: 1000}, func(*http.Request) (*http.Response, error) {
			mu.Lock()
			running++
			mu.Unlock()
			<-finish
			mu.Lock()
			running--
			mu.Unlock()
			return respond(okAnswer), nil
		})
		var wg sync.WaitGroup
		for range 30 {
			wg.Go(func() { c.Agents(t.Context()) })
		}
		for range 11 {
			synctest.Wait()
			if running != inFlight {
				t.Errorf("%d requests in flight", running)
			}
			finish <- struct{}{}
		}
		close(finish)
		wg.Wait()
	})
}

func TestALongWindowLeavesRoomForOtherQuestions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finish := make(chan struct{})
		var asked atomic.Int64
		c := inBubble(t, Config{}, func(*http.Request) (*http.Response, error) {
			asked.Add(1)
			<-finish
			return respond(okAnswer), nil
		})
		q := morning
		q.End = q.Begin.AddDate(0, 0, 31)
		var wg sync.WaitGroup
		wg.Go(func() { c.ReturnCodeHistory(t.Context(), q) })
		synctest.Wait()
		if asked.Load() != parallel {
			t.Errorf("%d requests of one question in flight", asked.Load())
		}
		close(finish)
		wg.Wait()
	})
}

func TestAQueueIsNotWaitedInForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finish := make(chan struct{})
		var observed atomic.Int32
		config := Config{Observe: func(string, string, time.Duration) { observed.Add(1) }}
		c := inBubble(t, config, func(*http.Request) (*http.Response, error) {
			<-finish
			return respond(okAnswer), nil
		})
		var wg sync.WaitGroup
		for range inFlight {
			wg.Go(func() { c.Agents(t.Context()) })
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Agents(ctx)
		if lost, ok := errors.AsType[*TransportError](err); !ok || !lost.Queued() || Tries(err) != 0 ||
			!errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ended in %v", err)
		}
		if observed.Load() > 0 {
			t.Error("a request is observed that was not sent")
		}
		close(finish)
		wg.Wait()
	})
}

func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	api := newFakeAPI(t, func(w http.ResponseWriter, r *http.Request) {
		line := []byte(strings.Repeat(" ", 4096))
		for r.Context().Err() == nil {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	})
	c, _ := newTestClient(t, Config{URL: api.URL, MaxResponse: 1 << 20, Timeout: 5 * time.Second})
	if _, err := c.Agents(t.Context()); !errors.Is(err, errTooLarge) {
		t.Errorf("ended in %v", err)
	}
}

func TestATaskThatCanNotBeReadDoesNotTurnItsAPIAway(t *testing.T) {
	l := newLimits("3.0", 100, slog.New(slog.DiscardHandler))
	long := time.Now().Add(-time.Minute)
	for range 3 * breakAfter {
		_ = l.breakerResult(t.Context(), &TransportError{
			Op: opDecode, Status: 200, Cause: errors.New("a probe without ErrorId"), validJSON: true,
		}, long)
	}
	if l.failures.n > 0 {
		t.Error("an answer that can't be read counts as none")
	}
	if _, err := read(response{status: 200, body: []byte(`{"Response":{}}`)}, func([]byte) (int, error) { return 0, errors.New("illegible") }, hideNothing); !spoke(err) {
		t.Errorf("an answer in JSON is %v", err)
	}
	if _, err := read(response{status: 200, body: []byte(`<html>`)}, func([]byte) (int, error) { return 0, errors.New("no JSON") }, hideNothing); spoke(err) {
		t.Errorf("a page is %v", err)
	}
}

var hideNothing = secrets{strings.NewReplacer()}

func spoke(err error) bool {
	transport, ok := errors.AsType[*TransportError](err)
	return ok && transport.validJSON
}
