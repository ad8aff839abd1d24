package store

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Lease is held by one process of all that share a Redis. It ends by itself when its holder is gone.
type Lease struct {
	store  *Store
	key    string
	token  string // tells this holder from those before and after
	expiry time.Duration
}

// The scripts leave alone what another holds by now. A lease that a restarted Redis has forgotten is taken again.
var (
	takeKey = redis.NewScript(`
local holder = redis.call("get", KEYS[1])
if holder then return holder == ARGV[1] and 1 or 0 end
redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`)
	renewLease = redis.NewScript(`
local holder = redis.call("get", KEYS[1])
if not holder or holder == ARGV[1] then redis.call("set", KEYS[1], ARGV[1], "PX", ARGV[2]) end
return 0`)
	releaseLease = redis.NewScript(`
if redis.call("get", KEYS[1]) == ARGV[1] then redis.call("del", KEYS[1]) end
return 0`)
)

// Lease takes the lease named key, or returns nil when another process holds it. An error means that Redis can't tell.
func (s *Store) Lease(ctx context.Context, key string, expiry time.Duration) (*Lease, error) {
	l := &Lease{store: s, key: key, token: rand.Text(), expiry: expiry}
	taken, err := s.takeOnce(ctx, key, l.token, expiry)
	if err != nil || !taken {
		return nil, err
	}
	return l, nil
}

// takeOnce sets key to token if it is free, and reports whether it is the token's. The client repeats a command whose
// answer was lost on its way: then it finds what it has set itself.
func (s *Store) takeOnce(ctx context.Context, key, token string, ttl time.Duration) (taken bool, err error) {
	err = s.do(ctx, func(ctx context.Context) error {
		taken, err = takeKey.Run(ctx, s.client, []string{key}, token, ttl.Milliseconds()).Bool()
		return err
	})
	return taken, err
}

// Hold renews l while work runs, and releases it after. A renewal or release that fails is no error: the lease then
// expires, and somebody else may do the same work again.
func (l *Lease) Hold(ctx context.Context, work func()) {
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

func (l *Lease) renew(ctx context.Context, done <-chan struct{}) {
	ticker := time.NewTicker(l.expiry / 3)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			_ = l.run(ctx, renewLease, l.token, l.expiry.Milliseconds())
		}
	}
}

func (l *Lease) release(ctx context.Context) {
	_ = l.run(context.WithoutCancel(ctx), releaseLease, l.token)
}

func (l *Lease) run(ctx context.Context, script *redis.Script, args ...any) error {
	return l.store.do(ctx, func(ctx context.Context) error {
		return script.Run(ctx, l.store.client, []string{l.key}, args...).Err()
	})
}
