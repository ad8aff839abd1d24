package catapi

import (
	"context"
	"errors"
)

// minWindows is from how many windows on one reading saves calls where the API counts to countLimit only, which is two pages.
const minWindows = 3

// errManyPages is the error of a reading that would take more pages than there are windows in it.
var errManyPages = errors.New("cat api: each of the windows has pages of its own")

// Histories answers queries of API 3.0 from one reading of its probes, so that many short windows cost the calls of one. The queries
// ask about one task and province, and their windows follow one another in one day of Beijing. It gives all answers or an error: that
// of ReturnCodeHistory, or that one reading can't answer these queries, or would save nothing.
func (c *Client) Histories(ctx context.Context, queries []Query) ([]History, error) {
	windows := make([]Query, len(queries))
	for i, q := range queries {
		windows[i] = q.Normalize()
		if i > 0 && !windows[i-1].precedes(windows[i]) {
			return nil, errors.New("cat api: the windows of one reading have to follow one another")
		}
	}
	if len(windows) == 0 || !IsAPI3(windows[0].Task) || len(span(windows).Split()) != 1 {
		return nil, errors.New("cat api: one reading needs windows of a task of API 3.0 in one day")
	}
	return c.api3.fetchWindows(ctx, windows)
}

// precedes reports whether next asks the same of the time after q's.
func (q Query) precedes(next Query) bool {
	follows := q.End.Equal(next.Begin) && q.Begin.Before(q.End) && next.Begin.Before(next.End)
	next.Begin, next.End = q.Begin, q.End
	return follows && q == next
}

// span is the one window that windows make up.
func span(windows []Query) Query {
	q := windows[0]
	q.End = windows[len(windows)-1].End
	return q
}

// fetchWindows answers windows, in two readings where one is too large: the API refuses it, or does not count all that there is.
func (a *api3) fetchWindows(ctx context.Context, windows []Query) ([]History, error) {
	q := span(windows)
	task, err := a.getTask(ctx, q.Task, taskTTL)
	if err != nil {
		return nil, err
	}
	found, err := a.countInto(ctx, q, task, false, func() probeTallies {
		into := make(probeTallies, len(windows))
		for i, window := range windows {
			into[i] = newProbeTally(window, task, window.End)
		}
		return into
	})
	_, uncounted := errors.AsType[*manyProbesError](err)
	tooLarge := uncounted || isInvalidParameter(err) && q.End.Sub(q.Begin) > minRefusedWindow
	if half := len(windows) / 2; tooLarge && half >= minWindows {
		first, err := a.fetchWindows(ctx, windows[:half])
		if err != nil {
			return nil, err
		}
		second, err := a.fetchWindows(ctx, windows[half:])
		if err != nil {
			return nil, err
		}
		return append(first, second...), nil
	}
	return found, err
}
