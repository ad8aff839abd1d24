package fakeslack

import (
	"crypto/rand"
	"slices"
	"sync"
)

// A hub holds the sockets.
type hub struct {
	mu       sync.Mutex
	tickets  []string // not used yet, oldest first
	sockets  []*socket
	opened   int    // sockets ever
	turn     int    // of the round robin
	farewell string // reason with which the next sockets are sent away after hello
	unwanted int    // how many of them; Always for all
}

func newHub() *hub { return &hub{} }

// ticket makes a ticket for one connection.
func (h *hub) ticket() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := rand.Text()
	if len(h.tickets) == maxTickets {
		h.tickets = h.tickets[1:]
	}
	h.tickets = append(h.tickets, t)
	return t
}

// redeem uses a ticket up.
func (h *hub) redeem(ticket string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.Index(h.tickets, ticket)
	if i < 0 {
		return false
	}
	h.tickets = slices.Delete(h.tickets, i, i+1)
	return true
}

// join takes a socket in and returns how many there are with it, 0 when there is no room, and the reason when
// it is to be sent away again.
func (h *hub) join(s *socket) (n int, farewell string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.sockets) == maxSockets {
		return 0, ""
	}
	h.opened++
	s.id = h.opened
	h.sockets = append(h.sockets, s)
	if h.unwanted != 0 {
		if h.unwanted != Always {
			h.unwanted--
		}
		s.leaving = true
		farewell = h.farewell
	}
	return len(h.sockets), farewell
}

func (h *hub) leave(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets = slices.DeleteFunc(h.sockets, func(o *socket) bool { return o == s })
}

// pick returns the socket whose turn it is, not the one to avoid if there is any other; nil when there is none.
func (h *hub) pick(avoid int) *socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	var second *socket
	for range h.sockets {
		s := h.sockets[h.turn%len(h.sockets)]
		h.turn++
		switch {
		case s.leaving:
		case s.id == avoid:
			second = s
		default:
			return s
		}
	}
	return second
}

// all returns the open sockets; with farewell, those that were not told to go yet, and marks them so.
func (h *hub) all(farewell bool) []*socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	var open []*socket
	for _, s := range h.sockets {
		if farewell && s.leaving {
			continue
		}
		s.leaving = s.leaving || farewell
		open = append(open, s)
	}
	return open
}

func (h *hub) closeAll() {
	for _, s := range h.all(false) {
		_ = s.conn.Close()
	}
}
