package store

import (
	"context"
	"crypto/rand"
	"time"
)

// A Claim is on work that must not be done twice at once, or again soon after.
type Claim struct {
	store *Store
	lease *Lease
	key   string
	end   time.Time // as this process remembers it
}

// Claim claims key, in all processes that share the Redis; it returns nil while key is claimed. Without Redis it knows of this
// process alone. Unlike what FirstSeen has seen, a claim can be released: another process remembers nothing of it.
func (s *Store) Claim(ctx context.Context, key string, ttl time.Duration) *Claim {
	c := &Claim{store: s, lease: &Lease{key: firstSeenKey(key), holder: rand.Text(), expiry: ttl, do: s.onClient}, key: key}
	end, free := s.see(key, ttl)
	if !free {
		return nil
	}
	c.end = end
	if s.embedded != nil {
		return c
	}
	if taken, err := takeOnce(ctx, s.onClient, c.lease.key, c.lease.holder, ttl); err == nil && !taken {
		c.forget()
		return nil
	}
	return c
}

// Release ends c. A release that fails is no error: the claim then ends with its time.
func (c *Claim) Release(ctx context.Context) {
	c.forget()
	if c.store.embedded == nil {
		c.lease.Release(ctx)
	}
}

// Keep lets c end in ttl from now.
func (c *Claim) Keep(ctx context.Context, ttl time.Duration) {
	s := c.store
	s.seeing.Lock()
	c.end = s.now().Add(ttl)
	s.seen.Add(c.key, c.end)
	s.seeing.Unlock()
	if s.embedded == nil {
		c.lease.expiry = ttl
		_, _ = c.lease.Renew(context.WithoutCancel(ctx))
	}
}

// forget lets this process remember nothing of c.
func (c *Claim) forget() {
	s := c.store
	s.seeing.Lock()
	defer s.seeing.Unlock()
	if end, ok := s.seen.Peek(c.key); ok && end.Equal(c.end) {
		s.seen.Remove(c.key)
	}
}
