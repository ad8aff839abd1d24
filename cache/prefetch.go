package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"catbot/catapi"
)

const (
	// prefetchTimeout is for one reading of several pieces. It is less than fetchTimeout: when it fails, each
	// piece is asked for by itself.
	prefetchTimeout = 15 * time.Second
	// leastPieces is how few missing pieces are read together.
	leastPieces = 2
)

// Prefetch gets the answers to queries of API 3.0 that are about to be asked. Pieces that are missing, and follow one
// another in one day, are read together, once for all in this process, and by one of all replicas. Each is then kept as
// if it had been asked for alone. What can't be had this way is left to the questions themselves.
func (c *Cache) Prefetch(ctx context.Context, queries []catapi.Query) {
	runs := c.missing(ctx, queries)
	if c.histories == nil || len(runs) == 0 {
		return
	}
	end, err := catapi.BeginWait(ctx)
	if err != nil {
		return
	}
	defer end()
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, run := range runs {
		group.Go(func() error {
			if err := c.prefetch(ctx, run); err != nil {
				c.log.Debug("answers can't be read together, and are asked for one by one",
					"task", run[0].Task, "error", err)
			}
			return nil
		})
	}
	_ = group.Wait() // no run returns an error
}

// FetchLater fetches the answers to queries into the cache, after all calls that somebody waits for, if they are still
// wanted after a pause. It returns at once. What fails is fetched when it is asked for.
func (c *Cache) FetchLater(queries []catapi.Query, pause time.Duration, wanted func() bool) {
	c.detached.Go(func() {
		select {
		case <-time.After(pause):
		case <-c.lifetime.Done():
			return
		}
		if !wanted() {
			return
		}
		for _, q := range queries {
			for _, piece := range q.Split() {
				fetch := c.catchPanic(piece.Task, func() (any, error) {
					return c.piece(catapi.Background(c.lifetime), piece)
				})
				c.detached.Go(func() { _, _ = fetch() })
			}
		}
	})
}

// missing are the runs of pieces of queries that neither memory nor Redis has, as far as they are worth one reading.
func (c *Cache) missing(ctx context.Context, queries []catapi.Query) (runs [][]catapi.Query) {
	var pieces []catapi.Query
	for _, q := range queries {
		pieces = append(pieces, q.Split()...)
	}
	has := make([]bool, len(pieces))
	var group errgroup.Group
	group.SetLimit(parallel)
	for i, piece := range pieces {
		group.Go(func() error {
			has[i] = c.has(ctx, piece)
			return nil
		})
	}
	_ = group.Wait() // none returns an error
	for i, piece := range pieces {
		switch {
		case has[i]:
		case i > 0 && !has[i-1] && sameRun(pieces[i-1], piece):
			runs[len(runs)-1] = append(runs[len(runs)-1], piece)
		default:
			runs = append(runs, []catapi.Query{piece})
		}
	}
	return slices.DeleteFunc(runs, func(run []catapi.Query) bool { return len(run) < leastPieces })
}

// sameRun reports whether next asks the same as piece does, of the time after it on the same day.
func sameRun(piece, next catapi.Query) bool {
	follows := piece.End.Equal(next.Begin) && piece.Begin.Day() == next.Begin.Day()
	next.Begin, next.End = piece.Begin, piece.End
	return follows && piece == next
}

// has reports whether a piece is answered without asking upstream.
func (c *Cache) has(ctx context.Context, piece catapi.Query) bool {
	k := pieceKey(piece)
	if e, ok := c.memory.get(k); ok && c.fresh(e) {
		return true
	}
	e, err := c.readRedis(ctx, k)
	return err == nil && c.fresh(e)
}

// prefetch reads a run once for all in this process who want it now.
func (c *Cache) prefetch(ctx context.Context, run []catapi.Query) error {
	whole := run[0]
	whole.End = run[len(run)-1].End
	key := fmt.Sprintf("%s:%d", c.redisKey(pieceKey(whole)), len(run))
	_, err := c.joinFetch(ctx, key, whole.Task, prefetchTimeout, func(ctx context.Context) (pieceResult, error) {
		return pieceResult{}, c.prefetchOnce(ctx, key, run)
	})
	return err
}

// prefetchOnce reads a run when no other replica does. What another has read meanwhile is in Redis.
func (c *Cache) prefetchOnce(ctx context.Context, key string, run []catapi.Query) error {
	lease, err := c.store.Lease(ctx, key+":lease", c.leaseExpiry)
	for ; lease == nil && err == nil; lease, err = c.store.Lease(ctx, key+":lease", c.leaseExpiry) {
		if err := waitForReplica(ctx); err != nil {
			return err
		}
	}
	if err != nil { // Redis can't be used
		return c.readRun(ctx, run, false)
	}
	defer lease.Release(ctx)
	// When the lease is lost, this goes on all the same: to ask twice does no harm.
	_ = lease.Hold(ctx, func(context.Context) error {
		for _, left := range c.missing(ctx, run) {
			err = errors.Join(err, c.readRun(ctx, left, true))
		}
		return nil
	})
	return err
}

// readRun reads a run from upstream, and keeps each answer, in Redis too where share is set.
func (c *Cache) readRun(ctx context.Context, run []catapi.Query, share bool) error {
	c.observe(Prefetched)
	answers, err := c.histories(ctx, run)
	if err != nil {
		return err
	}
	for i, h := range answers {
		c.saveFetched(ctx, entry{history: h}, pieceKey(run[i]), share)
	}
	return nil
}
