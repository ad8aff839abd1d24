package report

import (
	"cmp"
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

// Title names the task or tasks and the provinces of a.
func (a Answer) Title(w i18n.Phrases) string {
	return a.title(w, a.where(w))
}

func (a Answer) where(w i18n.Phrases) string {
	if len(a.Parts) == 1 && len(a.OnlyProvinces) > 0 {
		return a.Parts[0].Where(w)
	}
	return a.Request.where(w)
}

// Title is Answer.Title before there is an answer.
func (a Request) Title(w i18n.Phrases) string { return a.title(w, a.where(w)) }

func (a Request) where(w i18n.Phrases) string {
	if len(a.OnlyProvinces) == 0 {
		return w.AllProvinces()
	}
	var places []string
	for _, province := range a.OnlyProvinces {
		places = append(places, cmp.Or(a.Places[province], province))
	}
	return w.Places(places)
}

func (a Request) title(w i18n.Phrases, where string) string {
	var names []string
	for _, task := range a.Tasks {
		names = append(names, w.TaskName(task, a.Names[task]))
	}
	title := w.Tasks(names)
	if len(names) == 1 {
		title = w.Task(names[0])
	}
	return title + " · " + a.scope(w, where)
}

// scope names the provinces and ISPs that a is limited to.
func (a Request) scope(w i18n.Phrases, where string) string {
	if len(a.OnlyISPs) > 0 {
		return where + " · " + w.OnlyISPs(a.OnlyISPs)
	}
	return where
}

// Subject names the task, or the tasks, at the beginning of a notification.
func (a Request) Subject(w i18n.Phrases) string {
	if len(a.Tasks) != 1 {
		return w.Tasks(a.Tasks)
	}
	if name := a.Names[a.Tasks[0]]; !i18n.Blank(name) {
		return w.TaskName(a.Tasks[0], name)
	}
	return w.Task(a.Tasks[0])
}

// Brief is the text of a notification. A phone shows its first words: the task's name, the number, then the rest.
// lead, which may be empty, is a sentence with a number of its own.
func (a Answer) Brief(w i18n.Phrases, lead string) string {
	if err := a.Err(); err != nil {
		return w.About(a.Subject(w), w.Sentences(lead, w.Upstream(err)))
	}
	return a.brief(w, lead, a.findings(w), a.lasting().Sentence(w))
}

func (a Answer) brief(w i18n.Phrases, sentences ...string) string {
	return w.About(a.Subject(w), w.Sentences(sentences...)) + " · " + a.scope(w, a.where(w)) + " · " +
		w.Window(a.Begin, a.End)
}

// Where names the part's province in the reader's language: "江西", or "江西 (Jiangxi)" in English.
func (p Part) Where(w i18n.Phrases) string {
	if p.Province == "" {
		return w.AllProvinces()
	}
	return Place{Code: p.Province, Name: p.Place}.Label(w)
}

// Title names the part within an answer of several.
func (p Part) Title(w i18n.Phrases) string {
	title := w.Task(w.TaskName(p.Task, p.Name))
	if p.Province == "" {
		return title
	}
	return title + " · " + p.Where(w)
}

// hinted is the share of the failures that is worth a hint: one of so many.
const hinted = 3

// Hint explains the most frequent reason and what to check first; empty if it has too small a share, or if the tasks
// fail for different reasons.
func (a Answer) Hint(w i18n.Phrases) string {
	reasons, total := a.Verdict.explained(a.Findings)
	if len(reasons) == 0 || total < enough || a.Verdict.Severity < Warning {
		return ""
	}
	top := reasons[0]
	hint := hintOf(top.Kind, top.Code)
	if top.Count*hinted < total || hint == nil || !a.failsInEachTaskBy(top) {
		return ""
	}
	return w.HintOn(w.Reason(i18n.Plain(top.Text, shownName), top.Kind, top.Code), hint.on(a.Verdict, w))
}

// failsInEachTaskBy reports whether r is worth a hint in each task that has enough failures.
func (a Answer) failsInEachTaskBy(r Reason) bool {
	if a.Verdict.Advice == LookAtEach {
		return false
	}
	for _, task := range a.Tasks {
		var count, total int64
		for _, part := range a.Parts {
			if part.Task != task {
				continue
			}
			reasons, failures := a.Verdict.explained(part.Findings)
			total += failures
			for _, found := range reasons {
				if found.Kind == r.Kind && found.Code == r.Code {
					count += found.Count
				}
			}
		}
		if total >= enough && count*hinted < total {
			return false
		}
	}
	return true
}

// Freshness returns the age of the data at now, in words.
func (p Part) Freshness(w i18n.Phrases, now time.Time) string {
	return w.Fetched(now.Sub(p.FetchedAt), p.Cached)
}

// Warnings returns what qualifies the numbers: that they are old, partial or doubtful.
func (p Part) Warnings(w i18n.Phrases, now time.Time) []string {
	var out []string
	if p.Stale != nil {
		out = append(out, w.Stale(now.Sub(p.FetchedAt), w.Window(p.Begin, p.End), w.Upstream(p.Stale)))
	}
	for _, note := range p.Notes {
		switch note.Kind {
		case SummaryDiffers:
			out = append(out, w.SummaryDiffers(note.API, note.Rows))
		case ProvinceRefused:
			out = append(out, w.ProvinceRefused(p.Province, catapi.APIMessage(note.Err)))
		case NoComparison:
			out = append(out, w.NoComparison(p.Baseline, w.Upstream(note.Err)))
		case ComparedTooLong:
			out = append(out, w.NoComparisonSoLong(p.Baseline))
		case Unwatched:
			if p.Probed > 0 || w.WhyNoData(note.Err) == "" { // else the headline says it
				out = append(out, w.Upstream(note.Err))
			}
		case NoSuchISP:
			if !p.elsewhere() { // else the headline says it
				out = append(out, w.NoSuchISP())
			}
		}
	}
	return out
}
