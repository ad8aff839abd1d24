package commands

import (
	"errors"
	"strings"
	"testing"
)

func TestDigestsPrintTheCanonicalText(t *testing.T) {
	const codes = " codes 126531 last 24h compare"
	for _, tc := range []struct{ name, text, want string }{
		{"each day", "digest add daily 09:00 codes 126531 last 24h", "digest add daily 09:00" + codes},
		{"a time alone is each day's", "digest add 9:00 codes 126531 last 24h", "digest add daily 09:00" + codes},
		{"every day at", "digest add every day at 09:00 codes 126531 last 24h", "digest add daily 09:00" + codes},
		{"working days", "digest add Weekdays 18:30 codes 126531 last 24h", "digest add weekdays 18:30" + codes},
		{"single days", "digest add mon,wed 09:30 codes 126531 last 24h", "digest add mon,wed 09:30" + codes},
		{"days by their names, with and", "digest add Sundays and monday at 09:30 codes 126531 last 24h", "digest add mon,sun 09:30" + codes},
		{"a range of days", "digest add mon-fri 09:30 codes 126531 last 24h", "digest add weekdays 09:30" + codes},
		{"a range over the weekend", "digest add fri-mon 09:30 codes 126531 last 24h", "digest add mon,fri,sat,sun 09:30" + codes},
		{"every monday", "digest add every monday 09:30 codes 126531 last 24h", "digest add mon 09:30" + codes},
		{"hourly", "digest add hourly codes 126531 last 24h", "digest add hourly" + codes},
		{"every hour", "digest add every hour codes 126531 last 24h", "digest add hourly" + codes},
		{"minutes", "digest add every 15 minutes codes 126531 last 24h", "digest add every 15m" + codes},
		{"hours", "digest add every 2h codes 126531 last 24h", "digest add every 2h" + codes},
		{"an hour and a half", "digest add every 90m codes 126531 last 24h", "digest add every 90m" + codes},
		{"cron", `digest add cron "0 9 * * 1-5" codes 126531 last 24h`, `digest add cron "0 9 * * 1-5"` + codes},
		{"cron with smart quotes, names and spaces", "digest add cron “*/15  9,18 * JAN MON-FRI” codes 126531 last 24h", `digest add cron "*/15 9,18 * jan mon-fri"` + codes},
		{"five past and before the hour, in hours apart", `digest add cron "2,58 */2 * * *" codes 126531 last 24h`, `digest add cron "2,58 */2 * * *"` + codes},

		{"everything, in another order", "digest add if > 100 in <#C0OPS|ops> tz asia/tokyo daily 09:00 codes 126531 last 24h",
			"digest add daily 09:00 tz Asia/Tokyo in <#C0OPS> if >100" + codes},
		{"what Slack makes of it", "digest add every 15m if &gt;100 codes 126531 last 24h", "digest add every 15m if >100" + codes},
		{"over", "digest add every 15m if over 100 codes 126531 last 24h", "digest add every 15m if >100" + codes},
		{"without if", "digest add every 15m >0 codes 126531 last 24h", "digest add every 15m if >0" + codes},
		{"full width", "ｄｉｇｅｓｔ　ａｄｄ　ｄａｉｌｙ　０９：００　ｉｆ ＞１００ codes 126531 last 24h", "digest add daily 09:00 if >100" + codes},
		{"UTC in any case", "digest add daily 09:00 tz utc codes 126531 last 24h", "digest add daily 09:00 tz UTC" + codes},
		{"a zone of three words", "digest add daily 09:00 tz america/argentina/buenos_aires codes 126531 last 24h", "digest add daily 09:00 tz America/Argentina/Buenos_Aires" + codes},
		{"public is what a digest is anyway", "digest add daily 09:00 codes 126531 last 24h public", "digest add daily 09:00" + codes},
		{"a pasted slash", "/cat digest add daily 09:00 codes 126531 last 24h", "digest add daily 09:00" + codes},

		{"Chinese: each day", "定时 添加 每天 09:00 返回码 126531 最近24小时", "digest add daily 09:00" + codes},
		{"Chinese: working days", "定时 添加 工作日 09:00 返回码 126531 最近24小时", "digest add weekdays 09:00" + codes},
		{"Chinese: a day of the week", "定时 添加 每周一 09:30 返回码 126531 最近24小时", "digest add mon 09:30" + codes},
		{"Chinese: several", "定时 添加 周一、星期三、周日 09:30 返回码 126531 最近24小时", "digest add mon,wed,sun 09:30" + codes},
		{"Chinese: from to", "定时 添加 周一到周五 09:30 返回码 126531 最近24小时", "digest add weekdays 09:30" + codes},
		{"Chinese: each hour", "定时 添加 每小时 返回码 126531 最近24小时", "digest add hourly" + codes},
		{"Chinese: minutes", "定时 添加 每15分钟 如果 超过100 返回码 126531 最近24小时", "digest add every 15m if >100" + codes},
		{"Chinese: hours, apart", "定时 添加 每隔 2 小时 时区 Asia/Tokyo 返回码 126531 最近24小时", "digest add every 2h tz Asia/Tokyo" + codes},

		{"list", "digest list", "digest list"},
		{"list in Chinese", "定时 列表", "digest list"},
		{"the word codes left out", "digest add hourly 126531 last 24h", "digest add hourly codes 126531 last 24h compare"},
		{"an hour of the morning", "digest add weekdays at 9am codes 126531 last 24h", "digest add weekdays 09:00 codes 126531 last 24h compare"},
		{"digests by what Chinese calls them", "定时报告 列表", "digest list"},
		{"show", "digest show K7M2", "digest show k7m2"},
		{"remove by another word", "digest rm k7m2", "digest remove k7m2"},
		{"pause in Chinese", "定时 暂停 k7m2", "digest pause k7m2"},
		{"alone it is help", "digest", "help digest"},
		{"help", "help digest", "help digest"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := testLanguage.Parse(tc.text, night)
			if err != nil {
				t.Fatalf("%q: %v", tc.text, err)
			}
			if got.String() != tc.want {
				t.Errorf("%q\n got %s\nwant %s", tc.text, got, tc.want)
			}
		})
	}
}

func TestDigestsThatAreNotUnderstood(t *testing.T) {
	const codes = " codes 126531 last 24h"
	for _, tc := range []struct {
		name, text string
		problem    Problem
		word, try  string
	}{
		{"a verb nobody knows", "digest pasue k7m2", UnknownVerb, "pasue", "digest list"},
		{"no id", "digest show", NoDigestID, "", "digest list"},
		{"no id that could be", "digest show #7", BadDigestID, "#7", "digest list"},
		{"words too many", "digest show k7m2 now", Surplus, "now", "digest show k7m2"},
		{"no schedule", "digest add codes 126531 last 24h", NoSchedule, "", "digest add daily 09:00" + codes},
		{"no command", "digest add daily 09:00", NoDigestCommand, "", "digest add daily 09:00 codes 126531"},
		{"codes forgotten, with a word before the task", "digest add hourly compare 126531", NoDigestCommand, "compare", "digest add hourly codes 126531 compare"},
		{"an hour alone", "digest add daily 9 126531 last 24h", NoTimeOfDay, "9", "digest add daily 09:00" + codes},
		{"a number that is no condition", "digest add hourly if 100 126531 last 24h", BadCondition, "if", "digest add hourly if >100" + codes},
		{"no time", "digest add daily codes 126531 last 24h", NoTimeOfDay, "codes", "digest add daily 09:00" + codes},
		{"no such time", "digest add mon 25:00 codes 126531 last 24h", NoTimeOfDay, "25:00", "digest add mon 09:00" + codes},
		{"a time with seconds", "digest add mon 09:00:30 codes 126531 last 24h", NoTimeOfDay, "09:00:30", "digest add mon 09:00" + codes},
		{"a time with an offset", "digest add daily 09:00+09:00 codes 126531 last 24h", NoTimeOfDay, "09:00+09:00", "digest add daily 09:00" + codes},
		{"midnight's other name", "digest add daily 24:00 codes 126531 last 24h", NoTimeOfDay, "24:00", "digest add daily 09:00" + codes},
		{"too often", "digest add every 1m codes 126531 last 24h", TooOften, "1m", "digest add every 5m" + codes},
		{"an interval that fits no day", "digest add every 7m codes 126531 last 24h", BadInterval, "7m", "digest add every 6m" + codes},
		{"two days are no interval", "digest add every 2d codes 126531 last 24h", BadInterval, "2d", "digest add every 24h" + codes},
		{"cron without quotes", "digest add cron 0 9 * * * codes 126531 last 24h", BadCron, "0", "digest add daily 09:00" + codes},
		{"cron with four fields", `digest add cron "0 9 * *" codes 126531 last 24h`, BadCron, `"0 9 * *"`, "digest add daily 09:00" + codes},
		{"cron with a descriptor", `digest add cron "@daily" codes 126531 last 24h`, BadCron, `"@daily"`, "digest add daily 09:00" + codes},
		{"cron with a zone", `digest add cron "TZ=UTC 0 9 * *" codes 126531 last 24h`, BadCron, `"TZ=UTC 0 9 * *"`, "digest add daily 09:00" + codes},
		{"cron each minute", `digest add cron "* * * * *" codes 126531 last 24h`, TooOften, `"* * * * *"`, "digest add every 5m" + codes},
		{"cron around the hour", `digest add cron "0,58 * * * *" codes 126531 last 24h`, TooOften, `"0,58 * * * *"`, "digest add every 5m" + codes},
		{"cron around midnight", `digest add cron "1,59 0,23 * * *" codes 126531 last 24h`, TooOften, `"1,59 0,23 * * *"`, "digest add every 5m" + codes},
		{"a day that never comes", `digest add cron "0 9 30 2 *" codes 126531 last 24h`, NeverComes, `"0 9 30 2 *"`, "digest add daily 09:00" + codes},
		{"two schedules", "digest add daily 09:00 hourly codes 126531 last 24h", Twice, "hourly", "digest add daily 09:00" + codes},
		{"a zone misspelt", "digest add daily 09:00 tz Asia/Tokio codes 126531 last 24h", BadZone, "Asia/Tokio", "digest add daily 09:00 tz Asia/Tokyo" + codes},
		{"a city alone", "digest add daily 09:00 tz Berlin codes 126531 last 24h", BadZone, "Berlin", "digest add daily 09:00 tz Europe/Berlin" + codes},
		{"an offset is no zone", "digest add daily 09:00 tz UTC-5 codes 126531 last 24h", BadZone, "UTC-5", "digest add daily 09:00" + codes},
		{"China's offset", "digest add daily 09:00 tz UTC+8 codes 126531 last 24h", BadZone, "UTC+8", "digest add daily 09:00 tz Asia/Shanghai" + codes},
		{"the machine's own zone is nobody's", "digest add daily 09:00 tz Local codes 126531 last 24h", BadZone, "Local", "digest add daily 09:00" + codes},
		{"a channel that is no link", "digest add daily 09:00 in #ops codes 126531 last 24h", BadChannel, "#ops", "digest add daily 09:00" + codes},
		{"a person is no channel", "digest add daily 09:00 in <@U0ALICE|alice> codes 126531 last 24h", BadChannel, "<@U0ALICE|alice>", "digest add daily 09:00" + codes},
		{"at least", "digest add daily 09:00 if >=100 codes 126531 last 24h", BadCondition, ">=100", "digest add daily 09:00 if >99" + codes},
		{"below", "digest add daily 09:00 if <100 codes 126531 last 24h", BadCondition, "<100", "digest add daily 09:00" + codes},
		{"if what", "digest add daily 09:00 if codes 126531 last 24h", BadCondition, "if", "digest add daily 09:00" + codes},
		{"if more than there can be", "digest add daily 09:00 if >99999999999999999999 codes 126531 last 24h", BadCondition, ">99999999999999999999", "digest add daily 09:00" + codes},
		{"help on a schedule", "digest add daily 09:00 help", NotInDigest, "help", "digest add daily 09:00 codes 126531"},
		{"a word nobody knows", "digest add daily 09:00 please codes 126531 last 24h", BadSchedule, "please", "digest add daily 09:00" + codes},
		{"a mistake in the command", "digest add daily 09:00 codes 126531 last 24h jiangxii", NearProvince, "jiangxii", "digest add daily 09:00 codes 126531 last 24h jiangxi"},
		{"a task missing in the command", "digest add daily 09:00 codes last 24h", NoTask, "", "digest add daily 09:00" + codes},
		{"a window too long in the command", "digest add daily 09:00 codes 126531 last 90d", TooLong, "last 90d", "digest add daily 09:00 codes 126531 last 31d"},
		{"a word that is nearly digest", "digets list", UnknownCommand, "digets", "digest list"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := testLanguage.Parse(tc.text, night)
			syntax, ok := errors.AsType[*SyntaxError](err)
			if !ok {
				t.Fatalf("%q is read as %v, %v", tc.text, got, err)
			}
			if syntax.Problem != tc.problem || syntax.Word != tc.word || syntax.Try != tc.try {
				t.Errorf("%q\n got %d, %q, %s\nwant %d, %q, %s\n%s", tc.text, syntax.Problem, syntax.Word, syntax.Try, tc.problem, tc.word, tc.try, err)
			}
			if again, err := testLanguage.Parse(syntax.Try, night); err != nil || strings.Fields(again.String())[0] != strings.Fields(syntax.Try)[0] {
				t.Errorf("it offers %q, which is read as %v, %v", syntax.Try, again, err)
			}
		})
	}
}

func TestAScheduleAloneTakesNothingElse(t *testing.T) {
	for text, want := range map[string]string{
		"weekdays 09:00": "weekdays 09:00", "每15分钟": "every 15m", `cron "0 9 * * 1-5"`: `cron "0 9 * * 1-5"`, "hourly hourly": "hourly",
	} {
		if got, err := ParseSchedule(text, night); err != nil || got.String() != want {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for text, word := range map[string]string{
		"": "", "every 2h if >100": "if", "hourly in #secret": "in", "hourly lang zh": "lang", "daily 09:00 codes 1": "codes", `hourly "daily 09:00"`: `"daily 09:00"`,
		"hourly >5": ">5", "hourly daily 09:00": "daily", "sometimes": "sometimes",
	} {
		var syntax *SyntaxError
		if got, err := ParseSchedule(text, night); !errors.As(err, &syntax) || syntax.Word != word {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
}
