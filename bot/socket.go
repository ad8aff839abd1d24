package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
	"golang.org/x/sync/errgroup"

	"catbot/bot/blockkit"
)

// A listener acks what Slack sends and queues it as a job. It does nothing else: its connection is not read meanwhile.
type listener struct {
	*core
	acks       *acks
	queue      *queue
	dispatcher *dispatcher
	turnedAway errgroup.Group // tells people whose press found no room in the queue
}

// hear takes one envelope.
func (l *listener) hear(ctx context.Context, envelope *socketmode.Request) {
	ack := l.acks.pending(envelope.EnvelopeID, l.now())
	person := "" // who waits for an answer
	defer func() {
		if value := recover(); value != nil {
			l.log.Error("an envelope panicked", "type", envelope.Type, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			l.giveUp(ctx, ack, person)
		}
	}()
	var err error
	switch envelope.Type {
	case socketmode.RequestTypeHello:
		l.metrics.connects.Inc()
		l.log.Info("connected to slack")
	case socketmode.RequestTypeSlashCommands:
		var command slack.SlashCommand
		if err = json.Unmarshal(envelope.Payload, &command); err == nil {
			person = command.UserID
			l.takeCommand(ctx, ack, command)
		}
	case socketmode.RequestTypeInteractive:
		var callback slack.InteractionCallback
		if err = json.Unmarshal(envelope.Payload, &callback); err == nil {
			if callback.Type != slack.InteractionTypeBlockSuggestion { // nobody waits for more than suggestions
				person = callback.User.ID
			}
			l.takeInteraction(ctx, ack, callback)
		}
	case socketmode.RequestTypeEventsAPI:
		var event slackevents.EventsAPIEvent
		if event, err = slackevents.ParseEvent(envelope.Payload, slackevents.OptionNoVerifyToken()); err == nil {
			ack.send(ctx, nil)
			l.takeHome(ack, event)
		}
	default:
		err = errors.New("its type is not known")
	}
	if err != nil { // acked all the same, or Slack would send it again and again
		l.log.Warn("an envelope was not understood", "envelope", envelope.EnvelopeID, "type", envelope.Type, "error", err)
		ack.send(ctx, nil)
	}
}

// giveUp ends an envelope that panicked: it is acked, or Slack would send it again, and the person who waits is told so.
func (l *listener) giveUp(ctx context.Context, ack *pendingAck, person string) {
	defer l.survive("giving an envelope up", ack.envelope)
	ack.send(ctx, nil)
	if person != "" {
		r := request{envelope: ack.envelope, to: Address{User: person}, words: l.people.recall(person).words}
		go l.dispatcher.apologize(&commandJob{r})
	}
}

// takeCommand acks a slash command and queues it. With no room in the queue the ack itself says so.
func (l *listener) takeCommand(ctx context.Context, ack *pendingAck, command slack.SlashCommand) {
	if !l.queue.reserve() {
		ack.send(ctx, busy{Type: slack.ResponseTypeEphemeral, Text: l.people.recall(command.UserID).words.Busy()})
		return
	}
	ack.send(ctx, nil)
	r := request{
		envelope: ack.envelope,
		text:     command.Text,
		to:       Address{ResponseURL: command.ResponseURL, Channel: command.ChannelID, User: command.UserID},
		from:     membership{command.TeamID, command.EnterpriseID},
		received: ack.received,
	}
	if strings.TrimSpace(command.Text) == "" {
		from := origin{Channel: command.ChannelID, URL: command.ResponseURL}
		l.queue.push(&modalJob{r, modalRequest{form: blockkit.FormAsk, trigger: command.TriggerID, origin: from}})
		return
	}
	l.queue.push(&commandJob{r})
}

// busy is an ack that is also the answer.
type busy struct {
	Type string `json:"response_type"`
	Text string `json:"text"`
}

// takeHome queues the drawing of a Home tab. With no room it stays as it was; opening it again draws it.
func (l *listener) takeHome(ack *pendingAck, event slackevents.EventsAPIEvent) {
	opened, ok := event.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
	if ok && opened.Tab == "home" && l.queue.reserve() {
		l.queue.push(&homeJob{request{
			envelope: ack.envelope, to: Address{User: opened.User}, received: ack.received, home: &homeTab{},
		}})
	}
}

// takeInteraction acks what a person did with a control, a form or a shortcut, and queues what it asks for.
func (l *listener) takeInteraction(ctx context.Context, ack *pendingAck, callback slack.InteractionCallback) {
	r := request{
		envelope: ack.envelope, to: Address{User: callback.User.ID}, from: membership{team: callback.User.TeamID},
		received: ack.received,
	}
	switch callback.Type {
	case slack.InteractionTypeBlockSuggestion:
		l.takeQuery(ctx, &queryJob{request: r, field: callback.ActionID, typed: strings.TrimSpace(callback.Value), ack: ack})
	case slack.InteractionTypeViewSubmission:
		l.takeForm(ctx, newFormJob(r, callback.View, ack))
	case slack.InteractionTypeShortcut:
		ack.send(ctx, nil)
		l.queueOrTurnAway(&modalJob{r, modalRequest{form: callback.CallbackID, trigger: callback.TriggerID}})
	case slack.InteractionTypeBlockActions:
		ack.send(ctx, nil)
		if j, ok := pressed(r, callback); ok {
			l.queueOrTurnAway(j)
		}
	default:
		ack.send(ctx, nil)
	}
}

// takeQuery answers a query at once, for its ack is the answer. Only for a person who is not known yet does a worker do it,
// for it asks Slack.
func (l *listener) takeQuery(ctx context.Context, j *queryJob) {
	who := l.people.recall(j.to.User)
	if !who.known && l.queue.reserve() {
		l.queue.push(j)
		return
	}
	j.words, j.access = who.words, l.access(j.from, who)
	l.dispatcher.suggest.answer(ctx, j)
}

// takeForm queues a form that was sent off. With no room in the queue its person reads so at its first field, and can send
// it again.
func (l *listener) takeForm(ctx context.Context, j *formJob) {
	if !l.queue.reserve() {
		j.ackWith(ctx, &fieldError{j.first, l.people.recall(j.to.User).words.Busy()})
		return
	}
	l.queue.push(j)
}

// queueOrTurnAway queues j, or tells its person that there is no room: in a goroutine of its own, for the listener waits for
// nothing, and to as many at once as there are workers.
func (l *listener) queueOrTurnAway(j job) {
	if l.queue.reserve() {
		l.queue.push(j)
		return
	}
	r := *j.base()
	told := l.turnedAway.TryGo(func() error {
		defer l.survive("turning a press away", r.envelope)
		r.home = nil // drawing it takes longer than a message
		l.deliverOrLog(&r, blockkit.Notice(l.people.recall(r.to.User).words.Busy()), false)
		return nil
	})
	if !told {
		l.log.Warn("a press found no room, and its person was not told", "envelope", r.envelope, "user", r.to.User)
	}
}
