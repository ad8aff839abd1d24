package blockkit

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/i18n"
	"catbot/report"
)

// answerDetails returns a section for each ISP within room characters and count blocks. With several tasks or
// provinces it shows those with failures only.
func answerDetails(a report.Answer, w i18n.Phrases, now time.Time, room, count int) []slack.Block {
	if len(a.Parts) == 1 {
		return ispBlocks(a.Parts[0], a, w, room, count)
	}
	var blocks []slack.Block
	var failing []report.Part
	for _, part := range a.Parts {
		if part.Err == nil && len(part.ISPs) > 0 {
			failing = append(failing, part)
		}
	}
	for i, part := range failing {
		title, rest := section(partTitle(part, w, now)), contextLine(mrkdwn(w.MoreParts(len(failing)-i)))
		if size(title, rest) > room || count < 4 {
			if size(rest) <= room && count > 0 {
				blocks = append(blocks, rest)
			}
			break
		}
		left := len(failing) - i // each part gets an equal share of what is left
		details := append([]slack.Block{title}, ispBlocks(part, a, w, room/left-size(title), count/left-1)...)
		blocks = append(blocks, details...)
		room -= size(details...)
		count -= len(details)
	}
	return blocks
}

// overview returns a line for each part, within room characters. When some are left out, it ends with a line that says
// how many.
func overview(parts []report.Part, w i18n.Phrases, room int) []slack.Block {
	var blocks []slack.Block
	const each = 5 // lines of a section; more long lines could exceed Slack's limit
	for from := 0; from < len(parts); from += each {
		text := ""
		for _, part := range parts[from:min(from+each, len(parts))] {
			text += part.Severity().Mark() + " *" + escape(part.Title(w), maxName) + "* · " +
				mrkdwnUpTo(part.Line(w), 2*maxName) + "\n"
		}
		block, rest := section(strings.TrimSpace(text)), contextLine(mrkdwn(w.MoreParts(len(parts)-from)))
		if size(blocks...)+size(block)+size(rest) > room {
			return append(blocks, rest)
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// partTitle is the title above the ISPs of one part of several.
func partTitle(p report.Part, w i18n.Phrases, now time.Time) string {
	return "*" + escape(p.Title(w), maxName) + "* · " + mrkdwn(p.Freshness(w, now)) + "\n" +
		mrkdwnUpTo(p.Headline(w)+" "+p.Verdict.WhereToLook(w), 500)
}
