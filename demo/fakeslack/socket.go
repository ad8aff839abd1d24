package fakeslack

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const linkPath = "/link/"

const (
	maxSockets = 10     // open at once for one app (docs.slack.dev/apis/events-api/using-socket-mode)
	maxTickets = 100    // unused ones stored; the oldest are dropped
	maxAck     = 20_480 // bytes in one frame from the client; a longer one ends the socket
	maxFrame   = 1 << 20

	writeWait = 5 * time.Second // for a client that does not read
)

// Reasons of a disconnect frame.
const (
	Warning          = "warning"             // the socket ends in about 10 s
	RefreshRequested = "refresh_requested"   // the client should open another
	LinkDisabled     = "link_disabled"       // Socket Mode was switched off
	tooManySockets   = "too_many_websockets" // more than maxSockets
)

// A socket is one Socket Mode connection.
type socket struct {
	id             int // counts from 1 in order of opening
	conn           *websocket.Conn
	write          sync.Mutex    // gorilla allows one writer; held from joining the hub until hello is out
	disconnected   chan struct{} // closed when the client was told to disconnect
	disconnectOnce sync.Once     // closes disconnected
	gone           chan struct{} // closed when the socket has ended

	leaving bool // guarded by the hub: the client is told to disconnect; it receives no more envelopes
}

// send writes one frame as JSON.
func (s *socket) send(frame []byte) error {
	s.write.Lock()
	defer s.write.Unlock()
	return s.sendLocked(frame)
}

func (s *socket) sendLocked(frame []byte) error {
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeWait))
	return s.conn.WriteMessage(websocket.TextMessage, frame)
}

// Disconnect sends a disconnect frame with a reason such as Warning to every open socket, and returns their number.
// They receive no more envelopes, may still ack, and end after 10 s at the latest.
func (w *Workspace) Disconnect(reason string) int {
	sockets := w.hub.all(true)
	for _, s := range sockets {
		w.sendDisconnect(s, reason)
	}
	return len(sockets)
}

// Warn does what Disconnect does, but the sockets still receive envelopes until they end: Slack does not promise which
// connection a payload takes.
func (w *Workspace) Warn(reason string) int {
	sockets := w.hub.all(false)
	for _, s := range sockets {
		w.sendDisconnect(s, reason)
	}
	return len(sockets)
}

// DisconnectNext sends a disconnect frame to the next n sockets right after hello; n may be Always, and 0 stops it.
func (w *Workspace) DisconnectNext(n int, reason string) {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	w.hub.disconnectNext, w.hub.disconnectReason = n, reason
}

// Cut ends every open socket without a close frame, as a broken connection does, and returns their number.
func (w *Workspace) Cut() int {
	cut := w.hub.all(false)
	for _, s := range cut {
		_ = s.conn.Close()
	}
	return len(cut)
}

func (w *Workspace) sendDisconnect(s *socket, reason string) {
	frame := mustJSON(map[string]any{
		"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-workspace"},
	})
	if s.send(frame) != nil {
		_ = s.conn.Close()
	}
	s.disconnectOnce.Do(func() { close(s.disconnected) })
}

// serveSocket runs one Socket Mode connection to its end.
func (w *Workspace) serveSocket(rw http.ResponseWriter, r *http.Request) {
	if !w.hub.redeem(r.URL.Query().Get("ticket")) {
		http.Error(rw, "a ticket is good for one connection", http.StatusForbidden)
		return
	}
	conn, err := w.upgrader.Upgrade(rw, r, nil)
	if err != nil {
		return // the upgrader has sent the error
	}
	defer conn.Close()
	s := &socket{conn: conn, disconnected: make(chan struct{}), gone: make(chan struct{})}
	disconnectReason, ok := w.acceptSocket(s)
	if !ok {
		return
	}
	defer w.counters.count(func(t *Stats) { t.Open-- })
	defer w.hub.leave(s) // before Stats.Open is decreased
	select {
	case <-w.done: // Close may have run before the hub had this socket
		return
	default:
	}
	var pinger sync.WaitGroup
	pinger.Go(func() { w.ping(s) })
	defer pinger.Wait()
	defer close(s.gone)
	if disconnectReason != "" {
		w.sendDisconnect(s, disconnectReason)
	}
	w.read(s)
}

// acceptSocket adds a socket to the hub and sends hello. Envelopes follow the hello: the write lock ensures the order.
func (w *Workspace) acceptSocket(s *socket) (disconnectReason string, ok bool) {
	s.write.Lock()
	n, disconnectReason := w.hub.join(s)
	if n == 0 {
		s.write.Unlock()
		w.sendDisconnect(s, tooManySockets)
		return "", false
	}
	w.counters.count(func(t *Stats) { t.Connects++; t.Open++ })
	_ = s.sendLocked(hello(n)) // the reader gets the same error
	s.write.Unlock()
	return disconnectReason, true
}

func hello(sockets int) []byte {
	return mustJSON(map[string]any{
		"type":            "hello",
		"num_connections": sockets,
		"debug_info": map[string]any{
			"host": "applink-workspace", "build_number": 1, "approximate_connection_time": 18060,
		},
		"connection_info": map[string]any{"app_id": AppID},
	})
}

// ping sends pings until the socket ends. It ends a socket whose client was told to disconnect and did not.
func (w *Workspace) ping(s *socket) {
	ticker := time.NewTicker(w.opts.PingEvery)
	defer ticker.Stop()
	disconnected := s.disconnected
	var cut <-chan time.Time
	for {
		select {
		case <-ticker.C:
			// A failed ping needs no answer: the reader meets the same broken line.
			_ = s.conn.WriteControl(websocket.PingMessage, []byte("workspace"), time.Now().Add(writeWait))
		case <-disconnected:
			disconnected = nil
			cut = time.After(w.grace)
		case <-cut:
			_ = s.conn.Close()
			cut = nil
		case <-s.gone:
			return
		}
	}
}

// read receives acks and pongs until the socket ends.
func (w *Workspace) read(s *socket) {
	s.conn.SetReadLimit(maxFrame)
	s.conn.SetPongHandler(func(string) error {
		w.counters.count(func(t *Stats) { t.Pongs++ })
		return nil
	})
	for {
		_, frame, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		if len(frame) > maxAck {
			tooBig := websocket.FormatCloseMessage(websocket.CloseMessageTooBig,
				"Max frame length of 20480 has been exceeded.")
			_ = s.conn.WriteControl(websocket.CloseMessage, tooBig, time.Now().Add(writeWait))
			return
		}
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if json.Unmarshal(frame, &ack) == nil { // Slack ignores other frames
			w.acked(ack.EnvelopeID, ack.Payload, time.Now())
		}
	}
}
