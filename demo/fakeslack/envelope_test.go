package fakeslack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"catbot/demo/fakeslack"
)

func TestEnvelopesGoRoundAmongTheSockets(t *testing.T) {
	w := start(t, fakeslack.Options{})
	for range 3 {
		dial(t, w)
	}
	perSocket := map[int]int{}
	for range 9 {
		perSocket[slash(t, w, "").Deliveries()[0].Socket]++
	}
	if len(perSocket) != 3 || perSocket[1] != 3 || perSocket[2] != 3 {
		t.Errorf("envelopes by socket: %v", perSocket)
	}
}

func TestARedeliveryIsTheSameEnvelopeOnAnotherSocket(t *testing.T) {
	w := start(t, fakeslack.Options{})
	one, two := connect(t, w, ackAtOnce), connect(t, w, ackAtOnce)
	i := slash(t, w, "help")
	a := one.next(t)
	slash(t, w, "another") // so that it is the first socket's turn again
	two.next(t)
	if err := i.Redeliver(); err != nil {
		t.Fatal(err)
	}
	b := two.next(t)
	if a.Request.EnvelopeID != i.ID || b.Request.EnvelopeID != i.ID ||
		string(a.Request.Payload) != string(b.Request.Payload) {
		t.Errorf("the sockets got %s and %s", a.Request.Payload, b.Request.Payload)
	}
	if err := w.Until(within(t), func(s fakeslack.Stats) bool { return s.Acks == 3 }); err != nil {
		t.Fatal(err)
	}
	d := i.Deliveries()
	if i.Acks() != 2 || len(d) != 2 || d[0].Socket == d[1].Socket {
		t.Errorf("%d acks, deliveries %v", i.Acks(), d)
	}
}

func TestARedeliveredCommandDoesNotSaySo(t *testing.T) {
	w := start(t, fakeslack.Options{})
	conn := dial(t, w)
	i := slash(t, w, "help")
	if err := i.Redeliver(); err != nil {
		t.Fatal(err)
	}
	if first, second := frame(t, conn), frame(t, conn); string(first) != string(second) {
		t.Errorf("first came %s, then %s", first, second)
	}
}

func TestAnEventThatNobodyAcksComesAgain(t *testing.T) {
	w := start(t, fakeslack.Options{AckTimeout: time.Millisecond})
	w.Hurry(time.Millisecond)
	conn := dial(t, w)
	e, err := w.Send(fakeslack.EventsAPI, map[string]any{"type": "event_callback", "event_id": "Ev1"})
	if err != nil {
		t.Fatal(err)
	}
	for attempt := range 4 {
		var got struct {
			EnvelopeID   string `json:"envelope_id"`
			RetryAttempt int    `json:"retry_attempt"`
			RetryReason  string `json:"retry_reason"`
		}
		if err := json.Unmarshal(frame(t, conn), &got); err != nil {
			t.Fatal(err)
		}
		if got.EnvelopeID != e.ID || got.RetryAttempt != attempt || (got.RetryReason == "timeout") != (attempt > 0) {
			t.Errorf("attempt %d: %+v", attempt, got)
		}
	}
	if n := len(e.Deliveries()); n != 4 {
		t.Errorf("%d deliveries", n)
	}
}

func TestACommandThatNobodyAcksFailsAndDoesNotComeAgain(t *testing.T) {
	w := start(t, fakeslack.Options{AckTimeout: time.Millisecond})
	conn := dial(t, w)
	i := slash(t, w, "")
	frame(t, conn)
	// The next envelope is another command: whatever the first timeout sends would come before its end.
	for i.Failure() == "" {
		slash(t, w, "")
		frame(t, conn)
	}
	if i.Failure() != "operation_timeout" || len(i.Deliveries()) != 1 {
		t.Errorf("failure %q after %d deliveries", i.Failure(), len(i.Deliveries()))
	}
}

func TestEventsAndInteractionsReachSlackGo(t *testing.T) {
	w := start(t, fakeslack.Options{})
	b := connect(t, w, func(c *socketmode.Client, r socketmode.Request) {
		_ = c.Ack(r, map[string]any{"response_action": "errors", "errors": map[string]string{"window": "too long"}})
	})
	event, err := w.Send(fakeslack.EventsAPI, map[string]any{
		"type": "event_callback", "team_id": fakeslack.TeamID, "event_id": "Ev1",
		"event": map[string]any{"type": "app_home_opened", "user": fakeslack.Alice, "tab": "home"},
	})
	if err != nil {
		t.Fatal(err)
	}
	inner := b.next(t).Data.(slackevents.EventsAPIEvent).InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
	if inner.User != fakeslack.Alice {
		t.Errorf("the event is %+v", inner)
	}
	<-event.Acked()

	form, err := w.Send(fakeslack.Interactive, map[string]any{"type": "view_submission",
		"user": map[string]any{"id": fakeslack.Wei}})
	if err != nil {
		t.Fatal(err)
	}
	got := b.next(t)
	if got.Data.(slack.InteractionCallback).User.ID != fakeslack.Wei || !got.Request.AcceptsResponsePayload {
		t.Errorf("the interaction is %+v", got.Request)
	}
	<-form.Acked()
	if !strings.Contains(string(form.AckPayload()), "too long") {
		t.Errorf("the ack says %s", form.AckPayload())
	}
}

func TestAnAckMayAnswerACommand(t *testing.T) {
	for _, tc := range []struct{ name, payload, text, to, failure string }{
		{"with nothing", `{}`, "", "", ""},
		{"with a text for one person", `{"text":"busy"}`, "busy", fakeslack.Alice, ""},
		{"with a bare string", `"busy"`, "busy", fakeslack.Alice, ""},
		{"with a text for the channel", `{"text":"all","response_type":"in_channel"}`, "all", "", ""},
		{"with blocks that Slack refuses", `{"text":"x","blocks":[{"type":"nonsense"}]}`, "", "", "invalid_blocks"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := start(t, fakeslack.Options{})
			conn := dial(t, w)
			i := slash(t, w, "")
			if err := conn.WriteMessage(websocket.TextMessage,
				[]byte(`{"envelope_id":"`+i.ID+`","payload":`+tc.payload+`}`)); err != nil {
				t.Fatal(err)
			}
			<-i.Acked()
			var text, to string
			if got := i.Messages(); len(got) == 1 {
				text, to = got[0].Text, got[0].To
			}
			if text != tc.text || to != tc.to || i.Failure() != tc.failure {
				t.Errorf("message %q to %q, failure %q", text, to, i.Failure())
			}
		})
	}
}

func TestFramesThatAreNoAckArePassedOver(t *testing.T) {
	w := start(t, fakeslack.Options{})
	conn := dial(t, w)
	i := slash(t, w, "")
	for _, f := range []string{"", "nonsense", "[]", `{"envelope_id":7}`, `{"envelope_id":"unknown"}`, `{"envelope_id":"` +
		i.ID + `"}`} {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(f)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Until(within(t), func(s fakeslack.Stats) bool { return s.Acks == 1 }); err != nil {
		t.Fatal(err)
	}
	if s := w.Stats(); s.Acks != 1 || s.Open != 1 {
		t.Errorf("%+v", s)
	}
}
