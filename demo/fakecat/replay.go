package fakecat

import "sync"

// maxReplays is how many requests are remembered: at ten a second, more than can come before a Timestamp is too old.
const maxReplays = 32_768

type once struct {
	seconds int64
	nonce   uint64
}

// replays are the last requests that were genuine.
type replays struct {
	mu    sync.Mutex
	known map[once]bool
	order []once // a ring, once it is full
	next  int
}

func newReplays() *replays { return &replays{known: map[once]bool{}} }

// seen remembers a request and reports whether it came before.
func (r *replays) seen(seconds int64, nonce uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	this := once{seconds, nonce}
	if r.known[this] {
		return true
	}
	r.known[this] = true
	if len(r.order) < maxReplays {
		r.order = append(r.order, this)
		return false
	}
	delete(r.known, r.order[r.next])
	r.order[r.next] = this
	r.next = (r.next + 1) % maxReplays
	return false
}
