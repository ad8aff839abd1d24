package digest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

const (
	// sweepBatch bounds the open slots that one sweep checks. The next sweep goes on behind them.
	sweepBatch = 200
	// sweepAfter is the age at which a sweep checks a slot. Most slots are posted by then.
	sweepAfter = 5 * time.Second
)

// newAttempt starts the next attempt, for one replica: KEYS open, slot; ARGV slot key, the attempt that failed.
var newAttempt = redis.NewScript(`
if not redis.call("zscore", KEYS[1], ARGV[1]) then return 0 end
if tonumber(redis.call("hget", KEYS[2], "attempt") or "0") ~= tonumber(ARGV[2]) then return 0 end
return redis.call("hincrby", KEYS[2], "attempt", 1)`)

// sweep enqueues open slots again that no replica works on: a replica died, or the queue lost its task. It finds them
// within seconds, because leases end after leaseTime. asynq's own recovery takes minutes.
func (e *Engine) sweep(ctx context.Context) error {
	now := e.Now()
	open, err := e.Store.DB.ZRangeByScoreWithScores(ctx, e.Store.openKey(), &redis.ZRangeBy{
		Min: "-inf", Max: strconv.FormatInt(now.Unix(), 10), Offset: e.sweepFrom, Count: sweepBatch,
	}).Result()
	if err != nil {
		return fmt.Errorf("listing open slots: %w", err)
	}
	if e.sweepFrom += sweepBatch; len(open) < sweepBatch {
		e.sweepFrom = 0
	}
	var errs []error
	for _, z := range open {
		key, _ := z.Member.(string)
		if at := time.Unix(int64(z.Score), 0); now.Sub(at) >= sweepAfter {
			errs = append(errs, e.requeue(ctx, key, at))
		}
	}
	return errors.Join(errs...)
}

// waitForSweep waits for sweepEvery, and then until a slot is open.
func (e *Engine) waitForSweep(ctx context.Context) {
	for sleep(ctx, sweepEvery) == nil && !e.hasOpen.Load() {
	}
}

// requeue enqueues the next attempt at a slot if no replica holds its lease and the queue does not hold it.
func (e *Engine) requeue(ctx context.Context, key string, at time.Time) error {
	t, ok := parseSlotKey(key, at)
	if !ok {
		return e.Store.DB.ZRem(ctx, e.Store.openKey(), key).Err() // not a slot's key
	}
	held, err := e.Store.DB.Exists(ctx, e.Store.leaseKey(t.digest)).Result()
	if err != nil {
		return fmt.Errorf("checking the lease for %s: %w", key, err)
	}
	if held > 0 {
		return nil
	}
	attempt, err := e.Store.DB.HGet(ctx, e.Store.slotHash(key), "attempt").Int()
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("reading slot %s: %w", key, err)
	}
	if waits, err := e.queued(taskID(key, attempt)); waits || err != nil {
		return err
	}
	n, err := newAttempt.Run(ctx, e.Store.DB, []string{e.Store.openKey(), e.Store.slotHash(key)}, key, attempt).Int()
	if err != nil {
		return fmt.Errorf("starting another attempt at slot %s: %w", key, err)
	}
	if n == 0 {
		return nil // another replica was first
	}
	if n > 1 {
		e.Log.Warn("no replica works on an open slot, enqueued again", "slot", key, "attempt", n)
	}
	return e.enqueue(ctx, key, n, at)
}

// queued reports whether the queue will run the task by itself.
func (e *Engine) queued(id string) (bool, error) {
	info, err := e.inspector.GetTaskInfo(e.Store.queue(), id)
	switch {
	case errors.Is(err, asynq.ErrTaskNotFound), errors.Is(err, asynq.ErrQueueNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("asking the queue for %s: %w", id, err)
	}
	waiting := []asynq.TaskState{asynq.TaskStatePending, asynq.TaskStateScheduled, asynq.TaskStateRetry}
	return slices.Contains(waiting, info.State), nil
}
