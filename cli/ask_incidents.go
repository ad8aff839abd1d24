package cli

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

// The JSON objects of incidents. docs/output.md documents them.
type (
	jsonIncidents struct {
		Begin     string         `json:"begin"`
		End       string         `json:"end"`
		Incidents []jsonIncident `json:"incidents"`
	}
	jsonIncident struct {
		ID        string          `json:"id"`
		Digest    string          `json:"digest"`
		Channel   string          `json:"channel"`
		If        string          `json:"if"`
		Tasks     []jsonWatched   `json:"tasks"`
		Begin     string          `json:"begin"`
		End       string          `json:"end,omitempty"` // absent while it lasts
		Open      bool            `json:"open"`
		Closed    string          `json:"closed_by,omitempty"` // changed, paused or removed, when it did not end by itself
		Minutes   int             `json:"minutes"`
		Worst     jsonReading     `json:"worst"`
		Groups    []jsonGroup     `json:"groups"`
		Responder []jsonResponder `json:"responders"`
	}
	jsonWatched struct {
		ID   string `json:"id"`
		Name string `json:"name,omitempty"`
	}
	jsonReading struct {
		At string `json:"at"`
		jsonCounts
	}
	jsonCounts struct {
		Failures int64    `json:"failures"`
		Probes   int64    `json:"probes,omitempty"`
		Rate     *float64 `json:"rate,omitempty"`
	}
	jsonGroup struct {
		ISP      string `json:"isp,omitempty"`
		Province string `json:"province,omitempty"`
		jsonCounts
		Since string `json:"since"`
		Until string `json:"until,omitempty"` // absent while it is over the limit
	}
	jsonResponder struct {
		User  string `json:"user"`
		Since string `json:"since"`
	}
)

// Incidents lists the incidents of all channels: who runs catbot may read all of its Redis.
func (t terminal) Incidents(ctx context.Context, c commands.Incidents) output {
	if c.Here {
		return errorOutput(t.format, 1, t.words.HereIsNoChannel())
	}
	self, err := t.fetchSelf(ctx)
	if err != nil {
		return errorOutput(t.format, 1, err.Error())
	}
	store := &digest.Store{Space: self.Space(), DB: t.store.DB(), Read: t.runner.ParseAt, Now: t.cfg.now}
	begin, end := c.Resolve(t.cfg.now())
	all, err := store.AllIncidents(ctx, begin, end)
	if err != nil {
		return errorOutput(t.format, 1, err.Error())
	}
	all = digest.IncidentsOf(all, c.Tasks)
	if t.format == "csv" {
		return incidentsCSV(all)
	}
	object := jsonIncidents{Begin: stamp(begin), End: stamp(end), Incidents: []jsonIncident{}}
	var out strings.Builder
	fmt.Fprintf(&out, "%s · %s\n", t.words.Window(begin, end), t.words.Incidents(len(all)))
	for _, i := range all {
		object.Incidents = append(object.Incidents, incidentObject(i))
		fmt.Fprintln(&out, t.incidentLine(i))
	}
	return textOrJSON(t.format, out.String(), object)
}

// incidentLine is one incident as text: its time, how long it lasted, its tasks, how bad it was, and who was on it.
func (t terminal) incidentLine(i digest.Incident) string {
	when := "🚨 " + i.Begin.In(catapi.Beijing).Format("2006-01-02 15:04–") + " (UTC+8)"
	switch {
	case i.IsOpen():
	case i.Why == digest.ClosedRecovered:
		when = "✅ " + t.words.Window(i.Begin, i.End)
	default:
		when = "⚪ " + t.words.Window(i.Begin, cmp.Or(i.End, i.Closed))
	}
	var names []string
	for _, task := range i.Tasks {
		names = append(names, t.words.TaskName(task.ID, task.Name))
	}
	line := []string{
		when, t.words.Lasted(i.Lasted()), i18n.Plain(strings.Join(names, ", "), 200), blockkit.WorstText(i, t.words),
	}
	for _, on := range i.On {
		line = append(line, on.User)
	}
	return strings.Join(line, "\t")
}

// stamp writes an instant as RFC 3339, and the zero time as nothing.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(catapi.Beijing).Format(time.RFC3339)
}

func incidentObject(i digest.Incident) jsonIncident {
	object := jsonIncident{
		ID: i.ID, Digest: i.Digest, Channel: i.Channel, If: i.If, Tasks: []jsonWatched{},
		Begin: stamp(i.Begin), End: stamp(cmp.Or(i.End, i.Closed)), Open: i.IsOpen(), Closed: string(i.Why),
		Minutes: int(i.Lasted() / time.Minute), Worst: jsonReading{stamp(i.Worst.Slot), countsOf(i.Worst.All)},
		Groups: []jsonGroup{}, Responder: []jsonResponder{},
	}
	for _, task := range i.Tasks {
		object.Tasks = append(object.Tasks, jsonWatched(task))
	}
	for _, a := range i.Groups {
		object.Groups = append(object.Groups, jsonGroup{
			ISP: a.Group.ISP, Province: a.Group.Place, jsonCounts: countsOf(a.Group),
			Since: stamp(a.Since), Until: stamp(a.Until),
		})
	}
	for _, on := range i.On {
		object.Responder = append(object.Responder, jsonResponder{on.User, stamp(on.At)})
	}
	return object
}

func countsOf(g report.Group) jsonCounts {
	counts := jsonCounts{Failures: g.Failures, Probes: g.Probes}
	if g.Probes > 0 {
		rate := g.Rate()
		counts.Rate = &rate
	}
	return counts
}

// incidentColumns are those of a CSV of incidents. Columns may be added at the end.
var incidentColumns = []string{
	"id", "digest", "channel", "if", "tasks", "names", "begin", "end", "closed_by", "minutes",
	"worst_at", "worst_failures", "worst_probes", "worst_rate", "isps", "provinces", "responders",
}

func incidentsCSV(all []digest.Incident) output {
	records := [][]string{incidentColumns}
	for _, i := range all {
		records = append(records, incidentRecord(i))
	}
	var out strings.Builder
	if err := csv.NewWriter(&out).WriteAll(records); err != nil {
		return errorOutput("csv", 1, "writing the answer: "+err.Error())
	}
	return output{stdout: out.String()}
}

func incidentRecord(i digest.Incident) []string {
	var tasks, names, isps, provinces, responders []string
	for _, task := range i.Tasks {
		tasks, names = append(tasks, task.ID), append(names, task.Name)
	}
	for _, a := range i.Groups {
		if a.Group.ISP != "" {
			isps = append(isps, a.Group.ISP)
		}
		if a.Group.Place != "" {
			provinces = append(provinces, a.Group.Place)
		}
	}
	for _, on := range i.On {
		responders = append(responders, on.User)
	}
	worst, probes, rate := i.Worst.All, "", ""
	if worst.Probes > 0 {
		probes, rate = strconv.FormatInt(worst.Probes, 10), strconv.FormatFloat(worst.Rate(), 'f', 4, 64)
	}
	list := func(values []string) string { return report.Cell(strings.Join(values, "; ")) }
	return []string{
		i.ID, i.Digest, i.Channel, report.Cell(i.If), list(tasks), list(names), stamp(i.Begin),
		stamp(cmp.Or(i.End, i.Closed)), string(i.Why), strconv.Itoa(int(i.Lasted() / time.Minute)),
		stamp(i.Worst.Slot), strconv.FormatInt(worst.Failures, 10), probes, rate,
		list(isps), list(provinces), list(responders),
	}
}
