package query

import (
	"context"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// shifts are how many days back the window of a baseline lies. That of the others lies back by its own length.
var shifts = map[commands.Baseline]int{commands.DayBefore: 1, commands.WeekBefore: 7}

// baseline fetches what c compares the answer to q with, or notes why it can't; nil where there is none.
func (r *Runner) baseline(ctx context.Context, c commands.Codes, q catapi.Query, answered catapi.History) (*catapi.History, []report.Note) {
	switch {
	case c.Compare == commands.NoBaseline:
		return nil, nil
	case c.Compare == commands.OfLastDays && q.End.Sub(q.Begin) > longestUsual:
		return nil, []report.Note{{Kind: report.ComparedTooLong}}
	case c.Compare == commands.OfLastDays && answered.Stale != nil:
		return nil, []report.Note{{Kind: report.NoComparison, Err: answered.Stale}}
	case c.Compare == commands.OfLastDays:
		return nil, nil
	}
	base, ok := baselineOf(c.Compare, q, answered)
	if !ok {
		return nil, []report.Note{{Kind: report.ComparedTooLong}}
	}
	earlier, _, err := r.history(ctx, base)
	if err == nil {
		err = earlier.Stale // of another window, most likely
	}
	if err != nil {
		return nil, []report.Note{{Kind: report.NoComparison, Err: err}}
	}
	earlier.Query = base
	return &earlier, nil
}

// baselineOf asks for the window that b stands for, beside the one that was answered, which for a stale answer is not the one that
// was asked about. It reports false where the two would overlap.
func baselineOf(b commands.Baseline, q catapi.Query, answered catapi.History) (catapi.Query, bool) {
	if answered.Stale != nil {
		q.Begin, q.End = answered.Query.Begin, answered.Query.End
	}
	length := q.End.Sub(q.Begin)
	back := time.Duration(shifts[b]) * 24 * time.Hour
	if back == 0 {
		back = length
	}
	q.Begin, q.End = q.Begin.Add(-back), q.End.Add(-back)
	return q, length <= back
}
