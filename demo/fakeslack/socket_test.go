package fakeslack_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

func TestACommandIsDeliveredAckedAndAnswered(t *testing.T) {
	w := start(t, fakeslack.Options{})
	b := connect(t, w, ackAtOnce)

	i := slash(t, w, "codes 126531 last 8h")
	cmd := b.next(t).Data.(slack.SlashCommand)
	if cmd.Command != "/cat" || cmd.Text != "codes 126531 last 8h" || cmd.UserID != fakeslack.Alice ||
		cmd.UserName != "alice" || cmd.ChannelID != fakeslack.Ops || cmd.ChannelName != "ops" ||
		cmd.TeamID != fakeslack.TeamID {
		t.Errorf("the bot got %+v", cmd)
	}
	<-i.Acked()
	if took, ok := i.AckTime(); !ok || took <= 0 {
		t.Errorf("ack after %v, %v", took, ok)
	}
	if i.AckPayload() != nil || i.Failure() != "" {
		t.Errorf("ack payload %s, failure %q", i.AckPayload(), i.Failure())
	}

	_, _, err := b.PostMessageContext(within(t), "",
		slack.MsgOptionResponseURL(cmd.ResponseURL, slack.ResponseTypeEphemeral),
		slack.MsgOptionText("982 failures", false))
	if err != nil {
		t.Fatal(err)
	}
	m, err := i.Wait(within(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	if m.Text != "982 failures" || m.To != fakeslack.Alice || m.Channel != fakeslack.Ops || m.Envelope != i.ID {
		t.Errorf("Alice sees %+v", m)
	}
	if len(w.Sees(fakeslack.Alice, fakeslack.Ops)) != 1 || len(w.Sees(fakeslack.Wei, fakeslack.Ops)) != 0 {
		t.Error("an ephemeral message is for one person")
	}
}

func TestAPrivateChannelIsNotNamed(t *testing.T) {
	w := start(t, fakeslack.Options{})
	b := connect(t, w, ackAtOnce)
	for channel, name := range map[string]string{
		fakeslack.WarRoom: "privategroup", w.DM(fakeslack.Wei): "directmessage",
	} {
		if _, err := w.Slash(fakeslack.Wei, channel, "/cat", ""); err != nil {
			t.Fatal(err)
		}
		if got := b.next(t).Data.(slack.SlashCommand).ChannelName; got != name {
			t.Errorf("%s is called %q, want %q", channel, got, name)
		}
	}
}

func TestACommandThatCannotBeTyped(t *testing.T) {
	w := start(t, fakeslack.Options{})
	if _, err := w.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", ""); !errors.Is(err, fakeslack.ErrDispatchFailed) {
		t.Errorf("without a bot: %v", err)
	}
	for _, tc := range []struct{ name, user, channel string }{
		{"by a stranger", "U0NOBODY", fakeslack.Ops},
		{"in a channel that is not there", fakeslack.Alice, "C0NOWHERE"},
		{"in a channel without the person", fakeslack.Sam, fakeslack.WarRoom},
	} {
		if _, err := w.Slash(tc.user, tc.channel, "/cat", ""); err == nil ||
			errors.Is(err, fakeslack.ErrDispatchFailed) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func TestDisconnectedBotComesBack(t *testing.T) {
	w := start(t, fakeslack.Options{})
	b := connect(t, w, ackAtOnce)
	for n, leave := range []func() int{
		func() int { return w.Disconnect(fakeslack.Warning) },
		func() int { return w.Disconnect(fakeslack.RefreshRequested) },
		w.Cut,
	} {
		if told := leave(); told != 1 {
			t.Fatalf("%d sockets were there", told)
		}
		if err := w.Until(within(t), func(s fakeslack.Stats) bool { return s.Connects == n+2 && s.Open == 1 }); err != nil {
			t.Fatal(err)
		}
		i := slash(t, w, "help")
		b.next(t)
		<-i.Acked()
	}
	if opened := w.Stats().Calls["apps.connections.open"]; opened != 4 {
		t.Errorf("apps.connections.open was called %d times", opened)
	}
}

func TestNoEnvelopeGoesToASocketThatWasToldToGo(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	w.Disconnect(fakeslack.Warning)
	if _, err := w.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", ""); !errors.Is(err, fakeslack.ErrDispatchFailed) {
		t.Errorf("got %v", err)
	}
	if again := w.Disconnect(fakeslack.Warning); again != 0 {
		t.Errorf("%d sockets were told twice", again)
	}
}

func TestEnvelopesMayComeBehindAWarning(t *testing.T) {
	w := start(t, fakeslack.Options{})
	conn := dial(t, w)
	if told := w.Warn(fakeslack.Warning); told != 1 {
		t.Errorf("%d sockets were told", told)
	}
	slash(t, w, "help")
	for _, want := range []string{`"type":"disconnect"`, `"type":"slash_commands"`} {
		if got := string(frame(t, conn)); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	w.Disconnect(fakeslack.Warning) // once more, and nothing comes any more
	if _, err := w.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", ""); !errors.Is(err, fakeslack.ErrDispatchFailed) {
		t.Errorf("got %v", err)
	}
}

func TestASocketThatStaysAfterItsWarningIsCut(t *testing.T) {
	w := start(t, fakeslack.Options{})
	w.Hurry(time.Millisecond)
	conn := dial(t, w)
	w.Disconnect(fakeslack.Warning)
	if got := string(frame(t, conn)); !strings.Contains(got, `"reason":"warning"`) {
		t.Errorf("got %s", got)
	}
	if err := w.Until(within(t), func(s fakeslack.Stats) bool { return s.Open == 0 }); err != nil {
		t.Error(err)
	}
}

func TestSocketsSentAwayRightAfterHello(t *testing.T) {
	w := start(t, fakeslack.Options{})
	w.DisconnectNext(3, fakeslack.RefreshRequested)
	connect(t, w, ackAtOnce)
	if err := w.Until(within(t), func(s fakeslack.Stats) bool { return s.Connects == 4 && s.Open == 1 }); err != nil {
		t.Error(err)
	}
}

func TestPingsAreAnsweredAndKeepTheSocket(t *testing.T) {
	w := start(t, fakeslack.Options{PingEvery: time.Millisecond})
	connect(t, w, ackAtOnce)
	if err := w.Until(within(t), func(s fakeslack.Stats) bool { return s.Pongs >= 20 }); err != nil {
		t.Fatal(err)
	}
	if s := w.Stats(); s.Connects != 1 || s.Open != 1 {
		t.Errorf("the socket did not last: %+v", s)
	}
}

func TestPingsTooRareForSlacksClientsAreNoOption(t *testing.T) {
	if w, err := fakeslack.Start(fakeslack.Options{PingEvery: 30 * time.Second}); err == nil {
		w.Close()
		t.Error("a ping every 30s was accepted")
	}
}

func TestOnlyLoopbackIsServed(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "nonsense"} {
		if w, err := fakeslack.Start(fakeslack.Options{Addr: addr}); err == nil {
			w.Close()
			t.Errorf("%q was served", addr)
		}
	}
}

func TestAnAckOverTwentyKilobytesEndsTheSocket(t *testing.T) {
	w := start(t, fakeslack.Options{})
	conn := dial(t, w)
	big := `{"envelope_id":"x","payload":{"text":"` + strings.Repeat("a", 20_480) + `"}}`
	if err := conn.WriteMessage(websocket.TextMessage, []byte(big)); err != nil {
		t.Fatal(err)
	}
	for range 50 { // what is under way when the socket ends must not hide why
		_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"envelope_id":"y"}`))
	}
	_, _, err := conn.ReadMessage()
	if !websocket.IsCloseError(err, websocket.CloseMessageTooBig) || !strings.Contains(err.Error(), "20480") {
		t.Errorf("the socket ended with %v", err)
	}
}

func TestATicketOpensOneSocket(t *testing.T) {
	w := start(t, fakeslack.Options{})
	url := ticketURL(t, w)
	dialURL(t, url)
	for _, used := range []string{url, strings.Replace(url, "ticket=", "ticket=x", 1)} {
		_, resp, err := websocket.DefaultDialer.DialContext(within(t), used, nil)
		if err == nil || resp.StatusCode != http.StatusForbidden {
			t.Errorf("the ticket was taken: %v", err)
		}
	}
}

func TestTheEleventhSocketIsSentAway(t *testing.T) {
	w := start(t, fakeslack.Options{})
	for range 10 {
		dial(t, w)
	}
	if got := string(frame(t, dialURL(t, ticketURL(t, w)))); !strings.Contains(got, `"reason":"too_many_websockets"`) {
		t.Errorf("the eleventh got %s", got)
	}
	if open := w.Stats().Open; open != 10 {
		t.Errorf("%d sockets are open", open)
	}
}
