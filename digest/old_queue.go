package digest

import (
	"context"
	"fmt"
)

// oldQueue is the queue that all installations on a Redis shared in earlier versions. asynq never deletes a queue or
// its counters.
const (
	oldQueue     = "catbot"
	oldQueueKeys = "asynq:{" + oldQueue + "}:"
	asynqQueues  = "asynq:queues"
)

// dropOldQueue deletes the queue of earlier versions once none of their replicas works on it. If one starts again, it
// enqueues its open slots again.
func (e *Engine) dropOldQueue(ctx context.Context) error {
	servers, err := e.inspector.Servers()
	if err != nil {
		return fmt.Errorf("listing the workers of the old queue: %w", err)
	}
	for _, server := range servers {
		if _, works := server.Queues[oldQueue]; works {
			return nil
		}
	}
	node, err := e.Store.DB.Master(ctx, oldQueueKeys)
	if err != nil {
		return err
	}
	removed := 0
	for cursor := uint64(0); ; {
		keys, next, err := node.Scan(ctx, cursor, oldQueueKeys+"*", scanStep).Result()
		if err == nil && len(keys) > 0 {
			err = node.Del(ctx, keys...).Err()
		}
		if err != nil {
			return fmt.Errorf("deleting the old queue: %w", err)
		}
		removed += len(keys)
		if cursor = next; cursor == 0 {
			break
		}
	}
	if removed == 0 {
		return nil
	}
	e.Log.Info("queue of earlier versions deleted", "queue", oldQueue, "keys", removed)
	return e.Store.DB.SRem(ctx, asynqQueues, oldQueue).Err()
}
