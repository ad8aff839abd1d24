package cache

import (
	"time"

	"catbot/catapi"
)

// An entry is what is known under one key: an answer, or that the API refused the question.
type entry struct {
	history catapi.History // without Cached and Stale; of a refusal the Query and FetchedAt only
	refusal *catapi.Error
}

// settleTime is how long after its end a window may still get new rows.
const settleDelay = 10 * time.Minute

// settled reports whether nothing can be added to e: what counts is when it was fetched, not how late it is now.
func (e entry) settled() bool {
	return e.refusal == nil && !e.history.FetchedAt.Before(e.history.Query.End.Add(settleDelay))
}

// fresh reports whether e answers without asking upstream.
func (c *Cache) fresh(e entry) bool {
	if e.settled() {
		return c.youngerThan(e, c.settledTTL)
	}
	return c.youngerThan(e, c.freshTTL)
}

// kept says how long e is of use. An old answer serves a question that overlaps it by half, and so for about as long
// as its window is.
func (c *Cache) lifetimeOf(e entry) time.Duration {
	switch {
	case e.settled():
		return c.settledTTL
	case e.refusal != nil:
		return c.freshTTL
	default:
		length := e.history.Query.End.Sub(e.history.Query.Begin)
		return min(max(length, c.freshTTL), c.settledTTL)
	}
}

// within reports whether e is not older than age. The replica that fetched it may have another clock: what lies as far
// in the future counts as old too.
func (c *Cache) youngerThan(e entry, age time.Duration) bool {
	return c.now().Sub(e.history.FetchedAt).Abs() < age
}

// outcome names what it is to answer from e.
func (e entry) outcome() string {
	switch {
	case e.refusal != nil:
		return Refused
	case e.settled():
		return Settled
	default:
		return Hit
	}
}

// answer gives what e holds to somebody it was not fetched for.
func (e entry) answer() (catapi.History, error) {
	if e.refusal != nil {
		return catapi.History{}, e.refusal
	}
	e.history.Cached = true
	return e.history, nil
}
