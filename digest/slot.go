package digest

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"catbot/commands"
)

// A Slot is one time at which a digest is to speak. Its identity is what the clock on the wall shows, not the instant, so
// that replicas agree on it whatever happened to them, and the hour that comes twice in autumn is one.
type Slot struct {
	Wall string    // "2026-11-01T01:30"; with the offset for an Interval, which runs on through that hour
	Zone string    // IANA
	At   time.Time // the instant: a wall time that a change of clocks skips is the first instant after
}

// String is the identity: "2026-11-01T01:30 America/New_York".
func (s Slot) String() string { return s.Wall + " " + s.Zone }

// wallForm is how a slot's wall time is written.
const wallForm = "2006-01-02T15:04"

// Next returns the first slot of s in zone that lies after t, and false when there is none in the next five years.
func Next(s commands.Schedule, zone *time.Location, t time.Time) (Slot, bool) {
	if s.Kind == commands.Interval {
		return nextInterval(s.Every, zone, t), true
	}
	walls, err := wallClock(s)
	if err != nil {
		return Slot{}, false
	}
	// A wall time may lie up to a day before its instant: Samoa skipped the whole of 2011-12-30.
	for wall := walls.Next(floating(t.In(zone)).Add(-26 * time.Hour)); !wall.IsZero(); wall = walls.Next(wall) {
		if at := instant(wall, zone); at.After(t) {
			return Slot{Wall: wall.Format(wallForm), Zone: zone.String(), At: at}, true
		}
	}
	return Slot{}, false
}

// wallClock is the cron expression of s, to be asked with floating times alone: as a clock of its own, robfig/cron skips
// what falls into the hour that spring leaves out, runs twice in the one that autumn repeats, and loses days that begin in a gap.
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

// floating is the wall time of t, written as if it were UTC, where no clock is ever changed.
func floating(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// instant returns when the clock in zone first shows wall, which is floating; where it skips wall, the first instant after.
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

// setBack returns by how much clocks were set back at start, 0 where they were set forward or not at all.
func setBack(start time.Time) time.Duration {
	_, after := start.Zone()
	_, before := start.Add(-time.Second).Zone()
	return max(0, time.Duration(before-after)*time.Second)
}

// nextInterval returns the next instant at which the clock in zone shows a multiple of every since midnight. In an hour that
// comes twice an interval that fits into it runs on, for who watches every 15 minutes wants no hour without; a longer one
// waits. Where clocks skip one, it is the first instant after.
func nextInterval(every time.Duration, zone *time.Location, after time.Time) Slot {
	const step = time.Minute
	t := after.In(zone).Truncate(step).Add(step)
	for ; ; t = t.Add(step) {
		now, before := floating(t), floating(t.Add(-step))
		day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
		if start, _ := t.ZoneBounds(); !start.IsZero() {
			if back := setBack(start); t.Sub(start) < back && back < every {
				continue // the second time round
			}
		}
		last := day.Add(now.Sub(day) / every * every) // the latest multiple
		if last.Equal(now) || last.After(before) && now.After(before) {
			return Slot{Wall: t.Format(wallForm + "Z07:00"), Zone: zone.String(), At: t}
		}
	}
}
