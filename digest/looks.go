package digest

import (
	"context"
	"maps"
	"sync"
	"time"
)

// lookFor is how long what was seen in a channel does for first tries: after a standstill one look serves all that wait there.
const lookFor = 20 * time.Second

// looks are the latest looks into channels.
type looks struct {
	mu   sync.Mutex
	seen map[string]seen // by channel
}

// seen is what one look into a channel has found.
type seen struct {
	at, since time.Time
	marks     map[Mark]string
}

// into returns the marks in channel since then, from now when that matters, else as of a moment ago.
func (l *looks) into(ctx context.Context, in Channel, channel string, since time.Time, anew bool) (map[Mark]string, error) {
	now := time.Now()
	l.mu.Lock()
	for name, old := range l.seen {
		if now.Sub(old.at) > lookFor {
			delete(l.seen, name)
		}
	}
	last, ok := l.seen[channel]
	l.mu.Unlock()
	if ok && !anew && !last.since.After(since) {
		return last.marks, nil
	}
	marks, err := in.Marks(ctx, channel, since)
	if err != nil {
		return marks, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil {
		l.seen = map[string]seen{}
	}
	l.seen[channel] = seen{now, since, marks}
	return marks, nil
}

// add notes a post of this process, which a look of before has not seen.
func (l *looks) add(channel string, mark Mark, at string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last, ok := l.seen[channel]
	if !ok {
		return
	}
	last.marks = maps.Clone(last.marks) // who has them reads them without the lock
	last.marks[mark] = at
	l.seen[channel] = last
}
