package bot_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"catbot/bot"
	"catbot/demo/fakeslack"
)

func TestHomeTabIntroducesCatbot(t *testing.T) {
	for user, folder := range readers {
		r := connect(t, setup{digests: &bot.Digests{}})
		says := map[string]string{fakeslack.Alice: "You have no digests", fakeslack.Wei: "你没有定时报告"}
		goldenView(t, folder, "home-empty", nil, r.opensHome(t, user, says[user]))
		r.reads(t, r.types(t, "tasks"), "3 tasks")
		r.reads(t, r.types(t, "alias set shop 126540"), "`shop` means task")
		i, err := r.Slash(user, fakeslack.Ops, "/cat", "digest add daily 09:00 codes 126531 last 24h")
		if err != nil {
			t.Fatal(err)
		}
		r.reads(t, i, "/cat digest run")
		goldenView(t, folder, "home", nil, r.opensHome(t, user, "digest run"))
	}
}

func TestMessagesTabIsNotPublished(t *testing.T) {
	r := connect(t, setup{})
	e, err := r.Send(fakeslack.EventsAPI, map[string]any{
		"type": "event_callback", "team_id": fakeslack.TeamID, "api_app_id": fakeslack.AppID,
		"event": map[string]any{
			"type": "app_home_opened", "user": fakeslack.Alice, "channel": "D0ALICE", "tab": "messages",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	<-e.Acked()
	r.reads(t, r.types(t, "help"), "/cat")
	if n := r.Stats().Calls["views.publish"]; n != 0 {
		t.Errorf("a Home tab was drawn %d times", n)
	}
}

func TestHomeTabRunsPausesEditsAndRemovesDigest(t *testing.T) {
	for user, says := range map[string]map[string]string{
		fakeslack.Alice: {
			"run": "runs now", "pause": "is paused", "resume": "is resumed",
			"edit": "is changed", "remove": "is removed",
		},
		fakeslack.Wei: {"run": "正在运行", "pause": "已暂停", "resume": "已恢复", "edit": "已修改", "remove": "已删除"},
	} {
		r := connect(t, setup{digests: &bot.Digests{}})
		i, err := r.Slash(user, fakeslack.Ops, "/cat", "digest add daily 09:00 lang zh codes 126531 last 24h")
		if err != nil {
			t.Fatal(err)
		}
		added := r.reads(t, i, "/cat digest run")
		id := strings.TrimSuffix(strings.SplitAfter(string(added.Blocks), "/cat digest run ")[1][:4], "`")
		r.opensHome(t, user, "digest run "+id)
		r.pressesHome(t, user, "run")
		r.homeReads(t, user, says["run"])
		r.posted(t, id, 1)
		r.pressesHome(t, user, "pause")
		r.homeReads(t, user, says["pause"])
		r.pressesHome(t, user, "resume")
		r.homeReads(t, user, says["resume"])

		r.pressesHome(t, user, "digest:"+id)
		if v := r.form(t, user); !strings.Contains(string(v.State), "codes 126531 last 24h") ||
			!strings.Contains(string(v.State), `"09:00"`) {
			t.Errorf("the form is not filled in: %s", v.State)
		}
		r.enters(t, user, map[string]string{"time": "08:30", "command": "codes 126540 last 8h"})
		r.sends(t, user)
		home := r.homeReads(t, user, says["edit"])
		for _, want := range []string{"digest run " + id, "daily 08:30", "codes 126540 last 8h", "lang zh"} {
			if !strings.Contains(string(home), want) {
				t.Errorf("after the change the Home tab has no %s:\n%s", want, home)
			}
		}
		r.pressesHome(t, user, "remove")
		home = r.homeReads(t, user, says["remove"])
		if strings.Contains(string(home), "digest run "+id) ||
			!strings.Contains(string(home), "/cat digest add daily 08:30") {
			t.Errorf("the digest stands there still, or can't be had back: %s", home)
		}
	}
}

func TestHomeTabFallsBackToDirectMessage(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add daily 09:00 codes 126531 last 8h")
	r.opensHome(t, fakeslack.Alice, "digest run "+id)
	r.Fail("views.publish", fakeslack.Always, fakeslack.Fault{Error: "internal_error"})
	r.pressesHome(t, fakeslack.Alice, "pause")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return m.Channel == r.DM(fakeslack.Alice) && strings.Contains(m.Text, "is paused")
	}); err != nil {
		t.Errorf("%v\n%s", err, r.log)
	}
}

func TestHomeTabFormIsAnsweredByDirectMessage(t *testing.T) {
	r := connect(t, setup{})
	r.opensHome(t, fakeslack.Alice, "digests")
	r.pressesHome(t, fakeslack.Alice, "ask")
	r.form(t, fakeslack.Alice)
	if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
		t.Fatal(err)
	}
	r.enters(t, fakeslack.Alice, map[string]string{"task": "126531"})
	r.sends(t, fakeslack.Alice)
	r.homeReads(t, fakeslack.Alice, "in your messages")
	for _, m := range r.Sees(fakeslack.Alice, r.DM(fakeslack.Alice)) {
		if strings.Contains(string(m.Blocks), "Ping超时") {
			return
		}
	}
	t.Error("the answer is not there")
}

func TestHomeTabAddsDigest(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	r.opensHome(t, fakeslack.Alice, "You have no digests")
	r.pressesHome(t, fakeslack.Alice, "digest")
	r.form(t, fakeslack.Alice)
	if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
		t.Fatal(err)
	}
	r.enters(t, fakeslack.Alice, map[string]string{"task": "126531", "window": "last 1h", "where": fakeslack.Ops})
	r.sends(t, fakeslack.Alice)
	home := r.homeReads(t, fakeslack.Alice, "is added")
	if !strings.Contains(string(home), "weekdays 09:00 tz Asia/Shanghai") {
		t.Errorf("the Home tab is not drawn anew: %s", home)
	}
}

func TestHomeTabShowsOnlyVisibleDigests(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	if err := r.AddChannel(fakeslack.Channel{
		ID: "C0SECRET", Name: "secret", Private: true, Members: []string{fakeslack.Alice, fakeslack.Wei}, HasBot: true,
	}); err != nil {
		t.Fatal(err)
	}
	open := r.adds(t, "digest add daily 09:00 codes 126531 last 24h")
	hidden := idPattern.FindStringSubmatch(r.says(
		t, fakeslack.Alice, "C0SECRET", "digest add daily 10:00 codes 126531 last 24h", "is added",
	))[1]

	alices := string(r.opensHome(t, fakeslack.Alice, open))
	for _, want := range []string{"digest pause " + open, "digest pause " + hidden, "2 digests"} {
		if !strings.Contains(alices, want) {
			t.Errorf("Alice's has no %s:\n%s", want, alices)
		}
	}
	weis := string(r.opensHome(t, fakeslack.Wei, hidden))
	if !strings.Contains(weis, "digest run "+hidden) || strings.Contains(weis, "digest pause "+hidden) {
		t.Errorf("Wei may run it and no more:\n%s", weis)
	}
	sams := string(r.opensHome(t, fakeslack.Sam, open))
	if strings.Contains(sams, hidden) {
		t.Errorf("Sam sees what is in a private channel:\n%s", sams)
	}
}

func TestHomeTabPagesManyDigests(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	for range 45 {
		r.adds(t, "digest add daily 09:00 codes 126531 last 24h")
	}
	blocks := func(home json.RawMessage) int {
		var all []json.RawMessage
		if err := json.Unmarshal(home, &all); err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if n := blocks(r.opensHome(t, fakeslack.Alice, "page 1 of 3")); n > 100 {
		t.Errorf("%d blocks", n)
	}
	r.pressesHome(t, fakeslack.Alice, "page:on")
	r.homeReads(t, fakeslack.Alice, "page 2 of 3")
	r.pressesHome(t, fakeslack.Alice, "pause")
	r.homeReads(t, fakeslack.Alice, "is paused")
	home := r.homeReads(t, fakeslack.Alice, "page 2 of 3")
	if n := strings.Count(string(home), "digest show "); n != 20 {
		t.Errorf("%d digests on the second page after an action", n)
	}
	r.pressesHome(t, fakeslack.Alice, "page:on")
	if home := r.homeReads(t, fakeslack.Alice, "page 3 of 3"); strings.Contains(string(home), "page:on") {
		t.Error("there is a page after the last")
	}
	r.pressesHome(t, fakeslack.Alice, "page:back")
	r.homeReads(t, fakeslack.Alice, "page 2 of 3")
}

func TestActionOnRemovedDigestGetsMessage(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add daily 09:00 codes 126531 last 24h")
	r.opensHome(t, fakeslack.Alice, id)
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest remove "+id, "is removed")
	r.pressesHome(t, fakeslack.Alice, "pause")
	r.homeReads(t, fakeslack.Alice, "There is no digest "+id)
}

func TestHomeTabShowsOwnDigestsWithoutConversations(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	id := r.adds(t, "digest add daily 09:00 codes 126531 last 24h")
	r.Fail("users.conversations", fakeslack.Always, fakeslack.Fault{Error: "missing_scope"})
	r.opensHome(t, fakeslack.Alice, "digest pause "+id) // one's own are known all the same
}
