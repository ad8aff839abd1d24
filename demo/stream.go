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

// lookEvery is how often a page is brought up to date when nothing was heard of Slack: a clock was moved, a figure changed.
const lookEvery = 250 * time.Millisecond

// stream sends a person's page what changes, as server-sent events: all of it first, then the parts that are new, and null for
// those that are gone.
func (d *Demo) stream(rw http.ResponseWriter, r *http.Request) {
	user := r.URL.Query().Get("user")
	control := http.NewResponseController(rw)
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	sent := Parts{}
	for {
		seen := d.Slack.Stats().Changes
		parts := d.parts(user)
		if news := parts.since(sent); len(news) > 0 {
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

// untilChange waits for Slack's counters to change, or for a look at the rest.
func (d *Demo) untilChange(ctx context.Context, seen int) {
	ctx, cancel := context.WithTimeout(ctx, lookEvery)
	defer cancel()
	_ = d.Slack.Until(ctx, func(s fakeslack.Stats) bool { return s.Changes != seen }) // its error is the end of the wait
}

// since are the parts of p that differ from before, and null for those that are no more.
func (p Parts) since(before Parts) Parts {
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
