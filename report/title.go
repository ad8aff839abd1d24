package report

import (
	"strings"
	"time"

	"catbot/words"
)

// Title says what a is about: the task or tasks, and where.
func (a Answer) Title(w words.Words) string {
	title := w.Tasks(a.Tasks)
	if len(a.Tasks) == 1 {
		title = w.Task(a.Tasks[0])
	}
	switch {
	case len(a.OnlyProvinces) == 0:
		title += " · " + w.AllProvinces()
	case len(a.Parts) == 1:
		title += " · " + a.Parts[0].Where(w)
	default:
		title += " · " + strings.Join(a.OnlyProvinces, ", ")
	}
	if len(a.OnlyISPs) > 0 {
		title += " · " + w.OnlyISPs(a.OnlyISPs)
	}
	return title
}

// Where names the part's province as a reader knows it: "江西 (jiangxi)".
func (p Part) Where(w words.Words) string {
	switch {
	case p.Province == "":
		return w.AllProvinces()
	case p.Place == "" || p.Place == p.Province:
		return p.Province
	}
	return p.Place + " (" + p.Province + ")"
}

// Title names the part within an answer of several.
func (p Part) Title(w words.Words) string {
	if p.Province == "" {
		return w.Task(p.Task)
	}
	return w.Task(p.Task) + " · " + p.Where(w)
}

// Freshness says how old the data is at now.
func (p Part) Freshness(w words.Words, now time.Time) string {
	return w.Fetched(now.Sub(p.FetchedAt), p.Cached)
}

// Warnings says what a reader of the numbers should know: that they are old, partial or doubtful.
func (p Part) Warnings(w words.Words, now time.Time) []string {
	var out []string
	if p.Stale != nil {
		out = append(out, w.Stale(now.Sub(p.FetchedAt), w.Window(p.Begin, p.End), w.Upstream(p.Stale)))
	}
	for _, note := range p.Notes {
		switch note.Kind {
		case SummaryDiffers:
			out = append(out, w.SummaryDiffers(note.API, note.Rows))
		case ProvinceRefused:
			out = append(out, w.ProvinceRefused(p.Province, words.Said(note.Err)))
		case NoComparison:
			out = append(out, w.NoComparison(w.Upstream(note.Err)))
		case NoProbes:
			out = append(out, w.NoProbes())
		case NoSuchISP:
			out = append(out, w.NoSuchISP())
		}
	}
	return out
}
