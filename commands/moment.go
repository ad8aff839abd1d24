package commands

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"catbot/catapi"
)

// A Moment is a point in time as it was typed: a date, a time of day, or both, in Beijing's time unless a zone was
// written. It stays as typed so that "since 09:00", kept for tomorrow, means tomorrow's nine o'clock.
type Moment struct {
	Year, Month, Day int    // all 0 when only a time of day was written
	Seconds          int    // since midnight; 86400 for 24:00
	Timed            bool   // a time of day was written
	Zone             string // "+02:00", as RFC 3339 writes it; empty is Beijing's
}

func (m Moment) dated() bool { return m.Year != 0 }

func (m Moment) String() string { return string(m.append(make([]byte, 0, 32))) }

func (m Moment) append(out []byte) []byte {
	if m.dated() {
		out = appendDigits(out, 4, m.Year)
		out = appendDigits(append(out, '-'), 2, m.Month)
		out = appendDigits(append(out, '-'), 2, m.Day)
	}
	if m.Timed {
		if m.dated() {
			out = append(out, ' ')
		}
		out = appendDigits(out, 2, m.Seconds/3600)
		out = appendDigits(append(out, ':'), 2, m.Seconds/60%60)
		if s := m.Seconds % 60; s != 0 {
			out = appendDigits(append(out, ':'), 2, s)
		}
	}
	return append(out, m.Zone...)
}

// appendDigits appends n with at least width digits.
func appendDigits(out []byte, width, n int) []byte {
	digits := strconv.Itoa(n)
	for range width - len(digits) {
		out = append(out, '0')
	}
	return append(out, digits...)
}

// on returns the instant of m, on the date of day where m has none.
func (m Moment) on(day time.Time) time.Time {
	zone := m.location()
	year, month, date := day.In(zone).Date()
	if m.dated() {
		year, month, date = m.Year, time.Month(m.Month), m.Day
	}
	return time.Date(year, month, date, 0, 0, m.Seconds, 0, zone)
}

func (m Moment) location() *time.Location {
	if m.Zone == "" {
		return catapi.Beijing
	}
	t, err := time.Parse("Z07:00", m.Zone)
	if err != nil {
		return catapi.Beijing
	}
	return t.Location()
}

// momentAt returns t as a dated Moment in Beijing's time.
func momentAt(t time.Time) Moment {
	t = t.In(catapi.Beijing)
	year, month, day := t.Date()
	return Moment{Year: year, Month: int(month), Day: day, Timed: true, Seconds: t.Hour()*3600 + t.Minute()*60 + t.Second()}
}

const (
	zonePattern  = `(z|[+-]\d{1,2}(?::?\d{2})?)?`
	clockPattern = `(\d{1,2}):(\d{2})(?::(\d{2}))?` + zonePattern
)

var (
	datePattern = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:t(.+))?$`)
	timePattern = regexp.MustCompile(`^` + clockPattern + `$`)
	// halfDay is a time of day as English counts it: 9am, 9:30pm.
	halfDay = regexp.MustCompile(`^(\d{1,2})(?::(\d{2}))?([ap])m$`)
)

// readMoment reads one word as a date, a time of day, or both joined by T. shaped reports whether the
// word has that form; then ok tells whether it is a date and time that exists.
func readMoment(text string) (m Moment, shaped, ok bool) {
	if rest := strings.TrimLeft(text, "0123456789"); rest == "" || len(rest) == len(text) {
		return Moment{}, false, false // a name or a number, as most words: it needs no regular expression
	}
	if parts := datePattern.FindStringSubmatch(text); parts != nil {
		m.Year, m.Month, m.Day = number(parts[1]), number(parts[2]), number(parts[3])
		date := time.Date(m.Year, time.Month(m.Month), m.Day, 0, 0, 0, 0, time.UTC)
		exists := m.Year > 0 && date.Day() == m.Day && date.Month() == time.Month(m.Month)
		if parts[4] == "" {
			return m, true, exists
		}
		clock, shaped, ok := readMoment(parts[4])
		m.Seconds, m.Timed, m.Zone = clock.Seconds, clock.Timed, clock.Zone
		return m, shaped && !clock.dated(), ok && exists
	}
	if parts := halfDay.FindStringSubmatch(text); parts != nil {
		hour, minute := number(parts[1]), number(parts[2])
		exists := hour >= 1 && hour <= 12 && minute < 60
		hour %= 12
		if parts[3] == "p" {
			hour += 12
		}
		return Moment{Timed: true, Seconds: hour*3600 + minute*60}, true, exists
	}
	parts := timePattern.FindStringSubmatch(text)
	if parts == nil {
		return Moment{}, false, false
	}
	hour, minute, second := number(parts[1]), number(parts[2]), number(parts[3])
	m = Moment{Timed: true, Seconds: hour*3600 + minute*60 + second}
	zone, ok := readZone(parts[4])
	m.Zone = zone
	return m, true, ok && minute < 60 && second < 60 && m.Seconds <= 24*3600
}

// hyphenated reads a time of day with a window's end behind it, 00:00-08:10, which looks like an offset.
func (m Moment) hyphenated() (end Moment, ok bool) {
	if !strings.HasPrefix(m.Zone, "-") {
		return Moment{}, false
	}
	end, _, ok = readMoment(m.Zone[1:])
	return end, ok
}

// readZone brings an offset into the form of RFC 3339: "z", "+2" and "+0200" are "+00:00" and "+02:00".
// Beijing's own is the empty one.
func readZone(text string) (string, bool) {
	if text == "" {
		return "", true
	}
	if text == "z" {
		return "+00:00", true
	}
	digits := strings.ReplaceAll(text[1:], ":", "")
	hours, minutes := number(digits), 0
	if len(digits) > 2 {
		hours, minutes = number(digits[:len(digits)-2]), number(digits[len(digits)-2:])
	}
	zone := fmt.Sprintf("%c%02d:%02d", text[0], hours, minutes)
	if zone == "+08:00" {
		zone = ""
	}
	if zone == "-00:00" {
		zone = "+00:00"
	}
	return zone, hours <= 14 && minutes < 60
}

// number reads digits that a pattern has vouched for; none is 0.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}
