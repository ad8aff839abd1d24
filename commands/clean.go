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
	text = links.ReplaceAllString(text, "$1")
	text = unescape.Replace(text)
	text = width.Fold.String(text)
	text = strings.Map(straighten, text)
	text = strings.ReplaceAll(text, "…", "..")
	text = strings.Join(strings.Fields(text), " ")
	if rest, ok := cutPrefixFold(text, "/cat "); ok {
		text = rest
	} else if strings.EqualFold(text, "/cat") {
		text = ""
	}
	return text
}

// unescape undoes the three entities that Slack makes (docs.slack.dev, "Escaping text"), in one pass:
// "&amp;lt;" becomes "&lt;", which is what was typed. protect is its inverse.
var (
	unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	protect  = strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;")
)

// links matches what Slack makes of an address: <https://example.com|example.com>.
var links = regexp.MustCompile(`<(?:https?://|mailto:)[^|>]*\|([^>]*)>`)

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
