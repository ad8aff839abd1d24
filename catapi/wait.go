package catapi

import (
	"context"
	"errors"
)

// ErrBusy is the error of a question that found too many others waiting for the API.
var ErrBusy = errors.New("too many questions wait for the api")

type waitKey struct{}

type beginWait func() (end func(), err error)

// WithWait lets begin be called when work under the returned context begins to wait for an answer of the API's, for its own or for
// somebody else's, and end when that wait is over. After an error the work does not wait, and fails with it. One piece
// of work may wait for several answers at once.
func WithWait(ctx context.Context, begin func() (end func(), err error)) context.Context {
	return context.WithValue(ctx, waitKey{}, beginWait(begin))
}

// BeginWait tells whoever has set WithWait; who waits calls it, and end after.
func BeginWait(ctx context.Context) (end func(), err error) {
	if begin, ok := ctx.Value(waitKey{}).(beginWait); ok {
		return begin()
	}
	return func() {}, nil
}
