package blockkit

import (
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
)

// Muted confirms the mute m of the digest id, or of all digests of the channel if id is "", and shows the command that
// undoes it. A nil m is one that was ended.
func Muted(id string, m *digest.Mute, w i18n.Phrases) Message {
	if m == nil {
		return Sentence(w.Unmuted(id))
	}
	text := fillReferences(mrkdwn(w.Muted(id)), "", "", m.Until)
	undo := contextLine(w.Undo(slash(commands.DigestUnmute{ID: id}.String())))
	return Message{Text: text, Rich: []slack.Block{section(text), undo}}
}

// StillMuted says that the digest id stays silent although its own mute was ended: m is of its channel.
func StillMuted(id string, m digest.Mute, w i18n.Phrases) Message {
	text := fillReferences(mrkdwn(w.StillMuted(id)), "", "", m.Until)
	end := slash(commands.DigestUnmute{}.String())
	return Message{Text: text, Rich: []slack.Block{section(text + "\n" + end)}}
}

// NotConditional says that d has no condition, so a mute has nothing to silence.
func NotConditional(d digest.Digest, w i18n.Phrases) Message {
	text := digestSentence(d, w.NotConditional(d.ID), time.Time{})
	pause := slash(commands.DigestDo{Verb: "pause", ID: d.ID}.String())
	return Message{Text: text, Rich: []slack.Block{section(text + "\n" + pause)}}
}
