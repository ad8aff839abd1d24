package query

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

const (
	usualDays = 7
	// maxUsualWindow is the longest window for which the windows of the days before don't overlap.
	maxUsualWindow = 24 * time.Hour
	usualWait      = 300 * time.Millisecond
	// probesPerCall is how many probes of API 3.0 count as one call.
	probesPerCall = 1000
)

// A callBudget bounds the calls in each minute of the clock.
type callBudget struct {
	mu     sync.Mutex
	minute time.Time
	used   int
}

// allows reports whether n more calls are allowed at now. limit is the most calls in a minute.
func (a *callBudget) allows(n, limit int, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.usedAt(now)+n <= limit
}

// reserve is like allows, and counts the calls if they are allowed.
func (a *callBudget) reserve(n, limit int, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.usedAt(now)+n > limit {
		return false
	}
	a.used += n
	return true
}

// usedAt returns the calls in the minute of now. The caller holds a.mu.
func (a *callBudget) usedAt(now time.Time) int {
	if minute := now.Truncate(time.Minute); !minute.Equal(a.minute) {
		a.minute, a.used = minute, 0
	}
	return a.used
}

// previousDays returns queries for the same hours of the days before q, the latest first. It moves a rolling window
// back by less than an eighth of its length, so that cached answers can be used for some minutes.
func previousDays(w commands.Window, q catapi.Query) (days [usualDays]catapi.Query) {
	if w.Kind == commands.Rolling {
		back := q.End.Sub(catapi.Floor(q.End, usualStep(q.End.Sub(q.Begin))))
		q.Begin, q.End = q.Begin.Add(-back), q.End.Add(-back)
	}
	for i := range days {
		days[i] = q
		days[i].Begin, days[i].End = q.Begin.AddDate(0, 0, -i-1), q.End.AddDate(0, 0, -i-1)
	}
	return days
}

// usualStep returns the step to which previousDays rounds the end of a rolling window.
func usualStep(length time.Duration) time.Duration {
	for _, step := range []time.Duration{
		time.Hour, 30 * time.Minute, 15 * time.Minute, 10 * time.Minute, 5 * time.Minute,
	} {
		if step <= length/8 {
			return step
		}
	}
	return time.Minute
}

// errNotRequested is the error of a day that is not cached and was not requested.
var errNotRequested = errors.New("not requested")

// errNoProbe is the error of a day without probes in these hours.
var errNoProbe = errors.New("no probe ran in these hours")

// A usualSearch fetches the days before, concurrently with the answer.
type usualSearch struct {
	usual  *report.Usual // nil after the search was given up
	asked  bool          // the command compares with the usual
	wait   time.Duration // how long an answer waits, at most, for what nobody asked for
	done   chan struct{} // closed when all days are known that will be; nil where none is asked for
	cancel context.CancelFunc
}

// startUsualSearch starts to fetch the same hours of the days before. probes is the number of probes in q's window,
// 0 if unknown. It calls the API only if c compares with the usual, or if alone is set and there is room for the
// calls; else it returns nil.
func (r *Runner) startUsualSearch(
	ctx context.Context,
	c commands.Codes,
	q catapi.Query,
	probes int64,
	at time.Time,
	alone bool,
) *usualSearch {
	asked := c.Compare == commands.OfLastDays
	if r.UsualCalls <= 0 && !asked || q.End.Sub(q.Begin) > maxUsualWindow {
		return nil
	}
	const past = time.Hour
	usual := &report.Usual{Days: make([]report.Day, usualDays), Past: at.Sub(q.End) > past, Asked: asked}
	l := &usualSearch{usual: usual, asked: asked, wait: cmp.Or(r.UsualWait, usualWait)}
	days := previousDays(c.Window, q)
	missing := r.countCached(days, c.Wants, usual.Days)
	if len(missing) > 0 {
		return r.fetchUsual(ctx, c, days, missing, probes, alone, l)
	}
	return l
}

// fetchUsual starts to fetch the missing ones of days for l. It returns nil where startUsualSearch does.
func (r *Runner) fetchUsual(
	ctx context.Context,
	c commands.Codes,
	days [usualDays]catapi.Query,
	missing []int,
	probes int64,
	alone bool,
	l *usualSearch,
) *usualSearch {
	calls := 0
	for _, i := range missing {
		calls += len(days[i].Split()) * int(1+probes/probesPerCall)
	}
	task, asked := days[0].Task, l.asked
	switch {
	case !asked && (!alone || r.othersAsk() || !r.usualBudget.allows(calls, r.UsualCalls, r.Now())):
		return nil
	case !asked && !r.hasRoom(task, calls):
		r.fetchLater(days[:], calls)
		return nil
	}
	ctx, l.cancel = context.WithCancel(ctx)
	l.done = make(chan struct{})
	go func() {
		defer close(l.done)
		if !asked && !r.mayFetchUsual(ctx, task, days[:], calls) {
			l.usual = nil
			return
		}
		if !asked {
			ctx = catapi.Background(ctx) // what people ask for goes first
		}
		r.fetchDays(ctx, c, days[:], l.usual.Days, missing)
	}()
	return l
}

// usualPause comes before the calls for a usual that nobody asked for. It shows whether a burst of questions follows,
// which then needs all the room that the limits of the API leave.
const usualPause = 15 * time.Millisecond

// mayFetchUsual waits for usualPause, and then reports whether to fetch days for the answer at hand, in a number of calls.
// It does not allow that while others ask. Where the limits of the API would delay the calls, it has the days fetched
// later, for the next answer.
func (r *Runner) mayFetchUsual(ctx context.Context, task string, days []catapi.Query, calls int) bool {
	if !pause(ctx, usualPause) || r.othersAsk() {
		return false
	}
	if !r.hasRoom(task, calls) {
		r.fetchLater(days, calls)
		return false
	}
	return r.usualBudget.reserve(calls, r.UsualCalls, r.Now())
}

// fetchLater has days fetched for the next answer, in a number of calls, unless others ask after usualPause.
func (r *Runner) fetchLater(days []catapi.Query, calls int) {
	r.FetchLater(days, usualPause, func() bool {
		return !r.othersAsk() && r.usualBudget.reserve(calls, r.UsualCalls, r.Now())
	})
}

// hasRoom reports whether the calls about a task would be sent at once. With UsualWait set, that does not matter.
func (r *Runner) hasRoom(task string, calls int) bool {
	return r.UsualWait > 0 || r.Room == nil || r.Room(task) >= calls
}

// othersAsk reports whether other commands run beside the caller's. With UsualWait set, that does not matter.
func (r *Runner) othersAsk() bool { return r.UsualWait == 0 && r.asking.Load() > 1 }

// pause waits for d, and reports whether ctx is still alive after it.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// finish waits for the search and returns its result. It waits no longer than l.wait unless the
// command asked for the usual.
func (l *usualSearch) finish() *report.Usual {
	if l == nil {
		return nil
	}
	if l.done != nil {
		defer l.cancel()
		if !l.asked {
			defer time.AfterFunc(l.wait, l.cancel).Stop()
		}
		<-l.done
	}
	return l.usual
}

// stop cancels the search.
func (l *usualSearch) stop() {
	if l != nil && l.done != nil {
		l.cancel()
		<-l.done
	}
}

// fetchDays requests the missing ones of days, and counts their failures into known.
func (r *Runner) fetchDays(
	ctx context.Context,
	c commands.Codes,
	days []catapi.Query,
	known []report.Day,
	missing []int,
) {
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, i := range missing {
		group.Go(func() (err error) {
			defer func() { known[i].Err = err }()
			defer catapi.Recover(&err)
			h, _, err := r.history(ctx, days[i])
			if err == nil {
				err = h.Stale
			}
			if err == nil {
				failures := failureCount{wants: c.Wants}
				failures.add(h)
				known[i].Total, err = failures.total()
			}
			return err
		})
	}
	_ = group.Wait() // each day carries its own error
}

// countCached counts the failures of the cached ones of days into known, and returns which are missing.
func (r *Runner) countCached(
	days [usualDays]catapi.Query, wants func(isp string) bool, known []report.Day,
) (missing []int) {
	var failures failureCount
	count := failures.add
	for i, day := range days {
		known[i] = report.Day{Begin: day.Begin, End: day.End, Err: errNotRequested}
		failures = failureCount{wants: wants}
		if r.Cached != nil && r.Cached(day, count) {
			known[i].Total, known[i].Err = failures.total()
			continue
		}
		missing = append(missing, i)
	}
	return missing
}

// A failureCount adds up the failures in the pieces of a day.
type failureCount struct {
	wants            func(isp string) bool // selects what is counted
	failures, probed int64
}

func (f *failureCount) add(piece catapi.History) {
	for i := range piece.Rows {
		if row := &piece.Rows[i]; row.Code != 0 && f.wants(row.ISP) {
			f.failures += row.Count
		}
	}
	for _, p := range piece.Probes {
		if f.wants(p.ISP) {
			f.probed += p.Count
		}
	}
	if piece.Probes == nil {
		f.probed++ // v2 does not tell
	}
}

// total returns errNoProbe if nothing was probed.
func (f *failureCount) total() (int64, error) {
	if f.probed == 0 {
		return 0, errNoProbe
	}
	return f.failures, nil
}

// countProbes returns the number of probes of h; 0 if the API does not count them.
func countProbes(h catapi.History) (n int64) {
	for _, p := range h.Probes {
		n += p.Count
	}
	return n
}
