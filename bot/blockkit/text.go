package blockkit

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/i18n"
)

// escape escapes text from outside for mrkdwn: Slack's three control characters, so it holds no mention, link or date,
// and formatting marks. Slack has no escape for those; a zero-width space in front of them works (docs.slack.dev,
// "Formatting text").
func escape(text string, limit int) string {
	return mrkdwnEscaper.Replace(i18n.Plain(text, limit))
}

var mrkdwnEscaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;",
	"*", "\u200b*", "_", "\u200b_", "~", "\u200b~", "`", "\u200b`",
)

// mrkdwn escapes one of catbot's own sentences, which may hold names from outside, and cuts it to a section's length.
// Text between backticks becomes a code span, in which nothing is added, so it can be copied.
func mrkdwn(sentence string) string { return cutEscaped(mrkdwnUpTo(sentence, maxSection)) }

func mrkdwnUpTo(sentence string, limit int) string {
	rest := i18n.Plain(sentence, limit)
	var out strings.Builder
	for {
		before, after, opened := strings.Cut(rest, "`")
		copied, after, closed := strings.Cut(after, "`")
		if !opened || !closed || copied == "" {
			return out.String() + mrkdwnEscaper.Replace(rest)
		}
		out.WriteString(mrkdwnEscaper.Replace(before) + "`" + entityEscaper.Replace(copied) + "`")
		rest = after
	}
}

// code returns text as a code span to copy, without backticks in it.
func code(text string) string {
	text = strings.ReplaceAll(i18n.Plain(text, maxCode), "`", "'")
	return "`" + entityEscaper.Replace(text) + "`"
}

// slash returns a slash command to copy.
func slash(text string) string { return copyable("/cat " + text) }

// copyable returns text in code spans. A channel in it stays outside of them: within one, Slack shows the channel's id
// in place of its name.
func copyable(text string) string { return copyableAround(channelMark, text) }

// definition returns the command that adds a digest, to copy. A channel and whom it calls stay outside of code spans.
func definition(d commands.DigestAdd) string {
	return copyableAround(definitionMark, "/cat "+d.String())
}

func copyableAround(mark *regexp.Regexp, text string) string {
	var shown []string
	add := func(words string) {
		if strings.TrimSpace(words) != "" {
			shown = append(shown, code(words))
		}
	}
	for {
		var found []int
		if strings.Contains(text, "<") { // as all marks begin
			found = mark.FindStringIndex(text)
		}
		if found == nil {
			add(text)
			return strings.Join(shown, " ")
		}
		add(text[:found[0]])
		shown = append(shown, text[found[0]:found[1]])
		text = text[found[1]:]
	}
}

// channelMark matches a channel in a command, as Slack sends and reads it.
var channelMark = regexp.MustCompile(`<#[CG][A-Z0-9]+>`)

// definitionMark matches a channel and whom a condition calls.
var definitionMark = regexp.MustCompile(`<(?:#[CG]|@[UW]|!subteam\^S)[A-Z0-9]+>`)

// fence returns lines as a code block.
func fence(lines ...string) string {
	for i, line := range lines {
		lines[i] = entityEscaper.Replace(strings.ReplaceAll(line, "`", "'"))
	}
	return "```\n" + strings.Join(lines, "\n") + "\n```"
}

var entityEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// date formats an instant, which Slack shows in the reader's time zone and language. Clients that can't show the
// fallback.
func date(t time.Time, format, fallback string) string {
	return "<!date^" + itoa(t.Unix()) + "^" + format + "|" + entityEscaper.Replace(fallback) + ">"
}

// Slack's limits, in characters (docs.slack.dev, block reference). The total is documented nowhere; it was measured.
const (
	maxHeader  = 150
	maxSection = 3000
	maxHint    = 2000
	maxLabel   = 20 // of a chart's series and categories
	maxBlocks  = 50
	maxTotal   = 13_000 // of all blocks together; Slack refused 13,200
	maxName    = 80     // catbot's own limit of a name
	maxCode    = 700    // catbot's own limit of a command in a code span
)

// cutEscaped cuts escaped text to a section's length, but never within an entity or a tag.
func cutEscaped(text string) string {
	if len(text) <= maxSection || utf8.RuneCountInString(text) <= maxSection {
		return text
	}
	cut := string([]rune(text)[:maxSection-1])
	if open := strings.LastIndexAny(cut, "&<"); open >= 0 && !strings.ContainsAny(cut[open:], ";>") {
		cut = cut[:open]
	}
	return cut + "…"
}

func section(text string) slack.Block {
	return slack.NewSectionBlock(textObject(cutEscaped(text)), nil, nil)
}

func contextLine(texts ...string) slack.Block {
	var elements []slack.MixedElement
	for _, text := range texts {
		elements = append(elements, textObject(cutEscaped(text)))
	}
	return slack.NewContextBlock("", elements...)
}

// textObject is verbatim: Slack does not look for channels, names or links in it.
func textObject(text string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: text, Verbatim: true}
}

func header(text string) slack.Block {
	return slack.NewHeaderBlock(plainTextUpTo(text, maxHeader))
}

// plainReplacer is for Slack's plain text, which has no escape and no code spans. Whether Slack turns "<!channel>" in
// it into a mention is not documented, so catbot never sends one.
var plainReplacer = strings.NewReplacer("<", "‹", ">", "›", "`", "'")
