package fakeslack

import (
	"crypto/rand"
	"slices"
	"sync"
)

// A hub holds the sockets.
type hub struct {
	mu               sync.Mutex
	tickets          []string // not used yet, oldest first
	sockets          []*socket
	opened           int    // sockets ever
	turn             int    // next socket of the round robin
	disconnectReason string // why the next sockets are disconnected after hello
	disconnectNext   int    // how many of them; Always for all
}

func newHub() *hub { return &hub{} }

// ticket returns a new ticket for one connection.
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

// redeem removes a ticket and reports whether it was valid.
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

// join adds a socket and returns the number of sockets, or 0 when there are too many already. reason is set when the
// socket must be disconnected again.
func (h *hub) join(s *socket) (n int, disconnectReason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.sockets) == maxSockets {
		return 0, ""
	}
	h.opened++
	s.id = h.opened
	h.sockets = append(h.sockets, s)
	if h.disconnectNext != 0 {
		if h.disconnectNext != Always {
			h.disconnectNext--
		}
		s.leaving = true
		disconnectReason = h.disconnectReason
	}
	return len(h.sockets), disconnectReason
}

func (h *hub) leave(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sockets = slices.DeleteFunc(h.sockets, func(o *socket) bool { return o == s })
}

// pick returns the next socket of the round robin, and avoids one if there is another. It returns nil without sockets.
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

// all returns the open sockets. With leaving it returns those that were not told to disconnect yet, and marks them.
func (h *hub) all(leaving bool) []*socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	var open []*socket
	for _, s := range h.sockets {
		if leaving && s.leaving {
			continue
		}
		s.leaving = s.leaving || leaving
		open = append(open, s)
	}
	return open
}

func (h *hub) closeAll() {
	for _, s := range h.all(false) {
		_ = s.conn.Close()
	}
}
