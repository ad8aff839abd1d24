package commands

import (
	"strconv"
	"time"

	"catbot/catapi"
)

// A Window is the time that a command asks about, as it was typed. The zero Window is none.
type Window struct {
	Kind   WindowKind
	Length time.Duration // of a Rolling window, whole minutes
	From   Moment        // of Since, Between and Day
	To     Moment        // of Between
}

type WindowKind int

const (
	Rolling   WindowKind = iota + 1 // the last Length, up to the current whole minute
	Today                           // since midnight in Beijing
	Yesterday                       // the day before, in Beijing
	LastNight                       // from yesterday 18:00 to today 06:00 in Beijing, or until now if that is earlier
	Day                             // the day of From
	Since                           // from From until now
	Between                         // from From to To
)

// Last is the rolling window of the given length.
func Last(length time.Duration) Window { return Window{Kind: Rolling, Length: length} }

// SinceTime is the window from begin until now.
func SinceTime(begin time.Time) Window { return Window{Kind: Since, From: momentAt(begin)} }

// FromTo is the window from begin to end.
func FromTo(begin, end time.Time) Window {
	return Window{Kind: Between, From: momentAt(begin), To: momentAt(end)}
}

func (w Window) String() string { return string(w.append(make([]byte, 0, 32))) }

func (w Window) append(out []byte) []byte {
	switch w.Kind {
	case Rolling:
		return append(append(out, "last "...), PrintLength(w.Length)...)
	case Today:
		return append(out, "today"...)
	case Yesterday:
		return append(out, "yesterday"...)
	case LastNight:
		return append(out, "last night"...)
	case Day:
		return w.From.append(out)
	case Since:
		return w.From.append(append(out, "since "...))
	case Between:
		return w.To.append(append(w.From.append(append(out, "from "...)), " to "...))
	}
	return out
}

// PrintLength prints whole minutes in the largest unit that divides them: 90m, 8h, 2d. A single day stays 24h.
func PrintLength(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d%day == 0 && d > day:
		return strconv.Itoa(int(d/day)) + "d"
	case d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int(d/time.Minute)) + "m"
}

// Resolve returns the instants that w means at now, in Beijing's zone. What Parse accepted is never empty or reversed
// within the same minute; later it may be, as today is at midnight.
func (w Window) Resolve(now time.Time) (begin, end time.Time) {
	now = now.In(catapi.Beijing)
	minute := now.Truncate(time.Minute)
	switch w.Kind {
	case Rolling:
		begin, end = minute.Add(-w.Length), minute
	case Today:
		begin, end = midnight(now, 0), minute
	case Yesterday:
		begin, end = midnight(now, -1), midnight(now, 0)
	case LastNight:
		begin, end = midnight(now, -1).Add(18*time.Hour), midnight(now, 0).Add(6*time.Hour)
		if end.After(minute) {
			end = minute
		}
	case Day:
		begin = w.From.on(now)
		end = dayEnd(begin, minute)
	case Since:
		begin, end = w.From.on(now), minute
		if !w.From.dated() && begin.After(now) {
			begin = begin.AddDate(0, 0, -1) // at 3 a.m., 23:00 is last night's
		}
	case Between:
		begin = w.From.on(now)
		end = w.To.on(begin) // a time of day alone is of the day that the window begins on
		if !w.To.Timed {
			end = dayEnd(end, minute)
		}
	}
	return begin.In(catapi.Beijing), end.In(catapi.Beijing)
}

// dayEnd returns the end of the day that begins at day: a bare date means the whole of it, and of today what has
// passed.
func dayEnd(day, minute time.Time) time.Time {
	end := day.AddDate(0, 0, 1)
	if !day.After(minute) && end.After(minute) {
		return minute
	}
	return end
}

// midnight returns the beginning of Beijing's day, days away from that of now.
func midnight(now time.Time, days int) time.Time {
	year, month, day := now.In(catapi.Beijing).Date()
	return time.Date(year, month, day+days, 0, 0, 0, 0, catapi.Beijing)
}
