package bot_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"catbot/bot"
	"catbot/demo/fakeslack"
	"catbot/digest"
)

// says is what a person types in a channel, and reads: the answer's text and blocks.
func (r *testBot) says(t *testing.T, user, channel, text, want string) string {
	t.Helper()
	i, err := r.Slash(user, channel, "/cat", text)
	if err != nil {
		t.Fatal(err)
	}
	m := r.reads(t, i, want)
	if m.To != user {
		t.Errorf("%q is answered to %q, not to %s alone", text, m.To, user)
	}
	return m.Text + "\n" + string(m.Blocks)
}

var idPattern = regexp.MustCompile(`Digest ([a-z0-9]{4}) is added`)

// adds adds a digest of Alice's in #ops and returns its id.
func (r *testBot) adds(t *testing.T, text string) string {
	t.Helper()
	said := r.says(t, fakeslack.Alice, fakeslack.Ops, text, "is added")
	found := idPattern.FindStringSubmatch(said)
	if found == nil {
		t.Fatalf("no id in %s", said)
	}
	return found[1]
}

// posted waits for the nth post of a digest in #ops.
func (r *testBot) posted(t *testing.T, id string, n int) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
		if strings.Contains(string(m.Metadata), `"`+id+`"`) {
			n--
		}
		return n == 0
	})
	if err != nil {
		t.Fatalf("digest %s does not post: %v\n%s", id, err, r.log)
	}
	return m
}

func TestAddShowRunAndRemoveDigest(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	said := r.says(t, fakeslack.Alice, fakeslack.Ops, "digest add weekdays 09:00 codes 126531 last 24h", "is added")
	id := idPattern.FindStringSubmatch(said)[1]
	for _, want := range []string{
		"<#C0OPS>", "Next: ", "/cat digest run " + id, "lost when catbot restarts", "weekdays 09:00 tz Asia/Shanghai",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the answer has no %q:\n%s", want, said)
		}
	}
	if n := strings.Count(said, "<!date^") + strings.Count(said, `\u003c!date^`); n < 3 {
		t.Errorf("%d times in the reader's own zone, want the next three runs:\n%s", n, said)
	}
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", id)
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest list", "not run yet")

	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest run "+id, "runs now")
	m := r.posted(t, id, 1)
	if m.Ephemeral() || m.Channel != fakeslack.Ops || m.From != fakeslack.BotUserID {
		t.Errorf("posted to %q in %s by %s", m.To, m.Channel, m.From)
	}
	for _, want := range []string{"Ping超时", "Run by", "U0SAM", "Digest " + id, "data_visualization"} {
		if !strings.Contains(string(m.Blocks), want) {
			t.Errorf("the post has no %q:\n%s", want, m.Blocks)
		}
	}
	if problems := fakeslack.ValidateMessage(m.Blocks); len(problems) > 0 {
		t.Errorf("slack would refuse it: %v", problems)
	}
	r.log.until(t, func(log string) bool { return strings.Contains(log, `"outcome":"posted"`) })
	r.says(t, fakeslack.Wei, fakeslack.Ops, "digest show "+id, "已发布，982 次失败")

	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest pause "+id, "is paused")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "paused by")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest resume "+id, "is resumed")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest remove "+id, "is removed")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "There are no digests")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest show "+id, "There is no digest "+id)
}

func TestDigestUsesOwnersLanguageUnlessConfigured(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	for command, want := range map[string]string{
		"digest add hourly codes 126531 last 1h":         "次失败",
		"digest add hourly lang en codes 126531 last 1h": "failures",
	} {
		said := r.says(t, fakeslack.Wei, fakeslack.Ops, command, "已添加")
		id := regexp.MustCompile(`定时报告 (\w{4})`).FindStringSubmatch(said)[1]
		r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
		if m := r.posted(t, id, 1); !strings.Contains(string(m.Blocks), want) {
			t.Errorf("%s posts %s", command, m.Text)
		}
	}
}

func TestDigestPermissions(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{Admins: []string{fakeslack.Wei}}})
	id := r.adds(t, "digest add hourly codes 126531 last 1h")
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest remove "+id, "Only its owner")
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest pause "+id, "Only its owner")
	r.says(t, fakeslack.Wei, fakeslack.Ops, "digest pause "+id, "已暂停")
	r.says(t, fakeslack.Wei, fakeslack.Ops, "digest remove "+id, "已删除")

	if err := r.AddChannel(fakeslack.Channel{
		ID: "C0WEST", Name: "west", Private: true, HasBot: true, Members: []string{fakeslack.Alice},
	}); err != nil {
		t.Fatal(err)
	}
	secret := r.adds(t, "digest add hourly in <#C0WEST|west> codes 126531 last 1h")
	r.says(
		t, fakeslack.Sam, fakeslack.Ops, "digest add hourly in <#C0WEST|west> codes 126531 last 1h",
		"You are not in <#C0WEST>",
	)
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest show "+secret, "There is no digest "+secret)
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest run "+secret, "There is no digest "+secret)
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", secret)
	if said := r.says(t, fakeslack.Sam, fakeslack.Ops, "digest list", "no digests"); strings.Contains(said, secret) {
		t.Error("a private channel's digest is listed to somebody else")
	}
}

func TestAddDigestChecksChannel(t *testing.T) {
	t.Parallel()
	r := connect(
		t,
		setup{digests: &bot.Digests{Channels: []string{fakeslack.Ops, fakeslack.General, "C0OLD", fakeslack.WarRoom}}},
	)
	if err := r.AddChannel(fakeslack.Channel{
		ID: "C0OLD", Name: "old", Archived: true, HasBot: true, Members: []string{fakeslack.Alice},
	}); err != nil {
		t.Fatal(err)
	}
	const add = "digest add hourly in <#%> codes 126531 last 1h"
	for channel, want := range map[string]string{
		fakeslack.General: "catbot is not in <#%>. Type `/invite @catbot` there",
		fakeslack.WarRoom: "catbot is not in <#%>. Type `/invite @catbot` there",
		"C0OLD":           "catbot can't post there: <#%> is archived",
		"C0ELSEWHERE":     "not allowed in <#%>:",
	} {
		command, want := strings.ReplaceAll(add, "%", channel), strings.ReplaceAll(want, "%", channel)
		r.says(t, fakeslack.Alice, fakeslack.Ops, command, want)
	}
	r.says(t, fakeslack.Wei, fakeslack.Ops, strings.ReplaceAll(add, "%", fakeslack.General),
		"catbot 不在 <#C0GENERAL> 里。请先在那里输入 `/invite @catbot`")
	r.says(t, fakeslack.Alice, fakeslack.Ops, strings.ReplaceAll(add, "%", fakeslack.Ops), "is added")
}

func TestAddDigestRefusesDirectMessage(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	r.says(t, fakeslack.Alice, r.DM(fakeslack.Alice), "digest add hourly codes 126531 last 1h",
		"Digests post to channels")
}

func TestAddDigestRefusesCommandThatFailsAtItsRuns(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	r.says(
		t, fakeslack.Alice, fakeslack.Ops, "digest add daily 00:00 tz Asia/Shanghai codes 126531 today",
		"can't work at the times when the digest runs",
	)
}

func TestDigestNamesMissingScopes(t *testing.T) {
	t.Parallel()
	r := connect(
		t, setup{workspace: fakeslack.Options{Scopes: []string{"commands", "chat:write"}}, digests: &bot.Digests{}},
	)
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest add hourly codes 126531 last 1h", "lacks a permission")
}

func TestRemovalFromChannelPausesDigest(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add hourly codes 126531 last 1h")
	if err := r.AddChannel(fakeslack.Channel{
		ID: fakeslack.Ops, Name: "ops", Members: []string{fakeslack.Alice, fakeslack.Sam},
	}); err != nil {
		t.Fatal(err)
	}
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return strings.Contains(m.Text, "has paused your digest")
	})
	if err != nil {
		t.Fatal(err)
	}
	if m.Channel != r.DM(fakeslack.Alice) || !strings.Contains(m.Text, "catbot is no longer in the channel") ||
		!strings.Contains(string(m.Blocks), "/cat digest resume "+id) {
		t.Errorf("in %s: %s\n%s", m.Channel, m.Text, m.Blocks)
	}
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest show "+id, "paused by catbot")
}

func TestUnconfirmedDigestPostIsNotRepeated(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add hourly codes 126531 last 1h")
	r.Fail("chat.postMessage", 1, fakeslack.Fault{Applied: true, Drop: true})
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	r.log.until(t, func(log string) bool { return strings.Contains(log, `"outcome":"posted"`) })
	if marked := r.Marked(fakeslack.Ops, "catbot_digest"); len(marked) != 1 {
		t.Errorf("posted %d times", len(marked))
	}
	if n := r.Stats().Calls["conversations.history"]; n == 0 {
		t.Error("nobody looked")
	}
}

func TestRateLimitedDigestPostWaitsRetryAfter(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add hourly codes 126531 last 1h")
	r.Fail("chat.postMessage", 1, fakeslack.Fault{RetryAfter: 1})
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	r.posted(t, id, 1)
	if n := r.Stats().Calls["conversations.history"]; n != 0 {
		t.Errorf("looked %d times for what was refused", n)
	}
}

func TestDigestFallsBackToPlainBlocks(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add hourly codes 126531 last 1h")
	r.Refuse("data_visualization")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	if m := r.posted(t, id, 1); slices.Contains(m.BlockTypes(), "data_visualization") || len(m.BlockTypes()) == 0 {
		t.Errorf("posted %v", m.BlockTypes())
	}
}

func TestReadyzReportsDigestsWithoutRedis(t *testing.T) {
	t.Parallel()
	var late atomic.Bool
	now := func() time.Time {
		if late.Load() {
			return time.Now().Add(time.Minute)
		}
		return time.Now()
	}
	log := slog.New(slog.DiscardHandler)
	engine := digest.New(digest.Config{Store: &digest.Store{}, Log: log, Now: now})
	b := bot.New(bot.Config{
		Workers: 1, Slack: bot.NewSlack("", "", "http://127.0.0.1/", 1, bot.NewMetrics()), Digests: bot.Digests{Engine: engine},
		Metrics: bot.NewMetrics(), Log: log, Now: now,
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	health := bot.NewHealth(bot.NewMetrics(), func() bool { return false }, func() map[string]error { return nil })
	health.SetBot(b)
	go func() { served <- health.Serve(ctx, listener) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	ask := func() string {
		t.Helper()
		response, err := http.Get("http://" + listener.Addr().String() + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(response.StatusCode, string(text))
	}
	if said := ask(); !strings.Contains(said, `"digests":"ok"`) {
		t.Errorf("at first %s", said)
	}
	late.Store(true)
	if said := ask(); !strings.HasPrefix(said, "503") ||
		!strings.Contains(said, "redis does not answer, or see the log") {
		t.Errorf("after a minute without redis %s", said)
	}
}

func TestMembersMayRemoveDigestOfDeactivatedOwner(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add hourly codes 126531 last 1h")
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest remove "+id, "Only its owner")
	if err := r.AddUser(fakeslack.User{ID: fakeslack.Alice, Name: "alice", Deleted: true}); err != nil {
		t.Fatal(err)
	}
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest pause "+id, "Only its owner")
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest remove "+id, "is removed")
}

func TestRevokedTokenPausesNoDigest(t *testing.T) {
	t.Parallel()
	d := &bot.Digests{}
	r := connect(t, setup{digests: d})
	id := r.adds(t, "digest add hourly codes 126531 last 1h")
	r.Fail("chat.postMessage", 1, fakeslack.Fault{Error: "token_revoked"})
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	r.log.until(t, func(log string) bool { return strings.Contains(log, "slack refuses all posts") })
	if d.Engine.SlackRefusal() != "token_revoked" {
		t.Errorf("/readyz is told %q", d.Engine.SlackRefusal())
	}
	r.posted(t, id, 1)
	if said := r.says(t, fakeslack.Alice, fakeslack.Ops, "digest show "+id, id); strings.Contains(said, "paused") {
		t.Errorf("it paused itself:\n%s", said)
	}
	r.log.until(t, func(log string) bool { return strings.Contains(log, "slack accepts posts again") })
}

func TestSlackErrorDoesNotHideDigest(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add daily 09:00 codes 126531 last 8h")
	r.Fail("conversations.members", 1, fakeslack.Fault{Status: http.StatusBadGateway})
	r.says(t, fakeslack.Sam, fakeslack.General, "digest show "+id, "Slack did not tell whether you are in")
	r.Fail("conversations.members", 1, fakeslack.Fault{Error: "channel_not_found"})
	r.says(t, fakeslack.Sam, fakeslack.General, "digest show "+id, "There is no digest")
}
