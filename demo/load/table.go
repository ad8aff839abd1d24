package main

import (
	"fmt"
	"slices"
	"time"
)

const tableHead = `| commands/s | ack p50 | p99 | max | answer p50 | p99 | max | CPU a command | memory | no answer |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |`

// row is the row of the table of a run.
func (r run) row() string {
	return fmt.Sprintf("| %d | %s | %s | %s | %s | %s | %s | %.2f ms | %s | %d |", r.rate,
		ms(quantile(r.acks, .5)), ms(quantile(r.acks, .99)), ms(quantile(r.acks, 1)),
		ms(quantile(r.answers, .5)), ms(quantile(r.answers, .99)), ms(quantile(r.answers, 1)),
		r.cpuPerCommand().Seconds()*1000, megabytes(r.rss), r.lost())
}

func (r run) lost() int { return r.sent - len(r.answers) }

// cpuPerCommand is the bot's CPU time for each command that it answered.
func (r run) cpuPerCommand() time.Duration { return r.cpu / time.Duration(max(1, len(r.answers))) }

// verdict says where the bot breaks, and what the first questions cost.
func verdict(runs []run) string {
	text := "Every command was answered at every rate."
	for i, r := range runs {
		if r.lost() == 0 {
			continue
		}
		text = fmt.Sprintf("It breaks at %d commands/s: %d of %d were refused or lost.", r.rate, r.lost(), r.sent)
		if i > 0 {
			text += fmt.Sprintf(" At %d/s all were answered.", runs[i-1].rate)
		}
		break
	}
	var first []time.Duration
	calls, rest := 0, 0
	for _, r := range runs {
		first, calls, rest = append(first, r.first...), max(calls, r.calls), max(rest, r.rest)
	}
	return text + fmt.Sprintf("\nThe first questions after a start: p50 %s, p99 %s. At most %d calls to CAT in a run. "+
		"%s at rest.", ms(quantile(first, .5)), ms(quantile(first, .99)), calls, megabytes(rest))
}

// quantile returns the value below which this share of times lies; 0 where there are none.
func quantile(times []time.Duration, share float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[int(share*float64(len(times)-1))]
}

func ms(d time.Duration) string {
	if d < 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
}

func megabytes(kb int) string {
	if kb == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%d MB", (kb+512)/1024)
}
