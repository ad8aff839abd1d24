package digest

import (
	"context"
	"maps"
	"sync"
	"time"
)

// historyTTL is how long a channel's history is reused for first tries: after a standstill one read serves all slots
// that wait for the channel.
const historyTTL = 20 * time.Second

// A historyCache holds the latest reads of channels' and threads' histories.
type historyCache struct {
	mu    sync.Mutex
	reads map[string]historyRead // by channel and thread
}

// A historyRead is the marks of the posts in a channel after since.
type historyRead struct {
	at, since time.Time
	marks     map[Mark]string
}

// marks returns the marks in channel, and in thread if it is not "", after since. With fresh it always asks Slack, else it may use a read that is up
// to historyTTL old.
func (h *historyCache) marks(
	ctx context.Context, slack Channel, channel, thread string, since time.Time, fresh bool,
) (map[Mark]string, error) {
	now := time.Now()
	h.mu.Lock()
	for name, old := range h.reads {
		if now.Sub(old.at) > historyTTL {
			delete(h.reads, name)
		}
	}
	last, ok := h.reads[channel+thread]
	h.mu.Unlock()
	if ok && !fresh && !last.since.After(since) {
		return last.marks, nil
	}
	marks, err := slack.Marks(ctx, channel, thread, since)
	if err != nil {
		return marks, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.reads == nil {
		h.reads = map[string]historyRead{}
	}
	h.reads[channel+thread] = historyRead{now, since, marks}
	return marks, nil
}

// add adds a post of this process to the cached history of its channel.
func (h *historyCache) add(channel, thread string, mark Mark, at string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	last, ok := h.reads[channel+thread]
	if !ok {
		return
	}
	last.marks = maps.Clone(last.marks) // its readers hold no lock
	last.marks[mark] = at
	h.reads[channel+thread] = last
}
