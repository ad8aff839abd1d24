// Package store is the Redis that catbot keeps its data in: a server, a group under Sentinel, a cluster, or one inside this
// process. It bounds what waiting for Redis may cost, tells once when Redis goes and comes back, and writes what an embedded
// Redis must not forget to a file.
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
	address   string                // for people: its address without what is secret
	breaker   *gobreaker.CircuitBreaker[struct{}]
	lastErr   atomic.Pointer[error] // the last error, for the log
	log       *slog.Logger
	now       func() time.Time

	seenMu sync.Mutex
	seen   *simplelru.LRU[string, time.Time] // until when a key counts as seen by this process
}

const (
	dialTimeout = 500 * time.Millisecond // for a new connection
	opTimeout   = 250 * time.Millisecond // for one operation, everything included
	poolSize    = 16                     // connections to one server; each has 64 KiB of buffers
	retryAfter  = 5 * time.Second        // how long a Redis that failed is left alone

	dbTimeout  = 3 * time.Second // for one operation of those who can wait
	dbPoolSize = 64              // their connections to one server
)

// Open gives the Redis at address, which is one of
//
//	redis://user:password@host:6379/0
//	redis+sentinel://user:password@host:26379,host2:26379/0?master=mymaster
//	redis+cluster://user:password@host:6379,host2:6379
//
// or the same with rediss in place of redis for TLS, where the server's certificate is always verified
// (SSL_CERT_FILE names other roots than the system's). Sentinels that want a password of their own get
// sentinel_password, and sentinel_username, after the question mark. An empty address starts a Redis
// inside this process, which forgets everything when it ends.
//
// An error means that the address is wrong. Open does not connect: a Redis that is away is no error here,
// see Ping.
func Open(address string, log *slog.Logger) (*Store, error) {
	return OpenRetrying(address, log, retryAfter)
}

// OpenRetrying is Open with another time after which a Redis that failed is tried again.
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

// bound sets o's limits: an answer that is late is worth nothing here, for upstream can be asked instead.
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

// patiently widens o's limits for work that waits for Redis because nothing else will do.
func setDBLimits(o *redis.UniversalOptions) {
	o.DialTimeout = dbTimeout
	o.ReadTimeout = dbTimeout
	o.WriteTimeout = dbTimeout
	o.PoolTimeout = dbTimeout
	o.PoolSize = dbPoolSize
	o.MaxActiveConns = dbPoolSize
	o.MaxRetries = 1
}

// Ping asks Redis for a sign of life, at most for opTime. Unlike other operations it is never skipped.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, opTimeout)
	defer cancel()
	if err := s.client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("asking redis %s for a sign of life: %w", s.address, err)
	}
	return nil
}

// String returns the address without what is secret.
func (s *Store) String() string { return s.address }

// Embedded reports whether this Redis lives inside the process, and ends with it.
func (s *Store) Embedded() bool { return s.embedded != nil }

// Close ends the connections and a Redis inside the process. What uses s is to be closed before.
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

// clientLog takes what go-redis has to say. Trouble that matters is logged when the breaker sees it.
type clientLog struct{ log *slog.Logger }

func (l clientLog) Printf(ctx context.Context, format string, args ...any) {
	l.log.DebugContext(ctx, "redis client: "+fmt.Sprintf(format, args...))
}
