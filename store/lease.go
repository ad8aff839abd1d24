package store

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Lease is held by one holder of all that share a Redis. It ends by itself when its holder is gone.
type Lease struct {
	key    string
	holder string // tells this holder from those before and after; it is what stands under key
	expiry time.Duration
	do     scriptRunner
}

// A runner runs an operation on the Redis that keeps a lease.
type scriptRunner func(ctx context.Context, op func(context.Context, redis.Scripter) error) error

// ErrLeaseLost says that a lease is another's by now, or was not renewed in time.
var ErrLeaseLost = errors.New("the lease was lost")

// releaseTime bounds a release, which happens even when its holder's time is over.
const releaseTimeout = 10 * time.Second

// The scripts leave alone what another holds by now. A lease that a restarted Redis has forgotten is taken again.
var (
	acquireScript = redis.NewScript(`
local holder = redis.call("get", KEYS[1])
if holder then return holder == ARGV[1] and 1 or 0 end
redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`)
	renewScript = redis.NewScript(`
local holder = redis.call("get", KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`)
	releaseScript = redis.NewScript(`
if redis.call("get", KEYS[1]) == ARGV[1] then redis.call("del", KEYS[1]) end
return 0`)
)

// Lease is DB's, for who does not wait for Redis.
func (s *Store) Lease(ctx context.Context, key string, expiry time.Duration) (*Lease, error) {
	return acquireLease(ctx, key, expiry, s.onCacheClient)
}

// onClient is a runner that gives up soon.
func (s *Store) onCacheClient(ctx context.Context, op func(context.Context, redis.Scripter) error) error {
	return s.do(ctx, func(ctx context.Context) error { return op(ctx, s.client) })
}

func acquireLease(ctx context.Context, key string, expiry time.Duration, do scriptRunner) (*Lease, error) {
	l := &Lease{key: key, holder: rand.Text(), expiry: expiry, do: do}
	taken, err := acquireKey(ctx, do, key, l.holder, expiry)
	if err != nil || !taken {
		return nil, err
	}
	return l, nil
}

// takeOnce sets key to holder if it is free, and reports whether it is the holder's. The client repeats a command whose
// answer was lost on its way: then it finds what it has set itself.
func acquireKey(ctx context.Context, do scriptRunner, key, holder string, ttl time.Duration) (taken bool, err error) {
	err = do(ctx, func(ctx context.Context, redis redis.Scripter) error {
		taken, err = acquireScript.Run(ctx, redis, []string{key}, holder, ttl.Milliseconds()).Bool()
		return err
	})
	return taken, err
}

// Key is the key that l is kept under, for scripts that do something for its holder alone.
func (l *Lease) Key() string { return l.key }

// Holder is what stands under Key while l is held.
func (l *Lease) Holder() string { return l.holder }

// Hold renews l while work runs. Work's ctx ends when l is lost, and then the error is ErrLeaseLost: somebody else may do the same
// work by now. While Redis does not answer, l counts as held until it expires.
func (l *Lease) Hold(ctx context.Context, work func(context.Context) error) error {
	ctx, lose := context.WithCancelCause(ctx)
	done := make(chan struct{})
	var renewal sync.WaitGroup
	renewal.Go(func() { l.renewUntil(ctx, done, lose) })
	defer func() {
		close(done)
		renewal.Wait()
		lose(nil)
	}()
	err := work(ctx)
	if errors.Is(context.Cause(ctx), ErrLeaseLost) {
		return ErrLeaseLost
	}
	return err
}

func (l *Lease) renewUntil(ctx context.Context, done <-chan struct{}, lose context.CancelCauseFunc) {
	ticker := time.NewTicker(l.expiry / 3)
	defer ticker.Stop()
	renewed := time.Now()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now := time.Now()
		held, err := l.Renew(ctx)
		if err == nil && held {
			renewed = now
		} else if err == nil || now.Sub(renewed) > l.expiry {
			lose(ErrLeaseLost)
			return
		}
	}
}

// Renew reports whether l is held for another expiry.
func (l *Lease) Renew(ctx context.Context) (held bool, err error) {
	err = l.do(ctx, func(ctx context.Context, redis redis.Scripter) error {
		held, err = renewScript.Run(ctx, redis, []string{l.key}, l.holder, l.expiry.Milliseconds()).Bool()
		return err
	})
	return held, err
}

// Release gives l back. When that fails it ends by itself.
func (l *Lease) Release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	_ = l.do(ctx, func(ctx context.Context, redis redis.Scripter) error {
		return releaseScript.Run(ctx, redis, []string{l.key}, l.holder).Err()
	})
}
