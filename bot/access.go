package bot

import (
	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
)

// maxName is how much of a name a sentence shows, in characters.
const maxName = 80

// A membership is the workspace and the Enterprise Grid organisation that somebody belongs to, as far as Slack says; either may be
// empty.
type membership struct{ team, enterprise string }

// includes reports whether m is of catbot's own workspace, or of the organisation that it is part of. Slack writes an
// organisation's id in place of a workspace's for what belongs to no single one.
func (s Self) includes(m membership) bool {
	return m.team == s.Team || s.Enterprise != "" && (m.enterprise == s.Enterprise || m.team == s.Enterprise)
}

// An access is what somebody may have of catbot, in sentences that say why not.
type access struct {
	refusal string // why nothing is answered; empty when it is
	limit   string // why there are no digests, aliases and lists of tasks; empty when there are
	guest   bool   // that is why, and not that Slack does not tell who they are
}

// access judges a person by what the envelope says of them and by what Slack tells of them when it is asked. Neither may name
// somebody else's workspace. In an Enterprise Grid organisation an interaction names its person's workspace and not the
// organisation: then what Slack tells decides.
func (c *core) access(envelope membership, who person) access {
	said, told := envelope.team != "", who.of.team != ""
	open := said && envelope.enterprise == "" && c.self.Enterprise != ""
	notKnown := who.words.NotKnown()
	if who.unasked {
		notKnown = who.words.MissingScopes()
	}
	switch {
	case told && !c.self.includes(who.of), said && !open && !c.self.includes(envelope):
		return access{refusal: who.words.NotOfHere(i18n.Plain(c.self.TeamName, maxName))}
	case !told && !c.self.includes(envelope):
		return access{refusal: notKnown}
	case c.guests:
		return access{}
	case !who.known:
		return access{limit: notKnown}
	case who.guest:
		return access{limit: who.words.NotForGuests(i18n.Plain(c.self.TeamName, maxName)), guest: true}
	}
	return access{}
}

// toOpen is why the form of o is not for them; empty when it is.
func (a access) toOpen(o modalRequest) string {
	if a.refusal == "" && o.form == blockkit.FormDigest {
		return a.limit
	}
	return a.refusal
}

// limited reports whether c is for those alone who may have digests and lists of tasks.
func limited(c commands.Command) bool {
	switch c.(type) {
	case commands.Codes, commands.Trend, commands.Help:
		return false
	}
	return true
}
