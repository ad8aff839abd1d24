package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
)

const (
	// commandTimeout bounds one command, from its start by a worker to its answer. A shutdown waits that long.
	commandTimeout = 25 * time.Second
	// deliverTimeout bounds the delivery of an answer. It begins after the command, however long that took.
	deliverTimeout = 20 * time.Second
	// redeliveryTTL is how long an envelope's id is remembered. Slack's last redelivery comes after five minutes.
	redeliveryTTL = 15 * time.Minute
)

// A dispatcher passes each job to its handler.
type dispatcher struct {
	*core
	answers   *answerHandler
	digests   *digestHandler
	incidents *incidentHandler
	forms     *formHandler
	home      *homeHandler
	suggest   *suggestHandler
}

// newDispatcher returns a dispatcher with its handlers. It sets c.home, on which replies may be shown.
func newDispatcher(c *core, config Digests) *dispatcher {
	answers := &answerHandler{c}
	digests := &digestHandler{c, config}
	c.home = &homeHandler{c, digests}
	return &dispatcher{
		core: c, answers: answers, digests: digests, incidents: &incidentHandler{c, digests}, home: c.home,
		forms:   &formHandler{core: c, answers: answers, digests: digests, reader: &formReader{c, digests}},
		suggest: &suggestHandler{c},
	}
}

// do runs one job, logs its outcome and recovers from its panics.
func (d *dispatcher) do(ctx context.Context, j job) {
	r := j.base()
	ctx = catapi.WithOrder(ctx, catapi.Order{Person: r.to.User})
	r.words = d.people.cached(r.to.User).words
	kind, outcome := "unknown", "internal_error"
	defer func() { // also when it panics
		if value := recover(); value != nil {
			d.log.Error("command panicked", "envelope", r.envelope, "user", r.to.User, "channel", r.to.Channel,
				"panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			d.apologize(j)
		}
		took := d.now().Sub(r.received)
		d.metrics.command(kind, outcome, took)
		d.log.LogAttrs(ctx, slog.LevelInfo, "command", slog.String("envelope", r.envelope),
			slog.String("user", r.to.User), slog.String("channel", r.to.Channel), slog.String("text", r.text),
			slog.String("kind", kind), slog.String("outcome", outcome), slog.Int64("took_ms", took.Milliseconds()))
	}()
	kind, outcome = j.run(ctx, d)
}

// admit reports whether j is to be run: it was not run before, its person may use catbot, and catbot is not stopping.
// If not, outcome says why, and the person has been told where that is needed.
func (d *dispatcher) admit(ctx context.Context, j job) (outcome string, ok bool) {
	if !d.isFirst(ctx, j) {
		return "duplicate", false
	}
	return d.allow(ctx, j)
}

// isFirst reports whether the envelope of j comes for the first time, across replicas.
func (d *dispatcher) isFirst(ctx context.Context, j job) bool {
	if talk := j.base().talk; talk != nil { // Slack delivers an event again in another envelope
		return d.firstSeen(ctx, "talk:"+talk.id, redeliveryTTL)
	}
	return d.firstSeen(ctx, "envelope:"+j.base().envelope, redeliveryTTL)
}

// allow reports whether the person of j may use catbot and catbot is not stopping. If not, the person has been told.
func (d *dispatcher) allow(ctx context.Context, j job) (outcome string, ok bool) {
	r := j.base()
	d.identify(ctx, r)
	switch {
	case ctx.Err() != nil: // the bot is stopping
		return j.refuse(d, r.words.Restarting(), "busy"), false
	case r.access.refusal != "":
		return j.refuse(d, r.access.refusal, "refused"), false
	}
	return "", true
}

// apologize tells the person of j that an internal error occurred. For a job on the Home tab it sends a direct
// message: publishing the tab may be what panicked.
func (d *dispatcher) apologize(j job) {
	defer d.recoverPanic("telling of an internal error", j.base().envelope)
	j.ackEmpty(d)
	switch j.(type) {
	case *queryJob, *sentenceJob: // a missing suggestion or sentence needs no message
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
	language := d.languageOf(r.access)
	command, question, err := d.understand(ctx, r, language)
	if r.talk != nil && command != nil {
		r.text = command.String()
	}
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		run := runnable(language, r.access, syntax.Try, d.runner.Now())
		return "none", d.reply(r, explainSyntax(r, syntax, run), "refused")
	}
	if question != nil {
		return "none", d.reply(r, *question, "asked")
	}
	kind = command.Kind()
	if r.access.limit != "" && needsFullAccess(command) {
		return kind, d.reply(r, blockkit.Notice(r.access.limit), "refused")
	}
	return kind, commands.Do(ctx, command, commandHandler{d, r})
}

// explainSyntax tells the person of r why their command was not understood. When the word at fault may be an
// alias and the person gets no aliases because Slack's answer about them is missing, it says that instead.
// run is what a button runs.
func explainSyntax(r *request, syntax *commands.SyntaxError, run string) blockkit.Message {
	switch {
	case r.press != nil:
		return blockkit.OldControl(syntax, r.words)
	case r.access.limit != "" && !r.access.guest && syntax.MayBeAlias():
		return blockkit.Notice(r.access.limit)
	}
	return blockkit.Refusal(syntax, run, r.words)
}
