package i18n

import (
	"math"
	"time"

	"catbot/catapi"
)

// Baseline names the baseline of a comparison. Its argument is the word of the command, such as "last week".
func (w Phrases) Baseline(name string) string {
	switch name {
	case "yesterday":
		return w.f("the same hours of the day before")
	case "last week":
		return w.f("the same hours of the week before")
	case "usual":
		return w.f("what is usual")
	}
	return w.f("the window before")
}

// Compared compares the total of an answer with that of its baseline.
func (w Phrases) Compared(baseline string, now, before int64) string {
	name := w.Baseline(baseline)
	switch {
	case now == before:
		return w.f("Compared with %s: the same.", name)
	case before == 0:
		return w.f("Compared with %s: none then.", name)
	}
	change := int64(math.Round(math.Abs(float64(now)-float64(before)) / float64(before) * 100))
	percent := w.Count(change) + "%"
	switch {
	case now < before && change == 0:
		return w.f("Compared with %s: down from %d to %d.", name, before, now)
	case now < before:
		return w.f("Compared with %s: down from %d to %d (-%s).", name, before, now, percent)
	case change == 0:
		return w.f("Compared with %s: up from %d to %d.", name, before, now)
	}
	return w.f("Compared with %s: up from %d to %d (+%s).", name, before, now, percent)
}

// NoComparison says that the baseline has no data, and why.
func (w Phrases) NoComparison(baseline, why string) string {
	return w.f("There is no comparison with %s: its data could not be had. %s", w.Baseline(baseline), why)
}

// NoComparisonSoLong says that the window is longer than the time between it and its baseline.
func (w Phrases) NoComparisonSoLong(baseline string) string {
	switch baseline {
	case "last week":
		return w.f("There is no comparison with the week before: that is for windows of up to 7 days.")
	case "usual":
		return w.f("What is usual is told for windows of up to a day.")
	}
	return w.f("There is no comparison with the day before: that is for windows of up to a day.")
}

// A UsualRange is the range of failures in the same hours of the days before.
type UsualRange struct {
	Least, Most int64
	Known, Days int           // how many of the days have data, and how many there are
	Window      time.Duration // the length of the window of the answer
	Past        bool          // the window ended long before the question
	Worse       bool          // the answer has many more failures than any of the days
}

// Usual says how many failures are usual, and whether there are many more now.
func (w Phrases) Usual(u UsualRange) string {
	if u.Known == 0 {
		return w.f("What is usual is not known: none of the %d days before has data for these hours.", u.Days)
	}
	had := w.had(u.Least, u.Most)
	hours := w.f("at these hours")
	if u.Window <= time.Hour {
		hours = w.f("at this hour")
	}
	days := w.f("the last %d days", u.Days)
	if u.Past {
		days = w.f("the %d days before", u.Days)
	}
	if u.Known < u.Days {
		days = w.f("%d of %s", u.Known, days)
	}
	said := w.f("%s %s had %s", hours, days, had)
	if u.Known < u.Days {
		said = w.clauses(said, w.f("the others are not known"))
	}
	if u.Worse {
		return w.f("Worse than usual: %s.", said)
	}
	return w.sentence(said)
}

// had writes a range of failures.
func (w Phrases) had(least, most int64) string {
	switch {
	case most == 0:
		return w.f("none")
	case least == most:
		return w.f("%d each", most)
	}
	return w.f("%d–%d", least, most)
}

// Span writes a part of a window in short: "07:30–08:00". It adds the day if dated is set.
func (w Phrases) Span(begin, end time.Time, dated bool) string {
	begin, end = begin.In(catapi.Beijing), end.In(catapi.Beijing)
	day, lastDay := begin.Format("01-02 "), end.Format("01-02 ")
	to := clock(end)
	if to == "00:00" && !end.Equal(begin) {
		to, lastDay = "24:00", end.AddDate(0, 0, -1).Format("01-02 ")
	}
	switch {
	case !dated:
		return clock(begin) + "–" + to
	case day == lastDay:
		return day + clock(begin) + "–" + to
	}
	return day + clock(begin) + " – " + lastDay + to
}
