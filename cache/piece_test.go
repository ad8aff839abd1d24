package cache

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"catbot/catapi"
)

func TestCancelledCallerDoesNotCancelOthers(t *testing.T) {
	u, _, r := newPair(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	u.do(func(ctx context.Context, _ catapi.Query) error {
		close(asked)
		select {
		case <-answer:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	impatient, giveUp := context.WithCancel(t.Context())
	gone, patient := make(chan error), make(chan error)
	go func() {
		_, err := r.ReturnCodeHistory(impatient, lastHours(8, noon))
		gone <- err
	}()
	<-asked
	go func() {
		_, err := r.ReturnCodeHistory(t.Context(), lastHours(8, noon))
		patient <- err
	}()
	giveUp()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	close(answer)
	if err := <-patient; err != nil {
		t.Errorf("who waited got %v", err)
	}
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestRedisHitTakesNoWaitingPlace(t *testing.T) {
	u, server, other := newPair(t)
	r := newReplica(t, server.URL(), u)
	full := catapi.WithWait(t.Context(), func() (func(), error) { return nil, catapi.ErrBusy })
	other.must(t, lastHours(8, noon))
	h, err := r.ReturnCodeHistory(full, lastHours(8, noon))
	if err != nil || !h.Cached || h.Stale != nil || r.String() != "map[hit:1]" {
		t.Errorf("an answer that another replica has kept is %+v, %v; %s", h, err, r.tally)
	}
	if _, err := r.ReturnCodeHistory(full, lastHours(9, noon)); !errors.Is(err, catapi.ErrBusy) || u.calls.Load() != 1 {
		t.Errorf("a question for the API ended in %v after %d calls", err, u.calls.Load())
	}
}

func TestCancelledCallerDoesNotWaitForRedis(t *testing.T) {
	_, server, r := newPair(t)
	server.Stop()
	gone, giveUp := context.WithCancel(t.Context())
	giveUp()
	if _, err := r.ReturnCodeHistory(gone, lastHours(8, noon)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAbandonedCallIsCached(t *testing.T) {
	u, _, r := newPair(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	u.do(func(ctx context.Context, _ catapi.Query) error {
		close(asked)
		select {
		case <-answer:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	ctx, giveUp := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := r.ReturnCodeHistory(ctx, lastHours(8, noon))
		gone <- err
	}()
	<-asked
	giveUp()
	<-gone
	close(answer)
	r.must(t, lastHours(8, noon))
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestCloseEndsAbandonedCall(t *testing.T) {
	u, _, r := newPair(t)
	asked, ended := make(chan struct{}), make(chan struct{})
	u.do(func(ctx context.Context, _ catapi.Query) error {
		close(asked)
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	})
	ctx, giveUp := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := r.ReturnCodeHistory(ctx, lastHours(8, noon))
		gone <- err
	}()
	<-asked
	giveUp()
	<-gone
	r.Close()
	select {
	case <-ended:
	default:
		t.Error("the call goes on")
	}
}

func TestFetchOnceUsesAnswerThatJustArrived(t *testing.T) {
	u, server, r := newPair(t)
	q := lastHours(8, noon).Normalize()
	r.must(t, q)
	server.Kill()
	// As when the first call landed between this one's look into memory and its own start.
	if f, err := r.fetchOnce(t.Context(), pieceKey(q), q); err != nil || f.outcome != Shared ||
		u.calls.Load() != 1 {
		t.Errorf("got %+v, %v after %d calls upstream", f, err, u.calls.Load())
	}
}

func TestUpstreamPanicIsError(t *testing.T) {
	u, _, r := newPair(t)
	u.do(func(context.Context, catapi.Query) error { panic("index out of range") })
	if _, err := r.ask(t, lastHours(8, noon)); err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("got %v", err)
	}
	if r.logbook.count("piece.go") == 0 {
		t.Error("the log has no stack")
	}
	u.do(nil)
	r.must(t, lastHours(8, noon))
}

func TestCallerAfterTimeoutStartsNewCall(t *testing.T) {
	for _, tc := range []struct {
		name      string
		later     time.Duration
		wantCalls int64
	}{
		{"a question of the same moment shares it", 0, 1},
		{"a later one is asked for itself", 26 * time.Second, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u, _, r := newPair(t)
			joined := make(chan struct{}, 3)
			r.unavailable = func(string) error { // is looked at by who is on a flight
				joined <- struct{}{}
				return nil
			}
			asked, fail := make(chan struct{}, 2), make(chan struct{})
			u.do(func(context.Context, catapi.Query) error {
				asked <- struct{}{}
				if <-fail; u.calls.Load() == 1 {
					return errDown
				}
				return nil
			})
			impatient, giveUp := context.WithCancel(t.Context())
			gone, again := make(chan error), make(chan error)
			ask := func(ctx context.Context, ended chan error) {
				_, err := r.ReturnCodeHistory(ctx, lastHours(8, noon))
				ended <- err
			}
			go ask(impatient, gone)
			<-asked
			<-joined
			giveUp()
			<-gone
			u.clock.set(noon.Add(tc.later))
			go ask(t.Context(), again)
			<-joined
			close(fail)
			err := <-again
			if n := u.calls.Load(); n != tc.wantCalls || (n == 1) != errors.Is(err, errDown) {
				t.Errorf("ended in %v after %d calls", err, n)
			}
		})
	}
}

func TestCallUpstreamKeepsItsOrder(t *testing.T) {
	u, _, r := newPair(t)
	var got catapi.Order
	u.do(func(ctx context.Context, _ catapi.Query) error {
		got = catapi.OrderOf(ctx)
		return nil
	})
	want := catapi.Order{Person: "U1", Background: true}
	if _, err := r.ReturnCodeHistory(catapi.WithOrder(t.Context(), want), lastHours(8, noon)); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestCallOfTheBackgroundIsPromotedWhenAPersonJoins(t *testing.T) {
	u, _, r := newPair(t)
	began := make(chan bool, 1)
	u.do(func(ctx context.Context, _ catapi.Query) error {
		began <- catapi.OrderOf(ctx).Background
		for catapi.OrderOf(ctx).Background && ctx.Err() == nil { // until the person has joined
			runtime.Gosched()
		}
		return ctx.Err()
	})
	var asking sync.WaitGroup
	ask := func(ctx context.Context) {
		asking.Go(func() {
			if _, err := r.ReturnCodeHistory(ctx, lastHours(8, noon)); err != nil {
				t.Error(err)
			}
		})
	}
	ask(catapi.Background(t.Context()))
	if !<-began {
		t.Error("the call does not begin in the background")
	}
	ask(t.Context())
	asking.Wait()
	if n := u.calls.Load(); n != 1 || len(r.promotions.calls) != 0 {
		t.Errorf("%d calls; %d promotions are kept", n, len(r.promotions.calls))
	}
}
