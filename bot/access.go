package bot

import (
	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/i18n"
)

// maxName bounds a name within a sentence, in characters.
const maxName = 80

// A membership is the workspace and the Enterprise Grid organisation of a person, as Slack names them. Either may be
// empty.
type membership struct{ team, enterprise string }

// includes reports whether m is of catbot's own workspace or of the organisation that the workspace belongs to. For
// what belongs to no single workspace, Slack writes the organisation's id in place of the workspace's.
func (s Self) includes(m membership) bool {
	return m.team == s.Team || s.Enterprise != "" && (m.enterprise == s.Enterprise || m.team == s.Enterprise)
}

// An access says what a person may use. Where they may not use something, a sentence says why.
type access struct {
	refusal string // why the person gets no answers; empty when they do
	limit   string // why the person gets no digests, aliases and lists of tasks; empty when they do
	guest   bool   // limit is set because the person is a guest, not because Slack's answer is missing
}

// access decides from the envelope and from Slack's answer about the person. Neither may name another workspace. In an
// Enterprise Grid organisation an interaction names the person's workspace but no organisation: there Slack's answer
// decides.
func (c *core) access(envelope membership, who person) access {
	envelopeNamesTeam, slackNamesTeam := envelope.team != "", who.membership.team != ""
	teamOnly := envelopeNamesTeam && envelope.enterprise == "" && c.self.Enterprise != ""
	notKnown := who.words.NotKnown()
	if who.missingScope {
		notKnown = who.words.MissingScopes()
	}
	switch {
	case slackNamesTeam && !c.self.includes(who.membership),
		envelopeNamesTeam && !teamOnly && !c.self.includes(envelope):
		return access{refusal: who.words.NotOfHere(i18n.Plain(c.self.TeamName, maxName))}
	case !slackNamesTeam && !c.self.includes(envelope):
		return access{refusal: notKnown}
	case c.guests:
		return access{}
	case !who.fetched:
		return access{limit: notKnown}
	case who.guest:
		return access{limit: who.words.NotForGuests(i18n.Plain(c.self.TeamName, maxName)), guest: true}
	}
	return access{}
}

// refusalFor says why the person may not open the form of o; empty when they may.
func (a access) refusalFor(o modalRequest) string {
	if a.refusal == "" && o.form == blockkit.FormDigest {
		return a.limit
	}
	return a.refusal
}

// needsFullAccess reports whether c is closed to people whose access is limited.
func needsFullAccess(c commands.Command) bool {
	switch c.(type) {
	case commands.Codes, commands.Trend, commands.Help:
		return false
	}
	return true
}
