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
	quotaBase   = 2 * time.Second // in place of backoffBase after a used-up quota
	backoffCap  = 5 * time.Second
)

// retry calls try until it succeeds, returns an error that is not retryable, or has no tries or time left.
// In between it waits: exponential backoff with full jitter. It returns at once if ctx would end during the wait.
// The error wraps the last one and has the number of tries, without those that sent nothing.
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
		c.log.WarnContext(ctx, "cat api call failed, trying again",
			"action", action, "try", n, "wait", wait, "error", err)
		if stopped := c.sleep(ctx, wait); stopped != nil {
			return fmt.Errorf("%w: %w", withTries(err, n), stopped)
		}
	}
}

// unsent reports whether err happened before anything was sent.
func unsent(err error) bool {
	_, away := errors.AsType[*UnavailableError](err)
	transport, ok := errors.AsType[*TransportError](err)
	return away || ok && transport.Queued()
}

// tries returns how many times a call that fails with err is tried.
func tries(err error) int {
	if api, ok := errors.AsType[*Error](err); ok {
		return api.tries()
	}
	if transport, ok := errors.AsType[*TransportError](err); ok && transport.Retryable() {
		return maxTries
	}
	return 1
}

// maxWait returns the longest wait after try number n, which failed with err.
func maxWait(err error, n int) time.Duration {
	base := backoffBase
	if api, ok := errors.AsType[*Error](err); ok && api.OverQuota() {
		base = quotaBase
	}
	return min(base<<(n-1), backoffCap)
}

// A triedError is the error of the last of several tries.
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

// Tries returns the number of requests of the call that failed with err, and 0 if it is unknown.
func Tries(err error) int {
	if tried, ok := errors.AsType[*triedError](err); ok {
		return tried.tries
	}
	_, isAPIError := errors.AsType[*Error](err)
	_, isTransportError := errors.AsType[*TransportError](err)
	if (isAPIError || isTransportError) && !unsent(err) {
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
