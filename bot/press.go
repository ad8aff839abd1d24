package bot

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// A press is the use of a control.
type press struct {
	action    string // its action_id
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
			opens: &opening{form: callback.CallbackID, trigger: callback.TriggerID},
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

// queueIfRoom queues j. With no room nothing happens, and its person can press again.
func (b *Bot) queueIfRoom(j job) {
	if b.reserve() {
		b.queue(j)
	}
}

// pressed reads the use of a control of a message or of the Home tab. Those of forms say nothing by themselves.
func pressed(envelope string, callback slack.InteractionCallback) (job, bool) {
	if len(callback.ActionCallback.BlockActions) != 1 {
		return job{}, false
	}
	action := callback.ActionCallback.BlockActions[0]
	j := job{
		envelope: envelope, text: action.Value,
		to:    Address{ResponseURL: callback.ResponseURL, Channel: callback.Container.ChannelID, User: callback.User.ID},
		from:  membership{team: callback.User.TeamID},
		press: &press{action.ActionID, callback.Container.MessageTs, callback.Container.IsEphemeral},
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
	switch name, id, _ := strings.Cut(action.ActionID, ":"); name {
	case pushAsk:
		j.opens = &opening{form: askForm, trigger: callback.TriggerID, origin: from}
	case pushDigest:
		from.Edits = id
		j.opens = &opening{form: digestForm, trigger: callback.TriggerID, command: j.text, origin: from}
	case pushPage:
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
	_, refresh := sharer(p.action)
	if p.action == pushTask {
		return false
	}
	if p.ephemeral {
		return !public
	}
	return refresh && public
}

// sharedBy is who is said to have shared an answer: whoever shared it first, when it is drawn anew.
func (j job) sharedBy() string {
	if j.press != nil {
		if by, refresh := sharer(j.press.action); refresh && by != "" {
			return by
		}
	}
	return j.to.User
}
