package catapi

import (
	"context"
	"time"
)

// dropAfter drops the rows that began at end or later, and subtracts them from totals. No document says whether a
// window of API v2 includes its endTime; a row that began at it belongs to the next window. Rows without times stay.
func dropAfter(end time.Time, rows wireRows, totals list[wireTotal]) (wireRows, list[wireTotal]) {
	kept := rows[:0]
	dropped := map[int64]int64{}
	for _, row := range rows {
		if row.First.IsZero() || row.First.Before(end) {
			kept = append(kept, row)
		} else {
			dropped[row.Code] += row.Count
		}
	}
	for i := range totals {
		count := &totals[i].ResultCount
		less := min(count.value, dropped[totals[i].ResultCode.value])
		count.value -= less
		dropped[totals[i].ResultCode.value] -= less
	}
	return kept, totals
}

// Halves holds the failures of one day in API v2, requested as one window and as two.
type Halves struct {
	Task                  string // empty if no task had failures
	OneWindow, TwoWindows int64
}

// CompareHalves requests yesterday as one window and as two, for the first of a few tasks that has failures.
// The two windows meet where a failure began, if rows have times. If they have more failures than the one window,
// the API counts the second where they meet in both. Its errors are those of ReturnCodeHistory.
func (c *Client) CompareHalves(ctx context.Context) (Halves, error) {
	const most = 5
	tasks, err := c.Tasks(ctx)
	if err != nil {
		return Halves{}, err
	}
	year, month, day := c.cfg.Now().In(Beijing).AddDate(0, 0, -1).Date()
	for _, task := range tasks[:min(len(tasks), most)] {
		begin := time.Date(year, month, day, 0, 0, 0, 0, Beijing)
		end := time.Date(year, month, day+1, 0, 0, 0, 0, Beijing)
		q := Query{Task: task.ID, Begin: begin, End: end}
		whole, err := c.fetchHistory2(ctx, q, time.Time{})
		if err != nil {
			return Halves{}, err
		}
		if whole.failures() == 0 {
			continue
		}
		first, second := q, q
		first.End = splitTime(q, whole)
		second.Begin = first.End
		parts := Halves{Task: task.ID, OneWindow: whole.failures()}
		for _, half := range []Query{first, second} {
			h, err := c.fetchHistory2(ctx, half, time.Time{})
			if err != nil {
				return Halves{}, err
			}
			parts.TwoWindows += h.failures()
		}
		return parts, nil
	}
	return Halves{}, nil
}

// splitTime returns where to split q, whose answer is h: where a failure began, else in the middle.
func splitTime(q Query, h History) time.Time {
	for _, row := range h.Rows {
		if row.Code != 0 && row.First.After(q.Begin) && row.First.Before(q.End) {
			return row.First
		}
	}
	return q.Begin.Add(q.End.Sub(q.Begin) / 2)
}

func (h History) failures() (n int64) {
	for _, row := range h.Rows {
		if row.Code != 0 {
			n += row.Count
		}
	}
	return n
}
