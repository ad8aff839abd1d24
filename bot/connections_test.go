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

func TestCommandsAfterDisconnectAreAnswered(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{fakeslack.Warning, fakeslack.RefreshRequested} {
		r := connect(t, setup{})
		if n := r.Warn(reason); n != 1 {
			t.Fatalf("%d sockets are told to go", n)
		}
		var sent []*fakeslack.Invocation
		for range 6 {
			sent = append(sent, r.types(t, "codes 126531 jiangxi"))
		}
		for _, i := range sent {
			r.reads(t, i, "Ping超时")
			select {
			case <-i.Acked():
			case <-time.After(patience):
				t.Errorf("%s: a command is not acked", reason)
			}
			if sockets := i.Deliveries(); len(sockets) != 1 {
				t.Errorf("%s: it was sent %d times", reason, len(sockets))
			}
		}
	}
}

func TestNextConnectionOpensBeforeOldOneEnds(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.Warn(fakeslack.Warning)
	r.until(t, func(s fakeslack.Stats) bool { return s.Connects == 2 && s.Open == 2 })
	for range 4 { // by turns over both
		r.reads(t, r.types(t, "codes 126531 jiangxi"), "Ping超时")
	}
	r.until(t, func(s fakeslack.Stats) bool { return s.Open == 1 }) // Slack cuts the old one after 10 s
	if !r.bot.Connected() {
		t.Error("the bot takes itself for disconnected")
	}
	r.reads(t, r.types(t, "codes 126531 jiangxi"), "Ping超时")
}

func TestAckOfClosedConnectionUsesNextOne(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	gate := make(chan struct{})
	r.types(t, "")
	r.form(t, fakeslack.Alice)
	if _, err := r.Suggest(fakeslack.Alice, "task", "126531"); err != nil {
		t.Fatal(err)
	}
	r.enters(t, fakeslack.Alice, map[string]string{"task": "126531", "window": "last 8h", "where": fakeslack.General})
	r.Fail("conversations.info", 1, fakeslack.Fault{Hold: gate}) // the ack of a form waits for what it says
	e, err := r.Submit(fakeslack.Alice)
	if err != nil {
		t.Fatal(err)
	}
	r.until(t, func(s fakeslack.Stats) bool { return s.Calls["conversations.info"] == 1 })
	r.Cut()
	r.until(t, func(s fakeslack.Stats) bool { return s.Connects == 2 })
	close(gate)
	select {
	case <-e.Acked():
	case <-time.After(patience):
		t.Fatalf("the form is not acked\n%s", r.log)
	}
}

func TestConnectRetriesWhenSlackIsUnreachable(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.Fail("apps.connections.open", 1, fakeslack.Fault{Status: http.StatusServiceUnavailable})
	r.Fail("apps.connections.open", 1, fakeslack.Fault{RetryAfter: time.Second})
	r.Cut()
	r.until(t, func(s fakeslack.Stats) bool { return s.Connects == 2 && s.Open == 1 })
	r.reads(t, r.types(t, "codes 126531 jiangxi"), "Ping超时")
	if calls := r.Calls("apps.connections.open"); calls[3].At.Sub(calls[2].At) < time.Second {
		t.Errorf("asked again after %s, where Slack said a second", calls[3].At.Sub(calls[2].At))
	}
}

func TestMalformedEnvelopeIsAcked(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	for _, payload := range []any{"a string", map[string]any{"type": []int{1}}} {
		for _, kind := range []fakeslack.Kind{fakeslack.SlashCommands, fakeslack.EventsAPI, fakeslack.Interactive} {
			e, err := r.Send(kind, payload)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			select {
			case <-e.Acked():
			case <-ctx.Done():
				t.Errorf("%s with %v is not acked", kind, payload)
			}
			cancel()
		}
	}
	if log := r.log.String(); !strings.Contains(log, "invalid envelope") {
		t.Errorf("the log does not say so:\n%s", log)
	}
}

func TestReconnects(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	for n, cut := range []func(){
		func() { r.Disconnect("warning") }, func() { r.Cut() }, func() { r.Disconnect("refresh_requested") },
	} {
		connects := r.Stats().Connects
		cut()
		r.until(t, func(s fakeslack.Stats) bool { return s.Connects > connects })
		r.reads(t, r.types(t, fmt.Sprintf("codes %d jiangxi", n+1)), "Ping超时")
	}
}

func TestManyDisconnectsAreSpacedOut(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.DisconnectNext(fakeslack.Always, "refresh_requested")
	r.Disconnect("refresh_requested")
	r.until(t, func(s fakeslack.Stats) bool { return s.Connects >= 4 }) // the first few come at once
	r.DisconnectNext(0, "")
	// The next connection only comes when the connectLimiter lets it: without one, hundreds would have come by now.
	r.until(t, func(s fakeslack.Stats) bool { return s.Connects >= 5 })
	if n := r.Stats().Calls["apps.connections.open"]; n > 6 {
		t.Errorf("%d connections were asked for", n)
	}
	r.reads(t, r.types(t, "codes 126531 jiangxi"), "Ping超时")
}

func TestRevokedTokenStopsBot(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.Fail("apps.connections.open", fakeslack.Always, fakeslack.Fault{Error: "invalid_auth"})
	r.Cut()
	err := <-r.ended
	r.ended <- err
	if err == nil || !strings.Contains(err.Error(), "invalid_auth") {
		t.Errorf("it ends with %v", err)
	}
}

func TestUnknownEnvelopesAreAcked(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	for kind, payload := range map[fakeslack.Kind]any{
		fakeslack.Interactive: map[string]any{"type": "block_actions", "user": map[string]any{"id": fakeslack.Alice}},
		"something_new":       map[string]any{"type": "x"},
	} {
		e, err := r.Send(kind, payload)
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-e.Acked():
		case <-time.After(patience):
			t.Errorf("a %s envelope is not acked", kind)
		}
	}
}
