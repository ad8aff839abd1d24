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
	// sweepBatch bounds the open slots that one sweep looks at, the oldest.
	sweepBatch = 200
	// sweepAfter is how old a slot is before a sweep looks at it: mostly it is posted by then.
	sweepAfter = 5 * time.Second
)

// newAttempt lets one replica begin the next attempt: KEYS open, slot; ARGV slot key, the attempt that came to nothing.
var newAttempt = redis.NewScript(`
if not redis.call("zscore", KEYS[1], ARGV[1]) then return 0 end
if tonumber(redis.call("hget", KEYS[2], "attempt") or "0") ~= tonumber(ARGV[2]) then return 0 end
return redis.call("hincrby", KEYS[2], "attempt", 1)`)

// sweep hands out again what is open with nobody at it: its replica died, or the queue lost it. Leases end within leaseTime, so that
// takes seconds; asynq by itself would take minutes, and for ever where its lease is lost.
func (e *Engine) sweep(ctx context.Context) error {
	now := e.Now()
	open, err := e.Store.DB.ZRangeByScoreWithScores(ctx, e.Store.openKey(), &redis.ZRangeBy{
		Min: "-inf", Max: strconv.FormatInt(now.Unix(), 10), Count: sweepBatch,
	}).Result()
	if err != nil {
		return fmt.Errorf("asking redis for open slots: %w", err)
	}
	due, err := e.Store.DB.ZRangeWithScores(ctx, e.Store.dueKey(), 0, 0).Result()
	if err != nil {
		return fmt.Errorf("asking redis what is due first: %w", err)
	}
	e.noteLag(now, slices.Concat(open[:min(1, len(open))], due)...)
	var errs []error
	for _, z := range open {
		key, _ := z.Member.(string)
		if at := time.Unix(int64(z.Score), 0); now.Sub(at) >= sweepAfter {
			errs = append(errs, e.requeue(ctx, key, at))
		}
	}
	return errors.Join(errs...)
}

// noteLag notes the age of the oldest of slots.
func (e *Engine) noteLag(now time.Time, slots ...redis.Z) {
	var lag time.Duration
	for _, z := range slots {
		lag = max(lag, now.Sub(time.Unix(int64(z.Score), 0)))
	}
	e.lag.Store(int64(lag))
}

// revive begins the next attempt at a slot when nobody is at it and the queue does not hold it either.
func (e *Engine) requeue(ctx context.Context, key string, at time.Time) error {
	t, ok := parseSlotKey(key, at)
	if !ok {
		return e.Store.DB.ZRem(ctx, e.Store.openKey(), key).Err() // nothing of ours
	}
	held, err := e.Store.DB.Exists(ctx, e.Store.leaseKey(t.digest)).Result()
	if err != nil {
		return fmt.Errorf("looking at the lease for %s: %w", key, err)
	}
	if held > 0 {
		return nil
	}
	attempt, err := e.Store.DB.HGet(ctx, e.Store.slotHash(key), "attempt").Int()
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("looking at slot %s: %w", key, err)
	}
	if waits, err := e.queued(taskID(key, attempt)); waits || err != nil {
		return err
	}
	n, err := newAttempt.Run(ctx, e.Store.DB, []string{e.Store.openKey(), e.Store.slotHash(key)}, key, attempt).Int()
	if err != nil {
		return fmt.Errorf("beginning another attempt at slot %s: %w", key, err)
	}
	if n == 0 {
		return nil // another replica was first
	}
	if n > 1 {
		e.Log.Warn("a slot had nobody at it and is handed out again", "slot", key, "attempt", n)
	}
	return e.enqueue(ctx, key, n, at)
}

// queued reports whether the queue will hand the task out by itself.
func (e *Engine) queued(id string) (bool, error) {
	info, err := e.inspector.GetTaskInfo(e.Store.queue(), id)
	switch {
	case errors.Is(err, asynq.ErrTaskNotFound), errors.Is(err, asynq.ErrQueueNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("asking the queue for %s: %w", id, err)
	}
	return info.State == asynq.TaskStatePending || info.State == asynq.TaskStateScheduled || info.State == asynq.TaskStateRetry, nil
}
