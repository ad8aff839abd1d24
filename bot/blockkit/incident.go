package blockkit

import (
	"time"

	"github.com/slack-go/slack"

	"catbot/digest"
	"catbot/i18n"
)

// incidentPost is the message about an incident that a slot posts.
func incidentPost(p digest.Post, w i18n.Phrases) Message { return Incident(p.Digest, *p.Incident, w) }

// Incident is the message that lives as long as an incident, in its present state.
func Incident(d digest.Digest, i digest.Incident, w i18n.Phrases) Message {
	emoji, head := ":rotating_light:", w.OverNow(d.Add.If.Limits[0].Failures)
	if !i.IsOpen() {
		emoji, head = ":white_check_mark:", w.NoLongerOver(d.Add.If.Limits[0].Failures, i.Lasted())
	}
	return Message{Text: mrkdwn(head), Rich: []slack.Block{section(emoji + " *" + mrkdwn(head) + "*")}}
}

// NoteEnded is the note n about missing data after there is data again, at the slot at.
func NoteEnded(d digest.Digest, n digest.Note, at time.Time, w i18n.Phrases) Message {
	head := mrkdwn(w.Trouble(n.Unknown.Why))
	return Message{Text: head, Rich: []slack.Block{section(head), contextLine(when(at))}}
}
