package digest

import (
	"fmt"
	"iter"
	"time"

	"github.com/robfig/cron/v3"

	"catbot/commands"
)

// A Slot is one time of a schedule. Its identity is the wall time, not the instant. Replicas therefore agree on it,
// and the hour that comes twice in autumn is one slot.
type Slot struct {
	Wall string    // "2026-11-01T01:30"; with the offset for an Interval, which runs in both such hours
	Zone string    // IANA
	At   time.Time // the instant: for a wall time that a change of clocks skips, the first instant after
}

// String returns the identity: "2026-11-01T01:30 America/New_York".
func (s Slot) String() string { return s.Wall + " " + s.Zone }

// wallForm is the format of a slot's wall time.
const wallForm = "2006-01-02T15:04"

// Next returns the first slot of s in zone after t, and false if there is none in the next five years.
func Next(s commands.Schedule, zone *time.Location, t time.Time) (Slot, bool) {
	for slot := range slotsAfter(s, zone, t) {
		return slot, true
	}
	return Slot{}, false
}

// slotsAfter yields the slots of s in zone after t, in order. The schedule is parsed once, so many slots cost little
// more than one.
func slotsAfter(s commands.Schedule, zone *time.Location, t time.Time) iter.Seq[Slot] {
	if s.Kind == commands.Interval {
		return func(yield func(Slot) bool) {
			for slot := nextInterval(s.Every, zone, t); yield(slot); slot = nextInterval(s.Every, zone, slot.At) {
			}
		}
	}
	return func(yield func(Slot) bool) {
		walls, err := wallClock(s)
		if err != nil {
			return
		}
		// Wall times up to that of t have their instants at or before t.
		last := t
		// robfig/cron tries each second, so it begins at the last one of the minute.
		for wall := walls.Next(floating(t.In(zone))); !wall.IsZero(); wall = walls.Next(wall.Add(59 * time.Second)) {
			at := instant(wall, zone)
			if !at.After(last) {
				continue // in the hour that autumn repeats, or the second of two that spring skips
			}
			last = at
			if !yield(Slot{Wall: wall.Format(wallForm), Zone: zone.String(), At: at}) {
				return
			}
		}
	}
}

// wallClock parses the cron expression of s. It must be used with floating times: with real zones robfig/cron skips
// the times in the hour that spring leaves out, runs twice in the hour that autumn repeats, and loses days that begin
// in a gap.
func wallClock(s commands.Schedule) (cron.Schedule, error) {
	expression := s.Cron
	if s.Kind == commands.AtTime {
		days := ""
		for day := time.Sunday; day <= time.Saturday; day++ {
			if s.Days.Has(day) {
				days += fmt.Sprintf(",%d", int(day))
			}
		}
		expression = fmt.Sprintf("%d %d * * %s", s.Time%time.Hour/time.Minute, s.Time/time.Hour, days[1:])
	}
	return cron.ParseStandard(expression)
}

// floating returns the wall time of t as if it were UTC, which has no change of clocks.
func floating(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// instant returns when the clock in zone first shows wall, which is floating. If zone skips wall, it is the first
// instant after.
func instant(wall time.Time, zone *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, zone)
	start, end := t.ZoneBounds()
	switch shown := floating(t); {
	case shown.After(wall): // skipped: Go took the offset from before the change
		return start.In(zone)
	case shown.Before(wall):
		return end.In(zone)
	case start.IsZero():
		return t
	}
	if earlier := t.Add(-setBack(start)); floating(earlier.In(zone)).Equal(wall) {
		return earlier
	}
	return t
}

// setBack returns by how much clocks were set back at start, or 0.
func setBack(start time.Time) time.Duration {
	_, after := start.Zone()
	_, before := start.Add(-time.Second).Zone()
	return max(0, time.Duration(before-after)*time.Second)
}

// nextInterval returns the next instant at which the clock in zone shows a multiple of every since midnight. In an
// hour that comes twice, an interval not longer than the repeated time runs in both, so a check every 15 minutes has no
// gap; a longer one runs once. If the clock skips the time, it is the first instant after.
func nextInterval(every time.Duration, zone *time.Location, after time.Time) Slot {
	at, steady := steadyInterval(every, after.In(zone))
	if !steady {
		at = changingInterval(every, after.In(zone))
	}
	return Slot{Wall: at.Format(wallForm + "Z07:00"), Zone: zone.String(), At: at}
}

// midnight returns the start of the day of wall, which is floating.
func midnight(wall time.Time) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), 0, 0, 0, 0, time.UTC)
}

// steadyInterval is nextInterval for the case that no clock changes between a day before after and the result.
func steadyInterval(every time.Duration, after time.Time) (at time.Time, steady bool) {
	wall := floating(after)
	day := midnight(wall)
	next := day.Add(wall.Sub(day)/every*every + every)
	if tomorrow := day.AddDate(0, 0, 1); next.After(tomorrow) {
		next = tomorrow
	}
	at = after.Add(next.Sub(wall))
	start, end := after.ZoneBounds()
	return at, (start.IsZero() || after.Sub(start) > 24*time.Hour) && (end.IsZero() || at.Before(end))
}

// changingInterval is nextInterval around a change of clocks. It checks minute by minute.
func changingInterval(every time.Duration, after time.Time) time.Time {
	const step = time.Minute
	for t := after.Truncate(step).Add(step); ; t = t.Add(step) {
		now, before := floating(t), floating(t.Add(-step))
		if start, _ := t.ZoneBounds(); !start.IsZero() {
			if back := setBack(start); t.Sub(start) < back && back < every {
				continue // the second time round
			}
		}
		day := midnight(now)
		last := day.Add(now.Sub(day) / every * every) // the latest multiple
		if last.Equal(now) || last.After(before) && now.After(before) {
			return t
		}
	}
}
