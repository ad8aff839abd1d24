package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"catbot/bot/blockkit"
	"catbot/commands"
)

const (
	// commandTimeout bounds one command from the worker's taking it to its answer; also the time that a stop waits.
	commandTimeout = 25 * time.Second
	// deliverTimeout is kept for the answer when the command has used up its own time.
	deliverTimeout = 20 * time.Second
	// claimFor outlasts every redelivery of an envelope that has been seen: Slack's last is after five minutes.
	claimFor = 15 * time.Minute
)

// A dispatcher hands each job to the handler that does it.
type dispatcher struct {
	*core
	answers *answerHandler
	digests *digestHandler
	forms   *formHandler
	home    *homeHandler
	suggest *suggestHandler
}

// newDispatcher makes the handlers. core then knows the Home tab, on which replies may be shown.
func newDispatcher(c *core, config Digests) *dispatcher {
	answers := &answerHandler{c}
	digests := &digestHandler{c, config}
	c.home = &homeHandler{c, digests}
	return &dispatcher{
		core: c, answers: answers, digests: digests, home: c.home,
		forms: &formHandler{c, answers, digests}, suggest: &suggestHandler{c},
	}
}

// do does one job, whatever happens in it.
func (d *dispatcher) do(ctx context.Context, j job) {
	r := j.base()
	r.words = d.people.recall(r.to.User).words
	log := d.log.With("envelope", r.envelope, "user", r.to.User, "channel", r.to.Channel)
	kind, outcome := "unknown", "internal_error"
	defer func() { // also when it panics
		if value := recover(); value != nil {
			log.Error("a command panicked", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			d.apologize(j)
		}
		took := d.now().Sub(r.received)
		d.metrics.command(kind, outcome, took)
		log.Info("command", "text", r.text, "kind", kind, "outcome", outcome, "took_ms", took.Milliseconds())
	}()
	kind, outcome = j.run(ctx, d)
}

// admit reports whether j is to be done: it was not done before, and its person is answered. If not, outcome says why, and
// the person was told what they need to know.
func (d *dispatcher) admit(ctx context.Context, j job) (outcome string, ok bool) {
	if !d.isFirst(ctx, j) {
		return "duplicate", false
	}
	return d.allow(ctx, j)
}

// isFirst reports whether the envelope of j comes for the first time, across replicas.
func (d *dispatcher) isFirst(ctx context.Context, j job) bool {
	return d.first(ctx, "envelope:"+j.base().envelope, claimFor)
}

// allow reports whether the person of j is answered: they may use catbot, and catbot is not stopping.
func (d *dispatcher) allow(ctx context.Context, j job) (outcome string, ok bool) {
	r := j.base()
	d.identify(ctx, r)
	switch {
	case ctx.Err() != nil: // it waited until the bot was stopping
		return j.refuse(d, r.words.Restarting(), "busy"), false
	case r.access.refusal != "":
		return j.refuse(d, r.access.refusal, "refused"), false
	}
	return "", true
}

// apologize tells the person of j that something went wrong inside catbot: by direct message where a Home tab was to be
// drawn, for that may be what went wrong.
func (d *dispatcher) apologize(j job) {
	defer d.survive("telling of an internal error", j.base().envelope)
	j.abandon(d)
	if _, query := j.(*queryJob); query { // nobody waits for more than suggestions
		return
	}
	r := *j.base()
	if r.home != nil {
		r.home, r.to = nil, Address{User: r.to.User}
	}
	d.deliverOrLog(&r, blockkit.Sentence(r.words.Mistake(r.envelope)), false)
}

// command does what the text of r says.
func (d *dispatcher) command(ctx context.Context, r *request) (kind, outcome string) {
	command, err := d.languageOf(r.access).Parse(r.text, d.runner.Now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return "none", d.reply(r, explained(r, syntax), "refused")
	}
	kind = command.Kind()
	if r.access.limit != "" && limited(command) {
		return kind, d.reply(r, blockkit.Notice(r.access.limit), "refused")
	}
	return kind, commands.Do(ctx, command, commandHandler{d, r})
}

// explained says what is wrong with the text of r. Whoever may have no aliases only for now is told so where a word may be
// one.
func explained(r *request, syntax *commands.SyntaxError) blockkit.Message {
	switch {
	case r.press != nil:
		return blockkit.OldControl(syntax, r.words)
	case r.access.limit != "" && !r.access.guest && syntax.MayBeAlias():
		return blockkit.Notice(r.access.limit)
	}
	return blockkit.Refusal(syntax, r.words)
}
