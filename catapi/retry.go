package catapi

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	maxTries    = 4 // of one call, the first included
	backoffBase = 200 * time.Millisecond
	quotaBase   = 2 * time.Second // a used-up quota needs longer to come back than a stumble
	backoffCap  = 5 * time.Second
)

// retry calls try until it succeeds, fails for good, or has no tries or time left, and waits in between:
// exponential backoff with full jitter. It returns at once when ctx would end before the next wait does.
// The error wraps the last one of try and says how many there were.
func (c *Client) retry(ctx context.Context, action string, try func() error) error {
	for n := 1; ; n++ {
		err := try()
		if err == nil {
			return nil
		}
		wait := c.random(ceiling(err, n))
		deadline, limited := ctx.Deadline()
		if n >= tries(err) || ctx.Err() != nil || limited && time.Until(deadline) <= wait {
			return counted(err, n)
		}
		c.log.WarnContext(ctx, "cat api call failed, trying again", "action", action, "try", n, "wait", wait, "error", err)
		if stopped := c.sleep(ctx, wait); stopped != nil {
			return fmt.Errorf("%w: %w", counted(err, n), stopped)
		}
	}
}

// tries returns how often a call is tried that ends in err.
func tries(err error) int {
	if api, ok := errors.AsType[*Error](err); ok {
		return api.tries()
	}
	if transport, ok := errors.AsType[*TransportError](err); ok && transport.Retryable() {
		return maxTries
	}
	return 1
}

// ceiling returns the longest wait after try number n, which ended in err.
func ceiling(err error, n int) time.Duration {
	base := backoffBase
	if api, ok := errors.AsType[*Error](err); ok && api.OverQuota() {
		base = quotaBase
	}
	return min(base<<(n-1), backoffCap)
}

func counted(err error, tries int) error {
	if tries == 1 {
		return err
	}
	return fmt.Errorf("%w (after %d tries)", err, tries)
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
