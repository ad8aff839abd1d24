package commands

import (
	"fmt"
	"strings"
	"time"
)

// A Schedule says when a digest runs, by the clock of the digest's time zone. The zero Schedule is none.
type Schedule struct {
	Kind  ScheduleKind
	Days  Weekdays      // of AtTime; never empty then
	Time  time.Duration // of AtTime: since midnight, whole minutes, less than a day
	Every time.Duration // of Interval: divides a day, minInterval at least
	Cron  string        // of Cron: five fields, one space between
}

type ScheduleKind int

const (
	AtTime   ScheduleKind = iota + 1 // at Time on each of Days
	Interval                         // each Every, counted from midnight
	Cron                             // whenever Cron says
)

// minInterval is the least time between two runs of a digest.
const minInterval = 5 * time.Minute

// Weekdays is a set of days: bit 0 is Sunday, as in time.Weekday.
type Weekdays uint8

const (
	EveryDay Weekdays = 1<<7 - 1
	Workdays Weekdays = 1<<time.Monday | 1<<time.Tuesday | 1<<time.Wednesday | 1<<time.Thursday | 1<<time.Friday
)

// Has reports whether day is in s.
func (s Weekdays) Has(day time.Weekday) bool { return s&(1<<day) != 0 }

var dayNames = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// String returns the canonical text, which the language reads back as the same schedule.
func (s Schedule) String() string {
	switch s.Kind {
	case AtTime:
		return fmt.Sprintf("%s %02d:%02d", s.Days, s.Time/time.Hour, s.Time%time.Hour/time.Minute)
	case Interval:
		if s.Every == time.Hour {
			return "hourly"
		}
		return "every " + PrintLength(s.Every)
	case Cron:
		return `cron "` + s.Cron + `"`
	}
	return ""
}

// String lists the days from Monday: "mon,wed"; all of them are "daily", the working ones "weekdays".
func (s Weekdays) String() string {
	switch s {
	case EveryDay:
		return "daily"
	case Workdays:
		return "weekdays"
	}
	var days []string
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); s.Has(day) {
			days = append(days, dayNames[day])
		}
	}
	return strings.Join(days, ",")
}
