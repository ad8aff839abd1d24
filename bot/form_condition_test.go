package bot_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"catbot/bot"
	"catbot/demo/fakeslack"
)

// digestForm opens the form for a digest and picks a task in it.
func (r *testBot) digestForm(t *testing.T, task string) {
	t.Helper()
	if _, err := r.Shortcut(fakeslack.Alice, "new_digest"); err != nil {
		t.Fatal(err)
	}
	r.form(t, fakeslack.Alice)
	if _, err := r.Suggest(fakeslack.Alice, "task", task); err != nil {
		t.Fatal(err)
	}
	r.enters(t, fakeslack.Alice, map[string]string{
		"task": task, "window": "last 1h", "schedule": "every 15m", "where": fakeslack.Ops,
	})
}

// dmReads waits for a direct message to Alice that holds text.
func (r *testBot) dmReads(t *testing.T, text string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return m.Channel == r.DM(fakeslack.Alice) && strings.Contains(unescaped(m.Blocks), text)
	})
	if err != nil {
		t.Fatalf("no message with %q: %v\n%s", text, err, r.log)
	}
	return m
}

func unescaped(blocks json.RawMessage) string {
	text := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(blocks))
	return strings.NewReplacer("&gt;", ">", "&lt;", "<").Replace(text)
}

func TestFormSavesWholeConditionAndIsFilledInWithIt(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		fields     map[string]string
	}{
		{"none", "Asia/Shanghai in` <#C0OPS> `codes task-ab12cd34", nil},
		{"a number", "if >100 codes", map[string]string{"over": "100", "runs": "1"}},
		{"an ISP, with all", "if any isp >20% and >20 for 3 until <5% notify` <@U0ALICE> <@U0WEI> `<!here>` " +
			"<!subteam^S0123ABC> `again every 4h quiet 23:00-08:00 codes", map[string]string{
			"watch": "isp", "over": "20%", "runs": "3", "floor": "20", "until": "<5 %", "calls": "U0ALICE,U0WEI",
			"group": "here, S0123ABC", "again": "4h", "quiet": "23:00 – 08:00",
		}},
		{"a province", "if any province >50 for 2 codes", map[string]string{"watch": "province", "over": ">50"}},
		{"the usual", "if >usual for 2 codes", map[string]string{"watch": "usual"}},
		{"times last week", "if >x2.5 last week and >20 for 2 codes", map[string]string{
			"watch": "last week", "over": "2.5x", "floor": "20",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := connect(t, setup{digests: &bot.Digests{}})
			r.digestForm(t, "task-ab12cd34")
			r.enters(t, fakeslack.Alice, tc.fields)
			r.sends(t, fakeslack.Alice)
			m := r.dmReads(t, tc.want)
			id := idPattern.FindStringSubmatch(m.Text)[1]
			r.opensHome(t, fakeslack.Alice, id)
			r.pressesHome(t, fakeslack.Alice, "digest:"+id)
			r.form(t, fakeslack.Alice)
			r.sends(t, fakeslack.Alice)
			home := unescaped(r.homeReads(t, fakeslack.Alice, "is changed"))
			if !strings.Contains(home, tc.want) {
				t.Errorf("sent off as it was filled in, it is saved as %s", home)
			}
		})
	}
}

func TestSentenceOfFormFollowsItsFields(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	r.digestForm(t, "task-ab12cd34")
	reads := func(text string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		v, err := r.WaitModal(ctx, fakeslack.Alice, func(v fakeslack.View) bool {
			return strings.Contains(unescaped(v.Blocks), text)
		})
		if err != nil {
			now, _ := r.Modal(fakeslack.Alice)
			t.Fatalf("the form never reads %q: %v\n%s\n%s", text, err, now.Blocks, r.log)
		}
		if got := v.Value("task"); got != "task-ab12cd34" {
			t.Errorf("the task is now %q", got)
		}
	}
	for _, step := range []struct{ field, value, want string }{
		{"again", "4h", "Without a limit there is no condition."},
		{"again", "", "Without a limit, the answer is posted after each run."},
		{"over", "100", "I speak when there are more than 100 failures twice in a row, and end when this is no longer so"},
		{"watch", "isp", "I speak when any ISP has more than 100 failures twice in a row"},
		{"over", "20%", "I speak when any ISP fails more than 20% of its probes twice in a row"},
		{"until", "5%", "and end when all are below 5% twice in a row."},
		{"runs", "3", "of its probes 3 times in a row"},
		{"calls", fakeslack.Wei, "When it begins, I call <@U0WEI>."},
		{"quiet", "23:00-08:00", "From 23:00 to 08:00 I am silent"},
		{"quiet", "at night", "Expected hours, such as 23:00-08:00."},
	} {
		r.enters(t, fakeslack.Alice, map[string]string{step.field: step.value})
		reads(step.want)
	}
	v, _ := r.Modal(fakeslack.Alice)
	for field, want := range map[string]string{
		"over": "20%", "until": "5%", "runs": "3", "calls": "U0WEI", "quiet": "at night", "window": "last 1h",
		"schedule": "every 15m", "where": fakeslack.Ops,
	} {
		if got := v.Value(field); got != want {
			t.Errorf("%s holds %q, want %q", field, got, want)
		}
	}
	if strings.Contains(r.log.String(), "invalid_arguments") {
		t.Errorf("slack refuses the form:\n%s", r.log)
	}
}

func TestFormShowsFaultOfConditionAtItsField(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	for _, tc := range []struct {
		name, task, field, says string
		fields                  map[string]string
	}{
		{"no number for an ISP", "task-ab12cd34", "over", "such as 100 or 20%", map[string]string{"watch": "isp"}},
		{"a word", "task-ab12cd34", "over", "such as 100", map[string]string{"over": "many"}},
		{"another part of a digest", "task-ab12cd34", "over", "such as 100", map[string]string{"over": "100 in #x"}},
		{"over all of the probes", "task-ab12cd34", "over", "", map[string]string{"over": "100%"}},
		{"a percentage of API v2", "126531", "over", "126531", map[string]string{"over": "20%"}},
		{"a closing percentage of API v2", "126531", "until", "126531", map[string]string{"over": "20", "until": "5%"}},
		{"a closing line above the limit", "task-ab12cd34", "until", "", map[string]string{"over": "20", "until": "30"}},
		{"times without a number", "task-ab12cd34", "over", "how many times", map[string]string{"watch": "yesterday"}},
		{"times without a floor", "task-ab12cd34", "floor", "", map[string]string{"watch": "yesterday", "over": "2"}},
		{"the usual with a number", "task-ab12cd34", "over", "needs no limit", map[string]string{"watch": "usual", "over": "2"}},
		{"nobody", "task-ab12cd34", "group", "user group", map[string]string{"over": "20", "group": "@oncall"}},
		{"everybody", "task-ab12cd34", "group", "user group", map[string]string{"over": "20", "group": "<!channel>"}},
		{"no hours", "task-ab12cd34", "quiet", "23:00-08:00", map[string]string{"over": "20", "quiet": "at night"}},
		{"hours without length", "task-ab12cd34", "quiet", "", map[string]string{"over": "20", "quiet": "08:00-08:00"}},
		{"parts without a limit", "task-ab12cd34", "over", "Without a limit", map[string]string{"until": "5"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r.digestForm(t, tc.task)
			r.enters(t, fakeslack.Alice, tc.fields)
			errs := r.sendsInVain(t, fakeslack.Alice)
			if says, ok := errs[tc.field]; len(errs) != 1 || !ok || !strings.Contains(says, tc.says) {
				t.Errorf("the fields say %v", errs)
			}
			if _, err := r.CloseModal(fakeslack.Alice); err != nil {
				t.Fatal(err)
			}
		})
	}
}
