package report

import (
	"strings"
	"testing"

	"catbot/catapi"
	"catbot/i18n"
)

func TestAHintIsChosenByTheReturnCodeAndTheKindOfTask(t *testing.T) {
	for _, tc := range []struct {
		kind catapi.Kind
		code int64
		want string // in the hint; "" is none
	}{
		{0, 10000, "does not resolve"}, {0, -17, "Pings"}, {0, 111, "Nothing listens"}, {0, -35, "does not know that address"},
		{0, -38, "redirects"}, {0, 403, "refuses the probe"}, {0, 503, "gateway"}, {0, 20011, "The probe itself"},
		{catapi.Network, 608, "does not resolve"}, {catapi.Port, 608, "TLS fails"}, {catapi.Port, 609, "in time"},
		{catapi.Media, 609, ""}, {0, 0, ""}, {0, 4242, ""},
	} {
		got := ""
		if hint := hintOf(tc.kind, tc.code); hint != nil {
			got = hint.usual(i18n.English)
		}
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("the hint for code %d of kind %d is %q, want %q", tc.code, tc.kind, got, tc.want)
		}
	}
}
