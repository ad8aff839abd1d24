package digest

import (
	"context"
	"errors"
	"fmt"

	"github.com/hibiken/asynq"

	"catbot/store"
)

// Check tests whether the queue works on a Redis, and leaves nothing behind. asynq's scripts use keys that they do
// not declare. Some managed clusters with a strict proxy refuse that (asynq issues 442, 724 and 951).
func Check(ctx context.Context, db *store.DB, nonce string) error {
	queueForCheck := "catbot-check:" + nonce
	queue, inspector := asynq.NewClientFromRedisClient(db), asynq.NewInspectorFromRedisClient(db)
	task := asynq.NewTask("check", nil)
	if _, err := queue.EnqueueContext(ctx, task, asynq.Queue(queueForCheck), asynq.TaskID(nonce)); err != nil {
		return fmt.Errorf("enqueueing a task: %w", err)
	}
	_, err := inspector.GetTaskInfo(queueForCheck, nonce)
	if err = errors.Join(err, inspector.DeleteTask(queueForCheck, nonce)); err != nil {
		return fmt.Errorf("reading a task: %w", err)
	}
	if err := inspector.DeleteQueue(queueForCheck, true); err != nil && !errors.Is(err, asynq.ErrQueueNotFound) {
		return fmt.Errorf("deleting the test queue: %w", err)
	}
	return nil
}
