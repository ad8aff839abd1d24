package blockkit_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/demo/fakeslack"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

// byISP is a digest that watches each ISP of a task of API 3.0, and calls Alice and a group.
func byISP() digest.Digest {
	d := aDigest("digest add every 15m tz Asia/Shanghai in <#C0OPS> codes task-ab12cd34 last 15m")
	d.Add.If = &commands.Condition{
		Limits: []commands.Limit{{Of: commands.AnyISP, Kind: commands.OverPercent, Percent: 20}}, For: 2,
		Until:  &commands.ClosingLine{Percent: true, Below: 5},
		Notify: []string{"<@U0ALICE>", "<!subteam^S0ONCALL>"},
		Again:  4 * time.Hour, Quiet: commands.QuietHours{From: 23 * time.Hour, To: 8 * time.Hour},
	}
	d.Last, d.Missed = nil, nil
	return d
}

func ispGroup(name string, failures, probes int64) report.Group {
	return report.Group{Kind: report.OfISP, ISP: name, Failures: failures, Probes: probes}
}

func provinceGroup(name string, failures, probes int64) report.Group {
	return report.Group{Kind: report.OfProvince, Place: name, Failures: failures, Probes: probes}
}

// anIncident is one of byISP that began at 09:45 and has been evaluated until 10:15.
func anIncident() digest.Incident {
	at := func(minutes int) time.Time { return time.Date(2017, 5, 25, 9, 45+minutes, 0, 0, catapi.Beijing) }
	mobile, telecom := ispGroup("移动", 45, 100), ispGroup("电信", 33, 100)
	i := digest.Incident{
		ID: "k7m2-t5s3x0", Digest: "k7m2", Tasks: []digest.Task{{ID: "task-ab12cd34", Name: "官网首页"}},
		If: byISP().Add.If.String(), Limit: byISP().Add.If.Limits[0], Begin: at(0), Opened: at(15), Channel: "C0OPS",
		Root: "1.2", Announced: true,
	}
	i.Now = digest.Reading{
		Slot: at(30), All: report.Group{Failures: 82, Probes: 400}, Over: []report.Group{mobile, telecom},
		ISPs:      []report.Group{mobile, telecom, ispGroup("联通", 4, 200)},
		Provinces: []report.Group{provinceGroup("江西", 40, 60), provinceGroup("广东", 12, 90)},
		Reasons:   []report.Reason{{Code: 10016, Text: "Ping超时", Count: 60}, {Code: 503, Text: "HTTP 请求503错误", Count: 22}},
		Usual:     &digest.UsualRange{Least: 3, Most: 10, Days: 7}, Value: 45, Passed: true,
	}
	i.Worst = i.Now
	i.Worst.Slot, i.Worst.Value = at(15), 52
	i.Worst.Over = []report.Group{ispGroup("移动", 52, 100)}
	i.Groups = []digest.Affected{
		{Group: ispGroup("移动", 52, 100), Since: at(0)}, {Group: ispGroup("教育网", 25, 40), Since: at(0), Until: at(30)},
		{Group: telecom, Since: at(30)},
	}
	for n, value := range []float64{1, 0, 2, 1, 3, 30, 52, 45} {
		i.History = append(i.History, digest.Point{Slot: at(15 * (n - 5)), Value: value})
	}
	return i
}

// ended is anIncident at its end at 10:20.
func ended() digest.Incident {
	i := anIncident()
	i.End, i.Closed = i.Begin.Add(35*time.Minute), i.Begin.Add(50*time.Minute)
	i.Now.Slot, i.Now.Value, i.Now.Passed, i.Now.Over = i.Closed, 2, false, nil
	i.Groups[0].Until, i.Groups[2].Until = i.End, i.End
	return i
}

// someIncidents are one that lasts, one that is over, and one that is not watched any more.
func someIncidents() []digest.Incident {
	over, left := ended(), anIncident()
	over.On = []digest.Responder{{User: fakeslack.Alice, At: over.Begin.Add(5 * time.Minute)}}
	left.Why, left.Closed = digest.ClosedPaused, left.Begin.Add(40*time.Minute)
	left.Limit = commands.Limit{Failures: 50}
	left.Worst.Value = 82
	return []digest.Incident{anIncident(), over, left}
}

// withMeanwhile is a post of a digest without a condition, with incidents in its window.
func withMeanwhile(w i18n.Phrases) blockkit.Message {
	p := digest.Post{
		Digest:  aDigest("digest add daily 08:00 tz Asia/Shanghai in <#C0OPS> codes 126531 last 24h jiangxi"),
		Outcome: digest.Posted, Meanwhile: append(someIncidents(), ended()),
	}
	p.Answer = report.NewAnswer(asked("jiangxi"), []report.Part{part("126531", "jiangxi")})
	return blockkit.DigestPost(p, w)
}

// withTrouble is the note that byISP's condition can't be evaluated.
func withTrouble(why catapi.Trouble, w i18n.Phrases) blockkit.Message {
	p := digest.Post{Digest: byISP(), Outcome: digest.Unwatched, Trouble: &why}
	p.Answer = report.NewAnswer(asked(), []report.Part{part("task-ab12cd34", "")})
	return blockkit.DigestPost(p, w)
}

// withState is byISP with the state of its condition.
func withState(change func(*digest.ConditionState)) digest.Digest {
	d := byISP()
	d.State = &digest.ConditionState{}
	change(d.State)
	return d
}

func pendingAndMuted() digest.Digest {
	began := anIncident().Begin
	d := withState(func(s *digest.ConditionState) { s.Streak, s.StreakSince = 1, began })
	d.Muted = &digest.Mute{By: fakeslack.Sam, At: began, Until: began.Add(time.Hour)}
	return d
}

func incidentMessages(w i18n.Phrases) map[string]blockkit.Message {
	d, open := byISP(), anIncident()
	edit := func(change func(*digest.Incident)) blockkit.Message {
		i := anIncident()
		change(&i)
		return blockkit.Incident(d, i, w)
	}
	post := func(outcome digest.Outcome, i digest.Incident, was ...digest.Span) blockkit.Message {
		slot := digest.Slot{At: i.Now.Slot}
		return blockkit.DigestPost(digest.Post{
			Digest: d, Slot: slot, Outcome: outcome, Incident: &i, Was: was, Due: slot.At, Sent: slot.At,
		}, w)
	}
	first := open
	first.Worst, first.Now.Slot, first.Groups = first.Now, first.Opened, open.Groups[:1]
	night := digest.Span{Begin: open.Begin.Add(-8 * time.Hour), End: open.Begin.Add(-7 * time.Hour)}
	closing := func(i *digest.Incident) {
		i.Now.Value, i.Now.Passed, i.Now.Over, i.Now.Slot = 7, false, nil, i.Begin.Add(45*time.Minute)
		i.Now.ISPs = []report.Group{ispGroup("移动", 7, 100), ispGroup("联通", 4, 200)}
		i.Groups[0].Until, i.Groups[2].Until = i.Now.Slot, i.Now.Slot
	}
	closed := func(why digest.Closing) func(i *digest.Incident) {
		return func(i *digest.Incident) { i.Why, i.Closed = why, i.Begin.Add(40*time.Minute) }
	}
	over := ended()
	over.On = []digest.Responder{{User: fakeslack.Alice, At: open.Begin.Add(5 * time.Minute)}}
	note := digest.Note{Unknown: digest.Unknown{Since: open.Begin, Why: catapi.Trouble{Kind: catapi.TroubleUnreachable}}, Until: open.Now.Slot}
	return map[string]blockkit.Message{
		"incident opens":                   post(digest.Crossed, first),
		"incident opens after a silence":   post(digest.Crossed, first, night),
		"incident goes on":                 edit(func(*digest.Incident) {}),
		"incident goes on, below the line": edit(closing),
		"incident goes on, no data": edit(func(i *digest.Incident) {
			i.Unknown = &digest.Unknown{Since: i.Now.Slot, Why: catapi.Trouble{Kind: catapi.TroubleTimeout, Tries: 3}}
		}),
		"incident goes on, too few probes": edit(func(i *digest.Incident) {
			i.Unknown = &digest.Unknown{Since: i.Now.Slot, Why: catapi.Trouble{
				Kind: catapi.TroubleFewProbes, Task: "task-ab12cd34", Probes: 12,
			}}
		}),
		"incident goes on, muted, two on it, continued": edit(func(i *digest.Incident) {
			i.Continued = true
			i.Mute = &digest.Mute{By: fakeslack.Sam, At: i.Begin, Until: i.Begin.Add(4 * time.Hour)}
			i.On = []digest.Responder{
				{User: fakeslack.Alice, At: i.Begin.Add(5 * time.Minute)}, {User: fakeslack.Wei, At: i.Begin.Add(9 * time.Minute)},
			}
		}),
		"incident over":                  blockkit.Incident(d, over, w),
		"incident of a changed digest":   edit(closed(digest.ClosedChanged)),
		"incident of a paused digest":    edit(closed(digest.ClosedPaused)),
		"incident of a removed digest":   edit(closed(digest.ClosedRemoved)),
		"incident in another channel":    edit(closed(digest.ClosedMoved)),
		"incident reminds":               post(digest.Reminded, open),
		"incident ends":                  post(digest.Recovered, ended()),
		"incident was over":              post(digest.WasOver, ended(), digest.Span{Begin: open.Begin, End: ended().End}),
		"incidents were over at night":   post(digest.WasOver, ended(), night, digest.Span{Begin: open.Begin, End: ended().End}),
		"digest with an open incident":   blockkit.DigestDetails(withState(func(s *digest.ConditionState) { s.Over, s.Incident = true, &open }), w),
		"digest that is pending, muted":  blockkit.DigestDetails(pendingAndMuted(), w),
		"digest added, with all":         blockkit.DigestSaved(d, w.DigestAdded(d.ID), []time.Time{open.Begin}, nil, 0, true, w),
		"digest with too few probes":     withTrouble(catapi.Trouble{Kind: catapi.TroubleFewProbes, Task: "task-ab12cd34", Probes: 12}, w),
		"digest without the usual":       withTrouble(catapi.Trouble{Kind: catapi.TroubleFewDays, Task: "task-ab12cd34"}, w),
		"digest posts, meanwhile":        withMeanwhile(w),
		"incidents listed":               blockkit.IncidentList(someIncidents(), open.Begin.Add(-24*time.Hour), open.Begin.Add(time.Hour), w),
		"no incidents listed":            blockkit.IncidentList(nil, open.Begin.Add(-24*time.Hour), open.Begin.Add(time.Hour), w),
		"note about missing data, ended": blockkit.NoteEnded(d, note, w),
	}
}

func TestMessagesOfIncidentsReadAsWritten(t *testing.T) {
	for folder, w := range map[string]i18n.Phrases{"testdata": i18n.English, "testdata/zh": i18n.Chinese} {
		for name, m := range incidentMessages(w) {
			t.Run(folder+" "+name, func(t *testing.T) {
				checkBlocks(t, m)
				golden(t, filepath.Join(folder, strings.NewReplacer(" ", "-", ",", "").Replace(name)+".json"), m)
			})
		}
	}
}

// TestTheHeadOfAnIncidentNamesWhatItsLimitCounts: the number, its limit, and where it was measured.
func TestTheHeadOfAnIncidentNamesWhatItsLimitCounts(t *testing.T) {
	v2 := func(i *digest.Incident) {
		i.Now.ISPs = []report.Group{ispGroup("移动", 60, 0)}
		i.Now.Over, i.Now.All = i.Now.ISPs, report.Group{Failures: 142}
	}
	base, none := int64(20), int64(0)
	for _, tc := range []struct {
		name, want, zh string
		limit          commands.Limit
		value          float64
		change         func(*digest.Incident)
	}{
		{"all failures", "142 failures, limit 100", "142 次失败，阈值 100", commands.Limit{Failures: 100}, 142, v2},
		{"failures of an ISP", "60 failures on 移动 (China Mobile), limit 50", "移动 60 次失败，阈值 50",
			commands.Limit{Of: commands.AnyISP, Failures: 50}, 60, v2},
		{"a share of all", "12% of the probes failed, limit 5%", "失败率 12%，阈值 5%",
			commands.Limit{Kind: commands.OverPercent, Percent: 5}, 12, nil},
		{"a share just over its limit", "20.4% of the probes failed, limit 20%", "失败率 20.4%，阈值 20%",
			commands.Limit{Kind: commands.OverPercent, Percent: 20}, 20.4, nil},
		{"a share of a province", "67% failed in 江西 (Jiangxi), limit 20%", "江西失败率 67%，阈值 20%",
			commands.Limit{Of: commands.AnyProvince, Kind: commands.OverPercent, Percent: 20}, 100 * 40.0 / 60, nil},
		{"more than usual", "142 failures, usually 3–10", "142 次失败，平时为 3–10 次",
			commands.Limit{Kind: commands.OverUsual}, 142, nil},
		{"times yesterday", "84 failures, 4.2 times as many as yesterday, limit 3 times", "84 次失败，是昨天同时段的 4.2 倍，阈值 3 倍",
			commands.Limit{Kind: commands.OverTimes, Times: 3, Base: commands.DayBefore}, 4.2,
			func(i *digest.Incident) { i.Now.Base, i.Now.All.Failures = &base, 84 }},
		{"none last week", "84 failures, none last week, limit 1.5 times", "84 次失败，上周同时段没有失败，阈值 1.5 倍",
			commands.Limit{Kind: commands.OverTimes, Times: 1.5, Base: commands.WeekBefore}, 84,
			func(i *digest.Incident) { i.Now.Base, i.Now.All.Failures = &none, 84 }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := anIncident()
			i.Limit, i.Now.Value = tc.limit, tc.value
			if tc.change != nil {
				tc.change(&i)
			}
			d := byISP()
			if got, want := blockkit.Incident(d, i, i18n.English).Text, "🚨 官网首页 (task-ab12cd34): "+tc.want; got != want {
				t.Errorf("%q, want %q", got, want)
			}
			if got, want := blockkit.Incident(d, i, i18n.Chinese).Text, "🚨 官网首页（task-ab12cd34）："+tc.zh; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// TestOnlyTheOpeningOfAnIncidentCallsPeople: an edit that named them would call them again.
func TestOnlyTheOpeningOfAnIncidentCallsPeople(t *testing.T) {
	for name, m := range incidentMessages(i18n.English) {
		wire, err := json.Marshal(m.Rich)
		if err != nil {
			t.Fatal(err)
		}
		opens := strings.HasPrefix(name, "incident opens")
		if strings.HasPrefix(name, "digest") {
			continue // only the person who asks sees it
		}
		if strings.Contains(string(wire), "subteam") != opens || strings.Contains(m.Text, "<!subteam") != opens {
			t.Errorf("%s: %s %s", name, m.Text, wire)
		}
	}
}

func TestTextFromOutsideCallsNobody(t *testing.T) {
	d, i := byISP(), anIncident()
	d.Add.If.Notify = []string{"<!channel>", "<!everyone>", "<@U0ALICE> <!channel>", "@alice", "<!here|<!channel>>"}
	i.Tasks[0].Name = "{person} <!channel>"
	post := digest.Post{Digest: d, Outcome: digest.Crossed, Incident: &i}
	for _, m := range []blockkit.Message{blockkit.DigestPost(post, i18n.English), blockkit.Incident(d, i, i18n.English)} {
		wire, err := json.Marshal(m.Rich)
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.ReplaceAll(string(wire), `\u003c`, "<") + m.Text; strings.Contains(text, "<!c") ||
			strings.Contains(text, "<!e") || strings.Contains(text, "<@") {
			t.Error(text)
		}
	}
}

// TestControlsOfAnIncidentAskWhatTheySay: each carries the text of a command.
func TestControlsOfAnIncidentAskWhatTheySay(t *testing.T) {
	i := anIncident()
	open, muted := blockkit.Incident(byISP(), i, i18n.English), i
	muted.Mute = &digest.Mute{By: fakeslack.Sam, Until: i.Begin.Add(time.Hour)}
	own := byISP()
	own.Muted = muted.Mute
	for _, tc := range []struct {
		name, want string
		m          blockkit.Message
	}{
		{"on it", `"incidents take k7m2-t5s3x0"`, open},
		{"mute for an hour", `"digest mute k7m2 1h"`, open},
		{"mute until tomorrow", `"digest mute k7m2 until tomorrow 09:00"`, open},
		{"reasons since it began", `"codes task-ab12cd34 since 2017-05-25 09:30"`, open},
		{"trend", `"trend task-ab12cd34 since 2017-05-25 09:30"`, open},
		{"compare", `"codes task-ab12cd34 since 2017-05-25 09:30 compare"`, open},
		{"rows", `"codes task-ab12cd34 since 2017-05-25 09:30 rows"`, open},
		{"reasons of one that is over", `"codes task-ab12cd34 from 2017-05-25 09:30 to 2017-05-25 10:20"`,
			blockkit.Incident(byISP(), ended(), i18n.English)},
		{"unmute the channel", `"digest unmute here"`, blockkit.Incident(byISP(), muted, i18n.English)},
		{"unmute the digest", `"digest unmute k7m2"`, blockkit.Incident(own, muted, i18n.English)},
	} {
		wire, err := json.Marshal(tc.m.Rich)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(wire), tc.want) {
			t.Errorf("%s: no %s in %s", tc.name, tc.want, wire)
		}
	}
}

// anyCondition draws a condition, and a value that it may compare.
func anyLimit(t *rapid.T) commands.Limit {
	return commands.Limit{
		Of:       rapid.SampledFrom([]commands.Scope{commands.Everything, commands.AnyISP, commands.AnyProvince}).Draw(t, "of"),
		Kind:     commands.LimitKind(rapid.IntRange(0, 3).Draw(t, "kind")),
		Failures: rapid.Int64Range(0, 1e15).Draw(t, "limit"), Percent: rapid.Float64Range(0.01, 99.99).Draw(t, "percent"),
		Times: rapid.Float64Range(1, 1e6).Draw(t, "times"), Base: commands.DayBefore,
	}
}

func anyGroups(t *rapid.T, most int) []report.Group {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) report.Group {
		return report.Group{
			Kind: report.GroupKind(rapid.IntRange(0, 3).Draw(t, "kind")), ISP: foreign().Draw(t, "isp"),
			Place: foreign().Draw(t, "place"), Failures: rapid.Int64Range(0, 1e15).Draw(t, "failures"),
			Probes: rapid.Int64Range(0, 1e15).Draw(t, "probes"),
		}
	}), 0, most).Draw(t, "groups")
}

func anyReading(t *rapid.T) digest.Reading {
	r := digest.Reading{
		Slot: begin.Add(time.Duration(rapid.IntRange(0, 1e5).Draw(t, "minutes")) * time.Minute), Over: anyGroups(t, 5),
		ISPs: anyGroups(t, 5), Provinces: anyGroups(t, 5), Value: rapid.Float64Range(0, 1e15).Draw(t, "value"),
		Passed: rapid.Bool().Draw(t, "passed"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "reasons") {
		r.Reasons = append(r.Reasons, report.Reason{Code: 10016, Text: foreign().Draw(t, "reason"), Count: 1e15})
	}
	if rapid.Bool().Draw(t, "usual") {
		r.Usual = &digest.UsualRange{Least: 3, Most: rapid.Int64Range(3, 1e15).Draw(t, "most"), Days: 7}
	}
	return r
}

// anyIncident draws an incident as large as package digest keeps one, with nasty names.
func anyIncident(t *rapid.T) digest.Incident {
	i := digest.Incident{
		ID: "k7m2-t5s3x0", Digest: "k7m2", Limit: anyLimit(t), Begin: begin, Opened: begin, Channel: "C0OPS",
		Continued: rapid.Bool().Draw(t, "continued"), Now: anyReading(t), Worst: anyReading(t),
	}
	for range rapid.IntRange(1, 5).Draw(t, "tasks") {
		i.Tasks = append(i.Tasks, digest.Task{ID: "126531", Name: foreign().Draw(t, "name")})
	}
	for _, g := range anyGroups(t, 12) {
		a := digest.Affected{Group: g, Since: begin}
		if rapid.Bool().Draw(t, "left") {
			a.Until = begin.Add(time.Hour)
		}
		i.Groups = append(i.Groups, a)
	}
	for n := range rapid.IntRange(0, 40).Draw(t, "points") {
		i.History = append(i.History, digest.Point{
			Slot: begin.Add(time.Duration(n) * 5 * time.Hour), Value: rapid.Float64Range(0, 1e15).Draw(t, "point"),
		})
	}
	if rapid.Bool().Draw(t, "unknown") {
		i.Unknown = &digest.Unknown{Since: begin, Why: catapi.Trouble{
			Kind: catapi.TroubleRefused, APIMessage: foreign().Draw(t, "message"),
		}}
	}
	if rapid.Bool().Draw(t, "muted") {
		i.Mute = &digest.Mute{By: "U0SAM", Until: begin.Add(time.Hour)}
	}
	for n := range rapid.IntRange(0, 20).Draw(t, "on it") {
		i.On = append(i.On, digest.Responder{User: fmt.Sprintf("U0PERSON%d", n), At: begin})
	}
	if rapid.Bool().Draw(t, "closed") {
		i.Closed, i.End = begin.Add(2*time.Hour), begin.Add(time.Hour)
		i.Why = rapid.SampledFrom([]digest.Closing{digest.ClosedRecovered, digest.ClosedChanged}).Draw(t, "why")
	}
	return i
}

// checkBlocks holds a message that names people against Slack's limits.
func checkBlocks(t interface {
	Helper()
	Fatalf(string, ...any)
}, m blockkit.Message) {
	t.Helper()
	people := strings.NewReplacer(`\u003c@U0`, "@U0", "<@U0", "@U0", `\u003c!subteam^S0`, "@S0", "<!subteam^S0", "@S0")
	for _, blocks := range []any{m.Rich, m.Plain} {
		wire, err := json.Marshal(blocks)
		if err != nil {
			t.Fatalf("the blocks cannot be encoded: %v", err)
		}
		if string(wire) == "null" {
			continue
		}
		if problems := fakeslack.ValidateMessage(wire); len(problems) > 0 {
			t.Fatalf("slack would refuse the blocks: %v\n%s", problems[0], wire)
		}
		all := people.Replace(string(wire) + m.Text)
		for _, alive := range []string{"<!c", "<!h", "<@", "<!s", `\u003c!c`, `\u003c@`, `\u003c!s`, `\u0000`, `\u001b`, "\u202e"} {
			if strings.Contains(all, alive) {
				t.Fatalf("the blocks have a live %q:\n%s", alive, all)
			}
		}
	}
	if strings.TrimSpace(m.Text) == "" || len([]rune(m.Text)) > 4000 {
		t.Fatalf("the text has %d characters", len([]rune(m.Text)))
	}
}

func TestEveryMessageOfAnIncidentIsWithinSlacksLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, i := byISP(), anyIncident(t)
		w := rapid.SampledFrom([]i18n.Phrases{i18n.English, i18n.Chinese}).Draw(t, "language")
		checkBlocks(t, blockkit.Incident(d, i, w))
		p := digest.Post{Digest: d, Incident: &i, Repeated: true, Sent: begin.Add(time.Hour), Due: begin, Slot: digest.Slot{At: begin}}
		p.Outcome = rapid.SampledFrom([]digest.Outcome{
			digest.Crossed, digest.Reminded, digest.Recovered, digest.WasOver,
		}).Draw(t, "outcome")
		for range rapid.IntRange(0, 11).Draw(t, "was") {
			p.Was = append(p.Was, digest.Span{Begin: begin, End: begin.Add(time.Hour)})
		}
		checkBlocks(t, blockkit.DigestPost(p, w))
	})
}

func TestALongListOfIncidentsIsCut(t *testing.T) {
	var all []digest.Incident
	for range 1000 {
		all = append(all, someIncidents()...)
	}
	m := blockkit.IncidentList(all, begin, end, i18n.English)
	checkBlocks(t, m)
	wire, err := json.Marshal(m.Rich)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(wire), "more: ask for a shorter window") {
		t.Errorf("the rest is not counted: %s", wire)
	}
}

func TestEveryListOfIncidentsIsWithinSlacksLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []digest.Incident
		for range rapid.IntRange(0, 60).Draw(t, "incidents") {
			all = append(all, anyIncident(t))
		}
		checkBlocks(t, blockkit.IncidentList(all, begin, end, i18n.Chinese))
	})
}

// TestHomeShowsOpenIncidentsFirst: with the buttons to take and to mute.
func TestHomeShowsOpenIncidentsFirst(t *testing.T) {
	calm, burning := aDigest("digest add daily 08:00 tz Asia/Shanghai in <#C0OPS> codes 126531 last 24h"), byISP()
	calm.ID, burning.State = "calm", &digest.ConditionState{Over: true}
	open := anIncident()
	burning.State.Incident = &open
	home := blockkit.Home{
		Digests: []digest.Digest{calm, burning}, MayChange: func(digest.Digest) bool { return true },
	}
	blocks := home.Blocks(i18n.English)
	wire, err := json.Marshal(blocks)
	if err != nil {
		t.Fatal(err)
	}
	text := string(wire)
	first, take := strings.Index(text, "worst 52% failed on"), strings.Index(text, "incidents take k7m2-t5s3x0")
	mute, second := strings.Index(text, "digest mute k7m2 1h"), strings.Index(text, "`calm`")
	if first < 0 || take < first || mute < take || second < mute {
		t.Errorf("%d, %d, %d, %d in %s", first, take, mute, second, text)
	}
	if problems := fakeslack.ValidateView(json.RawMessage(`{"type":"home","blocks":`+text+`}`), fakeslack.HomeTab); len(problems) > 0 {
		t.Error(problems)
	}
}
