package catapi

import (
	queue "container/list"
	"context"
	"math"
	"sync"
	"time"
)

const (
	// inFlight bounds the requests of one action that run at once.
	inFlight = 20
	// burst is how many requests of one action may be sent at once after a pause. It is the limit of API 3.0 per
	// account and second (https://cloud.tencent.com/document/product/1278/109059). No document has the limit of v2.
	burst = 20
)

// A pacer limits the rate of one action's requests, as the server counts them. On average at most rate requests arrive
// per second. No second has more than max(rate, min(2*rate, burst)), so the first requests after a pause don't wait.
// A request arrives between its start and its end, so it occupies a slot until a second after its end.
// Requests start in order; those of Background start after all others.
type pacer struct {
	slots  int           // requests that may arrive in one second
	period time.Duration // in which this many requests may start

	mu         sync.Mutex
	freeSlots  int
	running    int
	foreground queue.List // of chan struct{}, one per waiting request, in order; closed when it may start
	background queue.List // the same for requests of Background
}

func newPacer(perSecond float64) *pacer {
	const most = 1e6 // beyond which nothing is limited
	rate := min(perSecond, most)
	slots := max(1, int(max(rate, min(2*rate, burst))))
	return &pacer{
		slots:     slots,
		freeSlots: slots,
		period:    time.Duration(math.Ceil(float64(slots) / rate * float64(time.Second))),
	}
}

// acquire waits until a request may start. The caller must call done after it. Its error is that of ctx.
func (p *pacer) acquire(ctx context.Context) error {
	p.mu.Lock()
	waiting := &p.foreground
	if IsBackground(ctx) {
		waiting = &p.background
	}
	turn := make(chan struct{})
	element := waiting.PushBack(turn)
	p.startWaiting()
	p.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-turn: // both were ready
		p.running--
		p.freeSlots++
	default:
		waiting.Remove(element)
	}
	p.startWaiting()
	return ctx.Err()
}

// done records the end of a request that was sent at sent. The zero Time means that it was not sent.
func (p *pacer) done(sent time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	if sent.IsZero() {
		p.freeSlots++
	} else {
		time.AfterFunc(max(time.Second, p.period-time.Since(sent)), p.freeSlot)
	}
	p.startWaiting()
}

func (p *pacer) freeSlot() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.freeSlots++
	p.startWaiting()
}

// startWaiting starts the waiting requests for which there are slots. Those of Background leave half of the slots free.
func (p *pacer) startWaiting() {
	for p.running < inFlight {
		waiting := &p.foreground
		if waiting.Len() == 0 && p.freeSlots > p.slots/2 {
			waiting = &p.background
		}
		if waiting.Len() == 0 || p.freeSlots == 0 {
			return
		}
		close(waiting.Remove(waiting.Front()).(chan struct{}))
		p.running++
		p.freeSlots--
	}
}

type backgroundKey struct{}

// Background returns a context for work that no person waits for: its requests start after all others.
func Background(ctx context.Context) context.Context {
	return context.WithValue(ctx, backgroundKey{}, true)
}

// IsBackground reports whether ctx is one of Background.
func IsBackground(ctx context.Context) bool { return ctx.Value(backgroundKey{}) != nil }
