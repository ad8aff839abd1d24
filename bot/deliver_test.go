package bot_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"catbot/demo/fakeslack"
)

// inChannel are the messages in #ops that all there see and that hold text.
func (r *testBot) inChannel(text string) []fakeslack.Message {
	var found []fakeslack.Message
	for _, m := range r.Messages() {
		if m.Channel == fakeslack.Ops && !m.Ephemeral() && !m.Deleted &&
			strings.Contains(m.Text+string(m.Blocks), text) {
			found = append(found, m)
		}
	}
	return found
}

func TestUnconfirmedPublicAnswerIsNotRepeated(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	defer close(gate)
	for _, tc := range []struct {
		name  string
		fault fakeslack.Fault
	}{
		{"when the connection is cut after it was taken", fakeslack.Fault{Applied: true, Drop: true}},
		{"when it was taken and a gateway answers", fakeslack.Fault{Applied: true, Status: http.StatusBadGateway}},
		{"when it was taken and Slack speaks of trouble", fakeslack.Fault{Applied: true, Error: "internal_error"}},
		{"when it was taken and no answer comes in time", fakeslack.Fault{Applied: true, Hold: gate}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := connect(t, setup{})
			r.Fail(fakeslack.ResponseURL, 1, tc.fault)
			i := r.types(t, "codes 126531 jiangxi public")
			if m := r.reads(t, i, "Slack did not confirm"); m.To != fakeslack.Alice {
				t.Errorf("that it is not sure is told to %q", m.To)
			}
			r.settled(t, 1)
			if posted := r.inChannel("Ping超时"); len(posted) != 1 {
				t.Errorf("the channel sees it %d times", len(posted))
			}
		})
	}
}

func TestUnconfirmedFallbackPostIsNotRepeated(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.Fail(fakeslack.ResponseURL, 1, fakeslack.Fault{Status: http.StatusNotFound, Error: "expired_url"})
	r.Fail("chat.postMessage", 1, fakeslack.Fault{Applied: true, Drop: true})
	r.reads(t, r.types(t, "codes 126531 jiangxi public"), "Slack did not confirm")
	r.settled(t, 1)
	if posted := r.inChannel("Ping超时"); len(posted) != 1 {
		t.Errorf("the channel sees it %d times", len(posted))
	}
	for _, m := range r.Messages() {
		if m.Channel == r.DM(fakeslack.Alice) {
			t.Errorf("Alice has it by direct message, too: %s", m.Text)
		}
	}
}

func TestUnsentPublicAnswerTakesNextRoute(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + nobody.Addr().String() + "/commands/1"
	_ = nobody.Close() // nobody listens there any more
	_, err = r.Send(fakeslack.SlashCommands, map[string]any{
		"team_id": fakeslack.TeamID, "channel_id": fakeslack.Ops, "user_id": fakeslack.Alice,
		"command": "/cat", "text": "codes 126531 jiangxi public", "response_url": url,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.settled(t, 1)
	if posted := r.inChannel("Ping超时"); len(posted) != 1 {
		t.Errorf("the channel sees it %d times\n%s", len(posted), r.log)
	}
}

func TestUnconfirmedChannelFileIsNotRepeated(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.Fail("files.completeUploadExternal", 1, fakeslack.Fault{Applied: true, Error: "internal_error"})
	r.reads(t, r.types(t, "codes 126531 jiangxi public csv"), "Slack did not confirm")
	r.settled(t, 1)
	if n := len(r.Calls("files.completeUploadExternal")); n != 1 {
		t.Errorf("it was sent %d times", n)
	}
}
