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
var ErrAway = errors.New("redis does not answer")

// A watch lets what becomes of a DB's operations count for the breaker, so that one place knows whether Redis is there,
// whoever asks it.
type watch struct{ store *Store }

func (w watch) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		return conn, unanswered(err)
	}
}

func (w watch) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		began := time.Now()
		err := next(ctx, cmd)
		return w.note(time.Since(began), err)
	}
}

func (w watch) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		began := time.Now()
		err := next(ctx, cmds)
		for _, cmd := range cmds {
			cmd.SetErr(unanswered(cmd.Err()))
		}
		return w.note(time.Since(began), err)
	}
}

// note tells the breaker of an operation, and gives its error as its caller gets it. An answer that the cache would not have
// waited for says nothing, and neither does an operation that its asker had no time for.
func (w watch) note(took time.Duration, err error) error {
	if took < opTime && errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	err = unanswered(err)
	if away := errors.Is(err, ErrAway); away || err == nil && took < opTime {
		if away {
			w.store.trouble.Store(&err)
		}
		_, _ = w.store.breaker.Execute(func() (struct{}, error) { return struct{}{}, err }) // err, or that it is open
	}
	return err
}

// unanswered marks an error that is no answer of Redis's with ErrAway.
func unanswered(err error) error {
	var reply redis.Error
	switch {
	case err == nil, errors.As(err, &reply), errors.Is(err, context.Canceled), errors.Is(err, redis.ErrClosed), errors.Is(err, ErrAway):
		return err
	}
	return fmt.Errorf("%w: %w", ErrAway, err)
}
