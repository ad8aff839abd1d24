package commands

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

func TestTheNameOfAnAliasBeginsWithALetter(t *testing.T) {
	for name, want := range map[string]bool{
		"shop": true, "江西-shop_2.x": true, "a": true, "x1234567890123456789012345678901": true, "²": false,
		"": false, "2shop": false, "-shop": false, "shop!": false, "sh op": false, "x12345678901234567890123456789012": false,
		"sh\xffop": false,
	} {
		if got := isAliasName(name); got != want {
			t.Errorf("isAliasName(%q) = %t", name, got)
		}
	}
}
