package fakeslack

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Kind is the type of an envelope.
type Kind string

// The kinds that Slack sends.
const (
	SlashCommands Kind = "slash_commands"
	EventsAPI     Kind = "events_api"
	Interactive   Kind = "interactive"
)

// ErrDispatchFailed is the error that Slack shows to a person when the app has no open socket.
var ErrDispatchFailed = errors.New("dispatch_failed: the app has no open connection")

// A Delivery is one transmission of an envelope.
type Delivery struct {
	At     time.Time // by the machine's clock, for measurements
	Socket int       // number of the socket, counted from 1 in order of opening
}

// An Envelope is one envelope of Socket Mode, sent to the app.
type Envelope struct {
	ID      string
	Kind    Kind
	Payload json.RawMessage

	w           *Workspace
	accepts     bool         // whether the ack may carry a payload
	responseURL *responseURL // its response_url, or nil
	secret      string
	onAck       func(payload json.RawMessage) // called for the first ack if it was in time; may be nil
	acked       chan struct{}

	mu         sync.Mutex
	deliveries []Delivery
	attempt    int    // redeliveries so far
	reason     string // of the last redelivery
	acks       int
	ackedAt    time.Time
	payload    json.RawMessage // of the first ack
	failure    string
	timer      *time.Timer
}

// String names the envelope without its payload, which holds a response_url.
func (e *Envelope) String() string { return fmt.Sprintf("%s envelope %s", e.Kind, e.ID) }

// Acked returns a channel that the first ack closes.
func (e *Envelope) Acked() <-chan struct{} { return e.acked }

// AckTime returns the time from the first delivery to the first ack, and false before that ack.
func (e *Envelope) AckTime() (time.Duration, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.acks == 0 || len(e.deliveries) == 0 {
		return 0, false
	}
	return e.ackedAt.Sub(e.deliveries[0].At), true
}

// AckPayload returns the payload of the first ack. It is nil before that ack and for an ack without a payload.
func (e *Envelope) AckPayload() json.RawMessage {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.payload
}

// Acks counts the acks, one for each delivery that was answered.
func (e *Envelope) Acks() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.acks
}

// Deliveries lists the deliveries of the envelope.
func (e *Envelope) Deliveries() []Delivery {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Delivery(nil), e.deliveries...)
}

// Failure returns the error that Slack showed to the person: "operation_timeout" without an ack in time, or the reason
// why the message or view in the ack was refused. It is empty without an error.
func (e *Envelope) Failure() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failure
}

// Redeliver sends the envelope again, acked or not, and to another socket than the last time if there is one.
// Slack delivers at least once, as an ack may be lost.
func (e *Envelope) Redeliver() error {
	e.mu.Lock()
	e.attempt++
	e.reason = "timeout"
	e.mu.Unlock()
	return e.w.deliver(e)
}

// frame returns the envelope as JSON. Only a redelivered event is marked as such.
func (e *Envelope) frame() []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	frame := map[string]any{
		"envelope_id": e.ID, "type": e.Kind, "payload": e.Payload, "accepts_response_payload": e.accepts,
	}
	if e.Kind == EventsAPI && e.attempt > 0 {
		frame["retry_attempt"], frame["retry_reason"] = e.attempt, e.reason
	}
	return mustJSON(frame)
}

// Send sends an event or an interaction with any payload; Slash is for commands. An interaction may be acked
// with a payload when it is a view_submission or a block_suggestion. Without an open socket the error is
// ErrDispatchFailed.
func (w *Workspace) Send(kind Kind, payload any) (*Envelope, error) {
	raw, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("encoding the payload of an envelope: %w", err)
	}
	var of struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(raw, &of) // a payload without a type accepts nothing
	accepts := kind == SlashCommands || of.Type == "view_submission" || of.Type == "block_suggestion"
	e := w.newEnvelope(kind, accepts)
	e.Payload = raw
	w.envelopes.add(e)
	return e, w.deliver(e)
}

// newID makes an id of Slack's form, a random UUID.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (w *Workspace) newEnvelope(kind Kind, accepts bool) *Envelope {
	return &Envelope{ID: newID(), Kind: kind, w: w, accepts: accepts, acked: make(chan struct{})}
}

// deliver sends e over one socket, and over the next one if that fails.
func (w *Workspace) deliver(e *Envelope) error {
	frame := e.frame()
	for {
		s := w.hub.pick(e.lastSocket())
		if s == nil {
			return ErrDispatchFailed
		}
		e.recordDelivery(s.id) // before the frame is out: its ack may be quicker than this goroutine
		if s.send(frame) == nil {
			w.counters.count(func(t *Stats) { t.Envelopes++ })
			return nil
		}
		e.undoDelivery()
		w.hub.leave(s)
		_ = s.conn.Close()
	}
}

func (e *Envelope) lastSocket() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.deliveries) == 0 {
		return 0
	}
	return e.deliveries[len(e.deliveries)-1].Socket
}

// recordDelivery records a delivery and starts the timer for its ack.
func (e *Envelope) recordDelivery(socket int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deliveries = append(e.deliveries, Delivery{time.Now(), socket})
	if e.acks == 0 {
		e.arm(e.w.opts.AckTimeout, e.timedOut)
	}
}

// undoDelivery removes the record of a delivery that failed.
func (e *Envelope) undoDelivery() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.deliveries = e.deliveries[:len(e.deliveries)-1]
	e.timer.Stop()
}

// arm runs do after d unless an ack comes before. The caller holds the lock.
func (e *Envelope) arm(d time.Duration, do func()) {
	if e.timer != nil {
		e.timer.Stop()
	}
	e.timer = time.AfterFunc(d, func() {
		if e.w.begin() {
			defer e.w.work.Done()
			do()
		}
	})
}

// timedOut does what Slack does without an ack: it shows an error to the person, or sends an event again later.
func (e *Envelope) timedOut() {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.acks > 0:
	case e.Kind != EventsAPI:
		e.failure = "operation_timeout"
	case e.attempt < len(e.w.retryDelays):
		e.arm(e.w.retryDelays[e.attempt], func() { _ = e.Redeliver() }) // without an open socket the event is lost
	}
}

// acked records an ack, and posts the message that the ack of a slash command may contain.
func (w *Workspace) acked(id string, payload json.RawMessage, at time.Time) {
	e, ok := w.envelopes.get(id)
	if !ok {
		return
	}
	first := e.ack(payload, at)
	if first && e.Kind == SlashCommands && e.responseURL != nil {
		if message, ok := ackMessage(payload); ok {
			w.postAckMessage(e, message)
		}
	}
	if first && e.onAck != nil && e.Failure() == "" {
		e.onAck(payload)
	}
	if first {
		close(e.acked)
		if took, ok := e.AckTime(); ok {
			w.counters.ackTook(took)
		}
	}
	w.counters.count(func(t *Stats) { t.Acks++ })
}

// ack reports whether it is the first.
func (e *Envelope) ack(payload json.RawMessage, at time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.acks++
	if e.acks > 1 {
		return false
	}
	e.ackedAt, e.payload = at, payload
	if e.timer != nil {
		e.timer.Stop()
	}
	return true
}

// postAckMessage posts the message of an ack. It does not count as a use of the response_url.
func (w *Workspace) postAckMessage(e *Envelope, message args) {
	e.responseURL.mu.Lock()
	refused := w.answer(e.responseURL, message)
	e.responseURL.mu.Unlock()
	if refused != nil {
		e.fail(refused.name)
	}
}

func (e *Envelope) fail(why string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failure = why
}
