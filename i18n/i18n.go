// Package i18n holds every sentence that people read, in English and in Chinese. It returns plain text: the caller
// escapes it for its destination. Words to copy are between backticks.
package i18n

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/text/language"

	"catbot/catapi"
)

// Phrases are the sentences of one language.
type Phrases struct{ language string }

// The languages that catbot speaks.
var (
	English = Phrases{"en"}
	Chinese = Phrases{"zh"}
)

// Languages are the names of the languages, as For takes them. People choose from them.
var Languages = []string{"en", "zh"}

// For returns the phrases for a locale such as "zh-CN" or "en-GB", and reports whether catbot has its language;
// else they are English. Chinese is always simplified.
func For(locale string) (Phrases, bool) {
	tag, err := language.Parse(locale)
	if err != nil {
		return English, false
	}
	switch base, _ := tag.Base(); base.String() {
	case "zh":
		return Chinese, true
	case "en":
		return English, true
	}
	return English, false
}

// Name returns the name of the language, one of Languages.
func (w Phrases) Name() string { return w.language }

// Count writes n with separated thousands: 12,345.
func (w Phrases) Count(n int64) string { return string(appendCount(nil, n)) }

// Failures writes a number of failures: "1 failure", "982 failures".
func (w Phrases) Failures(n int64) string { return w.f("%d failures", n) }

// Share writes count as a percentage of total. It is 100% only if count is total, and 0% only if count is 0.
func (w Phrases) Share(count, total int64) string {
	if total <= 0 {
		return "–"
	}
	percent := int64(float64(count)/float64(total)*100 + 0.5)
	switch {
	case count > 0 && percent == 0:
		return "<1%"
	case count < total && percent >= 100:
		return "99%"
	}
	return fmt.Sprintf("%d%%", percent)
}

// Marks of a reason or an ISP in a comparison.
func (w Phrases) New() string      { return w.f("new") }
func (w Phrases) Vanished() string { return w.f("gone") }

// Window writes a window in Beijing time: "2017-05-25 00:00–08:10 (UTC+8)". It writes a common day once.
func (w Phrases) Window(begin, end time.Time) string {
	begin, end = begin.In(catapi.Beijing), end.In(catapi.Beijing)
	day, from := begin.Format(time.DateOnly), clock(begin)
	midnight := end.Truncate(time.Minute).Equal(end) && end.Hour() == 0 && end.Minute() == 0
	switch {
	case sameDay(begin, end):
		return day + " " + from + "–" + clock(end) + " (UTC+8)"
	case midnight && sameDay(begin, end.AddDate(0, 0, -1)):
		return day + " " + from + "–24:00 (UTC+8)"
	}
	return day + " " + from + " – " + end.Format(time.DateOnly) + " " + clock(end) + " (UTC+8)"
}

// sameDay reports whether two times in the same zone are on one day.
func sameDay(a, b time.Time) bool { return a.YearDay() == b.YearDay() && a.Year() == b.Year() }

func clock(t time.Time) string {
	if t.Second() != 0 {
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}

// Age writes the age of something in one unit: "4 min".
func (w Phrases) Age(age time.Duration) string {
	switch {
	case age < time.Minute:
		return w.f("%d s", int(age.Seconds()))
	case age < time.Hour:
		return w.f("%d min", int(age.Minutes()))
	case age < 48*time.Hour:
		return w.f("%d h", int(age.Hours()))
	}
	return w.f("%d days", int(age.Hours()/24))
}

// Fetched says when an answer was fetched, and whether it comes from the cache.
func (w Phrases) Fetched(age time.Duration, cached bool) string {
	when := w.f("fetched just now")
	if age >= 10*time.Second {
		when = w.f("fetched %s ago", w.Age(age))
	}
	if cached {
		return w.clauses(when, w.FromCache())
	}
	return when
}

// Task names a task.
func (w Phrases) Task(id string) string { return w.f("Task %s", id) }

// TaskName writes a task's id, with its name if that is known: "官网 (126531)".
func (w Phrases) TaskName(id, name string) string {
	if Blank(name) {
		return id
	}
	return w.f("%s (%s)", Plain(name, maxTaskName), id)
}

// maxTaskName is the longest name of a task in a sentence, in characters.
const maxTaskName = 40

// Tasks names up to three tasks, or says how many there are.
func (w Phrases) Tasks(ids []string) string {
	if len(ids) <= 3 {
		return w.f("Tasks %s", w.names(ids))
	}
	return w.f("%d tasks", len(ids))
}

// Texts in place of an empty name.
func (w Phrases) AllProvinces() string { return w.f("all provinces") }
func (w Phrases) NoName() string       { return w.f("(unnamed)") }

// OnlyISPs says which ISPs an answer is limited to.
func (w Phrases) OnlyISPs(names []string) string {
	labels := make([]string, len(names))
	for i, name := range names {
		labels[i] = w.ISP(name)
	}
	return w.f("only %s", w.names(labels))
}

// ISP writes an ISP's name with its gloss: "移动 (China Mobile)".
func (w Phrases) ISP(name string) string {
	if Blank(name) {
		return w.NoName()
	}
	return w.glossed(name, ispGloss[name])
}

// glossed adds the English meaning to a Chinese name, for readers of English.
func (w Phrases) glossed(name, gloss string) string {
	if gloss == "" || w == Chinese {
		return name
	}
	return name + " (" + gloss + ")"
}

// Reason writes a reason with its gloss and code: "Ping超时 (ping timeout, 10016)".
func (w Phrases) Reason(text string, kind catapi.Kind, code int64) string {
	number := strconv.FormatInt(code, 10)
	gloss, blank := reasonOf(kind, code), Blank(text)
	switch {
	case blank && gloss == "":
		return w.f("code %s", number)
	case blank:
		return w.f("%s (%s)", w.f(gloss), number)
	case gloss == "" || w == Chinese:
		return w.f("%s (%s)", text, number)
	}
	return w.f("%s (%s, %s)", text, gloss, number)
}

// ReasonName is Reason without the code, for places that show the code beside it.
func (w Phrases) ReasonName(text string, kind catapi.Kind, code int64) string {
	gloss, blank := reasonOf(kind, code), Blank(text)
	switch {
	case blank && gloss == "":
		return w.NoName()
	case blank:
		return w.f(gloss)
	}
	return w.glossed(text, gloss)
}

// reasonOf explains a return code in a few words of English, or returns "" if it is unknown.
func reasonOf(kind catapi.Kind, code int64) string {
	return cmp.Or(kindGloss[kind][code], reasonGloss[code])
}

// Mark writes the change of a line in a comparison: "new", "gone", "+12".
func (w Phrases) Mark(now, before int64) string {
	switch {
	case before == 0 && now > 0:
		return w.New()
	case now == 0 && before > 0:
		return w.Vanished()
	case now == before:
		return "="
	}
	change := w.Count(now - before)
	if now > before {
		change = "+" + change
	}
	return change
}

// Columns returns the column titles of the table of ISPs. A title that begins with a space is over numbers.
func (w Phrases) Columns(compare bool) []string {
	columns := []string{w.f("ISP, its reasons"), " " + w.f("Code"), " " + w.f("Failures"), " " + w.f("Share")}
	if compare {
		columns = append(columns, " "+w.f("Before"), " "+w.f("Change"))
	}
	return columns
}

// MoreReasons says how many reasons of an ISP are not listed.
func (w Phrases) MoreReasons(n int) string { return w.f("and %d more reasons", n) }

// MostIn names the provinces with the most failures, and the number of the others.
func (w Phrases) MostIn(places []string, more int) string {
	if more > 0 {
		return w.f("most in %s and %d more", w.names(places), more)
	}
	return w.f("most in %s", w.names(places))
}
