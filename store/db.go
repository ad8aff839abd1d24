package store

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// A DB is a Redis for data that has to survive, and for those who can't do without it: an operation waits for seconds where the
// cache waits for an instant, and is never skipped. What Redis does not answer has ErrAway in its error.
type DB struct {
	redis.UniversalClient
	store *Store
}

// DB gives this Redis to what keeps data in it.
func (s *Store) DB() *DB { return &DB{s.dbClient, s} }

// Sync is Store's.
func (db *DB) Sync(ctx context.Context) error { return db.store.Sync(ctx) }

// Lease takes the lease on key, or returns nil when another holds it. An error means that Redis can't tell.
func (db *DB) Lease(ctx context.Context, key string, expiry time.Duration) (*Lease, error) {
	return acquireLease(ctx, key, expiry, func(ctx context.Context, op func(context.Context, redis.Scripter) error) error {
		return op(ctx, db)
	})
}

// Master is the one server that holds key and all others with its hash tag.
func (db *DB) Master(ctx context.Context, key string) (*redis.Client, error) {
	switch client := db.UniversalClient.(type) {
	case *redis.Client:
		return client, nil
	case *redis.ClusterClient:
		return client.MasterForKey(ctx, key)
	}
	return nil, fmt.Errorf("asking for redis's master: a %T has none", db.UniversalClient)
}
