package bot

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

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

// pressed reads the use of a control of a message or of the Home tab. Those of forms say nothing by themselves.
func pressed(r request, callback slack.InteractionCallback) (job, bool) {
	if len(callback.ActionCallback.BlockActions) != 1 {
		return nil, false
	}
	action := callback.ActionCallback.BlockActions[0]
	known, ok := blockkit.ParseAction(action.ActionID)
	if !ok {
		return nil, false
	}
	r.text = action.Value
	if action.SelectedOption.Value != "" {
		r.text = action.SelectedOption.Value
	}
	r.to.ResponseURL, r.to.Channel = callback.ResponseURL, callback.Container.ChannelID
	r.press = &press{Action: known, message: callback.Container.MessageTs, ephemeral: callback.Container.IsEphemeral}
	switch {
	case callback.Container.Type == "message" && !r.press.ephemeral:
		r.to.Message = r.press.message
	case callback.Container.Type == "view" && callback.View.Type == slack.VTHomeTab:
		r.home = readHome(callback.View.PrivateMetadata)
	case callback.Container.Type != "message":
		return nil, false
	}
	return jobOfPress(r, callback.TriggerID)
}

// jobOfPress is what the control that r was pressed with asks for: a form, another page of the Home tab, or its command.
func jobOfPress(r request, trigger string) (job, bool) {
	from := origin{Channel: r.to.Channel, URL: r.to.ResponseURL, Home: r.home}
	switch r.press.Name {
	case blockkit.ActionAsk:
		return &modalJob{r, modalRequest{form: blockkit.FormAsk, trigger: trigger, origin: from}}, true
	case blockkit.ActionDigest:
		from.Edits = r.press.Digest
		return &modalJob{r, modalRequest{form: blockkit.FormDigest, trigger: trigger, command: r.text, origin: from}}, true
	case blockkit.ActionPage:
		if r.home == nil {
			return nil, false
		}
		r.home.turn(r.text)
		r.text = ""
		return &homeJob{r}, true
	}
	return &commandJob{r}, r.text != ""
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
func (r *request) sharedBy() string {
	if r.press != nil && r.press.SharedBy != "" {
		return r.press.SharedBy
	}
	return r.to.User
}

// answerWords are those of an answer: of its reader, or where all see it drawn anew those that it was shared in.
func (h *answerHandler) answerWords(ctx context.Context, r *request, public bool) i18n.Phrases {
	if r.press == nil || r.press.ephemeral || !r.press.replaces(public) || r.press.SharedBy == "" {
		return r.words
	}
	if w, told := i18n.For(r.press.Language); told {
		return w
	}
	return h.people.ask(ctx, r.press.SharedBy).words // it was shared before its language was kept
}

const (
	// pressedFor is longer than the time between the two presses of a double click.
	pressedFor = 10 * time.Second
	// postTimeout bounds what a claimed press does: it is worked on, its answer is delivered, and its person is told where
	// that is not sure.
	postTimeout = commandTimeout + 2*deliverTimeout
)

// claimPress claims what the press of r posts for all to see. It is not free while an earlier press, as the first of a double
// click, posts it, nor shortly after. A press that posts nothing has no claim.
func (h *answerHandler) claimPress(ctx context.Context, r *request) (claim *store.WorkLease, free bool) {
	if r.press == nil || r.press.Name != blockkit.ActionShare && r.press.Name != blockkit.ActionRun {
		return nil, true
	}
	key := strings.Join([]string{"press", r.to.Channel, r.press.message, r.to.User, r.text}, ":")
	claim = h.claim(ctx, key, postTimeout)
	return claim, claim != nil
}

// settle keeps claim for a while when its work was done, and else lets it be done again.
func settle(ctx context.Context, claim *store.WorkLease, outcome string, ttl time.Duration) {
	switch {
	case claim == nil:
	case outcome == "answered" || outcome == "partly":
		claim.Extend(ctx, ttl)
	default:
		claim.Release(ctx)
	}
}
