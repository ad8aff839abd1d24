package blockkit

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"catbot/i18n"
)

// escape makes text from outside harmless in mrkdwn: Slack's three characters are escaped, so that no mention, link or date
// comes alive, and the marks of formatting are kept apart from what they would format.
// Slack has no escape for those; a zero-width space in front of them is what works (docs.slack.dev, "Formatting text").
func escape(text string, limit int) string {
	return mrkdwnEscaper.Replace(i18n.Plain(text, limit))
}

var mrkdwnEscaper = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;",
	"*", "\u200b*", "_", "\u200b_", "~", "\u200b~", "`", "\u200b`",
)

// say is for catbot's own sentences, which may carry names from outside: escaped like them, cut where no reader gets to.
// What stands between backticks is for copying: it becomes a code span, in which nothing is added to it.
func say(sentence string) string { return cutEscaped(sayUpTo(sentence, maxSection)) }

func sayUpTo(sentence string, limit int) string {
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

// code shows text in a code span, for copying: what would end the span is left out.
func code(text string) string {
	text = strings.ReplaceAll(i18n.Plain(text, maxCode), "`", "'")
	return "`" + entityEscaper.Replace(text) + "`"
}

// slash shows a command for copying.
func slash(text string) string { return copyable("/cat " + text) }

// copyable shows text in code spans. A channel in it stands between two of them, for within one Slack shows the channel's id
// in place of its name.
func copyable(text string) string {
	var shown []string
	for {
		channel := channelMark.FindStringIndex(text)
		if channel == nil {
			return strings.Join(append(shown, code(text)), " ")
		}
		shown = append(shown, code(text[:channel[0]]), text[channel[0]:channel[1]])
		text = text[channel[1]:]
	}
}

// channelMark is a channel in a command, as it goes to Slack.
var channelMark = regexp.MustCompile(`<#[CG][A-Z0-9]+>`)

// fence shows lines in a code block.
func fence(lines ...string) string {
	for i, line := range lines {
		lines[i] = entityEscaper.Replace(strings.ReplaceAll(line, "`", "'"))
	}
	return "```\n" + strings.Join(lines, "\n") + "\n```"
}

var entityEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// date lets Slack write an instant in the reader's own time zone and language; others see the fallback.
func date(t time.Time, format, fallback string) string {
	return "<!date^" + itoa(t.Unix()) + "^" + format + "|" + entityEscaper.Replace(fallback) + ">"
}

// Slack's limits, in characters (docs.slack.dev, block reference; the total was observed, it is in no document).
const (
	maxHeader  = 150
	maxSection = 3000
	maxHint    = 2000
	maxLabel   = 20 // of a chart's series and categories
	maxBlocks  = 50
	maxTotal   = 13_000 // of everything in the blocks, below the 13,200 that were refused
	maxName    = 80     // our own: no name needs more
	maxCode    = 700    // our own: a command that asks again
)

// cutEscaped cuts escaped text to what a section holds, without cutting through an entity or a tag.
func cutEscaped(text string) string {
	if utf8.RuneCountInString(text) <= maxSection {
		return text
	}
	cut := string([]rune(text)[:maxSection-1])
	if open := strings.LastIndexAny(cut, "&<"); open >= 0 && !strings.ContainsAny(cut[open:], ";>") {
		cut = cut[:open]
	}
	return cut + "…"
}

func section(text string) slack.Block {
	return slack.NewSectionBlock(markdown(cutEscaped(text)), nil, nil)
}

func contextLine(texts ...string) slack.Block {
	var elements []slack.MixedElement
	for _, text := range texts {
		elements = append(elements, markdown(cutEscaped(text)))
	}
	return slack.NewContextBlock("", elements...)
}

// markdown is verbatim: Slack finds no channels, names or links of its own in it.
func markdown(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
}

func header(text string) slack.Block {
	return slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, plainReplacer.Replace(i18n.Plain(text, maxHeader)), false, false))
}

// angles is for where Slack takes plain text, which has no escape: whether it would bring "<!channel>" to life there is
// documented nowhere, so it never gets to see one. There are no code spans either.
var plainReplacer = strings.NewReplacer("<", "‹", ">", "›", "`", "'")
