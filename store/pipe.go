package store

import (
	"net"
	"sync"
	"time"
)

// A pipe is a connection to the embedded Redis with a write buffer. net.Pipe has none: with a long pipeline of
// commands, the server would wait until its responses are read, and the client until its commands are read. The
// buffer holds one pipeline at most, because a client reads the responses before it sends the next one.
type pipe struct {
	net.Conn
	mu      sync.Mutex
	arrived sync.Cond // waiting is not empty, or closed is set
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

// Close closes p. Data that was not read is lost.
func (p *pipe) Close() error {
	p.mu.Lock()
	p.closed = true
	p.arrived.Signal()
	p.mu.Unlock()
	return p.Conn.Close()
}

// SetDeadline and SetWriteDeadline ignore writes, which never wait.
func (p *pipe) SetDeadline(t time.Time) error    { return p.SetReadDeadline(t) }
func (p *pipe) SetWriteDeadline(time.Time) error { return nil }
