// Package i18n holds every sentence that catbot says to a person, so that each can be said in another language. What
// it returns is plain text: whoever sends it escapes it for where it goes. What a person is to copy from a sentence
// stands between backticks, which Slack draws and a terminal's reader knows.
package i18n

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"catbot/catapi"
)

// Phrases are the sentences of one language.
type Phrases struct {
	tag     language.Tag
	printer *message.Printer
}

// The languages that catbot speaks.
var (
	English = Phrases{language.English, message.NewPrinter(language.English, message.Catalog(sentences))}
	Chinese = Phrases{language.SimplifiedChinese, message.NewPrinter(language.SimplifiedChinese, message.Catalog(sentences))}
)

// Languages are the names under which For knows them, for a person to choose from.
var Languages = []string{"en", "zh"}

// For returns the phrases for a locale such as "zh-CN" or "en-GB", and whether catbot speaks it.
// All Chinese is simplified.
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

// Name is the language's: one of Languages.
func (w Phrases) Name() string {
	if w.tag == language.SimplifiedChinese {
		return "zh"
	}
	return "en"
}

// f says an English sentence in the language of w; where numbers stand, in its form for them. No argument opens a
// span that it does not close.
func (w Phrases) f(english string, args ...any) string {
	for i, arg := range args {
		if text, ok := arg.(string); ok && strings.Count(text, "`")%2 == 1 {
			args[i] = strings.ReplaceAll(text, "`", "'")
		}
	}
	return w.printer.Sprintf(english, args...)
}

// Count writes n with its thousands set apart: 12,345.
func (w Phrases) Count(n int64) string { return w.printer.Sprintf("%d", n) }

// Failures counts them: "1 failure", "982 failures".
func (w Phrases) Failures(n int64) string { return w.f("%d failures", n) }

// Share writes count as a percentage of total. Only all of it is 100%, and something is never 0%.
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

// Marks for a reason or an ISP of a comparison.
func (w Phrases) New() string      { return w.f("new") }
func (w Phrases) Vanished() string { return w.f("gone") }

// Window writes a window in Beijing's time, the day once where it is the same: "2017-05-25 00:00–08:10 (UTC+8)".
func (w Phrases) Window(begin, end time.Time) string {
	begin, end = begin.In(catapi.Beijing), end.In(catapi.Beijing)
	from, to := clock(begin), clock(end)
	day, lastDay := begin.Format(time.DateOnly), end.Format(time.DateOnly)
	midnight := end.Truncate(time.Minute).Equal(end) && end.Hour() == 0 && end.Minute() == 0
	switch {
	case day == lastDay:
		return fmt.Sprintf("%s %s–%s (UTC+8)", day, from, to)
	case midnight && end.AddDate(0, 0, -1).Format(time.DateOnly) == day:
		return fmt.Sprintf("%s %s–24:00 (UTC+8)", day, from)
	}
	return fmt.Sprintf("%s %s – %s %s (UTC+8)", day, from, lastDay, to)
}

func clock(t time.Time) string {
	if t.Second() != 0 {
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}

// Age writes how long ago something was, in one unit: "4 min".
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

// Fetched says how fresh an answer is.
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

// TaskName writes a task's id with its name, where that is known: "官网 (126531)".
func (w Phrases) TaskName(id, name string) string {
	if Blank(name) {
		return id
	}
	return w.f("%s (%s)", Plain(name, maxTaskName), id)
}

// maxTaskName keeps a title short.
const maxTaskName = 40

// Tasks names several, or says how many.
func (w Phrases) Tasks(ids []string) string {
	if len(ids) <= 3 {
		return w.f("Tasks %s", w.names(ids))
	}
	return w.f("%d tasks", len(ids))
}

// Names for what has none.
func (w Phrases) AllProvinces() string { return w.f("all provinces") }
func (w Phrases) NoName() string       { return w.f("(unnamed)") }

// OnlyISPs says which ISPs an answer was limited to.
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

// glossed adds what a name means for those who do not read Chinese.
func (w Phrases) glossed(name, gloss string) string {
	if gloss == "" || w.tag == Chinese.tag {
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
	case gloss == "" || w.tag == Chinese.tag:
		return w.f("%s (%s)", text, number)
	}
	return w.f("%s (%s, %s)", text, gloss, number)
}

// ReasonName is Reason without the code, which stands beside it.
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

// reasonOf explains a return code in a few words of English; empty where it is not known.
func reasonOf(kind catapi.Kind, code int64) string {
	return cmp.Or(kindGloss[kind][code], reasonGloss[code])
}

// Mark says how a line of a comparison changed: "new", "gone", "+12".
func (w Phrases) Mark(now, before int64) string {
	switch {
	case before == 0 && now > 0:
		return w.New()
	case now == 0 && before > 0:
		return w.Vanished()
	case now == before:
		return "="
	}
	return w.printer.Sprintf("%+d", now-before)
}

// Columns are the titles of the table of ISPs; those that begin with a space stand over numbers.
func (w Phrases) Columns(compare bool) []string {
	columns := []string{w.f("ISP, its reasons"), " " + w.f("Code"), " " + w.f("Failures"), " " + w.f("Share")}
	if compare {
		columns = append(columns, " "+w.f("Before"), " "+w.f("Change"))
	}
	return columns
}

// MoreReasons stands where the list of an ISP's reasons is cut.
func (w Phrases) MoreReasons(n int) string { return w.f("and %d more reasons", n) }

// MostIn names the provinces that fail most, and how many more there are.
func (w Phrases) MostIn(places []string, more int) string {
	if more > 0 {
		return w.f("most in %s and %d more", w.names(places), more)
	}
	return w.f("most in %s", w.names(places))
}
