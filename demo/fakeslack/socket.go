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
	maxTickets = 100    // kept of those not used; a client that opens without end pushes its own out
	maxAck     = 20_480 // bytes in one frame from the client; a longer one ends the socket
	maxFrame   = 1 << 20

	writeWait = 5 * time.Second // for a client that does not read
)

// Why a socket is told to go.
const (
	Warning          = "warning"             // it will be cut in about 10 s
	RefreshRequested = "refresh_requested"   // open another
	LinkDisabled     = "link_disabled"       // Socket Mode was switched off
	tooManySockets   = "too_many_websockets" // an eleventh
)

// A socket is one Socket Mode connection.
type socket struct {
	id    int // counts from 1 in order of opening
	conn  *websocket.Conn
	write sync.Mutex    // gorilla allows one writer; held from joining the hub until hello is out
	told  chan struct{} // closed when the client was told to go
	tell  sync.Once     // closes told
	gone  chan struct{} // closed when the socket has ended

	leaving bool // guarded by the hub: the client was told to go, or will be; it gets no more envelopes
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

// Disconnect tells every open socket to go, for a reason such as Warning, and returns how many. They get no
// envelopes any more, may still ack, and are cut after 10 s if they have not gone.
func (w *Workspace) Disconnect(reason string) int {
	told := w.hub.all(true)
	for _, s := range told {
		w.sendAway(s, reason)
	}
	return len(told)
}

// Warn tells every open socket of its end, as Disconnect does, and goes on sending envelopes to it until it has gone: Slack promises no
// pattern of which connection a payload takes.
func (w *Workspace) Warn(reason string) int {
	told := w.hub.all(false)
	for _, s := range told {
		w.sendAway(s, reason)
	}
	return len(told)
}

// DisconnectNext tells the next n sockets to go right after their hello; n may be Always, and 0 ends it.
func (w *Workspace) DisconnectNext(n int, reason string) {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	w.hub.unwanted, w.hub.farewell = n, reason
}

// Cut ends every open socket without a word, as a broken line does, and returns how many.
func (w *Workspace) Cut() int {
	cut := w.hub.all(false)
	for _, s := range cut {
		_ = s.conn.Close()
	}
	return len(cut)
}

func (w *Workspace) sendAway(s *socket, reason string) {
	frame := mustJSON(map[string]any{
		"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-workspace"},
	})
	if s.send(frame) != nil {
		_ = s.conn.Close()
	}
	s.tell.Do(func() { close(s.told) })
}

// serveSocket runs one Socket Mode connection to its end.
func (w *Workspace) serveSocket(rw http.ResponseWriter, r *http.Request) {
	if !w.hub.redeem(r.URL.Query().Get("ticket")) {
		http.Error(rw, "a ticket is good for one connection", http.StatusForbidden)
		return
	}
	conn, err := w.upgrader.Upgrade(rw, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer conn.Close()
	s := &socket{conn: conn, told: make(chan struct{}), gone: make(chan struct{})}
	farewell, ok := w.welcome(s)
	if !ok {
		return
	}
	defer w.ledger.count(func(t *Stats) { t.Open-- })
	defer w.hub.leave(s) // before it is counted out: a socket that is not open gets nothing
	select {
	case <-w.done: // Close may have passed by before the hub knew this socket
		return
	default:
	}
	var pinger sync.WaitGroup
	pinger.Go(func() { w.ping(s) })
	defer pinger.Wait()
	defer close(s.gone)
	if farewell != "" {
		w.sendAway(s, farewell)
	}
	w.read(s)
}

// welcome takes a socket into the hub and says hello. From then on envelopes are sent to it, so whoever has read
// the hello can be sure of them; the write lock keeps them behind the hello.
func (w *Workspace) welcome(s *socket) (farewell string, ok bool) {
	s.write.Lock()
	n, farewell := w.hub.join(s)
	if n == 0 {
		s.write.Unlock()
		w.sendAway(s, tooManySockets)
		return "", false
	}
	w.ledger.count(func(t *Stats) { t.Connects++; t.Open++ })
	_ = s.sendLocked(hello(n)) // the reader meets the same broken line
	s.write.Unlock()
	return farewell, true
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

// ping keeps the socket alive until it has ended, and ends it when its client was told to go and stays.
func (w *Workspace) ping(s *socket) {
	ticker := time.NewTicker(w.opts.PingEvery)
	defer ticker.Stop()
	told := s.told
	var cut <-chan time.Time
	for {
		select {
		case <-ticker.C:
			// A failed ping needs no answer: the reader meets the same broken line.
			_ = s.conn.WriteControl(websocket.PingMessage, []byte("workspace"), time.Now().Add(writeWait))
		case <-told:
			told = nil
			cut = time.After(w.grace)
		case <-cut:
			_ = s.conn.Close()
			cut = nil
		case <-s.gone:
			return
		}
	}
}

// read takes acks and pongs until the socket ends.
func (w *Workspace) read(s *socket) {
	s.conn.SetReadLimit(maxFrame)
	s.conn.SetPongHandler(func(string) error {
		w.ledger.count(func(t *Stats) { t.Pongs++ })
		return nil
	})
	for {
		_, frame, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		if len(frame) > maxAck {
			tooBig := websocket.FormatCloseMessage(websocket.CloseMessageTooBig, "Max frame length of 20480 has been exceeded.")
			_ = s.conn.WriteControl(websocket.CloseMessage, tooBig, time.Now().Add(writeWait))
			return
		}
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if json.Unmarshal(frame, &ack) == nil { // Slack passes over what is no ack
			w.acked(ack.EnvelopeID, ack.Payload, time.Now())
		}
	}
}
