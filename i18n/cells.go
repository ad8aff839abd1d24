package i18n

import (
	"unicode"

	"golang.org/x/text/width"
)

// Cells returns how wide text is in a terminal and in Slack's code blocks, in cells: a Chinese character takes two.
func Cells(text string) int {
	cells := 0
	for _, r := range text {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc): // drawn on the one before, or not at all
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			cells += 2
		default:
			cells++
		}
	}
	return cells
}
