package blockkit_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

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

var (
	begin = time.Date(2017, 5, 25, 0, 0, 0, 0, catapi.Beijing)
	end   = time.Date(2017, 5, 25, 8, 10, 0, 0, catapi.Beijing)
	now   = time.Date(2017, 5, 25, 8, 14, 0, 0, catapi.Beijing)
)

// foreign draws names that a broken or hostile API could send.
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
