package bot_test

import (
	"context"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/demo/fakeslack"
)

func TestFullQueueGetsBusyMessage(t *testing.T) {
	gate := make(chan struct{})
	r := connect(t, setup{workers: 1, source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		select {
		case <-gate:
		case <-ctx.Done():
		}
		return example(ctx, q)
	}})
	const capacity = 1 + 1000 // one works, 1,000 wait
	invocations := make([]*fakeslack.Invocation, capacity+5)
	for n := range invocations {
		invocations[n] = r.types(t, "codes 126531 jiangxi")
	}
	for n, i := range invocations {
		select {
		case <-i.Acked():
		case <-time.After(patience):
			t.Fatalf("command %d is not acked", n)
		}
	}
	for n, i := range invocations[capacity:] {
		if m := r.reads(t, i, "busy"); m.To != fakeslack.Alice {
			t.Errorf("command %d: it is for %q", capacity+n, m.To)
		}
	}
	close(gate)
	for _, i := range invocations[:capacity] {
		r.reads(t, i, "Ping超时")
	}
}

func TestShutdownDrainsAcceptedCommands(t *testing.T) {
	gate, started := make(chan struct{}), make(chan struct{}, 10)
	r := connect(t, setup{workers: 4, source: func(ctx context.Context, q catapi.Query) (catapi.History, error) {
		started <- struct{}{}
		<-gate
		return example(ctx, q)
	}})
	var invocations []*fakeslack.Invocation
	for range 10 {
		i := r.types(t, "codes 126531 jiangxi")
		<-i.Acked()
		invocations = append(invocations, i)
	}
	for range 4 {
		<-started
	}
	r.stop()
	r.until(t, func(s fakeslack.Stats) bool { return s.Open == 0 }) // it takes no more
	close(gate)
	if err := <-r.ended; err != nil {
		t.Errorf("it ends with %v", err)
	}
	r.ended <- nil
	for _, i := range invocations {
		r.reads(t, i, "Ping超时")
	}
}
