package bot

import (
	"context"
	"slices"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
	"catbot/tasks"
)

// maxWindowPeriods is how many periods of its schedule a condition's window may be long without a warning.
const maxWindowPeriods = 4

// conditionWarnings returns why d's condition may miss failures or report late: its window is shorter than a probing
// interval, or so long that old failures stay in it for many runs. runs are d's next runs.
func (h *digestHandler) conditionWarnings(
	ctx context.Context, d commands.DigestAdd, runs []time.Time, w i18n.Phrases,
) []string {
	if d.If == nil || len(runs) == 0 {
		return nil
	}
	begin, end := d.Command.Window.Resolve(runs[0])
	window := end.Sub(begin)
	var warnings []string
	leastProbed, unknown := leastProbed(ctx, h.tasks, d.Command.Tasks)
	if unknown != "" {
		warnings = append(warnings, w.IntervalUnknown(unknown))
	}
	if window < leastProbed.Interval {
		longEnough := commands.Last(leastProbed.Interval).String()
		warnings = append(warnings, w.WindowTooShort(leastProbed.ID, leastProbed.Interval, window, longEnough))
	}
	var period time.Duration
	for i := 1; i < len(runs); i++ {
		if gap := runs[i].Sub(runs[i-1]); period == 0 || gap < period {
			period = gap
		}
	}
	shortEnough := max(period, leastProbed.Interval)
	if period > 0 && window > maxWindowPeriods*period && window > shortEnough {
		warnings = append(warnings, w.WindowTooLong(window, period, commands.Last(shortEnough).String()))
	}
	return warnings
}

// taskListTimeout bounds how long a warning waits for the task lists.
const taskListTimeout = 5 * time.Second

// leastProbed returns the task with the longest probing interval. unknown is a task that is in no list while the lists
// are not complete.
func leastProbed(
	ctx context.Context, all *tasks.Directory, ids []string,
) (leastProbed catapi.Task, unknown string) {
	ctx, cancel := context.WithTimeout(ctx, taskListTimeout)
	defer cancel()
	listed, err := all.Tasks(ctx)
	for _, id := range ids {
		at := slices.IndexFunc(listed, func(task catapi.Task) bool { return task.ID == id })
		if at < 0 {
			unknown = id
		} else if listed[at].Interval > leastProbed.Interval {
			leastProbed = listed[at]
		}
	}
	if err == nil {
		unknown = ""
	}
	return leastProbed, unknown
}
