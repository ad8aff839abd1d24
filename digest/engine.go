package digest

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
	"catbot/store"
)

// A Config is what an Engine needs. All fields are needed.
type Config struct {
	Store   *Store
	Channel Channel
	// Answer runs a command as of at.
	Answer func(ctx context.Context, c commands.Codes, at time.Time) report.Answer
	// CatchUp is how old a slot may be and still be posted, at least minCatchUp.
	CatchUp time.Duration
	// Settle is how long after its slot a condition is evaluated, for the slot's window: probe results arrive late.
	Settle time.Duration
	// Observe counts n events of a kind, for metrics.
	Observe func(event string, n int)
	Log     *slog.Logger
	Now     func() time.Time
}

// Events for Config.Observe.
const (
	EventDue     = "due"
	EventPosted  = "posted"
	EventLate    = "late"
	EventSkipped = "skipped"
	EventRetried = "retried"
	EventPaused  = "paused"
	EventFailed  = "failed"
	EventRefused = "barred" // posts that Slack refused for the whole bot

	EventOpened   = "opened"   // an incident, in a message; so are the next two
	EventReminded = "reminded" // of one that lasts
	EventEnded    = "ended"
)

// Events are all of them.
var Events = []string{
	EventDue, EventPosted, EventLate, EventSkipped, EventRetried, EventPaused, EventFailed, EventRefused,
	EventOpened, EventReminded, EventEnded,
}

// An Engine finds slots that are due and posts them, together with the engines of other replicas. Run must be called
// once.
type Engine struct {
	Config
	queue        *asynq.Client
	inspector    *asynq.Inspector
	ticked       atomic.Int64  // unix nanoseconds of the latest tick that opened all due slots
	lag          atomic.Int64  // nanoseconds: age of the oldest slot that is open or due
	hasOpen      atomic.Bool   // whether a slot was open and might be posted at the latest tick
	nextTick     time.Time     // when to tick again, by slotNow; the loop of ticks alone uses it
	wake         chan struct{} // of capacity one: tick now
	wakeCloser   chan struct{} // of capacity one: close abandoned incidents now
	closeFrom    time.Time     // until when they wait for Slack, by slotNow; the loop that closes them alone uses it
	closeAgain   time.Duration // when it looks for them next; it alone uses this, too
	busy         chan bool     // of capacity one: whether there are slots to work on, as of the latest tick
	slackRefusal atomic.Pointer[slackRefusal]
	history      historyCache
	// visibleSince is when migrate first saw a digest whose channel the bot is no member of, by id. migrateLoop
	// alone uses it.
	visibleSince map[string]time.Time
	// sweepFrom is the rank of the open slot from which the next sweep goes on; sweep alone uses it.
	sweepFrom  int64
	spacing    time.Duration                    // turnSpacing; tests set another
	editEvery  time.Duration                    // editSpacing; tests set another
	machine    func() time.Time                 // the machine's clock; Now differs from it in a demo; tests set another
	skewed     atomic.Int64                     // nanoseconds by which the machine's clock is ahead of Redis's
	redisState func(context.Context) redisState // Store.redisState; tests set another
	awake      func() time.Duration             // since New, without the time that the machine slept; tests set another
	tickedAt   time.Duration                    // awake at the latest tick that ended; the loop of ticks alone uses it
}

const (
	taskType = "digest:slot"

	sweepEvery = 2 * time.Second
	// stepTime bounds one step with Redis: a tick, a sweep, a script.
	stepTime = 10 * time.Second
	// slotTime bounds the work on one slot, waiting for its turn included.
	slotTime = 2 * time.Minute
	// stopTime is how long running slots may take when the process stops. Then they go back to the queue.
	stopTime = 25 * time.Second
	// maxConcurrent bounds the slots that one process works on. Most of the time they wait for CAT or Slack.
	maxConcurrent = 64
	// minCatchUp leaves time for a tick, a busy queue and the channel's turns.
	minCatchUp = time.Minute
	// unhealthyAfter is how long without a complete tick until the engine counts as unhealthy.
	unhealthyAfter = 30 * time.Second
)

// New makes an engine that does not run yet.
func New(c Config) *Engine {
	c.CatchUp = max(c.CatchUp, minCatchUp)
	e := &Engine{Config: c}
	e.queue, e.inspector = asynq.NewClientFromRedisClient(c.Store.DB), asynq.NewInspectorFromRedisClient(c.Store.DB)
	e.visibleSince = map[string]time.Time{}
	e.spacing, e.editEvery = turnSpacing, editSpacing
	e.machine = time.Now
	e.wake, e.wakeCloser, e.busy = make(chan struct{}, 1), make(chan struct{}, 1), make(chan bool, 1)
	e.redisState = c.Store.redisState
	began := time.Now()
	e.awake = func() time.Duration { return time.Since(began) } // by the monotonic clock, which nobody sets
	e.ticked.Store(c.Now().UnixNano())
	return e
}

// Run works until ctx is done. It then finishes running slots, and returns those that take too long to the queue.
func (e *Engine) Run(ctx context.Context) error {
	loops, ctx := errgroup.WithContext(ctx)
	loops.Go(func() error { e.migrateLoop(ctx); return nil })
	loops.Go(func() error { return e.runQueue(ctx) })
	loops.Go(func() error { e.loop(ctx, "opening due slots", e.tick, e.waitForTick); return nil })
	loops.Go(func() error { e.loop(ctx, "sweeping open slots", e.sweep, e.waitForSweep); return nil })
	loops.Go(func() error {
		e.loop(ctx, "closing abandoned incidents", e.closeAbandoned, e.waitForAbandoned)
		return nil
	})
	return loops.Wait()
}

// loop calls step at once and then each time that wait has returned, until ctx is done. It logs when step begins to fail
// and when it succeeds again. The store logs that Redis is away.
func (e *Engine) loop(ctx context.Context, what string, step func(context.Context) error, wait func(context.Context)) {
	for ok := true; ctx.Err() == nil; wait(ctx) {
		bounded, cancel := context.WithTimeout(ctx, stepTime)
		err := recovering(bounded, step)
		cancel()
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, store.ErrUnavailable):
		case err != nil && ok:
			e.Log.Warn("digest loop failing", "doing", what, "error", err)
			ok = false
		case err == nil && !ok:
			e.Log.Info("digest loop recovered", "doing", what)
			ok = true
		}
	}
}

// recovering calls step and returns its panic as an error.
func recovering(ctx context.Context, step func(context.Context) error) (err error) {
	defer catapi.Recover(&err)
	return step(ctx)
}

// openRun: KEYS open, slot, digest; ARGV slot key, now, who.
var openRun = redis.NewScript(`
if redis.call("exists", KEYS[3]) == 0 then return 0 end
if redis.call("zadd", KEYS[1], "NX", ARGV[2], ARGV[1]) == 1 then
  redis.call("hset", KEYS[2], "attempt", 1, "by", ARGV[3])
end
return 1`)

// RunNow posts d's answer now, for a person. It does not change d's schedule or the state of its condition. The same
// nonce is posted once.
func (e *Engine) RunNow(ctx context.Context, d Digest, by, nonce string) error {
	key := runKey(d.ID, nonce)
	keys := []string{e.Store.openKey(), e.Store.slotHash(key), e.Store.digestKey(d.ID)}
	err := e.Store.change(ctx, openRun, keys, key, e.slotNow().Unix(), by) // ticks compare it with slotNow
	if err != nil {
		return err
	}
	err = e.enqueue(ctx, key, 1, e.Now())
	signal(e.wake)
	return err
}

// signal wakes who waits for a channel of capacity one, now or when it waits next.
func signal(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// Healthy reports whether a tick opened all due slots within unhealthyAfter.
func (e *Engine) Healthy() bool {
	return e.Now().Sub(time.Unix(0, e.ticked.Load())) < unhealthyAfter
}

// A slackRefusal is the latest refusal of Slack for the whole bot.
type slackRefusal struct {
	reason string
	at     time.Time
}

// slackRefusalFor is how long a refusal counts if it is not repeated. It is longer than the time between two tries.
const slackRefusalFor = 2 * time.Minute

// SlackRefusal returns why Slack refuses all posts of the bot, or "" if it accepts them, as far as digests found out
// lately.
func (e *Engine) SlackRefusal() string {
	if b := e.slackRefusal.Load(); b != nil && e.Now().Sub(b.at) < slackRefusalFor {
		return b.reason
	}
	return ""
}

// noteSlackState notes whether Slack accepts posts of the bot: reason is "" if it accepted one.
func (e *Engine) noteSlackState(reason string) {
	before := e.SlackRefusal()
	if reason == "" {
		e.slackRefusal.Store(nil)
	} else {
		e.slackRefusal.Store(&slackRefusal{reason, e.Now()})
		e.Observe(EventRefused, 1)
	}
	switch {
	case before == "" && reason != "":
		e.Log.Error("slack refuses all posts, digests wait until the end of their catch-up", "reason", reason)
	case before != "" && reason == "":
		e.Log.Info("slack accepts posts again")
	}
}

// Lag returns the age of the oldest slot that is open or due.
func (e *Engine) Lag() time.Duration { return time.Duration(e.lag.Load()) }

// A retryError asks the queue to run the slot again after a while. It is not a failure.
type retryError struct {
	after time.Duration
	why   string
}

func (l *retryError) Error() string { return "again in " + l.after.String() + ": " + l.why }

func isRetry(err error) bool {
	_, ok := errors.AsType[*retryError](err)
	return ok
}

// retryDelay is how long the queue waits before it runs a slot again. For errors of Redis it is fixed.
func retryDelay(_ int, err error, _ *asynq.Task) time.Duration {
	if l, ok := errors.AsType[*retryError](err); ok {
		return l.after
	}
	return 5 * time.Second
}
