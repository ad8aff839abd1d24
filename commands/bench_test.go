package commands

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkUnknownWords is the most that a command may hold which nobody understands, where there are as many aliases as may be.
func BenchmarkUnknownWords(b *testing.B) {
	aliases := map[string]string{}
	for n := range 500 {
		aliases[fmt.Sprintf("shop-page-%c%c", 'a'+n%26, 'a'+n/26)] = "126531"
	}
	l := testLanguage
	l.Aliases = aliases
	for name, word := range map[string]string{"plain": "newspaperxy", "like codes": "news-paper-x"} {
		text := "codes " + strings.Repeat(word+" ", 150)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := l.Parse(text, night); err == nil {
					b.Fatal("it was understood")
				}
			}
		})
	}
}
