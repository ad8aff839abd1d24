package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"
)

// breakAfter is how many operations in a row must fail before the circuit opens.
const breakAfter = 3

var (
	errSlow       = fmt.Errorf("redis did not answer within %v", opTimeout)
	errCallerGone = errors.New("the caller gave up")
)

func newBreaker(s *Store, retryAfter time.Duration) *gobreaker.CircuitBreaker[struct{}] {
	return gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Timeout:       retryAfter,
		ReadyToTrip:   func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= breakAfter },
		IsSuccessful:  func(err error) bool { return err == nil || errors.Is(err, redis.Nil) },
		IsExcluded:    func(err error) bool { return errors.Is(err, errCallerGone) },
		OnStateChange: s.logState,
	})
}

// logState logs that Redis became unavailable or available, not each try between.
func (s *Store) logState(_ string, from, to gobreaker.State) {
	switch {
	case from == gobreaker.StateClosed:
		s.log.Warn("redis unavailable: answering from upstream and from memory, digests wait",
			"redis", s.address, "error", *s.lastErr.Load())
	case to == gobreaker.StateClosed:
		s.log.Info("redis available again", "redis", s.address)
	}
}

// Degraded reports whether the circuit is open or half open because Redis failed lately.
func (s *Store) Degraded() bool { return s.breaker.State() != gobreaker.StateClosed }

// do runs op for opTimeout at most, unless the circuit is open. Its error is redis.Nil if op's is.
// Another error means that Redis is unavailable or that ctx is done.
func (s *Store) do(ctx context.Context, op func(context.Context) error) error {
	_, err := s.breaker.Execute(func() (struct{}, error) {
		bounded, cancel := context.WithTimeout(ctx, opTimeout)
		defer cancel()
		err := op(bounded)
		switch {
		case err == nil || errors.Is(err, redis.Nil):
			return struct{}{}, err
		case ctx.Err() != nil: // the breaker ignores it
			err = fmt.Errorf("%w: %w", errCallerGone, ctx.Err())
		case bounded.Err() != nil:
			err = errSlow
		}
		s.lastErr.Store(&err)
		return struct{}{}, err
	})
	return err
}

// Get returns the value of key, or nil if there is none.
func (s *Store) Get(ctx context.Context, key string) (value []byte, err error) {
	err = s.do(ctx, func(ctx context.Context) (err error) {
		value, err = s.client.Get(ctx, key).Bytes()
		return err
	})
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return value, err
}

// Set sets keys, which share a hash tag, to value for lifetime.
func (s *Store) Set(ctx context.Context, value []byte, lifetime time.Duration, keys ...string) error {
	return s.do(ctx, func(ctx context.Context) error {
		_, err := s.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for _, key := range keys {
				pipe.Set(ctx, key, value, lifetime)
			}
			return nil
		})
		return err
	})
}
