package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
	"golang.org/x/sync/errgroup"

	"catbot/bot/blockkit"
)

// A listener acks envelopes and queues them as jobs. It never blocks: meanwhile its connection is not read.
type listener struct {
	*core
	acks       *acks
	queue      *queue
	dispatcher *dispatcher
	rejections errgroup.Group // sends "busy" to people whose press found the queue full
}

// handleEnvelope handles one envelope.
func (l *listener) handleEnvelope(ctx context.Context, envelope *socketmode.Request) {
	ack := l.acks.pending(envelope.EnvelopeID, l.now())
	person := "" // whoever waits for an answer
	defer func() {
		if value := recover(); value != nil {
			l.log.Error("handling an envelope panicked",
				"type", envelope.Type, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			l.abandonEnvelope(ctx, ack, person)
		}
	}()
	var err error
	switch envelope.Type {
	case socketmode.RequestTypeHello:
		l.metrics.connects.Inc()
		l.log.Info("connected to slack")
	case socketmode.RequestTypeSlashCommands:
		var command slashCommand
		if err = jsonv1.Unmarshal(envelope.Payload, &command); err == nil {
			person = command.User
			l.enqueueCommand(ctx, ack, command)
		}
	case socketmode.RequestTypeInteractive:
		var callback slack.InteractionCallback
		if err = json.Unmarshal(envelope.Payload, &callback); err == nil {
			if callback.Type != slack.InteractionTypeBlockSuggestion { // a missing suggestion needs no message
				person = callback.User.ID
			}
			l.handleInteraction(ctx, ack, callback)
		}
	case socketmode.RequestTypeEventsAPI:
		var event slackevents.EventsAPIEvent
		if event, err = slackevents.ParseEvent(envelope.Payload, slackevents.OptionNoVerifyToken()); err == nil {
			ack.send(ctx, nil)
			l.enqueueEvent(ack, event)
		}
	default:
		err = errors.New("unknown type")
	}
	if err != nil { // it is acked, or Slack would send it again
		l.log.Warn("invalid envelope", "envelope", envelope.EnvelopeID, "type", envelope.Type, "error", err)
		ack.send(ctx, nil)
	}
}

// abandonEnvelope acks an envelope whose handling panicked, or Slack would send it again, and apologizes to person.
func (l *listener) abandonEnvelope(ctx context.Context, ack *pendingAck, person string) {
	defer l.recoverPanic("abandoning an envelope", ack.envelope)
	ack.send(ctx, nil)
	if person != "" {
		r := request{envelope: ack.envelope, to: Address{User: person}, words: l.people.cached(person).words}
		go l.dispatcher.apologize(&commandJob{r})
	}
}

// A slashCommand is what catbot needs of one; slack-go's type takes three times as long to decode.
type slashCommand struct {
	Text        string `json:"text"`
	User        string `json:"user_id"`
	Channel     string `json:"channel_id"`
	Team        string `json:"team_id"`
	Enterprise  string `json:"enterprise_id"`
	ResponseURL string `json:"response_url"`
	Trigger     string `json:"trigger_id"` // opens a form
}

// enqueueCommand acks a slash command and queues it. When the queue is full, the ack says so.
func (l *listener) enqueueCommand(ctx context.Context, ack *pendingAck, command slashCommand) {
	if !l.queue.reserve() {
		ack.send(ctx, busy{Type: slack.ResponseTypeEphemeral, Text: l.people.cached(command.User).words.Busy()})
		return
	}
	ack.send(ctx, nil)
	r := request{
		envelope:   ack.envelope,
		text:       command.Text,
		to:         Address{ResponseURL: command.ResponseURL, Channel: command.Channel, User: command.User},
		membership: membership{command.Team, command.Enterprise},
		received:   ack.received,
	}
	if strings.TrimSpace(command.Text) == "" {
		from := origin{Channel: command.Channel, URL: command.ResponseURL}
		l.queue.push(&modalJob{r, modalRequest{form: blockkit.FormAsk, trigger: command.Trigger, origin: from}})
		return
	}
	l.queue.push(&commandJob{r})
}

// busy is an ack that carries the answer.
type busy struct {
	Type string `json:"response_type"`
	Text string `json:"text"`
}

// enqueueEvent queues what an event asks for.
func (l *listener) enqueueEvent(ack *pendingAck, event slackevents.EventsAPIEvent) {
	if r, ok := l.parseTalk(ack, event); ok {
		l.enqueueOrReject(&commandJob{r})
		return
	}
	l.enqueueHome(ack, event)
}

// enqueueHome queues the publishing of a Home tab. When the queue is full, the tab stays as it was until it is opened
// again.
func (l *listener) enqueueHome(ack *pendingAck, event slackevents.EventsAPIEvent) {
	opened, ok := event.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
	if ok && opened.Tab == "home" && l.queue.reserve() {
		l.queue.push(&homeJob{request{
			envelope: ack.envelope, to: Address{User: opened.User}, received: ack.received, home: &homeTab{},
		}})
	}
}

// handleInteraction acks the use of a control, form or shortcut, and queues its job.
func (l *listener) handleInteraction(ctx context.Context, ack *pendingAck, callback slack.InteractionCallback) {
	r := request{
		envelope: ack.envelope, to: Address{User: callback.User.ID}, membership: membership{team: callback.User.TeamID},
		received: ack.received,
	}
	switch callback.Type {
	case slack.InteractionTypeBlockSuggestion:
		l.handleQuery(ctx, &queryJob{
			request: r, field: callback.ActionID, typed: strings.TrimSpace(callback.Value), ack: ack,
		})
	case slack.InteractionTypeViewSubmission:
		l.enqueueForm(ctx, newFormJob(r, callback.View, ack))
	case slack.InteractionTypeShortcut:
		ack.send(ctx, nil)
		l.enqueueOrReject(&modalJob{r, modalRequest{form: callback.CallbackID, trigger: callback.TriggerID}})
	case slack.InteractionTypeMessageAction:
		ack.send(ctx, nil)
		r.to.Channel, r.to.ResponseURL = callback.Channel.ID, callback.ResponseURL
		r.to.Thread = threadOf(callback.Message.ThreadTimestamp, callback.Message.Timestamp)
		l.enqueueOrReject(&modalJob{r, modalRequest{
			form: blockkit.FormAsk, trigger: callback.TriggerID, mentioned: mentionedIn(callback.Message),
			origin: origin{Channel: r.to.Channel, Thread: r.to.Thread, URL: r.to.ResponseURL},
		}})
	case slack.InteractionTypeBlockActions:
		ack.send(ctx, nil)
		if j, ok := newSentenceJob(r, callback); ok {
			l.enqueueSentence(j)
		} else if j, ok := parsePress(r, callback); ok {
			l.enqueueOrReject(j)
		}
	default:
		ack.send(ctx, nil)
	}
}

// handleQuery answers a query at once: its ack carries the suggestions. Only when the person is not cached a worker
// answers it, because that needs a request to Slack.
func (l *listener) handleQuery(ctx context.Context, j *queryJob) {
	who := l.people.cached(j.to.User)
	if !who.fetched && l.queue.reserve() {
		l.queue.push(j)
		return
	}
	j.words, j.access = who.words, l.access(j.membership, who)
	l.dispatcher.suggest.answer(ctx, j)
}

// enqueueForm queues a submitted form. When the queue is full, an error at its first field says so, and the person can
// submit it again.
func (l *listener) enqueueForm(ctx context.Context, j *formJob) {
	if !l.queue.reserve() {
		j.ackWith(ctx, &fieldError{j.firstField, l.people.cached(j.to.User).words.Busy()})
		return
	}
	l.queue.push(j)
}

// enqueueSentence queues j. When the queue is full, the sentence stays as it was until the next change.
func (l *listener) enqueueSentence(j *sentenceJob) {
	l.dispatcher.forms.changes.note(j.opened.ID, j.at)
	if l.queue.reserve() {
		l.queue.push(j)
	}
}

// enqueueOrReject queues j. When the queue is full, it tells the person so, in a goroutine, because the listener must
// not block. At most as many of these run as there are workers.
func (l *listener) enqueueOrReject(j job) {
	if l.queue.reserve() {
		l.queue.push(j)
		return
	}
	r := *j.base()
	told := l.rejections.TryGo(func() error {
		defer l.recoverPanic("turning a press away", r.envelope)
		r.home = nil // a message is faster than publishing the tab
		l.deliverOrLog(&r, blockkit.Notice(l.people.cached(r.to.User).words.Busy()), false)
		return nil
	})
	if !told {
		l.log.Warn("queue full, request dropped and its user not told", "envelope", r.envelope, "user", r.to.User)
	}
}
