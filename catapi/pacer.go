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
	// burst is how many requests of one action may follow a quiet moment at once. API 3.0 takes so many of an account in a second
	// (https://cloud.tencent.com/document/product/1278/109059); the limit of v2 is in no document, and was 300 in its successor.
	burst = 20
)

// A pacer lets the requests of one action begin. Two things hold, as whoever receives the requests counts them: no second sees
// more than a rate that is at least burst, or twice a smaller one; and on average no more than the rate come in a second. So nobody
// waits after a quiet moment. A request comes at some moment between its beginning and its end, so its place is taken until
// a second after its end. Requests begin in the order in which they were to, those of Background after all others.
type pacer struct {
	slots  int           // requests that may come in one second
	period time.Duration // in which so many may begin

	mu         sync.Mutex
	freeSlots  int // places
	running    int
	foreground queue.List // of chan struct{}: who waits to begin, the first first; closed when it may
	background queue.List // likewise, for Background
}

func newPacer(perSecond float64) *pacer {
	const most = 1e6 // beyond which nothing is limited
	rate := min(perSecond, most)
	places := max(1, int(max(rate, min(2*rate, burst))))
	return &pacer{slots: places, freeSlots: places, period: time.Duration(math.Ceil(float64(places) / rate * float64(time.Second)))}
}

// begin waits for a request's turn. After it end has to be called. Its error is that of ctx.
func (p *pacer) acquire(ctx context.Context) error {
	p.mu.Lock()
	line := &p.foreground
	if IsBackground(ctx) {
		line = &p.background
	}
	turn := make(chan struct{})
	waits := line.PushBack(turn)
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
	case <-turn: // it came in the same moment
		p.running--
		p.freeSlots++
	default:
		line.Remove(waits)
	}
	p.startWaiting()
	return ctx.Err()
}

// end notes that a request has ended that was sent at begun; the zero Time is one that was not sent.
func (p *pacer) done(begun time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	if begun.IsZero() {
		p.freeSlots++
	} else {
		time.AfterFunc(max(time.Second, p.period-time.Since(begun)), p.freeSlot)
	}
	p.startWaiting()
}

func (p *pacer) freeSlot() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.freeSlots++
	p.startWaiting()
}

// next lets all begin whose turn it is. Background leaves half of the places to questions that may come.
func (p *pacer) startWaiting() {
	for p.running < inFlight {
		line := &p.foreground
		if line.Len() == 0 && p.freeSlots > p.slots/2 {
			line = &p.background
		}
		if line.Len() == 0 || p.freeSlots == 0 {
			return
		}
		close(line.Remove(line.Front()).(chan struct{}))
		p.running++
		p.freeSlots--
	}
}

type backgroundKey struct{}

// Background returns a context for work that nobody waits for: its requests let those of questions go first.
func Background(ctx context.Context) context.Context {
	return context.WithValue(ctx, backgroundKey{}, true)
}

// IsBackground reports whether ctx is one of Background.
func IsBackground(ctx context.Context) bool { return ctx.Value(backgroundKey{}) != nil }
