package store

import (
	"net"
	"sync"
	"time"
)

// A pipe is a connection to the embedded Redis, whose writes never wait for it to read. net.Pipe holds no byte back: with a
// pipeline of many commands the server would wait for its first answers to be read, and the client for its last commands.
// What waits to be read is bounded by the one pipeline that a client sends before it reads.
type pipe struct {
	net.Conn
	mu      sync.Mutex
	arrived sync.Cond // something waits, or the end has come
	waiting []byte
	closed  bool
}

func newPipe(conn net.Conn) *pipe {
	p := &pipe{Conn: conn}
	p.arrived.L = &p.mu
	go p.run() // until Close, or until the server has closed its end
	return p
}

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0, net.ErrClosed
	}
	p.waiting = append(p.waiting, b...)
	p.arrived.Signal()
	return len(b), nil
}

func (p *pipe) run() {
	for {
		p.mu.Lock()
		for len(p.waiting) == 0 && !p.closed {
			p.arrived.Wait()
		}
		next, closed := p.waiting, p.closed
		p.waiting = nil
		p.mu.Unlock()
		if closed {
			return
		}
		if _, err := p.Conn.Write(next); err != nil {
			_ = p.Close()
			return
		}
	}
}

// Close ends p; what was not read yet is lost, as on any connection.
func (p *pipe) Close() error {
	p.mu.Lock()
	p.closed = true
	p.arrived.Signal()
	p.mu.Unlock()
	return p.Conn.Close()
}

// SetDeadline and SetWriteDeadline leave writing alone, which never waits.
func (p *pipe) SetDeadline(t time.Time) error    { return p.SetReadDeadline(t) }
func (p *pipe) SetWriteDeadline(time.Time) error { return nil }
