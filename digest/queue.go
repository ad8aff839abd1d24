package digest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"catbot/store"
)

// A post leaves as soon as the limiters allow: those of CAT's requests, and turnSpacing between two posts to a channel.
// For the first maxConcurrent posts of a minute the engine adds less than 0.5 s to that:
//   - a tick opens the slots at the full minute, 1,000 of them in about 0.1 s;
//   - asynq takes the first at once where its server was stopped, else within one and a half queuePoll;
//   - a slot whose turn is far away is back from the queue before its turn, see beforeTurn.
//
// Slots beyond maxConcurrent wait until a worker is free, or another replica takes them.
const (
	// queuePoll is how often asynq asks for a task while it has none, on average; it varies by half of that.
	queuePoll = 200 * time.Millisecond
	// queueForward is how often asynq looks for tasks whose time has come.
	queueForward = 500 * time.Millisecond
	// queueClean is how often asynq deletes tasks that ended long ago. It must be less than queueRest, so that it is
	// done each time that the queue runs.
	queueClean = 5 * time.Second
	// queueRest is how long after the last open slot asynq's server is stopped.
	queueRest = 10 * time.Second
)

// runQueue works on the queue while slots are open, until ctx is done. asynq's server asks Redis about 600 times a
// minute even if nothing is queued, so it does not run then.
func (e *Engine) runQueue(ctx context.Context) error {
	var stopping sync.WaitGroup
	defer stopping.Wait()
	for e.waitForWork(ctx) {
		server := e.newQueueServer(ctx)
		if err := server.Start(asynq.HandlerFunc(e.handle)); err != nil {
			return fmt.Errorf("starting the digest queue: %w", err)
		}
		e.waitForRest(ctx)
		stopping.Go(server.Shutdown) // it may wait for running work, for which the next slots must not wait
	}
	return nil
}

// waitForWork waits until there are slots to work on. It reports false when ctx is done.
func (e *Engine) waitForWork(ctx context.Context) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case busy := <-e.busy:
			if busy {
				return ctx.Err() == nil
			}
		}
	}
}

// waitForRest waits until no slot has been open for queueRest, or until ctx is done. It goes on waiting while Redis does
// not answer.
func (e *Engine) waitForRest(ctx context.Context) {
	lastBusy := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case busy := <-e.busy:
			if now := time.Now(); busy {
				lastBusy = now
			} else if now.Sub(lastBusy) >= queueRest {
				return
			}
		}
	}
}

// noteBusy tells runQueue whether there are slots to work on. It replaces what runQueue has not read yet.
func (e *Engine) noteBusy(busy bool) {
	select {
	case <-e.busy:
	default:
	}
	e.busy <- busy
}

func (e *Engine) newQueueServer(ctx context.Context) *asynq.Server {
	return asynq.NewServerFromRedisClient(e.Store.DB, asynq.Config{
		Concurrency:              maxConcurrent,
		Queues:                   map[string]int{e.Store.queue(): 1},
		BaseContext:              func() context.Context { return context.WithoutCancel(ctx) },
		IsFailure:                func(err error) bool { return !isRetry(err) },
		RetryDelayFunc:           retryDelay,
		TaskCheckInterval:        queuePoll,
		DelayedTaskCheckInterval: queueForward,
		JanitorInterval:          queueClean,
		ShutdownTimeout:          stopTime,
		Logger:                   queueLog{e.Log},
		LogLevel:                 asynq.WarnLevel,
	})
}

func (e *Engine) handle(ctx context.Context, task *asynq.Task) error {
	return e.work(ctx, string(task.Payload()))
}

// enqueue puts an attempt at an open slot into the queue, which accepts each once and runs it at readyAt.
func (e *Engine) enqueue(ctx context.Context, key string, attempt int, readyAt time.Time) error {
	_, err := e.queue.EnqueueContext(ctx, asynq.NewTask(taskType, []byte(key)),
		asynq.TaskID(taskID(key, attempt)), asynq.Queue(e.Store.queue()), asynq.Timeout(slotTime),
		asynq.ProcessIn(readyAt.Sub(e.Now())),
		// Longer than a replica may lag behind: when the id is free again the slot could be enqueued twice.
		asynq.Retention(2*max(e.CatchUp, time.Hour)))
	if err != nil && !errors.Is(err, asynq.ErrTaskIDConflict) {
		return fmt.Errorf("enqueueing slot %s: %w", key, err)
	}
	return nil
}

// taskID is the queue's id of an attempt at a slot.
func taskID(key string, attempt int) string {
	if attempt <= 1 {
		return key
	}
	return fmt.Sprintf("%s#%d", key, attempt)
}

// A queueLog writes asynq's log lines. Those about an unreachable Redis come each second and are debug lines here,
// because the store logs that once.
type queueLog struct{ log *slog.Logger }

func (l queueLog) Debug(args ...any) { l.log.Debug("queue: " + fmt.Sprint(args...)) }
func (l queueLog) Info(args ...any)  { l.log.Debug("queue: " + fmt.Sprint(args...)) }
func (l queueLog) Warn(args ...any)  { l.write(slog.LevelWarn, fmt.Sprint(args...)) }
func (l queueLog) Error(args ...any) { l.write(slog.LevelWarn, fmt.Sprint(args...)) }
func (l queueLog) Fatal(args ...any) { l.write(slog.LevelError, fmt.Sprint(args...)) }

// write lowers the level of lines about an unreachable Redis, which can be told by their text alone, and about the
// channel of cancelations, which catbot does not use.
func (l queueLog) write(level slog.Level, line string) {
	if strings.Contains(line, store.ErrUnavailable.Error()) || strings.Contains(line, "cancelation channel") {
		level = slog.LevelDebug
	}
	l.log.Log(context.Background(), level, "queue: "+line)
}
