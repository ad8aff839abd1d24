package catapi

import (
	"context"
	"time"
)

// dropFrom leaves out of an answer what began at end or later. Whether a window of API v2 has its endTime in it is in no document;
// what began there is counted in the next window. Rows without times, or with those of the window, stay.
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

// Halves are how often probes failed in a window of API v2, asked for as one and as two.
type Halves struct {
	Task                  string // which one was asked about; empty when there were no failures to compare
	OneWindow, TwoWindows int64
}

// CompareHalves asks about yesterday as one window, and as two that meet where a failure is known to have begun, if rows have
// times: if the halves have more, the API counts their common second in both. It tries a few tasks. Its errors are those of
// ReturnCodeHistory.
func (c *Client) CompareHalves(ctx context.Context) (Halves, error) {
	const most = 5
	tasks, err := c.Tasks(ctx)
	if err != nil {
		return Halves{}, err
	}
	year, month, day := c.cfg.Now().In(Beijing).AddDate(0, 0, -1).Date()
	for _, task := range tasks[:min(len(tasks), most)] {
		q := Query{Task: task.ID, Begin: time.Date(year, month, day, 0, 0, 0, 0, Beijing), End: time.Date(year, month, day+1, 0, 0, 0, 0, Beijing)}
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

// cut is where to cut q, which h answers: when a failure began inside it, else in the middle.
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
