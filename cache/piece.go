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

// pollInterval is the average interval at which a replica checks Redis for the answer that another fetches.
const pollInterval = 40 * time.Millisecond

// A pieceResult is an entry with its outcome.
type pieceResult struct {
	entry
	outcome string
	started time.Time // of the shared call that returned it
}

// piece answers one piece of a query: from memory, from Redis, or else from upstream. Only the last calls catapi.BeginWait.
func (c *Cache) piece(ctx context.Context, q catapi.Query) (catapi.History, error) {
	k := pieceKey(q)
	e, ok := c.memory.get(k)
	if !ok || !c.fresh(e) {
		var err error
		if e, err = c.readRedis(ctx, k); err != nil {
			return catapi.History{}, err
		}
	}
	if c.fresh(e) {
		c.observe(e.outcome())
		return e.answer()
	}
	f, err := c.fetchShared(ctx, k, q)
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

// readRedis reads a piece from Redis; concurrent callers share one read. If it is missing or Redis is unavailable,
// it returns an entry that is not fresh. Its error is that of ctx.
func (c *Cache) readRedis(ctx context.Context, k key) (entry, error) {
	name := c.redisKey(k)
	done := c.redisReads.DoChan(name, c.catchPanic(name, func() (any, error) {
		e, err := c.load(c.lifetime, k)
		if err == nil && c.fresh(e) {
			c.memory.put(k, e)
		}
		return e, nil
	}))
	select {
	case result := <-done:
		e, _ := result.Val.(entry)
		return e, nil
	case <-ctx.Done():
		c.detached.Go(func() { <-done })
		return entry{}, fmt.Errorf("waiting for redis: %w", ctx.Err())
	}
}

// catchPanic returns work with its panics logged and returned as errors: singleflight runs it in its own goroutine.
func (c *Cache) catchPanic(key string, work func() (any, error)) func() (any, error) {
	return func() (value any, err error) {
		defer func() {
			if p := recover(); p != nil {
				c.log.Error("panic while finding an answer", "key", key, "panic", p, "stack", string(debug.Stack()))
				value, err = pieceResult{}, fmt.Errorf("panic while finding an answer: %v", p)
			}
		}()
		return work()
	}
}

// maxJoinDelay is how long after the start of a shared call a caller accepts its failure.
const maxJoinDelay = time.Second

// fetchShared fetches a piece; concurrent callers share the call. If a call fails that had started more than maxJoinDelay
// before the caller joined, the caller starts another.
func (c *Cache) fetchShared(ctx context.Context, k key, q catapi.Query) (pieceResult, error) {
	end, err := catapi.BeginWait(ctx)
	if err != nil {
		return pieceResult{}, err
	}
	defer end()
	joined := c.now()
	for {
		f, err := c.joinFetch(ctx, c.redisKey(k), q.Task, fetchTimeout, func(ctx context.Context) (pieceResult, error) {
			return c.fetchOnce(ctx, k, q)
		})
		if err == nil || f.started.IsZero() || joined.Sub(f.started) < maxJoinDelay {
			return f, err
		}
	}
}

// joinFetch waits for the call for key, of a task, and starts it if there is none. The call goes on if a caller gives up.
// It is in the background as long as all its callers are.
func (c *Cache) joinFetch(
	ctx context.Context, key, task string, timeout time.Duration, fetch func(context.Context) (pieceResult, error),
) (pieceResult, error) {
	started := false
	promotion, leave := c.promotions.join(key)
	order := catapi.OrderOf(ctx)
	if !order.Background {
		promotion.Promote()
	}
	done := c.fetches.DoChan(key, c.catchPanic(key, func() (any, error) {
		started = true
		ctx, cancel := context.WithTimeout(catapi.WithPromotion(catapi.WithOrder(c.lifetime, order), promotion), timeout)
		defer cancel()
		began := c.now()
		f, err := fetch(ctx)
		f.started = began
		return f, err
	}))
	goOn := func() { c.detached.Go(func() { <-done; leave() }) }
	var late <-chan time.Time
	if c.unavailable(task) != nil {
		late = time.After(unavailableTimeout)
	}
	for {
		select {
		case result := <-done:
			leave()
			f := result.Val.(pieceResult)
			if !started {
				f.outcome = Shared
			}
			return f, result.Err
		case <-late:
			late = nil // unless it is back by now
			if err := c.unavailable(task); err != nil {
				goOn()
				return pieceResult{}, err
			}
		case <-ctx.Done():
			goOn()
			return pieceResult{}, fmt.Errorf("waiting for the api: %w", ctx.Err())
		}
	}
}

// fetchOnce fetches a piece from upstream. One of all replicas does so; the others wait until its answer is in Redis.
func (c *Cache) fetchOnce(ctx context.Context, k key, q catapi.Query) (pieceResult, error) {
	if e, ok := c.memory.get(k); ok && c.fresh(e) { // from a call that ended just now
		return pieceResult{entry: e, outcome: Shared}, nil
	}
	for {
		lease, err := c.store.Lease(ctx, c.redisKey(k)+":lease", c.leaseExpiry)
		if err != nil {
			return c.fetchUpstream(ctx, k, q, false)
		}
		if lease != nil {
			return c.fetchWithLease(ctx, k, q, lease)
		}
		if err := waitForReplica(ctx); err != nil {
			return pieceResult{}, err
		}
		e, err := c.load(ctx, k)
		if err != nil {
			return c.fetchUpstream(ctx, k, q, false)
		}
		if c.fresh(e) {
			c.memory.put(k, e)
			return pieceResult{entry: e, outcome: Shared}, nil
		}
	}
}

// waitForReplica waits for about pollInterval.
func waitForReplica(ctx context.Context) error {
	select {
	case <-time.After(pollInterval/2 + rand.N(pollInterval)):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for another replica to call the api: %w", ctx.Err())
	}
}

// fetchWithLease fetches a piece for all replicas while it holds the lease.
func (c *Cache) fetchWithLease(
	ctx context.Context,
	k key,
	q catapi.Query,
	lease *store.Lease,
) (f pieceResult, err error) {
	defer lease.Release(ctx)
	// The call continues if the lease is lost: a second request is harmless.
	_ = lease.Hold(ctx, func(context.Context) error {
		// The holder before may have saved the answer after this replica read Redis.
		if e, loadErr := c.load(ctx, k); loadErr == nil && c.fresh(e) {
			c.memory.put(k, e)
			f = pieceResult{entry: e, outcome: Shared}
			return nil
		}
		f, err = c.fetchUpstream(ctx, k, q, true)
		return nil
	})
	return f, err
}

// fetchUpstream fetches a piece from upstream, and saves it in memory, and in Redis if share is set.
func (c *Cache) fetchUpstream(ctx context.Context, k key, q catapi.Query, share bool) (pieceResult, error) {
	h, err := c.source.ReturnCodeHistory(ctx, q)
	e := entry{history: h}
	if refusal, ok := errors.AsType[*catapi.Error](err); ok && refusal.Refused() {
		e = entry{history: catapi.History{Query: q, FetchedAt: c.now()}, refusal: refusal}
	} else if err != nil {
		return pieceResult{outcome: Miss}, err
	}
	c.saveFetched(ctx, e, k, share)
	return pieceResult{entry: e, outcome: Miss}, nil
}

// saveFetched keeps e in memory, and in Redis where share is set.
func (c *Cache) saveFetched(ctx context.Context, e entry, k key, share bool) {
	c.memory.put(k, e)
	if share {
		c.save(ctx, e, k)
	}
}

// load reads what k names from Redis. If it is missing or damaged, load returns an entry that is not fresh.
// An error means that Redis is unavailable.
func (c *Cache) load(ctx context.Context, k key) (entry, error) {
	value, err := c.store.Get(ctx, c.redisKey(k))
	if value == nil || err != nil {
		return entry{}, err
	}
	e, err := decode(value)
	if err != nil {
		c.observe(Damaged)
		c.log.Warn("damaged value in redis, fetching it again", "key", c.redisKey(k), "error", err)
		return entry{}, nil
	}
	return e, nil
}

// save saves e in Redis under keys.
func (c *Cache) save(ctx context.Context, e entry, keys ...key) {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = c.redisKey(k)
	}
	value, err := encode(e)
	if err == nil {
		err = c.store.Set(ctx, value, c.lifetimeOf(e), names...)
	}
	if err != nil {
		c.observe(NotStored)
		c.log.Debug("saving an answer in redis failed", "keys", names, "error", err)
	}
}
