package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/report"
)

// An answerHandler answers commands that ask CAT.
type answerHandler struct{ *core }

// codes runs c and delivers the answer, or the file that was asked for.
func (h *answerHandler) codes(ctx context.Context, r *request, c commands.Codes) (outcome string, d delivery) {
	return h.answering(ctx, r, c, func(ctx context.Context) (blockkit.Message, string) {
		answer := h.runner.Codes(ctx, c, h.now())
		outcome := h.outcomeOf(r, answer)
		if c.Show != commands.CSV || answer.Failed() {
			return blockkit.Answer(answer, r.sharedBy(), h.answerWords(ctx, r, answer.Public && !answer.Failed()), h.now()), outcome
		}
		sentence, d, err := h.file(ctx, r, answer)
		if err != nil {
			h.log.Warn("a file was not delivered", "envelope", r.envelope, "error", err)
			if errors.Is(err, errUnconfirmed) {
				return blockkit.Notice(r.words.FileUnconfirmed()), "unconfirmed"
			}
			if refusal, ok := errors.AsType[slack.SlackErrorResponse](err); ok && refusal.Err == "missing_scope" {
				return blockkit.Notice(r.words.FileNeedsScopes()), "failed"
			}
			return blockkit.Notice(r.words.FileRefused()), "failed"
		}
		if d == deliveredDirectly {
			outcome = "undelivered"
		}
		return blockkit.Notice(sentence), outcome
	})
}

// trend runs t and delivers the answer like that of codes.
func (h *answerHandler) trend(ctx context.Context, r *request, t commands.Trend) (outcome string, d delivery) {
	return h.answering(ctx, r, t, func(ctx context.Context) (blockkit.Message, string) {
		trend := h.runner.Trend(ctx, t, h.now())
		outcome := "answered"
		if missing, why := trend.Unknown(); missing > 0 {
			outcome = "partly"
			h.log.Warn("stretches of a trend are not known", "envelope", r.envelope, "stretches", missing, "error", why)
		}
		if trend.Err() != nil {
			outcome = "failed"
		}
		for _, s := range trend.Buckets {
			if h.panicked(r, s.Err) {
				outcome = "internal_error"
				break
			}
		}
		return blockkit.Trend(trend, r.sharedBy(), h.answerWords(ctx, r, trend.Public && trend.Err() == nil), h.now()), outcome
	})
}

// answering makes an answer and delivers it, in place of the placeholder if there was one.
func (h *answerHandler) answering(
	ctx context.Context, r *request, c commands.Command, answer func(context.Context) (blockkit.Message, string),
) (outcome string, d delivery) {
	wait := h.placeholder(ctx, r, c)
	answered := false
	defer func() {
		if !answered && wait.stop() { // it panics: the placeholder promises an answer that does not come
			h.removePlaceholder(ctx, r)
		}
	}()
	running, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	message, outcome := answer(running)
	posted := wait.stop()
	if posted && message.Public {
		h.removePlaceholder(ctx, r)
		posted = false
	}
	answered = true
	d = h.deliverOrLog(r, message, posted || !message.Separate && r.press.replaces(message.Public))
	return d.outcome(message, outcome), d
}

// outcomeOf says how a went, and logs what did not.
func (h *answerHandler) outcomeOf(r *request, answer report.Answer) (outcome string) {
	outcome = "answered"
	for _, part := range answer.Parts {
		if part.Err == nil {
			continue
		}
		outcome = "partly"
		if h.panicked(r, part.Err) {
			outcome = "internal_error"
			continue
		}
		h.log.Warn("a question was not answered", "envelope", r.envelope, "task", part.Task, "province", part.Province, "error", part.Err)
	}
	if answer.Failed() && outcome == "partly" {
		outcome = "failed"
	}
	return outcome
}

const (
	// placeholderAfter is how long a person looks at nothing. A command that has waited that long for a worker gets
	// placeholderLeast more: mostly its answer is in the cache, and better than a placeholder.
	placeholderAfter = time.Second
	placeholderLeast = 200 * time.Millisecond
)

// A placeholder is the word that stands in for an answer that takes longer than a moment.
type placeholder struct {
	timer  *time.Timer
	done   chan struct{} // closed when it has been posted, or could not be
	posted bool          // read after done
	once   sync.Once
}

// placeholder posts that c is being fetched, unless it is stopped before.
func (h *answerHandler) placeholder(ctx context.Context, r *request, c commands.Command) *placeholder {
	p := &placeholder{done: make(chan struct{})}
	if r.press != nil || r.to.ResponseURL == "" { // its message stands meanwhile, or there is nowhere to put it
		p.once.Do(func() { close(p.done) })
		return p
	}
	p.timer = time.AfterFunc(max(placeholderLeast, placeholderAfter-h.now().Sub(r.received)), func() {
		defer close(p.done)
		defer h.survive("posting a placeholder", r.envelope)
		ctx, cancel := context.WithTimeout(ctx, sendTimeout)
		defer cancel()
		m := blockkit.Sentence(r.words.Fetching(c.String()))
		err := respond(ctx, h.sender.http, r.to.ResponseURL, response{Type: "ephemeral", Text: m.Text})
		if err != nil {
			h.log.Warn("the placeholder was not posted", "envelope", r.envelope, "error", err)
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
func (h *answerHandler) removePlaceholder(ctx context.Context, r *request) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	if err := respond(ctx, h.sender.http, r.to.ResponseURL, response{Delete: true}); err != nil {
		h.log.Warn("the placeholder was not removed", "envelope", r.envelope, "error", err)
	}
}
