// Package store is catbot's Redis: a server, a group under Sentinel, a cluster, or one inside this process.
// It bounds the wait for Redis, logs once when Redis becomes unavailable and available,
// and saves data of an embedded Redis to a file.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/sony/gobreaker/v2"
)

// A Store is a Redis: one server, a group under Sentinel, a cluster, or one inside this process.
// It is safe for use by many goroutines.
type Store struct {
	client    redis.UniversalClient
	dbClient  redis.UniversalClient // of its DB
	embedded  *embedded             // nil when Redis is a server of its own
	persister *persister            // nil when nothing is kept in a file
	address   string                // without secrets
	breaker   *gobreaker.CircuitBreaker[struct{}]
	lastErr   atomic.Pointer[error] // the last error, for the log
	log       *slog.Logger
	now       func() time.Time

	seenMu sync.Mutex
	seen   *simplelru.LRU[string, time.Time] // until when a key counts as seen
}

const (
	dialTimeout = 500 * time.Millisecond // for a new connection
	opTimeout   = 250 * time.Millisecond // for one operation, everything included
	poolSize    = 16                     // connections to one server; each has 64 KiB of buffers
	retryAfter  = 5 * time.Second        // how long a Redis that failed is left alone

	dbTimeout  = 3 * time.Second // for one operation of those who can wait
	dbPoolSize = 64              // their connections to one server
)

// Open returns the Redis at address, which is one of
//
//	redis://user:password@host:6379/0
//	redis+sentinel://user:password@host:26379,host2:26379/0?master=mymaster
//	redis+cluster://user:password@host:6379,host2:6379
//
// or the same with rediss in place of redis for TLS, where the server's certificate is always verified (SSL_CERT_FILE
// names other roots than the system's). The options sentinel_username and sentinel_password are those of the
// Sentinels. An empty address starts a Redis inside this process, whose data is lost when it ends; see PersistTo.
//
// An error means that the address is invalid. Open does not connect: use Ping to check the connection.
func Open(address string, log *slog.Logger) (*Store, error) {
	return OpenRetrying(address, log, retryAfter)
}

// OpenRetrying is Open with another time until the open circuit is tried again.
func OpenRetrying(address string, log *slog.Logger, retryAfter time.Duration) (*Store, error) {
	s := &Store{log: log, now: time.Now, address: "inside this process"}
	options := &redis.UniversalOptions{Addrs: []string{s.address}}
	if address != "" {
		var err error
		if options, err = parseAddress(address); err != nil {
			return nil, err
		}
		s.address = publicAddress(options)
	} else {
		s.embedded = startEmbedded()
		options.Dialer = s.embedded.dial
	}
	setCacheLimits(options)
	redis.SetLogger(clientLog{log}) // go-redis has one logger for the process, and would print to stderr
	s.client = redis.NewUniversalClient(options)
	setDBLimits(options)
	s.dbClient = redis.NewUniversalClient(options)
	s.dbClient.AddHook(breakerHook{s})
	s.breaker = newBreaker(s, retryAfter)
	s.seen, _ = simplelru.NewLRU[string, time.Time](maxSeen, nil) // fails for a size of 0 only
	return s, nil
}

// setCacheLimits sets short timeouts: the cache can ask upstream instead of waiting for Redis.
func setCacheLimits(o *redis.UniversalOptions) {
	o.DialTimeout = dialTimeout
	o.DialerRetries = 1
	o.ReadTimeout = opTimeout
	o.WriteTimeout = opTimeout
	o.PoolTimeout = opTimeout
	o.ContextTimeoutEnabled = true
	o.PoolSize = poolSize
	o.MaxActiveConns = poolSize
	o.PipelinePoolSize = -1 // no second pool
	o.MaxRetries = 1        // for the first command on a connection that a restarted server has forgotten
	o.MaxRedirects = 2
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}

// setDBLimits sets longer timeouts for data that is in Redis only.
func setDBLimits(o *redis.UniversalOptions) {
	o.DialTimeout = dbTimeout
	o.ReadTimeout = dbTimeout
	o.WriteTimeout = dbTimeout
	o.PoolTimeout = dbTimeout
	o.PoolSize = dbPoolSize
	o.MaxActiveConns = dbPoolSize
	o.MaxRetries = 1
}

// Ping pings Redis for opTimeout at most. Unlike other operations it is never skipped.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("pinging redis %s: %w", s.address, err)
	}
	return nil
}

// String returns the address without secrets.
func (s *Store) String() string { return s.address }

// Close closes the connections and a Redis inside the process. The users of s must be closed before.
func (s *Store) Close() error {
	if s.persister != nil {
		s.persister.close()
	}
	err := errors.Join(s.client.Close(), s.dbClient.Close())
	if s.embedded != nil {
		s.embedded.close()
	}
	if err != nil {
		return fmt.Errorf("closing redis %s: %w", s.address, err)
	}
	return nil
}

// clientLog logs the messages of go-redis at debug level. The breaker logs failures that matter.
type clientLog struct{ log *slog.Logger }

func (l clientLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.DebugContext(ctx, "redis client: "+fmt.Sprintf(format, args...))
}
