package fakeslack

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// A Call is one request: of a Web API method, or of a response_url under the name ResponseURL.
// It holds no token and no response_url.
type Call struct {
	Method  string
	At      time.Time         // by the workspace's clock
	Token   string            // whose token came with it: "bot", "app", or "" for none and for an unknown one
	Args    map[string]string // as sent, without the token; a response_url's has its envelope's id under "envelope"
	Outcome string            // "ok", the error's name, "http 500", "dropped"; empty while it is under way
	Detail  string            // what is wrong with the blocks, where that was the reason
}

// Stats counts what happened since Start.
type Stats struct {
	Calls     map[string]int // requests by method, unknown methods too
	Connects  int            // sockets that were told hello
	Open      int            // sockets open now
	Envelopes int            // deliveries of envelopes, each redelivery counted
	Acks      int            // acks that came for a known envelope, each repetition counted
	Pongs     int            // answers to pings
	Changes   int            // sum of the others, of ended requests and of actions of people
}

// keepCalls bounds the stored calls, if Options.HistorySize does not.
const keepCalls = 1000

// counters counts requests and frames, and stores the last requests.
type counters struct {
	keep    int
	mu      sync.Mutex
	stats   Stats
	calls   []*Call         // oldest first, at most keep
	acks    []time.Duration // how long the last first acks took, oldest first
	changed chan struct{}   // closed at the next change; nil while nobody waits
}

func newCounters(keep int) *counters {
	return &counters{keep: min(keep, keepCalls), stats: Stats{Calls: map[string]int{}}}
}

// count changes the counters and wakes waiting goroutines.
func (l *counters) count(change func(*Stats)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.stats)
	l.ring()
}

// ring wakes waiting goroutines. The caller holds the lock.
func (l *counters) ring() {
	l.stats.Changes++
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

func (l *counters) open(c Call) *Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) == l.keep { // half at a time: one by one would move them all at each call
		half := copy(l.calls, l.calls[(l.keep+1)/2:])
		clear(l.calls[half:])
		l.calls = l.calls[:half]
	}
	l.calls = append(l.calls, &c)
	l.stats.Calls[c.Method]++
	l.ring()
	return &c
}

func (l *counters) close(c *Call, r reply) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.Outcome, c.Detail = r.outcome, r.detail
	l.ring()
}

// Calls lists the requests of one method in order of arrival, or of all methods for "". Of more than a thousand,
// or than Options.HistorySize if that is less, the older half may be missing.
func (w *Workspace) Calls(method string) []Call {
	l := w.counters
	l.mu.Lock()
	defer l.mu.Unlock()
	var calls []Call
	for _, c := range l.calls {
		if method == "" || c.Method == method {
			calls = append(calls, *c)
		}
	}
	return calls
}

// keepAcks bounds the stored ack times.
const keepAcks = 1000

func (l *counters) ackTook(took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.acks) == keepAcks {
		l.acks = append(l.acks[:0], l.acks[keepAcks/2:]...)
	}
	l.acks = append(l.acks, took)
}

// AckTimes lists how long the app took to ack the last envelopes, oldest first: at least 500 of them.
func (w *Workspace) AckTimes() []time.Duration {
	w.counters.mu.Lock()
	defer w.counters.mu.Unlock()
	return slices.Clone(w.counters.acks)
}

// Stats returns the counters as they are.
func (w *Workspace) Stats() Stats {
	w.counters.mu.Lock()
	defer w.counters.mu.Unlock()
	return w.counters.stats.clone()
}

func (s Stats) clone() Stats {
	s.Calls = maps.Clone(s.Calls)
	return s
}

// Until waits until reached returns true for the counters.
// It fails when ctx ends or the workspace closes.
func (w *Workspace) Until(ctx context.Context, reached func(Stats) bool) error {
	l := w.counters
	for {
		l.mu.Lock()
		stats := l.stats.clone()
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()

		if reached(stats) {
			return nil
		}
		if err := w.wait(ctx, changed); err != nil {
			return fmt.Errorf("waiting for the workspace's counters: %w", err)
		}
	}
}
