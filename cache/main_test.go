package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"catbot/catapi"
	"catbot/store"
	"catbot/store/redistest"
)

func TestMain(m *testing.M) {
	if address := os.Getenv(holderEnv); address != "" {
		holdForever(address)
	}
	goleak.VerifyTestMain(m)
}

// waitTime bounds what should take a moment.
const waitTime = 10 * time.Second

// noon is a time in the middle of a day of Beijing, so that short windows before it are one piece.
var noon = time.Date(2017, 5, 25, 12, 0, 0, 0, catapi.Beijing)

// lastHours is what "last 8h" means at now.
func lastHours(hours int, now time.Time) catapi.Query {
	return catapi.Query{
		Task: "126531", Begin: now.Add(-time.Duration(hours) * time.Hour), End: now, Province: "jiangxi",
	}
}

// A clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// An upstream is a Source that counts its calls. Each call adds one to the count of its rows.
type upstream struct {
	clock *clock
	calls atomic.Int64
	mu    sync.Mutex
	reply func(context.Context, catapi.Query) error // what to do before an answer; nil is nothing
}

func (u *upstream) do(reply func(context.Context, catapi.Query) error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.reply = reply
}

// hold keeps calls waiting for answer, or for their own end.
func (u *upstream) hold(answer <-chan struct{}) {
	u.do(func(ctx context.Context, _ catapi.Query) error {
		select {
		case <-answer:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

func (u *upstream) fail(err error) { u.do(func(context.Context, catapi.Query) error { return err }) }

func (u *upstream) ReturnCodeHistory(ctx context.Context, q catapi.Query) (catapi.History, error) {
	n := u.calls.Add(1)
	u.mu.Lock()
	reply := u.reply
	u.mu.Unlock()
	if reply != nil {
		if err := reply(ctx, q); err != nil {
			return catapi.History{}, err
		}
	}
	return catapi.History{
		Query: q, FetchedAt: u.clock.Now(),
		Rows: []catapi.Row{{
			ISP: "移动", Province: "jiangxi", ProvinceName: "江西", Code: 10016, Reason: "Ping超时", Count: n,
			First: q.Begin, Last: q.End.Add(-time.Second),
		}},
		Summary: []catapi.CodeTotal{{Code: 10016, Reason: "Ping超时", Count: n}},
	}, nil
}

// A tally counts what became of pieces.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (t *tally) observe(outcome string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = map[string]int{}
	}
	t.n[outcome]++
}

func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fmt.Sprint(t.n)
}

// A logbook keeps what is logged, from Info up.
type logbook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logbook) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logbook) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

// A replica is one process of several, as far as the cache can tell: it has its own memory and connections.
type replica struct {
	*Cache
	*tally
	logbook *logbook
}

// newReplica opens a Cache around u on the Redis at address.
func newReplica(t testing.TB, address string, u *upstream) replica {
	t.Helper()
	r := replica{tally: &tally{}, logbook: &logbook{}}
	log := slog.New(slog.NewTextHandler(r.logbook, nil))
	store, err := store.OpenRetrying(address, log, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	r.Cache = New(Settings{
		FreshTTL: time.Minute, SettledTTL: 24 * time.Hour, Source: u, Store: store, Namespace: "0011aabb",
		Observe: r.tally.observe, Now: u.clock.Now, Log: log,
	})
	t.Cleanup(func() {
		r.Close()
		store.Close()
	})
	return r
}

// ask asks q, and gives up after waitTime.
func (r replica) ask(t testing.TB, q catapi.Query) (catapi.History, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitTime)
	defer cancel()
	return r.ReturnCodeHistory(ctx, q)
}

// must asks q, which is to be answered.
func (r replica) must(t testing.TB, q catapi.Query) catapi.History {
	t.Helper()
	h, err := r.ask(t, q)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// newPair gives an upstream, a Redis, and a replica.
func newPair(t testing.TB) (*upstream, *redistest.Server, replica) {
	t.Helper()
	u := &upstream{clock: &clock{now: noon}}
	server := redistest.Start(t)
	return u, server, newReplica(t, server.URL(), u)
}

// awaitCommands returns once Redis has run name n times.
func awaitCommands(t testing.TB, client *redis.Client, name string, n int) {
	t.Helper()
	redistest.Await(t, fmt.Sprintf("%d times %s", n, name), func() bool {
		stats, err := client.InfoMap(t.Context(), "commandstats").Result()
		if err != nil {
			t.Fatal(err)
		}
		calls := 0
		fmt.Sscanf(stats["Commandstats"]["cmdstat_"+name], "calls=%d", &calls)
		return calls >= n
	})
}

var errDown = errors.New("upstream is down")
