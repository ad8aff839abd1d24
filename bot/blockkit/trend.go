package blockkit

import (
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/i18n"
	"catbot/report"
)

// Trend draws a trend. by is who shows it to all, where t is public.
func Trend(t report.Trend, by string, w i18n.Phrases, now time.Time) Message {
	title := w.TrendOf(t.Title(w))
	blocks := []slack.Block{header(t.Severity().Mark() + " " + title)}
	public := t.Public && t.Err() == nil
	if !public {
		by = ""
	}
	text := say(title + ", " + w.Window(t.Begin, t.End) + ": ")
	if err := t.Err(); err != nil {
		text += say(w.Upstream(err))
		blocks = append(blocks, section(":warning: "+say(w.Upstream(err))))
	} else {
		text += say(t.Headline(w))
		blocks = append(blocks, section("*"+say(t.Headline(w))+"*"))
	}
	about := []string{say(w.Window(t.Begin, t.End)), w.ReadersTime(readersWindow(t.Begin, t.End))}
	if t.Buckets[len(t.Buckets)-1].Unfinished {
		about = append(about, say(w.LastNotOver()))
	}
	blocks = append(blocks, contextLine(strings.Join(about, " · ")))
	if _, why := t.Unknown(); why != nil && t.Err() == nil {
		blocks = append(blocks, contextLine(":warning: "+say(w.Upstream(why))))
	}
	bottom := append([]slack.Block{askAgainLine(t.Command.String(), by, public, w)}, trendControls(t, by, w)...)
	rich := blocks
	if c := trendChart(t, w); c != nil {
		rich = slices.Concat(blocks, []slack.Block{c})
	}
	plain := blocks
	if len(t.Lines) > 0 && t.Err() == nil {
		plain = slices.Concat(blocks, []slack.Block{section(fence(strings.Split(strings.TrimSpace(bucketLines(t, w)), "\n")...))})
	}
	return Message{Text: text, Rich: slices.Concat(rich, bottom), Plain: slices.Concat(plain, bottom), Public: public}
}

// bucketLines is the trend for those whose Slack draws no charts: a line for each bucket.
func bucketLines(t report.Trend, w i18n.Phrases) string {
	var out strings.Builder
	for _, s := range t.Buckets {
		count := "?"
		if s.Err == nil {
			count = w.Count(s.Total)
		}
		out.WriteString(t.Row(s, w) + "  " + count + "\n")
	}
	return out.String()
}

// trendChart has a line for each of the worst ISPs, and one for all others, through the buckets that are known and over: a point
// that still grows would look like a recovery.
func trendChart(t report.Trend, w i18n.Phrases) slack.Block {
	if len(t.Lines) == 0 {
		return nil
	}
	var categories []string
	var known []int
	for i, s := range t.Buckets {
		if s.Err == nil && !s.Unfinished {
			categories, known = append(categories, t.Label(s)), append(known, i)
		}
	}
	if len(known) == 0 {
		return nil
	}
	lines := t.Lines
	rest := report.Line{Counts: make([]int64, len(t.Buckets))}
	if len(lines) > maxSeries {
		for _, line := range lines[maxSeries-1:] {
			for i, n := range line.Counts {
				rest.Counts[i] += n
			}
		}
		lines = lines[:maxSeries-1]
	}
	isps := make([]report.ISP, len(lines))
	for i, line := range lines {
		isps[i].Name = line.ISP
	}
	names := ispLabels(isps, w)
	if len(lines) < len(t.Lines) {
		lines = append(slices.Clone(lines), rest)
		names = append(names, w.OtherISPs())
	}
	var series []slack.DataVisualizationDataSeries
	for i, line := range lines {
		one := slack.DataVisualizationDataSeries{Name: names[i]}
		for j, at := range known {
			one.Data = append(one.Data, slack.NewDataVisualizationDataPoint(categories[j], float64(line.Counts[at])))
		}
		series = append(series, one)
	}
	axis := slack.NewDataVisualizationAxisConfig(categories...).WithXLabel(w.BeijingTime()).WithYLabel(w.AxisFailures())
	return slack.NewDataVisualizationBlock(w.TrendTitle(), slack.NewDataVisualizationLineChart(axis, series...))
}
