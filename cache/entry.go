package cache

import (
	"time"

	"catbot/catapi"
)

// An entry is the value of one key: an answer, or the API's refusal of the query.
type entry struct {
	history catapi.History // without Cached and Stale; of a refusal the Query and FetchedAt only
	refusal *catapi.Error
}

// settled reports whether e is an answer that can't change any more.
func (e entry) settled() bool { return e.refusal == nil && e.history.Settled() }

// fresh reports whether e is an answer that needs no upstream call.
func (c *Cache) fresh(e entry) bool {
	if e.settled() {
		return c.youngerThan(e, c.settledTTL)
	}
	return c.youngerThan(e, c.freshTTL)
}

// lifetimeOf returns how long e is stored. An old answer serves queries that overlap it by half,
// so it is useful for about the length of its window.
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

// youngerThan reports whether e was fetched less than age ago. The clock of the replica that fetched it may differ:
// an entry that is as far in the future counts as old, too.
func (c *Cache) youngerThan(e entry, age time.Duration) bool {
	return c.now().Sub(e.history.FetchedAt).Abs() < age
}

// outcome returns the outcome of an answer from e.
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

// answer returns the answer or the refusal in e, marked as cached.
func (e entry) answer() (catapi.History, error) {
	if e.refusal != nil {
		return catapi.History{}, e.refusal
	}
	e.history.Cached = true
	return e.history, nil
}
