package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"

	"catbot/catapi"
)

// What is the place in a sentence for text that whoever sends it escapes and fills in.
const What = "{what}"

// A Level is the number that a condition compares with its limit.
type Level struct {
	Kind     LevelKind
	Where    string  // the ISP or the province that has it, ready to read; empty for all probes
	Province bool    // Where is a province
	Value    float64 // of the unit that Kind names
	Limit    float64 // of the same unit; none of LevelUsual
	Failures int64   // of LevelTimes: in all probes
	Week     bool    // of LevelTimes: compared with last week, not with yesterday
	NoneThen bool    // of LevelTimes: no failures then

	Known       bool // of LevelUsual: Least and Most are known
	Least, Most int64
}

// A LevelKind is what a Level counts.
type LevelKind int

const (
	LevelFailures LevelKind = iota
	LevelPercent            // of the probes
	LevelUsual              // failures, compared with the same hours of the last seven days
	LevelTimes              // times the failures of another window
)

// Level says how high l is: "142 failures", "45% failed on 移动".
func (w Phrases) Level(l Level) string {
	switch l.Kind {
	case LevelPercent:
		return w.percentLevel(l)
	case LevelTimes:
		return w.timesLevel(l)
	}
	failures := w.Failures(int64(l.Value))
	switch {
	case l.Where == "":
		return failures
	case l.Province:
		return w.f("%s in %s", failures, l.Where)
	}
	return w.f("%s on %s", failures, l.Where)
}

func (w Phrases) percentLevel(l Level) string {
	percent := percentBeside(l.Value, l.Limit)
	switch {
	case l.Where == "":
		return w.f("%s of the probes failed", percent)
	case l.Province:
		return w.f("%s failed in %s", percent, l.Where)
	}
	return w.f("%s failed on %s", percent, l.Where)
}

func (w Phrases) timesLevel(l Level) string {
	failures, times := w.Failures(l.Failures), roundTo(l.Value, 1)
	switch {
	case l.NoneThen && l.Week:
		return w.f("%s, none last week", failures)
	case l.NoneThen:
		return w.f("%s, none yesterday", failures)
	case l.Week:
		return w.f("%s, %s times as many as last week", failures, times)
	}
	return w.f("%s, %s times as many as yesterday", failures, times)
}

// LimitOf names the limit of l: "limit 100", "usually 3–10".
func (w Phrases) LimitOf(l Level) string {
	switch {
	case l.Kind == LevelPercent:
		return w.f("limit %s", roundTo(l.Limit, 2)+"%")
	case l.Kind == LevelTimes:
		return w.f("limit %s times", roundTo(l.Limit, 2))
	case l.Kind == LevelFailures:
		return w.f("limit %s", w.Count(int64(l.Limit)))
	case l.Known:
		return w.f("usually %s", w.had(l.Least, l.Most))
	}
	return w.f("more than usual")
}

// LevelAndLimit is both.
func (w Phrases) LevelAndLimit(l Level) string { return w.clauses(w.Level(l), w.LimitOf(l)) }

// LevelNumber writes a value of l's kind, for a chart: "45%", "142", "4.2".
func (w Phrases) LevelNumber(l Level) string {
	switch l.Kind {
	case LevelPercent:
		return percentBeside(l.Value, l.Limit)
	case LevelTimes:
		return w.f("%s times", roundTo(l.Value, 1))
	}
	return w.Count(int64(l.Value))
}

// percentBeside writes a percentage with as few decimals as it needs to differ from the limit beside it.
func percentBeside(percent, limit float64) string {
	decimals := 0
	switch {
	case percent < 1:
		decimals = 2
	case percent < 10:
		decimals = 1
	}
	text := roundTo(percent, decimals)
	for text == roundTo(limit, 2) && percent != limit && decimals < 2 {
		decimals++
		text = roundTo(percent, decimals)
	}
	switch {
	case text == "0" && percent > 0:
		return "<0.01%"
	case text == "100" && percent < 100:
		return "99%"
	}
	return text + "%"
}

func roundTo(n float64, decimals int) string {
	shift := math.Pow10(decimals)
	return strconv.FormatFloat(math.Round(n*shift)/shift, 'f', -1, 64)
}

// What the head of an incident's message says behind the task's name.
func (w Phrases) RecoveredAfter(lasted time.Duration, worst Level) string {
	return w.f("recovered after %s, worst: %s", w.Lasted(lasted), w.Level(worst))
}
func (w Phrases) NoLongerWatched() string { return w.f("no longer watched") }
func (w Phrases) BelowTheLimit(l Level) string {
	return w.f("%s, no longer over the limit", w.Level(l))
}
func (w Phrases) StillOver(lasted time.Duration) string {
	return w.f("still over the limit after %s", w.Lasted(lasted))
}

// WasOver says that a condition was over its limits n times while nothing could be said; for so long, when it was once.
func (w Phrases) WasOver(n int, lasted time.Duration, quietHours bool) string {
	switch {
	case n == 1 && quietHours:
		return w.f("was over the limit for %s in quiet hours", w.Lasted(lasted))
	case n == 1:
		return w.f("was over the limit for %s while muted", w.Lasted(lasted))
	case quietHours:
		return w.f("was over the limit %d times in quiet hours", n)
	}
	return w.f("was over the limit %d times while muted", n)
}

// When an incident began, and how long it lasts.
func (w Phrases) OverSinceFor(lasted time.Duration) string {
	if lasted <= 0 {
		return w.f("Over the limit since %s.", Moment)
	}
	return w.f("Over the limit since %s, for %s.", Moment, w.Lasted(lasted))
}

// WasOverFor says when an incident lasted; What is its time.
func (w Phrases) WasOverFor(lasted time.Duration) string {
	return w.f("Over the limit for %s, %s.", w.Lasted(lasted), What)
}

// LeftBecause says why an incident is not watched any more: its digest was changed, paused or removed.
func (w Phrases) LeftBecause(why string) string {
	switch why {
	case "paused":
		return w.f("The digest was paused at %s.", Moment)
	case "removed":
		return w.f("The digest was removed at %s.", Moment)
	case "moved":
		return w.f("The digest posts in another channel since %s. The incident goes on there.", Moment)
	}
	return w.f("The digest was changed at %s.", Moment)
}

// EndsWhen says what an open incident that is not over its limits any more waits for. line is the closing line, and
// empty where that is the limit.
func (w Phrases) EndsWhen(line string, runs int) string {
	switch {
	case line == "":
		return w.f("It ends when %d runs in a row are not over the limit.", runs)
	case runs == 1:
		return w.f("It ends below %s.", line)
	}
	return w.f("It ends when %d runs in a row are below %s.", runs, line)
}

// InAll counts the failures of all probes; probes is 0 where they are not counted.
func (w Phrases) InAll(failures, probes int64) string {
	if probes == 0 {
		return w.f("In all: %s.", w.Failures(failures))
	}
	return w.f("In all: %s.", w.clauses(w.Failures(failures), w.RateOf(failures, probes)))
}

// TheWorst stands for the name of the worst ISP or province where that is not known.
func (w Phrases) TheWorst(province bool) string {
	if province {
		return w.f("the worst province")
	}
	return w.f("the worst ISP")
}

// WorstAt tells of the worst so far; What is how bad.
func (w Phrases) WorstAt() string { return w.f("Worst: %s (%s).", What, Moment) }

// UnknownSince says that a condition can't be evaluated because of why, whose sentence is What.
func (w Phrases) UnknownSince(why catapi.Trouble) string {
	if w.tooLittle(why) != "" {
		return w.f("Too little data since %s: %s", Moment, What)
	}
	return w.f("No data since %s: %s", Moment, What)
}

// EvaluatedAgain says that a condition could not be evaluated for a time, What.
func (w Phrases) EvaluatedAgain() string {
	return w.f("The condition could not be evaluated %s. It is evaluated again.", What)
}

func (w Phrases) EvaluatedAgainShort() string { return w.f("the condition is evaluated again") }

// LatestRun says which run an open incident's message tells of.
func (w Phrases) LatestRun() string { return w.f("latest run %s", Moment) }

// MutedBy says until when a person silenced a digest or its channel.
func (w Phrases) MutedBy() string { return w.f("Muted until %s by %s.", Moment, Person) }

// ContinuedSince marks a message that takes the place of an earlier one.
func (w Phrases) ContinuedSince() string {
	return w.f("Continued since %s, in place of an earlier message.", Moment)
}

// EarlierInSilence names the times, What, of earlier incidents that nobody heard of.
func (w Phrases) EarlierInSilence() string { return w.f("Before, while silent: %s", What) }

// OnIt stands before the people who work on an incident; OnSince is one of them.
func (w Phrases) OnIt() string    { return w.f("On it: %s", What) }
func (w Phrases) OnSince() string { return w.f("%s since %s", Person, Moment) }

// Since is a group that is in an incident; What is its name and rate.
func (w Phrases) Since() string { return w.f("%s, since %s", What, Moment) }

// Incidents heads a list of incidents.
func (w Phrases) Incidents(n int) string { return w.f("%d incidents", n) }
func (w Phrases) NoIncidents() string    { return w.f("No incidents in this window.") }

// MoreIncidents counts those that found no room; AndMore ends a list in a sentence.
func (w Phrases) MoreIncidents(n int) string {
	return w.f("and %d more: ask for a shorter window to see them", n)
}
func (w Phrases) AndMore(n int) string { return w.f("%d more", n) }

// SinceMoment says when what lasts began.
func (w Phrases) SinceMoment() string { return w.f("since %s", Moment) }

// AtWorst is how bad an incident was.
func (w Phrases) AtWorst(worst Level) string { return w.f("at worst %s", w.LevelAndLimit(worst)) }

// Also names other groups, What, beside the worst.
func (w Phrases) Also() string { return w.f("also %s", What) }

// Meanwhile tells of the incidents, What, in the window of an answer.
func (w Phrases) Meanwhile(n int) string { return w.f("Meanwhile %d incidents, at worst: %s", n, What) }

// Clauses joins parts of a sentence that have commas in them.
func (w Phrases) Clauses(parts []string) string { return strings.Join(parts, w.f("; ")) }

// Heads of lists.
func (w Phrases) AffectedNow() string      { return w.f("Affected now:") }
func (w Phrases) Affected() string         { return w.f("Affected:") }
func (w Phrases) NoLongerAffected() string { return w.f("No longer affected:") }
func (w Phrases) ISPsHead(others bool) string {
	if others {
		return w.f("Other ISPs:")
	}
	return w.f("ISPs:")
}
func (w Phrases) ProvincesHead(others bool) string {
	if others {
		return w.f("Other provinces:")
	}
	return w.f("Provinces:")
}
func (w Phrases) ReasonsHead() string { return w.f("Reasons:") }

// List joins the members of a list.
func (w Phrases) List(members []string) string { return w.names(members) }

// ListWithMore joins the members of a list, and says how many it leaves out.
func (w Phrases) ListWithMore(members []string, more int) string {
	if more == 0 {
		return w.names(members)
	}
	return w.f("%s and %d more", w.names(members), more)
}

// The chart of an incident.
func (w Phrases) RunsOfAll() string      { return w.f("All probes at each run") }
func (w Phrases) RunsOfISP() string      { return w.f("The worst ISP at each run") }
func (w Phrases) RunsOfProvince() string { return w.f("The worst province at each run") }
func (w Phrases) LimitLine() string      { return w.f("limit") }

// LevelUnit is the unit of a Level's value.
func (w Phrases) LevelUnit(kind LevelKind) string {
	switch kind {
	case LevelPercent:
		return w.f("failed, in %%")
	case LevelTimes:
		return w.f("times")
	}
	return w.f("failures")
}

// Highest stands behind the same in characters: What is its time.
func (w Phrases) Highest(l Level) string { return w.f("%s, highest %s", What, w.LevelNumber(l)) }

// Labels of controls of an incident.
func (w Phrases) TakeButton() string    { return w.f("On it") }
func (w Phrases) MutePick() string      { return w.f("Mute …") }
func (w Phrases) UnmuteButton() string  { return w.f("Unmute") }
func (w Phrases) MorePick() string      { return w.f("More") }
func (w Phrases) MoreReasonsOf() string { return w.f("Reasons since it began") }
func (w Phrases) MoreTrend() string     { return w.f("Trend since it began") }
func (w Phrases) MoreCompare() string   { return w.f("Compare with before it began") }
func (w Phrases) MoreRows() string      { return w.f("All details since it began") }

// MuteFor and MuteUntilTomorrow are choices of a mute.
func (w Phrases) MuteFor(length time.Duration) string { return w.f("for %d h", int(length/time.Hour)) }
func (w Phrases) MuteUntilTomorrow(clock string) string {
	return w.f("until tomorrow %s", clock)
}
