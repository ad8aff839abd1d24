package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrUnavailable is wrapped by the error of each DB operation to which Redis did not respond.
// The store logs this once, so callers need not log it.
var ErrUnavailable = errors.New("redis does not answer")

// A breakerHook makes the results of a DB's operations count for the breaker.
type breakerHook struct{ store *Store }

func (w breakerHook) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		return conn, markUnavailable(err)
	}
}

func (w breakerHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		began := time.Now()
		err := next(ctx, cmd)
		return w.record(time.Since(began), err)
	}
}

func (w breakerHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		began := time.Now()
		err := next(ctx, cmds)
		for _, cmd := range cmds {
			cmd.SetErr(markUnavailable(cmd.Err()))
		}
		return w.record(time.Since(began), err)
	}
}

// record reports the result of an operation to the breaker, and returns the error for the caller.
// It ignores responses that took longer than the cache would wait, and operations whose context ended earlier.
func (w breakerHook) record(took time.Duration, err error) error {
	if took < opTimeout && errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	err = markUnavailable(err)
	if away := errors.Is(err, ErrUnavailable); away || err == nil && took < opTimeout {
		if away {
			w.store.lastErr.Store(&err)
		}
		_, _ = w.store.breaker.Execute(func() (struct{}, error) { return struct{}{}, err }) // err, or that it is open
	}
	return err
}

// markUnavailable wraps err with ErrUnavailable unless it is a response of Redis.
func markUnavailable(err error) error {
	var reply redis.Error
	switch {
	case err == nil,
		errors.As(err, &reply),
		errors.Is(err, context.Canceled),
		errors.Is(err, redis.ErrClosed),
		errors.Is(err, ErrUnavailable):
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
