package fakecat

import "sync"

// maxReplays bounds the stored requests. At ten a second it is more than the requests with a valid Timestamp.
const maxReplays = 32_768

type requestKey struct {
	seconds int64
	nonce   uint64
}

// replays stores the last requests with a valid signature.
type replays struct {
	mu    sync.Mutex
	known map[requestKey]bool
	order []requestKey // a ring, once it is full
	next  int
}

func newReplays() *replays { return &replays{known: map[requestKey]bool{}} }

// seen stores a request and reports whether it was stored before.
func (r *replays) seen(seconds int64, nonce uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	this := requestKey{seconds, nonce}
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
