package i18n

import "testing"

func TestAChineseCharacterTakesTwoCells(t *testing.T) {
	for text, want := range map[string]int{
		"":                       0,
		"codes 126531":           12,
		"江西 ping":                9,
		"ｃｏｄｅｓ":                  10,
		"，。":                     4,
		"🚨":                      2,
		"e\u0301":                1, // an accent on the letter before
		"\u2068shop\u2069\u200b": 4, // marks that are not drawn
	} {
		if got := Cells(text); got != want {
			t.Errorf("Cells(%q) = %d, want %d", text, got, want)
		}
	}
}
