package query

import (
	"context"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// baselineDays has how many days before the window its baseline is. Other baselines are one window length before.
var baselineDays = map[commands.Baseline]int{commands.DayBefore: 1, commands.WeekBefore: 7}

// baseline fetches the history that c compares the answer with, or returns notes that say why there is none.
func (r *Runner) baseline(
	ctx context.Context,
	c commands.Codes,
	q catapi.Query,
	answered catapi.History,
) (*catapi.History, []report.Note) {
	switch {
	case c.Compare == commands.NoBaseline:
		return nil, nil
	case c.Compare == commands.OfLastDays && q.End.Sub(q.Begin) > maxUsualWindow:
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

// baselineOf returns the query for the baseline b of the window that was answered, which for a stale answer differs
// from q. It returns false if the two would overlap.
func baselineOf(b commands.Baseline, q catapi.Query, answered catapi.History) (catapi.Query, bool) {
	if answered.Stale != nil {
		q.Begin, q.End = answered.Query.Begin, answered.Query.End
	}
	length := q.End.Sub(q.Begin)
	back := time.Duration(baselineDays[b]) * 24 * time.Hour
	if back == 0 {
		back = length
	}
	q.Begin, q.End = q.Begin.Add(-back), q.End.Add(-back)
	return q, length <= back
}
