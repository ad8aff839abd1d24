package commands

import (
	"strconv"
	"strings"
	"time"
)

// A Condition says when a digest posts. An incident opens when all limits are passed in For slots in a row, and ends
// when they are not passed, or when the first is below the closing line, in as many slots in a row.
type Condition struct {
	Limits []Limit       // one or two
	For    int           // slots in a row; 0 means 1
	Until  *ClosingLine  // nil means the limits themselves
	Notify []string      // whom the opening message calls, as Slack writes it: "<@U0123>", "<!subteam^S0123>", "<!here>"
	Again  time.Duration // between two reminders while the incident lasts; 0 means none
	Quiet  QuietHours
}

// A Limit is one comparison of a condition.
//
// It is stored with incidents, so its JSON and the numbers of its constants must not change.
type Limit struct {
	Of       Scope     `json:"Of"`
	Kind     LimitKind `json:"Kind"`
	Failures int64     `json:"Failures"` // of OverFailures: passed by more than these
	Percent  float64   `json:"Percent"`  // of OverPercent: of the probes
	Times    float64   `json:"Times"`    // of OverTimes
	Base     Baseline  `json:"Base"`     // of OverTimes: DayBefore or WeekBefore
}

// A Scope is what a limit is compared with.
type Scope int

const (
	Everything  Scope = iota
	AnyISP            // each ISP by itself
	AnyProvince       // each province by itself
)

// A LimitKind says what a limit counts.
type LimitKind int

const (
	OverFailures LimitKind = iota
	OverPercent            // of the probes, which only API 3.0 counts
	OverUsual              // more than the same hours of the last seven days
	OverTimes              // times the failures of Base
)

// A ClosingLine ends an incident when every group that the condition looks at is below it.
type ClosingLine struct {
	Percent bool    // of the probes; else failures
	Below   float64 // whole for failures
}

// QuietHours are the hours of each day, in the digest's zone, in which it says nothing. The zero value is none.
type QuietHours struct{ From, To time.Duration } // since midnight; From may be after To

// LeastProbes is the number of probes below which a percentage says nothing.
const LeastProbes = 20

// Slots returns the number of slots in a row that open and close an incident.
func (c Condition) Slots() int { return max(1, c.For) }

// Baseline returns the baseline that c needs, or NoBaseline.
func (c Condition) Baseline() Baseline {
	for _, l := range c.Limits {
		switch l.Kind {
		case OverUsual:
			return OfLastDays
		case OverTimes:
			return l.Base
		}
	}
	return NoBaseline
}

// NeedsProbes reports whether c can be evaluated only where probes are counted.
func (c Condition) NeedsProbes() bool {
	for _, l := range c.Limits {
		if l.Kind == OverPercent {
			return true
		}
	}
	return c.Until != nil && c.Until.Percent
}

// IsOn reports whether t, a time since midnight, is within q.
func (q QuietHours) IsOn(t time.Duration) bool {
	if q.From <= q.To {
		return q.From <= t && t < q.To
	}
	return t >= q.From || t < q.To
}

func (c Condition) String() string {
	var limits []string
	for _, l := range c.Limits {
		limits = append(limits, l.String())
	}
	out := "if " + strings.Join(limits, " and ")
	if c.For > 1 {
		out += " for " + strconv.Itoa(c.For)
	}
	if c.Until != nil {
		out += " until " + c.Until.String()
	}
	if len(c.Notify) > 0 {
		out += " notify " + strings.Join(c.Notify, " ")
	}
	if c.Again > 0 {
		out += " again every " + PrintLength(c.Again)
	}
	if c.Quiet != (QuietHours{}) {
		out += " quiet " + c.Quiet.String()
	}
	return out
}

func (l Limit) String() string {
	out := map[Scope]string{AnyISP: "any isp ", AnyProvince: "any province "}[l.Of]
	switch l.Kind {
	case OverPercent:
		return out + ">" + printNumber(l.Percent) + "%"
	case OverUsual:
		return out + ">usual"
	case OverTimes:
		return out + ">x" + printNumber(l.Times) + " " + string(l.Base)
	}
	return out + ">" + strconv.FormatInt(l.Failures, 10)
}

func (l ClosingLine) String() string {
	if l.Percent {
		return "<" + printNumber(l.Below) + "%"
	}
	return "<" + printNumber(l.Below)
}

func (q QuietHours) String() string { return printClock(q.From) + "-" + printClock(q.To) }

func printNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func printClock(t time.Duration) string {
	return time.Time{}.Add(t).Format("15:04")
}
