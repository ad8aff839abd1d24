package commands

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestConditionsPrintTheCanonicalText(t *testing.T) {
	const start, codes = "digest add every 15m ", " codes task-ab12cd34 last 15m compare"
	for _, tc := range []struct{ name, text, want string }{
		{"a percentage of the probes", "if >5%", "if >5%"},
		{"a percentage that stands apart", "if > 5 %", "if >5%"},
		{"two decimals", "if over 0.25%", "if >0.25%"},
		{"decimals that are none", "if over 5.00%", "if >5%"},
		{"any ISP", "if any isp >20%", "if any isp >20%"},
		{"any ISP, by number", "if any ISP over 50", "if any isp >50"},
		{"any province", "if any province > 50", "if any province >50"},
		{"without spaces", "if any isp>20%", "if any isp >20%"},
		{"without if", "any isp >20%", "if any isp >20%"},
		{"usual", "if >usual", "if >usual"},
		{"over usual", "when over usual", "if >usual"},
		{"twice as many as yesterday", "if >x2 yesterday and >20", "if >x2 yesterday and >20"},
		{"the factor first", "if > 2.5x last week and >5%", "if >x2.5 last week and >5%"},
		{"two limits in another order", "if >20 and >x2 yesterday", "if >20 and >x2 yesterday"},
		{"the second limit later", "if any isp >20% for 2 and >100", "if any isp >20% and >100 for 2"},
		{"the same limit twice", "if >100 over 100", "if >100"},

		{"a number of runs", "if >100 for 2", "if >100 for 2"},
		{"once is what goes without saying", "if >100 for 1", "if >100"},
		{"with the word runs", "if >100 for 3 runs", "if >100 for 3"},
		{"2x", "if >100 2x", "if >100 for 2"},
		{"twice in a row", "if >100 twice in a row", "if >100 for 2"},
		{"three times in a row", "if >100 3 times in a row", "if >100 for 3"},

		{"a closing line", "if any isp >20% until <5%", "if any isp >20% until <5%"},
		{"a closing line in words", "if >100 until below 20", "if >100 until <20"},
		{"at the opening line", "if >100 until <100", "if >100 until <100"},
		{"of another unit", "if >100 until <5%", "if >100 until <5%"},

		{"a person", "if >100 notify <@U0ALICE|alice>", "if >100 notify <@U0ALICE>"},
		{"a name with spaces", "if >100 notify <@U0ALICE|Alice Liddell> for 2", "if >100 for 2 notify <@U0ALICE>"},
		{"a user group and here", "if >100 notify <!subteam^S0ONCALL|@oncall> and @here", "if >100 notify <!subteam^S0ONCALL> <!here>"},
		{"here as Slack writes it", "if >100 notify <!here>", "if >100 notify <!here>"},
		{"here with a name", "if >100 notify <!here|here>, <@U0ALICE>", "if >100 notify <!here> <@U0ALICE>"},
		{"somebody twice", "if >100 notify here here", "if >100 notify <!here>"},

		{"a reminder", "if >100 again every 4h", "if >100 again every 4h"},
		{"a reminder in words", "if >100 remind every 90 minutes", "if >100 again every 90m"},
		{"a reminder each day", "if >100 again every day", "if >100 again every 24h"},
		{"quiet hours", "if >100 quiet 23:00-08:00", "if >100 quiet 23:00-08:00"},
		{"quiet hours with a dash", "if >100 quiet 23:00–08:00", "if >100 quiet 23:00-08:00"},
		{"quiet hours with to", "if >100 quiet from 11pm to 8am", "if >100 quiet 23:00-08:00"},
		{"quiet hours up to midnight", "if >100 quiet 22:00-24:00", "if >100 quiet 22:00-00:00"},
		{"full-width quiet hours", "if >100 quiet ２３：００－０８：００", "if >100 quiet 23:00-08:00"},
		{"everything in any order", "quiet 23:00-08:00 notify here until <5% tz UTC for 2 again every 4h if any isp >20% in <#C0OPS|ops>",
			"tz UTC in <#C0OPS> if any isp >20% for 2 until <5% notify <!here> again every 4h quiet 23:00-08:00"},
		{"what Slack makes of it", "if any isp &gt;20% until &lt;5%", "if any isp >20% until <5%"},

		{"Chinese", "如果 任一运营商 >20% 连续 2 次 直到 <5% 通知 <@U0ALICE> 每 4 小时提醒 静默 23:00-08:00",
			"if any isp >20% for 2 until <5% notify <@U0ALICE> again every 4h quiet 23:00-08:00"},
		{"Chinese without spaces", "如果任一运营商失败率超过20%，连续两次，直到低于5%，每4小时提醒一次", "if any isp >20% for 2 until <5% again every 4h"},
		{"Chinese: provinces", "当 任意省份 失败 大于 50 次", "if any province >50"},
		{"Chinese: usual", "如果 超过平时", "if >usual"},
		{"Chinese: yesterday", "如果 超过昨天 2 倍 且 >20", "if >x2 yesterday and >20"},
		{"Chinese: yesterday without spaces", "如果超过昨天同期的2倍并且失败数超过20", "if >x2 yesterday and >20"},
		{"Chinese: last week", "如果 高于 上周同期 1.5 倍 和 失败率 >5%", "if >x1.5 last week and >5%"},
		{"Chinese: quiet hours", "如果 >100 免打扰 23:00至08:00", "if >100 quiet 23:00-08:00"},
		{"Chinese: a reminder behind its word", "如果 >100 提醒 每隔2小时", "if >100 again every 2h"},
		{"Chinese: glued to a person", "如果 >100 通知<@U0ALICE|王 芳>", "if >100 notify <@U0ALICE>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := testLanguage.Parse(start+tc.text+" codes task-ab12cd34 last 15m", night)
			if err != nil {
				t.Fatalf("%q: %v", tc.text, err)
			}
			if want := start + tc.want + codes; got.String() != want {
				t.Errorf("%q\n got %s\nwant %s", tc.text, got, want)
			}
			after, err := testLanguage.Parse(start+"task-ab12cd34 last 15m "+tc.text, night)
			if err != nil || after.String() != got.String() {
				t.Errorf("%q behind the command is %v, %v", tc.text, after, err)
			}
		})
	}
}

func TestWatchIsAShortDigest(t *testing.T) {
	language := testLanguage
	language.Aliases = map[string]string{"shop": "task-00002pmr"}
	language.Interval = func(task string) time.Duration {
		return map[string]time.Duration{"task-00002pmr": 30 * time.Minute, "task-00000sec": 1000 * time.Second}[task]
	}
	for _, tc := range []struct{ name, text, want string }{
		{"every 5 minutes, twice, three periods", "watch task-ab12cd34 if any isp >20%",
			"digest add every 5m if any isp >20% for 2 codes task-ab12cd34 last 15m compare"},
		{"another schedule", "watch 126531 every 15m if >100", "digest add every 15m if >100 for 2 codes 126531 last 45m compare"},
		{"a task that is probed more seldom", "watch shop if >usual", "digest add every 5m if >usual for 2 codes task-00002pmr last 30m compare"},
		{"a task that is probed in seconds", "watch task-00000sec if >5", "digest add every 5m if >5 for 2 codes task-00000sec last 17m compare"},
		{"the longest of several", "watch 126531 shop if >5", "digest add every 5m if >5 for 2 codes 126531 task-00002pmr last 30m compare"},
		{"a window", "watch shop last 1h if >5", "digest add every 5m if >5 for 2 codes task-00002pmr last 1h compare"},
		{"a number of runs", "watch 126531 if >5 for 1", "digest add every 5m if >5 codes 126531 last 15m compare"},
		{"a time of day has the default window", "watch 126531 daily 09:00 if >5", "digest add daily 09:00 if >5 for 2 codes 126531 last 8h compare"},
		{"parts of codes and of digests in any order", "watch if >5 in jiangxi notify here 126531 isp 移动 in <#C0OPS> for 3 and >usual top 5",
			"digest add every 5m in <#C0OPS> if >5 and >usual for 3 notify <!here> codes 126531 last 15m jiangxi isp 移动 top 5 compare"},
		{"Chinese", "监控 task-ab12cd34 如果 任一运营商 >20% 通知 <!subteam^S0|@oncall>",
			"digest add every 5m if any isp >20% for 2 notify <!subteam^S0> codes task-ab12cd34 last 15m compare"},
		{"Chinese, shorter", "盯 126531 每15分钟 失败超过100", "digest add every 15m if >100 for 2 codes 126531 last 45m compare"},
		{"alone it is help", "watch", "help watch"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := language.Parse(tc.text, night)
			if err != nil {
				t.Fatalf("%q: %v", tc.text, err)
			}
			if got.String() != tc.want {
				t.Errorf("%q\n got %s\nwant %s", tc.text, got, tc.want)
			}
		})
	}
}

func TestConditionsThatAreNotUnderstood(t *testing.T) {
	const start, v2, api3 = "digest add every 15m ", " codes 126531 last 15m", " codes task-ab12cd34 last 15m"
	for _, tc := range []struct {
		name, text string
		problem    Problem
		word, try  string
	}{
		{"a percentage without its sign", start + "if any isp 20%" + api3, BadCondition, "any isp", start + "if any isp >20%" + api3},
		{"at least a percentage", start + "if any isp >=20%" + api3, BadCondition, "any isp >=20%", start + "if any isp >20%" + api3},
		{"failures that are not whole", start + "if >5.5" + v2, BadCondition, ">5.5", start + "if >5" + v2},
		{"below", start + "if any isp <5%" + api3, BadCondition, "any isp <5%", "digest add every 15m codes task-ab12cd34 last 15m"},
		{"over what", start + "if any isp over" + api3, BadCondition, "any isp over", "digest add every 15m codes task-ab12cd34 last 15m"},
		{"any of what", start + "if any city >20%" + api3, BadCondition, "any city", start + "if >20%" + api3},
		{"any", start + "if any" + api3, BadCondition, "any", "digest add every 15m codes task-ab12cd34 last 15m"},
		{"all of the probes", start + "if >100%" + api3, BadPercent, ">100%", start + "if >99%" + api3},
		{"no probe", start + "if >0%" + api3, BadPercent, ">0%", start + "if >0" + api3},
		{"three decimals", start + "if >5.125%" + api3, BadPercent, ">5.125%", start + "if >5.13%" + api3},
		{"a percentage of a task of v2", start + "if any isp >20%" + v2, PercentOfV2, "any isp >20%", start + "if any isp >20" + v2},
		{"a closing percentage of a task of v2", start + "if >100 until <5%" + v2, PercentOfV2, "until <5%", start + "if >100" + v2},
		{"a task of v2 among others", start + "if >0.5% codes task-ab12cd34 126531 last 15m", PercentOfV2, ">0.5%", start + "if >1 codes task-ab12cd34 126531 last 15m"},

		{"a multiple without a floor", start + "if >x2 yesterday" + v2, NoFloor, ">x2 yesterday", start + "if >x2 yesterday and >20" + v2},
		{"a multiple and usual", start + "if >usual and >x2 yesterday" + v2, NoFloor, ">x2 yesterday", start + "if >usual and >20" + v2},
		{"a multiple of the window before", start + "if >x2 before and >20" + v2, BeforeAsBase, ">x2 before", start + "if >x2 yesterday and >20" + v2},
		{"a multiple of usual", start + "if >x2 usual and >20" + v2, BadTimes, ">x2 usual", start + "if >x2 yesterday and >20" + v2},
		{"a multiple of what", start + "if >x2 and >20" + v2, BadTimes, ">x2", start + "if >x2 yesterday and >20" + v2},
		{"half of yesterday", start + "if >x0.5 yesterday and >20" + v2, BadTimes, ">x0.5 yesterday", start + "if >x2 yesterday and >20" + v2},
		{"Chinese: a multiple of the window before", start + "如果 超过 上一时段 2 倍" + v2, BeforeAsBase, "超过 上一时段 2 倍", start + "if >x2 yesterday and >20" + v2},
		{"usual of each ISP", start + "if any isp >usual" + v2, NotPerGroup, "any isp >usual", start + "if >usual" + v2},
		{"two conditions", start + "if >100 if >200" + v2, Twice, ">200", start + "if >100" + v2},
		{"three limits", start + "if >100 and >usual and any isp >50" + v2, TooManyLimits, "any isp >50", start + "if >100 and >usual" + v2},

		{"no run", start + "if >100 for 0" + v2, BadRuns, "for 0", start + "if >100" + v2},
		{"too many runs", start + "if >100 for 20 runs" + v2, BadRuns, "for 20 runs", start + "if >100 for 12" + v2},
		{"for what", start + "if >100 for ever" + v2, BadRuns, "for", start + "if >100" + v2},
		{"two numbers of runs", start + "if >100 for 2 for 3" + v2, Twice, "for 3", start + "if >100 for 2" + v2},
		{"until what", start + "if >100 until tomorrow" + v2, BadClosing, "until", start + "if >100" + v2},
		{"a closing line without its sign, behind the task", start + "if >100" + v2 + " until 200", ClosingTooHigh, "until 200", start + "if >100 until <100" + v2},
		{"below nothing", start + "if >100 until <0" + v2, BadClosing, "until <0", start + "if >100" + v2},
		{"a closing line that is too high", start + "if >100 until <200" + v2, ClosingTooHigh, "until <200", start + "if >100 until <100" + v2},
		{"a closing line with the sign of an opening one", start + "if >100 until >20" + v2, BadClosing, "until >20", start + "if >100 until <20" + v2},
		{"a closing line with that sign, behind the task", start + "if any isp >20%" + api3 + " until over 5%", BadClosing, "until over 5%", start + "if any isp >20% until <5%" + api3},
		{"a closing line below nothing", start + "if >0 until <1" + v2, ClosingTooHigh, "until <1", start + "if >0" + v2},

		{"a name that is no link", start + "if >100 notify @oncall" + v2, NotPicked, "@oncall", start + "if >100" + v2},
		{"a bare name", start + "if >100 notify bob" + v2, NotPicked, "bob", start + "if >100" + v2},
		{"a bare name behind the task", "watch 126531 if >100 notify bob", NotPicked, "bob", "watch 126531 if >100"},
		{"nobody, before another part", start + "if >100 notify again every 4h" + v2, NoNotified, "notify", start + "if >100 again every 4h" + v2},
		{"nobody, before a window", "watch 126531 if >100 notify last 1h", NoNotified, "notify", "watch 126531 last 1h if >100"},
		{"everybody", start + "if >100 notify <!channel>" + v2, NotifyAll, "<!channel>", start + "if >100 notify <!here>" + v2},
		{"everybody as typed", start + "if >100 notify @everyone" + v2, NotifyAll, "@everyone", start + "if >100 notify <!here>" + v2},
		{"nobody", start + "if >100 notify" + v2, NoNotified, "notify", start + "if >100" + v2},
		{"six people", start + "if >100 notify <@U1> <@U2> <@U3> <@U4> <@U5> <@U6>" + v2, TooManyNotified, "<@U6>",
			start + "if >100 notify <@U1> <@U2> <@U3> <@U4> <@U5>" + v2},
		{"a reminder too often", start + "if >100 again every 5m" + v2, BadAgain, "again every 5m", start + "if >100 again every 15m" + v2},
		{"a reminder too seldom", start + "if >100 again every 9d" + v2, BadAgain, "again every 9d", start + "if >100 again every 7d" + v2},
		{"again when", start + "if >100 again" + v2, BadAgain, "again", start + "if >100" + v2},
		{"no quiet hours", start + "if >100 quiet 08:00-08:00" + v2, BadQuiet, "quiet 08:00-08:00", start + "if >100" + v2},
		{"half of the quiet hours", start + "if >100 quiet 23:00" + v2, BadQuiet, "quiet 23:00", start + "if >100" + v2},
		{"quiet with seconds", start + "if >100 quiet 23:00:10-08:00" + v2, BadQuiet, "quiet 23:00:10-08:00", start + "if >100" + v2},

		{"a part without a condition", start + "notify here" + api3, NeedsLimit, "notify", start + "if any isp >20% notify <!here>" + api3},
		{"a watch without a condition", "watch task-ab12cd34", NoLimit, "", "watch task-ab12cd34 if any isp >20%"},
		{"a watch of v2 without a condition", "watch 126531 notify here", NoLimit, "", "watch 126531 if >100 notify <!here>"},
		{"a watch of nothing", "watch if >100", NoTask, "", "watch 126531 if >100"},
		{"a watch with a schedule and a number of runs", "watch jiangxii every 15m if >100 in <#C0OPS> for 1 126531", NearProvince, "jiangxii", "watch 126531 jiangxi every 15m in <#C0OPS> if >100 for 1"},
		{"a watch that is misspelt", "wacth task-ab12cd34 if any isp >20%", UnknownCommand, "wacth", "watch task-ab12cd34 if any isp >20%"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := testLanguage.Parse(tc.text, night)
			syntax, ok := errors.AsType[*SyntaxError](err)
			if !ok {
				t.Fatalf("%q is read as %v, %v", tc.text, got, err)
			}
			if syntax.Problem != tc.problem || syntax.Word != tc.word || syntax.Try != strings.TrimSuffix(tc.try, " compare") {
				t.Errorf("%q\n got %d, %q, %s\nwant %d, %q, %s\n%s", tc.text, syntax.Problem, syntax.Word, syntax.Try, tc.problem, tc.word, tc.try, err)
			}
			if _, err := testLanguage.Parse(syntax.Try, night); err != nil {
				t.Errorf("it offers %q: %v", syntax.Try, err)
			}
		})
	}
}

func TestMutesAndIncidents(t *testing.T) {
	for text, want := range map[string]string{
		"digest mute k7m2 2h":                  "digest mute k7m2 2h",
		"digest mute K7M2 for 2 hours":         "digest mute k7m2 2h",
		"digest snooze here 90m":               "digest mute here 90m",
		"digest mute k7m2 until 18:00":         "digest mute k7m2 until 18:00",
		"digest mute k7m2 until 6pm":           "digest mute k7m2 until 18:00",
		"digest mute channel 2h":               "digest mute here 2h",
		"digest mute k7m2 until 24:00":         "digest mute k7m2 until 00:00",
		"digest mute here until tomorrow 9am":  "digest mute here until tomorrow 09:00",
		"digest mute 2h3m 7d":                  "digest mute 2h3m 7d",
		"digest unmute here":                   "digest unmute here",
		"定时报告 静默 k7m2 2小时":                     "digest mute k7m2 2h",
		"定时 静默 本频道 到明天9:00":                    "digest mute here until tomorrow 09:00",
		"定时 静音 这里 直到 明天 09:00":                 "digest mute here until tomorrow 09:00",
		"定时报告 取消静默 k7m2":                       "digest unmute k7m2",
		"incidents":                            "incidents",
		"incidents here last 24h 126531":       "incidents 126531 last 24h here",
		"incidents of task-ab12cd34 yesterday": "incidents task-ab12cd34 yesterday",
		"Incident last 90d":                    "incidents last 90d",
		"故障 最近7天 本频道":                          "incidents last 7d here",
		"告警 昨晚":                                "incidents last night",
		"incidents take K7M2-t5s3x0":           "incidents take k7m2-t5s3x0",
	} {
		if got, err := testLanguage.Parse(text, night); err != nil || got.String() != want {
			t.Errorf("%q is %v, %v; want %s", text, got, err, want)
		}
	}
	for _, tc := range []struct {
		text    string
		problem Problem
		word    string
		try     string
	}{
		{"digest mute", NoMuted, "", "digest list"},
		{"digest mute 3h", NoMuted, "", "digest mute here 3h"},
		{"digest mute k7m2", NoMuteEnd, "", "digest mute k7m2 2h"},
		{"digest mute here", NoMuteEnd, "", "digest mute here 2h"},
		{"digest mute k7m2 forever", BadMuteEnd, "forever", "digest mute k7m2 2h"},
		{"digest mute k7m2 until tomorrow", BadMuteEnd, "until tomorrow", "digest mute k7m2 until tomorrow 09:00"},
		{"digest mute k7m2 until 2026-12-01", BadMuteEnd, "until 2026-12-01", "digest mute k7m2 2h"},
		{"digest mute k7m2 8d", MuteTooLong, "8d", "digest mute k7m2 7d"},
		{"digest mute #7 2h", BadDigestID, "#7", "digest list"},
		{"digest unmute", NoMuted, "", "digest list"},
		{"digest unmute k7m2 now", Surplus, "now", "digest unmute k7m2"},
		{"incidents take", BadIncident, "", "incidents"},
		{"incidents take k7m2", BadIncident, "k7m2", "incidents"},
		{"incidents jiangxi last 7d", NotInIncidents, "jiangxi", "incidents last 7d"},
		{"incidents last 91d here", TooLong, "last 91d", "incidents last 90d here"},
		{"incidnets last 7d", UnknownCommand, "incidnets", "incidents"},
	} {
		got, err := testLanguage.Parse(tc.text, night)
		syntax, ok := errors.AsType[*SyntaxError](err)
		if !ok {
			t.Errorf("%q is read as %v, %v", tc.text, got, err)
			continue
		}
		if syntax.Problem != tc.problem || syntax.Word != tc.word || syntax.Try != tc.try {
			t.Errorf("%q\n got %d, %q, %s\nwant %d, %q, %s", tc.text, syntax.Problem, syntax.Word, syntax.Try, tc.problem, tc.word, tc.try)
		}
	}
}
