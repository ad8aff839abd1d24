package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/i18n"
)

// An Address is where the answer to one slash command may go.
type Address struct {
	ResponseURL string
	Channel     string // empty for what was not asked in one
	User        string
	Message     string // of the shared message whose control was pressed, its timestamp; empty for all else
}

// A route is one way to a reader, tried in order until one takes the message.
type route struct {
	name string
	send func(context.Context, blockkit.Message, []slack.Block) error
}

// A delivery is what became of a message.
type delivery int

const (
	delivered         delivery = iota // it is where it was meant to be
	deliveredDirectly                 // its person has it as a direct message, for its channel did not take it
	unconfirmed                       // its channel has it or not: Slack did not say
	undelivered                       // nobody has it
)

// outcome is that of what m tells, which ended with done: a channel that did not get its answer counts.
func (d delivery) outcome(m blockkit.Message, done string) string {
	switch {
	case d == unconfirmed:
		return "unconfirmed"
	case d == undelivered, d == deliveredDirectly && m.Public:
		return "undelivered"
	}
	return done
}

// errUnconfirmed says that a message for a channel may stand there, or may not.
var errUnconfirmed = errors.New("slack did not say whether it took the message")

// A sender sends messages to people and channels.
type sender struct {
	api     *slack.Client
	http    *http.Client // for response_urls
	metrics *Metrics
	log     *slog.Logger
}

// deliver sends m by the first way that takes it: the response_url, then the Web API in the channel, then a direct
// message to the person who asked. It returns an error when all refuse, naming each. What a channel sees goes another way
// only when it was refused or never left: when that is not known, it is unconfirmed, and the error says why.
func (s *sender) deliver(ctx context.Context, to Address, m blockkit.Message, replace bool) (delivery, error) {
	var errs []error
	ways := s.routes(to, m.Public, replace)
	for i, way := range ways {
		err := s.sendInTime(ctx, len(ways)-i, way, m)
		if err == nil {
			s.metrics.delivered(way.name)
			if len(ways) > 1 && i == len(ways)-1 {
				return deliveredDirectly, nil
			}
			return delivered, nil
		}
		if m.Public && mayBeDone(err) {
			s.metrics.delivered("unconfirmed")
			return unconfirmed, fmt.Errorf("delivering an answer by %s: %w: %w", way.name, errUnconfirmed, err)
		}
		errs = append(errs, fmt.Errorf("by %s: %w", way.name, err))
		s.log.Warn("a message was refused, trying the next way", "way", way.name, "error", err)
		if ctx.Err() != nil {
			break
		}
	}
	s.metrics.delivered("none")
	return undelivered, fmt.Errorf("delivering an answer: %w", errors.Join(errs...))
}

// said is what a person reads of an answer for a channel; of one that failed they alone read why.
func (d delivery) said(failed bool, w i18n.Phrases) string {
	switch {
	case d == undelivered:
		return w.AnsweredNowhere()
	case d == unconfirmed:
		return w.AnswerUnconfirmed()
	case d == deliveredDirectly && failed:
		return w.FailedDirectly()
	case d == deliveredDirectly:
		return w.NotAnsweredThere()
	case failed:
		return w.FailedThere()
	}
	return w.AnsweredThere()
}

// saidDirectly is what a person reads of an answer for them alone.
func (d delivery) saidDirectly(w i18n.Phrases) string {
	if d == undelivered {
		return w.NotAnsweredDirectly()
	}
	return w.AnsweredDirectly()
}

// sendInTime sends m by one way in its share of the time, so that one that hangs leaves some for the others.
func (s *sender) sendInTime(ctx context.Context, ways int, way route, m blockkit.Message) error {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(ways))
		defer cancel()
	}
	return s.sendBy(ctx, way, m)
}

func (s *sender) routes(to Address, public, replace bool) []route {
	var ways []route
	if to.ResponseURL != "" {
		ways = append(ways, route{"response_url", func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
			r := response{Type: slack.ResponseTypeEphemeral, Text: m.Text, Blocks: blocks, Replace: replace}
			if public {
				r.Type = slack.ResponseTypeInChannel
			}
			return respond(ctx, s.http, to.ResponseURL, r)
		}})
	}
	if public && replace && to.Message != "" {
		ways = append(ways, route{"chat.update", func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
			_, _, _, err := s.api.UpdateMessageContext(ctx, to.Channel, to.Message, options(m, blocks)...)
			return err
		}})
	}
	if public {
		ways = append(ways, route{"chat.postMessage", func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
			_, _, err := s.api.PostMessageContext(ctx, to.Channel, options(m, blocks)...)
			return err
		}})
	} else if to.Channel != "" {
		ways = append(ways, route{"chat.postEphemeral", func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
			_, err := s.api.PostEphemeralContext(ctx, to.Channel, to.User, options(m, blocks)...)
			return err
		}})
	}
	return append(ways, route{"direct message", func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
		_, _, err := s.api.PostMessageContext(ctx, to.User, options(m, blocks)...)
		return err
	}})
}

func options(m blockkit.Message, blocks []slack.Block) []slack.MsgOption {
	opts := []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	if len(blocks) > 0 {
		opts = append(opts, slack.MsgOptionBlocks(blocks...))
	}
	return opts
}

// sendBy sends m by one way: with its rich blocks, with the plain ones when Slack refuses those, with none when it
// refuses those too. An answer is never lost to its decoration.
func (s *sender) sendBy(ctx context.Context, way route, m blockkit.Message) error {
	var err error
	for i, blocks := range [][]slack.Block{m.Rich, m.Plain, nil} {
		if i == 1 && len(blocks) == 0 {
			continue
		}
		err = s.sendPatiently(ctx, way, m, blocks)
		if !refusesBlocks(err) {
			return err
		}
		s.log.Warn("slack refused blocks, sending plainer ones", "way", way.name, "attempt", i+1, "error", detail(err))
	}
	return err
}

const (
	sendAttempts = 4
	// sendTimeout bounds one attempt.
	sendTimeout = 10 * time.Second
	// firstPause comes before the second attempt after a failure of the network or of Slack; it doubles.
	firstPause = 250 * time.Millisecond
)

func (s *sender) sendPatiently(ctx context.Context, way route, m blockkit.Message, blocks []slack.Block) error {
	return patiently(ctx, m.Public, func(ctx context.Context) error { return way.send(ctx, m, blocks) })
}

// patiently waits as long as a 429 says, and tries again after failures that pass; with once, only where nothing can have come of
// the try before.
func patiently(ctx context.Context, once bool, send func(context.Context) error) error {
	pause := firstPause
	for attempt := 1; ; attempt++ {
		err := func() error {
			ctx, cancel := context.WithTimeout(ctx, sendTimeout)
			defer cancel()
			return withoutURL(send(ctx))
		}()
		wait, again := retryIn(err)
		if err == nil || !again || attempt == sendAttempts || once && mayBeDone(err) {
			return err
		}
		if wait == 0 {
			wait, pause = pause, 2*pause
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return err
		}
	}
}

// retryIn reports whether another attempt can help, and how long Slack asks to wait; 0 is up to us.
func retryIn(err error) (time.Duration, bool) {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return limited.RetryAfter, true
	}
	if refused, ok := errors.AsType[*responseError](err); ok {
		switch {
		case refused.Status == http.StatusTooManyRequests:
			return max(refused.RetryAfter, time.Second), true
		case refused.spent():
			return 0, false
		}
		return 0, refused.Status >= 500 && !refusesBlocks(err)
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return 0, status.Code == http.StatusTooManyRequests || status.Code >= 500
	}
	if _, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return 0, false
	}
	return 0, err != nil // the network
}

// mayBeDone reports whether Slack may have done what it was asked although err came of it: err is neither its word that it did not,
// nor of a request that never left.
func mayBeDone(err error) bool {
	if _, unsent := errors.AsType[*unsentError](err); unsent || err == nil || refusesBlocks(err) {
		return false
	}
	if _, limited := errors.AsType[*slack.RateLimitedError](err); limited {
		return false
	}
	if said, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return slices.Contains(doubtful, said.Err)
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return status.Code >= 500
	}
	if said, ok := errors.AsType[*responseError](err); ok {
		return !said.spent() && (said.Status >= 500 || slices.Contains(doubtful, said.Reason))
	}
	return true // the network
}

// refusesBlocks reports whether the message would be taken without its blocks, or with others.
func refusesBlocks(err error) bool {
	reason := ""
	if refused, ok := errors.AsType[*responseError](err); ok {
		reason = refused.Reason
	}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		reason = refused.Err
	}
	return slices.Contains([]string{"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_blocks_too_long", "msg_too_long"}, reason)
}

// detail adds what Slack says is wrong with the blocks.
func detail(err error) error {
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok && len(refused.ResponseMetadata.Messages) > 0 {
		return fmt.Errorf("%w: %q", err, refused.ResponseMetadata.Messages)
	}
	return err
}
