package commands

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"catbot/catapi"
)

// night is a minute of the night on which these tests are typed: 03:12:45 in Beijing.
var night = time.Date(2026, 11, 23, 3, 12, 45, 0, catapi.Beijing)

func TestParsePrintsTheCanonicalText(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"a task alone gets the default window", "codes 126531", "codes 126531 last 8h"},
		{"the command of every example", "codes 126531 last 8h jiangxi", "codes 126531 last 8h jiangxi"},
		{"words in another order", "codes jiangxi last 8h 126531", "codes 126531 last 8h jiangxi"},
		{"upper case", "CODES 126531 LAST 8H JiangXi", "codes 126531 last 8h jiangxi"},
		{"pasted with the slash", "/cat codes 126531", "codes 126531 last 8h"},
		{"a task of API 3.0", "codes TASK-ab12cd34 126531 last 1h", "codes task-ab12cd34 126531 last 1h"},
		{"several tasks and provinces, with commas", "codes 126531,126532 jiangxi, gd", "codes 126531 126532 last 8h jiangxi gd"},
		{"the same task twice", "codes 126531 126531", "codes 126531 last 8h"},
		{"everything at once", "codes 126531 public compare top 5 isp 移动 电信 gd 24h", "codes 126531 last 24h gd isp 移动 电信 top 5 compare public"},

		{"Chinese words", "返回码 126531 最近8小时 江西", "codes 126531 last 8h jiangxi"},
		{"Chinese words with spaces", "返回码 126531 最近 8 小时 江西省 运营商 移动 前5 对比 公开", "codes 126531 last 8h jiangxi isp 移动 top 5 compare public"},
		{"half an hour in Chinese", "codes 126531 最近半小时", "codes 126531 last 30m"},
		{"full-width digits and punctuation", "ｃｏｄｅｓ　１２６５３１，１２６５３２ ｌａｓｔ ８ｈ", "codes 126531 126532 last 8h"},
		{"the Chinese enumeration comma", "codes 126531、126532", "codes 126531 126532 last 8h"},
		{"no-break spaces and invisible characters", "codes\u00a0126531\u2003last\u200b 8h", "codes 126531 last 8h"},
		{"smart quotes", "codes 126531 isp “China Mobile”", "codes 126531 last 8h isp 移动"},
		{"entities", `codes 126531 isp "A&amp;B"`, `codes 126531 last 8h isp "A&amp;B"`},
		{"a link that Slack made", "codes 126531 province=<http://a.cn|a.cn>", `codes 126531 last 8h province=a.cn`},

		{"the window that an answer shows", "codes 126531 2017-05-25 00:00–08:10 (UTC+8)", "codes 126531 from 2017-05-25 00:00 to 08:10"},
		{"a hyphen between two times", "codes 126531 2017-05-25 00:00-08:10", "codes 126531 from 2017-05-25 00:00 to 08:10"},
		{"a tilde, and Chinese", "codes 126531 00:00~01:10", "codes 126531 from 00:00 to 01:10"},
		{"至 between two times", "codes 126531 00:00至01:10", "codes 126531 from 00:00 to 01:10"},
		{"between and", "codes 126531 between 00:00 and 01:10", "codes 126531 from 00:00 to 01:10"},
		{"an offset that stands apart", "codes 126531 from 2017-05-25 00:00 UTC to 2017-05-25 08:10 +02:00", "codes 126531 from 2017-05-25 00:00+00:00 to 2017-05-25 08:10+02:00"},
		{"a sentence", "codes for the task 126531 in jiangxi and gd please", "codes 126531 last 8h jiangxi gd"},
		{"China Mobile, without quotes", "codes 126531 isp China Mobile, telecom", "codes 126531 last 8h isp 移动 电信"},
		{"mobile alone", "codes 126531 mobile", "codes 126531 last 8h isp 移动"},
		{"a key, a sign, a value", "codes 126531 province = jiangxi top=5", "codes 126531 last 8h jiangxi top 5"},

		{"a task without the word codes", "126531", "codes 126531 last 8h"},
		{"a task of API 3.0 without it", "task-ab12cd34 last 8h", "codes task-ab12cd34 last 8h"},
		{"all parts without it", "126531 jiangxi isp 移动 top 5 compare", "codes 126531 last 8h jiangxi isp 移动 top 5 compare"},
		{"parts in another order without it", "江西 昨天 126531", "codes 126531 yesterday jiangxi"},
		{"last night", "codes 126531 last night", "codes 126531 last night"},
		{"last night in Chinese", "126531 昨晚", "codes 126531 last night"},
		{"an hour of the morning", "codes 126531 since 2am", "codes 126531 since 02:00"},
		{"with a space", "codes 126531 since 2 AM jiangxi", "codes 126531 since 02:00 jiangxi"},
		{"hours of yesterday", "codes 126531 2026-11-22 9:30am..12pm", "codes 126531 from 2026-11-22 09:30 to 12:00"},
		{"midnight in English", "codes 126531 from 12am to 2am", "codes 126531 from 00:00 to 02:00"},
		{"hours and a dash", "codes 126531 1am–2:15am", "codes 126531 from 01:00 to 02:15"},
		{"last hour", "codes 126531 last hour", "codes 126531 last 1h"},
		{"last with a space", "codes 126531 last 90 minutes", "codes 126531 last 90m"},
		{"a length alone", "codes 126531 1h30m", "codes 126531 last 90m"},
		{"two days", "codes 126531 last 2d", "codes 126531 last 2d"},
		{"a day stays in hours", "codes 126531 last 1d", "codes 126531 last 24h"},
		{"a week", "codes 126531 last 1w", "codes 126531 last 7d"},
		{"glued", "codes 126531 last8h", "codes 126531 last 8h"},
		{"today", "codes 126531 今天", "codes 126531 today"},
		{"yesterday", "codes 126531 yesterday", "codes 126531 yesterday"},
		{"since a time", "codes 126531 since 01:00", "codes 126531 since 01:00"},
		{"since a day", "codes 126531 since 2026-11-20", "codes 126531 since 2026-11-20"},
		{"a day", "codes 126531 2017-05-25", "codes 126531 2017-05-25"},
		{"a day in Chinese", "codes 126531 2017年5月25日", "codes 126531 2017-05-25"},
		{"the document's window", "codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi", "codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi"},
		{"the same with dots", "codes 126531 2017-05-25 00:00..08:10", "codes 126531 from 2017-05-25 00:00 to 08:10"},
		{"the dots that a phone makes one", "codes 126531 2017-05-25 00:00…08:10", "codes 126531 from 2017-05-25 00:00 to 08:10"},
		{"the same in Chinese", "codes 126531 从 2017-05-25 00:00 到 08:10", "codes 126531 from 2017-05-25 00:00 to 08:10"},
		{"seconds and T", "codes 126531 2017-05-25T00:00:30..2017-05-25T08:10:00", "codes 126531 from 2017-05-25 00:00:30 to 2017-05-25 08:10"},
		{"an offset", "codes 126531 2017-05-25T00:00:00Z..2017-05-25T08:10:00+02:00", "codes 126531 from 2017-05-25 00:00+00:00 to 2017-05-25 08:10+02:00"},
		{"Beijing's own offset", "codes 126531 from 2017-05-25T00:00+08:00 to 2017-05-25T01:00+0800", "codes 126531 from 2017-05-25 00:00 to 2017-05-25 01:00"},
		{"midnight as 24:00", "codes 126531 2026-11-22 20:00..24:00", "codes 126531 from 2026-11-22 20:00 to 24:00"},

		{"a map key", "codes 126531 guangDong", "codes 126531 last 8h gd"},
		{"a Chinese name", "codes 126531 广东", "codes 126531 last 8h gd"},
		{"a place whose code nobody knows goes as it is", "codes 126531 河南", "codes 126531 last 8h province=河南"},
		{"henan is not a misspelt hunan", "codes 126531 henan", "codes 126531 last 8h province=henan"},
		{"an unknown word that looks like a code", "codes 126531 hongkong-9", "codes 126531 last 8h province=hongkong-9"},
		{"any value at all", `codes 126531 province="jiangxii"`, "codes 126531 last 8h province=jiangxii"},
		{"any value, as two words", "codes 126531 province jiangxii", "codes 126531 last 8h province=jiangxii"},
		{"a known ISP needs no keyword", "codes 126531 unicom", "codes 126531 last 8h isp 联通"},
		{"an ISP that nobody knows", `codes 126531 isp 长城宽带 compare`, `codes 126531 last 8h isp "长城宽带" compare`},
		{"an apostrophe is a letter", "codes 126531 province=xi'an", `codes 126531 last 8h province="xi'an"`},

		{"nothing", "  ", "help"},
		{"the bare slash", "/cat", "help"},
		{"help", "Help", "help"},
		{"help in Chinese", "帮助 时间", "help window"},
		{"help on a topic", "help codes", "help codes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := testLanguage.Parse(tc.text, night)
			if err != nil {
				t.Fatalf("Parse(%q): %+v", tc.text, err)
			}
			if got.String() != tc.want {
				t.Errorf("Parse(%q)\n got %s\nwant %s", tc.text, got, tc.want)
			}
			again, err := testLanguage.Parse(got.String(), night)
			if err != nil || again.String() != got.String() {
				t.Errorf("its own text %q is read as %v, %v", got, again, err)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		problem    Problem
		word       string
		try        string
	}{
		{"a province that is nearly known", "codes 126531 jiangxii", NearProvince, "jiangxii", "codes 126531 jiangxi"},
		{"two letters swapped", "codes 126531 last 24h jaingxi", NearProvince, "jaingxi", "codes 126531 last 24h jiangxi"},
		{"what follows the slip is kept", "codes 126531 jiangxii last 24h compare", NearProvince, "jiangxii", "codes 126531 last 24h jiangxi compare"},
		{"a node that is nearly known", "codes 126531 honkong-1", NearProvince, "honkong-1", "codes 126531 hongkong-1"},
		{"a Chinese name that is nearly known", "codes 126531 黑龙将", NearProvince, "黑龙将", "codes 126531 heilongjiang"},
		{"an ISP that is nearly known", "codes 126531 isp unicon", NearISP, "unicon", "codes 126531 isp 联通"},
		{"a keyword that is nearly known", "codes 126531 yesterdy", NearWord, "yesterdy", "codes 126531 yesterday"},
		{"a keyword with words to come", "codes 126531 sinse 01:00", NearWord, "sinse", "codes 126531 since 01:00"},
		{"a window that ends before it begins", "codes 126531 02:00..01:00", Reversed, "02:00..01:00", "codes 126531 from 01:00 to 02:00"},
		{"a window over midnight without dates", "codes 126531 23:00..01:00", Reversed, "23:00..01:00", "codes 126531 from 2026-11-22 23:00 to 2026-11-23 01:00"},
		{"days the wrong way round", "codes 126531 2026-11-03..2026-11-01", Reversed, "2026-11-03..2026-11-01", "codes 126531 from 2026-11-01 to 2026-11-03"},
		{"a day and the one before it", "codes 126531 2026-11-03..2026-11-02", Reversed, "2026-11-03..2026-11-02", "codes 126531 from 2026-11-02 to 2026-11-03"},
		{"a window without length", "codes 126531 01:00..01:00", Empty, "01:00..01:00", "codes 126531 yesterday"},
		{"a window in the future", "codes 126531 2026-11-24", Future, "2026-11-24", "codes 126531"},
		{"a window that reaches into the future", "codes 126531 from 01:00 to 09:00", Future, "from 01:00 to 09:00", "codes 126531 since 01:00"},
		{"a window longer than a month", "codes 126531 last 60d gd", TooLong, "last 60d", "codes 126531 last 31d gd"},
		{"a window longer than all reason", "codes 126531 last 99999999999999999999d", TooLong, "last 99999999999999999999d", "codes 126531 last 31d"},
		{"a day that does not exist", "codes 126531 2017-02-30", BadTime, "2017-02-30", "codes 126531"},
		{"an hour that does not exist", "codes 126531 since 25:00", BadTime, "25:00", "codes 126531"},
		{"a length of nothing", "codes 126531 last 0h", BadLength, "0h", "codes 126531"},
		{"a length without a unit", "codes 126531 last 8", BadLength, "8", "codes 126531"},
		{"last of nothing", "codes 126531 last", BadLength, "last", "codes 126531"},
		{"two windows", "codes 126531 last 8h today", TwoWindows, "today", "codes 126531 last 8h"},
		{"a time of day alone", "codes 126531 01:00", NoEnd, "01:00", "codes 126531 since 01:00"},
		{"no task", "codes last 24h jiangxi", NoTask, "", "codes 126531 last 24h jiangxi"},
		{"a task of nothing", "codes 0", BadTask, "0", "codes 126531"},
		{"a task beyond all numbers", "codes 99999999999999999999", BadTask, "99999999999999999999", "codes 126531"},
		{"a command that is nearly known", "cods 126531 last 1h", UnknownCommand, "cods", "codes 126531 last 1h"},
		{"a command nobody knows", "frobnicate", UnknownCommand, "frobnicate", "help"},
		{"a command nobody knows, with a task", "show 126531", UnknownCommand, "show", "codes 126531"},
		{"reasons beyond the limit", "codes 126531 top 50", BadTop, "50", "codes 126531"},
		{"no number of reasons", "codes 126531 top", BadTop, "top", "codes 126531"},
		{"isp of nothing", "codes 126531 isp", NoISP, "isp", "codes 126531"},
		{"province of nothing", "codes 126531 province=", NoProvince, "province=", "codes 126531"},
		{"a pair nobody knows", "codes 126531 colour=red", UnknownWord, "colour=red", "codes 126531"},
		{"a channel where none belongs", "codes 126531 <#C1|ops>", UnknownWord, "<#C1|ops>", "codes 126531"},
		{"too many questions", "codes 1 2 3 4 5 6 gd sh zj tj", TooMany, "tj", "codes 1 2 3 4 5 6 gd sh zj"},
		{"a Chinese name with a wrong character, which may be two", "codes 126531 江四", NearProvince, "江四", "codes 126531 jiangxi"},
		{"an ISP with a wrong character", "codes 126531 移懂 compare", NearISP, "移懂", "codes 126531 isp 移动 compare"},
		{"an ISP with a wrong character, after isp", "codes 126531 isp 移懂", NearISP, "移懂", "codes 126531 isp 移动"},
		{"an hour that no half of a day has", "codes 126531 since 13am", BadTime, "13am", "codes 126531"},
		{"an example adds nothing", "codes 126531 tomorrow top 5", UnknownWord, "tomorrow", "codes 126531 top 5"},
		{"a window without a task", "last 24h", NoTask, "", "codes 126531 last 24h"},
		{"a province without a task", "jiangxi", NoTask, "", "codes 126531 jiangxi"},
		{"a task and an unknown word", "126531 tomorrow", UnknownWord, "tomorrow", "codes 126531"},
		{"a word that is no province", "codes 126531 tomorrow", UnknownWord, "tomorrow", "codes 126531"},
		{"a Chinese word that is no province", "codes 126531 前天 江西", UnknownWord, "前天", "codes 126531 jiangxi"},
		{"a quoted window", "codes 126531 'last 8h'", UnknownWord, "'last 8h'", "codes 126531"},
		{"since a moment of this minute", "codes 126531 since 03:12:30", Empty, "since 03:12:30", "codes 126531 yesterday"},
		{"since a number", "codes 126531 since 9", NoWindow, "9", "codes 126531"},
		{"since a task", "codes since 126531", NoWindow, "126531", "codes 126531"},
		{"from numbers", "codes 126531 from 9 to 10", NoWindow, "9", "codes 126531"},
		{"options of a shell", "codes 126531 --format json", UnknownWord, "--format", "codes 126531"},
		{"a beginning with a date", "codes 126531 2017-05-25 08:00", NoEnd, "2017-05-25 08:00", "codes 126531 2017-05-25"},
		{"help on what nobody knows", "help widow", UnknownTopic, "widow", "help window"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := testLanguage.Parse(tc.text, night)
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("Parse(%q) = %v, %v; want a SyntaxError", tc.text, got, err)
			}
			if syntax.Problem != tc.problem || syntax.Word != tc.word || syntax.Try != tc.try {
				t.Errorf("Parse(%q)\n got problem %d at %q, try %q\nwant problem %d at %q, try %q",
					tc.text, syntax.Problem, syntax.Word, syntax.Try, tc.problem, tc.word, tc.try)
			}
			if word := []rune(syntax.Text)[syntax.At:]; len(word) < len([]rune(tc.word)) || string(word[:len([]rune(tc.word))]) != tc.word {
				t.Errorf("the caret stands under %q, not under %q", string(word), tc.word)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	for _, tc := range []struct{ text, begin, end string }{
		{"last 8h", "2026-11-22 19:12:00", "2026-11-23 03:12:00"},
		{"today", "2026-11-23 00:00:00", "2026-11-23 03:12:00"},
		{"last night", "2026-11-22 18:00:00", "2026-11-23 03:12:00"},
		{"yesterday", "2026-11-22 00:00:00", "2026-11-23 00:00:00"},
		{"2017-05-25", "2017-05-25 00:00:00", "2017-05-26 00:00:00"},
		{"2026-11-23", "2026-11-23 00:00:00", "2026-11-23 03:12:00"},
		{"since 01:00", "2026-11-23 01:00:00", "2026-11-23 03:12:00"},
		{"since 23:00", "2026-11-22 23:00:00", "2026-11-23 03:12:00"},
		{"since 2026-11-20", "2026-11-20 00:00:00", "2026-11-23 03:12:00"},
		{"2017-05-25 00:00..08:10", "2017-05-25 00:00:00", "2017-05-25 08:10:00"},
		{"2017-05-25..2017-05-26", "2017-05-25 00:00:00", "2017-05-27 00:00:00"},
		{"2026-11-20..2026-11-23", "2026-11-20 00:00:00", "2026-11-23 03:12:00"},
		{"2026-11-22 20:00..24:00", "2026-11-22 20:00:00", "2026-11-23 00:00:00"},
		{"from 2017-05-25T00:00:00Z to 2017-05-25T08:10:30Z", "2017-05-25 08:00:00", "2017-05-25 16:10:30"},
	} {
		t.Run(tc.text, func(t *testing.T) {
			command, err := testLanguage.Parse("codes 126531 "+tc.text, night)
			if err != nil {
				t.Fatal(err)
			}
			for _, zone := range []*time.Location{time.UTC, catapi.Beijing, time.FixedZone("", -5*3600)} {
				begin, end := command.(Codes).Window.Resolve(night.In(zone))
				if got := begin.Format(time.DateTime); got != tc.begin {
					t.Errorf("begins %s, want %s", got, tc.begin)
				}
				if got := end.Format(time.DateTime); got != tc.end {
					t.Errorf("ends %s, want %s", got, tc.end)
				}
			}
		})
	}
}

func TestLearnedNames(t *testing.T) {
	learned := testLanguage
	learned.Names = Provinces{}.With(
		Province{Code: "hb", Name: "湖北省", MapKey: "huBei"},
		Province{Code: "elsewhere", Name: "江西"},
	)
	for text, want := range map[string]string{
		"codes 126531 湖北":    "codes 126531 last 8h province=hb",
		"codes 126531 hubei": "codes 126531 last 8h province=hb",
		"codes 126531 江西":    "codes 126531 last 8h jiangxi", // what was known first stays
	} {
		got, err := learned.Parse(text, night)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v; want %s", text, got, err, want)
		}
	}
}

func TestLimitsAreTheLanguages(t *testing.T) {
	l := Language{DefaultWindow: time.Hour, MaxWindow: 2 * time.Hour}
	if got, err := l.Parse("codes 126531", night); err != nil || got.String() != "codes 126531 last 1h" {
		t.Errorf("default window: %v, %v", got, err)
	}
	var syntax *SyntaxError
	if _, err := l.Parse("codes 126531 last 3h", night); !errors.As(err, &syntax) || syntax.Limit != "2h" {
		t.Errorf("longest window: %v", err)
	}
}

func TestNamesStandForTasks(t *testing.T) {
	l := testLanguage
	l.Aliases = map[string]string{"shop": "126531", "官网": "task-00002pmr"}
	for text, want := range map[string]string{
		"codes shop last 1h jiangxi":       "codes 126531 last 1h jiangxi",
		"codes SHOP 官网":                    "codes 126531 task-00002pmr last 8h",
		"trend 官网 today":                   "trend task-00002pmr today",
		"digest add daily 9:00 codes shop": "digest add daily 09:00 codes 126531 last 8h compare",
		"alias set web shop":               "alias set web 126531",
		"alias":                            "alias list",
		"shop last 1h jiangxi":             "codes 126531 last 1h jiangxi",
		"官网":                               "codes task-00002pmr last 8h",
		"digest add daily 9am shop":        "digest add daily 09:00 codes 126531 last 8h compare",
		"别名 删除 官网":                         "alias remove 官网",
		"tasks":                            "tasks",
		"任务 Shop 首页":                       "tasks Shop 首页",
	} {
		got, err := l.Parse(text, night)
		if err != nil || got.String() != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]struct {
		problem Problem
		try     string
	}{
		"codes shopp last 1h":        {NearWord, "codes 126531 last 1h"},
		"alias set 移动 126531":        {BadAlias, "alias set shop 126531"},
		"alias set jiangxi 126531":   {BadAlias, "alias set shop 126531"},
		"alias set 8h 126531":        {BadAlias, "alias set shop 126531"},
		"alias set today 126531":     {BadAlias, "alias set shop 126531"},
		"alias set watch 126531":     {BadAlias, "alias set shop 126531"},
		"alias set web":              {NoTask, "alias set web 126531"},
		"alias set web nothing":      {BadTask, "alias set web 126531"},
		"alias set":                  {NoAlias, "alias set shop 126531"},
		"alias rename shop":          {BadAliasVerb, "alias list"},
		"alias list all":             {Surplus, "alias list"},
		"alias remove shop now":      {Surplus, "alias remove shop"},
		"trend shop last 1h compare": {NotInTrend, "trend 126531 last 1h"},
		"trend shop compare usual":   {NotInTrend, "trend 126531"},
		"trend shop top 5":           {NotInTrend, "trend 126531"},
		"trand shop":                 {UnknownCommand, "trend 126531"},
	} {
		_, err := l.Parse(text, night)
		syntax, ok := err.(*SyntaxError)
		if !ok || syntax.Problem != want.problem || syntax.Try != want.try {
			t.Errorf("%s: %+v", text, err)
		}
	}
}

func TestMoreUnknownCodesThanMayBeAskedAreToldAsTooMany(t *testing.T) {
	var syntax *SyntaxError
	_, err := testLanguage.Parse("codes 126531"+manyWords("edge-%d", MaxParts+5), night)
	if !errors.As(err, &syntax) || syntax.Problem != TooMany {
		t.Errorf("%v", err)
	}
}

func manyWords(form string, n int) string {
	text := ""
	for i := range n {
		text += " " + fmt.Sprintf(form, i)
	}
	return text
}
