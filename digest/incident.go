package digest

import (
	"strconv"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// An Incident is one crossing of a digest's condition, from the first slot over its limits to the first below its
// closing line.
type Incident struct {
	ID     string         `json:"id"` // "k7m2-t5s3x0": the digest and when it began
	Digest string         `json:"digest"`
	Tasks  []Task         `json:"tasks"`
	If     string         `json:"if"`              // the condition, as it prints itself
	Limit  commands.Limit `json:"limit"`           // its first limit, which Reading.Value is compared with
	Begin  time.Time      `json:"begin"`           // the first slot over the limits
	Opened time.Time      `json:"opened"`          // the slot that opened it
	Closed time.Time      `json:"closed,omitzero"` // the slot that closed it; zero while it lasts
	End    time.Time      `json:"end,omitzero"`    // the first slot below the closing line; zero while it lasts
	Why    Closing        `json:"why,omitempty"`   // why it closed

	Channel   string    `json:"channel"`        // of its message
	Root      string    `json:"root,omitempty"` // Slack's id of its message; empty before there is one
	RootMark  Mark      `json:"root_mark,omitzero"`
	Announced bool      `json:"announced,omitempty"` // the channel knows of it
	Continued bool      `json:"continued,omitempty"` // its message replaces an earlier one
	Spoke     time.Time `json:"spoke,omitzero"`      // the slot of its latest opening or reminder

	Now     Reading     `json:"now"`
	Worst   Reading     `json:"worst"`
	Groups  []Affected  `json:"groups,omitempty"`  // that were over the limits, the first first; at most maxAffected
	History []Point     `json:"history,omitempty"` // at most maxPoints
	Unknown *Unknown    `json:"unknown,omitempty"` // why the latest slot was not evaluated; nil when it was
	On      []Responder `json:"-"`                 // who works on it, the first first; stored apart
	Mute    *Mute       `json:"-"`                 // of its digest or channel; stored apart

	Newer newerMembers `json:"-"`
}

// A Closing says why an incident closed, when not by itself.
type Closing string

const (
	ClosedRecovered Closing = ""
	ClosedChanged   Closing = "changed" // its digest watches something else since
	ClosedPaused    Closing = "paused"
	ClosedRemoved   Closing = "removed"
	ClosedMoved     Closing = "moved" // it goes on in another channel
)

// A Task is a task with its name, which may be empty.
type Task struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// A Reading is what a slot's window held.
type Reading struct {
	Slot      time.Time       `json:"slot"`
	All       report.Group    `json:"all"`
	Over      []report.Group  `json:"over,omitempty"`      // the groups over the first limit, the worst first; at most maxGroups
	ISPs      []report.Group  `json:"isps,omitempty"`      // the worst, at most maxGroups
	Provinces []report.Group  `json:"provinces,omitempty"` // the same
	Failing   FailingGroups   `json:"failing,omitzero"`    // how many there are in all; zero in what an older version stored
	Reasons   []report.Reason `json:"reasons,omitempty"`   // the most frequent, at most maxReasons
	Usual     *UsualRange     `json:"usual,omitempty"`     // of the same hours of the days before; nil if unknown
	Base      *int64          `json:"base,omitempty"`      // failures of the window that a limit compares with
	Value     float64         `json:"value"`               // what the first limit compares: failures, percent, or times
	Passed    bool            `json:"passed,omitempty"`    // all limits are passed

	Newer newerMembers `json:"-"`
}

// FailingGroups counts the ISPs and the provinces that have failures.
type FailingGroups struct {
	ISPs      int `json:"isps"`
	Provinces int `json:"provinces"`
}

// A UsualRange is the failures of the same hours on the days before.
type UsualRange struct {
	Least int64 `json:"least"`
	Most  int64 `json:"most"`
	Days  int   `json:"days"`
}

// An Affected is a group that was over the limits in an incident.
type Affected struct {
	Group report.Group `json:"group"` // at its worst
	Since time.Time    `json:"since"`
	Until time.Time    `json:"until,omitzero"` // the first slot not over; zero while it is

	Newer newerMembers `json:"-"`
}

// A Point is the value of one slot in an incident's chart. Later points may be the highest of several slots.
type Point struct {
	Slot  time.Time `json:"slot"`
	Value float64   `json:"value"`
}

// An Unknown says why a condition can't be evaluated.
type Unknown struct {
	Since time.Time      `json:"since"`
	Why   catapi.Trouble `json:"why"`
}

// A Responder works on an incident.
type Responder struct {
	User string // Slack's id
	At   time.Time
}

// A Mute silences a digest or a channel until its end.
type Mute struct {
	By    string    `json:"by"` // Slack's id
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
}

// IsOn reports whether m silences at now.
func (m *Mute) IsOn(now time.Time) bool { return m != nil && now.Before(m.Until) }

const (
	maxGroups   = 5
	maxReasons  = 3
	maxAffected = 12
	// maxPoints bounds an incident's chart. When it is full, each two points become one.
	maxPoints = 40
	// runUpPoints are the points before an incident that its chart shows.
	runUpPoints = 6
)

// IsOpen reports whether i lasts.
func (i *Incident) IsOpen() bool { return i != nil && i.Closed.IsZero() }

// Lasted returns how long i lasted, or has lasted until its latest reading.
func (i Incident) Lasted() time.Duration {
	if !i.End.IsZero() {
		return i.End.Sub(i.Begin)
	}
	return i.Now.Slot.Sub(i.Begin)
}

// incidentID returns the id of the incident of a digest that began at begin.
func incidentID(digest string, begin time.Time) string {
	return digest + "-" + strconv.FormatInt(begin.Unix()/60, 36)
}

// include adds a reading of a slot that was evaluated.
func (i *Incident) include(r Reading) {
	i.Now, i.Unknown = r, nil
	if r.Value > i.Worst.Value || i.Worst.Slot.IsZero() {
		i.Worst = r
	}
	i.History = addPoint(i.History, Point{r.Slot, r.Value})
	for n := range i.Groups {
		if a := &i.Groups[n]; a.Until.IsZero() && indexOf(r.Over, a.Group) < 0 {
			a.Until = r.Slot
		}
	}
	for _, g := range r.Over {
		i.affect(g, r.Slot)
	}
}

// affect notes that g is over the limits at slot.
func (i *Incident) affect(g report.Group, slot time.Time) {
	for n := range i.Groups {
		a := &i.Groups[n]
		if !a.Group.Same(g) {
			continue
		}
		a.Until = time.Time{}
		if g.Rate() > a.Group.Rate() || g.Probes == 0 && g.Failures > a.Group.Failures {
			a.Group = g
		}
		return
	}
	if len(i.Groups) < maxAffected {
		i.Groups = append(i.Groups, Affected{Group: g, Since: slot})
	}
}

func indexOf(groups []report.Group, g report.Group) int {
	for i, other := range groups {
		if other.Same(g) {
			return i
		}
	}
	return -1
}

// addPoint appends p. When there are maxPoints, each two become the higher of both first.
func addPoint(points []Point, p Point) []Point {
	if len(points) >= maxPoints {
		half := make([]Point, 0, maxPoints/2+1)
		for i := 0; i < len(points); i += 2 {
			top := points[i]
			if i+1 < len(points) {
				top.Value = max(top.Value, points[i+1].Value)
			}
			half = append(half, top)
		}
		points = half
	}
	return append(points[:len(points):len(points)], p)
}
