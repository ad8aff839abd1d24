package cache

import (
	"context"
	"crypto/rand"
	"time"
)

// maxClaims bounds what one process remembers of its claims, the latest.
const maxClaims = 60_000

// First reports whether this is the first call for key within ttl, in all processes that share the Redis. It is for work
// that may be handed out twice. Without Redis it knows of this process alone, and answers true for what others may have
// done: twice is better than never.
func (s *Store) First(ctx context.Context, key string, ttl time.Duration) bool {
	if !s.firstHere(key, ttl) {
		return false
	}
	if s.embedded != nil {
		return true // this process is all there is
	}
	first, err := s.takeOnce(ctx, claimKey(key), rand.Text(), ttl)
	return first || err != nil
}

// firstHere is First for this process.
func (s *Store) firstHere(key string, ttl time.Duration) bool {
	s.claiming.Lock()
	defer s.claiming.Unlock()
	now := s.now()
	if end, ok := s.claims.Peek(key); ok && now.Before(end) {
		return false
	}
	s.claims.Add(key, now.Add(ttl))
	return true
}
