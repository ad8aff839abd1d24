package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/i18n"
)

// A request holds what every job needs: who asked, what, and where the answer goes.
type request struct {
	envelope     string // id of the envelope, which identifies the request in the log
	text         string // the command; empty when there is none, or none yet
	to           Address
	membership   membership // of the person, as in the envelope
	access       access     // of the person; set by core.identify
	words        i18n.Phrases
	received     time.Time
	press        *press   // the control that carried the command; nil for a typed one
	talk         *talk    // the message that carried it; nil for a slash command and for a press
	home         *homeTab // set when the answer is shown on the Home tab; else nil
	view         string   // id of the submitted form, the same when Slack sends it again; may be empty
	formConfirms bool     // answerForm tells the person where the answer is
}

func (r *request) base() *request { return r }

// A job is what one envelope asks for. The ack is sent before the job is queued, except for a form and a field's
// query: their acks carry the result.
type job interface {
	base() *request
	// run does the work. kind and outcome are for the log and the metrics.
	run(ctx context.Context, d *dispatcher) (kind, outcome string)
	// refuse tells the person in one sentence why the job is not run. It returns done if that was delivered.
	refuse(d *dispatcher, sentence, done string) (outcome string)
	// ackEmpty sends the ack without content if it is not sent yet, after a panic.
	ackEmpty(d *dispatcher)
}

// A commandJob runs a command that was typed or that a control carries.
type commandJob struct{ request }

func (j *commandJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	if outcome, ok := d.admit(ctx, j); !ok {
		return "any", outcome
	}
	lease, free := d.answers.leasePress(ctx, &j.request)
	if !free {
		return "any", "duplicate"
	}
	outcome = "internal_error" // when it panics
	defer func() { finishLease(ctx, lease, outcome, doubleClickTTL) }()
	return d.command(ctx, &j.request)
}

func (j *commandJob) refuse(d *dispatcher, sentence, done string) string {
	return d.reply(&j.request, blockkit.Notice(sentence), done)
}

func (j *commandJob) ackEmpty(*dispatcher) {}

// A modalJob opens a form.
type modalJob struct {
	request
	modal modalRequest
}

func (j *modalJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	kind = "form " + j.modal.form
	if !d.isFirst(ctx, j) {
		return "any", "duplicate"
	}
	// The form is opened before the person is looked up: a trigger expires after 3 s.
	if !d.people.cached(j.to.User).fetched && d.self.includes(j.membership) {
		return kind, d.forms.open(ctx, &j.request, j.modal)
	}
	if outcome, ok := d.allow(ctx, j); !ok {
		return "any", outcome
	}
	return kind, d.forms.open(ctx, &j.request, j.modal)
}

func (j *modalJob) refuse(d *dispatcher, sentence, done string) string {
	return d.reply(&j.request, blockkit.Notice(sentence), done)
}

func (j *modalJob) ackEmpty(*dispatcher) {}

// A formJob is a submitted form. Its ack shows an error at a field, or closes the form.
type formJob struct {
	request
	submission
	ack *pendingAck
}

// run leaves a form open that Slack delivers again: the first delivery may still find an error in it, and a second
// submission has no second effect.
func (j *formJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	if !d.isFirst(ctx, j) {
		j.ackWith(d.deliveryCtx, &fieldError{j.firstField, j.words.FormAgain()})
		return "any", "duplicate"
	}
	if outcome, ok := d.allow(ctx, j); !ok {
		return "any", outcome
	}
	return "send " + j.form, d.forms.submit(ctx, j)
}

func (j *formJob) refuse(d *dispatcher, sentence, done string) string {
	j.ackWith(d.deliveryCtx, &fieldError{j.firstField, sentence})
	return done
}

func (j *formJob) ackEmpty(d *dispatcher) { j.ackWith(d.deliveryCtx, nil) }

// ackWith acks the form with fault. It reports whether fault is nil and the ack was sent in time: only then the form's
// request is carried out.
func (j *formJob) ackWith(ctx context.Context, fault *fieldError) bool {
	if fault == nil {
		return j.ack.send(ctx, nil)
	}
	j.ack.send(ctx, blockkit.FieldErrors(fault.field, fault.sentence, j.words))
	return false
}

// A homeJob publishes the Home tab.
type homeJob struct{ request }

func (j *homeJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	if outcome, ok := d.admit(ctx, j); !ok {
		return "any", outcome
	}
	return "home", d.home.publish(ctx, &j.request, blockkit.Message{})
}

func (j *homeJob) refuse(d *dispatcher, sentence, done string) string {
	return d.reply(&j.request, blockkit.Notice(sentence), done)
}

func (j *homeJob) ackEmpty(*dispatcher) {}

// A queryJob is the text that a person has typed into a task field. Its ack carries the suggestions.
type queryJob struct {
	request
	field string // its action_id
	typed string
	ack   *pendingAck
}

// run answers duplicates, too: suggestions may be sent again.
func (j *queryJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	d.identify(ctx, &j.request)
	return "suggestions", d.suggest.answer(ctx, j)
}

// refuse and ackEmpty do nothing: the next key sends another query.
func (j *queryJob) refuse(_ *dispatcher, _, done string) string { return done }
func (j *queryJob) ackEmpty(*dispatcher)                        {}

// A sentenceJob is a change of a field of a digest's condition in an open form. The sentence that says what the
// condition does changes with it.
type sentenceJob struct {
	request
	submission
	opened slack.View
	at     string // Slack's time of the change
}

// newSentenceJob returns the job for the use of a field in a form for digests.
func newSentenceJob(r request, callback slack.InteractionCallback) (*sentenceJob, bool) {
	changed := callback.ActionCallback.BlockActions
	if callback.View.Type != slack.VTModal || callback.View.CallbackID != blockkit.FormDigest || len(changed) == 0 {
		return nil, false
	}
	return &sentenceJob{r, readSubmission(callback.View), callback.View, changed[0].ActionTs}, true
}

// run updates the sentence also for a change that Slack delivers again: it says the same.
func (j *sentenceJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	d.identify(ctx, &j.request)
	return "form sentence", d.forms.updateSentence(ctx, j)
}

// refuse and ackEmpty do nothing: the next change sends another.
func (j *sentenceJob) refuse(_ *dispatcher, _, done string) string { return done }
func (j *sentenceJob) ackEmpty(*dispatcher)                        {}
