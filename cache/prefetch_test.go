package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"catbot/catapi"
)

// A reader reads several windows at once, and counts how often.
type reader struct {
	upstream *upstream
	reply    func(context.Context) error // what to do before an answer; nil is nothing
	mu       sync.Mutex
	readings []string // the hours that each asked for
}

func (r *reader) Histories(ctx context.Context, queries []catapi.Query) ([]catapi.History, error) {
	r.mu.Lock()
	r.readings = append(r.readings, hours(queries...))
	r.mu.Unlock()
	if r.reply != nil {
		if err := r.reply(ctx); err != nil {
			return nil, err
		}
	}
	var answers []catapi.History
	for _, q := range queries {
		answers = append(answers, catapi.History{
			Query: q, FetchedAt: r.upstream.clock.Now(),
			Rows: []catapi.Row{{ISP: "移动", Code: 603, Count: int64(q.Begin.Hour())}},
		})
	}
	return answers, nil
}

func (r *reader) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.Sort(r.readings)
	return fmt.Sprint(r.readings)
}

// hours writes the hours of queries: "24T22 24T23".
func hours(queries ...catapi.Query) (text string) {
	for i, q := range queries {
		if i > 0 {
			text += " "
		}
		text += q.Begin.Format("02T15")
	}
	return text
}

// hourly are n queries of an hour each, the last of which ends at end.
func hourly(n int, end time.Time) []catapi.Query {
	queries := make([]catapi.Query, n)
	for i := range queries {
		begin := end.Add(-time.Duration(n-i) * time.Hour)
		queries[i] = catapi.Query{Task: "task-ab12cd34", Begin: begin, End: begin.Add(time.Hour), ProvinceName: "江西"}
	}
	return queries
}

func TestWhatIsFetchedLaterIsKeptAndGoesLast(t *testing.T) {
	u, _, r := newPair(t)
	var first atomic.Int64
	u.do(func(ctx context.Context, _ catapi.Query) error {
		if !catapi.OrderOf(ctx).Background {
			first.Add(1)
		}
		return nil
	})
	queries := []catapi.Query{lastHours(8, noon), lastHours(24, noon.Add(-24*time.Hour))} // of one day, and of two
	wanted := false
	r.FetchLater(queries, 0, func() bool { return wanted })
	r.detached.Wait()
	if n := u.calls.Load(); n != 0 {
		t.Errorf("%d calls for what is not wanted any more", n)
	}
	wanted = true
	r.FetchLater(queries, 0, func() bool { return wanted })
	r.detached.Wait()
	for _, q := range queries {
		if !r.Known(q, func(catapi.History) {}) {
			t.Errorf("%s is not kept", hours(q))
		}
	}
	if u.calls.Load() != 3 || first.Load() != 0 {
		t.Errorf("%d calls, of which %d go first", u.calls.Load(), first.Load())
	}
}

func TestAPanicWhileFetchingLaterEndsThatFetchOnly(t *testing.T) {
	_, _, r := newPair(t)
	r.Cache.observe = func(string) { panic("a mistake") }
	r.FetchLater([]catapi.Query{lastHours(8, noon)}, 0, func() bool { return true })
	r.detached.Wait()
	r.Cache.observe = func(string) {}
	if _, err := r.ReturnCodeHistory(t.Context(), lastHours(8, noon)); err != nil {
		t.Error(err)
	}
}

func TestMissingPiecesAreFetchedTogether(t *testing.T) {
	other := hourly(2, noon)
	for i := range other {
		other[i].ProvinceName = "广东"
	}
	for _, tc := range []struct {
		name  string
		known []catapi.Query
		fill  []catapi.Query
		want  string
	}{
		{"none is known", nil, hourly(4, noon), "[25T08 25T09 25T10 25T11]"},
		{"all are known", hourly(4, noon), hourly(4, noon), "[]"},
		{"the first and the last are missing, one by one", hourly(3, noon.Add(-time.Hour)), hourly(5, noon), "[]"},
		{"two at each end are missing", hourly(1, noon.Add(-2*time.Hour)), hourly(5, noon), "[25T07 25T08 25T10 25T11]"},
		{"midnight is among them", nil, hourly(4, noon.Add(-10*time.Hour)), "[24T22 24T23 25T00 25T01]"},
		{"they are of two provinces", nil, append(hourly(2, noon), other...), "[25T10 25T11 25T10 25T11]"},
		{"there is one", nil, hourly(1, noon), "[]"},
		{"there is none", nil, nil, "[]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u, server, one := newPair(t)
			for _, q := range tc.known {
				one.must(t, q)
			}
			u.calls.Store(0)
			r := &reader{upstream: u}
			one.histories = r.Histories
			one.Prefetch(t.Context(), tc.fill)
			if r.String() != tc.want {
				t.Errorf("read %s", r)
			}
			if tc.want == "[]" {
				return
			}
			for _, replica := range []replica{one, newReplica(t, server.URL(), u)} {
				for _, q := range tc.fill {
					h := replica.must(t, q)
					if known := slices.Contains(tc.known, q); !h.Cached ||
						!known && h.Rows[0].Count != int64(q.Begin.Hour()) {
						t.Errorf("%s: %+v", hours(q), h)
					}
				}
			}
			if n := u.calls.Load(); n > 0 {
				t.Errorf("%d of them were asked for once more", n)
			}
		})
	}
}

func TestTwoReplicasPrefetchOnce(t *testing.T) {
	u, server, one := newPair(t)
	other := newReplica(t, server.URL(), u)
	answer := make(chan struct{})
	r := &reader{upstream: u, reply: func(context.Context) error { <-answer; return nil }}
	var askers sync.WaitGroup
	for i := range 10 {
		replica := []replica{one, other}[i%2]
		replica.histories = r.Histories
		askers.Go(func() { replica.Prefetch(t.Context(), hourly(4, noon)) })
	}
	awaitCommands(t, server.Client(), "evalsha", 4) // by now one replica waits for the other
	close(answer)
	askers.Wait()
	if r.String() != "[25T08 25T09 25T10 25T11]" {
		t.Errorf("read %s", r)
	}
	for _, replica := range []replica{one, other} {
		if h := replica.must(t, hourly(1, noon)[0]); !h.Cached {
			t.Errorf("got %+v", h)
		}
	}
}

func TestFailedPrefetchLeavesPiecesToCallers(t *testing.T) {
	for name, fail := range map[string]func(context.Context) error{
		"an error": func(context.Context) error { return errDown },
		"a panic":  func(context.Context) error { panic("a mistake in the code") },
	} {
		t.Run(name, func(t *testing.T) {
			u, _, r := newPair(t)
			r.histories = (&reader{upstream: u, reply: fail}).Histories
			r.Prefetch(t.Context(), hourly(3, noon))
			for _, q := range hourly(3, noon) {
				if h := r.must(t, q); h.Cached {
					t.Errorf("got %+v", h)
				}
			}
			if n := u.calls.Load(); n != 3 {
				t.Errorf("%d calls", n)
			}
		})
	}
}

func TestPrefetchWithoutRedis(t *testing.T) {
	u, server, one := newPair(t)
	server.Kill()
	r := &reader{upstream: u}
	one.histories = r.Histories
	one.Prefetch(t.Context(), hourly(4, noon))
	if h := one.must(t, hourly(4, noon)[0]); !h.Cached || r.String() != "[25T08 25T09 25T10 25T11]" {
		t.Errorf("read %s, got %+v", r, h)
	}
}

func TestPrefetchTakesWaitingPlaceOnlyIfPiecesAreMissing(t *testing.T) {
	u, _, one := newPair(t)
	r := &reader{upstream: u}
	one.histories = r.Histories
	var waits, waiting atomic.Int64
	var busy error
	ctx := catapi.WithWait(t.Context(), func() (func(), error) {
		waits.Add(1)
		waiting.Add(1)
		return func() { waiting.Add(-1) }, busy
	})
	busy = catapi.ErrBusy
	one.Prefetch(ctx, hourly(3, noon))
	if r.String() != "[]" {
		t.Errorf("without a place it read %s", r)
	}
	waits.Store(0)
	waiting.Store(0)
	busy = nil
	one.Prefetch(ctx, hourly(3, noon))
	one.Prefetch(ctx, hourly(3, noon))
	if waits.Load() != 1 || waiting.Load() != 0 || r.String() != "[25T09 25T10 25T11]" {
		t.Errorf("%d waits, %d go on, read %s", waits.Load(), waiting.Load(), r)
	}
}

func TestNobodyWaitsForPrefetchDuringOutage(t *testing.T) {
	u, _, one := newPair(t)
	answer := make(chan struct{})
	r := &reader{upstream: u, reply: func(context.Context) error { <-answer; return errors.New("still away") }}
	one.histories = r.Histories
	one.unavailable = func(string) error { return errAway }
	one.Prefetch(t.Context(), hourly(3, noon)) // else it would last as long as the test
	close(answer)
}
