package fakecat

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Always is the number of calls for which a fault stays until Heal.
const Always = -1

// A Fault changes the answer to a call. The call first waits for Latency, then for Hold. The first of Drop, Status,
// Code
// and Truncate that is set decides the answer; only Truncate checks the request. With none of them the call is answered
// as usual.
type Fault struct {
	When func(Call) bool // the calls that it applies to; nil means all

	Latency  time.Duration   // by Options.Sleep
	Hold     <-chan struct{} // until it is closed, the client gives up or the API is closed
	Drop     bool            // the connection ends without an answer
	Status   int             // this HTTP status and a gateway's page of HTML
	Code     int64           // this code of the API
	Message  string          // with Code; empty means a usual one
	Truncate bool            // the right answer, cut off in the middle
}

// Gone is the fault of an API that cannot be reached.
var Gone = Fault{Drop: true}

type plan struct {
	left  int // calls that it still applies to; Always is not counted down
	fault Fault
}

type faults struct {
	mu     sync.Mutex
	queue  []plan
	health Fault
}

// Fail applies f to the next n calls; n may be Always. A call gets the first fault that applies to it.
func (a *API) Fail(n int, f Fault) {
	if n == 0 {
		return
	}
	a.faults.mu.Lock()
	defer a.faults.mu.Unlock()
	a.faults.queue = append(a.faults.queue, plan{n, f})
}

// SetHealth applies f to every call without a fault of Fail. The zero Fault is a healthy API.
func (a *API) SetHealth(f Fault) {
	a.faults.mu.Lock()
	defer a.faults.mu.Unlock()
	a.faults.health = f
}

// Heal removes all faults. Calls that are already delayed stay delayed.
func (a *API) Heal() {
	a.faults.mu.Lock()
	defer a.faults.mu.Unlock()
	a.faults.queue, a.faults.health = nil, Fault{}
}

// next removes and returns the fault for call. The zero Fault changes nothing.
func (f *faults) next(call Call) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.queue {
		p := &f.queue[i]
		if !p.fault.hits(call) {
			continue
		}
		fault := p.fault
		if p.left != Always {
			p.left--
		}
		if p.left == 0 {
			f.queue = slices.Delete(f.queue, i, i+1)
		}
		return fault
	}
	if f.health.hits(call) {
		return f.health
	}
	return Fault{}
}

func (f Fault) hits(call Call) bool { return f.When == nil || f.When(call) }

// wait waits for Latency and Hold of f. It returns false when the call ended before.
func (a *API) wait(ctx context.Context, f Fault) bool {
	if f.Latency > 0 && a.opts.Sleep(ctx, f.Latency) != nil {
		return false
	}
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

// refusal returns the answer with f's code.
func (f Fault) refusal() *refusal {
	return refuse(f.Code, "%s", cmp.Or(f.Message, usualMessages[f.Code], fmt.Sprintf("错误 %d", f.Code)))
}
