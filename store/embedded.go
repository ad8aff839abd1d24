package store

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// An embedded is a Redis inside this process. It listens on no port, so nobody else can reach it.
type embedded struct {
	server *miniredis.Miniredis
	done   chan struct{}
	clock  sync.WaitGroup
}

// tick is how exactly an embedded Redis keeps its expiries. Each tick costs time in proportion to its keys.
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

// run lets time pass until close. miniredis could do that with each command, at the cost of a tick for each.
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

// close ends the server and its clock. No dial may follow: it would start the server anew.
func (e *embedded) close() {
	close(e.done)
	e.clock.Wait()
	e.server.Close()
}
