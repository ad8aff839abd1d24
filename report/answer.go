// Package report turns histories into an answer: which ISPs fail, where, and why. It is pure: no clock, no network.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"catbot/catapi"
)

// An Answer is what a codes command found.
type Answer struct {
	Request
	Parts []Part // one for each task and province, in the order of the command
	Findings
	Choice Choice
}

// A Request is what an answer or a trend is about.
type Request struct {
	Command       fmt.Stringer // a command of package commands; its text asks for the same again
	Tasks         []string
	OnlyProvinces []string          // as asked; none means all
	Places        map[string]string // the Chinese names of these provinces, as far as they are known
	OnlyISPs      []string          // the ISPs it is limited to; none means all
	Begin         time.Time
	End           time.Time         // of the window, in Beijing's zone
	Compare       bool              // also with another window
	Baseline      string            // which, in the language of /cat; empty means the window just before
	Top           int               // reasons to show per ISP
	Rows          bool              // also the rows themselves
	Public        bool              // visible to everyone in the channel
	Names         map[string]string // of tasks, as far as they are known
}

// A Part is the answer to one question: one task, in one province or in all.
type Part struct {
	Task     string
	Name     string // the task's, where it is known
	Province string // as asked; empty means all
	Place    string // the province's name where the answer gave one
	Err      error  // why there is no answer; then the rest is empty
	Notes    []Note
	Rows     []Row // the failures, in the API's order
	Findings

	Lasting   Lasting   // whether failures go on at the window's end
	Newest    time.Time // time of the latest probe; zero if none ran or the API does not tell
	Begin     time.Time // of the window that this answer covers, which for a stale answer may differ from the requested one
	End       time.Time
	FetchedAt time.Time
	Cached    bool
	Stale     error // why newer data is not available
	Compared  bool  // Before is filled
	BaseBegin time.Time
	BaseEnd   time.Time // of the window that Before is of
	Baseline  string    // as in Request
	Usual     *Usual    // nil where it is not known

	nodes    []node // where probes are counted
	seen     Seen
	others   map[string]int64     // failures by ISP, of ISPs that were not requested
	overTime []catapi.BucketCount // failures; nil where their times are not known
	askedAt  time.Time
}

// A Row is one row of the API, with its count in the baseline window.
type Row struct {
	catapi.Row
	Before int64
}

// Findings are the failures by ISP, reason, province and server.
type Findings struct {
	Total     int64
	Counted   bool  // the API reports every probe, as 3.0 does
	Probed    int64 // probes, failed and successful; 0 if the API does not tell
	Before    int64
	ISPs      []ISP // by descending failures, as all lists here; ISPs that no longer fail come last
	Reasons   []Reason
	Provinces []Place
	Servers   []Server
	Verdict   Verdict
}

// An ISP is one ISP's failures.
type ISP struct {
	Name      string // as the API gives it
	Count     int64
	Before    int64
	Probed    int64 // as in Findings
	Reasons   []Reason
	Provinces []Place
}

// A Reason is one return code's failures.
type Reason struct {
	Code   int64
	Kind   catapi.Kind
	Text   string // as the API gives it; may be empty
	Count  int64
	Before int64
}

// A Place is one province's failures.
type Place struct {
	Code   string
	Name   string // Chinese, or the code where there is no name
	Count  int64
	Before int64
}

// A Server is the failures against one address.
type Server struct {
	IP     string // empty where the API gave none
	Count  int64
	Before int64
}

// A Note qualifies the numbers of a part.
type Note struct {
	Kind NoteKind
	Err  error // what went wrong, for NoComparison, ProvinceRefused and Unwatched
	API  int64 // the API's own total, for SummaryDiffers
	Rows int64 // what its rows add up to
}

type NoteKind int

const (
	SummaryDiffers  NoteKind = iota + 1 // the API's own total is not what its rows add up to
	ProvinceRefused                     // the API did not take the province: all were fetched and filtered
	NoComparison                        // the baseline window could not be fetched
	ComparedTooLong                     // the window is longer than its baseline allows
	Unwatched                           // no probe ran in this window, or none in its last part
	NoSuchISP                           // there are failures, but not on the requested ISPs
)

// Compared reports whether Before is filled in every part that has an answer.
func (a Answer) Compared() bool {
	for _, part := range a.Parts {
		if part.Err == nil && !part.Compared {
			return false
		}
	}
	return a.Compare
}

// Failed reports whether no part has an answer.
func (a Answer) Failed() bool { return a.Unanswered() == len(a.Parts) }

// Unanswered counts the parts that have no answer.
func (a Answer) Unanswered() int {
	n := 0
	for _, part := range a.Parts {
		if part.Err != nil {
			n++
		}
	}
	return n
}

// Doubtful reports whether a may count too few failures.
func (a Answer) Doubtful() bool {
	return slices.ContainsFunc(a.Parts, Part.Doubtful)
}

// Doubtful is Answer.Doubtful for one part.
func (p Part) Doubtful() bool { return p.Doubt() != nil }

// Doubt returns why p may count too few failures, or nil. Reasons are: no answer, an old answer, an unknown province, or
// a window without probes. A part of v2 without rows is not doubtful:
// v2 reports only failures, so this is how it reports none.
func (p Part) Doubt() error {
	if missing := p.Missing(); missing != nil {
		return missing
	}
	for _, note := range p.Notes {
		if note.Kind == Unwatched || note.Kind == ProvinceRefused && p.Total == 0 {
			return note.Err
		}
	}
	return nil
}

// Missing returns why p has no answer for the requested window, or nil.
func (p Part) Missing() error { return cmp.Or(p.Err, p.Stale) }

// AtLeast returns the number of failures that the requested window has for certain.
func (a Answer) AtLeast() int64 {
	var n int64
	for _, part := range a.Parts {
		if part.Missing() == nil {
			n += part.Total
		}
	}
	return n
}

func (p Part) noted(kind NoteKind) bool {
	return slices.ContainsFunc(p.Notes, func(n Note) bool { return n.Kind == kind })
}

// Err returns why no part has an answer, or nil.
func (a Answer) Err() error {
	if a.Failed() {
		return a.Parts[0].Err
	}
	return nil
}
