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
	if !s.firstSeenHere(key, ttl) {
		return false
	}
	if s.embedded != nil {
		return true // this process is all there is
	}
	first, err := s.takeOnce(ctx, firstSeenKey(key), rand.Text(), ttl)
	return first || err != nil
}

// firstSeenHere is FirstSeen for this process.
func (s *Store) firstSeenHere(key string, ttl time.Duration) bool {
	s.seeing.Lock()
	defer s.seeing.Unlock()
	now := s.now()
	if end, ok := s.seen.Peek(key); ok && now.Before(end) {
		return false
	}
	s.seen.Add(key, now.Add(ttl))
	return true
}
