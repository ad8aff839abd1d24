package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// A press is the use of a control.
type press struct {
	action    string // its action_id
	message   string // the timestamp of the message that it stands on
	ephemeral bool   // only its reader sees that message
}

// takePress acks the use of a control and queues the command that it carries. With no room in the queue nothing happens, and
// its person can press again.
func (b *Bot) takePress(ctx context.Context, request socketmode.Request, callback slack.InteractionCallback, received time.Time) {
	b.ack(ctx, &request, nil, received)
	if callback.Type != slack.InteractionTypeBlockActions || len(callback.ActionCallback.BlockActions) != 1 || callback.Container.Type != "message" {
		return
	}
	action := callback.ActionCallback.BlockActions[0]
	text := action.Value
	if action.SelectedOption.Value != "" {
		text = action.SelectedOption.Value
	}
	if text == "" || !b.reserve() {
		return
	}
	shared := callback.Container.MessageTs
	if callback.Container.IsEphemeral {
		shared = ""
	}
	b.queue(job{
		envelope: request.EnvelopeID,
		text:     text,
		to:       Address{ResponseURL: callback.ResponseURL, Channel: callback.Container.ChannelID, User: callback.User.ID, Message: shared},
		received: received,
		press:    &press{action.ActionID, callback.Container.MessageTs, callback.Container.IsEphemeral},
	})
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
