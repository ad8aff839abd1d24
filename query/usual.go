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
	// longestUsual is the longest window whose days before don't overlap.
	longestUsual = 24 * time.Hour
	usualWait    = 300 * time.Millisecond
	// pageOfProbes is how many probes of API 3.0 are counted as one call.
	pageOfProbes = 1000
)

// An allowance bounds calls in any minute of the clock.
type allowance struct {
	mu     sync.Mutex
	minute time.Time
	used   int
}

// take reports whether n more calls are allowed at now, where limit are in a minute.
func (a *allowance) take(n, limit int, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(a.minute) {
		a.minute, a.used = minute, 0
	}
	if a.used+n > limit {
		return false
	}
	a.used += n
	return true
}

// daysBefore asks for the same hours of the days before q's, the latest first. A rolling window is moved back a little, by less
// than an eighth of its length, so that one answer serves for some minutes.
func daysBefore(w commands.Window, q catapi.Query) []catapi.Query {
	if w.Kind == commands.Rolling {
		back := q.End.Sub(floor(q.End, usualStep(q.End.Sub(q.Begin))))
		q.Begin, q.End = q.Begin.Add(-back), q.End.Add(-back)
	}
	days := make([]catapi.Query, usualDays)
	for i := range days {
		days[i] = q
		days[i].Begin, days[i].End = q.Begin.AddDate(0, 0, -i-1), q.End.AddDate(0, 0, -i-1)
	}
	return days
}

// usualStep is how far the days' windows of a rolling window stand apart.
func usualStep(length time.Duration) time.Duration {
	for _, step := range []time.Duration{time.Hour, 30 * time.Minute, 15 * time.Minute, 10 * time.Minute, 5 * time.Minute} {
		if step <= length/8 {
			return step
		}
	}
	return time.Minute
}

// errNotAsked is why a day is not known that was not worth a call.
var errNotAsked = errors.New("not asked for")

// errNoProbe is why a day is not known on which nobody looked.
var errNoProbe = errors.New("no probe looked in these hours")

// A lookBack is the search for what is usual, beside the answer itself.
type lookBack struct {
	usual *report.Usual
	wait  time.Duration // for what is being asked for, at most
	done  chan struct{} // closed when all days are known that will be; nil where none is asked for
	end   context.CancelFunc
}

// lookBack begins to find out what the same hours of the days before had, of a question with so many probes, as far as that is known
// by now. It asks the API only where c asks for it, or where alone says that it may and it costs few calls; else it is nil.
func (r *Runner) lookBack(ctx context.Context, c commands.Codes, q catapi.Query, probes int64, at time.Time, alone bool) *lookBack {
	asked := c.Compare == commands.OfLastDays
	if r.UsualCalls <= 0 && !asked || q.End.Sub(q.Begin) > longestUsual {
		return nil
	}
	const past = time.Hour
	usual := &report.Usual{Days: make([]report.Day, usualDays), Past: at.Sub(q.End) > past, Asked: asked}
	var missing []int
	calls := 0
	days := daysBefore(c.Window, q)
	for i, day := range days {
		usual.Days[i] = report.Day{Begin: day.Begin, End: day.End, Err: errNotAsked}
		if pieces, ok := r.cached(day); ok {
			usual.Days[i].Total, usual.Days[i].Err = counted(pieces, c.Wants)
			continue
		}
		missing = append(missing, i)
		calls += len(day.Split()) * int(1+probes/pageOfProbes)
	}
	l := &lookBack{usual: usual, wait: cmp.Or(r.UsualWait, usualWait)}
	switch {
	case len(missing) == 0:
		return l
	case !asked && (!alone || !r.extra.take(calls, r.UsualCalls, r.Now())):
		return nil
	}
	ctx, l.end = context.WithCancel(ctx)
	l.done = make(chan struct{})
	go func() {
		defer close(l.done)
		r.fetchDays(ctx, c, days, usual.Days, missing)
	}()
	return l
}

// finish is what has been found, a wait from now at the latest where nobody has asked for it.
func (l *lookBack) finish() *report.Usual {
	if l == nil {
		return nil
	}
	if l.done != nil {
		defer l.end()
		if !l.usual.Asked {
			defer time.AfterFunc(l.wait, l.end).Stop()
		}
		<-l.done
	}
	return l.usual
}

// stop gives the search up.
func (l *lookBack) stop() {
	if l != nil && l.done != nil {
		l.end()
		<-l.done
	}
}

// fetchDays asks for those of days that are missing, and counts them into known.
func (r *Runner) fetchDays(ctx context.Context, c commands.Codes, days []catapi.Query, known []report.Day, missing []int) {
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
				known[i].Total, err = counted([]catapi.History{h}, c.Wants)
			}
			return err
		})
	}
	_ = group.Wait() // each day carries its own error
}

// counted adds up the failures of pieces on the ISPs that wants picks.
func counted(pieces []catapi.History, wants func(isp string) bool) (failures int64, err error) {
	probed := int64(0)
	for _, h := range pieces {
		for _, row := range h.Rows {
			if row.Code != 0 && wants(row.ISP) {
				failures += row.Count
			}
		}
		for _, p := range h.Probes {
			if wants(p.ISP) {
				probed += p.Count
			}
		}
		if h.Probes == nil {
			probed++ // v2 does not tell
		}
	}
	if probed == 0 {
		return 0, errNoProbe
	}
	return failures, nil
}

// probesOf counts the probes of h; 0 where the API does not tell.
func probesOf(h catapi.History) (n int64) {
	for _, p := range h.Probes {
		n += p.Count
	}
	return n
}

// cached gives what the cache has of q, in pieces.
func (r *Runner) cached(q catapi.Query) ([]catapi.History, bool) {
	if r.Cached == nil {
		return nil, false
	}
	return r.Cached(q)
}
