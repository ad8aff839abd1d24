package cache

import (
	"context"
	"errors"
	"time"

	"catbot/catapi"
)

// staleTimeout bounds the search for an old answer, which may begin after the caller's deadline.
const staleTimeout = time.Second

var errNoStaleAnswer = errors.New("no old answer")

// saveLastAnswer saves whole for use while upstream fails. A rolling window is never requested twice,
// so the keys are those of the next similar query, too. Settled answers need none: they are saved in pieces.
func (c *Cache) saveLastAnswer(ctx context.Context, whole catapi.History) {
	e := entry{history: whole}
	if whole.Cached || e.settled() {
		return
	}
	keys := lastKeys(whole.Query)
	for _, k := range keys {
		c.memory.put(k, e)
	}
	c.save(ctx, e, keys[:]...)
}

// staleAnswer returns an answer to q that is not fresh: from its pieces, else the last answer that covers most of q,
// at least half of it.
func (c *Cache) staleAnswer(ctx context.Context, q catapi.Query) (catapi.History, bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), staleTimeout)
	defer cancel()
	old, err := fetchByDay(ctx, q, func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		return c.staleEntry(ctx, pieceKey(q))
	})
	if err == nil {
		return old, true
	}
	most := time.Duration(0)
	for _, k := range lastKeys(q) {
		h, err := c.staleEntry(ctx, k)
		if err != nil {
			continue
		}
		if shared := overlap(h.Query, q); shared > most && 2*shared >= q.End.Sub(q.Begin) {
			old, most = h, shared
		}
	}
	return old, most > 0
}

// staleEntry returns the answer that k names, fresh or not: from Redis, where other replicas may have saved a newer one,
// else from memory.
func (c *Cache) staleEntry(ctx context.Context, k key) (catapi.History, error) {
	e, err := c.load(ctx, k)
	if err != nil || e.history.FetchedAt.IsZero() {
		e, _ = c.memory.get(k)
	}
	if e.refusal != nil || !c.youngerThan(e, c.lifetimeOf(e)) {
		return catapi.History{}, errNoStaleAnswer
	}
	return e.answer()
}

// overlap returns the length of the intersection of a and b.
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
