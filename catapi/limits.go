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
	// breakAfter and breakSince are how many requests in a row must bring no answer, and for how long, before an API is left alone:
	// more than the tries of one call.
	breakAfter = maxTries + 1
	breakSince = 3 * time.Second
	// breakMemory is how long after one such request the next must come to be one in a row with it.
	streakGap = time.Minute
	// breakTime is how long it is left alone. One request then tries whether it is back.
	openTime = 5 * time.Second
)

// limits stand before one API, so that what happens to it is nothing to the other.
type limits struct {
	api     string // for people: "v2"
	rate    float64
	breaker *gobreaker.CircuitBreaker[struct{}]
	log     *slog.Logger

	mu       sync.Mutex
	pacers   map[string]*pacer // by action: the vendor counts each by itself
	failures failureStreak
}

// A streak is of requests in a row that brought no answer.
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

// pacer is the one of an action.
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

// logState tells of the way out and the way back, not of each try between.
func (l *limits) logState(_ string, from, to gobreaker.State) {
	switch {
	case from == gobreaker.StateClosed:
		l.log.Warn("cat api is away: what is kept has to do until it is back", "api", l.api, "error", l.lastError())
	case to == gobreaker.StateClosed:
		l.log.Info("cat api is back", "api", l.api)
	}
}

// do runs one request of action when its turn comes, and returns the request's error. It returns a *TransportError when ctx ends
// before that turn, and an *AwayError, at once, while the API is left alone.
func (l *limits) run(ctx context.Context, action string, request func() error) (err error) {
	if l.breaker.State() == gobreaker.StateOpen {
		return l.unavailable()
	}
	pacer := l.pacer(action)
	if err := pacer.acquire(ctx); err != nil {
		return &TransportError{Op: opWait, Cause: err}
	}
	var begun time.Time
	defer func() { pacer.done(begun) }()
	_, judged := l.breaker.Execute(func() (struct{}, error) {
		begun = time.Now()
		err = request()
		return struct{}{}, l.breakerResult(ctx, err, begun)
	})
	if errors.Is(judged, gobreaker.ErrOpenState) || errors.Is(judged, gobreaker.ErrTooManyRequests) {
		return l.unavailable()
	}
	return err
}

// errGivenUp stands for the error of a request that says nothing about the API.
var errCallerGone = errors.New("the asker gave up")

// judge returns what the end of a request says about the API: nil that it answers, whatever its answer is.
func (l *limits) breakerResult(ctx context.Context, err error, begun time.Time) error {
	_, answered := errors.AsType[*Error](err)
	if transport, ok := errors.AsType[*TransportError](err); ok {
		answered = transport.validJSON // one task that can't be read is no reason to leave all others alone
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
	l.recordFailure(err, begun)
	return err
}

// failed notes that a request that began at begun has brought no answer.
func (l *limits) recordFailure(err error, begun time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failures.n == 0 || begun.Sub(l.failures.latest) > streakGap {
		l.failures.n, l.failures.first = 0, begun
	}
	l.failures.n++
	l.failures.latest, l.failures.lastErr = time.Now(), err
}

// trouble is why a request last brought no answer.
func (l *limits) lastError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failures.lastErr
}

// away returns why the API is not asked now.
func (l *limits) unavailable() error { return &UnavailableError{l.api, l.lastError()} }

// state is away while the API is left alone, or is only tried again, and nil while it answers.
func (l *limits) stateError() error {
	if l.breaker.State() == gobreaker.StateClosed {
		return nil
	}
	return l.unavailable()
}

// An AwayError says that an API was not asked, for it has not answered lately.
type UnavailableError struct {
	API  string // "v2" or "3.0"
	Last error  // why there was no answer when it was last asked
}

func (e *UnavailableError) Error() string {
	return fmt.Sprintf("cat api %s has not answered lately, and is left alone for some seconds: %v", e.API, e.Last)
}

// Retryable reports that the same question may be answered once the API is back.
func (e *UnavailableError) Retryable() bool { return true }

// Away returns an *AwayError while the API of a task is left alone, or is only tried again, and nil while it answers.
func (c *Client) Unavailable(task string) error {
	if IsAPI3(task) {
		return c.api3.limits.stateError()
	}
	return c.limits.stateError()
}

// States has for each API, by its name in AwayError, what Away returns for its tasks.
func (c *Client) States() map[string]error {
	states := map[string]error{}
	for _, l := range []*limits{c.limits, c.api3.limits} {
		states[l.api] = l.stateError()
	}
	return states
}
