package store

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// An embedded is a Redis inside this process. It listens on no port.
type embedded struct {
	server *miniredis.Miniredis
	done   chan struct{}
	clock  sync.WaitGroup
}

// tick is the resolution of expiries in an embedded Redis. The cost of a tick grows with the number of keys.
const tick = time.Second

func startEmbedded() *embedded {
	e := &embedded{server: miniredis.NewMiniRedis(), done: make(chan struct{})}
	e.clock.Go(e.run)
	return e
}

func (e *embedded) dial(context.Context, string, string) (net.Conn, error) {
	conn, err := e.server.Dial()
	if err != nil {
		return nil, fmt.Errorf("connecting to the embedded redis: %w", err)
	}
	return newPipe(conn), nil
}

// run advances the clock of miniredis until close. Advancing it with each command would cost a tick for each.
func (e *embedded) run() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-e.done:
			return
		case <-ticker.C:
			now := time.Now()
			e.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

// close ends the server and its clock. No dial may follow, which would start the server again.
func (e *embedded) close() {
	close(e.done)
	e.clock.Wait()
	e.server.Close()
}
