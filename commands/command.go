// Package commands is the language of /cat: it reads a command and prints it back. Package query runs it.
//
// A command is a value that prints itself. The text that String gives is what a button carries, what a
// schedule stores, what the log shows; parsing it gives the same value again.
package commands

import (
	"slices"
	"strconv"
	"strings"
)

// A Command is something a person asks of catbot.
type Command interface {
	// String returns the canonical text: Parse gives the same command for it, at any time and
	// with any set of learned names.
	String() string
	// Kind is the command's first word, for logs and metrics.
	Kind() string
}

// Codes asks for the top error reasons per ISP of one or more tasks.
type Codes struct {
	Tasks     []string // task ids, at least one, none twice
	Window    Window
	Provinces []string // CAT's codes where they are known, else as typed; none means all
	ISPs      []string // as the API names them where that is known; none means all
	Top       int      // reasons listed per ISP; 0 means DefaultTop
	Compare   Baseline // what the failures are compared with
	Public    bool     // answer visible to everyone in the channel
	Show      Show     // what the answer holds beside the summary
}

// Show is what an answer holds beside its summary.
type Show string

const (
	Summary Show = ""
	Rows    Show = "rows" // the API's own rows, as many as find room
	CSV     Show = "csv"  // all rows, in a file
)

const (
	// DefaultTop is how many reasons an ISP is listed with unless the command says otherwise.
	DefaultTop = 3
	// MaxTop keeps a section readable and below Slack's limit for one.
	MaxTop = 20
	// MaxParts bounds the questions that one command may ask of the API: tasks times provinces.
	MaxParts = 20
	// MaxTrendParts bounds tasks times provinces of a trend, each of which is asked about once for every bucket of time.
	MaxTrendParts = 3
)

func (c Codes) Kind() string { return "codes" }

func (c Codes) String() string { return c.text("codes") }

// text is written at once: an answer's controls print about 30 commands.
func (c Codes) text(verb string) string {
	out := make([]byte, 0, 100)
	out = append(out, verb...)
	add := func(word string) { out = append(append(out, ' '), word...) }
	for _, task := range c.Tasks {
		add(task)
	}
	if c.Window != (Window{}) {
		out = c.Window.append(append(out, ' '))
	}
	for _, province := range c.Provinces {
		add(printProvince(province))
	}
	if len(c.ISPs) > 0 {
		add("isp")
		for _, isp := range c.ISPs {
			add(printISP(isp))
		}
	}
	if c.Top > 0 {
		add("top")
		add(strconv.Itoa(c.Top))
	}
	if c.Compare != NoBaseline {
		add(printCompare(c.Compare))
	}
	if c.Public {
		add("public")
	}
	if c.Show != Summary {
		add(string(c.Show))
	}
	return string(out)
}

// Wants reports whether c asks about an ISP, given as an answer names it.
func (c Codes) Wants(isp string) bool {
	return len(c.ISPs) == 0 || slices.ContainsFunc(c.ISPs, func(asked string) bool { return SameISP(isp, asked) })
}

// Listed is the number of reasons to list per ISP.
func (c Codes) Listed() int {
	if c.Top == 0 {
		return DefaultTop
	}
	return c.Top
}

// Trend asks how the failures of tasks went over time, per ISP. Its Top, Compare and Show are not used.
type Trend struct{ Codes }

func (t Trend) Kind() string   { return "trend" }
func (t Trend) String() string { return t.text("trend") }

// Tasks asks which tasks there are, by a part of their name, target or id. An empty Text means all.
type Tasks struct{ Text string }

func (t Tasks) Kind() string   { return "tasks" }
func (t Tasks) String() string { return strings.TrimSpace("tasks " + t.Text) }

// Help asks how to ask. An empty topic is the overview.
type Help struct {
	Topic string // "" or one of Topics
}

func (h Help) Kind() string { return "help" }

func (h Help) String() string {
	if h.Topic == "" {
		return "help"
	}
	return "help " + h.Topic
}

// printProvince prints a province so that it is read back as the same value whatever names have been
// learned since: bare when it is in the built-in table, else as province=….
func printProvince(province string) string {
	if known, ok := builtin[province]; ok && known.Code == province {
		return province
	}
	return "province=" + quote(province)
}

// printISP prints an ISP's name. One that could be read as something else is quoted.
func printISP(isp string) string {
	if known, ok := knownISP(isp); ok && known == isp {
		return isp
	}
	return quoted(isp)
}

// quote puts s into double quotes when it would not survive as one bare word.
func quote(s string) string {
	if s != "" && s == Clean(s) && !strings.ContainsAny(s, " ,\"'\\<>&") && !strings.Contains(s, "..") {
		return s
	}
	return quoted(s)
}

// CanBeTyped reports whether a name, as that of a province or an ISP, is read as the same when it stands in a
// command. One from CAT may hold what nobody can type.
func CanBeTyped(name string) bool {
	words := split(Clean(quoted(name)))
	return nameFits(name) && len(words) == 1 && words[0].plain == name
}

func quoted(s string) string { return `"` + protect.Replace(inQuotes.Replace(s)) + `"` }

var inQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
