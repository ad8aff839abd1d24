package i18n

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// Plain makes foreign text safe to show inside a line: it has no control or invisible characters, no two spaces
// together, at most limit characters (limit is 8 or more), and right-to-left text that can't reorder the rest.
func Plain(text string, limit int) string {
	if len(text) <= limit && isPlain(text) {
		return text
	}
	text = strings.Map(visible, text)
	if strings.HasPrefix(text, " ") || strings.HasSuffix(text, " ") || strings.Contains(text, "  ") {
		text = strings.Join(strings.Fields(text), " ")
	}
	rightToLeft := strings.IndexFunc(text, isRightToLeft) >= 0
	if rightToLeft {
		limit -= 2
	}
	text = Cut(text, limit)
	if rightToLeft {
		const isolate, pop = "\u2068", "\u2069"
		return isolate + text + pop
	}
	return text
}

// isPlain reports whether text is of common characters that all are visible, in one line, and has no space too many.
// It knows most of what catbot says without a table.
func isPlain(text string) bool {
	last := ' '
	for _, r := range text {
		switch {
		case r == ' ' && last == ' ':
			return false
		case ' ' <= r && r <= '~', r == '·', '‐' <= r && r <= '‧', '一' <= r && r <= '\u9fff':
		default:
			return false
		}
		last = r
	}
	return last != ' '
}

// Blank reports whether text has no visible character.
func Blank(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { r = visible(r); return r != ' ' && r != -1 }) < 0
}

// Cut shortens text to limit characters. The last one of a shortened text is an ellipsis.
func Cut(text string, limit int) string {
	if len(text) <= limit || utf8.RuneCountInString(text) <= limit {
		return text
	}
	end := 0
	for range limit - 1 {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return strings.TrimRight(text[:end], " ") + "…"
}

func visible(r rune) rune {
	switch {
	case ' ' <= r && r <= '~', '一' <= r && r <= '\u9fff': // most text, which needs no tables
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
		return -1
	}
	return r
}

func isRightToLeft(r rune) bool {
	if r < 0x590 || '一' <= r && r <= '\u9fff' {
		return false
	}
	properties, _ := bidi.LookupRune(r)
	class := properties.Class()
	return class == bidi.R || class == bidi.AL
}
