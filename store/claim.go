package store

import (
	"context"
	"crypto/rand"
	"time"
)

// A Claim is on work that must not be done twice at once, or again soon after.
type WorkLease struct {
	store *Store
	lease *Lease
	key   string
	end   time.Time // as this process remembers it
}

// Claim claims key, in all processes that share the Redis; it returns nil while key is claimed. Without Redis it knows of this
// process alone. Unlike what FirstSeen has seen, a claim can be released: another process remembers nothing of it.
func (s *Store) LeaseWork(ctx context.Context, key string, ttl time.Duration) *WorkLease {
	c := &WorkLease{store: s, lease: &Lease{key: firstSeenKey(key), holder: rand.Text(), expiry: ttl, do: s.onCacheClient}, key: key}
	end, free := s.markSeen(key, ttl)
	if !free {
		return nil
	}
	c.end = end
	if s.embedded != nil {
		return c
	}
	if taken, err := acquireKey(ctx, s.onCacheClient, c.lease.key, c.lease.holder, ttl); err == nil && !taken {
		c.forgetLocally()
		return nil
	}
	return c
}

// Release ends c. A release that fails is no error: the claim then ends with its time.
func (c *WorkLease) Release(ctx context.Context) {
	c.forgetLocally()
	if c.store.embedded == nil {
		c.lease.Release(ctx)
	}
}

// Keep lets c end in ttl from now.
func (c *WorkLease) Extend(ctx context.Context, ttl time.Duration) {
	s := c.store
	s.seenMu.Lock()
	c.end = s.now().Add(ttl)
	s.seen.Add(c.key, c.end)
	s.seenMu.Unlock()
	if s.embedded == nil {
		c.lease.expiry = ttl
		_, _ = c.lease.Renew(context.WithoutCancel(ctx))
	}
}

// forget lets this process remember nothing of c.
func (c *WorkLease) forgetLocally() {
	s := c.store
	s.seenMu.Lock()
	defer s.seenMu.Unlock()
	if end, ok := s.seen.Peek(c.key); ok && end.Equal(c.end) {
		s.seen.Remove(c.key)
	}
}
