package blockkit_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/demo/fakeslack"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

// language has the limits that catbot has by default.
var language = commands.Language{DefaultWindow: 8 * time.Hour, MaxWindow: 31 * 24 * time.Hour}

var update = flag.Bool("update", false, "write the golden files")

var (
	begin = time.Date(2017, 5, 25, 0, 0, 0, 0, catapi.Beijing)
	end   = time.Date(2017, 5, 25, 8, 10, 0, 0, catapi.Beijing)
	now   = time.Date(2017, 5, 25, 8, 14, 0, 0, catapi.Beijing)
)

// foreign draws what an API that has lost its mind could call something.
func foreign() *rapid.Generator[string] {
	nasty := rapid.SampledFrom([]string{"<!channel>", "*_~`", "\u202Eevil", "\u202eالعربية", "😀👨‍👩‍👧‍👦", "\x00\x1b[31m", "&lt;&amp;", "<@U0ALICE>", "移动", "", " ", "\u200b", "```"})
	return rapid.OneOf(
		rapid.SampledFrom([]string{"移动", "电信", "联通", "Ping超时", "jiangxi"}),
		rapid.String(),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(nasty.Draw(t, "nasty"), rapid.IntRange(1, 1200).Draw(t, "times"))
		}),
		rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.SampledFrom([]string{"x", "超", "<", "&", "*", "א"}).Draw(t, "letter"), rapid.IntRange(1, 5000).Draw(t, "length"))
		}),
	)
}

func anyHistory(t *rapid.T) catapi.History {
	isps := rapid.SliceOfNDistinct(foreign(), 0, 200, rapid.ID[string]).Draw(t, "isps")
	if rapid.Bool().Draw(t, "many") {
		for i := range rapid.IntRange(0, 200).Draw(t, "number") {
			isps = append(isps, fmt.Sprintf("ISP %d", i))
		}
	}
	texts := rapid.SliceOfN(foreign(), 1, 6).Draw(t, "texts")
	text := rapid.SampledFrom(texts)
	h := catapi.History{FetchedAt: begin, Query: catapi.Query{Begin: begin, End: end}}
	for i, isp := range isps {
		for j := range rapid.IntRange(1, 5).Draw(t, "rows") {
			h.Rows = append(h.Rows, catapi.Row{ISP: isp, Province: text.Draw(t, "province"), ProvinceName: text.Draw(t, "name"),
				ServerIP: text.Draw(t, "server"), Code: int64(10000 + i%30 + j*1000), Reason: text.Draw(t, "reason"), Count: rapid.Int64Range(0, 1e14).Draw(t, "count")})
		}
	}
	if rapid.Bool().Draw(t, "timed") {
		h.Buckets = []catapi.BucketCount{}
		for i, row := range h.Rows {
			at := begin.Add(time.Duration(i%17) * h.Query.BucketLength())
			h.Buckets = append(h.Buckets, catapi.BucketCount{ISP: row.ISP, Begin: at, Count: row.Count})
		}
	}
	return h
}

// anyCommand asks about one task, sometimes in a place that somebody made up.
func anyCommand(t *rapid.T) commands.Codes {
	c := commands.Codes{Tasks: []string{"126531"}, Window: commands.Last(8 * time.Hour)}
	if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
		c.Provinces = []string{foreign().Filter(commands.CanBeTyped).Draw(t, "province")}
	}
	if rapid.Bool().Draw(t, "narrow") {
		c.ISPs, c.Provinces = []string{"移动"}, []string{"jiangxi"}
	}
	return c
}

func anyAnswer(t *rapid.T) report.Answer {
	asked := report.Request{
		Command: anyCommand(t), Tasks: []string{"126531"}, Begin: begin, End: end,
		Top: rapid.IntRange(1, commands.MaxTop).Draw(t, "top"), Compare: rapid.Bool().Draw(t, "compare"),
	}
	asked.OnlyISPs = rapid.SliceOfN(foreign(), 0, 3).Draw(t, "only")
	var parts []report.Part
	for range rapid.SampledFrom([]int{1, 1, 1, 2, 3, commands.MaxParts}).Draw(t, "parts") {
		q := report.Question{Task: "126531", Province: foreign().Draw(t, "asked")}
		if rapid.IntRange(0, 4).Draw(t, "fails") == 0 {
			parts = append(parts, report.Part{Task: q.Task, Province: q.Province, Err: &catapi.Error{Code: 10001, Message: foreign().Draw(t, "message")}})
			continue
		}
		var before *catapi.History
		if asked.Compare {
			earlier := anyHistory(t)
			before = &earlier
		}
		part := report.NewPart(q, anyHistory(t), before)
		if rapid.Bool().Draw(t, "stale") {
			part.Stale = errors.New("x")
		}
		part.Notes = append(part.Notes, report.Note{Kind: report.ProvinceRefused, Err: &catapi.Error{Code: 10001, Message: foreign().Draw(t, "refusal")}})
		parts = append(parts, part)
	}
	return report.NewAnswer(asked, parts)
}

// checkMessage holds a message against Slack's limits.
func checkMessage(t interface {
	Helper()
	Fatalf(string, ...any)
}, m blockkit.Message) {
	t.Helper()
	if strings.TrimSpace(m.Text) == "" || utf8.RuneCountInString(m.Text) > 4000 {
		t.Fatalf("the text has %d characters", utf8.RuneCountInString(m.Text))
	}
	for name, blocks := range map[string][]slack.Block{"rich": m.Rich, "plain": m.Plain} {
		if blocks == nil {
			continue
		}
		wire, err := json.Marshal(blocks)
		if err != nil {
			t.Fatalf("the %s blocks cannot be encoded: %v", name, err)
		}
		if sent, err := blockkit.AppendBlocks(nil, blocks); err != nil || string(sent) != string(wire) {
			t.Fatalf("the %s blocks are sent as\n%s\nand not as\n%s (%v)", name, sent, wire, err)
		}
		if problems := fakeslack.ValidateMessage(wire); len(problems) > 0 {
			t.Fatalf("slack would refuse the %s blocks: %v\n%s", name, problems[0], wire)
		}
		all := string(wire) + m.Text
		for _, alive := range []string{"<!channel", "<!here", "<@", "\\u003c!channel", "\\u003c@", "\\u0000", "\\u001b", "\u202e"} {
			if strings.Contains(all, alive) {
				t.Fatalf("the %s blocks have a live %q:\n%s", name, alive, all)
			}
		}
	}
}

func TestEveryAnswerIsWithinSlackLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkMessage(t, blockkit.Answer(anyAnswer(t), fakeslack.Alice, i18n.English, now))
	})
}

func TestAnswerChart(t *testing.T) {
	today := catapi.History{Query: catapi.Query{Begin: begin, End: end}, FetchedAt: now,
		Rows: []catapi.Row{row("移动", "", "江西", "", 603, "", 8)},
		Buckets: []catapi.BucketCount{
			{ISP: "移动", Begin: begin, Count: 2}, {ISP: "移动", Begin: begin.Add(30 * time.Minute), Count: 6},
		},
	}
	compared := asked()
	compared.Compare = true
	untimed := today
	untimed.Buckets = nil
	for _, tc := range []struct {
		name       string
		asked      report.Request
		history    catapi.History
		wantChart  slack.DataVisualizationChartType
		wantGraphs bool
	}{
		{"known", asked(), today, "line", true},
		{"known, and compared", compared, today, "bar", true},
		{"unknown", asked(), untimed, "bar", false},
	} {
		var before *catapi.History
		if tc.asked.Compare {
			before = &untimed
		}
		p := report.NewPart(report.Question{Now: now}, tc.history, before)
		m := blockkit.Answer(report.NewAnswer(tc.asked, []report.Part{p}), "", i18n.English, now)
		chart := m.Rich[len(m.Rich)-1].(*slack.DataVisualizationBlock)
		if chart.Chart.DataVisualizationChartType() != tc.wantChart {
			t.Errorf("%s: the chart is a %s", tc.name, chart.Chart.DataVisualizationChartType())
		}
		wire, err := json.Marshal(m.Plain)
		if err != nil {
			t.Fatal(err)
		}
		line := "`▄█▁▁▁▁▁▁▁▁▁▁▁▁▁▁` 移动 (China Mobile) · at most 6 (00:30–01:00)"
		if strings.Contains(string(wire), line) != tc.wantGraphs {
			t.Errorf("%s: the plain blocks are %s", tc.name, wire)
		}
	}
}

func TestEveryMenuOptionRunsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wire, err := json.Marshal(blockkit.Answer(anyAnswer(t), fakeslack.Alice, i18n.English, now).Rich)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range optionsOf(t, wire) {
			if i18n.Blank(o.Text.Text) {
				t.Fatalf("the option of %q has no text", o.Value)
			}
			if asks, err := language.Parse(o.Value, now); err != nil || asks.String() != o.Value {
				t.Fatalf("the option %q is of %q, which is read as %v, %v", o.Text.Text, o.Value, asks, err)
			}
		}
	})
}

type option struct {
	Text  struct{ Text string }
	Value string
}

// optionsOf lists the options of all selects in blocks.
func optionsOf(t *rapid.T, wire []byte) (all []option) {
	var blocks []struct {
		Elements []json.RawMessage
	}
	if err := json.Unmarshal(wire, &blocks); err != nil {
		t.Fatal(err)
	}
	for _, block := range blocks {
		for _, element := range block.Elements {
			var menu struct{ Options []option }
			if err := json.Unmarshal(element, &menu); err != nil {
				t.Fatal(err)
			}
			all = append(all, menu.Options...)
		}
	}
	return all
}

func TestEveryRefusalIsWithinSlackLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(foreign(), rapid.Custom(func(t *rapid.T) string { return "codes 126531 " + foreign().Draw(t, "word") })).Draw(t, "text")
		_, err := language.Parse(text, now)
		if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
			checkMessage(t, blockkit.Refusal(syntax, syntax.Try, i18n.English))
		}
	})
}

func row(isp, province, name, server string, code int64, reason string, count int64) catapi.Row {
	return catapi.Row{ISP: isp, Province: province, ProvinceName: name, ServerIP: server, Code: code, Reason: reason, Count: count}
}

func part(task, province string, rows ...catapi.Row) report.Part {
	return report.NewPart(report.Question{Task: task, Province: province},
		catapi.History{Query: catapi.Query{Task: task, Begin: begin, End: end}, Rows: rows, FetchedAt: now.Add(-4 * time.Minute), Cached: true}, nil)
}

// read is the command that text is.
func read(text string) commands.Command {
	command, err := language.Parse(text, now)
	if err != nil {
		panic(err)
	}
	return command
}

func asked(provinces ...string) report.Request {
	return report.Request{Command: read("codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10"), Tasks: []string{"126531"},
		OnlyProvinces: provinces, Begin: begin, End: end, Top: 3}
}

func messages(w i18n.Phrases) map[string]blockkit.Message {
	example := row("移动", "jiangxi", "江西", "119.28.20.246", 10016, "Ping超时", 982)
	busy := []catapi.Row{
		row("移动", "jiangxi", "江西", "1.1.1.1", 10016, "Ping超时", 400), row("移动", "gd", "广东", "1.1.1.1", 10010, "连接超时", 30),
		row("移动", "zj", "浙江", "1.1.1.1", 503, "HTTP 请求503错误", 3), row("移动", "zj", "浙江", "1.1.1.1", -2, "连接失败", 2),
		row("电信", "gd", "广东", "1.1.1.2", 10010, "连接超时", 20), row("<!channel> *x*", "sh", "上海", "1.1.1.2", 4242, "", 1),
	}
	compared := asked()
	compared.Compare = true
	before := catapi.History{Rows: []catapi.Row{row("移动", "jiangxi", "江西", "1.1.1.1", 10016, "Ping超时", 40), row("联通", "tj", "天津", "1.1.1.1", 111, "连接被拒绝", 12)}}
	stale := part("126531", "", busy...)
	stale.Stale = &catapi.Error{Code: 6200, Message: "接口维护中"}
	today := catapi.History{Query: catapi.Query{Task: "task-ab12cd34", Begin: begin, End: end}, Rows: busy, FetchedAt: now,
		Probes: []catapi.ProbeCount{{ISP: "移动", ProvinceName: "江西", Count: 500}, {ISP: "移动", ProvinceName: "广东", Count: 200}, {ISP: "移动", ProvinceName: "浙江", Count: 200},
			{ISP: "电信", ProvinceName: "广东", Count: 9020}, {ISP: "联通", ProvinceName: "江西", Count: 7000}, {ISP: "<!channel> *x*", ProvinceName: "上海", Count: 5}}}
	failed := func(isp string, minutes int, count int64) catapi.BucketCount {
		return catapi.BucketCount{ISP: isp, Begin: begin.Add(time.Duration(minutes) * time.Minute), Count: count}
	}
	today.Buckets = []catapi.BucketCount{
		failed("移动", 390, 35), failed("移动", 420, 150), failed("移动", 450, 150), failed("移动", 480, 100),
		failed("电信", 450, 20), failed("<!channel> *x*", 30, 1),
	}
	ofToday := asked()
	ofToday.Tasks = []string{"task-ab12cd34"}
	several := asked("jiangxi", "gd", "nowhere")
	public := asked("jiangxi")
	public.Public = true
	refusal := func(text string) blockkit.Message {
		_, err := language.Parse(text, now)
		var syntax *commands.SyntaxError
		if !errors.As(err, &syntax) {
			panic(text + " is no refusal")
		}
		return blockkit.Refusal(syntax, syntax.Try, w)
	}
	answer := func(asked report.Request, parts ...report.Part) blockkit.Message {
		return blockkit.Answer(report.NewAnswer(asked, parts), fakeslack.Alice, w, now)
	}
	withRows := asked()
	withRows.Rows = true
	hour := func(n int, count int64) report.Bucket {
		return report.Bucket{Begin: begin.Add(time.Duration(n) * time.Hour), End: begin.Add(time.Duration(n+1) * time.Hour), ISPs: map[string]int64{"移动": count, "电信": 3}, Total: count + 3}
	}
	overTime := asked()
	overTime.Command = read("trend 126531 from 2017-05-25 00:00 to 2017-05-25 04:00")
	overTime.End = begin.Add(4 * time.Hour)
	away := hour(2, 0)
	away.ISPs, away.Total, away.Err = nil, 0, &catapi.TransportError{Op: "sending the request", Cause: errors.New("refused")}
	choice := commands.Choice{Name: "example <!here>"}
	for _, task := range someTasks {
		choice.Of = append(choice.Of, commands.Codes{Tasks: []string{task.ID}, Window: commands.Last(time.Hour)})
	}
	aliases := blockkit.TaskAliases{Tasks: map[string]string{"shop": "126540", "店": "126540"}}
	return map[string]blockkit.Message{
		"rows":                    answer(withRows, part("126531", "", busy...)),
		"trend":                   blockkit.Trend(report.NewTrend(overTime, []report.Bucket{hour(0, 12), hour(1, 480), away, hour(3, 1)}), fakeslack.Alice, w, now),
		"tasks found":             blockkit.Tasks(commands.Tasks{}, someTasks, aliases, nil, w),
		"a name of several tasks": blockkit.Choice(choice, someTasks, aliases, w),
		"no tasks":                blockkit.Tasks(commands.Tasks{Text: "<!channel>"}, nil, blockkit.TaskAliases{}, &catapi.Error{Code: 4400}, w),
		"the document's example":  answer(asked("jiangxi"), part("126531", "jiangxi", example)),
		"in public":               answer(public, part("126531", "jiangxi", example)),
		"several ISPs":            answer(asked(), part("126531", "", busy...)),
		"compared": answer(compared, report.NewPart(report.Question{Task: "126531"},
			catapi.History{Query: catapi.Query{Begin: begin, End: end}, Rows: busy, FetchedAt: now}, &before)),
		"of API 3.0": answer(ofToday, report.NewPart(report.Question{Task: "task-ab12cd34", Now: now}, today, nil)),
		"all quiet":  answer(asked(), part("126531", "")),
		"stale":      answer(asked(), stale),
		"three provinces, one failed": answer(several, part("126531", "jiangxi", example), part("126531", "gd"),
			report.Part{Task: "126531", Province: "nowhere", Err: &catapi.Error{Code: 11000, CodeDesc: "InternalError.DBoperationFail", Message: "DB操作失败"}}),
		"all quiet but for what failed": answer(several, part("126531", "jiangxi"),
			report.Part{Task: "126531", Province: "gd", Err: &catapi.Error{Code: 4400}}, part("126531", "nowhere")),
		"credentials refused": answer(asked(), report.Part{Task: "126531", Err: &catapi.Error{Code: 4104, Message: "secretId 不存在"}}),
		"cannot be reached":   answer(asked(), report.Part{Task: "126531", Err: &catapi.TransportError{Op: "sending the request", Cause: errors.New("refused")}}),
		"a province misspelt": refusal("codes 126531 jiangxii"),
		"a window reversed":   refusal("codes 126531 江西 06:00..05:00"),
		"a task missing":      refusal("codes last 8h"),
		"an unknown command":  refusal("show me"),
		"help":                blockkit.Help("", time.Date(2017, 5, 26, 8, 0, 0, 0, catapi.Beijing), nil, w),
		"help on codes":       blockkit.Help("codes", time.Date(2017, 5, 26, 8, 0, 0, 0, catapi.Beijing), nil, w),
		"help on windows":     blockkit.Help("window", time.Date(2017, 5, 26, 8, 0, 0, 0, catapi.Beijing), nil, w),
		"help on mentions":    blockkit.Help("mention", time.Date(2017, 5, 26, 8, 0, 0, 0, catapi.Beijing), nil, w),
		"help on provinces":   blockkit.Help("province", time.Date(2017, 5, 26, 8, 0, 0, 0, catapi.Beijing), nil, w),
	}
}

var someTasks = []catapi.Task{
	{ID: "126531", Name: "官网首页", Target: "https://www.example.com/"}, {ID: "126540", Name: "Shop <!channel>", Target: "shop.example.com"},
	{ID: "task-ab12cd34", Name: "API", Target: "api.example.com:443", Kind: catapi.Port},
}

// aDigest is k7m2 of Alice's in #ops, with a life behind it.
func aDigest(text string) digest.Digest {
	command, err := language.Parse(text, now)
	if err != nil {
		panic(err)
	}
	slot := time.Date(2017, 5, 25, 8, 0, 0, 0, catapi.Beijing)
	return digest.Digest{
		ID: "k7m2", Owner: fakeslack.Alice, Add: command.(commands.DigestAdd), Next: slot.Add(24 * time.Hour),
		Missed: &digest.Missed{Count: 3, From: slot.Add(-48 * time.Hour), To: slot.Add(-24 * time.Hour)},
		Last: []digest.Result{
			{Slot: slot, At: slot, Outcome: digest.Posted, Total: 982},
			{Slot: slot.Add(-24 * time.Hour), Outcome: digest.NoAnswer, Reason: "CAT could not be reached"},
			{Slot: slot.Add(-48 * time.Hour), Outcome: digest.Stopped, Reason: "is_archived"},
			{Slot: slot.Add(-72 * time.Hour), Outcome: digest.Failed, Reason: "<!channel> *x*"},
		},
	}
}

func digestMessages(w i18n.Phrases) map[string]blockkit.Message {
	daily := aDigest("digest add daily 08:00 tz Asia/Shanghai in <#C0OPS> codes 126531 last 24h jiangxi")
	watch := aDigest("digest add every 15m tz Asia/Shanghai in <#C0OPS> if >100 codes 126531 last 15m")
	slot := watch.Last[0].Slot
	watch.State = &digest.ConditionState{Over: true, Since: slot.Add(-3 * time.Hour), Slot: slot}
	paused, stopped, broken := daily, daily, daily
	paused.Paused, paused.Next = &digest.Pause{By: fakeslack.Wei, At: slot}, time.Time{}
	stopped.Paused, stopped.Next = &digest.Pause{Reason: "not_in_channel", At: slot}, time.Time{}
	broken.Broken, broken.Add = `"digest add dayly": There is no command.`, commands.DigestAdd{Channel: "C0OPS"}
	daysAnswer := asked("jiangxi")
	daysAnswer.Command = read("codes 126531 last 24h jiangxi")
	answer := report.NewAnswer(daysAnswer, []report.Part{part("126531", "jiangxi", row("移动", "jiangxi", "江西", "119.28.20.246", 10016, "Ping超时", 982))})
	silent := report.NewAnswer(daysAnswer, []report.Part{{Task: "126531", Err: &catapi.TransportError{Op: "sending the request", Cause: errors.New("refused")}}})
	unwatched := &catapi.UnwatchedError{Task: catapi.Task{ID: "126531", Interval: 5 * time.Minute, Idle: catapi.Paused}, Behind: 40 * time.Minute}
	notLooked := part("126531", "jiangxi")
	notLooked.Notes = append(notLooked.Notes, report.Note{Kind: report.Unwatched, Err: unwatched})
	blind, why := report.NewAnswer(daysAnswer, []report.Part{notLooked}), catapi.TroubleOf(unwatched)
	at := digest.Slot{Wall: "2017-05-25T08:00", Zone: "Asia/Shanghai", At: slot}
	outage := digest.Outage{Channel: "C0OPS", At: "1.2", Since: slot, Trouble: catapi.Trouble{Kind: catapi.TroubleUnreachable}, Digests: []digest.UnansweredDigest{
		{Digest: daily, First: slot, Last: slot, Slots: 1}, {Digest: watch, First: slot, Last: slot.Add(45 * time.Minute), Slots: 4},
	}}
	ended := outage
	ended.Over = slot.Add(50 * time.Minute)
	post := func(p digest.Post) blockkit.Message {
		p.Slot, p.Due = at, slot
		if p.Sent.IsZero() {
			p.Sent = slot.Add(3 * time.Second)
		}
		return blockkit.DigestPost(p, w)
	}
	return map[string]blockkit.Message{
		"digest posts":                      post(digest.Post{Digest: daily, Outcome: digest.Posted, Answer: answer}),
		"digest posts late, maybe again":    post(digest.Post{Digest: daily, Outcome: digest.Posted, Answer: answer, Sent: slot.Add(42 * time.Minute), Repeated: true}),
		"digest by hand":                    post(digest.Post{Digest: daily, Outcome: digest.Posted, Answer: answer, By: fakeslack.Sam}),
		"digest without an answer":          post(digest.Post{Digest: daily, Outcome: digest.NoAnswer, Answer: silent}),
		"digest watching without an answer": post(digest.Post{Digest: watch, Outcome: digest.NoAnswer, Answer: silent}),
		"digest that nobody watches":        post(digest.Post{Digest: watch, Outcome: digest.Unwatched, Answer: blind, Trouble: &why}),
		"digest added":                      blockkit.DigestSaved(daily, w.DigestAdded(daily.ID), []time.Time{slot, slot.AddDate(0, 0, 1), slot.AddDate(0, 0, 2)}, nil, 2*time.Minute, true, w),
		"digests without an answer":         blockkit.Outage(outage, w),
		"digests with an answer again":      blockkit.Outage(ended, w),
		"digest added, not durable":         blockkit.DigestSaved(watch, w.DigestAdded(watch.ID), []time.Time{slot}, []string{w.WindowTooShort("126531", 30*time.Minute, 15*time.Minute, "last 30m"), w.WindowTooLong(24*time.Hour, 5*time.Minute, "last 5m")}, 2*time.Minute, false, w),
		"digests listed":                    blockkit.DigestList([]digest.Digest{daily, watch, paused, stopped, broken}, w),
		"no digests listed":                 blockkit.DigestList(nil, w),
		"digest shown":                      blockkit.DigestDetails(watch, w),
		"digest shown, broken":              blockkit.DigestDetails(broken, w),
		"digest paused":                     blockkit.DigestDone(daily, "pause", w),
		"digest resumed":                    blockkit.DigestDone(daily, "resume", w),
		"digest removed":                    blockkit.DigestDone(daily, "remove", w),
		"digest run":                        blockkit.DigestDone(daily, "run", w),
		"digest that stopped":               blockkit.DigestTrouble(stopped, stopped.Last[2], w),
		"digest that failed":                blockkit.DigestTrouble(daily, daily.Last[3], w),
	}
}

func TestLongDigestListIsCut(t *testing.T) {
	var all []digest.Digest
	for range 200 {
		all = append(all, aDigest("digest add daily 08:00 tz Asia/Shanghai in <#C0OPS> codes 126531 last 24h jiangxi"))
	}
	m := blockkit.DigestList(all, i18n.English)
	wire, err := json.Marshal(m.Rich)
	if err != nil {
		t.Fatal(err)
	}
	if problems := fakeslack.ValidateMessage(wire); len(problems) > 0 {
		t.Fatalf("slack would refuse it: %v", problems)
	}
	if !strings.Contains(string(wire), "more digests") {
		t.Errorf("the rest is not counted: %s", wire)
	}
}

func TestEveryDigestPostIsWithinSlackLimits(t *testing.T) {
	watch := aDigest("digest add every 15m tz Asia/Shanghai in <#C0OPS> if >100 codes 126531 last 15m")
	rapid.Check(t, func(t *rapid.T) {
		p := digest.Post{Digest: watch, Answer: anyAnswer(t), Slot: digest.Slot{At: begin}, Due: begin, Sent: begin.Add(time.Hour), Repeated: true}
		p.Outcome = rapid.SampledFrom([]digest.Outcome{digest.Posted, digest.NoAnswer, digest.Unwatched}).Draw(t, "outcome")
		p.Trouble = &catapi.Trouble{Kind: catapi.TroubleKind(foreign().Draw(t, "kind")), Task: foreign().Draw(t, "task")}
		checkMessage(t, blockkit.DigestPost(p, i18n.English))
	})
}

func TestGoldenMessages(t *testing.T) {
	for folder, w := range map[string]i18n.Phrases{"testdata": i18n.English, "testdata/zh": i18n.Chinese} {
		all := messages(w)
		maps.Copy(all, digestMessages(w))
		for name, m := range all {
			t.Run(folder+" "+name, func(t *testing.T) {
				if !strings.HasPrefix(name, "digest") && name != "in public" { // those name people, on purpose
					checkMessage(t, m)
				}
				golden(t, filepath.Join(folder, strings.NewReplacer(" ", "-", "'", "", ",", "").Replace(name)+".json"), m)
			})
		}
	}
}

// golden compares m with the file at path.
func golden(t *testing.T, path string, m blockkit.Message) {
	t.Helper()
	var wire strings.Builder
	encoder := json.NewEncoder(&wire)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(map[string]any{"text": m.Text, "blocks": m.Rich}); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(wire.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), wire.String()); diff != "" {
		t.Errorf("%s (-want +got; run with -update when it is meant):\n%s", path, diff)
	}
}
