package cache

import (
	"context"
	"errors"
	"time"

	"catbot/catapi"
)

// oldTime bounds the search for an old answer, which begins when the asker's time may be over.
const staleTimeout = time.Second

var errNoStaleAnswer = errors.New("nothing kept")

// keepLast keeps whole for a day when upstream fails. A window that rolls on is never asked for again as it was, so
// it is kept under keys that the next such question has too. What is settled is kept well enough in pieces.
func (c *Cache) saveLastAnswer(ctx context.Context, whole catapi.History) {
	e := entry{history: whole}
	if whole.Cached || e.settled() {
		return
	}
	keys := c.keyPrefix(whole.Query).last(whole.Query)
	for _, key := range keys {
		c.memory.put(key, e)
	}
	c.save(ctx, e, keys[:]...)
}

// oldAnswer looks for an answer to q that is not fresh: from exactly its pieces, else the one of the last answers that
// covers most of q, and half of it at least.
func (c *Cache) staleAnswer(ctx context.Context, q catapi.Query) (catapi.History, bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), staleTimeout)
	defer cancel()
	old, err := fetchByDay(ctx, q, func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		return c.staleEntry(ctx, c.keyPrefix(q).piece(q))
	})
	if err == nil {
		return old, true
	}
	most := time.Duration(0)
	for _, key := range c.keyPrefix(q).last(q) {
		h, err := c.staleEntry(ctx, key)
		if err != nil {
			continue
		}
		if shared := overlap(h.Query, q); shared > most && 2*shared >= q.End.Sub(q.Begin) {
			old, most = h, shared
		}
	}
	return old, most > 0
}

// oldEntry gives the answer kept under key, fresh or not: from Redis, where other replicas may have put a newer one,
// else from memory.
func (c *Cache) staleEntry(ctx context.Context, key string) (catapi.History, error) {
	e, err := c.load(ctx, key)
	if err != nil || e.history.FetchedAt.IsZero() {
		e, _ = c.memory.get(key)
	}
	if e.refusal != nil || !c.youngerThan(e, c.lifetimeOf(e)) {
		return catapi.History{}, errNoStaleAnswer
	}
	return e.answer()
}

// overlap is how much of a and b is the same time.
func overlap(a, b catapi.Query) time.Duration {
	begin, end := a.Begin, a.End
	if b.Begin.After(begin) {
		begin = b.Begin
	}
	if b.End.Before(end) {
		end = b.End
	}
	return max(end.Sub(begin), 0)
}
