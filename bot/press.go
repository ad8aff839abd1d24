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

// A press is one use of a button or menu.
type press struct {
	blockkit.Action
	message   string // timestamp of the message with the control; empty on the Home tab
	ephemeral bool   // only the person sees that message
}

// parsePress reads the use of a control on a message or on the Home tab. It ignores controls within forms.
func parsePress(r request, callback slack.InteractionCallback) (job, bool) {
	if len(callback.ActionCallback.BlockActions) != 1 {
		return nil, false
	}
	action := callback.ActionCallback.BlockActions[0]
	parsed, ok := blockkit.ParseAction(action.ActionID)
	if !ok {
		return nil, false
	}
	r.text = action.Value
	if action.SelectedOption.Value != "" {
		r.text = action.SelectedOption.Value
	}
	r.to.ResponseURL, r.to.Channel = callback.ResponseURL, callback.Container.ChannelID
	r.to.Thread = threadOf(callback.Container.ThreadTs, callback.Container.MessageTs)
	r.press = &press{
		Action: parsed, message: callback.Container.MessageTs, ephemeral: callback.Container.IsEphemeral,
	}
	switch {
	case callback.Container.Type == "message" && !r.press.ephemeral:
		r.to.Message, r.to.Direct = r.press.message, isDirect(r.to.Channel)
	case callback.Container.Type == "view" && callback.View.Type == slack.VTHomeTab:
		r.home = parseHomeTab(callback.View.PrivateMetadata)
	case callback.Container.Type != "message":
		return nil, false
	}
	return jobForPress(r, callback.TriggerID)
}

// jobForPress returns the job of the pressed control: to open a form, to turn the page of the Home tab, or to run its
// command.
func jobForPress(r request, trigger string) (job, bool) {
	opened := origin{Channel: r.to.Channel, Thread: r.to.Thread, URL: r.to.ResponseURL, Home: r.home}
	switch r.press.Name {
	case blockkit.ActionAsk:
		return &modalJob{r, modalRequest{form: blockkit.FormAsk, trigger: trigger, origin: opened}}, true
	case blockkit.ActionDigest:
		opened.Edits = r.press.Digest
		return &modalJob{r, modalRequest{
			form: blockkit.FormDigest, trigger: trigger, command: r.text, origin: opened,
		}}, true
	case blockkit.ActionPage:
		if r.home == nil {
			return nil, false
		}
		r.home.setPage(r.text)
		r.text = ""
		return &homeJob{r}, true
	}
	return &commandJob{r}, r.text != ""
}

// replaces reports whether the answer replaces the message with the control. A message that only the person sees is
// replaced by an answer for that person. A message that a channel sees is replaced by a refresh alone.
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

// sharedBy returns who shared the answer; a refresh keeps the first. It is empty where nobody did.
func (r *request) sharedBy() string {
	switch {
	case r.talk != nil, r.to.Direct:
		return "" // it stands below the question, or is between catbot and the person
	case r.press != nil && (r.press.SharedBy != "" || r.press.Name == blockkit.ActionRefresh):
		return r.press.SharedBy
	}
	return r.to.User
}

// answerWords returns the language of an answer: the person's, or for a refreshed shared message the one in which it
// was shared.
func (h *answerHandler) answerWords(ctx context.Context, r *request, public bool) i18n.Phrases {
	if r.press == nil || r.press.ephemeral || !r.press.replaces(public) || r.press.SharedBy == "" {
		return r.words
	}
	if w, known := i18n.For(r.press.Language); known {
		return w
	}
	return h.people.lookUp(ctx, r.press.SharedBy).words // messages of earlier versions carry no language
}

const (
	// doubleClickTTL is longer than the time between the two presses of a double click.
	doubleClickTTL = 10 * time.Second
	// pressLeaseTTL bounds the work on a press: the command, the delivery, and the message about an unconfirmed
	// delivery.
	pressLeaseTTL = commandTimeout + 2*deliverTimeout
)

// leasePress acquires the lease of a press that posts to a channel. free is false while an earlier press, such as the
// first of a double click, holds it. A press that posts nothing needs no lease.
func (h *answerHandler) leasePress(ctx context.Context, r *request) (lease *store.WorkLease, free bool) {
	if r.press == nil || r.press.Name != blockkit.ActionShare && r.press.Name != blockkit.ActionRun {
		return nil, true
	}
	key := strings.Join([]string{"press", r.to.Channel, r.press.message, r.to.User, r.text}, ":")
	lease = h.leaseWork(ctx, key, pressLeaseTTL)
	return lease, lease != nil
}

// finishLease extends lease by ttl when the work succeeded, and else releases it so that the work can be repeated.
func finishLease(ctx context.Context, lease *store.WorkLease, outcome string, ttl time.Duration) {
	switch {
	case lease == nil:
	case outcome == "answered" || outcome == "partly":
		lease.Extend(ctx, ttl)
	default:
		lease.Release(ctx)
	}
}
