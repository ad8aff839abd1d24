package query

import (
	"cmp"
	"context"
	"slices"
	"time"

	"catbot/catapi"
	"catbot/report"
)

const (
	// lateRows is how much later than its probe a row may arrive: in the vendor's examples it takes up to two minutes.
	lateRows = 3 * time.Minute
	// longestInterval is the longest time between two looks that CAT offers.
	longestInterval = 30 * time.Minute
	// whyTime is how long an answer waits for the reason why nobody looked.
	whyTime = 2 * time.Second
)

// watch notes in a part of API 3.0 that nobody looked at its task, or not up to the window's end, and why, as far as the
// API tells. Of v2 nothing is known: it tells of failures alone, not of who looked.
func (r *Runner) watch(ctx context.Context, part *report.Part) {
	e := &catapi.UnwatchedError{Task: catapi.Task{ID: part.Task}, Window: part.End.Sub(part.Begin)}
	if part.Probed > 0 {
		if e.Behind = part.End.Sub(part.Newest); part.Newest.IsZero() || e.Behind <= lateRows {
			return
		}
	}
	if r.Task != nil {
		asking, cancel := context.WithTimeout(ctx, whyTime)
		defer cancel()
		if task, err := r.Task(asking, part.Task); err == nil {
			e.Task = task
		} else {
			r.Log.Warn("why nobody looks at a task is not known", "task", part.Task, "error", err)
		}
	}
	if part.Probed > 0 && e.Behind <= cmp.Or(e.Task.Interval, longestInterval)+lateRows {
		return
	}
	part.Notes = slices.DeleteFunc(part.Notes, func(n report.Note) bool { return n.Kind == report.Unwatched })
	part.Notes = append(part.Notes, report.Note{Kind: report.Unwatched, Err: e})
}
