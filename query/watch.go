package query

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"catbot/catapi"
	"catbot/report"
)

const (
	// rowDelay is how long after its probe a row may arrive: in the vendor's examples it takes up to two minutes.
	rowDelay = 3 * time.Minute
	// maxInterval is the longest interval of probes that CAT offers.
	maxInterval = 30 * time.Minute
	// taskTimeout is how long an answer waits for the reason why no probe ran.
	taskTimeout = 2 * time.Second
)

// noteUnwatched adds a note to a part of API 3.0 if no probe ran in its window, or none up to its end, and the reason
// if known. API v2 does not count probes.
func (r *Runner) noteUnwatched(ctx context.Context, part *report.Part) {
	if slices.ContainsFunc(part.Notes, onlyOthersProbed) {
		return
	}
	e := &catapi.UnwatchedError{Task: catapi.Task{ID: part.Task}, Window: part.End.Sub(part.Begin)}
	if part.Probed > 0 {
		if e.Behind = part.End.Sub(part.Newest); part.Newest.IsZero() || e.Behind <= rowDelay {
			return
		}
	}
	if r.Task != nil {
		asking, cancel := context.WithTimeout(ctx, taskTimeout)
		defer cancel()
		if task, err := r.Task(asking, part.Task); err == nil {
			e.Task = task
		} else {
			r.Log.Warn("reading the state of a task without probes failed", "task", part.Task, "error", err)
		}
	}
	if part.Probed > 0 && e.Behind <= cmp.Or(e.Task.Interval, maxInterval)+rowDelay {
		return
	}
	part.Notes = slices.DeleteFunc(part.Notes, func(n report.Note) bool { return n.Kind == report.Unwatched })
	part.Notes = append(part.Notes, report.Note{Kind: report.Unwatched, Err: e})
}

// onlyOthersProbed reports whether a note says that the task was probed, but not from the ISPs that were asked about.
func onlyOthersProbed(n report.Note) bool {
	e, ok := errors.AsType[*catapi.UnwatchedError](n.Err)
	return ok && e.Others
}
