package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"catbot/demo/fakeslack"
)

// refreshEvery is how often a page is updated without a change in Slack: the clock was moved, or a figure changed.
const refreshEvery = 250 * time.Millisecond

// stream sends the parts of a person's page as server-sent events: first all of them, then changed ones, and null for
// removed ones.
func (d *Demo) stream(rw http.ResponseWriter, r *http.Request) {
	user := r.URL.Query().Get("user")
	control := http.NewResponseController(rw)
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	sent := Parts{}
	for {
		seen := d.Slack.Stats().Changes
		parts := d.parts(user)
		if news := parts.changesSince(sent); len(news) > 0 {
			body, err := json.Marshal(news)
			if err != nil {
				return
			}
			if _, err := fmt.Fprintf(rw, "data: %s\n\n", body); err != nil || control.Flush() != nil {
				return // the page was closed
			}
		}
		sent = parts
		d.untilChange(r.Context(), seen)
		if r.Context().Err() != nil {
			return
		}
	}
}

// untilChange waits until Slack's counters change, at most for refreshEvery.
func (d *Demo) untilChange(ctx context.Context, seen int) {
	ctx, cancel := context.WithTimeout(ctx, refreshEvery)
	defer cancel()
	_ = d.Slack.Until(ctx, func(s fakeslack.Stats) bool { return s.Changes != seen }) // an error is the timeout
}

// changesSince returns the parts of p that differ from before, and null for removed ones.
func (p Parts) changesSince(before Parts) Parts {
	news := Parts{}
	for name, part := range p {
		if !bytes.Equal(part, before[name]) {
			news[name] = part
		}
	}
	for name := range before {
		if _, still := p[name]; !still {
			news[name] = json.RawMessage("null")
		}
	}
	return news
}
