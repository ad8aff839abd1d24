// Package cache is a read-through cache of the CAT API's answers: in this process, and in a
// Redis that all replicas share.
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

// The outcomes of a piece of a query, as Observe gets them.
const (
	Hit       = "hit"     // answered from an answer younger than FreshTTL
	Settled   = "settled" // answered from an answer about a window that can't change any more
	Miss      = "miss"    // requested from upstream, with or without success
	Shared    = "shared"  // waited for a call of another query or replica
	Refused   = "refused" // answered with a cached error of the API
	Stale     = "stale"   // upstream failed, and an old answer was returned; counted once per query
	Damaged   = "damaged" // a value in Redis could not be decoded; also counted as a miss
	NotStored = "unkept"  // saving an answer in Redis failed
	// Prefetched is counted once for a call that fetches several pieces in advance.
	Prefetched = "prefetched"
)

// Settings configure a Cache. All but Histories, Unavailable and Observe are required.
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

// A Cache is a Source that answers from memory or Redis if it can, and else from another Source.
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
	promotions promotions         // of fetches
	lifetime   context.Context    // ends with Close; the calls upstream belong to it, not to one asker
	cancel     context.CancelFunc
	detached   sync.WaitGroup // calls that outlive their askers
}

const (
	fetchTimeout = 30 * time.Second // for one piece from upstream, retries included

	// unavailableTimeout replaces fetchTimeout while the API does not answer. The call goes on without its asker,
	// and shows whether the API is back.
	unavailableTimeout = 500 * time.Millisecond

	leaseExpiry = 3 * time.Second // a live holder renews its lease each third of this
	parallel    = 8               // pieces of one question that are fetched at once
)

// New returns a Cache. Close ends it, before its Store.
func New(s Settings) *Cache {
	c := &Cache{
		source: s.Source, histories: s.Histories, unavailable: s.Unavailable, store: s.Store, namespace: s.Namespace,
		freshTTL: s.FreshTTL, settledTTL: s.SettledTTL,
		observe: s.Observe, now: s.Now, log: s.Log, memory: newMemory(memoryRows), leaseExpiry: leaseExpiry,
		promotions: promotions{calls: map[string]*sharedPromotion{}},
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

// Close cancels the calls that outlive their callers. No query may be in progress or follow.
func (c *Cache) Close() {
	c.cancel()
	c.detached.Wait()
}

// ReturnCodeHistory answers q day by day, each from memory, from Redis or from upstream; concurrent callers share a
// call. If upstream fails, it returns the best old answer, with the reason in Stale; its Query is the window that it
// covers, at least half of q. It returns a refusal (see catapi.Error.Refused) and the cancellation of ctx as they
// are. A deadline of ctx that passed counts as a failure of upstream.
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
	if refusal, ok := errors.AsType[*catapi.Error](err); ok && refusal.Refused() ||
		errors.Is(ctx.Err(), context.Canceled) {
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

// fetchByDay is catapi.FetchByDay with a fast path for a q of one piece, as most are.
func fetchByDay(
	ctx context.Context, q catapi.Query, fetch func(context.Context, catapi.Query) (catapi.History, error),
) (catapi.History, error) {
	for first := range q.Pieces() {
		if first.End.Equal(q.End) {
			return fetch(ctx, first)
		}
		break
	}
	return catapi.FetchByDay(ctx, q, parallel, fetch)
}
