package blockkit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"catbot/i18n"
	"catbot/report"
)

const (
	// maxSeries is the limit of slack-go and of Slack's older documents; newer ones say 12.
	maxSeries = 6
	// maxBars is how many ISPs a chart shows. Slack allows 20, but more than 10 are unreadable.
	maxBars = 10
)

// chart returns the failures over time; where over is nil, bars of the top ISPs, for each one bar per top reason and one
// for the others. In a comparison, each ISP has a bar before and one now.
func chart(a report.Answer, over *report.Trend, w i18n.Phrases) slack.Block {
	switch {
	case a.Compared():
		return compareChart(a.Findings, w)
	case over != nil:
		return trendChart(*over, w)
	}
	return reasonChart(a.Findings, w)
}

// sparklines is the chart over time for clients that show no charts; nothing where over is nil or nothing failed.
func sparklines(over *report.Trend, w i18n.Phrases) []slack.Block {
	if over == nil {
		return nil
	}
	caption, lines := over.Sparklines(w)
	if len(lines) == 0 {
		return nil
	}
	text := "*" + mrkdwn(caption) + "*"
	for _, line := range lines {
		text += "\n" + code(line.Graph) + " " + escape(line.Name, maxName) + " · " + mrkdwn(line.Peak)
	}
	return []slack.Block{section(text)}
}

// compareChart returns a chart with two bars for each ISP.
func compareChart(f report.Findings, w i18n.Phrases) slack.Block {
	isps := f.ISPs[:min(len(f.ISPs), maxBars)]
	if len(isps) == 0 {
		return nil
	}
	categories := ispLabels(isps, w)
	before := slack.DataVisualizationDataSeries{Name: w.BeforeBars()}
	now := slack.DataVisualizationDataSeries{Name: w.NowBars()}
	for i, isp := range isps {
		before.Data = append(before.Data, slack.NewDataVisualizationDataPoint(categories[i], float64(isp.Before)))
		now.Data = append(now.Data, slack.NewDataVisualizationDataPoint(categories[i], float64(isp.Count)))
	}
	axis := slack.NewDataVisualizationAxisConfig(categories...).WithXLabel(w.AxisISP()).WithYLabel(w.AxisFailures())
	return slack.NewDataVisualizationBlock(w.CompareTitle(), slack.NewDataVisualizationBarChart(axis, before, now))
}

func reasonChart(f report.Findings, w i18n.Phrases) slack.Block {
	var isps []report.ISP
	for _, isp := range f.ISPs {
		if isp.Count > 0 && len(isps) < maxBars {
			isps = append(isps, isp)
		}
	}
	if len(isps) == 0 {
		return nil
	}
	categories := ispLabels(isps, w)
	var series []slack.DataVisualizationDataSeries
	drawn := map[int64]bool{}
	add := func(name string, counts func(report.Reason) bool) {
		one := slack.DataVisualizationDataSeries{Name: name}
		for i, isp := range isps {
			var sum int64
			for _, reason := range isp.Reasons {
				if counts(reason) {
					sum += reason.Count
				}
			}
			one.Data = append(one.Data, slack.NewDataVisualizationDataPoint(categories[i], float64(sum)))
		}
		series = append(series, one)
	}
	for i, reason := range f.Reasons {
		if reason.Count == 0 {
			break
		}
		if i == maxSeries-1 && len(f.Reasons) > maxSeries {
			add(w.OtherReasons(), func(r report.Reason) bool { return !drawn[r.Code] })
			break
		}
		drawn[reason.Code] = true
		add(reasonLabel(reason), func(r report.Reason) bool { return r.Code == reason.Code })
		if len(series) == maxSeries {
			break
		}
	}
	axis := slack.NewDataVisualizationAxisConfig(categories...).WithXLabel(w.AxisISP()).WithYLabel(w.AxisFailures())
	return slack.NewDataVisualizationBlock(w.ChartTitle(), slack.NewDataVisualizationBarChart(axis, series...))
}

// reasonLabel returns a label with the code, which makes it unique and is never cut.
func reasonLabel(r report.Reason) string {
	number := strconv.FormatInt(r.Code, 10)
	text := i18n.Cut(flat(r.Text), max(0, maxLabel-1-len(number)))
	return i18n.Cut(strings.TrimSpace(text+" "+number), maxLabel)
}

// ispLabels cuts names to the length of a chart label, and numbers those that are equal then.
func ispLabels(isps []report.ISP, w i18n.Phrases) []string {
	labels := make([]string, len(isps))
	used := map[string]bool{}
	for i, isp := range isps {
		name := flat(isp.Name)
		if name == "" {
			name = w.NoName()
		}
		label := i18n.Cut(name, maxLabel)
		for n := 2; used[label]; n++ {
			mark := fmt.Sprintf(" %d", n)
			label = i18n.Cut(name, maxLabel-len(mark)) + mark
		}
		used[label] = true
		labels[i] = label
	}
	return labels
}

// flat returns name as plain text without the marks that isolate right-to-left text: each label stands alone.
func flat(name string) string {
	return plainReplacer.Replace(strings.Trim(i18n.Plain(name, maxName), "\u2068\u2069"))
}
