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
		{0, 10000, "does not resolve"}, {0, -17, "Pings"}, {0, 111, "Nothing listens"},
		{0, -35, "does not know that address"},
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

func TestAHintTakesTheVerdictIntoAccount(t *testing.T) {
	one := func(failing ...spot) Answer {
		spots := append(failing, spot{"联通", "北京", 0, 5000}, spot{"移动", "广东", 0, 100}, spot{"联通", "广东", 0, 100})
		return NewAnswer(asked([]string{"1"}, nil), []Part{NewPart(Question{Task: "1"}, counted(spots...), nil)})
	}
	everywhere := counted(spot{"移动", "广东", 90, 100}, spot{"联通", "广东", 90, 100}, spot{"移动", "北京", 90, 100},
		spot{"联通", "北京", 90, 100})
	for _, tc := range []struct {
		name   string
		answer Answer
		want   string
	}{
		{"a timeout on one ISP alone is not the server's firewall", one(spot{"移动", "北京", 50, 100}),
			"so the server and its firewall are not the likely cause"},
		{"a timeout everywhere may be", NewAnswer(asked([]string{"1"}, nil),
			[]Part{NewPart(Question{Task: "1"}, everywhere, nil)}), "check the port, the firewall"},
		{"single failures call for nothing", one(spot{"移动", "北京", 5, 2000}), ""},
	} {
		if got := tc.answer.Hint(i18n.English); tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q", tc.name, got)
		}
	}
}

func TestAHintIsAboutTheISPThatFails(t *testing.T) {
	h := counted(spot{"移动", "北京", 60, 100}, spot{"移动", "广东", 60, 100}, spot{"电信", "北京", 100, 9000},
		spot{"电信", "广东", 100, 9000})
	for i := range h.Rows {
		if h.Rows[i].ISP == "移动" {
			h.Rows[i].Code = 10000 // a name that is not resolved
		}
	}
	answer := NewAnswer(asked([]string{"1"}, nil), []Part{NewPart(Question{Task: "1"}, h, nil)})
	if got := answer.Hint(i18n.English); !strings.Contains(got, "that the name is not resolved") {
		t.Errorf("%q, %+v", got, answer.Verdict.Groups)
	}
}

func TestAHintIsAboutEachTaskThatFails(t *testing.T) {
	failing := func(code int64, spots ...spot) catapi.History {
		h := counted(spots...)
		for i := range h.Rows {
			h.Rows[i].Code = code
		}
		return h
	}
	everywhere := func(count int64) []spot {
		return []spot{{"移动", "北京", count, 1000}, {"联通", "北京", count, 1000}, {"移动", "广东", count, 1000},
			{"联通", "广东", count, 1000}}
	}
	const resolved = "DNS lookup failed (10000)"
	for _, tc := range []struct {
		name          string
		first, second catapi.History
		want          string
	}{
		{"both of the same", failing(10000, everywhere(100)...), failing(10000, everywhere(20)...), resolved},
		{"each of its own", failing(10000, everywhere(100)...), failing(3, everywhere(20)...), ""},
		{"the second hardly", failing(10000, everywhere(100)...), failing(3, everywhere(1)...), resolved},
		{"in places of their own", failing(10000, spot{"移动", "北京", 100, 200}, spot{"联通", "北京", 0, 5000}),
			failing(10000, everywhere(20)...), ""},
	} {
		answer := NewAnswer(asked([]string{"1", "2"}, nil), []Part{
			NewPart(Question{Task: "1"}, tc.first, nil), NewPart(Question{Task: "2"}, tc.second, nil),
		})
		if got := answer.Hint(i18n.English); tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q", tc.name, got)
		}
	}
}
