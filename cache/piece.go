package cache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"catbot/catapi"
	"catbot/store"
)

// pollTime is how often a replica looks whether another has the answer it waits for, on average.
const pollInterval = 40 * time.Millisecond

// A found is an entry, and how it was come by.
type pieceResult struct {
	entry
	outcome string
	started time.Time // when the flight that found it began
}

// piece answers one piece of a question: from memory, from Redis, or else from upstream, for which alone it takes a waiting place.
func (c *Cache) piece(ctx context.Context, q catapi.Query) (catapi.History, error) {
	key := c.keyPrefix(q).piece(q)
	e, ok := c.memory.get(key)
	if !ok || !c.fresh(e) {
		var err error
		if e, err = c.readRedis(ctx, key); err != nil {
			return catapi.History{}, err
		}
	}
	if c.fresh(e) {
		c.observe(e.outcome())
		return e.answer()
	}
	f, err := c.fetchShared(ctx, key, q)
	if f.outcome != "" {
		c.observe(f.outcome)
	}
	if err != nil {
		return catapi.History{}, err
	}
	h, err := f.answer()
	h.Cached = f.outcome != Miss
	return h, err
}

// look reads a piece from Redis, once for all in this process who want it now. What is not there, and a Redis that can't be used,
// are an entry that is not fresh. Its error is the end of ctx.
func (c *Cache) readRedis(ctx context.Context, key string) (entry, error) {
	landed := c.redisReads.DoChan(key, c.catchPanic(key, func() (any, error) {
		e, err := c.load(c.lifetime, key)
		if err == nil && c.fresh(e) {
			c.memory.put(key, e)
		}
		return e, nil
	}))
	select {
	case result := <-landed:
		e, _ := result.Val.(entry)
		return e, nil
	case <-ctx.Done():
		c.detached.Go(func() { <-landed })
		return entry{}, fmt.Errorf("waiting for redis: %w", ctx.Err())
	}
}

// safely is work whose panic is an error, and logged: nobody above the goroutine that it runs in could catch it.
func (c *Cache) catchPanic(key string, work func() (any, error)) func() (any, error) {
	return func() (value any, err error) {
		defer func() {
			if trouble := recover(); trouble != nil {
				c.log.Error("panic while finding an answer", "key", key, "panic", trouble, "stack", string(debug.Stack()))
				value, err = pieceResult{}, fmt.Errorf("panic while finding an answer: %v", trouble)
			}
		}()
		return work()
	}
}

// lateTime is how much later than a flight's beginning a question may come and still have its failure as an answer.
const maxJoinDelay = time.Second

// fly finds a piece once for all in this process who want it now. A flight that had been under way for long when the
// question came has no failure of the question's to tell: then another flies.
func (c *Cache) fetchShared(ctx context.Context, key string, q catapi.Query) (pieceResult, error) {
	end, err := catapi.BeginWait(ctx)
	if err != nil {
		return pieceResult{}, err
	}
	defer end()
	asked := c.now()
	for {
		f, err := c.joinFetch(ctx, key, q.Task, fetchTimeout, func(ctx context.Context) (pieceResult, error) {
			return c.fetchOnce(ctx, key, q)
		})
		if err == nil || f.started.IsZero() || asked.Sub(f.started) < maxJoinDelay {
			return f, err
		}
	}
}

// joinFetch waits for the fetch under way for key, of a task, and begins one if there is none. An asker that gives up
// leaves the rest alone.
func (c *Cache) joinFetch(
	ctx context.Context, key, task string, timeout time.Duration, fetch func(context.Context) (pieceResult, error),
) (pieceResult, error) {
	leads := false
	landed := c.fetches.DoChan(key, c.catchPanic(key, func() (any, error) {
		leads = true
		ctx, cancel := context.WithTimeout(c.lifetime, timeout)
		defer cancel()
		began := c.now()
		f, err := fetch(ctx)
		f.started = began
		return f, err
	}))
	var late <-chan time.Time
	if c.unavailable(task) != nil {
		late = time.After(unavailableTimeout)
	}
	for {
		select {
		case result := <-landed:
			f := result.Val.(pieceResult)
			if !leads {
				f.outcome = Shared
			}
			return f, result.Err
		case <-late:
			late = nil // unless it is back by now
			if err := c.unavailable(task); err != nil {
				c.detached.Go(func() { <-landed })
				return pieceResult{}, err
			}
		case <-ctx.Done():
			c.detached.Go(func() { <-landed })
			return pieceResult{}, fmt.Errorf("waiting for the api: %w", ctx.Err())
		}
	}
}

// find gets a piece from upstream, which of all replicas one asks while the others wait for its answer in Redis. The asker has
// looked there, and who asks upstream looks once more.
func (c *Cache) fetchOnce(ctx context.Context, key string, q catapi.Query) (pieceResult, error) {
	if e, ok := c.memory.get(key); ok && c.fresh(e) { // from a flight that landed just now
		return pieceResult{entry: e, outcome: Shared}, nil
	}
	for {
		lease, err := c.store.Lease(ctx, key+":lease", c.leaseExpiry)
		if err != nil {
			return c.fetchUpstream(ctx, key, q, false)
		}
		if lease != nil {
			return c.fetchWithLease(ctx, key, q, lease)
		}
		if err := waitForReplica(ctx); err != nil {
			return pieceResult{}, err
		}
		e, err := c.load(ctx, key)
		if err != nil {
			return c.fetchUpstream(ctx, key, q, false)
		}
		if c.fresh(e) {
			c.memory.put(key, e)
			return pieceResult{entry: e, outcome: Shared}, nil
		}
	}
}

// waitForReplica waits until it is time to look again what another replica has fetched.
func waitForReplica(ctx context.Context) error {
	select {
	case <-time.After(pollInterval/2 + rand.N(pollInterval)):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for another replica to ask the api: %w", ctx.Err())
	}
}

// lead asks upstream for all replicas.
func (c *Cache) fetchWithLease(ctx context.Context, key string, q catapi.Query, lease *store.Lease) (f pieceResult, err error) {
	defer lease.Release(ctx)
	// When the lease is lost, this goes on all the same: to ask twice does no harm.
	_ = lease.Hold(ctx, func(context.Context) error {
		// Who held the lease before may have stored the answer after we looked.
		if e, loadErr := c.load(ctx, key); loadErr == nil && c.fresh(e) {
			c.memory.put(key, e)
			f = pieceResult{entry: e, outcome: Shared}
			return nil
		}
		f, err = c.fetchUpstream(ctx, key, q, true)
		return nil
	})
	return f, err
}

// ask asks upstream, and keeps what it says in memory, and in Redis where share is set.
func (c *Cache) fetchUpstream(ctx context.Context, key string, q catapi.Query, share bool) (pieceResult, error) {
	h, err := c.source.ReturnCodeHistory(ctx, q)
	e := entry{history: h}
	if refusal, ok := errors.AsType[*catapi.Error](err); ok && refusal.Refused() {
		e = entry{history: catapi.History{Query: q, FetchedAt: c.now()}, refusal: refusal}
	} else if err != nil {
		return pieceResult{outcome: Miss}, err
	}
	c.saveFetched(ctx, e, key, share)
	return pieceResult{entry: e, outcome: Miss}, nil
}

// saveFetched keeps e in memory, and in Redis where share is set.
func (c *Cache) saveFetched(ctx context.Context, e entry, key string, share bool) {
	c.memory.put(key, e)
	if share {
		c.save(ctx, e, key)
	}
}

// load reads what Redis has under key; nothing, or nothing legible, is an entry that is not fresh. An error means that
// Redis can't be used.
func (c *Cache) load(ctx context.Context, key string) (entry, error) {
	value, err := c.store.Get(ctx, key)
	if value == nil || err != nil {
		return entry{}, err
	}
	e, err := decode(value)
	if err != nil {
		c.observe(Damaged)
		c.log.Warn("a value in redis can't be read, and is fetched anew", "key", key, "error", err)
		return entry{}, nil
	}
	return e, nil
}

// save keeps e in Redis under keys.
func (c *Cache) save(ctx context.Context, e entry, keys ...string) {
	value, err := encode(e)
	if err == nil {
		err = c.store.Set(ctx, value, c.lifetimeOf(e), keys...)
	}
	if err != nil {
		c.observe(NotStored)
		c.log.Debug("redis did not take an answer", "keys", keys, "error", err)
	}
}
