package store

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// A DB is a Redis for data that must survive. Unlike the cache's, an operation waits for seconds and is never skipped.
// If Redis does not respond, the error wraps ErrUnavailable.
type DB struct {
	redis.UniversalClient
	store *Store
}

// DB returns this Redis for data that must survive.
func (s *Store) DB() *DB { return &DB{s.dbClient, s} }

// Sync is Store.Sync.
func (db *DB) Sync(ctx context.Context) error { return db.store.Sync(ctx) }

// Lease acquires the lease on key, or returns nil if another holds it. An error means that Redis is unavailable.
func (db *DB) Lease(ctx context.Context, key string, expiry time.Duration) (*Lease, error) {
	run := func(ctx context.Context, op func(context.Context, redis.Scripter) error) error { return op(ctx, db) }
	return acquireLease(ctx, key, expiry, run)
}

// Master returns the server that holds key and all keys with its hash tag.
func (db *DB) Master(ctx context.Context, key string) (*redis.Client, error) {
	switch client := db.UniversalClient.(type) {
	case *redis.Client:
		return client, nil
	case *redis.ClusterClient:
		return client.MasterForKey(ctx, key)
	}
	return nil, fmt.Errorf("asking for redis's master: a %T has none", db.UniversalClient)
}
