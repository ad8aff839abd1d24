package commands

import "strconv"

// DigestAdd asks for a command's answer to be posted to a channel on a schedule.
type DigestAdd struct {
	Schedule Schedule
	Zone     string     // IANA name of the zone of Schedule; "" means the configured one
	Channel  string     // Slack's id, opaque here; "" means where it was typed
	If       *Condition // nil posts every time
	Lang     string     // one of i18n.Languages; "" means its owner's
	Command  Codes
}

// With a Condition, a digest posts only when the failures rise over Over, and when they are no longer over it.
type Condition struct{ Over int64 }

func (c Condition) String() string { return "if >" + strconv.FormatInt(c.Over, 10) }

func (d DigestAdd) Kind() string { return "digest add" }

func (d DigestAdd) String() string {
	out := "digest add " + d.Schedule.String()
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
	return out + " " + d.Command.String()
}

// DigestList lists the digests of the channel where it is typed, and those of the person.
type DigestList struct{}

func (DigestList) Kind() string   { return "digest list" }
func (DigestList) String() string { return "digest list" }

// A DigestDo does something with one digest.
type DigestDo struct {
	Verb string // one of DigestVerbs
	ID   string // in lower case
}

// DigestVerbs are what can be done with one digest.
var DigestVerbs = []string{"show", "run", "pause", "resume", "remove"}

func (d DigestDo) Kind() string   { return "digest " + d.Verb }
func (d DigestDo) String() string { return "digest " + d.Verb + " " + d.ID }
