package catapi

import (
	"context"
	"errors"
)

// ErrBusy is the error of a query if too many others wait for the API.
var ErrBusy = errors.New("too many questions wait for the api")

type waitKey struct{}

type beginWait func() (end func(), err error)

// WithWait returns a context for work that calls begin when it starts to wait for the API, and end when the wait is
// over. If begin returns an error, the work fails with it. Work may wait several times at once.
func WithWait(ctx context.Context, begin func() (end func(), err error)) context.Context {
	return context.WithValue(ctx, waitKey{}, beginWait(begin))
}

// BeginWait calls begin of WithWait. Work calls it before it waits for the API, and end after.
func BeginWait(ctx context.Context) (end func(), err error) {
	if begin, ok := ctx.Value(waitKey{}).(beginWait); ok {
		return begin()
	}
	return func() {}, nil
}
