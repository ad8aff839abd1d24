package commands

import "testing"

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
