package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/slack-go/slack"

	"catbot/bot"
	"catbot/catapi"
	"catbot/demo/fakeslack"
)

// presses uses a control of m as it stands now.
func (r *testBot) presses(t *testing.T, user string, m fakeslack.Message, action, choice string) *fakeslack.Invocation {
	t.Helper()
	i, err := r.Press(user, m, action, choice)
	if err != nil {
		t.Fatalf("pressing %s: %v\n%s", action, err, m.Blocks)
	}
	return i
}

// becomes waits until m reads as wanted, in its place.
func (r *testBot) becomes(t *testing.T, m fakeslack.Message, text string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	now, err := r.WaitMessage(ctx, func(n fakeslack.Message) bool {
		return n.TS == m.TS && n.Channel == m.Channel && !n.Deleted && strings.Contains(string(n.Blocks), text)
	})
	if err != nil {
		t.Fatalf("the message never reads %q: %v\n%s", text, err, r.log)
	}
	if problems := fakeslack.ValidateMessage(now.Blocks); len(problems) > 0 {
		t.Errorf("slack would refuse it: %v", problems)
	}
	return now
}

func TestControlReplacesEphemeralAnswer(t *testing.T) {
	t.Parallel()
	for user, says := range map[string]map[string]string{
		fakeslack.Alice: {"compare": "before and now", "rows": "All 1 rows", "trend": "Failures over time by ISP", "codes": "Failures by ISP and reason", "window": "codes 126531 last 1h`"},
		fakeslack.Wei:   {"compare": "之前与现在", "rows": "全部 1 行", "trend": "各运营商的失败趋势", "codes": "各运营商的失败原因", "window": "codes 126531 last 1h`"},
	} {
		r := connect(t, setup{})
		i, err := r.Slash(user, fakeslack.Ops, "/cat", "codes 126531 last 8h")
		if err != nil {
			t.Fatal(err)
		}
		m := r.reads(t, i, "Ping超时")
		for _, press := range []struct{ action, choice, reads string }{
			{"window", "codes 126531 last 1h", says["window"]},
			{"province", "codes 126531 last 1h jiangxi", "codes 126531 last 1h jiangxi`"},
			{"isp", "codes 126531 last 1h jiangxi isp 移动", "isp 移动`"},
			{"isp", "codes 126531 last 1h jiangxi", "codes 126531 last 1h jiangxi`"},
			{"compare", "", says["compare"]},
			{"rows", "", says["rows"]},
			{"trend", "", says["trend"]},
			{"codes", "", says["codes"]},
			{"refresh", "", "Ping超时"},
		} {
			r.presses(t, user, m, press.action, press.choice)
			m = r.becomes(t, m, press.reads)
		}
		if all := r.Sees(user, fakeslack.Ops); len(all) != 1 {
			t.Errorf("%s sees %d messages, want one that was drawn anew", user, len(all))
		}
	}
}

// share lets Alice ask and share her answer, and returns what the channel sees.
func (r *testBot) share(t *testing.T) fakeslack.Message {
	t.Helper()
	mine := r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时")
	i := r.presses(t, fakeslack.Alice, mine, "share", "")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := i.Wait(ctx, func(m fakeslack.Message) bool { return !m.Ephemeral() })
	if err != nil {
		t.Fatalf("nothing is shared: %v\n%s", err, r.log)
	}
	return m
}

func TestOnlyRefreshChangesSharedAnswer(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	shared := r.share(t)
	if !strings.Contains(string(shared.Blocks), "shared by \\u003c@U0ALICE\\u003e") {
		t.Errorf("it does not say who shared it: %s", shared.Blocks)
	}
	mine := r.reads(t, r.presses(t, fakeslack.Sam, shared, "compare", ""), "before and now")
	if mine.To != fakeslack.Sam {
		t.Errorf("the copy is for %q", mine.To)
	}
	for _, m := range r.Sees(fakeslack.Alice, fakeslack.Ops) {
		if m.TS == shared.TS && string(m.Blocks) != string(shared.Blocks) {
			t.Errorf("what the channel sees was changed: %s", m.Blocks)
		}
	}
	before := len(r.Sees(fakeslack.Sam, fakeslack.Ops))
	r.presses(t, fakeslack.Sam, shared, "refresh:U0ALICE:en", "")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	now, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool { return m.TS == shared.TS && len(m.Versions) > 0 })
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(now.Blocks), "shared by \\u003c@U0ALICE\\u003e") ||
		len(r.Sees(fakeslack.Sam, fakeslack.Ops)) != before {
		t.Errorf("drawn anew: %s", now.Blocks)
	}
}

func TestConcurrentPressesGetSeparateAnswers(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	shared := r.share(t)
	sams := r.presses(t, fakeslack.Sam, shared, "rows", "")
	weis := r.presses(t, fakeslack.Wei, shared, "window", "codes 126531 last 1h")
	if m := r.reads(t, sams, "All 1 rows"); m.To != fakeslack.Sam {
		t.Errorf("for %q", m.To)
	}
	if m := r.reads(t, weis, "last 1h`"); m.To != fakeslack.Wei || !strings.Contains(string(m.Blocks), "次失败") {
		t.Errorf("for %q: %s", m.To, m.Blocks)
	}
}

func TestRedeliveredPressIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	shared := r.share(t)
	i := r.presses(t, fakeslack.Sam, shared, "compare", "")
	r.reads(t, i, "before and now")
	if err := i.Redeliver(); err != nil {
		t.Fatal(err)
	}
	r.log.until(t, func(log string) bool { return strings.Contains(log, `"outcome":"duplicate"`) })
	if n := len(i.Messages()); n != 1 {
		t.Errorf("%d answers", n)
	}
}

func TestControlWithInvalidCommandGetsMessage(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	api := slack.New(r.BotToken(), slack.OptionAPIURL(r.APIURL()))
	button := slack.NewButtonBlockElement(
		"refresh", "codes 126531 jiangxii", slack.NewTextBlockObject(slack.PlainTextType, "Refresh", false, false),
	)
	_, ts, err := api.PostMessage(
		fakeslack.Ops, slack.MsgOptionText("old", false), slack.MsgOptionBlocks(slack.NewActionBlock("old", button)),
	)
	if err != nil {
		t.Fatal(err)
	}
	var old fakeslack.Message
	for _, m := range r.Messages() {
		if m.TS == ts {
			old = m
		}
	}
	m := r.reads(t, r.presses(t, fakeslack.Sam, old, "refresh", ""), "no longer works")
	if m.To != fakeslack.Sam || !strings.Contains(string(m.Blocks), "codes 126531 jiangxi") {
		t.Errorf("for %q: %s", m.To, m.Blocks)
	}
}

func TestFailedRefreshKeepsSharedAnswer(t *testing.T) {
	t.Parallel()
	var fails atomic.Bool
	r := connect(t, setup{source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		if fails.Load() {
			return catapi.History{}, &catapi.TransportError{Op: "sending the request", Cause: errors.New("refused")}
		}
		return example(ctx, q)
	}})
	shared := r.share(t)
	fails.Store(true)
	if m := r.reads(
		t, r.presses(t, fakeslack.Sam, shared, "refresh:U0ALICE:en", ""), "could not be reached",
	); m.To != fakeslack.Sam {
		t.Errorf("for %q: %s", m.To, m.Blocks)
	}
	for _, m := range r.Sees(fakeslack.Alice, fakeslack.Ops) {
		if m.TS == shared.TS && len(m.Versions) > 0 {
			t.Errorf("the channel sees %s", m.Blocks)
		}
	}
}

func TestPressOnDigestPostAnswersOnlyThatPerson(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add daily 09:00 codes 126531 last 8h")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	post := r.posted(t, id, 1)
	if strings.Contains(string(post.Blocks), `"share"`) {
		t.Errorf("it offers to share what all see: %s", post.Blocks)
	}
	for action, choice := range map[string]string{"refresh": "", "rows": "", "window": "codes 126531 last 1h compare"} {
		m := r.reads(t, r.presses(t, fakeslack.Sam, post, action, choice), "Ping超时")
		if m.To != fakeslack.Sam {
			t.Errorf("%s is answered to %q", action, m.To)
		}
	}
	for _, m := range r.Sees(fakeslack.Alice, fakeslack.Ops) {
		if m.TS == post.TS && string(m.Blocks) != string(post.Blocks) {
			t.Errorf("the post was changed: %s", m.Blocks)
		}
	}
}
