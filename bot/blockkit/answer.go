package blockkit

import (
	"slices"
	"strconv"
	"strings"
	"sync"
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
	headline, brief := a.HeadlineAndBrief(w)
	top = append(top, answerTop(a, headline, w, now)...)
	if warnings := warningBlock(a, w, now); warnings != nil {
		top = append(top, warnings)
	}
	if len(a.Parts) > 1 {
		top = append(top, overview(a.Parts, w, maxTotal/2)...)
	}
	over := a.Trend()
	graphs := sparklines(over, w)
	var drawn []slack.Block
	if c := chart(a, over, w); c != nil {
		drawn = append(drawn, c)
	}
	if a.Rows {
		const kept = maxTotal / 3 // for the sections of the ISPs, which explain the rows
		if t := rowsTable(a, w, maxTotal-size(top...)-size(drawn...)-size(bottom...)-kept); t != nil {
			drawn = append(drawn, t)
		}
	}
	room := maxTotal - size(top...) - max(size(drawn...), size(graphs...)) - size(bottom...)
	details := answerDetails(a, w, now, room, maxBlocks-len(top)-max(len(drawn), len(graphs))-len(bottom))
	if a.Rows || len(a.Parts) > 1 { // long: the controls would stand far below
		return Message{
			Text: mrkdwn(brief), Rich: slices.Concat(top, bottom, drawn, details),
			Plain: slices.Concat(top, bottom, graphs, details),
		}
	}
	return Message{
		Text: mrkdwn(brief), Rich: slices.Concat(top, details, bottom, drawn),
		Plain: slices.Concat(top, details, bottom, graphs),
	}
}

// answerTop returns the header, the verdict, the window and the age of the data.
func answerTop(a report.Answer, headline string, w i18n.Phrases, now time.Time) []slack.Block {
	blocks := []slack.Block{header(a.Severity().Mark() + " " + a.Title(w))}
	if err := a.Err(); err != nil && len(a.Parts) == 1 {
		blocks = append(blocks, section(mrkdwn(w.Upstream(err))))
	} else if !a.Failed() {
		verdict := "*" + mrkdwn(headline) + "*"
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
				warning = w.About(part.Title(w), warning)
			}
			lines = append(lines, ":warning: "+mrkdwnUpTo(w.Warning(warning), 600))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return contextLine(joinWithin(lines, maxSection/2, func(left int) string { return mrkdwn(w.MoreNotes(left)) }))
}

const (
	// maxISPs is how many ISPs an answer lists unless all are asked for, fullISPs how many of them with all that is known:
	// so the controls are on the first screen of a phone.
	maxISPs  = 5
	fullISPs = 2
)

// ispBlocks is a section for each of the worst ISPs, or of all, and a line that counts the others.
func ispBlocks(p report.Part, a report.Answer, w i18n.Phrases, room, count int) []slack.Block {
	listed := p.ISPs
	if !a.Rows {
		listed = p.Worst(maxISPs)
	}
	var blocks []slack.Block
	const remark = 200 // room for the line about the rest
	shown := 0
	for i, isp := range listed {
		text := ispText(isp, p, a.Top, w)
		if i >= fullISPs && !a.Rows {
			text = ispLine(isp, p, w)
		}
		block, needed := section(text), 0
		if needed = size(block); i+1 < len(p.ISPs) {
			needed += remark
		}
		if needed > room || len(blocks)+1 >= count && i+1 < len(p.ISPs) || count < 1 {
			break
		}
		blocks = append(blocks, block)
		room -= size(block)
		shown++
	}
	if left := len(p.ISPs) - shown; left > 0 && count > len(blocks) {
		if rest := contextLine(mrkdwn(w.MoreISPs(left, p.Beside(listed[:shown])))); size(rest) <= room {
			blocks = append(blocks, rest)
		}
	}
	return blocks
}

// ispLine is one ISP in a line: its total and its most frequent reason.
func ispLine(isp report.ISP, p report.Part, w i18n.Phrases) string {
	line := ispTitle(isp, p, w)
	if len(isp.Reasons) > 0 {
		reason := isp.Reasons[0]
		line += " · " + escape(w.ReasonName(reason.Text, reason.Kind, reason.Code), maxName) + " `" + itoa(reason.Code) + "` " +
			mrkdwn(w.Share(reason.Count, isp.Count))
	}
	return line
}

func ispTitle(isp report.ISP, p report.Part, w i18n.Phrases) string {
	title := "*" + escape(w.ISP(isp.Name), maxName) + "* · " + count(isp.Count, p.Total, isp.Before, p, w)
	if isp.Probed > 0 {
		title += " · " + mrkdwn(w.RateOf(isp.Count, isp.Probed))
	}
	return title
}

// ispText describes one ISP: its total, its top reasons, and the provinces with the most failures.
func ispText(isp report.ISP, p report.Part, top int, w i18n.Phrases) string {
	lines := []string{ispTitle(isp, p, w)}
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
	text := mrkdwn(w.With(w.Count(n), w.Share(n, total)))
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

// measured holds buffers for size, which measures some thirty blocks for an answer.
var measured = sync.Pool{New: func() any { return new([]byte) }}

// size counts the characters of blocks as JSON, which is more than Slack counts.
func size(blocks ...slack.Block) int {
	buffer := measured.Get().(*[]byte)
	defer measured.Put(buffer)
	sum := 0
	for _, block := range blocks {
		if weight, ok := controlSize(block); ok {
			sum += weight
			continue
		}
		written, err := appendBlock((*buffer)[:0], block)
		if err != nil {
			return maxTotal
		}
		*buffer = written
		sum += characters(written) + blockOverhead
	}
	return sum
}

// characters counts those of valid UTF-8. utf8.RuneCount copies it here.
func characters(text []byte) (n int) {
	for _, c := range text {
		if utf8.RuneStart(c) {
			n++
		}
	}
	return n
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
