package commands

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"catbot/i18n"
)

var baselines = []Baseline{NoBaseline, JustBefore, DayBefore, WeekBefore, OfLastDays}

// anyCodes draws a Codes such as Parse gives.
func anyCodes(t *rapid.T) Codes {
	names := rapid.SampledFrom([]string{"jiangxi", "gd", "hongkong-9", "河南", "jiangxii", "xi'an", "A&B", "<x>", `a"b\c`, "..", "last", "8h", "a b", "&lt;", "=", "top"})
	ids := rapid.SampledFrom([]string{"1", "126531", "126532", "9223372036854775807"})
	length := rapid.IntRange(1, 31*24*60).Draw(t, "length")
	moments := rapid.SampledFrom([]Moment{
		{Year: 2017, Month: 5, Day: 25},
		{Year: 2017, Month: 5, Day: 25, Timed: true, Seconds: 29400},
		{Year: 2017, Month: 5, Day: 25, Timed: true, Seconds: 86399, Zone: "-03:30"},
	})
	from := moments.Draw(t, "from")
	return Codes{
		Tasks: rapid.SliceOfNDistinct(ids, 1, 3, rapid.ID[string]).Draw(t, "tasks"),
		Window: rapid.SampledFrom([]Window{
			Last(time.Duration(length) * time.Minute), {Kind: Yesterday}, {Kind: Today}, {Kind: LastNight},
			{Kind: Day, From: Moment{Year: 2016, Month: 2, Day: 29}},
			{Kind: Since, From: Moment{Timed: true, Seconds: 3661}},
			{Kind: Since, From: Moment{Year: 2026, Month: 11, Day: 1}},
			{Kind: Between, From: from, To: Moment{Year: 2017, Month: 5, Day: 28, Timed: true}},
			{Kind: Between, From: Moment{Timed: true}, To: Moment{Timed: true, Seconds: 7200}},
		}).Draw(t, "window"),
		Provinces: none(rapid.SliceOfNDistinct(names, 0, 5, rapid.ID[string]).Draw(t, "provinces")),
		ISPs: none(rapid.SliceOfNDistinct(rapid.OneOf(names, rapid.Just("移动"), rapid.Just("联通")), 0, 4, rapid.ID[string]).
			Draw(t, "isps")),
		Top:     rapid.IntRange(0, MaxTop).Draw(t, "top"),
		Compare: rapid.SampledFrom(baselines).Draw(t, "compare"),
		Public:  rapid.Bool().Draw(t, "public"),
		Show:    rapid.SampledFrom([]Show{Summary, Rows, CSV}).Draw(t, "show"),
	}
}

// anyDigest draws a DigestAdd such as Parse gives.
func anyDigest(t *rapid.T) DigestAdd {
	codes := ForDigest(anyCodes(t))
	if rapid.Bool().Draw(t, "of API 3.0") {
		codes.Tasks = []string{"task-ab12cd34", "task-00002pmr"}
	}
	d := DigestAdd{
		Schedule: rapid.OneOf(
			rapid.Custom(func(t *rapid.T) Schedule {
				return Schedule{Kind: AtTime, Days: Weekdays(rapid.IntRange(1, int(EveryDay)).Draw(t, "days")),
					Time: time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, "minute")) * time.Minute}
			}),
			rapid.Custom(func(t *rapid.T) Schedule {
				minutes := time.Duration(rapid.IntRange(1, 24*60).Draw(t, "interval"))
				return Schedule{Kind: Interval, Every: nearInterval(minutes * time.Minute)}
			}),
			rapid.Map(rapid.SampledFrom([]string{"0 9 * * 1-5", "*/15 * * * *", "5 0 1,15 jan-mar ?", "30 8 29 2 *"}), func(text string) Schedule {
				return Schedule{Kind: Cron, Cron: text}
			}),
		).Draw(t, "schedule"),
		Zone:    rapid.SampledFrom([]string{"", "UTC", "Asia/Shanghai", "America/Argentina/Buenos_Aires"}).Draw(t, "zone"),
		Channel: rapid.SampledFrom([]string{"", "C0OPS", "G0WAR"}).Draw(t, "channel"),
		Lang:    rapid.SampledFrom(append(i18n.Languages, "")).Draw(t, "language"),
		Command: codes,
	}
	if rapid.Bool().Draw(t, "conditional") {
		d.If = anyCondition(t, codes.Tasks)
	}
	return d
}

// anyCondition draws a condition such as Parse gives for tasks.
func anyCondition(t *rapid.T, tasks []string) *Condition {
	cents := func(from, to int) *rapid.Generator[float64] {
		return rapid.Map(rapid.IntRange(from, to), func(n int) float64 { return float64(n) / 100 })
	}
	scopes := rapid.SampledFrom([]Scope{Everything, AnyISP, AnyProvince})
	count := rapid.Custom(func(t *rapid.T) Limit {
		return Limit{Of: scopes.Draw(t, "scope"), Failures: rapid.Int64Range(0, 1<<62).Draw(t, "over")}
	})
	floor, percents := count, firstOfV2(tasks) == ""
	if percents {
		floor = rapid.OneOf(count, rapid.Custom(func(t *rapid.T) Limit {
			return Limit{Of: scopes.Draw(t, "scope"), Kind: OverPercent, Percent: cents(1, 9999).Draw(t, "percent")}
		}))
	}
	limit := rapid.OneOf(floor, rapid.Just(Limit{Kind: OverUsual}), rapid.Custom(func(t *rapid.T) Limit {
		base := rapid.SampledFrom([]Baseline{DayBefore, WeekBefore}).Draw(t, "base")
		return Limit{Kind: OverTimes, Times: cents(100, 100*maxTimes).Draw(t, "times"), Base: base}
	}))
	c := &Condition{Limits: []Limit{limit.Draw(t, "limit")}}
	if other := floor.Draw(t, "floor"); c.needsFloor() || rapid.Bool().Draw(t, "two") {
		c.Limits = distinct(append(c.Limits, other))
	}
	c.For = rapid.SampledFrom([]int{0, 2, 3, maxFor}).Draw(t, "runs")
	line := ClosingLine{Below: float64(rapid.Int64Range(1, maxBelow).Draw(t, "below"))}
	if percents && rapid.Bool().Draw(t, "percent") {
		line = ClosingLine{Percent: true, Below: cents(1, 9999).Draw(t, "below")}
	}
	if c.Until = &line; c.closesAboveOpening() || rapid.Bool().Draw(t, "no line") {
		c.Until = nil
	}
	people := rapid.SampledFrom([]string{"<@U0ALICE>", "<@W0BOB>", "<!subteam^S0ONCALL>", "<!here>", "<@U1>", "<@U2>"})
	c.Notify = none(rapid.SliceOfNDistinct(people, 0, maxNotified, rapid.ID[string]).Draw(t, "notify"))
	if rapid.Bool().Draw(t, "again") {
		c.Again = time.Duration(rapid.IntRange(15, 7*24*60).Draw(t, "minutes")) * time.Minute
	}
	if rapid.Bool().Draw(t, "quiet") {
		from := rapid.IntRange(0, 24*60-1).Draw(t, "from")
		to := (from + rapid.IntRange(1, 24*60-1).Draw(t, "hours")) % (24 * 60)
		c.Quiet = QuietHours{time.Duration(from) * time.Minute, time.Duration(to) * time.Minute}
	}
	return c
}

// anyMute draws a DigestMute such as Parse gives.
func anyMute(t *rapid.T) DigestMute {
	m := DigestMute{ID: rapid.SampledFrom([]string{"", "k7m2", "2h3m", "mute"}).Draw(t, "id")}
	if rapid.Bool().Draw(t, "for") {
		m.For = time.Duration(rapid.IntRange(1, int(maxMute/time.Minute)).Draw(t, "minutes")) * time.Minute
		return m
	}
	m.Clock = time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, "minute")) * time.Minute
	m.Tomorrow = rapid.Bool().Draw(t, "tomorrow")
	return m
}

// anyIncidents draws an Incidents such as Parse gives.
func anyIncidents(t *rapid.T) Incidents {
	i := Incidents{Tasks: anyCodes(t).Tasks, Here: rapid.Bool().Draw(t, "here")}
	i.Tasks = none(i.Tasks[:rapid.IntRange(0, len(i.Tasks)).Draw(t, "tasks")])
	i.Window = rapid.SampledFrom([]Window{{}, Last(7 * day), Last(incidentDays * day), {Kind: Yesterday}, {Kind: LastNight},
		{Kind: Since, From: Moment{Timed: true, Seconds: 3661}}, {Kind: Day, From: Moment{Year: 2026, Month: 2, Day: 28}}}).Draw(t, "window")
	return i
}

func anyTrend(t *rapid.T) Trend {
	codes := anyCodes(t)
	codes.Top, codes.Compare, codes.Show = 0, NoBaseline, Summary
	codes.Tasks, codes.Provinces = codes.Tasks[:1], codes.Provinces[:min(len(codes.Provinces), MaxTrendParts)]
	codes.Provinces = none(codes.Provinces)
	return Trend{codes}
}

func none(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return names
}

func TestParseOfPrintIsIdentity(t *testing.T) {
	// Names learned since must not change what a kept text means.
	later := Language{
		DefaultWindow: testLanguage.DefaultWindow, MaxWindow: testLanguage.MaxWindow,
		Task:    "7",
		Aliases: map[string]string{"hongkong": "1", "shop": "2"},
		Names:   Provinces{}.With(Province{Code: "hn", Name: "河南"}, Province{Code: "jiangxia"}, Province{Code: "hongkong-8"}),
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, command := range []Command{anyCodes(t), anyDigest(t), anyTrend(t), Tasks{rapid.SampledFrom([]string{"", "shop", "官网 首页", "task-00002pmr", `say "x`, "list"}).Draw(t, "text")},
			anyMute(t), DigestUnmute{"k7m2"}, DigestUnmute{}, anyIncidents(t), IncidentTake{"k7m2-t5s3x0"},
			AliasDo{"set", "shop", "126531"}, AliasDo{"remove", "官网", ""}, AliasDo{Verb: "list"}} {
			for _, l := range []Language{testLanguage, later} {
				got, err := l.Parse(command.String(), night)
				if err != nil {
					t.Fatalf("%s: %+v", command, err)
				}
				if !reflect.DeepEqual(got, command) {
					t.Fatalf("%s\n got %#v\nwant %#v", command, got, command)
				}
			}
		}
	})
}

func TestTheWordCodesMayBeLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, command := range []Command{anyCodes(t), anyDigest(t)} {
			text := strings.Replace(command.String(), "codes ", "", 1)
			if got, err := testLanguage.Parse(text, night); err != nil || !reflect.DeepEqual(got, command) {
				t.Fatalf("%s\n got %#v, %v\nwant %#v", text, got, err, command)
			}
		}
	})
}

// TestAWatchIsReadAsItIsOffered: the text that an error offers adds the digest that it stands for.
func TestAWatchIsReadAsItIsOffered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digest := anyDigest(t)
		digest.If = anyCondition(t, digest.Command.Tasks)
		d := draft{DigestAdd: digest, condition: *digest.If, watch: true, forRuns: rapid.IntRange(0, 5).Draw(t, "runs")}
		if rapid.Bool().Draw(t, "no schedule") {
			d.Schedule = Schedule{}
		}
		text := d.watchText(digest.Command)
		if got, err := testLanguage.Parse(text, night); err != nil || !reflect.DeepEqual(got, d.with(digest.Command)) {
			t.Fatalf("%s\n got %v, %v\nwant %v", text, got, err, d.with(digest.Command))
		}
	})
}

// FuzzParse: whatever is typed, the answer is a command that prints itself, or an error that offers a command that works.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"codes 126531 last 8h jiangxi", "codes 126531 2017-05-25 00:00..08:10 isp 移动 top 5 compare public", "返回码 126531 最近8小时 江西",
		"codes 126531 02:00..01:00 jiangxii", "help window", `codes 1 province="a\"b" isp 'x`, "126531 codes", "codes 1 <#C1|ops> &lt;!channel&gt;",
		"digest add daily 09:00 tz Asia/Tokyo in <#C1|ops> if >100 codes 126531 last 24h", `digest add cron "*/15 9 * * 1-5" codes 1`, "digest add mon-fri every 7m if >=1 codes",
		"定时 添加 每周一 09:30 如果 超过100 返回码 126531 最近24小时", "digest show k7m2", "trend 126531 today jiangxi top 5", "tasks 官网 x", "alias set shop 126531", "alias remove 移动", "趋势 1 csv", "digest add at and if > tz in cron every",
		"digest add every 15m if any isp >20% and >x2 yesterday for 2 until <5% notify <@U0ALICE|alice> <!here> again every 4h quiet 23:00-08:00 codes task-ab12cd34 last 15m",
		"watch task-ab12cd34 if any isp >20% notify <!subteam^S0|@oncall>", "watch 126531 if any province >5% twice in a row until <50%",
		"watch 1 every 15m >usual in <#C1|ops> jiangxi isp 移动 if >=5", "digest add hourly if >x2 last week and >x2 before for 99 codes 1",
		"监控 task-ab12cd34 如果任一运营商超过20%，连续2次 直到 低于 5% 通知 <@U0ALICE> 每 4 小时提醒 静默 23:00-08:00", "盯 126531 超过昨天2倍且>20",
		"digest mute k7m2 until tomorrow 09:00", "digest mute 2h", "定时报告 静默 本频道 到明天9:00", "digest unmute here", "digest mute here 9d",
		"incidents last 7d 126531 here", "故障 最近7天 本频道", "incidents take k7m2-t5s3x0", "incidents take", "incidents last 100d jiangxi",
		"digest add hourly notify <!channel> again every 1m quiet 08:00-08:00 until <0 >150% >0% >5.123% >x0.5 yesterday codes 1",
		"codes 1 compare last week compare yesterday", "返回码 1 同比 昨天 环比 对比上周", "codes 1 compare to usual compare with last weeks", "codes 1 last last from to to .. =x x= \"", "codes 1 前5 top5 since 24:00", "ｃｏｄｅｓ　１", "codes 1 0001-01-01..9999-12-31",
		"126531", "task-ab12cd34 last 8h", "jiangxi last night 126531", "#5 9 am..12:30pm 昨晚", "codes 1 江四 移懂", "codes isp 移懂 1", "定时报告 添加 每天 9am 126531", "digest add daily 9 7 if 100 5",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		command, err := testLanguage.Parse(text, night)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("%q: %v is no SyntaxError", text, err)
			}
			if _, err := testLanguage.Parse(syntax.Try, night); err != nil {
				t.Fatalf("%q: it offers %q, which does not work: %+v", text, syntax.Try, err)
			}
			if n := len([]rune(syntax.Text)); syntax.At < 0 || syntax.At > n {
				t.Fatalf("%q: the caret stands at %d of %d", text, syntax.At, n)
			}
			if !strings.Contains(syntax.Text, syntax.Word) {
				t.Fatalf("%q: %q is no part of %q", text, syntax.Word, syntax.Text)
			}
			return
		}
		again, err := testLanguage.Parse(command.String(), night)
		if err != nil {
			t.Fatalf("%q: its text %q is not understood: %+v", text, command, err)
		}
		if !reflect.DeepEqual(again, command) {
			t.Fatalf("%q: its text %q is read as\n%#v, not as\n%#v", text, command, again, command)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := testLanguage.Parse("codes 126531 last 8h jiangxi isp 移动 top 5 compare", night); err != nil {
			b.Fatal(err)
		}
	}
}

// TestANameThatCanBeTypedIsReadAsItIs: what is offered to press is understood when it is pressed.
func TestANameThatCanBeTypedIsReadAsItIs(t *testing.T) {
	names := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("ab移江 ,.\"'\\<>&=\u200b１-/|:*"))),
		rapid.SampledFrom([]string{"jiangxi", "河南", "hongkong-9", "/cat x", "<https://a|b>", "&lt;", "00:00–08:10", "a  b", "..", "last", "移动"}))
	rapid.Check(t, func(t *rapid.T) {
		name := names.Draw(t, "name")
		c := Codes{Tasks: []string{"1"}, Window: Last(time.Hour), Provinces: []string{name}, ISPs: []string{name}}
		got, err := testLanguage.Parse(c.String(), night)
		read, _ := got.(Codes)
		same := err == nil && reflect.DeepEqual(read.Provinces, c.Provinces) && len(read.ISPs) == 1 && SameISP(name, read.ISPs[0])
		if CanBeTyped(name) && !same {
			t.Fatalf("%q is read as %+v, %v", c, read, err)
		}
		if same && !CanBeTyped(name) {
			t.Fatalf("%q is read as it is, but is said not to be", name)
		}
	})
}

func TestAWindowStandsAlone(t *testing.T) {
	for text, want := range map[string]string{"": "last 8h", "last 24h": "last 24h", "90m": "last 90m", "today": "today", "from 2017-05-25 to 2017-05-26": "from 2017-05-25 to 2017-05-26", "last 40d": "", "126531": "", "top 3": ""} {
		w, err := testLanguage.ParseWindow(text, night)
		if w.String() != want || (err == nil) != (want != "") {
			t.Errorf("%q is read as %q, %v; want %q", text, w, err, want)
		}
	}
}
