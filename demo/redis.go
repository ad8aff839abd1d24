package demo

import (
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// A Redis is a server in this process, on a loopback port. It can be stopped and restarted with its data.
type Redis struct {
	server *miniredis.Miniredis
	mu     sync.Mutex
	gone   bool
	done   chan struct{}
	clock  sync.WaitGroup
}

func startRedis() (*Redis, error) {
	r := &Redis{server: miniredis.NewMiniRedis(), done: make(chan struct{})}
	if err := r.server.Start(); err != nil {
		return nil, fmt.Errorf("starting redis: %w", err)
	}
	r.clock.Go(r.run)
	return r, nil
}

// URL returns the value for REDIS_URL.
func (r *Redis) URL() string { return "redis://" + r.server.Addr() }

// SetGone stops the server, or restarts it.
func (r *Redis) SetGone(gone bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if gone == r.gone {
		return nil
	}
	if gone {
		r.server.Close()
	} else if err := r.server.Restart(); err != nil {
		return fmt.Errorf("restarting redis: %w", err)
	}
	r.gone = gone
	return nil
}

// Gone reports whether the server is stopped.
func (r *Redis) Gone() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone
}

// run expires keys: the server has no clock of its own.
func (r *Redis) run() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-r.done:
			return
		case now := <-ticker.C:
			r.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

// Close stops the server.
func (r *Redis) Close() {
	close(r.done)
	r.clock.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.gone {
		r.server.Close()
		r.gone = true
	}
}
