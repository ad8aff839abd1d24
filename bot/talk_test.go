package bot_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/demo/fakeslack"
	"catbot/store"
)

const mention = "<@" + fakeslack.BotUserID + ">"

// writes lets a person write a message that the bot hears of.
func (r *testBot) writes(t *testing.T, user, channel, thread, text string) (fakeslack.Message, *fakeslack.Envelope) {
	t.Helper()
	m, e, err := r.Talk(user, channel, thread, text)
	if err != nil || e == nil {
		t.Fatalf("writing %q: %v, event %v", text, err, e)
	}
	return m, e
}

// answers waits for a message of the bot in channel that holds text.
func (r *testBot) answersIn(t *testing.T, channel, text string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return m.Channel == channel && m.From == fakeslack.BotUserID && !m.Deleted && strings.Contains(m.Text+string(m.Blocks), text)
	})
	if err != nil {
		t.Fatalf("nobody reads %q in %s: %v\n%s", text, channel, err, r.log)
	}
	return m
}

func TestMentionInChannelIsAnsweredInItsThread(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	m, e := r.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" codes 126531 last 8h jiangxi")
	answer := r.answersIn(t, fakeslack.Ops, "Ping超时")
	if answer.ThreadTS != m.TS || answer.Ephemeral() || answer.Broadcast {
		t.Errorf("the answer is %+v", answer)
	}
	if strings.Contains(string(answer.Blocks), `"share"`) || strings.Contains(string(answer.Blocks), "Shared by") {
		t.Errorf("it offers to share what all see:\n%s", answer.Blocks)
	}
	if took, ok := e.AckTime(); !ok || took > time.Second {
		t.Errorf("acked after %s, %v", took, ok)
	}
}

func TestMentionInThreadFollowsUpItsQuestion(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	m, _ := r.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" codes 126531 last 3h")
	r.answersIn(t, fakeslack.Ops, "Ping超时")
	for _, tc := range []struct{ text, want string }{
		{"trend", "trend 126531 last 3h"},
		{"compare yesterday", "codes 126531 last 3h compare yesterday"},
		{"rows", "codes 126531 last 3h public rows"},
		{"last 24h", "codes 126531 last 24h"},
		{"126540", "codes 126540 last 8h"},
	} {
		r.writes(t, fakeslack.Alice, fakeslack.Ops, m.TS, mention+" "+tc.text)
		if answer := r.answersIn(t, fakeslack.Ops, tc.want); answer.ThreadTS != m.TS {
			t.Errorf("%s: answered in %q", tc.text, answer.ThreadTS)
		}
	}
}

func TestRefusalInThreadIsForItsAuthorAlone(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	m, _ := r.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" codes 126531 jiangxii")
	answer := r.answersIn(t, fakeslack.Ops, "Did you mean jiangxi?")
	if answer.To != fakeslack.Alice || answer.ThreadTS != m.TS {
		t.Errorf("it is for %q in %q", answer.To, answer.ThreadTS)
	}
	r.writes(t, fakeslack.Alice, fakeslack.Ops, m.TS, mention+" trend")
	if answer := r.answersIn(t, fakeslack.Ops, "The task is missing"); answer.To != fakeslack.Alice {
		t.Errorf("it is for %q", answer.To)
	}
}

func TestWhatPeopleWriteIsNotLogged(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	direct := r.DM(fakeslack.Alice)
	_, e := r.writes(t, fakeslack.Alice, direct, "", "my password is hunter2")
	if err := e.Redeliver(); err != nil {
		t.Fatal(err)
	}
	r.writes(t, fakeslack.Alice, direct, "", "codes 126531")
	r.answersIn(t, direct, "Ping超时")
	r.settled(t, 3)
	if log := r.log.String(); strings.Contains(log, "hunter2") || !strings.Contains(log, `"text":"codes 126531 last 8h public"`) {
		t.Errorf("the log has\n%s", log)
	}
}

func TestDirectMessageIsAnsweredThere(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	direct := r.DM(fakeslack.Alice)
	r.writes(t, fakeslack.Alice, direct, "", "126531 last 8h")
	answer := r.answersIn(t, direct, "Ping超时")
	if answer.Ephemeral() || answer.ThreadTS != "" || strings.Contains(string(answer.Blocks), `"share"`) {
		t.Errorf("the answer is %+v", answer)
	}
	r.writes(t, fakeslack.Alice, direct, "", "codes 126531 jiangxii")
	if m := r.answersIn(t, direct, "Did you mean jiangxi?"); m.Ephemeral() {
		t.Error("a refusal vanishes")
	}
	r.writes(t, fakeslack.Alice, direct, "", "help")
	help := r.answersIn(t, direct, `"first"`)
	r.presses(t, fakeslack.Alice, help, "trend", "")
	r.answersIn(t, direct, "Failures over time")
	r.presses(t, fakeslack.Alice, answer, "compare", "")
	compared := r.answersIn(t, direct, "before and now")
	if said := string(compared.Blocks); compared.Ephemeral() || strings.Contains(said, `"share"`) || strings.Contains(said, "hared by") {
		t.Errorf("the answer to a press is %+v", compared)
	}
	r.writes(t, fakeslack.Alice, direct, "", "codes 126531 csv")
	r.answersIn(t, direct, "in your messages with catbot")
	if f := r.file(t, 1); f.Channel != direct || f.ThreadTS != "" {
		t.Errorf("the file is in %s, thread %q", f.Channel, f.ThreadTS)
	}
}

func TestQuestionStandsAfterTheMention(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"in a sentence", "hm, " + mention + " codes 126540", "codes 126540"},
		{"formatted as code", mention + " `codes 126540`", "codes 126540"},
		{"before a mention at the end", "codes 126540 " + mention, "codes 126540"},
		{"with two mentions", mention + " codes 126540 " + mention, "codes 126540"},
		{"none at all", mention, "which ISPs fail, where, and why"},
		{"with a slash command", mention + " /cat codes 126540", "codes 126540"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := connect(t, setup{})
			r.writes(t, fakeslack.Alice, fakeslack.Ops, "", tc.text)
			r.answersIn(t, fakeslack.Ops, tc.want)
		})
	}
}

func TestThreadsOfUnusualMessagesAreFollowedUp(t *testing.T) {
	r := connect(t, setup{})
	first, _ := r.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" codes 126531 last 3h")
	answer := r.answersIn(t, fakeslack.Ops, "codes 126531 last 3h")
	follow := func(name, thread, text, want string) {
		t.Helper()
		r.writes(t, fakeslack.Alice, fakeslack.Ops, thread, mention+" "+text)
		if m := r.answersIn(t, fakeslack.Ops, want); m.ThreadTS != first.TS {
			t.Errorf("%s: the answer is in thread %q", name, m.ThreadTS)
		}
	}
	// Without "public" it stands under the first answer, too.
	follow("under a reply", answer.TS, "trend", "trend 126531 last 3h public")
	for n := range 250 { // more than one page
		if _, _, err := r.Talk(fakeslack.Wei, fakeslack.Ops, first.TS, "I look into it"); err != nil {
			t.Fatalf("reply %d: %v", n, err)
		}
	}
	follow("in a long thread", first.TS, "codes 126540 last 2h", "codes 126540 last 2h public")
	follow("in a long thread", first.TS, "compare", "codes 126540 last 2h compare public")
	if err := r.Delete(fakeslack.Alice, first); err != nil {
		t.Fatal(err)
	}
	follow("under a deleted message", first.TS, "rows", "codes 126540 last 2h public rows")
}

func TestControlInThreadIsAnsweredThere(t *testing.T) {
	r := connect(t, setup{})
	m, _ := r.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" codes 126531 last 3h")
	answer := r.answersIn(t, fakeslack.Ops, "codes 126531 last 3h")
	r.presses(t, fakeslack.Wei, answer, "trend", "")
	trend := r.answersIn(t, fakeslack.Ops, "失败趋势")
	if trend.To != fakeslack.Wei || trend.ThreadTS != m.TS {
		t.Errorf("the trend is for %q in thread %q", trend.To, trend.ThreadTS)
	}
	r.presses(t, fakeslack.Wei, trend, "share", "")
	shared := r.answersIn(t, fakeslack.Ops, fakeslack.Wei)
	if shared.Ephemeral() || shared.ThreadTS != m.TS || shared.Broadcast {
		t.Errorf("what is shared is %+v", shared)
	}
}

func TestFormOfMessageInThreadIsAnsweredThere(t *testing.T) {
	for where, inThread := range map[string]bool{"": true, fakeslack.Ops: false} {
		r := connect(t, setup{})
		root, _, err := r.Talk(fakeslack.Alice, fakeslack.Ops, "", "it is slow again")
		if err != nil {
			t.Fatal(err)
		}
		alert, _, err := r.Talk(fakeslack.Wei, fakeslack.Ops, root.TS, "126531 fails")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.MessageShortcut(fakeslack.Alice, alert, "look"); err != nil {
			t.Fatal(err)
		}
		r.form(t, fakeslack.Alice)
		if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
			t.Fatal(err)
		}
		r.enters(t, fakeslack.Alice, map[string]string{"task": "126531", "window": "last 8h", "where": where})
		r.sends(t, fakeslack.Alice)
		m := r.answersIn(t, fakeslack.Ops, "Ping超时")
		if m.Ephemeral() != inThread || (m.ThreadTS == root.TS) != inThread {
			t.Errorf("where %q: the answer is for %q in thread %q", where, m.To, m.ThreadTS)
		}
	}
}

func TestWhatIsNoQuestionIsNotAnswered(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	m, first := r.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" help")
	if err := first.Redeliver(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Edit(fakeslack.Alice, m, mention+" codes 126531"); err != nil {
		t.Fatal(err)
	}
	direct := r.DM(fakeslack.Alice)
	own, _ := r.writes(t, fakeslack.Alice, direct, "", "help")
	if _, err := r.Edit(fakeslack.Alice, own, "126531"); err != nil {
		t.Fatal(err)
	}
	event := func(fields map[string]any) {
		e := map[string]any{"type": "message", "channel_type": "im", "channel": direct, "user": fakeslack.Alice, "text": "126531", "ts": "1.5"}
		for name, value := range fields {
			e[name] = value
		}
		payload := map[string]any{"type": "event_callback", "team_id": fakeslack.TeamID, "api_app_id": "A0", "event_id": "Ev1", "event": e}
		if _, err := r.Send(fakeslack.EventsAPI, payload); err != nil {
			t.Fatal(err)
		}
	}
	event(map[string]any{"user": fakeslack.BotUserID, "bot_id": "B0CATBOT"})
	event(map[string]any{"bot_id": "B0OTHER"})
	event(map[string]any{"subtype": "bot_message", "user": ""})
	event(map[string]any{"channel_type": "channel", "channel": fakeslack.Ops})
	event(map[string]any{"subtype": "file_share", "text": ""})
	event(map[string]any{"type": "app_mention", "bot_id": "B0OTHER", "channel": fakeslack.Ops, "text": mention + " 126531"})
	r.writes(t, fakeslack.Alice, direct, "", "codes 126540") // the last of all
	r.answersIn(t, direct, "codes 126540")
	r.settled(t, 4) // two helps, the redelivered one, the last
	for _, m := range r.Messages() {
		if m.From == fakeslack.BotUserID && strings.Contains(string(m.Blocks), "codes 126531 last 8h public") {
			t.Errorf("answered: %s", m.Text)
		}
	}
	if n := strings.Count(r.log.String(), `"outcome":"duplicate"`); n != 1 {
		t.Errorf("%d duplicates", n)
	}
}

func TestQuestionBesideAFileIsAnswered(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	direct := r.DM(fakeslack.Alice)
	if _, err := r.Send(fakeslack.EventsAPI, map[string]any{
		"type": "event_callback", "team_id": fakeslack.TeamID, "api_app_id": "A0", "event_id": "Ev1",
		"event": map[string]any{
			"type": "message", "subtype": "file_share", "channel_type": "im", "channel": direct, "user": fakeslack.Alice,
			"text": "126531 last 8h", "ts": "1.5", "files": []any{map[string]any{"id": "F0SHOT", "name": "screen.png"}},
		},
	}); err != nil {
		t.Fatal(err)
	}
	r.answersIn(t, direct, "codes 126531 last 8h")
}

func TestRedeliveredMentionIsAnsweredOnceByTwoReplicas(t *testing.T) {
	t.Parallel()
	claims, err := store.Open("", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = claims.Close() })
	one := connect(t, setup{claims: claims})
	two := connect(t, setup{claims: claims, join: one.Workspace})
	_, e := one.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" codes 126531")
	if err := e.Redeliver(); err != nil {
		t.Fatal(err)
	}
	one.answersIn(t, fakeslack.Ops, "Ping超时")
	both := func() string { return one.log.String() + two.log.String() }
	deadline := time.After(patience)
	for strings.Count(both(), `"msg":"command"`) < 2 {
		select {
		case <-deadline:
			t.Fatalf("the second delivery is not handled:\n%s", both())
		case <-time.After(10 * time.Millisecond):
		}
	}
	answers := 0
	for _, m := range one.Messages() {
		if strings.Contains(string(m.Blocks), "Ping超时") {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("%d answers", answers)
	}
}

func TestSlowAnswerInThreadReplacesItsPlaceholder(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	r := connect(t, setup{source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		<-gate
		return example(ctx, q)
	}})
	r.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" codes 126531")
	placeholder := r.answersIn(t, fakeslack.Ops, "Fetching")
	close(gate)
	if now := r.becomes(t, placeholder, "Ping超时"); now.TS != placeholder.TS || now.ThreadTS == "" {
		t.Errorf("the answer is %+v", now)
	}
}

func TestRowsAsFileGoIntoTheThread(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	m, _ := r.writes(t, fakeslack.Alice, fakeslack.Ops, "", mention+" codes 126531 csv")
	r.answersIn(t, fakeslack.Ops, "thread")
	found := false
	for _, reply := range r.Replies(m) {
		found = found || len(reply.Files) > 0
	}
	if !found {
		t.Errorf("no file in the thread: %+v", r.Replies(m))
	}
}

func TestPartnerWhoMentionsCatbotGetsNoAnswer(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	if err := r.AddUser(fakeslack.User{ID: "U0PARTNER", Name: "partner", Team: "T0PARTNER"}); err != nil {
		t.Fatal(err)
	}
	if err := r.AddChannel(fakeslack.Channel{ID: "C0SHARED", Name: "shared", HasBot: true, Members: []string{"U0PARTNER", fakeslack.Alice}}); err != nil {
		t.Fatal(err)
	}
	r.writes(t, "U0PARTNER", "C0SHARED", "", mention+" codes 126531")
	m := r.answersIn(t, "C0SHARED", "")
	if m.To != "U0PARTNER" || strings.Contains(string(m.Blocks)+m.Text, "126531") {
		t.Errorf("a partner reads %+v", m)
	}
}

func TestShortcutOnAMessageFillsInTheForm(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	if err := r.PostAsUser(fakeslack.Alice, fakeslack.Ops, "ALERT https://www.example.com/ is slow since 00:10"); err != nil {
		t.Fatal(err)
	}
	var alert fakeslack.Message
	for _, m := range r.Messages() {
		if strings.HasPrefix(m.Text, "ALERT") {
			alert = m
		}
	}
	if _, err := r.MessageShortcut(fakeslack.Alice, alert, "look"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := r.WaitModal(ctx, fakeslack.Alice, func(v fakeslack.View) bool {
		text := string(v.Blocks)
		return strings.Contains(text, `"initial_option"`) && strings.Contains(text, `"126531"`) && strings.Contains(text, "since ")
	})
	if err != nil {
		view, _ := r.Modal(fakeslack.Alice)
		t.Errorf("%v\n%s", err, view.Blocks)
	}
}
