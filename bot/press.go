package bot

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"catbot/bot/blockkit"
	"catbot/i18n"
	"catbot/store"
)

// A press is the use of a control.
type press struct {
	blockkit.Action
	message   string // the timestamp of the message that it stands on; empty on the Home tab
	ephemeral bool   // only its reader sees that message
}

// takeInteraction acks what a person did with a control, a form or a shortcut, and queues what it asks for.
func (b *Bot) takeInteraction(ctx context.Context, request socketmode.Request, callback slack.InteractionCallback, received time.Time) {
	switch callback.Type {
	case slack.InteractionTypeBlockSuggestion:
		b.takeQuery(ctx, request, callback, received)
	case slack.InteractionTypeViewSubmission:
		b.takeForm(ctx, request, callback, received)
	case slack.InteractionTypeShortcut:
		b.ack(ctx, &request, nil, received)
		b.queueIfRoom(job{
			envelope: request.EnvelopeID, to: Address{User: callback.User.ID}, from: membership{team: callback.User.TeamID}, received: received,
			modal: &modalRequest{form: callback.CallbackID, trigger: callback.TriggerID},
		})
	case slack.InteractionTypeBlockActions:
		b.ack(ctx, &request, nil, received)
		if j, ok := pressed(request.EnvelopeID, callback); ok {
			j.received = received
			b.queueIfRoom(j)
		}
	default:
		b.ack(ctx, &request, nil, received)
	}
}

// queueIfRoom queues j, or tells its person that there is no room: beside the acks, which wait for nothing, and to so many at once
// as there are workers.
func (b *Bot) queueIfRoom(j job) {
	if b.reserve() {
		b.queue(j)
		return
	}
	told := b.turnedAway.TryGo(func() error {
		defer b.survive("turning a press away", j.envelope)
		j.home = nil // which takes longer than a message
		b.deliverOrLog(j, blockkit.Notice(b.people.recall(j.to.User).words.Busy()), false)
		return nil
	})
	if !told {
		b.log.Warn("a press found no room, and its person was not told", "envelope", j.envelope, "user", j.to.User)
	}
}

// pressed reads the use of a control of a message or of the Home tab. Those of forms say nothing by themselves.
func pressed(envelope string, callback slack.InteractionCallback) (job, bool) {
	if len(callback.ActionCallback.BlockActions) != 1 {
		return job{}, false
	}
	action := callback.ActionCallback.BlockActions[0]
	known, ok := blockkit.ParseAction(action.ActionID)
	if !ok {
		return job{}, false
	}
	j := job{
		envelope: envelope, text: action.Value,
		to:    Address{ResponseURL: callback.ResponseURL, Channel: callback.Container.ChannelID, User: callback.User.ID},
		from:  membership{team: callback.User.TeamID},
		press: &press{Action: known, message: callback.Container.MessageTs, ephemeral: callback.Container.IsEphemeral},
	}
	if action.SelectedOption.Value != "" {
		j.text = action.SelectedOption.Value
	}
	from := origin{Channel: j.to.Channel, URL: j.to.ResponseURL}
	switch {
	case callback.Container.Type == "message" && !j.press.ephemeral:
		j.to.Message = j.press.message
	case callback.Container.Type == "view" && callback.View.Type == slack.VTHomeTab:
		j.home = readHome(callback.View.PrivateMetadata)
		from.Home = j.home
	case callback.Container.Type != "message":
		return job{}, false
	}
	switch j.press.Name {
	case blockkit.ActionAsk:
		j.modal = &modalRequest{form: blockkit.FormAsk, trigger: callback.TriggerID, origin: from}
	case blockkit.ActionDigest:
		from.Edits = j.press.Digest
		j.modal = &modalRequest{form: blockkit.FormDigest, trigger: callback.TriggerID, command: j.text, origin: from}
	case blockkit.ActionPage:
		if j.home == nil {
			return job{}, false
		}
		j.home.turn(j.text)
		j.text = ""
	default:
		return j, j.text != ""
	}
	return j, true
}

// replaces reports whether an answer takes the place of the message whose control was pressed: what only its reader sees is
// drawn anew; what a channel sees is changed by a refresh alone, the other controls leave it to the others as it was.
func (p *press) replaces(public bool) bool {
	if p == nil {
		return false
	}
	if p.Name == blockkit.ActionTask {
		return false
	}
	if p.ephemeral {
		return !public
	}
	return p.Name == blockkit.ActionRefresh && public
}

// sharedBy is who is said to have shared an answer: whoever shared it first, when it is drawn anew.
func (j job) sharedBy() string {
	if j.press != nil && j.press.SharedBy != "" {
		return j.press.SharedBy
	}
	return j.to.User
}

// answerWords are those of an answer: of its reader, or where all see it drawn anew those that it was shared in.
func (b *Bot) answerWords(ctx context.Context, j job, public bool) i18n.Phrases {
	if j.press == nil || j.press.ephemeral || !j.press.replaces(public) || j.press.SharedBy == "" {
		return j.words
	}
	if w, told := i18n.For(j.press.Language); told {
		return w
	}
	return b.people.ask(ctx, j.press.SharedBy).words // it was shared before its language was kept
}

const (
	// pressedFor is longer than the time between the two presses of a double click.
	pressedFor = 10 * time.Second
	// postTimeout bounds what a claimed press does: it is worked on, its answer is delivered, and its person is told where
	// that is not sure.
	postTimeout = commandTimeout + 2*deliverTimeout
)

// claimPress claims what the press of j posts for all to see. It is not free while an earlier press, as the first of a double
// click, posts it, nor shortly after. A press that posts nothing has no claim.
func (b *Bot) claimPress(ctx context.Context, j job) (claim *store.Claim, free bool) {
	if j.press == nil || j.press.Name != blockkit.ActionShare && j.press.Name != blockkit.ActionRun {
		return nil, true
	}
	key := strings.Join([]string{"press", j.to.Channel, j.press.message, j.to.User, j.text}, ":")
	claim = b.claim(ctx, key, postTimeout)
	return claim, claim != nil
}

// settle keeps claim for a while when its work was done, and else lets it be done again.
func settle(ctx context.Context, claim *store.Claim, outcome string, ttl time.Duration) {
	switch {
	case claim == nil:
	case outcome == "answered" || outcome == "partly":
		claim.Keep(ctx, ttl)
	default:
		claim.Release(ctx)
	}
}
