package cache

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A lock is held by one process in all that share a Redis. It ends by itself when its holder is gone.
type lock struct {
	store  *Store
	key    string
	token  string // tells this holder from those before and after
	expiry time.Duration
}

// Both scripts leave a lock alone that another holds by now. A lock that a restarted Redis has forgotten is taken again.
var (
	renewLock = redis.NewScript(`
local holder = redis.call("get", KEYS[1])
if not holder or holder == ARGV[1] then redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2]) end
return 0`)
	releaseLock = redis.NewScript(`
if redis.call("get", KEYS[1]) == ARGV[1] then redis.call("del", KEYS[1]) end
return 0`)
)

// lock takes the lock named key, or gives nil when another holds it. An error means that Redis can't tell.
func (s *Store) lock(ctx context.Context, key string, expiry time.Duration) (*lock, error) {
	l := &lock{store: s, key: key, token: rand.Text(), expiry: expiry}
	err := s.do(ctx, func(ctx context.Context) error {
		return s.client.SetArgs(ctx, key, l.token, redis.SetArgs{Mode: "NX", TTL: expiry}).Err()
	})
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// hold renews l while work runs, and lets it go after. A renewal or release that fails is no error: the lock then
// expires, and somebody else may do the same work again.
func (l *lock) hold(ctx context.Context, work func()) {
	done := make(chan struct{})
	var renewal sync.WaitGroup
	renewal.Go(func() { l.renew(ctx, done) })
	defer func() {
		close(done)
		renewal.Wait()
		l.release(ctx)
	}()
	work()
}

func (l *lock) renew(ctx context.Context, done <-chan struct{}) {
	ticker := time.NewTicker(l.expiry / 3)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			_ = l.run(ctx, renewLock, l.token, l.expiry.Milliseconds())
		}
	}
}

func (l *lock) release(ctx context.Context) {
	_ = l.run(context.WithoutCancel(ctx), releaseLock, l.token)
}

func (l *lock) run(ctx context.Context, script *redis.Script, args ...any) error {
	return l.store.do(ctx, func(ctx context.Context) error {
		return script.Run(ctx, l.store.client, []string{l.key}, args...).Err()
	})
}
