// Package cache is a read-through cache of the CAT API's answers: in this process, and in a Redis that all replicas share.
package cache

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"catbot/catapi"
	"catbot/store"
)

// A Source answers a query: a client of the API, or a Cache around one.
type Source interface {
	ReturnCodeHistory(context.Context, catapi.Query) (catapi.History, error)
}

// What became of a piece of a question, as Observe hears it.
const (
	Hit       = "hit"     // answered from an answer younger than FreshTTL
	Settled   = "settled" // answered from an answer about a time that is over
	Miss      = "miss"    // asked upstream, whatever came of it
	Shared    = "shared"  // waited for a call that another question or replica had under way
	Refused   = "refused" // answered with a refusal that is remembered
	Stale     = "stale"   // upstream failed, and an old answer was given; told once for a whole question
	Damaged   = "damaged" // a value in Redis could not be read; it is then a miss too
	NotStored = "unkept"  // Redis did not take an answer
	// Prefetched is told once for a reading that answers several pieces, before they are asked for.
	Prefetched = "prefetched"
)

// Settings make a Cache. All but Histories, Unavailable and Observe are needed.
type Settings struct {
	Source Source
	// Histories answers queries that follow one another in one day, from one reading; nil where nothing can.
	Histories   func(context.Context, []catapi.Query) ([]catapi.History, error)
	Unavailable func(task string) error // why the API of a task has not answered lately, nil while it does; may be nil
	Store       *store.Store
	Namespace   string               // keeps those apart who share a Redis but not an account of the API; not secret
	FreshTTL    time.Duration        // how long an answer about a time not yet over counts as new
	SettledTTL  time.Duration        // how long any other is kept, and how long an old one at most
	Observe     func(outcome string) // called from many goroutines; may be nil
	Now         func() time.Time
	Log         *slog.Logger
}

// A Cache is a Source that asks another only for what it does not know yet.
type Cache struct {
	source               Source
	histories            func(context.Context, []catapi.Query) ([]catapi.History, error)
	unavailable          func(task string) error
	store                *store.Store
	namespace            string
	freshTTL, settledTTL time.Duration
	observe              func(outcome string)
	now                  func() time.Time
	log                  *slog.Logger

	memory      *memory
	leaseExpiry time.Duration // how long the lease of a replica that died keeps the others waiting

	redisReads singleflight.Group // into Redis
	fetches    singleflight.Group // upstream
	lifetime   context.Context    // ends with Close; the calls upstream belong to it, not to one asker
	cancel     context.CancelFunc
	detached   sync.WaitGroup // calls that outlive their askers
}

const (
	fetchTimeout       = 30 * time.Second       // for one piece from upstream, retries included
	unavailableTimeout = 500 * time.Millisecond // for the same while the API does not answer; whether it is back is seen without the asker
	leaseExpiry        = 3 * time.Second        // a live holder renews its lease each third of this
	parallel           = 8                      // pieces of one question that are fetched at once
)

// New returns a Cache. Close ends it, before its Store.
func New(s Settings) *Cache {
	c := &Cache{
		source: s.Source, histories: s.Histories, unavailable: s.Unavailable, store: s.Store, namespace: s.Namespace,
		freshTTL: s.FreshTTL, settledTTL: s.SettledTTL,
		observe: s.Observe, now: s.Now, log: s.Log, memory: newMemory(memoryRows), leaseExpiry: leaseExpiry,
	}
	if c.unavailable == nil {
		c.unavailable = func(string) error { return nil }
	}
	if c.observe == nil {
		c.observe = func(string) {}
	}
	c.lifetime, c.cancel = context.WithCancel(context.Background())
	return c
}

// Close ends the calls that nobody waits for any more. No question may be open or follow.
func (c *Cache) Close() {
	c.cancel()
	c.detached.Wait()
}

// ReturnCodeHistory answers q day by day, each from memory, from Redis, or from upstream and then for all who ask.
// When upstream fails it gives the best old answer, with Stale as the reason; its Query says what it covers, which is at
// least half of q. A refusal (see catapi.Error) is returned as it is, and so is ctx's own cancellation. That ctx
// ran out of time is upstream's failure.
func (c *Cache) ReturnCodeHistory(ctx context.Context, q catapi.Query) (catapi.History, error) {
	q = q.Normalize()
	if !q.Begin.Before(q.End) {
		return catapi.History{}, catapi.ErrEmptyWindow
	}
	whole, err := fetchByDay(ctx, q, c.piece)
	if err == nil {
		c.saveLastAnswer(ctx, whole)
		return whole, nil
	}
	if refusal, ok := errors.AsType[*catapi.Error](err); ok && refusal.Refused() || errors.Is(ctx.Err(), context.Canceled) {
		return catapi.History{}, err
	}
	old, ok := c.staleAnswer(ctx, q)
	if !ok {
		return catapi.History{}, err
	}
	c.observe(Stale)
	old.Stale = err
	return old, nil
}

// gather is catapi.Gather without its work where q is one piece, as most are.
func fetchByDay(ctx context.Context, q catapi.Query, fetch func(context.Context, catapi.Query) (catapi.History, error)) (catapi.History, error) {
	if pieces := q.Split(); len(pieces) == 1 {
		return fetch(ctx, pieces[0])
	}
	return catapi.FetchByDay(ctx, q, parallel, fetch)
}
