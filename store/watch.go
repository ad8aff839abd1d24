package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrAway is in the error of each operation of a DB's that Redis did not answer. That Redis is away is known and told of here,
// once; whoever meets with it need not log it again.
var ErrUnavailable = errors.New("redis does not answer")

// A watch lets what becomes of a DB's operations count for the breaker, so that one place knows whether Redis is there,
// whoever asks it.
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

// note tells the breaker of an operation, and gives its error as its caller gets it. An answer that the cache would not have
// waited for says nothing, and neither does an operation that its asker had no time for.
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

// unanswered marks an error that is no answer of Redis's with ErrAway.
func markUnavailable(err error) error {
	var reply redis.Error
	switch {
	case err == nil, errors.As(err, &reply), errors.Is(err, context.Canceled), errors.Is(err, redis.ErrClosed), errors.Is(err, ErrUnavailable):
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
