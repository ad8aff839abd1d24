package digest

import (
	"context"
	"fmt"
)

// oldQueue is the queue that all installations on a Redis had in common until spaces came. asynq keeps what is in it, and its
// counters, for ever.
const (
	oldQueue     = "catbot"
	oldQueueKeys = "asynq:{" + oldQueue + "}:"
	asynqQueues  = "asynq:queues"
)

// dropOldQueue removes the queue of earlier versions once none of them works on it. Should one come back, it hands out its open
// slots again by itself.
func (e *Engine) dropOldQueue(ctx context.Context) error {
	servers, err := e.inspector.Servers()
	if err != nil {
		return fmt.Errorf("asking who works on the queue of earlier versions: %w", err)
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
			return fmt.Errorf("removing the queue of earlier versions: %w", err)
		}
		removed += len(keys)
		if cursor = next; cursor == 0 {
			break
		}
	}
	if removed == 0 {
		return nil
	}
	e.Log.Info("the queue of earlier versions was removed", "queue", oldQueue, "keys", removed)
	return e.Store.DB.SRem(ctx, asynqQueues, oldQueue).Err()
}
