package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"catbot/catapi"
	"catbot/demo/fakeslack"
)

// asksFor opens the form that asks, in from, and fills it in for an answer in where.
func (r *testBot) asksFor(t *testing.T, from, where string) *fakeslack.Invocation {
	t.Helper()
	i, err := r.Slash(fakeslack.Alice, from, "/cat", "")
	if err != nil {
		t.Fatal(err)
	}
	r.form(t, fakeslack.Alice)
	if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
		t.Fatal(err)
	}
	r.enters(t, fakeslack.Alice, map[string]string{"task": "126531", "window": "last 8h", "where": where})
	return i
}

// endedWith waits until the bot has done a command of a kind, with an outcome.
func (r *testBot) endedWith(t *testing.T, kind, outcome string) {
	t.Helper()
	r.log.until(t, func(log string) bool { return strings.Contains(log, `"kind":"`+kind+`","outcome":"`+outcome+`"`) })
}

func TestFormConfirmsOnlyPostedAnswer(t *testing.T) {
	fails := func(context.Context, catapi.Query) (catapi.History, error) {
		return catapi.History{}, &catapi.TransportError{Op: "sending the request", Cause: errors.New("refused")}
	}
	for _, tc := range []struct {
		name, says, outcome string
		source              source
		arrange             func(*testBot)
	}{
		{"when it stands there", "The answer is posted in <#C0OPS>.", "answered", nil, func(*testBot) {}},
		{"when Slack does not say so", "Slack did not confirm that it posted the answer in <#C0OPS>.", "unconfirmed", nil, func(r *testBot) {
			r.Fail("chat.postMessage", 1, fakeslack.Fault{Applied: true, Drop: true})
		}},
		{"when it came as a direct message", "Slack did not post the answer in <#C0OPS>. It is in your messages with catbot.", "undelivered", nil, func(r *testBot) {
			r.Fail("chat.postMessage", 1, fakeslack.Fault{Error: "restricted_action"})
		}},
		{"when it came to nobody", "Slack took the answer neither for <#C0OPS> nor as a direct message.", "undelivered", nil, func(r *testBot) {
			r.Fail("chat.postMessage", fakeslack.Always, fakeslack.Fault{Error: "restricted_action"})
		}},
		{"when there is none", "The reason is in <#C0OPS>, visible only to you.", "failed", fails, func(*testBot) {}},
		{"when there is none, and why came as a direct message", "The reason is in your messages with catbot.", "failed", fails, func(r *testBot) {
			r.Fail("chat.postEphemeral", 1, fakeslack.Fault{Error: "user_not_in_channel"})
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := connect(t, setup{source: tc.source})
			i := r.asksFor(t, fakeslack.General, fakeslack.Ops)
			tc.arrange(r)
			r.sends(t, fakeslack.Alice)
			r.reads(t, i, tc.says)
			r.endedWith(t, "send ask", tc.outcome)
			if sees := r.Sees(fakeslack.Alice, fakeslack.General); len(sees) != 1 {
				t.Errorf("where the form was opened stand %d messages", len(sees))
			}
		})
	}
}

func TestResentFormPostsAnswerOnce(t *testing.T) {
	for _, tc := range []struct {
		name    string
		arrange func(*testBot)
	}{
		{"when it was posted", func(*testBot) {}},
		{"when it was not posted the first time", func(r *testBot) {
			r.Fail("chat.postMessage", 1, fakeslack.Fault{Error: "restricted_action"})
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := connect(t, setup{})
			r.asksFor(t, fakeslack.General, fakeslack.Ops)
			tc.arrange(r)
			e, err := r.Submit(fakeslack.Alice)
			if err != nil {
				t.Fatal(err)
			}
			<-e.Acked()
			r.settled(t, 2)
			again, err := r.Send(fakeslack.Interactive, e.Payload)
			if err != nil {
				t.Fatal(err)
			}
			<-again.Acked()
			r.settled(t, 3)
			if posted := r.inChannel("982"); len(posted) != 1 {
				t.Errorf("the channel sees %d answers", len(posted))
			}
		})
	}
}

func TestChannelAnswerFallsBackToDirectMessage(t *testing.T) {
	r := connect(t, setup{})
	r.Fail(fakeslack.ResponseURL, 1, fakeslack.Fault{Status: 404, Error: "used_url"})
	r.Fail("chat.postMessage", 1, fakeslack.Fault{Error: "not_in_channel"})
	r.reads(t, r.types(t, "codes 126531 jiangxi public"), "Slack did not post the answer in <#C0OPS>.")
	r.endedWith(t, "codes", "undelivered")
}

func TestChannelFileAsDirectMessageIsNotConfirmed(t *testing.T) {
	r := connect(t, setup{})
	r.Fail("files.completeUploadExternal", 1, fakeslack.Fault{Error: "not_in_channel"})
	r.reads(t, r.types(t, "codes 126531 jiangxi public csv"), "The file is in your messages with catbot.")
	r.endedWith(t, "codes", "undelivered")
}
