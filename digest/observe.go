package digest

import (
	"errors"
	"slices"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// An observation is what a slot's answer says about a condition.
type observation struct {
	unknown *catapi.Trouble // why it says nothing; nil when it does
	over    bool            // the limits are passed
	under   bool            // the condition counts as over no more
	reading Reading
}

// observe evaluates c for the slot at, whose answer is a. a must be complete enough; see missingData. in are the groups
// that an open incident is about: it is not over while too few probes look at one of them.
func observe(c commands.Condition, at time.Time, a report.Answer, in ...report.Group) observation {
	o := observation{over: true, reading: readingOf(at, a)}
	var unknown *catapi.Trouble
	for i, limit := range c.Limits {
		m := measure(limit, a)
		if i == 0 {
			o.reading.Value, o.reading.Over = m.value, m.groups
		}
		if limit.Kind == commands.OverTimes {
			o.reading.Base = &a.Before
		}
		switch {
		case m.unknown != nil:
			unknown = m.unknown
		case !m.passed:
			o.over = false
		}
	}
	if unknown != nil && o.over { // what is known does not decide
		return observation{unknown: unknown}
	}
	if o.reading.Passed = o.over; o.over {
		return o
	}
	o.reading.Over = nil
	if few := unwatchedGroup(c.Limits[0], in, a); few != nil {
		return observation{unknown: few}
	}
	o.under = true
	if c.Until != nil {
		below, few := isBelow(*c.Until, c.Limits[0], a)
		if few != nil {
			return observation{unknown: few}
		}
		o.under = below
	}
	return o
}

// readingOf returns what a holds, without what depends on a limit.
func readingOf(at time.Time, a report.Answer) Reading {
	r := Reading{Slot: at, All: a.Groups(report.OfAll)[0]}
	isps, provinces := failing(a.Groups(report.OfISP)), failing(a.Groups(report.OfProvince))
	r.ISPs, r.Provinces = worst(isps), worst(provinces)
	r.Failing = FailingGroups{ISPs: len(isps), Provinces: len(provinces)}
	for _, reason := range a.Reasons {
		if reason.Count > 0 && len(r.Reasons) < maxReasons {
			r.Reasons = append(r.Reasons, reason)
		}
	}
	if least, most, days, ok := a.Usual().Range(); ok {
		r.Usual = &UsualRange{Least: least, Most: most, Days: days}
	}
	return r
}

// failing returns those of groups that have failures.
func failing(groups []report.Group) []report.Group {
	return slices.DeleteFunc(groups, func(g report.Group) bool { return g.Failures == 0 })
}

// worst returns the first of groups.
func worst(groups []report.Group) []report.Group {
	return slices.Clip(groups[:min(len(groups), maxGroups)])
}

// A measured is an answer compared with one limit.
type measured struct {
	unknown *catapi.Trouble
	passed  bool
	value   float64        // what the limit compares, of the worst group
	groups  []report.Group // that pass it, the worst first; with Everything, those that stand out
}

// groupKinds are the groups that a scope compares.
var groupKinds = map[commands.Scope]report.GroupKind{
	commands.Everything: report.OfAll, commands.AnyISP: report.OfISP, commands.AnyProvince: report.OfProvince,
}

func measure(l commands.Limit, a report.Answer) (m measured) {
	switch l.Kind {
	case commands.OverUsual:
		usual := a.Usual()
		if _, _, _, ok := usual.Range(); !ok {
			m.unknown = fewDays(a, usual)
		}
		m.value, m.passed = float64(a.Total), usual.Worse(a.Total)
	case commands.OverTimes:
		if !a.Compared() {
			m.unknown = noBaseline(a)
		}
		m.value, m.passed = float64(a.Total)/max(1, float64(a.Before)), float64(a.Total) > l.Times*float64(a.Before)
	default:
		m = measureGroups(l, a)
	}
	if l.Of == commands.Everything && m.passed {
		m.groups = a.Verdict.Groups
	}
	return m
}

// measureGroups compares each group of l's scope with a number of failures or a percentage.
func measureGroups(l commands.Limit, a report.Answer) (m measured) {
	groups := a.Groups(groupKinds[l.Of])
	line, value := float64(l.Failures), failures
	if l.Kind == commands.OverPercent {
		line, value = l.Percent, percent
		if groups, m.unknown = enoughProbes(groups, a); m.unknown != nil {
			return m
		}
	}
	slices.SortStableFunc(groups, func(x, y report.Group) int {
		switch vx, vy := value(x), value(y); {
		case vx > vy:
			return -1
		case vx < vy:
			return 1
		}
		return 0
	})
	for _, g := range groups {
		m.value = max(m.value, value(g))
		if value(g) > line {
			m.passed = true
			if len(m.groups) < maxGroups && g.Kind != report.OfAll {
				m.groups = append(m.groups, g)
			}
		}
	}
	return m
}

// isBelow reports whether all groups of l's scope are below the closing line u.
func isBelow(u commands.ClosingLine, l commands.Limit, a report.Answer) (below bool, unknown *catapi.Trouble) {
	groups, value := a.Groups(groupKinds[l.Of]), failures
	if u.Percent {
		value = percent
		if groups, unknown = enoughProbes(groups, a); unknown != nil {
			return false, unknown
		}
	}
	return !slices.ContainsFunc(groups, func(g report.Group) bool { return value(g) >= u.Below }), nil
}

func failures(g report.Group) float64 { return float64(g.Failures) }

// percent multiplies first: 7 of 100 are 7 %, not a little more.
func percent(g report.Group) float64 { return 100 * float64(g.Failures) / max(1, float64(g.Probes)) }

// enoughProbes returns the groups with enough probes for a percentage. unknown says that none has.
func enoughProbes(groups []report.Group, a report.Answer) (enough []report.Group, unknown *catapi.Trouble) {
	most := int64(0)
	for _, g := range groups {
		most = max(most, g.Probes)
		if g.Probes >= commands.LeastProbes {
			enough = append(enough, g)
		}
	}
	if len(enough) == 0 {
		unknown = &catapi.Trouble{Kind: catapi.TroubleFewProbes, Task: a.Tasks[0], Probes: most}
	}
	return enough, unknown
}

// unwatchedGroup says that too few probes look at one of the groups in to compare it with l. Where probes are not counted,
// nobody knows.
func unwatchedGroup(l commands.Limit, in []report.Group, a report.Answer) *catapi.Trouble {
	if l.Of == commands.Everything || !a.Counted {
		return nil
	}
	least := int64(1)
	if l.Kind == commands.OverPercent {
		least = commands.LeastProbes
	}
	groups := a.Groups(groupKinds[l.Of])
	for _, g := range in {
		probes := int64(0)
		if at := indexOf(groups, g); at >= 0 {
			probes = groups[at].Probes
		}
		if probes < least {
			return &catapi.Trouble{Kind: catapi.TroubleFewProbes, Task: a.Tasks[0], Group: g.ISP + g.Place, Probes: probes}
		}
	}
	return nil
}

// fewDays returns why u, of a, can't be compared with.
func fewDays(a report.Answer, u *report.Usual) *catapi.Trouble {
	if u != nil {
		for _, day := range u.Days {
			if t := catapi.TroubleOf(day.Err); day.Err != nil && !t.NoProbeRan() && t.Kind != catapi.TroubleInternal {
				return &t // CAT did not answer for it
			}
		}
	}
	return &catapi.Trouble{Kind: catapi.TroubleFewDays, Task: a.Tasks[0]}
}

// noBaseline returns why a is not compared with another window.
func noBaseline(a report.Answer) *catapi.Trouble {
	err := errors.New("no answer for the window to compare with")
	for _, part := range a.Parts {
		for _, note := range part.Notes {
			if note.Kind == report.NoComparison && note.Err != nil {
				err = note.Err
			}
		}
	}
	t := catapi.TroubleOf(err)
	return &t
}
