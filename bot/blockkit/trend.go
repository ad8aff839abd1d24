package blockkit

import (
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/i18n"
	"catbot/report"
)

// Trend is the message for a trend. sharedBy is who shared it, when t is public.
func Trend(t report.Trend, sharedBy string, w i18n.Phrases, now time.Time) Message {
	title := w.TrendOf(t.Title(w))
	blocks := []slack.Block{header(t.Severity().Mark() + " " + title)}
	public := t.Public && t.Err() == nil
	if !public {
		sharedBy = ""
	}
	said := t.Headline(w)
	if err := t.Err(); err != nil {
		said = w.Upstream(err)
		blocks = append(blocks, section(":warning: "+mrkdwn(said)))
	} else {
		blocks = append(blocks, section("*"+mrkdwn(said)+"*"))
	}
	text := mrkdwn(w.About(t.Subject(w), said) + " · " + w.Window(t.Begin, t.End))
	about := []string{mrkdwn(w.Window(t.Begin, t.End)), w.ReadersTime(readersWindow(t.Begin, t.End))}
	if t.Buckets[len(t.Buckets)-1].Unfinished {
		about = append(about, mrkdwn(w.LastNotOver()))
	}
	blocks = append(blocks, contextLine(strings.Join(about, " · ")))
	if _, why := t.Unknown(); why != nil && t.Err() == nil {
		blocks = append(blocks, contextLine(":warning: "+mrkdwn(w.Upstream(why))))
	}
	bottom := []slack.Block{askAgainLine(t.Command.String(), sharedBy, public, w)}
	bottom = append(bottom, trendControls(t, sharedBy, w)...)
	rich := blocks
	if c := trendChart(t, w); c != nil {
		rich = slices.Concat(blocks, []slack.Block{c})
	}
	plain := blocks
	if len(t.Lines) > 0 && t.Err() == nil {
		lines := strings.Split(strings.TrimSpace(bucketLines(t, w)), "\n")
		plain = slices.Concat(blocks, []slack.Block{section(fence(lines...))})
	}
	return Message{Text: text, Rich: slices.Concat(rich, bottom), Plain: slices.Concat(plain, bottom), Public: public}
}

// bucketLines returns a line for each bucket, for clients that show no charts.
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

// trendChart returns a line for each of the worst ISPs and one for the others, through the buckets that are drawn.
func trendChart(t report.Trend, w i18n.Phrases) slack.Block {
	if len(t.Lines) == 0 {
		return nil
	}
	var categories []string
	drawn := t.Drawn()
	for _, i := range drawn {
		categories = append(categories, i18n.Cut(t.Row(t.Buckets[i], w), maxLabel))
	}
	if len(drawn) == 0 {
		return nil
	}
	lines, rest := t.Worst(maxSeries)
	isps := make([]report.ISP, len(lines))
	for i, line := range lines {
		isps[i].Name = line.ISP
	}
	names := ispLabels(isps, w)
	if rest != nil {
		lines = append(slices.Clone(lines), *rest)
		names = append(names, w.OtherISPs())
	}
	var series []slack.DataVisualizationDataSeries
	for i, line := range lines {
		one := slack.DataVisualizationDataSeries{Name: names[i]}
		for j, at := range drawn {
			one.Data = append(one.Data, slack.NewDataVisualizationDataPoint(categories[j], float64(line.Counts[at])))
		}
		series = append(series, one)
	}
	axis := slack.NewDataVisualizationAxisConfig(categories...).WithXLabel(w.BeijingTime()).WithYLabel(w.AxisFailures())
	return slack.NewDataVisualizationBlock(w.TrendTitle(), slack.NewDataVisualizationLineChart(axis, series...))
}
