package fakeslack

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A journal is the log of messages: the last states of all messages in the order of the changes.
// A message is removed with its last state.
type journal struct {
	keep int
	now  func() time.Time
	done <-chan struct{} // closed when the workspace closes

	mu      sync.Mutex
	states  []Message // state n is at n % keep
	next    uint64    // number of the next state; numbers begin at 1
	latest  map[place]uint64
	lastTS  int64 // microseconds
	waiting map[*Feed]bool
}

func newJournal(keep int, now func() time.Time, done <-chan struct{}) *journal {
	return &journal{keep: keep, now: now, done: done, next: 1, latest: map[place]uint64{}, waiting: map[*Feed]bool{}}
}

// post adds a new message with a new ts and returns it.
func (j *journal) post(m Message) Message {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lastTS = max(j.lastTS+1, j.now().UnixMicro())
	m.TS = fmt.Sprintf("%d.%06d", j.lastTS/1e6, j.lastTS%1e6)
	return j.record(m)
}

// update changes the current state of the message at p. It returns false when there is no such message.
func (j *journal) update(p place, change func(*Message)) (Message, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	state, ok := j.latest[p]
	if !ok {
		return Message{}, false
	}
	m := *j.at(state)
	if m.Deleted {
		return Message{}, false
	}
	change(&m)
	return j.record(m), true
}

// find returns the current state of the message at p, unless it is deleted or no longer stored.
func (j *journal) find(p place) (Message, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	state, ok := j.latest[p]
	if !ok || j.at(state).Deleted {
		return Message{}, false
	}
	return *j.at(state), true
}

func (j *journal) at(state uint64) *Message { return &j.states[state%uint64(j.keep)] }

// oldest returns the number of the oldest stored state. The caller holds the lock.
func (j *journal) oldest() uint64 { return j.next - min(j.next-1, uint64(j.keep)) }

func (j *journal) end() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next
}

// record appends a state and wakes the feeds that want it. The caller holds the lock.
func (j *journal) record(m Message) Message {
	if j.states == nil {
		j.states = make([]Message, j.keep)
	}
	m.state = j.next
	slot := j.at(m.state)
	if slot.state != 0 && j.latest[slot.place()] == slot.state {
		delete(j.latest, slot.place())
	}
	*slot = m
	j.latest[m.place()] = m.state
	j.next++
	for f := range j.waiting {
		if f.wants == nil || f.wants(&m) {
			f.ring()
		}
	}
	return m
}

func (j *journal) latestStates() []Message {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []Message
	for n := j.oldest(); n < j.next; n++ {
		if m := j.at(n); j.latest[m.place()] == n {
			all = append(all, *m)
		}
	}
	return all
}

// feedFrom returns a feed that begins at state n, or at the oldest stored one when n is 0. wants filters the states.
// It runs under the journal's lock, so it must be quick and must not call the workspace.
func (j *journal) feedFrom(n uint64, wants func(*Message) bool) *Feed {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n == 0 {
		n = j.oldest()
	}
	return &Feed{journal: j, next: n, wants: wants, wake: make(chan struct{}, 1)}
}

// A Feed reads the states of messages in order. It is a position in the journal, not a queue, so it needs no memory
// while nobody reads. It is for one goroutine.
type Feed struct {
	journal *journal
	next    uint64
	wants   func(*Message) bool
	wake    chan struct{}
}

// Next waits for the next state and returns it. It fails when ctx ends, when the workspace closes, and once when the
// journal has dropped states that were not read yet.
func (f *Feed) Next(ctx context.Context) (Message, error) {
	for {
		m, ok, err := f.read()
		if ok || err != nil {
			return m, err
		}
		select {
		case <-f.wake:
		case <-ctx.Done():
			f.leave()
			return Message{}, ctx.Err()
		case <-f.journal.done:
			f.leave()
			return Message{}, ErrClosed
		}
	}
}

// read returns the next state, or registers the feed to be woken.
func (f *Feed) read() (Message, bool, error) {
	j := f.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if oldest := j.oldest(); f.next < oldest {
		lost := oldest - f.next
		f.next = oldest
		return Message{}, false, fmt.Errorf("%d states were dropped before they were read", lost)
	}
	for f.next < j.next {
		m := j.at(f.next)
		f.next++
		if f.wants == nil || f.wants(m) {
			delete(j.waiting, f)
			return *m, true, nil
		}
	}
	j.waiting[f] = true
	return Message{}, false, nil
}

func (f *Feed) leave() {
	f.journal.mu.Lock()
	defer f.journal.mu.Unlock()
	delete(f.journal.waiting, f)
}

func (f *Feed) ring() {
	select {
	case f.wake <- struct{}{}:
	default: // already woken
	}
}
