package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"catbot/bot"
	"catbot/catapi"
	"catbot/commands"
	"catbot/demo/fakeslack"
)

func TestEmptyCommandOpensQuestionForm(t *testing.T) {
	for user, folder := range readers {
		r := connect(t, setup{})
		i, err := r.Slash(user, fakeslack.Ops, "/cat", "  ")
		if err != nil {
			t.Fatal(err)
		}
		v := r.form(t, user)
		goldenForm(t, folder, "form-ask", v)
		r.reads(t, r.types(t, "tasks"), "3 tasks")
		options, err := r.Suggest(user, "task", "shop")
		if err != nil {
			t.Fatal(err)
		}
		if len(options) != 1 || options[0].Value != "126540" || strings.Contains(options[0].Text, "<") {
			t.Errorf("for shop there are %v", options)
		}
		r.enters(t, user, map[string]string{
			"task": "126540", "window": "last 24h", "province": "jiangxi", "isp": "移动", "compare": "compare",
		})
		r.sends(t, user)
		m := r.reads(t, i, "codes 126540 last 24h jiangxi isp 移动 compare`")
		if m.To != user {
			t.Errorf("the answer is for %q", m.To)
		}
		if _, open := r.Modal(user); open {
			t.Error("the form stays open")
		}
	}
}

func TestQuestionFormStartsWithDefaultWindow(t *testing.T) {
	for _, window := range []time.Duration{24 * time.Hour, 90 * time.Minute} {
		r := connect(t, setup{window: window})
		i := r.types(t, "")
		r.form(t, fakeslack.Alice)
		if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
			t.Fatal(err)
		}
		r.enters(t, fakeslack.Alice, map[string]string{"task": "126531"})
		r.sends(t, fakeslack.Alice)
		r.reads(t, i, "codes 126531 "+commands.Last(window).String()+"`")
	}
}

func TestFormAnswerGoesToChosenChannel(t *testing.T) {
	ask := map[string]string{"task": "126531", "window": "last 8h", "where": fakeslack.Ops}
	pick := func(r *testBot, where string) {
		if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
			t.Fatal(err)
		}
		ask["where"] = where
		r.enters(t, fakeslack.Alice, ask)
	}
	answer := func(r *testBot, channel string) fakeslack.Message {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		m, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
			return m.Channel == channel && strings.Contains(string(m.Blocks), "Ping超时")
		})
		if err != nil {
			t.Fatalf("no answer in %s: %v\n%s", channel, err, r.log)
		}
		return m
	}
	t.Run("in the channel where it was asked", func(t *testing.T) {
		r := connect(t, setup{})
		r.types(t, "")
		r.form(t, fakeslack.Alice)
		pick(r, fakeslack.Ops)
		r.sends(t, fakeslack.Alice)
		if m := answer(r, fakeslack.Ops); m.Ephemeral() || !strings.Contains(string(m.Blocks), "shared by") {
			t.Errorf("the channel reads %s", m.Blocks)
		}
	})
	t.Run("in another channel, which is said", func(t *testing.T) {
		r := connect(t, setup{})
		i, err := r.Slash(fakeslack.Alice, fakeslack.General, "/cat", "")
		if err != nil {
			t.Fatal(err)
		}
		r.form(t, fakeslack.Alice)
		pick(r, fakeslack.Ops)
		r.sends(t, fakeslack.Alice)
		if m := answer(r, fakeslack.Ops); m.Ephemeral() {
			t.Error("only Alice sees it")
		}
		r.reads(t, i, "The answer is posted in <#C0OPS>.")
	})
	t.Run("to the person who used the shortcut", func(t *testing.T) {
		r := connect(t, setup{})
		if _, err := r.Shortcut(fakeslack.Alice, "ask"); err != nil {
			t.Fatal(err)
		}
		r.form(t, fakeslack.Alice)
		pick(r, "")
		r.sends(t, fakeslack.Alice)
		answer(r, r.DM(fakeslack.Alice))
	})
	t.Run("in another channel, which hears nothing of a failure", func(t *testing.T) {
		r := connect(t, setup{source: func(context.Context, catapi.Query) (catapi.History, error) {
			return catapi.History{}, &catapi.TransportError{Op: "sending the request", Cause: errors.New("refused")}
		}})
		i, err := r.Slash(fakeslack.Alice, fakeslack.General, "/cat", "")
		if err != nil {
			t.Fatal(err)
		}
		r.form(t, fakeslack.Alice)
		pick(r, fakeslack.Ops)
		r.sends(t, fakeslack.Alice)
		r.reads(t, i, "The reason is in <#C0OPS>, visible only to you.")
		for _, m := range r.Sees(fakeslack.Wei, fakeslack.Ops) {
			t.Errorf("Wei reads %s", m.Text)
		}
	})
	t.Run("not where catbot is not", func(t *testing.T) {
		r := connect(t, setup{})
		r.types(t, "")
		r.form(t, fakeslack.Alice)
		pick(r, fakeslack.General)
		if errs := r.sendsInVain(t, fakeslack.Alice); !strings.Contains(errs["where"], "invite") {
			t.Errorf("the fields say %v", errs)
		}
	})
}

func TestSuggestTasksByAliasNameTargetAndID(t *testing.T) {
	r := connect(t, setup{})
	r.reads(t, r.types(t, "alias set front 126531"), "`front` means task")
	r.reads(t, r.types(t, "tasks"), "3 tasks")
	r.types(t, "")
	r.form(t, fakeslack.Alice)
	for typed, want := range map[string][]string{
		"":           {"126531", "task-ab12cd34", "126540"},
		"front":      {"126531"},
		"官网":         {"126531"},
		"api.exam":   {"task-ab12cd34"},
		"126540":     {"126540"},
		"999999":     {"999999"},
		"nothing":    {},
		" SHOP ":     {"126540"},
		"<!channel>": {"126540"},
	} {
		options, err := r.Suggest(fakeslack.Alice, "task", typed)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, option := range options {
			got = append(got, option.Value)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("for %q there are %v, want %v", typed, got, want)
		}
	}
}

func TestManySuggestionsFitIntoAck(t *testing.T) {
	r := connect(t, setup{tasks: func(context.Context) ([]catapi.Task, error) {
		var all []catapi.Task
		for n := range 5000 {
			all = append(
				all,
				catapi.Task{ID: "1" + strings.Repeat("0", 5) + string(rune('0'+n%10)), Name: strings.Repeat("站点", 60)},
			)
		}
		return all, nil
	}})
	r.reads(t, r.types(t, "tasks"), "5,000 tasks")
	r.types(t, "")
	r.form(t, fakeslack.Alice)
	if _, err := r.Suggest(fakeslack.Alice, "task", "站"); err != nil {
		t.Error(err)
	}
}

func TestDigestFromAnswer(t *testing.T) {
	for user, folder := range readers {
		r := connect(t, setup{digests: &bot.Digests{}})
		i, err := r.Slash(
			user, fakeslack.Ops, "/cat", "codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi compare",
		)
		if err != nil {
			t.Fatal(err)
		}
		pressed := r.presses(t, user, r.reads(t, i, "Ping超时"), "digest", "")
		v := r.form(t, user)
		goldenForm(t, folder, "form-digest", v)
		r.enters(t, user, map[string]string{"schedule": "fri", "time": "10:30", "over": "100", "zone": "Asia/Tokyo"})
		r.sends(t, user)
		m := r.reads(t, pressed, "/cat digest add fri 10:30 tz Asia/Tokyo in`")
		if !strings.Contains(string(m.Blocks), "100 for 2 codes 126531 last 490m jiangxi") {
			t.Errorf("the digest is %s", m.Blocks)
		}
		if m.To != user {
			t.Errorf("it is said to %q", m.To)
		}
	}
}

func TestFormShowsErrorAtField(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	answer := r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时")
	for _, tc := range []struct {
		name, field, says string
		fill              map[string]string
	}{
		{"no schedule", "schedule", "The schedule is missing", map[string]string{"schedule": ""}},
		{"no time", "time", "time", map[string]string{"time": ""}},
		{"a schedule of one's own that is none", "own_schedule", "sometimes", map[string]string{"own_schedule": "sometimes"}},
		{"a condition beside a schedule of one's own", "own_schedule", "\"if\" is not part", map[string]string{
			"own_schedule": "every 2h if >100",
		}},
		{"a channel beside it", "own_schedule", "\"in\" is not part", map[string]string{"own_schedule": "hourly in #secret"}},
		{"a zone beside it", "own_schedule", "\"tz\" is not part", map[string]string{
			"own_schedule": "daily 09:00 tz Asia/Tokyo",
		}},
		{"a command beside it", "own_schedule", "\"codes\" is not part", map[string]string{
			"own_schedule": "hourly codes 126540",
		}},
		{"two schedules", "own_schedule", "", map[string]string{"own_schedule": "hourly daily 09:00"}},
		{"a condition before a command", "command", "Only the digest's command", map[string]string{"command": "if >5 codes 126531"}},
		{"a schedule before a command", "command", "Only the digest's command", map[string]string{
			"command": "09:00 tz UTC codes 126531",
		}},
		{"too often", "own_schedule", "5m", map[string]string{"own_schedule": "every 1m"}},
		{"no number", "over", "such as 100", map[string]string{"over": "many"}},
		{"a negative number", "over", "such as 100", map[string]string{"over": "-1"}},
		{"a channel without catbot", "where", "catbot is not in the chosen channel. Type '/invite @catbot' there", map[string]string{"where": fakeslack.General}},
		{"a command that is none", "command", "jiangxii", map[string]string{"command": "codes 126531 jiangxii"}},
		{"a command for no digest", "command", "tasks", map[string]string{"command": "tasks"}},
		{"two commands", "command", "", map[string]string{"command": "codes 126531 in #x codes 3"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r.presses(t, fakeslack.Alice, answer, "digest", "")
			r.form(t, fakeslack.Alice)
			r.enters(t, fakeslack.Alice, tc.fill)
			errs := r.sendsInVain(t, fakeslack.Alice)
			if len(errs) != 1 || !strings.Contains(errs[tc.field], tc.says) {
				t.Errorf("the fields say %v", errs)
			}
			if _, err := r.CloseModal(fakeslack.Alice); err != nil {
				t.Fatal(err)
			}
		})
	}
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "no digests")
}

func TestFormSavesChosenSchedule(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	for chosen, want := range map[string]string{
		"daily": "daily 07:15", "weekdays": "weekdays 07:15", "mon": "mon 07:15", "fri": "fri 07:15", "hourly": "hourly",
		"every 30m": "every 30m", "every 15m": "every 15m", "every 5m": "every 5m",
	} {
		if _, err := r.Shortcut(fakeslack.Alice, "new_digest"); err != nil {
			t.Fatal(err)
		}
		r.form(t, fakeslack.Alice)
		if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
			t.Fatal(err)
		}
		r.enters(
			t, fakeslack.Alice,
			map[string]string{"task": "126531", "schedule": chosen, "time": "07:15", "where": fakeslack.Ops},
		)
		r.sends(t, fakeslack.Alice)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		m, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
			return m.Channel == r.DM(fakeslack.Alice) &&
				strings.Contains(string(m.Blocks), "digest add "+want+" tz Asia/Shanghai")
		})
		if err != nil {
			t.Fatalf("%s: %v\n%s", chosen, err, r.log)
		}
		id := idPattern.FindStringSubmatch(m.Text)[1]
		r.opensHome(t, fakeslack.Alice, id)
		r.pressesHome(t, fakeslack.Alice, "digest:"+id)
		if v := r.form(t, fakeslack.Alice); !strings.Contains(string(v.State), `"value":"`+chosen+`"`) {
			t.Errorf("the form to change it has chosen %s, not %s", v.State, chosen)
		}
		if _, err := r.CloseModal(fakeslack.Alice); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFormThatCannotOpenGetsMessage(t *testing.T) {
	r := connect(t, setup{})
	r.Fail("views.open", fakeslack.Always, fakeslack.Fault{Error: "expired_trigger_id"})
	r.reads(t, r.types(t, ""), "/cat codes 126531 last 8h jiangxi")
	m := r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时")
	r.reads(t, r.presses(t, fakeslack.Alice, m, "digest", ""), "would not open the form")
}

func TestViewUpdateIsRetriedAfterServerError(t *testing.T) {
	r := connect(t, setup{})
	r.Fail("views.update", 1, fakeslack.Fault{Status: 503})
	r.types(t, "")
	r.form(t, fakeslack.Alice)
	r.Fail("views.publish", 1, fakeslack.Fault{RetryAfter: 1})
	r.opensHome(t, fakeslack.Alice, "You have no digests")
}

func TestRedeliveredFormIsHandledOnce(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	r.presses(t, fakeslack.Alice, r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时"), "digest", "")
	r.form(t, fakeslack.Alice)
	e, err := r.Submit(fakeslack.Alice)
	if err != nil {
		t.Fatal(err)
	}
	<-e.Acked()
	r.settled(t, 3)
	if err := e.Redeliver(); err != nil {
		t.Fatal(err)
	}
	r.settled(t, 4)
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "1 digest")
}

func TestFormWithFullQueueCanBeResent(t *testing.T) {
	release := make(chan struct{})
	r := connect(t, setup{workers: 1, source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		select {
		case <-release:
			return example(ctx, q)
		case <-ctx.Done():
			return catapi.History{}, errors.New("the test is over")
		}
	}})
	r.types(t, "")
	r.form(t, fakeslack.Alice)
	if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
		t.Fatal(err)
	}
	r.enters(t, fakeslack.Alice, map[string]string{"task": "126531"})
	for n := 0; ; n++ {
		i := r.types(t, "codes 126531 last 8h")
		select {
		case <-i.Acked():
		case <-t.Context().Done():
		}
		if strings.Contains(string(i.AckPayload()), "busy") {
			break
		}
		if n > 1000 {
			t.Fatal("it is never busy")
		}
	}
	errs := r.sendsInVain(t, fakeslack.Alice)
	if !strings.Contains(errs["task"], "busy") {
		t.Errorf("the fields say %v", errs)
	}
	close(release)
}

func TestFormSkipsProvinceWithBlankName(t *testing.T) {
	r := connect(t, setup{source: func(_ context.Context, q catapi.Query) (catapi.History, error) {
		return catapi.History{Query: q, FetchedAt: time.Now(), Rows: []catapi.Row{
			row(
				"\u200b", "hidden-1", "\u200b", "119.28.20.246", 10016, "Ping超时", 982,
			), row("移动", "\u2060", "\u200b", "119.28.20.246", 10016, "Ping超时", 3),
		}}, nil
	}})
	m := r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时")
	if types := m.BlockTypes(); !slices.Contains(types, "data_visualization") {
		t.Errorf("the answer has lost its blocks: %v", types)
	}
	r.types(t, "")
	if v := r.form(t, fakeslack.Alice); !strings.Contains(string(v.Blocks), `"hidden-1"`) {
		t.Errorf("the form does not offer hidden-1: %s", v.Blocks)
	}
	if strings.Contains(r.log.String(), "refused the blocks") {
		t.Errorf("slack refuses something:\n%s", r.log)
	}
}
