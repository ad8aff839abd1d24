package catapi

import (
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
// Requests start in the order of turns; those of Background start after all others.
type pacer struct {
	slots  int           // requests that may arrive in one second
	period time.Duration // in which this many requests may start

	mu         sync.Mutex
	freeSlots  int
	running    int
	took       time.Duration // how long the last requests took, averaged; 0 before the first
	foreground turns
	background turns // requests of Background
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
	order, turn := OrderOf(ctx), make(chan struct{})
	waiting, promoted := &p.foreground, (<-chan struct{})(nil)
	if order.Background {
		waiting, promoted = &p.background, promotionOf(ctx)
	}
	p.wait(waiting, order.Person, turn)
	for {
		select {
		case <-turn:
			return nil
		case <-promoted:
			promoted = nil
			if p.leave(waiting, order.Person, turn) {
				waiting = &p.foreground
				p.wait(waiting, order.Person, turn)
			}
		case <-ctx.Done():
			if !p.leave(waiting, order.Person, turn) {
				p.done(time.Time{}) // both were ready
			}
			return ctx.Err()
		}
	}
}

// wait lets a request wait for its turn.
func (p *pacer) wait(in *turns, person string, turn chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	in.add(person, turn)
	p.startWaiting()
}

// leave takes a request out of those that wait. It reports false when its turn has come.
func (p *pacer) leave(in *turns, person string, turn chan struct{}) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-turn:
		return false
	default:
		in.remove(person, turn)
		p.startWaiting()
		return true
	}
}

// done records the end of a request that was sent at sent. The zero Time means that it was not sent.
func (p *pacer) done(sent time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	if sent.IsZero() {
		p.freeSlots++
	} else {
		took := time.Since(sent)
		if p.took == 0 {
			p.took = took
		}
		p.took += (took - p.took) / 4
		time.AfterFunc(max(time.Second, p.period-took), p.freeSlot)
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
		if waiting.empty() && p.freeSlots > p.slots/2 {
			waiting = &p.background
		}
		if waiting.empty() || p.freeSlots == 0 {
			return
		}
		waiting.start()
		p.running++
		p.freeSlots--
	}
}

// atOnce returns how many requests must run at once to use the whole rate, and a quarter more, because some take longer.
func (p *pacer) atOnce() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	cycle := max(p.period, p.took+time.Second) // of a slot
	return int(math.Round(1.25 * float64(p.slots) * p.took.Seconds() / cycle.Seconds()))
}

// room returns how many requests of Background would start now.
func (p *pacer) room() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.foreground.empty() || !p.background.empty() {
		return 0
	}
	return max(0, min(inFlight-p.running, p.freeSlots-p.slots/2))
}
