package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/sony/gobreaker/v2"
)

// breakAfter is how many operations in a row must fail before Redis is left alone.
const breakAfter = 3

var (
	errSlow       = fmt.Errorf("redis did not answer within %v", opTimeout)
	errCallerGone = errors.New("the asker gave up")
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

// logState tells of the way out and the way back, not of each try between.
func (s *Store) logState(_ string, from, to gobreaker.State) {
	switch {
	case from == gobreaker.StateClosed:
		s.log.Warn("redis is away: until it is back, answers come from upstream and from memory, and digests wait",
			"redis", s.address, "error", *s.lastErr.Load())
	case to == gobreaker.StateClosed:
		s.log.Info("redis is back", "redis", s.address)
	}
}

// Degraded reports whether Redis failed lately and is left alone.
func (s *Store) Degraded() bool { return s.breaker.State() != gobreaker.StateClosed }

// do runs op, at most for opTime, unless Redis failed lately. Its error is redis.Nil where op's is; any other means
// that Redis can't be used now, or that ctx is done.
func (s *Store) do(ctx context.Context, op func(context.Context) error) error {
	_, err := s.breaker.Execute(func() (struct{}, error) {
		bounded, cancel := context.WithTimeout(ctx, opTimeout)
		defer cancel()
		err := op(bounded)
		switch {
		case err == nil || errors.Is(err, redis.Nil):
			return struct{}{}, err
		case ctx.Err() != nil: // says nothing about redis
			err = fmt.Errorf("%w: %w", errCallerGone, ctx.Err())
		case bounded.Err() != nil:
			err = errSlow
		}
		s.lastErr.Store(&err)
		return struct{}{}, err
	})
	return err
}

// Get returns the value of key, nil where there is none.
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
