package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
	"catbot/report"
	"catbot/store"
)

// A job is one envelope that waits for a worker: a command that was typed or that a control carries, a form, the Home tab.
type job struct {
	envelope   string // its id, which stands for it in the log
	text       string // of the command, as Slack sent it; empty where there is none
	to         Address
	from       membership // of its person, as the envelope says
	may        access     // of its person
	received   time.Time
	words      i18n.Phrases
	press      *press        // the control that was used; nil for a command that was typed
	modal      *modalRequest // the form that is wanted, instead of a command
	submission *submission   // the form that was sent off, instead of a command; its ack waits for what is wrong in it
	query      *taskQuery    // what was typed into a field for tasks, instead of a command
	home       *homeTab      // to.User looks at the Home tab, where answers stand then
}

const (
	// commandTimeout bounds one command from the worker's taking it to its answer; also the time that a stop waits.
	commandTimeout = 25 * time.Second
	// deliverTimeout is kept for the answer when the command has used up its own time.
	deliverTimeout = 20 * time.Second
	// claimFor outlasts every redelivery of an envelope that has been seen: Slack's last is after five minutes.
	claimFor = 15 * time.Minute
	// placeholderAfter is how long a person looks at nothing. A command that has waited that long for a worker gets
	// placeholderLeast more: mostly its answer is in the cache, and better than a placeholder.
	placeholderAfter = time.Second
	placeholderLeast = 200 * time.Millisecond
)

// work starts a job whenever there is a place for one, until there are no more and all are done.
func (b *Bot) work(ctx context.Context) {
	var working sync.WaitGroup
	for j := range b.jobs {
		b.places <- struct{}{}
		b.metrics.queue.Set(float64(len(b.jobs)))
		working.Go(func() {
			p := &place{b: b}
			defer p.leave()
			b.do(catapi.WithWait(ctx, p.wait), j)
		})
	}
	working.Wait()
}

// do answers one job, once across replicas, whatever happens in it.
func (b *Bot) do(ctx context.Context, j job) {
	known := b.people.recall(j.to.User)
	j.words = known.words
	log := b.log.With("envelope", j.envelope, "user", j.to.User, "channel", j.to.Channel)
	kind, outcome := "unknown", "internal_error"
	var claim *store.Claim
	defer func() { // also when it panics
		settle(ctx, claim, outcome, pressedFor)
		if value := recover(); value != nil {
			log.Error("a command panicked", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			b.apologize(j)
		}
		took := b.now().Sub(j.received)
		b.metrics.command(kind, outcome, took)
		log.Info("command", "text", j.text, "kind", kind, "outcome", outcome, "took_ms", took.Milliseconds())
	}()
	if j.query != nil {
		kind, outcome = "suggestions", b.answer(ctx, b.recognise(ctx, j))
		return
	}
	free := b.first(ctx, "envelope:"+j.envelope, claimFor)
	if free {
		claim, free = b.claimPress(ctx, j)
	}
	if !free {
		kind, outcome = "any", "duplicate"
		b.ackForm(j, nil)
		return
	}
	if j.modal != nil && !known.known && b.self.includes(j.from) { // before all else: its trigger does not live long
		kind, outcome = "form "+j.modal.form, b.open(ctx, j, *j.modal)
		return
	}
	j = b.recognise(ctx, j)
	if ctx.Err() != nil { // it waited until the bot was ending
		kind, outcome = "any", "busy"
		if j.submission != nil {
			b.ackForm(j, &fieldError{j.submission.first, j.words.Restarting()})
			return
		}
		outcome = b.reply(j, blockkit.Sentence(j.words.Restarting()), outcome)
		return
	}
	switch {
	case j.may.refusal != "":
		kind, outcome = "any", b.refuse(j)
	case j.modal != nil:
		kind, outcome = "form "+j.modal.form, b.open(ctx, j, *j.modal)
	case j.submission != nil:
		kind, outcome = "send "+j.submission.form, b.submit(ctx, &j)
	case j.home != nil && j.text == "":
		kind, outcome = "home", b.drawHome(ctx, j, blockkit.Message{})
	default:
		kind, outcome = b.command(ctx, j)
	}
}

// apologize tells the person of j that catbot made a mistake: by direct message where a Home tab was to be drawn, for that may be what
// went wrong.
func (b *Bot) apologize(j job) {
	defer b.survive("telling of a mistake", j.envelope)
	if j.query != nil { // nobody waits for more than suggestions, and they come with the next key
		return
	}
	b.ackForm(j, nil)
	if j.home != nil {
		j.home, j.to = nil, Address{User: j.to.User}
	}
	b.deliverOrLog(j, blockkit.Sentence(j.words.Mistake(j.envelope)), false)
}

// survive is to be deferred in a goroutine that owes nobody an answer: its panic is logged, and catbot goes on.
func (b *Bot) survive(doing, envelope string) {
	if value := recover(); value != nil {
		b.log.Error("catbot panicked", "doing", doing, "envelope", envelope, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
	}
}

// panicked reports whether err is of a panic, and logs it.
func (b *Bot) panicked(j job, err error) bool {
	panicked, ok := errors.AsType[*catapi.PanicError](err)
	if ok {
		b.log.Error("a command panicked", "envelope", j.envelope, "error", panicked)
	}
	return ok
}

// command does what the text of j says.
func (b *Bot) command(ctx context.Context, j job) (kind, outcome string) {
	command, err := b.languageOf(j.may).Parse(j.text, b.runner.Now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok {
		return "none", b.reply(j, explained(j, syntax), "refused")
	}
	kind = command.Kind()
	if j.may.limit != "" && limited(command) {
		return kind, b.reply(j, blockkit.Notice(j.may.limit), "refused")
	}
	return kind, commands.Do(ctx, command, slackHandler{b, j})
}

// explained says what is wrong with the text of j. Whoever may have no aliases only for now is told so where a word may be
// one.
func explained(j job, syntax *commands.SyntaxError) blockkit.Message {
	switch {
	case j.press != nil:
		return blockkit.OldControl(syntax, j.words)
	case j.may.limit != "" && !j.may.guest && syntax.MayBeAlias():
		return blockkit.Notice(j.may.limit)
	}
	return blockkit.Refusal(syntax, j.words)
}

// codes runs c and delivers the answer, or the file that was asked for.
func (b *Bot) codes(ctx context.Context, j job, c commands.Codes) (outcome string, d delivery) {
	return b.answering(ctx, j, c, func(ctx context.Context) (blockkit.Message, string) {
		answer := b.runner.Codes(ctx, c, b.now())
		outcome := b.judge(j, answer)
		if c.Show != commands.CSV || answer.Failed() {
			return blockkit.Answer(answer, j.sharedBy(), b.answerWords(ctx, j, answer.Public && !answer.Failed()), b.now()), outcome
		}
		sentence, d, err := b.file(ctx, j, answer)
		if err != nil {
			b.log.Warn("a file was not delivered", "envelope", j.envelope, "error", err)
			if errors.Is(err, errUnconfirmed) {
				return blockkit.Notice(j.words.FileUnconfirmed()), "unconfirmed"
			}
			if refusal, ok := errors.AsType[slack.SlackErrorResponse](err); ok && refusal.Err == "missing_scope" {
				return blockkit.Notice(j.words.FileNeedsScopes()), "failed"
			}
			return blockkit.Notice(j.words.FileRefused()), "failed"
		}
		if d == deliveredDirectly {
			outcome = "undelivered"
		}
		return blockkit.Notice(sentence), outcome
	})
}

// trend runs t and delivers the answer like that of codes.
func (b *Bot) trend(ctx context.Context, j job, t commands.Trend) (outcome string, d delivery) {
	return b.answering(ctx, j, t, func(ctx context.Context) (blockkit.Message, string) {
		trend := b.runner.Trend(ctx, t, b.now())
		outcome := "answered"
		if missing, why := trend.Unknown(); missing > 0 {
			outcome = "partly"
			b.log.Warn("stretches of a trend are not known", "envelope", j.envelope, "stretches", missing, "error", why)
		}
		if trend.Err() != nil {
			outcome = "failed"
		}
		for _, s := range trend.Buckets {
			if b.panicked(j, s.Err) {
				outcome = "internal_error"
				break
			}
		}
		return blockkit.Trend(trend, j.sharedBy(), b.answerWords(ctx, j, trend.Public && trend.Err() == nil), b.now()), outcome
	})
}

// answering makes an answer and delivers it, in place of the placeholder if there was one.
func (b *Bot) answering(
	ctx context.Context, j job, c commands.Command, answer func(context.Context) (blockkit.Message, string),
) (outcome string, d delivery) {
	wait := b.placeholder(ctx, j, c)
	answered := false
	defer func() {
		if !answered && wait.stop() { // it panics: the placeholder promises an answer that does not come
			b.removePlaceholder(ctx, j)
		}
	}()
	running, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	message, outcome := answer(running)
	posted := wait.stop()
	if posted && message.Public {
		b.removePlaceholder(ctx, j)
		posted = false
	}
	answered = true
	d = b.deliverOrLog(j, message, posted || !message.Separate && j.press.replaces(message.Public))
	return d.outcome(message, outcome), d
}

// judge says how a went, and logs what did not.
func (b *Bot) judge(j job, answer report.Answer) (outcome string) {
	outcome = "answered"
	for _, part := range answer.Parts {
		if part.Err == nil {
			continue
		}
		outcome = "partly"
		if b.panicked(j, part.Err) {
			outcome = "internal_error"
			continue
		}
		b.log.Warn("a question was not answered", "envelope", j.envelope, "task", part.Task, "province", part.Province, "error", part.Err)
	}
	if answer.Failed() && outcome == "partly" {
		outcome = "failed"
	}
	return outcome
}

// A placeholder is the word that stands in for an answer that takes longer than a moment.
type placeholder struct {
	timer  *time.Timer
	done   chan struct{} // closed when it has been posted, or could not be
	posted bool          // read after done
	once   sync.Once
}

// placeholder posts that c is being fetched, unless it is stopped before.
func (b *Bot) placeholder(ctx context.Context, j job, c commands.Command) *placeholder {
	p := &placeholder{done: make(chan struct{})}
	if j.press != nil || j.to.ResponseURL == "" { // its message stands meanwhile, or there is nowhere to put it
		p.once.Do(func() { close(p.done) })
		return p
	}
	p.timer = time.AfterFunc(max(placeholderLeast, placeholderAfter-b.now().Sub(j.received)), func() {
		defer close(p.done)
		defer b.survive("posting a placeholder", j.envelope)
		ctx, cancel := context.WithTimeout(ctx, sendTimeout)
		defer cancel()
		m := blockkit.Sentence(j.words.Fetching(c.String()))
		err := respond(ctx, b.http, j.to.ResponseURL, response{Type: "ephemeral", Text: m.Text})
		if err != nil {
			b.log.Warn("the placeholder was not posted", "envelope", j.envelope, "error", err)
			return
		}
		p.posted = true
	})
	return p
}

// stop ends p and reports whether it was posted. It may be called again.
func (p *placeholder) stop() bool {
	p.once.Do(func() {
		if p.timer.Stop() {
			close(p.done)
		}
	})
	<-p.done
	return p.posted
}

// removePlaceholder makes way for an answer that all may see: an ephemeral message cannot be replaced by one.
func (b *Bot) removePlaceholder(ctx context.Context, j job) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	if err := respond(ctx, b.http, j.to.ResponseURL, response{Delete: true}); err != nil {
		b.log.Warn("the placeholder was not removed", "envelope", j.envelope, "error", err)
	}
}
