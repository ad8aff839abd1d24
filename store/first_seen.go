package store

import (
	"context"
	"crypto/rand"
	"time"
)

// maxSeen bounds the keys that one process remembers; the oldest are dropped first.
const maxSeen = 60_000

// FirstSeen reports whether this is the first call for key within ttl, in all processes that share the Redis.
// It is for events that may be delivered twice. While Redis is unavailable it knows the calls of this process only,
// so an event may be handled twice, but is never lost.
func (s *Store) FirstSeen(ctx context.Context, key string, ttl time.Duration) bool {
	if _, free := s.markSeen(key, ttl); !free {
		return false
	}
	if s.embedded != nil {
		return true // no other process shares it
	}
	first, err := acquireKey(ctx, s.onCacheClient, firstSeenKey(key), rand.Text(), ttl)
	return first || err != nil
}

// markSeen records key in this process until end, and reports whether it was not recorded before.
func (s *Store) markSeen(key string, ttl time.Duration) (end time.Time, free bool) {
	s.seenMu.Lock()
	defer s.seenMu.Unlock()
	now := s.now()
	if end, ok := s.seen.Peek(key); ok && now.Before(end) {
		return end, false
	}
	end = now.Add(ttl)
	s.seen.Add(key, end)
	return end, true
}
