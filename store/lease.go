package store

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Lease has one holder among all processes that share a Redis. It expires if its holder stops renewing it.
type Lease struct {
	key    string
	holder string // the value of key; unique for each holder
	expiry time.Duration
	do     scriptRunner
}

// A scriptRunner runs an operation on the Redis of a lease.
type scriptRunner func(ctx context.Context, op func(context.Context, redis.Scripter) error) error

// ErrLeaseLost says that another holds the lease now, or that it was not renewed in time.
var ErrLeaseLost = errors.New("the lease was lost")

// releaseTimeout bounds a release, which ignores the end of the holder's context.
const releaseTimeout = 10 * time.Second

// The scripts change nothing if another holds the lease. They acquire it again if a restarted Redis lost it.
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

// Lease is DB.Lease with the short timeout of the cache.
func (s *Store) Lease(ctx context.Context, key string, expiry time.Duration) (*Lease, error) {
	return acquireLease(ctx, key, expiry, s.onCacheClient)
}

// onCacheClient is a scriptRunner with the short timeout of the cache.
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

// acquireKey sets key to holder if it is free, and reports whether holder has it. The client may send the command twice
// if the first response was lost; then the script finds its own value.
func acquireKey(ctx context.Context, do scriptRunner, key, holder string, ttl time.Duration) (taken bool, err error) {
	err = do(ctx, func(ctx context.Context, redis redis.Scripter) error {
		taken, err = acquireScript.Run(ctx, redis, []string{key}, holder, ttl.Milliseconds()).Bool()
		return err
	})
	return taken, err
}

// Key returns the key of l, for scripts that check its holder.
func (l *Lease) Key() string { return l.key }

// Holder returns the value of Key while l is held.
func (l *Lease) Holder() string { return l.holder }

// Hold renews l while work runs. If l is lost, it cancels the context of work and returns ErrLeaseLost:
// another may do the same work now. While Redis is unavailable, l counts as held until it expires.
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

// Release ends l. If that fails, l expires.
func (l *Lease) Release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	_ = l.do(ctx, func(ctx context.Context, redis redis.Scripter) error {
		return releaseScript.Run(ctx, redis, []string{l.key}, l.holder).Err()
	})
}
