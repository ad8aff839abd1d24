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

// An Address is where the answer to a command can be sent.
type Address struct {
	ResponseURL string
	Channel     string // where the command was given; empty for a shortcut and on the Home tab
	User        string
	Message     string // timestamp of the message that the answer may replace: a shared one whose control was pressed, or a placeholder
	Thread      string // timestamp of the message that began the thread to answer in; empty outside of threads
	Direct      bool   // Channel is the person's direct messages with catbot, where nothing is hidden from anybody
}

// A route is one way to send a message to its reader. Routes are tried in order.
type route struct {
	name string
	send func(context.Context, blockkit.Message, []slack.Block) error
}

// A delivery is the result of sending a message.
type delivery int

const (
	delivered         delivery = iota // it reached its channel or its reader
	deliveredDirectly                 // the last route took it: a direct message to the person who asked
	unconfirmed                       // Slack's answer is missing, so the channel may have it or not
	undelivered                       // every route refused it
)

// outcome returns done when m was delivered. A public message that did not reach its channel counts as undelivered.
func (d delivery) outcome(m blockkit.Message, done string) string {
	switch {
	case d == unconfirmed:
		return "unconfirmed"
	case d == undelivered, d == deliveredDirectly && m.Public:
		return "undelivered"
	}
	return done
}

// errUnconfirmed is the error of a message that the channel may have or not.
var errUnconfirmed = errors.New("slack did not say whether it took the message")

// A sender sends messages to people and channels.
type sender struct {
	api     *slack.Client
	hooks   *http.Client // for response_urls
	metrics *Metrics
	log     *slog.Logger
}

// deliver sends m by the first route that accepts it: the response_url, then the Web API in the channel, then a direct
// message to the person who asked. When all refuse, the error names each. A public message takes the next route only
// when Slack refused it or it was not sent, so it is never posted twice. When that is not known, the result is
// unconfirmed and the error says why.
func (s *sender) deliver(ctx context.Context, to Address, m blockkit.Message, replace bool) (delivery, error) {
	var errs []error
	routes := s.routes(to, m.Public, replace)
	for i, route := range routes {
		err := s.sendWithinShare(ctx, len(routes)-i, route, m)
		if err == nil {
			s.metrics.delivered(route.name)
			if len(routes) > 1 && i == len(routes)-1 && !to.Direct {
				return deliveredDirectly, nil
			}
			return delivered, nil
		}
		if m.Public && mayHaveSucceeded(err) {
			s.metrics.delivered("unconfirmed")
			return unconfirmed, fmt.Errorf("delivering an answer by %s: %w: %w", route.name, errUnconfirmed, err)
		}
		errs = append(errs, fmt.Errorf("by %s: %w", route.name, err))
		s.log.Warn("message refused, trying the next route", "route", route.name, "error", err)
		if ctx.Err() != nil {
			break
		}
	}
	s.metrics.delivered("none")
	return undelivered, fmt.Errorf("delivering an answer: %w", errors.Join(errs...))
}

// sentence tells a person what became of their public answer. When failed, the query had no answer: then the person
// alone gets the reason.
func (d delivery) sentence(failed bool, w i18n.Phrases) string {
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

// directSentence tells a person what became of an answer for them alone.
func (d delivery) directSentence(w i18n.Phrases) string {
	if d == undelivered {
		return w.NotAnsweredDirectly()
	}
	return w.AnsweredDirectly()
}

// sendWithinShare sends m by one route. The remaining time is shared by the routes left, so a route that hangs leaves
// time for the next.
func (s *sender) sendWithinShare(ctx context.Context, routes int, route route, m blockkit.Message) error {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(routes))
		defer cancel()
	}
	return s.sendBy(ctx, route, m)
}

// routes returns the routes to an address, the preferred one first.
func (s *sender) routes(to Address, public, replace bool) []route {
	var routes []route
	visible := public || to.Direct
	if to.ResponseURL != "" {
		routes = append(routes, s.responseURL(to, visible, replace))
	}
	if visible && replace && to.Message != "" {
		routes = append(routes, s.updateMessage(to))
	}
	switch {
	case visible:
		routes = append(routes, s.postMessage("chat.postMessage", to.Channel, to.Thread))
	case to.Channel != "":
		routes = append(routes, s.postEphemeral(to))
	}
	if to.Direct {
		return routes
	}
	return append(routes, s.postMessage("direct message", to.User, ""))
}

func (s *sender) responseURL(to Address, visible, replace bool) route {
	return route{"response_url", func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
		r := response{
			Type: slack.ResponseTypeEphemeral, Text: m.Text, Blocks: blocks, Replace: replace, Thread: to.Thread,
		}
		if visible {
			r.Type = slack.ResponseTypeInChannel
		}
		return respond(ctx, s.hooks, to.ResponseURL, r)
	}}
}

func (s *sender) updateMessage(to Address) route {
	return route{"chat.update", func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
		_, _, _, err := s.api.UpdateMessageContext(ctx, to.Channel, to.Message, options(m, blocks)...)
		return err
	}}
}

func (s *sender) postMessage(name, channel, thread string) route {
	return route{name, func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
		_, _, err := s.api.PostMessageContext(ctx, channel, append(options(m, blocks), inThread(thread))...)
		return err
	}}
}

func (s *sender) postEphemeral(to Address) route {
	return route{"chat.postEphemeral", func(ctx context.Context, m blockkit.Message, blocks []slack.Block) error {
		_, err := s.api.PostEphemeralContext(ctx, to.Channel, to.User, append(options(m, blocks), inThread(to.Thread))...)
		return err
	}}
}

// inThread sends a message to a thread; an empty one is none.
func inThread(thread string) slack.MsgOption {
	if thread == "" {
		return slack.MsgOptionCompose()
	}
	return slack.MsgOptionTS(thread)
}

func options(m blockkit.Message, blocks []slack.Block) []slack.MsgOption {
	opts := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
	if len(blocks) > 0 {
		opts = append(opts, slack.MsgOptionBlocks(blocks...))
	}
	return opts
}

// sendBy sends m by one route: with its rich blocks, then with the plain ones, then with none, until Slack refuses no
// blocks. So an answer is never lost because of its blocks.
func (s *sender) sendBy(ctx context.Context, route route, m blockkit.Message) error {
	var err error
	for i, blocks := range [][]slack.Block{m.Rich, m.Plain, nil} {
		if i == 1 && len(blocks) == 0 {
			continue
		}
		err = s.sendWithRetry(ctx, route, m, blocks)
		if !refusesBlocks(err) {
			return err
		}
		s.log.Warn("slack refused the blocks, sending plainer ones",
			"route", route.name, "attempt", i+1, "error", detail(err))
	}
	return err
}

const (
	sendAttempts = 4
	// sendTimeout bounds one attempt.
	sendTimeout = 10 * time.Second
	// firstPause is the pause before the second attempt; it doubles with each. A 429 names its own pause.
	firstPause = 250 * time.Millisecond
)

func (s *sender) sendWithRetry(ctx context.Context, route route, m blockkit.Message, blocks []slack.Block) error {
	return retry(ctx, m.Public, func(ctx context.Context) error { return route.send(ctx, m, blocks) })
}

// retry calls send until it succeeds or no attempt is left. It waits as long as a 429 says, and repeats failures that
// pass. With once it repeats only an attempt that had no effect.
func retry(ctx context.Context, once bool, send func(context.Context) error) error {
	pause := firstPause
	for attempt := 1; ; attempt++ {
		err := func() error {
			ctx, cancel := context.WithTimeout(ctx, sendTimeout)
			defer cancel()
			return withoutURL(send(ctx))
		}()
		wait, again := retryDelay(err)
		if err == nil || !again || attempt == sendAttempts || once && mayHaveSucceeded(err) {
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

// retryDelay reports whether another attempt can help, and how long Slack asks to wait; 0 when Slack names no time.
func retryDelay(err error) (time.Duration, bool) {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return limited.RetryAfter, true
	}
	if refused, ok := errors.AsType[*responseError](err); ok {
		switch {
		case refused.Status == http.StatusTooManyRequests:
			return max(refused.RetryAfter, time.Second), true
		case refused.expired():
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

// mayHaveSucceeded reports whether Slack may have carried out a request that returned err. It is false when Slack
// refused the request or the request was not sent.
func mayHaveSucceeded(err error) bool {
	if _, unsent := errors.AsType[*unsentError](err); unsent || err == nil || refusesBlocks(err) {
		return false
	}
	if _, limited := errors.AsType[*slack.RateLimitedError](err); limited {
		return false
	}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		return slices.Contains(ambiguousErrors, refused.Err)
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return status.Code >= 500
	}
	if refused, ok := errors.AsType[*responseError](err); ok {
		return !refused.expired() && (refused.Status >= 500 || slices.Contains(ambiguousErrors, refused.Reason))
	}
	return true // the network
}

// refusesBlocks reports whether Slack would accept the message without its blocks, or with others.
func refusesBlocks(err error) bool {
	reason := ""
	if refused, ok := errors.AsType[*responseError](err); ok {
		reason = refused.Reason
	}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		reason = refused.Err
	}
	return slices.Contains([]string{
		"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_blocks_too_long", "msg_too_long",
	}, reason)
}

// detail adds to err what Slack says is wrong with the blocks.
func detail(err error) error {
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok && len(refused.ResponseMetadata.Messages) > 0 {
		return fmt.Errorf("%w: %q", err, refused.ResponseMetadata.Messages)
	}
	return err
}
