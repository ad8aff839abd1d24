package commands

import "testing"

func TestWhatAnAnswerIsComparedWith(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"nothing said is the window just before", "codes 126531 last 1h compare", "codes 126531 last 1h compare"},
		{"before", "codes 126531 last 1h compare before", "codes 126531 last 1h compare"},
		{"the day before", "codes 126531 compare yesterday last 1h", "codes 126531 last 1h compare yesterday"},
		{"the day before, in a sentence", "codes 126531 last 1h compare to yesterday", "codes 126531 last 1h compare yesterday"},
		{"yesterday against its day before", "codes 126531 yesterday compare yesterday", "codes 126531 yesterday compare yesterday"},
		{"a window that stands before it", "codes 126531 yesterday compare", "codes 126531 yesterday compare"},
		{"last week", "codes 126531 last 1h compare with last week public", "codes 126531 last 1h compare last week public"},
		{"a length behind it is a window", "codes 126531 compare last 24h", "codes 126531 last 24h compare"},
		{"a joiner without a baseline", "codes 126531 compare with jiangxi", "codes 126531 last 8h jiangxi compare"},
		{"usual", "codes 126531 last 1h compare usual", "codes 126531 last 1h compare usual"},
		{"the last of two counts", "codes 126531 last 1h compare yesterday compare", "codes 126531 last 1h compare"},
		{"环比 is the period before", "返回码 126531 今天 环比", "codes 126531 today compare"},
		{"同比 is the week before", "返回码 126531 今天 同比", "codes 126531 today compare last week"},
		{"同比 with its day", "返回码 126531 今天 同比 昨天", "codes 126531 today compare yesterday"},
		{"日同比", "返回码 126531 今天 日同比", "codes 126531 today compare yesterday"},
		{"对比昨天", "返回码 126531 最近1小时 对比昨天", "codes 126531 last 1h compare yesterday"},
		{"对比 上周", "返回码 126531 最近1小时 对比 上周", "codes 126531 last 1h compare last week"},
		{"对比平时", "返回码 126531 最近1小时 对比平时", "codes 126531 last 1h compare usual"},
		{"a digest keeps its baseline", "digest add daily 09:00 codes 126531 yesterday compare last week", "digest add daily 09:00 codes 126531 yesterday compare last week"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := testLanguage.Parse(tc.text, night)
			if err != nil {
				t.Fatalf("%s: %+v", tc.text, err)
			}
			if got := c.String(); got != tc.want {
				t.Errorf("%s is read as %s, want %s", tc.text, got, tc.want)
			}
		})
	}
}
