package catapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	// inFlight bounds the requests to one API that run at once.
	inFlight = 8
	// breakAfter and breakSince are how many requests in a row must bring no answer, and for how long, before an API is left alone:
	// more than the tries of one call.
	breakAfter = maxTries + 1
	breakSince = 3 * time.Second
	// breakTime is how long it is left alone. One request then tries whether it is back.
	breakTime = 5 * time.Second
)

// limits stand before one API, so that what happens to it is nothing to the other.
type limits struct {
	api     string        // for people: "v2"
	places  chan struct{} // holds one element per request in flight
	pace    pace
	breaker *gobreaker.CircuitBreaker[struct{}]
	trouble atomic.Pointer[error]     // the last
	since   atomic.Pointer[time.Time] // when the first request began that brought no answer; nil after one that did
	log     *slog.Logger
}

func newLimits(api string, perSecond float64, log *slog.Logger) *limits {
	l := &limits{api: api, places: make(chan struct{}, inFlight), pace: newPace(perSecond), log: log}
	unknown := errors.New("for no known reason") // as after panics
	l.trouble.Store(&unknown)
	l.breaker = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Timeout: breakTime,
		ReadyToTrip: func(n gobreaker.Counts) bool {
			since := l.since.Load()
			return n.ConsecutiveFailures >= breakAfter && since != nil && time.Since(*since) >= breakSince
		},
		IsExcluded:    func(err error) bool { return errors.Is(err, errGivenUp) },
		OnStateChange: l.logState,
	})
	return l
}

// logState tells of the way out and the way back, not of each try between.
func (l *limits) logState(_ string, from, to gobreaker.State) {
	switch {
	case from == gobreaker.StateClosed:
		l.log.Warn("cat api is away: what is kept has to do until it is back", "api", l.api, "error", *l.trouble.Load())
	case to == gobreaker.StateClosed:
		l.log.Info("cat api is back", "api", l.api)
	}
}

// do runs one request when its turn comes, and returns the request's error. It returns a *TransportError when ctx ends
// before that turn, and an *AwayError, at once, while the API is left alone.
func (l *limits) do(ctx context.Context, request func() error) error {
	if l.breaker.State() == gobreaker.StateOpen {
		return l.away()
	}
	select {
	case l.places <- struct{}{}:
		defer func() { <-l.places }()
	case <-ctx.Done():
		return &TransportError{Op: opTurn, Cause: ctx.Err()}
	}
	var err error
	var begun time.Time
	_, judged := l.breaker.Execute(func() (struct{}, error) {
		var ended func()
		if ended, err = l.pace.turn(ctx); err == nil {
			defer ended()
			begun = time.Now()
			err = request()
		}
		return struct{}{}, l.judge(ctx, err, begun)
	})
	if errors.Is(judged, gobreaker.ErrOpenState) || errors.Is(judged, gobreaker.ErrTooManyRequests) {
		return l.away()
	}
	return err
}

// errGivenUp stands for the error of a request that says nothing about the API.
var errGivenUp = errors.New("the asker gave up")

// judge returns what the end of a request says about the API: nil that it answers, whatever its answer is.
func (l *limits) judge(ctx context.Context, err error, begun time.Time) error {
	_, answered := errors.AsType[*Error](err)
	if transport, ok := errors.AsType[*TransportError](err); ok {
		answered = transport.spoke // one task that can't be read is no reason to leave all others alone
	}
	switch {
	case err == nil, answered, errors.Is(err, errTooLarge):
		l.since.Store(nil)
		return nil
	case ctx.Err() != nil:
		return errGivenUp
	}
	l.since.CompareAndSwap(nil, &begun)
	l.trouble.Store(&err)
	return err
}

// away returns why the API is not asked now.
func (l *limits) away() error { return &AwayError{l.api, *l.trouble.Load()} }

// An AwayError says that an API was not asked, for it has not answered lately.
type AwayError struct {
	API  string // "v2" or "3.0"
	Last error  // why there was no answer when it was last asked
}

func (e *AwayError) Error() string {
	return fmt.Sprintf("cat api %s has not answered lately, and is left alone for some seconds: %v", e.API, e.Last)
}

// Retryable reports that the same question may be answered once the API is back.
func (e *AwayError) Retryable() bool { return true }

// Away returns an *AwayError while the API of a task is left alone, or is only tried again, and nil while it answers.
func (c *Client) Away(task string) error {
	l := c.limits
	if IsAPI3(task) {
		l = c.api3.limits
	}
	if l.breaker.State() == gobreaker.StateClosed {
		return nil
	}
	return l.away()
}

// A pace lets so many requests come in any second and no more, as whoever receives them counts: a request came at some
// moment between its beginning and its end, so its place is taken until a second after its end. While there are places
// nobody waits.
type pace struct {
	places chan struct{}
	second time.Duration // longer for less than one request in a second
}

func newPace(perSecond float64) pace {
	const most = 1e6 // beyond which nothing is limited
	n := max(1, int(min(perSecond, most)))
	return pace{make(chan struct{}, n), max(time.Second, time.Duration(float64(time.Second)/perSecond))}
}

// turn waits for a place. What it returns has to be called when the request has ended.
func (p pace) turn(ctx context.Context) (ended func(), err error) {
	select {
	case p.places <- struct{}{}:
		return func() { time.AfterFunc(p.second, func() { <-p.places }) }, nil
	case <-ctx.Done():
		return nil, &TransportError{Op: opTurn, Cause: ctx.Err()}
	}
}
