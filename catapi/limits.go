package catapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	// breakAfter and breakSince are how many requests in a row must fail, and for how long, before the circuit opens.
	// It takes more failures than the tries of one call.
	breakAfter = maxTries + 1
	breakSince = 3 * time.Second
	// streakGap is the longest time between two failures of one streak.
	streakGap = time.Minute
	// openTime is how long the circuit stays open. Then one request is let through.
	openTime = 5 * time.Second
)

// limits are the rate limits and the circuit breaker of one API, which do not affect the other.
type limits struct {
	api     string // for people and metrics: "v2"
	rate    float64
	breaker *gobreaker.CircuitBreaker[struct{}]
	log     *slog.Logger

	mu       sync.Mutex
	pacers   map[string]*pacer // by action: the vendor counts each by itself
	failures failureStreak
}

// A failureStreak counts requests in a row without a response.
type failureStreak struct {
	n       int
	first   time.Time // the first of them
	latest  time.Time // the last
	lastErr error     // of the last, also after one that brought an answer
}

func newLimits(api string, perSecond float64, log *slog.Logger) *limits {
	l := &limits{api: api, rate: perSecond, pacers: map[string]*pacer{}, log: log}
	l.failures.lastErr = errors.New("for no known reason") // as after panics
	l.breaker = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Timeout:       openTime,
		ReadyToTrip:   func(gobreaker.Counts) bool { return l.shouldOpen() },
		IsExcluded:    func(err error) bool { return errors.Is(err, errCallerGone) },
		OnStateChange: l.logState,
	})
	return l
}

// pacer returns the pacer of an action.
func (l *limits) pacer(action string) *pacer {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.pacers[action]
	if p == nil {
		p = newPacer(l.rate)
		l.pacers[action] = p
	}
	return p
}

func (l *limits) shouldOpen() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failures.n >= breakAfter && time.Since(l.failures.first) >= breakSince
}

// logState logs that the API became unavailable or available, not each try between.
func (l *limits) logState(_ string, from, to gobreaker.State) {
	switch {
	case from == gobreaker.StateClosed:
		l.log.Warn("cat api unavailable, answering from the cache", "api", l.api, "error", l.lastError())
	case to == gobreaker.StateClosed:
		l.log.Info("cat api available again", "api", l.api)
	}
}

// run runs one request of action when the rate limit allows it, and returns the request's error. It returns a
// *TransportError if ctx ends before that, and an *UnavailableError at once while the circuit is open.
func (l *limits) run(ctx context.Context, action string, request func() error) (err error) {
	if l.breaker.State() == gobreaker.StateOpen {
		return l.unavailable()
	}
	pacer := l.pacer(action)
	if err := pacer.acquire(ctx); err != nil {
		return &TransportError{Op: opWait, Cause: err}
	}
	var sent time.Time
	defer func() { pacer.done(sent) }()
	_, breakerErr := l.breaker.Execute(func() (struct{}, error) {
		sent = time.Now()
		err = request()
		return struct{}{}, l.breakerResult(ctx, err, sent)
	})
	if errors.Is(breakerErr, gobreaker.ErrOpenState) || errors.Is(breakerErr, gobreaker.ErrTooManyRequests) {
		return l.unavailable()
	}
	return err
}

// errCallerGone replaces the error of a request that was canceled, which the breaker ignores.
var errCallerGone = errors.New("the caller gave up")

// breakerResult returns the result of a request as the breaker counts it: nil if the API responded, even with an error.
func (l *limits) breakerResult(ctx context.Context, err error, sent time.Time) error {
	_, answered := errors.AsType[*Error](err)
	if transport, ok := errors.AsType[*TransportError](err); ok {
		answered = transport.validJSON // a task with unreadable data must not block the others
	}
	switch {
	case err == nil, answered, errors.Is(err, errTooLarge):
		l.mu.Lock()
		defer l.mu.Unlock()
		l.failures.n = 0
		return nil
	case ctx.Err() != nil:
		return errCallerGone
	}
	l.recordFailure(err, sent)
	return err
}

// recordFailure counts a request that was sent at sent and got no response.
func (l *limits) recordFailure(err error, sent time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failures.n == 0 || sent.Sub(l.failures.latest) > streakGap {
		l.failures.n, l.failures.first = 0, sent
	}
	l.failures.n++
	l.failures.latest, l.failures.lastErr = time.Now(), err
}

// lastError returns why the last failed request got no response.
func (l *limits) lastError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failures.lastErr
}

// unavailable returns the error of a request while the circuit is open.
func (l *limits) unavailable() error { return &UnavailableError{l.api, l.lastError()} }

// stateError returns nil while the circuit is closed, and an *UnavailableError while it is open or half open.
func (l *limits) stateError() error {
	if l.breaker.State() == gobreaker.StateClosed {
		return nil
	}
	return l.unavailable()
}

// An UnavailableError says that a request was not sent because the API has not responded lately.
type UnavailableError struct {
	API  string // "v2" or "3.0"
	Last error  // of the last request
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("cat api %s unavailable, requests are suspended for some seconds: %v", e.API, e.Last)
}

// Retryable reports that the same request may succeed once the API is available.
func (e *UnavailableError) Retryable() bool { return true }

// Unavailable returns an *UnavailableError while the circuit of the task's API is open or half open,
// and nil while it is closed.
func (c *Client) Unavailable(task string) error {
	if IsAPI3(task) {
		return c.api3.limits.stateError()
	}
	return c.limits.stateError()
}

// States returns, for each API by its name in UnavailableError, what Unavailable returns for its tasks.
func (c *Client) States() map[string]error {
	states := map[string]error{}
	for _, l := range []*limits{c.limits, c.api3.limits} {
		states[l.api] = l.stateError()
	}
	return states
}

// Room returns how many requests for histories of a task would start at once if they were those of Background.
func (c *Client) Room(task string) int {
	if IsAPI3(task) {
		return c.api3.limits.pacer(actionProbes3).room()
	}
	return c.limits.pacer(actionHistory2).room()
}
