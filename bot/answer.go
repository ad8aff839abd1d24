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

// codes runs c and delivers the answer, or the file when c asks for CSV.
func (h *answerHandler) codes(ctx context.Context, r *request, c commands.Codes) (outcome string, d delivery) {
	return h.answerWithPlaceholder(ctx, r, c, func(ctx context.Context) (blockkit.Message, string) {
		answer := h.runner.Codes(ctx, c, h.now())
		outcome := h.outcomeOf(r, answer)
		if c.Show != commands.CSV || answer.Failed() {
			words := h.answerWords(ctx, r, answer.Public && !answer.Failed())
			return blockkit.Answer(answer, r.sharedBy(), words, h.now()), outcome
		}
		sentence, d, err := h.file(ctx, r, answer)
		if err != nil {
			h.log.Warn("file not delivered", "envelope", r.envelope, "error", err)
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

// trend runs t and delivers the answer.
func (h *answerHandler) trend(ctx context.Context, r *request, t commands.Trend) (outcome string, d delivery) {
	return h.answerWithPlaceholder(ctx, r, t, func(ctx context.Context) (blockkit.Message, string) {
		trend := h.runner.Trend(ctx, t, h.now())
		outcome := "answered"
		if missing, why := trend.Unknown(); missing > 0 {
			outcome = "partly"
			h.log.Warn("trend incomplete", "envelope", r.envelope, "missing_buckets", missing, "error", why)
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
		words := h.answerWords(ctx, r, trend.Public && trend.Err() == nil)
		return blockkit.Trend(trend, r.sharedBy(), words, h.now()), outcome
	})
}

// answerWithPlaceholder calls answer and delivers its message. The message replaces the placeholder if one was posted.
func (h *answerHandler) answerWithPlaceholder(
	ctx context.Context, r *request, c commands.Command, answer func(context.Context) (blockkit.Message, string),
) (outcome string, d delivery) {
	wait := h.startPlaceholder(ctx, r, c)
	answered := false
	defer func() {
		if !answered && wait.stop() { // answer panicked: no message will replace the placeholder
			h.removePlaceholder(ctx, r, wait.at)
		}
	}()
	running, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	message, outcome := answer(running)
	posted := wait.stop()
	if posted && r.talk != nil && (message.Public || r.to.Direct) {
		r.to.Message = wait.at // which the answer replaces
	} else if posted && (message.Public || r.talk != nil) {
		h.removePlaceholder(ctx, r, wait.at)
		posted = false
	}
	answered = true
	d = h.deliverOrLog(r, message, posted || !message.Separate && r.press.replaces(message.Public))
	return d.outcome(message, outcome), d
}

// outcomeOf returns the outcome of a and logs its failed parts.
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
		h.log.Warn("query failed", "envelope", r.envelope, "task", part.Task,
			"province", part.Province, "error", part.Err)
	}
	if answer.Failed() && outcome == "partly" {
		outcome = "failed"
	}
	return outcome
}

const (
	// placeholderDelay is how long after a command its placeholder is posted. A command that spent that time in the
	// queue gets minPlaceholderDelay more: its answer is mostly in the cache.
	placeholderDelay    = time.Second
	minPlaceholderDelay = 200 * time.Millisecond
)

// A placeholder is the message that a person sees while an answer takes longer than placeholderDelay.
type placeholder struct {
	timer  *time.Timer
	done   chan struct{} // closed when the attempt to post it has ended
	posted bool          // read it after done
	at     string        // its timestamp, where it answers a talk
	once   sync.Once
}

// startPlaceholder posts after placeholderDelay that c is being fetched, unless it is stopped before.
func (h *answerHandler) startPlaceholder(ctx context.Context, r *request, c commands.Command) *placeholder {
	p := &placeholder{done: make(chan struct{})}
	if r.press != nil || r.to.ResponseURL == "" && r.talk == nil { // the old message stays visible, or there is no place for one
		p.once.Do(func() { close(p.done) })
		return p
	}
	p.timer = time.AfterFunc(max(minPlaceholderDelay, placeholderDelay-h.now().Sub(r.received)), func() {
		defer close(p.done)
		defer h.recoverPanic("posting a placeholder", r.envelope)
		ctx, cancel := context.WithTimeout(ctx, sendTimeout)
		defer cancel()
		m := blockkit.Sentence(r.words.Fetching(c.String()))
		var err error
		if r.talk != nil {
			opts := append(options(m, nil), inThread(r.to.Thread))
			_, p.at, err = h.api.PostMessageContext(ctx, r.to.Channel, opts...)
		} else {
			err = respond(ctx, h.sender.hooks, r.to.ResponseURL, response{Type: "ephemeral", Text: m.Text})
		}
		if err != nil {
			h.log.Warn("posting the placeholder failed", "envelope", r.envelope, "error", withoutURL(err))
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

// removePlaceholder deletes the placeholder before an answer that can't replace it: an ephemeral message cannot be
// replaced by one that all see, nor the other way round. at is its timestamp where it answers a talk.
func (h *answerHandler) removePlaceholder(ctx context.Context, r *request, at string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	var err error
	if r.talk != nil {
		_, _, err = h.api.DeleteMessageContext(ctx, r.to.Channel, at)
	} else {
		err = respond(ctx, h.sender.hooks, r.to.ResponseURL, response{Delete: true})
	}
	if err != nil {
		h.log.Warn("removing the placeholder failed", "envelope", r.envelope, "error", err)
	}
}
