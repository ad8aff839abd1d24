package bot

import (
	"context"
	"slices"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
)

// muchLonger is how many times the period of its schedule the window of a condition may be without a word about it.
const muchLonger = 4

// cautions say what keeps d's condition from telling in time: windows in which no probe may look, or which failures leave
// long after they have stopped. runs are its next.
func (h *digestHandler) cautions(ctx context.Context, d commands.DigestAdd, runs []time.Time, w i18n.Phrases) []string {
	if d.If == nil || len(runs) == 0 {
		return nil
	}
	begin, end := d.Command.Window.Resolve(runs[0])
	window := end.Sub(begin)
	var said []string
	rarest, unknown := h.rarest(ctx, d.Command.Tasks)
	if unknown != "" {
		said = append(said, w.IntervalUnknown(unknown))
	}
	if window < rarest.Interval {
		said = append(said, w.WindowTooShort(rarest.ID, rarest.Interval, window, commands.Last(rarest.Interval).String()))
	}
	var period time.Duration
	for i := 1; i < len(runs); i++ {
		if gap := runs[i].Sub(runs[i-1]); period == 0 || gap < period {
			period = gap
		}
	}
	if period > 0 && window > muchLonger*period {
		said = append(said, w.WindowTooLong(window, period, commands.Last(max(period, rarest.Interval)).String()))
	}
	return said
}

// listWithin bounds what a warning waits for the lists of tasks.
const listWithin = 5 * time.Second

// rarest is the one of tasks that probes look at least often. unknown is one that is not in the lists, when they can't be had.
func (h *digestHandler) rarest(ctx context.Context, tasks []string) (rarest catapi.Task, unknown string) {
	ctx, cancel := context.WithTimeout(ctx, listWithin)
	defer cancel()
	listed, err := h.names.Tasks(ctx)
	for _, id := range tasks {
		at := slices.IndexFunc(listed, func(task catapi.Task) bool { return task.ID == id })
		if at < 0 {
			unknown = id
		} else if listed[at].Interval > rarest.Interval {
			rarest = listed[at]
		}
	}
	if err == nil {
		unknown = ""
	}
	return rarest, unknown
}
