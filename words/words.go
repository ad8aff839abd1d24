// Package words holds every sentence that catbot says to a person, so that each can be said in another language.
// What it returns is plain text: whoever sends it escapes it for where it goes.
package words

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"catbot/catapi"
)

// Words speak one language.
type Words struct {
	numbers *message.Printer
}

// English is what catbot speaks.
var English = Words{numbers: message.NewPrinter(language.English)}

// Count writes n with its thousands set apart: 12,345.
func (w Words) Count(n int64) string { return w.numbers.Sprintf("%d", n) }

// Failures counts them: "1 failure", "982 failures".
func (w Words) Failures(n int64) string {
	switch n {
	case 0:
		return "no failures"
	case 1:
		return "1 failure"
	}
	return w.Count(n) + " failures"
}

// Share writes count as a percentage of total. Only all of it is 100%, and something is never 0%.
func (w Words) Share(count, total int64) string {
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

// Change says how now compares with before: "up from 120 (+718%)".
func (w Words) Change(now, before int64) string {
	switch {
	case now == before:
		return "the same as before"
	case before == 0:
		return "none before"
	case now == 0:
		return "down from " + w.Count(before)
	}
	direction := "up"
	if now < before {
		direction = "down"
	}
	percent := w.numbers.Sprintf("%+d", int64(math.Round((float64(now)-float64(before))/float64(before)*100)))
	if percent == "0" || percent == "+0" || percent == "-0" {
		return direction + " from " + w.Count(before)
	}
	return fmt.Sprintf("%s from %s (%s%%)", direction, w.Count(before), percent)
}

// Marks for a reason or an ISP of a comparison.
func (w Words) New() string      { return "new" }
func (w Words) Vanished() string { return "gone" }

// Window writes a window in Beijing's time, the day once where it is the same: "2017-05-25 00:00–08:10 (UTC+8)".
func (w Words) Window(begin, end time.Time) string {
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
func (w Words) Age(age time.Duration) string {
	switch {
	case age < time.Minute:
		return fmt.Sprintf("%d s", int(age.Seconds()))
	case age < time.Hour:
		return fmt.Sprintf("%d min", int(age.Minutes()))
	case age < 48*time.Hour:
		return fmt.Sprintf("%d h", int(age.Hours()))
	}
	return fmt.Sprintf("%d days", int(age.Hours()/24))
}

// Fetched says how fresh an answer is.
func (w Words) Fetched(age time.Duration, cached bool) string {
	when := "fetched just now"
	if age >= 10*time.Second {
		when = "fetched " + w.Age(age) + " ago"
	}
	if cached {
		when += ", " + w.FromCache()
	}
	return when
}

// Task names a task.
func (w Words) Task(id string) string { return "Task " + id }

// Tasks names several, or says how many.
func (w Words) Tasks(ids []string) string {
	if len(ids) <= 3 {
		return "Tasks " + strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%d tasks", len(ids))
}

// Names for what has none.
func (w Words) AllProvinces() string { return "all provinces" }
func (w Words) NoName() string       { return "(unnamed)" }

// OnlyISPs says which ISPs an answer was limited to.
func (w Words) OnlyISPs(names []string) string { return "only " + strings.Join(names, ", ") }

// ISP writes an ISP's name with its gloss: "移动 (China Mobile)".
func (w Words) ISP(name string) string {
	if name == "" {
		return w.NoName()
	}
	if gloss := ispGloss[name]; gloss != "" {
		return name + " (" + gloss + ")"
	}
	return name
}

// Reason writes a reason with its gloss and code: "Ping超时 (ping timeout, 10016)".
func (w Words) Reason(text string, kind catapi.Kind, code int64) string {
	gloss := w.ReasonGloss(kind, code)
	switch {
	case text == "" && gloss == "":
		return fmt.Sprintf("code %d", code)
	case text == "":
		return fmt.Sprintf("%s (%d)", gloss, code)
	case gloss == "":
		return fmt.Sprintf("%s (%d)", text, code)
	}
	return fmt.Sprintf("%s (%s, %d)", text, gloss, code)
}

// ReasonGloss explains a return code in a few words; empty where it is not known.
func (w Words) ReasonGloss(kind catapi.Kind, code int64) string {
	return cmp.Or(kindGloss[kind][code], reasonGloss[code])
}

// ReasonName is Reason without the code, which stands beside it.
func (w Words) ReasonName(text string, kind catapi.Kind, code int64) string {
	gloss := w.ReasonGloss(kind, code)
	switch {
	case text == "" && gloss == "":
		return w.NoName()
	case text == "":
		return gloss
	case gloss == "":
		return text
	}
	return text + " (" + gloss + ")"
}

// Mark says how a line of a comparison changed: "new", "gone", "+12".
func (w Words) Mark(now, before int64) string {
	switch {
	case before == 0 && now > 0:
		return w.New()
	case now == 0 && before > 0:
		return w.Vanished()
	case now == before:
		return "="
	}
	return w.numbers.Sprintf("%+d", now-before)
}

// Columns are the titles of the table of ISPs; those that begin with a space stand over numbers.
func (w Words) Columns(compare bool) []string {
	columns := []string{"ISP, its reasons", " Code", " Failures", " Share"}
	if compare {
		columns = append(columns, " Before", " Change")
	}
	return columns
}

// MoreReasons stands where the list of an ISP's reasons is cut.
func (w Words) MoreReasons(n int) string { return "and " + w.plural(n, "more reason", "more reasons") }

// MostIn names the provinces that fail most, and how many more there are.
func (w Words) MostIn(places []string, more int) string {
	line := "most in " + strings.Join(places, ", ")
	if more > 0 {
		line += fmt.Sprintf(" and %d more", more)
	}
	return line
}
