package bot

import (
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
func (b *Bot) cautions(d commands.DigestAdd, runs []time.Time, w i18n.Phrases) []string {
	if d.If == nil || len(runs) == 0 {
		return nil
	}
	begin, end := d.Command.Window.Resolve(runs[0])
	window := end.Sub(begin)
	var said []string
	rarest := b.rarest(d.Command.Tasks)
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

// rarest is the one of tasks that probes look at least often, as far as is known without asking.
func (b *Bot) rarest(tasks []string) (rarest catapi.Task) {
	for _, task := range b.names.Known() {
		if slices.Contains(tasks, task.ID) && task.Interval > rarest.Interval {
			rarest = task
		}
	}
	return rarest
}
