package blockkit

import (
	"fmt"
	"strings"
	"time"

	"catbot/commands"
	"catbot/i18n"
)

// conditionText says in plain words when a digest speaks.
func conditionText(c commands.Condition, w i18n.Phrases) string {
	var whom []string
	for _, one := range c.Notify {
		whom = append(whom, calledText(one))
	}
	return fill(w.Speaks(watchOf(c)), i18n.What, w.List(whom))
}

// calledText names one of those whom a condition calls, without calling everyone who is here.
func calledText(whom string) string {
	m := called.FindStringSubmatch(whom)
	switch {
	case m == nil:
		return escape(whom, maxName)
	case strings.HasPrefix(m[1], "!here"):
		return "@here"
	}
	return "<" + m[1] + ">"
}

// watchOf is c as it is said.
func watchOf(c commands.Condition) i18n.Watch {
	out := i18n.Watch{Runs: c.Slots(), Calls: len(c.Notify) > 0, Again: c.Again}
	for _, l := range c.Limits {
		out.Limits = append(out.Limits, limitOf(l))
	}
	if c.Until != nil {
		out.Until = &i18n.ClosingLine{Below: c.Until.Below, Percent: c.Until.Percent}
	}
	if c.Quiet != (commands.QuietHours{}) {
		out.Quiet = [2]string{clock(c.Quiet.From), clock(c.Quiet.To)}
	}
	return out
}

func limitOf(l commands.Limit) i18n.Limit {
	out := i18n.Limit{Of: map[commands.Scope]i18n.LimitScope{
		commands.Everything: i18n.OfAll, commands.AnyISP: i18n.OfAnyISP, commands.AnyProvince: i18n.OfAnyProvince,
	}[l.Of]}
	switch l.Kind {
	case commands.OverPercent:
		out.Kind, out.Value = i18n.LevelPercent, l.Percent
	case commands.OverUsual:
		out.Kind = i18n.LevelUsual
	case commands.OverTimes:
		out.Kind, out.Value, out.Week = i18n.LevelTimes, l.Times, l.Base == commands.WeekBefore
	default:
		out.Value = float64(l.Failures)
	}
	return out
}

// clock writes a time of day.
func clock(t time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(t/time.Hour), int(t%time.Hour/time.Minute))
}
