package cache

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"catbot/catapi"
)

func TestStaleAnswerWhenUpstreamFails(t *testing.T) {
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
				if !errors.Is(h.Stale, errDown) || !h.Cached || !h.FetchedAt.Equal(noon) || h.Query != first.Query ||
					h.Rows[0] != first.Rows[0] {
					t.Errorf("got %+v", h)
				}
				if !strings.Contains(r.String(), "stale:1") {
					t.Errorf("outcomes: %s", r)
				}
			})
		}
	}
}

func TestStaleAnswerThatCoversMostIsChosen(t *testing.T) {
	q := lastHours(8, noon)
	grown := func(hours int) catapi.Query { // of the same beginning as q
		return catapi.Query{
			Task: q.Task, Province: q.Province, Begin: q.Begin, End: q.Begin.Add(time.Duration(hours) * time.Hour),
		}
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
			if h := r.must(t, q); h.Query != want.Normalize() {
				t.Errorf("got the answer to %+v", h.Query)
			}
		})
	}
}

func TestFreshAnswerWhenUpstreamRecovers(t *testing.T) {
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

func TestStaleAnswerAtDeadlineButNotAfterCancel(t *testing.T) {
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

func TestNoStaleAnswerAfterRefusal(t *testing.T) {
	u, _, r := newPair(t)
	r.must(t, lastHours(8, noon))
	u.clock.set(noon.Add(2 * time.Minute))
	u.fail(&catapi.Error{Code: 10001})
	if h, err := r.ask(t, lastHours(8, noon)); err == nil {
		t.Errorf("got %+v", h)
	}
}

// errAway is why upstream is not asked.
var errAway = errors.New("upstream has not answered lately")

func TestNobodyWaitsDuringOutage(t *testing.T) {
	u, server, r := newPair(t)
	r.must(t, lastHours(8, noon))
	u.clock.set(noon.Add(2 * time.Minute))
	var away atomic.Bool
	away.Store(true)
	r.unavailable = func(task string) error {
		if away.Load() && task == "126531" {
			return errAway
		}
		return nil
	}
	answer := make(chan struct{})
	u.hold(answer) // one call tries whether it is back

	h, err := r.ReturnCodeHistory(t.Context(), lastHours(8, noon))
	if err != nil || h.Stale != errAway || !h.FetchedAt.Equal(noon) {
		t.Errorf("got %+v, %v", h, err)
	}
	if _, err := r.ReturnCodeHistory(t.Context(), lastHours(7, noon)); err != errAway {
		t.Errorf("what is not kept ends in %v", err)
	}
	other := newReplica(t, server.URL(), u)
	other.unavailable = r.unavailable
	if h, err := other.ReturnCodeHistory(t.Context(), lastHours(8, noon)); err != nil || h.Stale != errAway {
		t.Errorf("while another replica asks: %+v, %v", h, err)
	}
	away.Store(false)
	close(answer)
	if h := r.must(t, lastHours(8, noon)); h.Stale != nil || !h.FetchedAt.Equal(noon.Add(2*time.Minute)) {
		t.Errorf("once it is back: %+v", h)
	}
}
