package commands

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// A word is one piece of a command's text.
type word struct {
	raw    string // as typed
	text   string // lower case, without quotes
	plain  string // as typed, without quotes
	key    string // what stands before "=" in key=value, lower case; then text and plain are the value
	quoted bool   // it was written in quotes, so it is a name and never a keyword
	at     int    // where it begins in the cleaned text, in characters
}

// split cuts cleaned text into words: at spaces and commas, around "..", keeping quoted text whole.
func split(text string) []word {
	words := make([]word, 0, 1+strings.Count(text, " "))
	for pos := 0; pos < len(text); {
		switch {
		case text[pos] == ' ' || text[pos] == ',':
			pos++
		case strings.HasPrefix(text[pos:], ".."):
			end := pos
			for end < len(text) && text[end] == '.' {
				end++
			}
			at := utf8.RuneCountInString(text[:pos])
			words = append(words, word{raw: text[pos:end], text: "..", plain: "..", at: at})
			pos = end
		default:
			end := wordEnd(text, pos)
			w := readWord(text[pos:end])
			w.at = utf8.RuneCountInString(text[:pos])
			words = append(words, w)
			pos = end
		}
	}
	return words
}

// wordEnd returns where the word that begins at pos ends. A quote counts only where a value begins, so
// that the apostrophe of "xi'an" is a letter; one that nobody closed ends with the text.
func wordEnd(text string, pos int) int {
	var quote byte
	for begins := true; pos < len(text); pos++ {
		c := text[pos]
		switch {
		case quote != 0 && c == '\\' && pos+1 < len(text):
			pos++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '<' && slackLink.MatchString(text[pos:]):
			pos += len(slackLink.FindString(text[pos:])) - 1
		case begins && (c == '"' || c == '\''):
			quote = c
		case c == ' ', c == ',', strings.HasPrefix(text[pos:], ".."):
			return pos
		}
		begins = quote == 0 && c == '='
	}
	return pos
}

// slackLink is a channel, a person or a group as Slack sends them. The name in it may have spaces.
var slackLink = regexp.MustCompile(`^<[#@!][^<>"']*>`)

func readWord(raw string) word {
	w := word{raw: raw}
	value := raw
	if key, rest, ok := strings.Cut(raw, "="); ok && key != "" && !strings.ContainsAny(key, `"'`) {
		w.key, value = strings.ToLower(key), rest
	}
	w.plain, w.quoted = unquote(value)
	w.text = strings.ToLower(w.plain)
	return w
}

// unquote takes the quotes around s and the backslashes between them away, and reports whether there were any.
func unquote(s string) (string, bool) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return s, false
	}
	quote, open := s[0], true
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case open && c == '\\' && i+1 < len(s):
			i++
			out.WriteByte(s[i])
		case open && c == quote:
			open = false
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), true
}

// hasHan reports whether s has a Chinese character.
func hasHan(s string) bool {
	for _, r := range s {
		if r >= 0x3400 && r <= 0x9fff {
			return true
		}
	}
	return false
}
