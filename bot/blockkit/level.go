package blockkit

import (
	"math"

	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

// level is what the limit l compares in a reading, ready to be said.
func level(l commands.Limit, r digest.Reading, w i18n.Phrases) i18n.Level {
	out := i18n.Level{Value: r.Value, Failures: r.All.Failures, Province: l.Of == commands.AnyProvince}
	switch l.Kind {
	case commands.OverPercent:
		out.Kind, out.Limit = i18n.LevelPercent, l.Percent
	case commands.OverUsual:
		out.Kind = i18n.LevelUsual
		if r.Usual != nil {
			out.Known, out.Least, out.Most = true, r.Usual.Least, r.Usual.Most
		}
	case commands.OverTimes:
		out.Kind, out.Limit, out.Week = i18n.LevelTimes, l.Times, l.Base == commands.WeekBefore
		out.NoneThen = r.Base != nil && *r.Base == 0
	default:
		out.Kind, out.Limit = i18n.LevelFailures, float64(l.Failures)
	}
	if g, ok := groupWith(l, r); ok {
		out.Where = g.Label(w)
	} else if l.Of != commands.Everything {
		out.Where = w.TheWorst(out.Province)
	}
	return out
}

// groupWith returns the group that has the value of r; none for a limit on all probes.
func groupWith(l commands.Limit, r digest.Reading) (report.Group, bool) {
	kind, groups := report.OfISP, r.ISPs
	switch l.Of {
	case commands.Everything:
		return report.Group{}, false
	case commands.AnyProvince:
		kind, groups = report.OfProvince, r.Provinces
	}
	for _, among := range [][]report.Group{r.Over, groups} {
		for _, g := range among {
			value := float64(g.Failures)
			if l.Kind == commands.OverPercent {
				value = 100 * g.Rate()
			}
			if g.Kind == kind && math.Abs(value-r.Value) < 1e-9 {
				return g, true
			}
		}
	}
	return report.Group{}, false
}
