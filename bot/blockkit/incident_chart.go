package blockkit

import (
	"math"

	"github.com/slack-go/slack"

	"catbot/catapi"
	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

// maxPoints is Slack's limit of a chart's categories.
const maxPoints = 20

// incidentChart draws the values of an incident's runs, with its limit where that is a fixed number; nil for a single
// run.
func incidentChart(i digest.Incident, w i18n.Phrases) slack.Block {
	points := fewer(i.History, maxPoints)
	if len(points) < 2 {
		return nil
	}
	l := level(i.Limit, i.Now, w)
	layout := "15:04"
	if points[len(points)-1].Slot.In(catapi.Beijing).YearDay() != points[0].Slot.In(catapi.Beijing).YearDay() {
		layout = "01-02 15:04"
	}
	values := slack.DataVisualizationDataSeries{Name: w.LevelUnit(l.Kind)}
	limit := slack.DataVisualizationDataSeries{Name: w.LimitLine()}
	var labels []string
	for _, p := range points {
		label := p.Slot.In(catapi.Beijing).Format(layout)
		if len(labels) > 0 && labels[len(labels)-1] == label {
			continue
		}
		labels = append(labels, label)
		values.Data = append(values.Data, slack.NewDataVisualizationDataPoint(label, math.Round(p.Value*100)/100))
		limit.Data = append(limit.Data, slack.NewDataVisualizationDataPoint(label, l.Limit))
	}
	series := []slack.DataVisualizationDataSeries{values}
	if l.Kind != i18n.LevelUsual {
		series = append(series, limit)
	}
	axis := slack.NewDataVisualizationAxisConfig(labels...).WithXLabel(w.BeijingTime()).WithYLabel(w.LevelUnit(l.Kind))
	title := map[commands.Scope]string{
		commands.Everything: w.RunsOfAll(), commands.AnyISP: w.RunsOfISP(), commands.AnyProvince: w.RunsOfProvince(),
	}[i.Limit.Of]
	return slack.NewDataVisualizationBlock(title, slack.NewDataVisualizationLineChart(axis, series...))
}

// fewer makes at most limit points of points: the highest of several neighbours stands for them.
func fewer(points []digest.Point, limit int) []digest.Point {
	each := (len(points) + limit - 1) / limit
	if each <= 1 {
		return points
	}
	var out []digest.Point
	for from := 0; from < len(points); from += each {
		highest := points[from]
		for _, p := range points[from:min(from+each, len(points))] {
			highest.Value = max(highest.Value, p.Value)
		}
		out = append(out, highest)
	}
	return out
}

// sparkLine is the chart in one line, for clients that show no charts.
func sparkLine(i digest.Incident, w i18n.Phrases) string {
	values, highest := make([]float64, len(i.History)), 0.0
	for n, p := range i.History {
		values[n], highest = p.Value, max(highest, p.Value)
	}
	l := level(i.Limit, i.Now, w)
	l.Value = highest
	times := span(i.History[0].Slot, i.History[len(i.History)-1].Slot)
	return report.Graph(values, highest) + " " + fill(w.Highest(l), i18n.What, times)
}
