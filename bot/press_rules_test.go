package bot_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"catbot/catapi"
	"catbot/demo/fakeslack"
)

func TestPressWithFullQueueGetsBusyMessage(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	r := connect(t, setup{workers: 1, source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		if q.Province == "" {
			return example(ctx, q)
		}
		select {
		case <-release:
			return example(ctx, q)
		case <-ctx.Done():
			return catapi.History{}, errors.New("the test is over")
		}
	}})
	m := r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时")
	r.fills(t)
	r.reads(t, r.presses(t, fakeslack.Alice, m, "compare", ""), "busy")
	close(release)
}

// fills types commands until there is no room for more.
func (r *testBot) fills(t *testing.T) {
	t.Helper()
	for range 2000 {
		i := r.types(t, "codes 126531 last 8h jiangxi")
		select {
		case <-i.Acked():
		case <-t.Context().Done():
		}
		if strings.Contains(string(i.AckPayload()), "busy") {
			return
		}
	}
	t.Fatal("there is always room")
}

func TestDoubleClickOnShareSharesOnce(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	mine := r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时")
	r.presses(t, fakeslack.Alice, mine, "share", "")
	r.presses(t, fakeslack.Alice, mine, "share", "")
	r.settled(t, 3)
	if shared := r.inChannel("982"); len(shared) != 1 {
		t.Errorf("the channel sees %d answers", len(shared))
	}
}

func TestFailedShareCanBePressedAgain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, outcome string
		fault         fakeslack.Fault
	}{
		{"when Slack refused it", "undelivered", fakeslack.Fault{Error: "restricted_action"}},
		{"when Slack did not say whether it took it", "unconfirmed", fakeslack.Fault{Status: http.StatusBadGateway}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := connect(t, setup{})
			mine := r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时")
			r.Fail(fakeslack.ResponseURL, 1, fakeslack.Fault{Status: http.StatusNotFound, Error: "expired_url"})
			r.Fail("chat.postMessage", 1, tc.fault)
			r.presses(t, fakeslack.Alice, mine, "share", "")
			r.endedWith(t, "codes", tc.outcome)
			r.presses(t, fakeslack.Alice, mine, "share", "")
			r.settled(t, 3)
			if shared := r.inChannel("982"); len(shared) != 1 {
				t.Errorf("the channel sees %d answers", len(shared))
			}
		})
	}
}

func TestRefreshKeepsLanguageOfSharedAnswer(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]string{"": "refresh:U0ALICE:en", "of before it was kept": "refresh:U0ALICE"} {
		t.Run(name, func(t *testing.T) {
			r := connect(t, setup{})
			shared := r.share(t)
			r.forgesPress(t, fakeslack.Wei, shared, action, "codes 126531 last 8h public")
			now := r.changed(t, shared)
			if !strings.Contains(string(now.Blocks), "One ISP in one province") ||
				!strings.Contains(string(now.Blocks), "refresh:U0ALICE:en") {
				t.Errorf("all read %s", now.Blocks)
			}
		})
	}
}

// changed waits for m to be drawn anew.
func (r *testBot) changed(t *testing.T, m fakeslack.Message) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	now, err := r.WaitMessage(ctx, func(n fakeslack.Message) bool { return n.TS == m.TS && len(n.Versions) > 0 })
	if err != nil {
		t.Fatalf("%v\n%s", err, r.log)
	}
	return now
}

// forgesPress sends the press of a button that m does not have.
func (r *testBot) forgesPress(t *testing.T, user string, m fakeslack.Message, action, value string) {
	t.Helper()
	e, err := r.Send(fakeslack.Interactive, map[string]any{
		"type": "block_actions", "team": map[string]any{"id": fakeslack.TeamID}, "user": map[string]any{
			"id": user, "team_id": fakeslack.TeamID,
		},
		"container": map[string]any{
			"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.Ephemeral(),
		},
		"actions": []any{map[string]any{"type": "button", "action_id": action, "block_id": "push", "value": value}},
	})
	if err != nil {
		t.Fatal(err)
	}
	<-e.Acked()
}

func TestUnknownActionIsIgnored(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	shared := r.share(t)
	for _, action := range []string{
		"refresh:<!channel>", "refresh:U0ALICE:xx", "refresh:U0ALICE:en:x", "refresh:", "share:x", "nothing", "",
		"digest:<!channel>", "page:up", "xcompare",
	} {
		r.forgesPress(t, fakeslack.Sam, shared, action, "codes 126531 last 8h public")
	}
	r.reads(t, r.types(t, "help"), "/cat")
	r.settled(t, 3) // the answer, its sharing and help: and nothing else
	if n := strings.Count(r.log.String(), `"msg":"command"`); n != 3 {
		t.Errorf("%d commands were done:\n%s", n, r.log)
	}
	if all := r.inChannel("982"); len(all) != 1 || len(all[0].Versions) > 0 {
		t.Errorf("the channel sees %v", all)
	}
}
