package blockkit

import (
	"github.com/slack-go/slack"

	"catbot/digest"
	"catbot/i18n"
)

// Outage is the message about o. It replaces the post of the digest that opened o.
func Outage(o digest.Outage, w i18n.Phrases) Message {
	emoji, head := ":warning:", w.OutageOf(len(o.Digests))
	if !o.Over.IsZero() {
		emoji, head = ":white_check_mark:", w.OutageWas(len(o.Digests))
	}
	text := fillReferences(mrkdwn(head), "", o.Channel, o.Since)
	blocks := []slack.Block{section(emoji + " *" + text + "*")}
	switch {
	case !o.Over.IsZero():
		blocks = append(blocks, contextLine(fillReferences(mrkdwn(w.OutageEnded()), "", o.Channel, o.Over)))
	case o.Trouble.Kind != "":
		blocks = append(blocks, section(mrkdwn(w.Trouble(o.Trouble))))
	}
	blocks = appendWithinLimits(blocks, len(o.Digests),
		func(i int) slack.Block { return section(unansweredLine(o.Digests[i], w)) }, w.MoreDigests)
	return Message{Text: text, Rich: blocks}
}

// unansweredLine describes one digest of an outage: its id, its command, and which of its runs have no answer.
func unansweredLine(u digest.UnansweredDigest, w i18n.Phrases) string {
	line := "`" + u.Digest.ID + "` · " + digestCommand(u.Digest) + "\n"
	if u.Slots == 1 {
		return line + fillReferences(mrkdwn(w.RunUnanswered()), "", "", u.First)
	}
	return line + fillReferences(mrkdwn(w.RunsUnanswered(u.Slots)), "", "", u.Last)
}
