package cache

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"catbot/catapi"
)

func TestHowLongAnAnswerIsGood(t *testing.T) {
	const day = 24 * time.Hour
	for _, tc := range []struct {
		name       string
		end        time.Duration // of the window, after its fetch
		later      time.Duration // the second question, after the first
		wantCalls  int64
		wantSecond string
	}{
		{"an answer about now is good for a minute", 0, 59 * time.Second, 1, Hit},
		{"and not for longer", 0, 61 * time.Second, 2, Miss},
		{"a time that was over for ten minutes is settled", -10 * time.Minute, day - time.Second, 1, Settled},
		{"a settled answer ends too", -10 * time.Minute, day + time.Second, 2, Miss},
		{"a time over for less is not settled", -10*time.Minute + time.Second, 61 * time.Second, 2, Miss},
		{"what was fetched too early does not settle later", 0, 11 * time.Minute, 2, Miss},
		{"an answer from a clock far ahead is not new", 0, -time.Hour, 2, Miss},
	} {
		for _, second := range []string{"the same replica", "another"} {
			t.Run(tc.name+", for "+second, func(t *testing.T) {
				u, server, r := newPair(t)
				q := lastHours(8, noon.Add(tc.end))
				r.must(t, q)
				if second == "another" {
					r = newReplica(t, server.URL(), u)
				}
				u.clock.set(noon.Add(tc.later))
				before := r.String()
				h := r.must(t, q)
				if n := u.calls.Load(); n != tc.wantCalls || h.Rows[0].Count != n || h.Cached != (n == 1) {
					t.Errorf("%d calls upstream, want %d; got %+v", n, tc.wantCalls, h)
				}
				if !strings.Contains(r.String(), tc.wantSecond+":") {
					t.Errorf("outcomes were %s and then %s, want %s", before, r.String(), tc.wantSecond)
				}
			})
		}
	}
}

func TestOnlyTheLastDayIsFetchedAnew(t *testing.T) {
	u, _, r := newPair(t)
	since := noon.Add(-48 * time.Hour)
	r.must(t, catapi.Query{Task: "126531", Begin: since, End: noon})
	u.clock.set(noon.Add(5 * time.Minute))
	h := r.must(t, catapi.Query{Task: "126531", Begin: since, End: noon.Add(5 * time.Minute)})
	if n := u.calls.Load(); n != 4 || h.Cached || h.Rows[0].Count < 1+2+4 {
		t.Errorf("%d calls upstream, got %+v", n, h)
	}
	if !h.FetchedAt.Equal(noon) {
		t.Errorf("an answer is as old as its oldest part, not %v", h.FetchedAt)
	}
}

func TestAnOldAnswerWhenUpstreamFails(t *testing.T) {
	today := time.Date(2017, 5, 25, 0, 0, 0, 0, catapi.Beijing)
	from := func(begin, end time.Time) catapi.Query {
		return catapi.Query{Task: "126531", Begin: begin, End: end}
	}
	for _, tc := range []struct {
		name    string
		first   catapi.Query
		later   time.Duration
		second  catapi.Query
		wantOld bool
	}{
		{"the same question", lastHours(8, noon), 2 * time.Minute, lastHours(8, noon), true},
		{"a window that rolled on", lastHours(8, noon), 3 * time.Hour, lastHours(8, noon.Add(3*time.Hour)), true},
		{"a window that rolled on for half its length", lastHours(8, noon), 4 * time.Hour, lastHours(8, noon.Add(4*time.Hour)), true},
		{"a window that rolled on for more", lastHours(8, noon), 4*time.Hour + time.Second, lastHours(8, noon.Add(4*time.Hour+time.Second)), false},
		{"a window over midnight that rolled on", lastHours(30, noon), time.Hour, lastHours(30, noon.Add(time.Hour)), true},
		{"a day that grew", from(today, noon), 7 * time.Hour, from(today, noon.Add(7*time.Hour)), true},
		{"a day that grew too much", from(today, noon), 13 * time.Hour, from(today, noon.Add(13*time.Hour)), false},
		{"another length and beginning", lastHours(8, noon), time.Minute, lastHours(7, noon.Add(time.Minute)), false},
		{"another province", from(today, noon), time.Minute, lastHours(12, noon), false},
	} {
		for _, place := range []string{"from memory", "from Redis"} {
			t.Run(tc.name+", "+place, func(t *testing.T) {
				u, server, r := newPair(t)
				first := r.must(t, tc.first)
				if place == "from Redis" {
					r = newReplica(t, server.URL(), u)
				} else {
					server.Kill()
				}
				u.fail(errDown)
				u.clock.set(noon.Add(tc.later))
				h, err := r.ask(t, tc.second)
				if !tc.wantOld {
					if !errors.Is(err, errDown) {
						t.Errorf("got %+v, %v", h, err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if !errors.Is(h.Stale, errDown) || !h.Cached || !h.FetchedAt.Equal(noon) || h.Query != first.Query || h.Rows[0] != first.Rows[0] {
					t.Errorf("got %+v", h)
				}
				if !strings.Contains(r.String(), "stale:1") {
					t.Errorf("outcomes: %s", r)
				}
			})
		}
	}
}

func TestTheOldAnswerThatCoversMostIsGiven(t *testing.T) {
	q := lastHours(8, noon)
	grown := func(hours int) catapi.Query { // of the same beginning as q
		return catapi.Query{Task: q.Task, Province: q.Province, Begin: q.Begin, End: q.Begin.Add(time.Duration(hours) * time.Hour)}
	}
	for _, tc := range []struct {
		name            string
		grown, rolling  catapi.Query
		wantsTheRolling bool
	}{
		{"the same beginning, with an hour less", grown(7), lastHours(8, noon.Add(-2*time.Hour)), false},
		{"the same length, an hour earlier", grown(6), lastHours(8, noon.Add(-time.Hour)), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u, _, r := newPair(t)
			u.clock.set(tc.grown.End)
			r.must(t, tc.grown)
			u.clock.set(tc.rolling.End)
			r.must(t, tc.rolling)
			u.clock.set(noon)
			u.fail(errDown)
			want := tc.grown
			if tc.wantsTheRolling {
				want = tc.rolling
			}
			if h := r.must(t, q); h.Query != want.Normal() {
				t.Errorf("got the answer to %+v", h.Query)
			}
		})
	}
}

func TestAnAnswerComesBackWithUpstream(t *testing.T) {
	u, _, r := newPair(t)
	r.must(t, lastHours(8, noon))
	u.clock.set(noon.Add(2 * time.Minute))
	u.fail(errDown)
	r.must(t, lastHours(8, noon))
	u.fail(nil)
	if h := r.must(t, lastHours(8, noon)); h.Stale != nil || h.Cached {
		t.Errorf("got %+v", h)
	}
}

func TestWhenAnAskersTimeIsOver(t *testing.T) {
	for _, tc := range []struct {
		name    string
		end     func(context.Context) (context.Context, context.CancelFunc)
		wantOld bool
	}{
		{"upstream was too slow, so the old answer is given", func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithDeadline(ctx, time.Now())
		}, true},
		{"who cancelled wants nothing any more", func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u, server, other := newPair(t)
			other.must(t, lastHours(8, noon))
			r := newReplica(t, server.URL(), u)
			u.clock.set(noon.Add(2 * time.Minute))
			u.hold(nil)
			ctx, cancel := tc.end(t.Context())
			defer cancel()
			h, err := r.ReturnCodeHistory(ctx, lastHours(8, noon))
			if old := err == nil && h.Stale != nil; old != tc.wantOld {
				t.Errorf("got %+v, %v", h, err)
			}
		})
	}
}

func TestRefusalsAreRemembered(t *testing.T) {
	refusal := &catapi.Error{Code: 10001, CodeDesc: "InvalidParameter", Message: "province 不合法"}
	u, server, r := newPair(t)
	u.fail(refusal)
	replicas := []replica{r, r, newReplica(t, server.URL(), u)}
	for _, r := range replicas {
		_, err := r.ask(t, lastHours(8, noon))
		if got, ok := errors.AsType[*catapi.Error](err); !ok || *got != *refusal {
			t.Errorf("got %#v", err)
		}
	}
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
	u.clock.set(noon.Add(61 * time.Second))
	u.fail(nil)
	for _, r := range replicas {
		r.must(t, lastHours(8, noon))
	}
	if n := u.calls.Load(); n != 2 {
		t.Errorf("%d calls upstream after the refusal's minute", n)
	}
}

func TestAnOldAnswerIsNotGivenForARefusal(t *testing.T) {
	u, _, r := newPair(t)
	r.must(t, lastHours(8, noon))
	u.clock.set(noon.Add(2 * time.Minute))
	u.fail(&catapi.Error{Code: 10001})
	if h, err := r.ask(t, lastHours(8, noon)); err == nil {
		t.Errorf("got %+v", h)
	}
}

func TestOtherErrorsAreNotRemembered(t *testing.T) {
	u, _, r := newPair(t)
	for _, err := range []error{errDown, &catapi.Error{Code: 4100, CodeDesc: "AuthFailure"}} {
		u.fail(err)
		if _, got := r.ask(t, lastHours(8, noon)); !errors.Is(got, err) {
			t.Errorf("got %v, want %v", got, err)
		}
	}
	if n := u.calls.Load(); n != 2 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestOneAskerThatGivesUpLeavesTheOthersAlone(t *testing.T) {
	u, _, r := newPair(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	u.do(func(ctx context.Context, _ catapi.Query) error {
		close(asked)
		select {
		case <-answer:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	impatient, giveUp := context.WithCancel(t.Context())
	gone, patient := make(chan error), make(chan error)
	go func() {
		_, err := r.ReturnCodeHistory(impatient, lastHours(8, noon))
		gone <- err
	}()
	<-asked
	go func() {
		_, err := r.ReturnCodeHistory(t.Context(), lastHours(8, noon))
		patient <- err
	}()
	giveUp()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	close(answer)
	if err := <-patient; err != nil {
		t.Errorf("who waited got %v", err)
	}
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestACallThatNobodyWaitsForStillCounts(t *testing.T) {
	u, _, r := newPair(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	u.do(func(ctx context.Context, _ catapi.Query) error {
		close(asked)
		select {
		case <-answer:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	ctx, giveUp := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := r.ReturnCodeHistory(ctx, lastHours(8, noon))
		gone <- err
	}()
	<-asked
	giveUp()
	<-gone
	close(answer)
	r.must(t, lastHours(8, noon))
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestCloseEndsACallThatNobodyWaitsFor(t *testing.T) {
	u, _, r := newPair(t)
	asked, ended := make(chan struct{}), make(chan struct{})
	u.do(func(ctx context.Context, _ catapi.Query) error {
		close(asked)
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	})
	ctx, giveUp := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := r.ReturnCodeHistory(ctx, lastHours(8, noon))
		gone <- err
	}()
	<-asked
	giveUp()
	<-gone
	r.Close()
	select {
	case <-ended:
	default:
		t.Error("the call goes on")
	}
}

func TestAQuestionThatCameAMomentTooLateIsNotAskedAgain(t *testing.T) {
	u, server, r := newPair(t)
	q := lastHours(8, noon).Normal()
	r.must(t, q)
	server.Kill()
	// As when the first call landed between this one's look into memory and its own start.
	if f, err := r.find(t.Context(), r.place(q).piece(q), q); err != nil || f.outcome != Shared || u.calls.Load() != 1 {
		t.Errorf("got %+v, %v after %d calls upstream", f, err, u.calls.Load())
	}
}

func TestAPanicUpstreamIsAnError(t *testing.T) {
	u, _, r := newPair(t)
	u.do(func(context.Context, catapi.Query) error { panic("index out of range") })
	if _, err := r.ask(t, lastHours(8, noon)); err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("got %v", err)
	}
	if r.logbook.count("piece.go") == 0 {
		t.Error("the log has no stack")
	}
	u.do(nil)
	r.must(t, lastHours(8, noon))
}

func TestADamagedValueIsFetchedAnew(t *testing.T) {
	u, server, r := newPair(t)
	good, err := encode(entry{history: catapi.History{Query: lastHours(8, noon), FetchedAt: noon}})
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range []string{"", "garbage", "catbot 2 cbor+s2\nwhat comes later", string(good[:len(good)-1]), string(good) + "x"} {
		q := lastHours(8, noon.Add(-time.Duration(i)*time.Minute))
		key := r.place(q).piece(q)
		client := dialRedis(t, server)
		if err := client.Set(t.Context(), key, value, time.Hour).Err(); err != nil {
			t.Fatal(err)
		}
		r.must(t, q)
		if _, err := decode([]byte(client.Get(t.Context(), key).Val())); err != nil {
			t.Errorf("%q was not replaced: %v", value, err)
		}
	}
	if n := u.calls.Load(); n != 5 || !strings.Contains(r.String(), "damaged:") || r.logbook.count("can't be read") == 0 {
		t.Errorf("%d calls upstream, outcomes %s", n, r)
	}
}

func TestWhatIsSettledIsKeptOnce(t *testing.T) {
	_, server, r := newPair(t)
	r.must(t, lastHours(8, noon.Add(-time.Hour)))
	if keys := dialRedis(t, server).Keys(t.Context(), "*").Val(); len(keys) != 1 {
		t.Errorf("got %q", keys)
	}
}

func TestKeysMeetOnOneNodeAndCarryNothingForeign(t *testing.T) {
	_, server, r := newPair(t)
	q := lastHours(8, noon)
	q.Province = "江西 {x}|:*\r\n" + strings.Repeat("y", 200)
	r.must(t, q)
	keys := dialRedis(t, server).Keys(t.Context(), "*").Val()
	if len(keys) != 3 {
		t.Errorf("got %q, want a piece and two last answers", keys)
	}
	for _, key := range keys {
		tag, _, _ := strings.Cut(key, "}:v1:0011aabb:codes:")
		if !strings.HasPrefix(tag, "catbot:{126531|*") || len(key) > 150 || strings.Count(key, "{") != 1 {
			t.Errorf("got %q", key)
		}
		if ttl := dialRedis(t, server).TTL(t.Context(), key).Val(); ttl <= 0 || ttl > 24*time.Hour {
			t.Errorf("%s lives for %v", key, ttl)
		}
	}
}
