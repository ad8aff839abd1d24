package blockkit_test

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/demo/fakeslack"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

var update = flag.Bool("update", false, "write the golden files")

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
			{Slot: slot.Add(-96 * time.Hour), Outcome: digest.Abandoned},
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
	broken.Missed = &digest.Missed{Count: digest.MaxMissed, From: slot.Add(-48 * time.Hour), To: slot, Jumped: true}
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
