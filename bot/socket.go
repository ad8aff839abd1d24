package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// ackTimeout bounds the handing over of an ack. It only waits while a connection is being replaced, and then
// nothing else may: the loop must drain, or slack-go cannot reconnect.
const ackTimeout = 200 * time.Millisecond

// listen acks every envelope and hands commands over, and does nothing else: slack-go stops reading, and with it
// answering pings, when its events are not taken at once. It ends when events is closed or ctx is done.
func (b *Bot) listen(ctx context.Context, events <-chan socketmode.Event) {
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-events:
			b.hear(ctx, event)
		}
	}
}

func (b *Bot) hear(ctx context.Context, event socketmode.Event) {
	defer func() {
		if value := recover(); value != nil {
			b.log.Error("an envelope panicked", "type", string(event.Type), "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			b.lose(ctx, event)
		}
	}()
	received := b.now()
	switch event.Type {
	case socketmode.EventTypeConnecting:
		b.connected.Store(false)
	case socketmode.EventTypeHello:
		b.connected.Store(true)
		b.metrics.connects.Inc()
		b.log.Info("connected to slack")
	case socketmode.EventTypeSlashCommand:
		if command, ok := event.Data.(slack.SlashCommand); ok && event.Request != nil {
			b.take(ctx, *event.Request, command, received)
		}
	case socketmode.EventTypeInteractive:
		if callback, ok := event.Data.(slack.InteractionCallback); ok && event.Request != nil {
			b.takeInteraction(ctx, *event.Request, callback, received)
		}
	case socketmode.EventTypeEventsAPI:
		b.ack(ctx, event.Request, nil, received)
		if outer, ok := event.Data.(slackevents.EventsAPIEvent); ok && event.Request != nil {
			b.takeHome(*event.Request, outer, received)
		}
	case socketmode.EventTypeErrorBadMessage:
		b.ackUnread(ctx, event, received)
	case socketmode.EventTypeConnectionError, socketmode.EventTypeIncomingError:
		b.log.Warn("the connection to slack has trouble", "event", string(event.Type), "error", connectionError(event))
	case socketmode.EventTypeErrorWriteFailed:
		b.metrics.acksLost.Inc()
		b.log.Warn("an ack was not written; slack may tell its user that the command failed, the answer still comes")
	}
}

// lose gives an envelope up that panicked: it is acked, or Slack would send it again, and its person is told so.
func (b *Bot) lose(ctx context.Context, event socketmode.Event) {
	if event.Request == nil {
		return
	}
	b.ack(ctx, event.Request, nil, b.now())
	person := ""
	switch data := event.Data.(type) {
	case slack.SlashCommand:
		person = data.UserID
	case slack.InteractionCallback:
		if data.Type != slack.InteractionTypeBlockSuggestion { // nobody waits for more than that
			person = data.User.ID
		}
	}
	if person != "" {
		go b.apologize(job{envelope: event.Request.EnvelopeID, to: Address{User: person}, words: b.people.recall(person).words})
	}
}

// take acks a slash command and queues it. With no room in the queue the ack itself says so.
func (b *Bot) take(ctx context.Context, request socketmode.Request, command slack.SlashCommand, received time.Time) {
	if !b.reserve() {
		b.ack(ctx, &request, busy{Type: slack.ResponseTypeEphemeral, Text: b.people.recall(command.UserID).words.Busy()}, received)
		return
	}
	b.ack(ctx, &request, nil, received)
	j := job{
		envelope: request.EnvelopeID,
		text:     command.Text,
		to:       Address{ResponseURL: command.ResponseURL, Channel: command.ChannelID, User: command.UserID},
		from:     membership{command.TeamID, command.EnterpriseID},
		received: received,
	}
	if strings.TrimSpace(command.Text) == "" {
		j.opens = &opening{form: askForm, trigger: command.TriggerID, origin: origin{Channel: command.ChannelID, URL: command.ResponseURL}}
	}
	b.queue(j)
}

// takeHome queues the drawing of a Home tab. With no room it stays as it was; opening it again draws it.
func (b *Bot) takeHome(request socketmode.Request, event slackevents.EventsAPIEvent, received time.Time) {
	opened, ok := event.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
	if ok && opened.Tab == "home" && b.reserve() {
		b.queue(job{envelope: request.EnvelopeID, to: Address{User: opened.User}, received: received, home: &homeTab{}})
	}
}

// reserve takes a place for a job, and reports whether there was one.
func (b *Bot) reserve() bool {
	select {
	case b.slots <- struct{}{}:
		return true
	default:
		b.metrics.command("any", "busy", 0)
		return false
	}
}

// queue hands j to the workers. It never blocks: a place was reserved.
func (b *Bot) queue(j job) {
	b.jobs <- j
	b.metrics.queue.Set(float64(len(b.jobs)))
}

// busy is an ack that is also the answer.
type busy struct {
	Type string `json:"response_type"`
	Text string `json:"text"`
}

// ack hands an ack over, and reports whether it could.
func (b *Bot) ack(ctx context.Context, request *socketmode.Request, payload any, received time.Time) bool {
	if request == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	if err := b.socket.AckCtx(ctx, request.EnvelopeID, payload); err != nil {
		b.metrics.acksLost.Inc()
		b.log.Warn("an ack was not sent", "envelope", request.EnvelopeID, "error", err)
		return false
	}
	b.metrics.ackTook(b.now().Sub(received))
	return true
}

// ackUnread acks an envelope of a kind that slack-go does not know, which Slack would otherwise send again and again.
func (b *Bot) ackUnread(ctx context.Context, event socketmode.Event, received time.Time) {
	bad, ok := event.Data.(*socketmode.ErrorBadMessage)
	if !ok {
		return
	}
	var envelope struct {
		ID   string `json:"envelope_id"`
		Type string `json:"type"`
	}
	_ = json.Unmarshal(bad.Message, &envelope) // what cannot be read has no id
	b.log.Warn("an envelope was not understood", "envelope", envelope.ID, "type", envelope.Type)
	if envelope.ID != "" {
		b.ack(ctx, &socketmode.Request{EnvelopeID: envelope.ID}, nil, received)
	}
}

// connectionError is the reason within slack-go's event.
func connectionError(event socketmode.Event) error {
	switch data := event.Data.(type) {
	case *slack.ConnectionErrorEvent:
		return withoutURL(data.ErrorObj)
	case *slack.IncomingEventError:
		return withoutURL(data.ErrorObj)
	}
	return nil
}
