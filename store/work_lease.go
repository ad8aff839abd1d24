package store

import (
	"context"
	"crypto/rand"
	"time"
)

// A WorkLease is held on work that must not run twice at once, or again soon after.
type WorkLease struct {
	store *Store
	lease *Lease
	key   string
	end   time.Time // as recorded in this process
}

// LeaseWork leases key for ttl among all processes that share the Redis, and returns nil while another holds it.
// While Redis is unavailable, it knows the leases of this process only. Unlike FirstSeen, a lease can be released.
func (s *Store) LeaseWork(ctx context.Context, key string, ttl time.Duration) *WorkLease {
	c := &WorkLease{
		store: s,
		lease: &Lease{key: firstSeenKey(key), holder: rand.Text(), expiry: ttl, do: s.onCacheClient},
		key:   key,
	}
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

// Release ends c. If that fails, c ends after its ttl.
func (c *WorkLease) Release(ctx context.Context) {
	c.forgetLocally()
	if c.store.embedded == nil {
		c.lease.Release(ctx)
	}
}

// Extend makes c end in ttl from now.
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

// forgetLocally removes c from the memory of this process.
func (c *WorkLease) forgetLocally() {
	s := c.store
	s.seenMu.Lock()
	defer s.seenMu.Unlock()
	if end, ok := s.seen.Peek(c.key); ok && end.Equal(c.end) {
		s.seen.Remove(c.key)
	}
}
