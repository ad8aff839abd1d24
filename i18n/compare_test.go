package i18n

import (
	"testing"
	"time"

	"catbot/catapi"
)

func TestAComparisonNamesItsBaselineAndBothNumbers(t *testing.T) {
	for _, tc := range []struct {
		baseline         string
		now, before      int64
		english, chinese string
	}{
		{"before", 553, 366, "Compared with the window before: up from 366 to 553 (+51%).", "较上一时段增加 51%（366 → 553）。"},
		{"before", 10, 10, "Compared with the window before: the same.", "与上一时段持平。"},
		{"yesterday", 5, 10, "Compared with the same hours of the day before: down from 10 to 5 (-50%).", "较昨天同一时段减少 50%（10 → 5）。"},
		{"yesterday", 10, 0, "Compared with the same hours of the day before: none then.", "昨天同一时段无失败。"},
		{"last week", 1000, 999, "Compared with the same hours of the week before: up from 999 to 1,000.", "较上周同一时段增加（999 → 1,000）。"},
		{"last week", 0, 10, "Compared with the same hours of the week before: down from 10 to 0 (-100%).", "较上周同一时段减少 100%（10 → 0）。"},
	} {
		if got := English.Compared(tc.baseline, tc.now, tc.before); got != tc.english {
			t.Errorf("%q, want %q", got, tc.english)
		}
		if got := Chinese.Compared(tc.baseline, tc.now, tc.before); got != tc.chinese {
			t.Errorf("%q, want %q", got, tc.chinese)
		}
	}
}

func TestWhatIsUsualIsSaidInOneSentence(t *testing.T) {
	for _, tc := range []struct {
		u                UsualRange
		english, chinese string
	}{
		{UsualRange{0, 6, 7, 7, time.Hour, false, true}, "Worse than usual: at this hour the last 7 days had 0–6.", "高于平时：近 7 天同一时段为 0–6 次。"},
		{UsualRange{3, 3, 7, 7, 8 * time.Hour, true, false}, "At these hours the 7 days before had 3 each.", "此前 7 天同一时段均为 3 次。"},
		{UsualRange{0, 0, 7, 7, time.Hour, false, false}, "At this hour the last 7 days had none.", "近 7 天同一时段均无失败。"},
		{UsualRange{1, 4, 5, 7, time.Hour, false, false}, "At this hour 5 of the last 7 days had 1–4, the others are not known.", "近 7 天中有 5 天同一时段为 1–4 次，其余无数据。"},
		{UsualRange{Days: 7}, "What is usual is not known: none of the 7 days before has data for these hours.", "平时的水平未知：此前 7 天同一时段均无数据。"},
	} {
		if got := English.Usual(tc.u); got != tc.english {
			t.Errorf("%q, want %q", got, tc.english)
		}
		if got := Chinese.Usual(tc.u); got != tc.chinese {
			t.Errorf("%q, want %q", got, tc.chinese)
		}
	}
}

func TestASpanIsShort(t *testing.T) {
	at := func(day, hour, minute int) time.Time {
		return time.Date(2017, 5, day, hour, minute, 0, 0, catapi.Beijing)
	}
	for _, tc := range []struct {
		got, want string
	}{
		{English.Span(at(25, 7, 30), at(25, 8, 0), false), "07:30–08:00"},
		{English.Span(at(25, 23, 0), at(26, 0, 0), false), "23:00–24:00"},
		{English.Span(at(25, 23, 0), at(26, 0, 0), true), "05-25 23:00–24:00"},
		{English.Span(at(25, 23, 0), at(26, 1, 0), true), "05-25 23:00 – 05-26 01:00"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
}
