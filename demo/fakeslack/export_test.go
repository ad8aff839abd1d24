package fakeslack

import (
	"encoding/json"
	"net/http"
	"time"
)

// Hurry makes w cut a socket that was told to go, and send again an event that nobody acked, after d.
// It is to be called before the first socket opens.
func (w *Workspace) Hurry(d time.Duration) {
	w.grace = d
	w.retryDelays = []time.Duration{d, d, d}
}

// Handler serves what the socket serves.
func (w *Workspace) Handler() http.Handler { return w.routes() }

// Ack is an ack as the socket's reader found it.
func (w *Workspace) Ack(id string, payload json.RawMessage) { w.acked(id, payload, time.Now()) }

// BlockTypes lists every block that a message may have.
func BlockTypes() []string { return keys(messageBlocks) }

// ElementTypes lists every element that there is.
func ElementTypes() []string { return keys(elements) }

func keys(shapes map[string]shape) (names []string) {
	for name := range shapes {
		names = append(names, name)
	}
	return names
}
