package bot

import (
	"context"
	"time"

	"catbot/bot/blockkit"
	"catbot/i18n"
)

// A request is what one envelope tells of its person and of where the answer goes. Each kind of job holds one.
type request struct {
	envelope   string // its id, which names the request in the log
	text       string // the command; empty where there is none, or none yet
	to         Address
	from       membership // of the person, as the envelope says
	access     access     // of the person; set by core.identify
	words      i18n.Phrases
	received   time.Time
	press      *press   // the control that carried the command; nil for one that was typed
	home       *homeTab // the person looks at the Home tab, so the answer is shown there; nil elsewhere
	view       string   // id of the form that was sent off, the same when it is sent again; may be empty
	toldByForm bool     // a form that was sent from elsewhere says where its answer is
}

func (r *request) base() *request { return r }

// A job is what one envelope asks catbot to do. Its ack was sent before it was queued, but for a form and a field's query:
// their acks carry what came of them.
type job interface {
	base() *request
	// run does it. kind and outcome are for the log and the metrics.
	run(ctx context.Context, d *dispatcher) (kind, outcome string)
	// refuse tells the person in one sentence why it is not done. done is its outcome if the person hears of it.
	refuse(d *dispatcher, sentence, done string) (outcome string)
	// abandon ends, after a panic, what its person waits for where nothing else does.
	abandon(d *dispatcher)
}

// A commandJob is a command that was typed, or that a control carries.
type commandJob struct{ request }

func (j *commandJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	if outcome, ok := d.admit(ctx, j); !ok {
		return "any", outcome
	}
	claim, free := d.answers.claimPress(ctx, &j.request)
	if !free {
		return "any", "duplicate"
	}
	outcome = "internal_error" // when it panics
	defer func() { settle(ctx, claim, outcome, pressedFor) }()
	return d.command(ctx, &j.request)
}

func (j *commandJob) refuse(d *dispatcher, sentence, done string) string {
	return d.reply(&j.request, blockkit.Notice(sentence), done)
}

func (j *commandJob) abandon(*dispatcher) {}

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
	// Slack is asked about a person after the form is open: a trigger does not live long.
	if !d.people.recall(j.to.User).known && d.self.includes(j.from) {
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

func (j *modalJob) abandon(*dispatcher) {}

// A formJob is a form that was sent off. Its ack says which field is wrong, or closes the form.
type formJob struct {
	request
	submission
	ack *pendingAck
}

// run does not close a form whose envelope comes again: what is wrong with the form may still be found, and sending it again
// does nothing twice.
func (j *formJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	if !d.isFirst(ctx, j) {
		j.ackWith(d.delivering, &fieldError{j.first, j.words.FormAgain()})
		return "any", "duplicate"
	}
	if outcome, ok := d.allow(ctx, j); !ok {
		return "any", outcome
	}
	return "send " + j.form, d.forms.submit(ctx, j)
}

func (j *formJob) refuse(d *dispatcher, sentence, done string) string {
	j.ackWith(d.delivering, &fieldError{j.first, sentence})
	return done
}

func (j *formJob) abandon(d *dispatcher) { j.ackWith(d.delivering, nil) }

// ackWith acks the form, and reports whether fault is nil and the ack left in time: then what the form asks is done.
func (j *formJob) ackWith(ctx context.Context, fault *fieldError) bool {
	if fault == nil {
		return j.ack.send(ctx, nil)
	}
	j.ack.send(ctx, blockkit.FieldErrors(fault.field, fault.sentence))
	return false
}

// A homeJob draws the Home tab.
type homeJob struct{ request }

func (j *homeJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	if outcome, ok := d.admit(ctx, j); !ok {
		return "any", outcome
	}
	return "home", d.home.draw(ctx, &j.request, blockkit.Message{})
}

func (j *homeJob) refuse(d *dispatcher, sentence, done string) string {
	return d.reply(&j.request, blockkit.Notice(sentence), done)
}

func (j *homeJob) abandon(*dispatcher) {}

// A queryJob is what somebody typed into a field for tasks. Its ack carries the suggestions.
type queryJob struct {
	request
	field string // its action_id
	typed string
	ack   *pendingAck
}

// run does not look whether the query came before: suggestions may be sent again.
func (j *queryJob) run(ctx context.Context, d *dispatcher) (kind, outcome string) {
	d.identify(ctx, &j.request)
	return "suggestions", d.suggest.answer(ctx, j)
}

// refuse and abandon say nothing: the next key asks again.
func (j *queryJob) refuse(_ *dispatcher, _, done string) string { return done }
func (j *queryJob) abandon(*dispatcher)                         {}
