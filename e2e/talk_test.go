package e2e

import (
	"context"
	"strings"
	"testing"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

const mention = "<@" + fakeslack.BotUserID + "> "

// says lets a person write a message of which the bot hears.
func (f *fakes) says(t *testing.T, user, channel, thread, text string) (fakeslack.Message, *fakeslack.Envelope) {
	t.Helper()
	m, e, err := f.Talk(user, channel, thread, text)
	if err != nil || e == nil {
		t.Fatalf("writing %q: %v, event %v", text, err, e)
	}
	return m, e
}

// waitForReply waits for a message of the bot that contains text, in a thread of a channel, or outside of threads.
func (f *fakes) waitForReply(t *testing.T, channel, thread, text string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	m, err := f.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return m.Channel == channel && m.ThreadTS == thread && m.From == fakeslack.BotUserID && !m.Deleted &&
			strings.Contains(content(m), text)
	})
	if err != nil {
		t.Fatalf("nobody reads %q in thread %q of %s: %v", text, thread, channel, err)
	}
	return m
}

func TestThreadsOfIncidentsAndDigestsAreAskedIn(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	f := startFakes(t, fakecat.Options{})
	f.start(t, "REDIS_URL="+server.URL(), "DIGEST_SETTLE=0s")
	w := startWatch(t, f, server.URL(), "digest add every 5m if >100 codes 126531 last 5m",
		[]map[string]int64{0: {"移动": 150}, 1: {"移动": 10}})
	w.run(t, 0)
	root := w.latest(t, "over the limit", 1)
	for question, want := range map[string]string{
		"trend": "trend 126531 since ", "rows": "public rows", "compare yesterday": "compare yesterday public",
	} {
		f.says(t, fakeslack.Sam, fakeslack.Ops, root.TS, mention+question)
		answer := f.waitForReply(t, fakeslack.Ops, root.TS, want)
		if answer.Ephemeral() || answer.Broadcast || !strings.Contains(content(answer), "126531") {
			t.Errorf("%s: the answer is %+v", question, answer)
		}
	}
	w.run(t, 1)
	end := w.posts()[len(w.posts())-1]
	if end.ThreadTS != root.TS || !end.Broadcast {
		t.Fatalf("the end is %+v", end)
	}
	f.says(t, fakeslack.Sam, fakeslack.Ops, end.TS, mention+"trend 126531 last 2h") // in the channel, under the broadcast
	f.waitForReply(t, fakeslack.Ops, root.TS, "trend 126531 last 2h public")

	m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, "digest add every 5m codes 126540 last 15m"), "is added")
	id := strings.TrimPrefix(idIn.FindString(string(m.Blocks)), "digest run ")
	f.send(t, fakeslack.Alice, "digest run "+id)
	post := f.waitForReply(t, fakeslack.Ops, "", "outside its schedule")
	f.says(t, fakeslack.Alice, fakeslack.Ops, post.TS, mention+"trend")
	if answer := f.waitForReply(t, fakeslack.Ops, post.TS, "trend 126540 "); answer.Ephemeral() {
		t.Errorf("the answer under a digest is %+v", answer)
	}
}

func TestMentionsAndDirectMessagesOfTwoReplicas(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	f := startFakes(t, fakecat.Options{})
	replicas := []*replica{f.start(t, "REDIS_URL="+server.URL()), f.start(t, "REDIS_URL="+server.URL())}
	asked, e := f.says(t, fakeslack.Alice, fakeslack.Ops, "", mention+documentedQuery)
	if answer := f.waitForReply(t, fakeslack.Ops, asked.TS, "982"); answer.Ephemeral() {
		t.Errorf("the answer is %+v", answer)
	}
	if err := e.Redeliver(); err != nil { // to the other replica
		t.Fatal(err)
	}
	if _, err := f.Edit(fakeslack.Alice, asked, mention+"codes 126540"); err != nil {
		t.Fatal(err)
	}
	direct := f.DM(fakeslack.Wei)
	own, _ := f.says(t, fakeslack.Wei, direct, "", "126531 2017-05-25 00:00..08:10 江西")
	if answer := f.waitForReply(t, direct, "", "982"); answer.Ephemeral() || !strings.Contains(content(answer), "任务") {
		t.Errorf("the answer is %+v", answer)
	}
	if _, err := f.Edit(fakeslack.Wei, own, "126540"); err != nil {
		t.Fatal(err)
	}
	event := map[string]any{"type": "app_mention", "bot_id": "B0OTHER", "user": "U0OTHER", "channel": fakeslack.Ops, "text": mention + "codes 126540", "ts": "1.5"}
	if _, err := f.Send(fakeslack.EventsAPI, map[string]any{"type": "event_callback", "team_id": fakeslack.TeamID, "event_id": "Ev0BOT", "event": event}); err != nil {
		t.Fatal(err)
	}
	f.says(t, fakeslack.Wei, direct, "", "help") // which is answered after all of these
	f.waitForReply(t, direct, "", "/invite @catbot")
	f.waitFor(t, replicas[0], "all acks", func(s fakeslack.Stats) bool { return s.Acks >= 7 })
	for _, m := range f.Messages() {
		if m.From == fakeslack.BotUserID && strings.Contains(content(m), "codes 126540 last") {
			t.Errorf("an edit or a bot is answered: %s", m.Text)
		}
	}
	answers := 0
	for _, reply := range f.Replies(asked) {
		if reply.From == fakeslack.BotUserID {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("%d answers to one mention", answers)
	}
}

func TestPartnersAndGuestsWhoMentionCatbot(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	f.start(t)
	for _, u := range []fakeslack.User{{ID: "U0PARTNER", Name: "partner", Team: "T0PARTNER"}, {ID: "U0GUEST", Name: "guest", Guest: true}} {
		if err := f.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	shared := fakeslack.Channel{ID: "C0SHARED", Name: "shared", HasBot: true, Members: []string{"U0PARTNER", "U0GUEST", fakeslack.Alice}}
	if err := f.AddChannel(shared); err != nil {
		t.Fatal(err)
	}
	asked, _ := f.says(t, "U0PARTNER", "C0SHARED", "", mention+documentedQuery)
	refusal := f.waitForReply(t, "C0SHARED", asked.TS, "")
	if refusal.To != "U0PARTNER" || strings.Contains(content(refusal), "982") {
		t.Errorf("the partner reads %+v", refusal)
	}
	asked, _ = f.says(t, "U0GUEST", "C0SHARED", "", mention+documentedQuery)
	if answer := f.waitForReply(t, "C0SHARED", asked.TS, "982"); answer.Ephemeral() {
		t.Errorf("the guest reads %+v", answer)
	}
	f.says(t, "U0GUEST", "C0SHARED", asked.TS, mention+"tasks")
	if refusal := f.waitForReply(t, "C0SHARED", asked.TS, "uests"); refusal.To != "U0GUEST" {
		t.Errorf("the guest reads %+v", refusal)
	}
}

func TestDoctorNamesMissingOptionalScopes(t *testing.T) {
	t.Parallel()
	f := startFakesWith(t, fakeslack.Options{Scopes: []string{"commands", "chat:write", "channels:read", "channels:history",
		"groups:read", "groups:history", "users:read", "files:write", "im:write", "im:history"}}, fakecat.Options{})
	out, errs, code := catbot(t, append(f.env(), "DATA_DIR="+t.TempDir()), "doctor")
	if code != 0 || !strings.Contains(out, "without the optional app_mentions:read,") || !strings.Contains(out, "the rest works") {
		t.Errorf("exit code %d:\n%s\n%s", code, out, errs)
	}
}
