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
// The error wraps the last one of try and says how many there were. A try that was not made is none.
func (c *Client) retry(ctx context.Context, action string, try func() error) error {
	var last error
	for n := 1; ; n++ {
		err := try()
		if err == nil {
			return nil
		}
		if n > 1 && unsent(err) {
			return withTries(last, n-1)
		}
		last = err
		wait := c.random(maxWait(err, n))
		deadline, limited := ctx.Deadline()
		if n >= tries(err) || ctx.Err() != nil || limited && time.Until(deadline) <= wait {
			return withTries(err, n)
		}
		c.log.WarnContext(ctx, "cat api call failed, trying again", "action", action, "try", n, "wait", wait, "error", err)
		if stopped := c.sleep(ctx, wait); stopped != nil {
			return fmt.Errorf("%w: %w", withTries(err, n), stopped)
		}
	}
}

// unsent reports whether err came before anything was sent.
func unsent(err error) bool {
	_, away := errors.AsType[*UnavailableError](err)
	transport, ok := errors.AsType[*TransportError](err)
	return away || ok && transport.Queued()
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
func maxWait(err error, n int) time.Duration {
	base := backoffBase
	if api, ok := errors.AsType[*Error](err); ok && api.OverQuota() {
		base = quotaBase
	}
	return min(base<<(n-1), backoffCap)
}

// A triedError is the last of several tries.
type triedError struct {
	error
	tries int
}

func (e *triedError) Error() string { return fmt.Sprintf("%v (after %d tries)", e.error, e.tries) }

func (e *triedError) Unwrap() error { return e.error }

func withTries(err error, tries int) error {
	if tries == 1 {
		return err
	}
	return &triedError{err, tries}
}

// Tries returns how often the API was asked in the call that ended in err, and 0 where that is not known.
func Tries(err error) int {
	if tried, ok := errors.AsType[*triedError](err); ok {
		return tried.tries
	}
	_, judged := errors.AsType[*Error](err)
	_, lost := errors.AsType[*TransportError](err)
	if (judged || lost) && !unsent(err) {
		return 1
	}
	return 0
}

func sleepContext(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
