package commands

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Clean undoes what Slack, phones and input methods do to typed text: entities, links, smart quotes,
// odd spaces and dashes, full-width letters, invisible characters, a leading "/cat".
// Entities are undone once, as Slack makes them once. A channel (<#C1|name>) or a person (<@U1|name>)
// stays as Slack wrote it.
func Clean(text string) string {
	if isClean(text) {
		return text
	}
	return undo(text)
}

func undo(text string) string {
	text = links.ReplaceAllString(text, "$1")
	text = unescape.Replace(text)
	text = width.Fold.String(text)
	text = ranges.ReplaceAllString(text, "$1..$2")
	text = strings.Map(straighten, text)
	text = strings.ReplaceAll(text, "…", "..")
	text = strings.Join(strings.Fields(text), " ")
	text = halfDays.ReplaceAllString(text, "$1$2")
	if rest, ok := cutPrefixFold(text, "/cat "); ok {
		text = rest
	} else if strings.EqualFold(text, "/cat") {
		text = ""
	}
	return text
}

// isClean reports whether Clean would change nothing, without the four regular expressions: text is in small letters,
// digits and Chinese characters, with one space between its words, and with nothing that may be part of a range, a
// half day or "/cat". Such are the commands that catbot prints, and most of what people type: 0.4 µs in place of 6 µs.
func isClean(text string) bool {
	before := ' '
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '-', r == '.', r == ':', r == '=', r == ',', r == '"':
		case '一' <= r && r <= '\u9fa5' && r != '至' && r != '到':
		case r == ' ' && before != ' ':
		default:
			return false
		}
		before = r
	}
	return (before != ' ' || text == "") && !strings.Contains(text, " am") && !strings.Contains(text, " pm")
}

// unescape undoes the three entities that Slack makes (docs.slack.dev, "Escaping text"), in one pass:
// "&amp;lt;" becomes "&lt;", which is what was typed. protect is its inverse.
var (
	unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	protect  = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;")
)

// links matches what Slack makes of an address: <https://example.com|example.com>.
var links = regexp.MustCompile(`<(?:https?://|mailto:)[^|>]*\|([^>]*)>`)

// ranges matches what stands between two times in a window as people, and catbot's own answers, write it: 00:00–08:10,
// 00:00~08:10, 00:00至08:10. A hyphen is not among it, for it may belong to a date or an offset.
var ranges = regexp.MustCompile(`(:\d\d|\d ?[AaPp][Mm]|日|\d{4}-\d\d?-\d\d?) ?(?:[–—~〜]|至|到) ?(\d)`)

// halfDays matches a time of day with a space in it: 9 am.
var halfDays = regexp.MustCompile(`(?i)\b(\d{1,2}(?::\d\d)?) ([ap]m)\b`)

// straighten maps one character to what was meant, or drops it.
func straighten(r rune) rune {
	switch r {
	case '“', '”', '„', '‟', '«', '»', '″', '「', '」':
		return '"'
	case '‘', '’', '‚', '‛', '′':
		return '\''
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return '-'
	case '、', '，', '､':
		return ','
	case '：', '∶':
		return ':'
	case '｡', '。':
		return ' '
	}
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
		return -1
	}
	return r
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}
