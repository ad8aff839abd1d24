package blockkit

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"catbot/i18n"
	"catbot/report"
)

// A Message holds the blocks of a message, the same without blocks that a workspace may not support yet, and the text.
// Slack uses the text for notifications and screen readers, and shows it alone when it refuses both sets of blocks.
type Message struct {
	Text     string
	Rich     []slack.Block
	Plain    []slack.Block
	Public   bool // visible to everyone in the channel
	Separate bool // never replaces the message whose control was pressed
}

// Answer is the message for an answer, within Slack's limits. sharedBy is who shared it, when a is public; now is the
// time of sending.
func Answer(a report.Answer, sharedBy string, w i18n.Phrases, now time.Time) Message {
	public := a.Public && !a.Failed()
	if !public {
		sharedBy = ""
	}
	bottom := []slack.Block{askAgainLine(a.Command.String(), sharedBy, public, w)}
	bottom = append(bottom, answerControls(a, sharedBy, w)...)
	m := answerBlocks(a, w, now, nil, bottom)
	m.Public = public
	return m
}

// askAgainLine shows the command to copy, and who shared the answer.
func askAgainLine(command, sharedBy string, public bool, w i18n.Phrases) slack.Block {
	line := w.AskAgain(slash(command))
	if public && sharedBy != "" {
		line += " · " + fillReferences(mrkdwn(w.SharedBy()), sharedBy, "", time.Time{})
	}
	return contextLine(line)
}

// answerBlocks returns the blocks of an answer between top and bottom.
func answerBlocks(a report.Answer, w i18n.Phrases, now time.Time, top, bottom []slack.Block) Message {
	top = append(top, answerTop(a, w, now)...)
	if warnings := warningBlock(a, w, now); warnings != nil {
		top = append(top, warnings)
	}
	if len(a.Parts) > 1 {
		top = append(top, overview(a.Parts, w, maxTotal/2)...)
	}
	var drawn []slack.Block
	if c := chart(a, w); c != nil {
		drawn = append(drawn, c)
	}
	if a.Rows {
		const kept = maxTotal / 3 // for the sections of the ISPs, which explain the rows
		if t := rowsTable(a, w, maxTotal-size(top...)-size(drawn...)-size(bottom...)-kept); t != nil {
			drawn = append(drawn, t)
		}
	}
	room := maxTotal - size(top...) - size(drawn...) - size(bottom...)
	details := answerDetails(a, w, now, room, maxBlocks-len(top)-len(drawn)-len(bottom))
	return Message{
		Text:  answerText(a, w),
		Rich:  slices.Concat(top, drawn, details, bottom),
		Plain: slices.Concat(top, details, bottom),
	}
}

// answerText is the answer without blocks: what failed and how much.
func answerText(a report.Answer, w i18n.Phrases) string {
	if err := a.Err(); err != nil {
		return mrkdwn(a.Title(w) + ": " + w.Upstream(err))
	}
	return mrkdwn(a.Title(w) + ", " + w.Window(a.Begin, a.End) + ": " + a.Headline(w))
}

// answerTop returns the header, the verdict, the window and the age of the data.
func answerTop(a report.Answer, w i18n.Phrases, now time.Time) []slack.Block {
	blocks := []slack.Block{header(a.Severity().Mark() + " " + a.Title(w))}
	if err := a.Err(); err != nil && len(a.Parts) == 1 {
		blocks = append(blocks, section(mrkdwn(w.Upstream(err))))
	} else if !a.Failed() {
		verdict := "*" + mrkdwn(a.Headline(w)) + "*"
		if advice := a.Verdict.WhereToLook(w); advice != "" {
			verdict += "\n" + mrkdwn(advice)
		}
		blocks = append(blocks, section(verdict))
		if hint := a.Hint(w); hint != "" {
			blocks = append(blocks, contextLine(":bulb: "+mrkdwn(hint)))
		}
	}
	about := []string{mrkdwn(w.Window(a.Begin, a.End)), w.ReadersTime(readersWindow(a.Begin, a.End))}
	if len(a.Parts) == 1 && a.Parts[0].Err == nil {
		part := a.Parts[0]
		about = append(about, date(part.FetchedAt, w.FetchedFormat(), w.Fetched(now.Sub(part.FetchedAt), false)))
		if part.Cached {
			about = append(about, mrkdwn(w.FromCache()))
		}
	}
	return append(blocks, contextLine(strings.Join(about, " · ")))
}

func readersWindow(begin, end time.Time) string {
	const format = "{date_short_pretty} {time}"
	const fallback = "2006-01-02 15:04 UTC"
	return date(begin, format, begin.UTC().Format(fallback)) + " – " + date(end, format, end.UTC().Format(fallback))
}

// warningBlock lists the warnings about the numbers; nil when there are none.
func warningBlock(a report.Answer, w i18n.Phrases, now time.Time) slack.Block {
	var lines []string
	for _, part := range a.Parts {
		for _, warning := range part.Warnings(w, now) {
			if len(a.Parts) > 1 {
				warning = part.Title(w) + ": " + warning
			}
			lines = append(lines, ":warning: "+mrkdwnUpTo(w.Warning(warning), 600))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return contextLine(joinWithin(lines, maxSection/2, func(left int) string { return mrkdwn(w.MoreNotes(left)) }))
}

// ispBlocks returns a section per ISP, those with the most failures first, and a line that counts those left out.
func ispBlocks(p report.Part, top int, w i18n.Phrases, room, count int) []slack.Block {
	var blocks []slack.Block
	const remark = 200 // room for the line about the rest
	for i, isp := range p.ISPs {
		block := section(ispText(isp, p, top, w))
		left := len(p.ISPs) - i
		needed := size(block)
		if left > 1 {
			needed += remark
		}
		if needed > room || len(blocks)+1 >= count && left > 1 || count < 1 {
			var failures int64
			for _, rest := range p.ISPs[i:] {
				failures += rest.Count
			}
			if size(contextLine(mrkdwn(w.MoreISPs(left, failures)))) > room || count < 1 {
				return blocks
			}
			return append(blocks, contextLine(mrkdwn(w.MoreISPs(left, failures))))
		}
		blocks = append(blocks, block)
		room -= size(block)
	}
	return blocks
}

// ispText describes one ISP: its total, its top reasons, and the provinces with the most failures.
func ispText(isp report.ISP, p report.Part, top int, w i18n.Phrases) string {
	title := "*" + escape(w.ISP(isp.Name), maxName) + "* · " + count(isp.Count, p.Total, isp.Before, p, w)
	if isp.Probed > 0 {
		title += " · " + mrkdwn(w.RateOf(isp.Count, isp.Probed))
	}
	lines := []string{title}
	for i, reason := range isp.Reasons {
		if i == top {
			lines = append(lines, mrkdwn(w.MoreReasons(len(isp.Reasons)-top)))
			break
		}
		lines = append(lines, "• "+escape(w.ReasonName(reason.Text, reason.Kind, reason.Code), maxName)+
			" `"+strconv.FormatInt(reason.Code, 10)+"` · "+count(reason.Count, isp.Count, reason.Before, p, w))
	}
	if places := p.Places(isp, w); places != "" {
		lines = append(lines, "_"+mrkdwn(places)+"_")
	}
	return joinWithin(lines, maxSection, func(left int) string { return mrkdwn(w.MoreReasons(left)) })
}

// count formats a number, its share of a total and its change.
func count(n, total, before int64, p report.Part, w i18n.Phrases) string {
	text := w.Count(n) + " (" + mrkdwn(w.Share(n, total)) + ")"
	if p.Compared {
		text += " " + mrkdwn(w.MarkOf(n, before))
	}
	return text
}

// joinWithin joins lines within limit characters. The lines left out are replaced by the line rest, with their number.
func joinWithin(lines []string, limit int, rest func(left int) string) string {
	var out strings.Builder
	length := 0
	for i, line := range lines {
		n := utf8.RuneCountInString(line) + 1
		if length+n > limit-100 && i < len(lines)-1 || length+n > limit {
			out.WriteString("\n" + rest(len(lines)-i))
			break
		}
		if i > 0 {
			out.WriteString("\n")
		}
		out.WriteString(line)
		length += n
	}
	return out.String()
}

// blockOverhead is added to a block's JSON. Slack was seen to count about 125 characters for each block
// (slackapi/bolt-js issue 2509), and the JSON around a section's text has some 70.
const blockOverhead = 60

// size counts the characters of blocks as JSON, which is more than Slack counts.
func size(blocks ...slack.Block) int {
	sum := 0
	for _, block := range blocks {
		if weight, ok := controlSize(block); ok {
			sum += weight
			continue
		}
		wire, err := json.Marshal(block)
		if err != nil {
			return maxTotal
		}
		sum += utf8.RuneCount(wire) + blockOverhead
	}
	return sum
}

// controlSize counts the visible text of controls and tables, whose JSON is many times longer.
func controlSize(block slack.Block) (int, bool) {
	switch b := block.(type) {
	case *slack.DataTableBlock:
		sum := blockOverhead + utf8.RuneCountInString(b.Caption)
		for _, row := range b.Rows {
			sum += cellsSize(row)
		}
		return sum, true
	case *slack.ActionBlock:
		sum := blockOverhead
		for _, element := range b.Elements.ElementSet {
			sum += elementSize(element)
		}
		return sum, true
	}
	return 0, false
}

func elementSize(element slack.BlockElement) int {
	switch e := element.(type) {
	case *slack.ButtonBlockElement:
		return utf8.RuneCountInString(e.Text.Text) + utf8.RuneCountInString(e.Value)
	case *slack.SelectBlockElement:
		sum := utf8.RuneCountInString(e.Placeholder.Text)
		for _, option := range e.Options {
			sum += utf8.RuneCountInString(option.Text.Text) + utf8.RuneCountInString(option.Value)
		}
		return sum
	}
	return maxTotal // unknown element: assume the worst
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
