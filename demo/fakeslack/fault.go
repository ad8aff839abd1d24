package fakeslack

import (
	"math"
	"strconv"
	"sync"
	"time"
)

// ResponseURL is the name under which posts to any response_url are counted, recorded and failed.
const ResponseURL = "response_url"

// Always is the number of requests for which a fault stays until Heal.
const Always = -1

// A Fault is what becomes of a request. Of Drop, RetryAfter, Status and Error the first that is set decides
// the answer; with none of them the request is answered as usual, after Hold.
type Fault struct {
	Drop       bool          // the connection ends without an answer
	RetryAfter time.Duration // status 429 with this many whole seconds, rounded up, in Retry-After
	Status     int           // this HTTP status, with a page of HTML unless Error is set too
	Error      string        // Slack's ok:false with this error; of a response_url a refusal with it

	// Hold keeps the request until the channel is closed or the workspace closes. It is not let go when the
	// client gives up: a client that has stopped waiting does not know what became of its request.
	Hold <-chan struct{}

	// Applied lets the request take effect before it is held and its answer spoiled, as when an answer is
	// lost on its way back.
	Applied bool
}

type plan struct {
	left  int // requests that it still hits; Always counts nothing down
	fault Fault
}

// faults are the planned faults by method, those planned first hit first.
type faults struct {
	mu    sync.Mutex
	plans map[string][]plan
}

func newFaults() *faults { return &faults{plans: map[string][]plan{}} }

// Fail makes the next n requests of a method, or of ResponseURL, meet with f; n may be Always.
// Faults of one method queue up.
func (w *Workspace) Fail(method string, n int, f Fault) {
	if n == 0 {
		return
	}
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	w.faults.plans[method] = append(w.faults.plans[method], plan{n, f})
}

// Heal forgets the faults planned for a method.
func (w *Workspace) Heal(method string) {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	delete(w.faults.plans, method)
}

// next takes the fault of the next request of a method; the zero Fault is none.
func (f *faults) next(method string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	queue := f.plans[method]
	if len(queue) == 0 {
		return Fault{}
	}
	first := &queue[0]
	fault := first.fault
	if first.left != Always {
		if first.left--; first.left == 0 {
			f.plans[method] = queue[1:]
		}
	}
	return fault
}

// meet lets a request run into f.
func (w *Workspace) meet(f Fault, method string, handle func() reply) reply {
	hold := func() {
		if f.Hold != nil {
			select {
			case <-f.Hold:
			case <-w.done:
			}
		}
	}
	spoiled, spoils := w.spoil(f, method)
	switch {
	case f.Applied:
		done := handle()
		hold()
		if spoils {
			return spoiled
		}
		return done
	case spoils:
		hold()
		return spoiled
	default:
		hold()
		return handle()
	}
}

// spoil returns the answer that f gives, and whether it gives any.
func (w *Workspace) spoil(f Fault, method string) (reply, bool) {
	switch {
	case f.Drop:
		return reply{drop: true, outcome: "dropped"}, true
	case f.RetryAfter > 0:
		return refusal{name: "ratelimited", retryAfter: int(math.Ceil(f.RetryAfter.Seconds()))}.reply(), true
	case f.Status != 0 && f.Error == "":
		r := reply{status: f.Status, kind: "text/html; charset=utf-8", body: []byte("<!DOCTYPE html><title>Slack</title>")}
		r.outcome = "http " + strconv.Itoa(f.Status)
		return r, true
	case f.Error != "":
		refused := refusal{name: f.Error}
		if method == ResponseURL {
			status := f.Status
			if status == 0 {
				status = w.opts.RefuseStatus
			}
			return refused.hookReply(status), true
		}
		r := refused.reply()
		if f.Status != 0 {
			r.status = f.Status
		}
		return r, true
	}
	return reply{}, false
}

// A pacer lets one post through each second in each channel (Slack's own rule for chat.postMessage).
type pacer struct {
	now  func() time.Time
	mu   sync.Mutex
	last map[string]time.Time // by channel
}

func newPacer(now func() time.Time) *pacer {
	return &pacer{now: now, last: map[string]time.Time{}}
}

func (p *pacer) allow(channel string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if last, ok := p.last[channel]; ok && now.Sub(last) < time.Second {
		return false
	}
	p.last[channel] = now
	return true
}
