package fakeslack

import (
	"math"
	"slices"
	"strconv"
	"sync"
	"time"
)

// ResponseURL is the name under which posts to any response_url are counted, recorded and failed.
const ResponseURL = "response_url"

// Always is the number of requests for which a fault stays until Heal.
const Always = -1

// A Fault changes the answer to a request. The first of Drop, RetryAfter, Status and Error that is set decides the
// answer. With none of them the request is answered as usual, after Hold.
type Fault struct {
	Drop       bool          // the connection ends without an answer
	RetryAfter time.Duration // status 429 with this many whole seconds, rounded up, in Retry-After
	Status     int           // this HTTP status, with a page of HTML unless Error is set too
	Error      string        // Slack's ok:false with this error; of a response_url a refusal with it

	// Hold delays the request until the channel is closed or the workspace closes, also after the client has given up:
	// such a client does not know whether its request took effect.
	Hold <-chan struct{}

	// Applied means that the request takes effect first, as when only its answer is lost.
	Applied bool
}

type plan struct {
	left  int // requests that it still applies to; Always is not counted down
	fault Fault
}

// faults holds the planned faults by method, in the order in which they are used.
type faults struct {
	mu    sync.Mutex
	plans map[string][]plan
}

func newFaults() *faults { return &faults{plans: map[string][]plan{}} }

// Fail applies f to the next n requests of a method, or of ResponseURL; n may be Always.
// Faults of one method are used one after the other.
func (w *Workspace) Fail(method string, n int, f Fault) {
	if n == 0 {
		return
	}
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	w.faults.plans[method] = append(w.faults.plans[method], plan{n, f})
}

// Heal removes the faults planned for a method.
func (w *Workspace) Heal(method string) {
	w.faults.mu.Lock()
	defer w.faults.mu.Unlock()
	delete(w.faults.plans, method)
}

// next removes and returns the fault for the next request of a method. The zero Fault changes nothing.
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

// applyFault handles a request under f.
func (w *Workspace) applyFault(f Fault, method string, handle func() reply) reply {
	hold := func() {
		if f.Hold != nil {
			select {
			case <-f.Hold:
			case <-w.done:
			}
		}
	}
	spoiled, spoils := w.faultyReply(f, method)
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

// faultyReply returns the answer of f, and false if f does not change the answer.
func (w *Workspace) faultyReply(f Fault, method string) (reply, bool) {
	switch {
	case f.Drop:
		return reply{drop: true, outcome: "dropped"}, true
	case f.RetryAfter > 0:
		return refusal{name: "ratelimited", retryAfter: int(math.Ceil(f.RetryAfter.Seconds()))}.reply(), true
	case f.Status != 0 && f.Error == "":
		html := []byte("<!DOCTYPE html><title>Slack</title>")
		r := reply{status: f.Status, kind: "text/html; charset=utf-8", body: html}
		r.outcome = "http " + strconv.Itoa(f.Status)
		return r, true
	case f.Error != "":
		refused := refusal{name: f.Error}
		if method == ResponseURL {
			status := f.Status
			if status == 0 {
				status = w.opts.RefuseStatus
			}
			return refused.responseURLReply(status), true
		}
		r := refused.reply()
		if f.Status != 0 {
			r.status = f.Status
		}
		return r, true
	}
	return reply{}, false
}

// A pacer allows one post each second in each channel, which is Slack's limit for chat.postMessage.
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

// updatesPerMinute is Slack's limit for chat.update, a method of tier 3: "50+ per minute" in a workspace, with bursts
// (docs.slack.dev/apis/web-api/rate-limits).
const updatesPerMinute = 50

// A tier allows updatesPerMinute calls in each minute.
type tier struct {
	now   func() time.Time
	mu    sync.Mutex
	calls []time.Time // of the last minute
}

func (t *tier) allow() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.calls = slices.DeleteFunc(t.calls, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	if len(t.calls) >= updatesPerMinute {
		return false
	}
	t.calls = append(t.calls, now)
	return true
}
