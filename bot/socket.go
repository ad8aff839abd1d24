package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"catbot/bot/blockkit"
)

const (
	// ackTime is how long Slack waits for an ack.
	ackTime = 3 * time.Second
	// ackLeast is how long any ack is tried, even one that begins too late: what it says may still be shown.
	ackLeast = time.Second
)

// errLateAck is of an ack that Slack did not wait for.
var errLateAck = fmt.Errorf("it took longer than %s", ackTime)

// hear acks what Slack sends and hands it over, and does nothing else: its connection is not read meanwhile.
func (b *Bot) hear(ctx context.Context, request *socketmode.Request) {
	person := "" // who waits for an answer
	defer func() {
		if value := recover(); value != nil {
			b.log.Error("an envelope panicked", "type", request.Type, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			b.lose(ctx, request, person)
		}
	}()
	received := b.now()
	var err error
	switch request.Type {
	case socketmode.RequestTypeHello:
		b.metrics.connects.Inc()
		b.log.Info("connected to slack")
	case socketmode.RequestTypeSlashCommands:
		var command slack.SlashCommand
		if err = json.Unmarshal(request.Payload, &command); err == nil {
			person = command.UserID
			b.take(ctx, *request, command, received)
		}
	case socketmode.RequestTypeInteractive:
		var callback slack.InteractionCallback
		if err = json.Unmarshal(request.Payload, &callback); err == nil {
			if callback.Type != slack.InteractionTypeBlockSuggestion { // nobody waits for more than suggestions
				person = callback.User.ID
			}
			b.takeInteraction(ctx, *request, callback, received)
		}
	case socketmode.RequestTypeEventsAPI:
		var event slackevents.EventsAPIEvent
		if event, err = slackevents.ParseEvent(request.Payload, slackevents.OptionNoVerifyToken()); err == nil {
			b.ack(ctx, request, nil, received)
			b.takeHome(*request, event, received)
		}
	default:
		err = errors.New("its type is not known")
	}
	if err != nil { // acked all the same, or Slack would send it again and again
		b.log.Warn("an envelope was not understood", "envelope", request.EnvelopeID, "type", request.Type, "error", err)
		b.ack(ctx, request, nil, received)
	}
}

// lose gives an envelope up that panicked: it is acked, or Slack would send it again, and the person who waits is told so.
func (b *Bot) lose(ctx context.Context, request *socketmode.Request, person string) {
	defer b.survive("giving an envelope up", request.EnvelopeID)
	b.ack(ctx, request, nil, b.now())
	if person != "" {
		go b.apologize(job{envelope: request.EnvelopeID, to: Address{User: person}, words: b.people.recall(person).words})
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
		j.modal = &modalRequest{form: blockkit.FormAsk, trigger: command.TriggerID, origin: origin{Channel: command.ChannelID, URL: command.ResponseURL}}
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

// ack sends an ack, and reports whether it left in time.
func (b *Bot) ack(ctx context.Context, request *socketmode.Request, payload any, received time.Time) bool {
	if request.EnvelopeID == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, max(ackLeast, ackTime-b.now().Sub(received)))
	defer cancel()
	err := b.connections.ack(ctx, request.EnvelopeID, payload)
	if err == nil && b.now().Sub(received) > ackTime {
		err = errLateAck
	}
	if err != nil {
		b.metrics.acksLost.Inc()
		b.log.Warn("an ack was not sent in time; slack may tell its person that catbot did not answer", "envelope", request.EnvelopeID, "error", err)
		return false
	}
	b.metrics.ackTook(b.now().Sub(received))
	return true
}
