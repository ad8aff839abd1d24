package commands

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWhatIsCleanStaysAsItIs(t *testing.T) {
	texts := rapid.OneOf(
		rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("am 9:0日至到移-.=,\"/cat<>&"))),
		rapid.StringOf(rapid.RuneFrom([]rune("apm 9日一"))),
	)
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		if got := undo(text); isClean(text) && got != text {
			t.Fatalf("%q is made %q, but is said to be clean", text, got)
		}
	})
}
