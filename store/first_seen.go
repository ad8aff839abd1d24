package store

import (
	"context"
	"crypto/rand"
	"time"
)

// maxSeen bounds what one process remembers of the keys it has seen, the latest.
const maxSeen = 60_000

// FirstSeen reports whether this is the first call for key within ttl, in all processes that share the Redis. It is for work
// that may be handed out twice. Without Redis it knows of this process alone, and answers true for what others may have
// done: twice is better than never.
func (s *Store) FirstSeen(ctx context.Context, key string, ttl time.Duration) bool {
	if _, free := s.markSeen(key, ttl); !free {
		return false
	}
	if s.embedded != nil {
		return true // this process is all there is
	}
	first, err := acquireKey(ctx, s.onCacheClient, firstSeenKey(key), rand.Text(), ttl)
	return first || err != nil
}

// see lets this process remember key until end, unless it does already.
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
