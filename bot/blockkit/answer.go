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

// A Message is what is sent: blocks, the same without those that a workspace may not know yet, and the text that
// notifications and screen readers use and that is left when Slack takes neither.
type Message struct {
	Text     string
	Rich     []slack.Block
	Plain    []slack.Block
	Public   bool // visible to everyone in the channel
	Separate bool // never takes the place of the message whose control was pressed
}

// Answer lays an answer out within Slack's limits, whatever the answer holds. by is who shows it to all, where a is
// public; now is the moment of sending.
func Answer(a report.Answer, by string, w i18n.Phrases, now time.Time) Message {
	public := a.Public && !a.Failed()
	if !public {
		by = ""
	}
	bottom := []slack.Block{askAgainLine(a.Command.String(), by, public, w)}
	bottom = append(bottom, answerControls(a, by, w)...)
	m := answerBlocks(a, w, now, nil, bottom)
	m.Public = public
	return m
}

// askAgainLine is the command, to ask again, and who made its answer public.
func askAgainLine(command, by string, public bool, w i18n.Phrases) slack.Block {
	line := w.AskAgain(slash(command))
	if public && by != "" {
		line += " · " + fill(say(w.SharedBy()), by, "", time.Time{})
	}
	return contextLine(line)
}

// answerBlocks lays an answer out below top and above bottom.
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
		const kept = maxTotal / 3 // for the ISPs' sections, which say what the rows mean
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

// answerText is the answer for those who see no blocks: what and how bad.
func answerText(a report.Answer, w i18n.Phrases) string {
	if err := a.Err(); err != nil {
		return say(a.Title(w) + ": " + w.Upstream(err))
	}
	return say(a.Title(w) + ", " + w.Window(a.Begin, a.End) + ": " + a.Headline(w))
}

// answerTop is the header, the verdict and what the numbers are of.
func answerTop(a report.Answer, w i18n.Phrases, now time.Time) []slack.Block {
	blocks := []slack.Block{header(a.Severity().Mark() + " " + a.Title(w))}
	if err := a.Err(); err != nil && len(a.Parts) == 1 {
		blocks = append(blocks, section(say(w.Upstream(err))))
	} else if !a.Failed() {
		verdict := "*" + say(a.Headline(w)) + "*"
		if advice := a.Verdict.WhereToLook(w); advice != "" {
			verdict += "\n" + say(advice)
		}
		blocks = append(blocks, section(verdict))
		if hint := a.Hint(w); hint != "" {
			blocks = append(blocks, contextLine(":bulb: "+say(hint)))
		}
	}
	about := []string{say(w.Window(a.Begin, a.End)), w.ReadersTime(readersWindow(a.Begin, a.End))}
	if len(a.Parts) == 1 && a.Parts[0].Err == nil {
		part := a.Parts[0]
		about = append(about, date(part.FetchedAt, w.FetchedFormat(), w.Fetched(now.Sub(part.FetchedAt), false)))
		if part.Cached {
			about = append(about, say(w.FromCache()))
		}
	}
	return append(blocks, contextLine(strings.Join(about, " · ")))
}

func readersWindow(begin, end time.Time) string {
	const format = "{date_short_pretty} {time}"
	return date(begin, format, begin.UTC().Format("2006-01-02 15:04 UTC")) + " – " + date(end, format, end.UTC().Format("2006-01-02 15:04 UTC"))
}

// warningBlock gathers what a reader should know of the numbers; nil when there is nothing.
func warningBlock(a report.Answer, w i18n.Phrases, now time.Time) slack.Block {
	var lines []string
	for _, part := range a.Parts {
		for _, warning := range part.Warnings(w, now) {
			if len(a.Parts) > 1 {
				warning = part.Title(w) + ": " + warning
			}
			lines = append(lines, ":warning: "+sayUpTo(w.Warning(warning), 600))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return contextLine(joinWithin(lines, maxSection/2, func(left int) string { return say(w.MoreNotes(left)) }))
}

// ispBlocks is a section per ISP, the worst first, and a line that counts those that found no room.
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
			if size(contextLine(say(w.MoreISPs(left, failures)))) > room || count < 1 {
				return blocks
			}
			return append(blocks, contextLine(say(w.MoreISPs(left, failures))))
		}
		blocks = append(blocks, block)
		room -= size(block)
	}
	return blocks
}

// ispText is one ISP: its total, its top reasons, the provinces that fail most.
func ispText(isp report.ISP, p report.Part, top int, w i18n.Phrases) string {
	title := "*" + escape(w.ISP(isp.Name), maxName) + "* · " + count(isp.Count, p.Total, isp.Before, p, w)
	if isp.Probed > 0 {
		title += " · " + say(w.RateOf(isp.Count, isp.Probed))
	}
	lines := []string{title}
	for i, reason := range isp.Reasons {
		if i == top {
			lines = append(lines, say(w.MoreReasons(len(isp.Reasons)-top)))
			break
		}
		lines = append(lines, "• "+escape(w.ReasonName(reason.Text, reason.Kind, reason.Code), maxName)+" `"+strconv.FormatInt(reason.Code, 10)+"` · "+count(reason.Count, isp.Count, reason.Before, p, w))
	}
	if places := p.Places(isp, w); places != "" {
		lines = append(lines, "_"+say(places)+"_")
	}
	return joinWithin(lines, maxSection, func(left int) string { return say(w.MoreReasons(left)) })
}

// count writes a number, its share of a total and how it changed.
func count(n, total, before int64, p report.Part, w i18n.Phrases) string {
	text := w.Count(n) + " (" + say(w.Share(n, total)) + ")"
	if p.Compared {
		text += " " + say(w.MarkOf(n, before))
	}
	return text
}

// joinWithin joins lines in limit characters; in place of those that find no room stands what rest says of their number.
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

// blockOverhead is what a block counts beside its JSON: Slack was seen to count about 125 characters for
// each block (slackapi/bolt-js issue 2509), and the JSON around a section's text is some 70.
const blockOverhead = 60

// size counts the characters of blocks as they are sent, which is more than Slack can count in them.
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

// controlSize counts what is shown of controls and tables, whose JSON is many times that.
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
	return maxTotal // nobody has counted it
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
