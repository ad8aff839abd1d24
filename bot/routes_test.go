package bot_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"catbot/demo/fakeslack"
)

func TestRefusedRichBlocksFallBackToPlainOnes(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, http.StatusBadRequest, http.StatusInternalServerError} {
		t.Run(fmt.Sprint("refused with status ", status), func(t *testing.T) {
			r := connect(t, setup{workspace: fakeslack.Options{RefuseStatus: status}})
			r.Refuse("data_visualization")
			m := r.reads(t, r.types(t, "codes 126531 jiangxi"), "Ping超时")
			if strings.Contains(string(m.Blocks), "data_visualization") || !strings.Contains(string(m.Blocks), "section") {
				t.Errorf("the blocks are %s", m.Blocks)
			}
			r.Refuse("data_visualization", "header", "section", "context")
			if m := r.reads(t, r.types(t, "codes 126531 jiangxi"), "982 failures"); len(m.Blocks) != 0 {
				t.Errorf("the blocks are %s", m.Blocks)
			}
		})
	}
}

func TestRefusedResponseURLFallsBack(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		text    string
		arrange func(*testBot)
		channel string // where the answer is read; empty is the direct conversation
		private bool
	}{
		{"to an ephemeral message", "codes 126531 jiangxi", func(r *testBot) {}, fakeslack.Ops, true},
		{"to a message for the channel", "codes 126531 jiangxi public", func(r *testBot) {}, fakeslack.Ops, false},
		{"to a direct message when the channel takes none", "codes 126531 jiangxi", func(r *testBot) {
			r.Fail("chat.postEphemeral", fakeslack.Always, fakeslack.Fault{Error: "user_not_in_channel"})
		}, "", false},
		{"to a direct message when the bot is not in the channel", "codes 126531 jiangxi public", func(r *testBot) {
			r.Fail("chat.postMessage", 1, fakeslack.Fault{Error: "not_in_channel"})
		}, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := connect(t, setup{})
			r.Fail(fakeslack.ResponseURL, fakeslack.Always, fakeslack.Fault{Status: http.StatusNotFound, Error: "used_url"})
			tc.arrange(r)
			m := r.reads(t, r.types(t, tc.text), "Ping超时")
			if tc.channel == "" {
				tc.channel = r.DM(fakeslack.Alice)
			}
			if m.Channel != tc.channel || m.Ephemeral() != tc.private {
				t.Errorf("it is in %s, ephemeral %v", m.Channel, m.Ephemeral())
			}
		})
	}
}

func TestHangingResponseURLLeavesTimeForNextRoute(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	gate := make(chan struct{})
	defer close(gate)
	r.Fail(fakeslack.ResponseURL, fakeslack.Always, fakeslack.Fault{Hold: gate})
	i := r.types(t, "codes 126531 jiangxi")
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	m, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool { return strings.Contains(string(m.Blocks), "Ping超时") })
	if err != nil || m.To != fakeslack.Alice || m.Envelope != "" {
		t.Errorf("to %q by envelope %q, %v; %d answers", m.To, m.Envelope, err, len(i.Messages()))
	}
}

func TestRateLimitedAnswerWaitsRetryAfter(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.Fail(fakeslack.ResponseURL, 1, fakeslack.Fault{RetryAfter: time.Second})
	i := r.types(t, "codes 126531 jiangxi")
	r.reads(t, i, "Ping超时")
	calls := r.Calls(fakeslack.ResponseURL)
	if len(calls) != 2 || calls[1].At.Sub(calls[0].At) < time.Second {
		t.Errorf("%d posts; the second after %s", len(calls), calls[len(calls)-1].At.Sub(calls[0].At))
	}
}

func TestSlackServerErrorIsRetried(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]fakeslack.Fault{
		"a server error": {Status: http.StatusBadGateway}, "a cut connection": {Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := connect(t, setup{})
			r.Fail(fakeslack.ResponseURL, 2, fault)
			r.reads(t, r.types(t, "codes 126531 jiangxi"), "Ping超时")
		})
	}
}
