package commands

import (
	"strings"
	"time"
)

// DigestAdd asks for a command's answer to be posted to a channel on a schedule.
type DigestAdd struct {
	Schedule Schedule
	Zone     string     // IANA name of the zone of Schedule; "" means the configured one
	Channel  string     // Slack's id, opaque here; "" means where it was typed
	If       *Condition // nil posts every time
	Lang     string     // one of i18n.Languages; "" means its owner's
	Command  Codes
}

func (d DigestAdd) Kind() string { return "digest add" }

func (d DigestAdd) String() string {
	return "digest add " + d.Schedule.String() + d.rest() + " " + d.Command.String()
}

// rest prints what d has beside its schedule and its command, each part after a space.
func (d DigestAdd) rest() (out string) {
	if d.Zone != "" {
		out += " tz " + d.Zone
	}
	if d.Channel != "" {
		out += " in <#" + d.Channel + ">"
	}
	if d.If != nil {
		out += " " + d.If.String()
	}
	if d.Lang != "" {
		out += " lang " + d.Lang
	}
	return out
}

// DigestList lists the digests of the channel where it is typed, and those of the person.
type DigestList struct{}

func (DigestList) Kind() string   { return "digest list" }
func (DigestList) String() string { return "digest list" }

// A DigestDo does something with one digest.
type DigestDo struct {
	Verb string // "show", "run", "pause", "resume" or "remove"
	ID   string // in lower case
}

func (d DigestDo) Kind() string   { return "digest " + d.Verb }
func (d DigestDo) String() string { return "digest " + d.Verb + " " + d.ID }

// DigestMute silences one digest, or all digests of the channel where it is typed.
type DigestMute struct {
	ID string // in lower case; "" means all digests of the channel
	MuteEnd
}

// A MuteEnd says how long a mute lasts: For, or until the next time that the clock shows Clock.
type MuteEnd struct {
	For      time.Duration // whole minutes; 0 means until Clock
	Clock    time.Duration // since midnight, in the digest's zone
	Tomorrow bool          // Clock is that of the next day
}

func (m DigestMute) Kind() string { return "digest mute" }

func (m DigestMute) String() string {
	return "digest mute " + idOrHere(m.ID) + " " + m.MuteEnd.String()
}

func (e MuteEnd) String() string {
	switch {
	case e.For > 0:
		return PrintLength(e.For)
	case e.Tomorrow:
		return "until tomorrow " + printClock(e.Clock)
	}
	return "until " + printClock(e.Clock)
}

// Resolve returns the end of a mute that begins at now, whose zone is the digest's.
func (e MuteEnd) Resolve(now time.Time) time.Time {
	if e.For > 0 {
		return now.Add(e.For)
	}
	day := now.Day()
	at := func(day int) time.Time {
		hour, minute := int(e.Clock/time.Hour), int(e.Clock%time.Hour/time.Minute)
		return time.Date(now.Year(), now.Month(), day, hour, minute, 0, 0, now.Location())
	}
	if e.Tomorrow || !at(day).After(now) {
		return at(day + 1)
	}
	return at(day)
}

// DigestUnmute ends a mute.
type DigestUnmute struct{ ID string } // as in DigestMute

func (m DigestUnmute) Kind() string   { return "digest unmute" }
func (m DigestUnmute) String() string { return "digest unmute " + idOrHere(m.ID) }

func idOrHere(id string) string {
	if id == "" {
		return "here"
	}
	return id
}

// Incidents lists past and open incidents of the channels that the person is in.
type Incidents struct {
	Window Window   // the zero value means the last seven days
	Tasks  []string // none means all
	Here   bool     // only those of the channel where it is typed
}

func (i Incidents) Kind() string { return "incidents" }

func (i Incidents) String() string {
	out := append([]string{"incidents"}, i.Tasks...)
	if i.Window != (Window{}) {
		out = append(out, i.Window.String())
	}
	if i.Here {
		out = append(out, "here")
	}
	return strings.Join(out, " ")
}

// Resolve returns the instants that i is about at now. Without a window these are the last seven days.
func (i Incidents) Resolve(now time.Time) (begin, end time.Time) {
	if i.Window == (Window{}) {
		return Last(7 * day).Resolve(now)
	}
	return i.Window.Resolve(now)
}

// IncidentTake says that the person works on an incident.
type IncidentTake struct{ ID string } // of the incident, in lower case

func (i IncidentTake) Kind() string   { return "incidents take" }
func (i IncidentTake) String() string { return "incidents take " + i.ID }
