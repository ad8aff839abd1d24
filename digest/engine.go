package digest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
	"catbot/store"
)

// A Config is what an Engine is made of. All fields are needed.
type Config struct {
	Store   *Store
	Channel Channel
	// Answer runs a command as if it were at.
	Answer func(ctx context.Context, c commands.Codes, at time.Time) report.Answer
	// CatchUp is how old a slot may be that is made up for after all replicas were down.
	CatchUp time.Duration
	// Settle is how long after its slot a condition is judged, for the window of its slot: results of probes arrive late.
	Settle time.Duration
	// Observe counts what happens to slots, by the names of the events.
	Observe func(event string, n int)
	Log     *slog.Logger
	Now     func() time.Time
}

// Events that are observed.
const (
	EventDue     = "due"
	EventPosted  = "posted"
	EventLate    = "late"
	EventSkipped = "skipped"
	EventRetried = "retried"
	EventPaused  = "paused"
	EventFailed  = "failed"
	EventRefused = "barred" // tries to which Slack said that it takes nothing of catbot's
)

// An Engine finds out what is due and works it off, together with those of other replicas. Run it once.
type Engine struct {
	Config
	queue        *asynq.Client
	inspector    *asynq.Inspector
	ticked       atomic.Int64 // unix nanoseconds at which a tick last found and opened all that was due
	lag          atomic.Int64 // nanoseconds, of the oldest slot that is open or due
	slackRefusal atomic.Pointer[slackRefusal]
	history      historyCache
	// visibleSince is when migrate first saw a digest whose channel the bot is no member of, by id. migrateLoop
	// alone uses it.
	visibleSince map[string]time.Time
	sweepFrom    int64                            // rank of the first open slot that the next sweep checks; sweep alone uses it
	spacing      time.Duration                    // turnSpacing, but in tests
	machine      func() time.Time                 // the machine's clock, which Now may differ from in a demo; a test has its own
	skewed       atomic.Int64                     // nanoseconds by which the machine's clock was last ahead of Redis's
	redisState   func(context.Context) redisState // Store's; a test has its own
}

const (
	taskType = "digest:slot"

	tickEvery  = time.Second
	sweepEvery = 2 * tickEvery
	// stepTime bounds one step with Redis: a tick, a sweep, a lease, a note.
	stepTime = 10 * time.Second
	// slotTime bounds the work on one slot from its beginning to its end, waiting for its turn included.
	slotTime = 2 * time.Minute
	// stopTime is how long slots under way have when the process ends; then they go back to the queue.
	stopTime = 25 * time.Second
	// maxConcurrent bounds the slots that one process works on. They mostly wait: for CAT, for Slack.
	maxConcurrent = 32
	// minCatchUp is what finding a slot, a busy queue and a channel's turns may take when all is well.
	minCatchUp = time.Minute
	// unhealthyAfter is how long no tick may have succeeded before the engine calls itself unwell.
	unhealthyAfter = 30 * time.Second
)

// New makes an engine that does not run yet.
func New(c Config) *Engine {
	c.CatchUp = max(c.CatchUp, minCatchUp)
	e := &Engine{Config: c, queue: asynq.NewClientFromRedisClient(c.Store.DB), inspector: asynq.NewInspectorFromRedisClient(c.Store.DB)}
	e.visibleSince = map[string]time.Time{}
	e.spacing = turnSpacing
	e.machine = time.Now
	e.redisState = c.Store.redisState
	e.ticked.Store(c.Now().UnixNano())
	return e
}

// Run works until ctx is done; then it finishes what is under way, and what takes too long goes back to the queue.
func (e *Engine) Run(ctx context.Context) error {
	server := asynq.NewServerFromRedisClient(e.Store.DB, asynq.Config{
		Concurrency:              maxConcurrent,
		Queues:                   map[string]int{e.Store.queue(): 1},
		BaseContext:              func() context.Context { return context.WithoutCancel(ctx) },
		IsFailure:                func(err error) bool { return !isRetry(err) },
		RetryDelayFunc:           retryDelay,
		DelayedTaskCheckInterval: tickEvery,
		ShutdownTimeout:          stopTime,
		Logger:                   queueLog{e.Log},
		LogLevel:                 asynq.WarnLevel,
	})
	if err := server.Start(asynq.HandlerFunc(e.handle)); err != nil {
		return fmt.Errorf("starting the queue of digests: %w", err)
	}
	defer server.Shutdown()
	var loops sync.WaitGroup
	loops.Go(func() { e.migrateLoop(ctx) })
	loops.Go(func() { e.loop(ctx, tickEvery, "finding what is due", e.tick) })
	loops.Go(func() { e.loop(ctx, sweepEvery, "looking after open slots", e.sweep) })
	loops.Wait()
	return nil
}

// every does step at once and then each period, until ctx is done. Trouble is logged when it begins and when it ends; of a
// Redis that is away the cache tells.
func (e *Engine) loop(ctx context.Context, period time.Duration, what string, step func(context.Context) error) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for well := true; ; {
		bounded, cancel := context.WithTimeout(ctx, stepTime)
		err := recovering(bounded, step)
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, store.ErrUnavailable):
		case err != nil && well:
			e.Log.Warn("digests have trouble", "doing", what, "error", err)
			well = false
		case err == nil && !well:
			e.Log.Info("digests are well again", "doing", what)
			well = true
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// safely does step, whose panic is an error.
func recovering(ctx context.Context, step func(context.Context) error) (err error) {
	defer catapi.Recover(&err)
	return step(ctx)
}

// openRun: KEYS open, slot, digest; ARGV slot key, now, who.
var openRun = redis.NewScript(`
if redis.call("exists", KEYS[3]) == 0 then return 0 end
if redis.call("zadd", KEYS[1], "NX", ARGV[2], ARGV[1]) == 1 then redis.call("hset", KEYS[2], "attempt", 1, "by", ARGV[3]) end
return 1`)

// RunNow posts d's answer now because somebody asks for it; its schedule and its condition know nothing of that.
// The same nonce is the same post.
func (e *Engine) RunNow(ctx context.Context, d Digest, by, nonce string) error {
	key := runKey(d.ID, nonce)
	err := e.Store.change(ctx, openRun, []string{e.Store.openKey(), e.Store.slotHash(key), e.Store.digestKey(d.ID)}, key, e.Now().Unix(), by)
	if err != nil {
		return err
	}
	return e.enqueue(ctx, key, 1, e.Now())
}

// Well reports whether what is due was found and opened lately.
func (e *Engine) Healthy() bool {
	return e.Now().Sub(time.Unix(0, e.ticked.Load())) < unhealthyAfter
}

// A bar is what Slack said when it last took nothing of catbot's.
type slackRefusal struct {
	reason string
	at     time.Time
}

// slackRefusalFor is how long a bar is believed in without being met again: longer than the pause between two tries.
const slackRefusalFor = 2 * time.Minute

// Barred is Slack's word for why it takes no posts of catbot's at all, as far as digests have met with it lately; "" when it takes them.
func (e *Engine) SlackRefusal() string {
	if b := e.slackRefusal.Load(); b != nil && e.Now().Sub(b.at) < slackRefusalFor {
		return b.reason
	}
	return ""
}

// meet notes whether Slack takes posts of catbot's: reason is "" when it took one.
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
		e.Log.Error("slack takes no posts of catbot's; digests wait as long as their catch-up lets them", "reason", reason)
	case before != "" && reason == "":
		e.Log.Info("slack takes catbot's posts again")
	}
}

// Lag is how long ago the oldest slot was due that nobody has finished, or not even opened.
func (e *Engine) Lag() time.Duration { return time.Duration(e.lag.Load()) }

func (e *Engine) handle(ctx context.Context, task *asynq.Task) error {
	return e.work(ctx, string(task.Payload()))
}

// enqueue hands an attempt at an open slot to the queue, which takes each once and hands it out when the slot is readyAt.
func (e *Engine) enqueue(ctx context.Context, key string, attempt int, readyAt time.Time) error {
	_, err := e.queue.EnqueueContext(ctx, asynq.NewTask(taskType, []byte(key)),
		asynq.TaskID(taskID(key, attempt)), asynq.Queue(e.Store.queue()), asynq.Timeout(slotTime), asynq.ProcessIn(readyAt.Sub(e.Now())),
		// Longer than any replica may lag behind, or the id would be free again and the slot enqueued twice.
		asynq.Retention(2*max(e.CatchUp, time.Hour)))
	if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
		return fmt.Errorf("enqueueing slot %s: %w", key, err)
	}
	return nil
}

// taskID is the queue's name for an attempt at a slot.
func taskID(key string, attempt int) string {
	if attempt <= 1 {
		return key
	}
	return fmt.Sprintf("%s#%d", key, attempt)
}

// A later is no failure: the slot is to be worked on again after a while.
type retryError struct {
	after time.Duration
	why   string
}

func (l *retryError) Error() string { return "again in " + l.after.String() + ": " + l.why }

func isRetry(err error) bool {
	_, ok := errors.AsType[*retryError](err)
	return ok
}

// retryDelay is how long the queue keeps a slot back. Trouble with Redis itself is tried again at a fixed pace: it passes or does not.
func retryDelay(_ int, err error, _ *asynq.Task) time.Duration {
	if l, ok := errors.AsType[*retryError](err); ok {
		return l.after
	}
	return 5 * time.Second
}

// queueLog takes what asynq has to say. It says a line a second while Redis is away, of which the cache tells once.
type queueLog struct{ log *slog.Logger }

func (l queueLog) Debug(args ...any) { l.log.Debug("queue: " + fmt.Sprint(args...)) }
func (l queueLog) Info(args ...any)  { l.log.Debug("queue: " + fmt.Sprint(args...)) }
func (l queueLog) Warn(args ...any)  { l.trouble(slog.LevelWarn, fmt.Sprint(args...)) }
func (l queueLog) Error(args ...any) { l.trouble(slog.LevelWarn, fmt.Sprint(args...)) }
func (l queueLog) Fatal(args ...any) { l.trouble(slog.LevelError, fmt.Sprint(args...)) }

// trouble takes a line that asynq has made of an error, which is known by its text alone. Nothing comes on the channel of
// cancelations, for catbot sends none.
func (l queueLog) trouble(level slog.Level, line string) {
	if strings.Contains(line, store.ErrUnavailable.Error()) || strings.Contains(line, "cancelation channel") {
		level = slog.LevelDebug
	}
	l.log.Log(context.Background(), level, "queue: "+line)
}
