package fakeslack

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

const responseURLPath = "/commands/" + TeamID + "/"

// A response_url is valid for this time and this number of posts
// (docs.slack.dev/interactivity/handling-user-interaction, "Message responses").
const (
	hookLife = 30 * time.Minute
	hookUses = 5
)

// A responseURL is one response_url.
type responseURL struct {
	envelope string // id of the envelope that contains it
	user     string
	channel  string
	source   string // ts of the message with the control, the target of replace_original and delete_original; or ""
	born     time.Time

	mu   sync.Mutex
	uses int    // posts that took effect; a refused body does not count
	last string // ts of the last message posted through it, the target without source; or ""
}

// serveResponseURL takes a post to a response_url. It needs no token, no scope and no bot in the channel.
func (w *Workspace) serveResponseURL(rw http.ResponseWriter, r *http.Request) {
	body, readErr := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
	a, err := jsonArgs(body)
	h, known := w.envelopes.responseURL(r.PathValue("secret"))
	recorded := args{}
	for name, value := range a {
		recorded[name] = value
	}
	if known {
		recorded["envelope"] = h.envelope
	}
	w.serve(rw, Call{Method: ResponseURL, Args: recorded}, func() reply {
		switch {
		case !known:
			return refusal{name: "expired_url"}.responseURLReply(http.StatusNotFound)
		case readErr != nil || err != nil:
			return refusal{name: "invalid_payload"}.responseURLReply(http.StatusBadRequest)
		}
		return w.respond(h, a)
	})
}

// respond handles the arguments of a post to a response_url.
func (w *Workspace) respond(h *responseURL, a args) reply {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case w.opts.Now().Sub(h.born) > hookLife:
		return refusal{name: "expired_url"}.responseURLReply(http.StatusNotFound)
	case h.uses >= hookUses:
		return refusal{name: "used_url"}.responseURLReply(http.StatusNotFound)
	}
	if refused := w.answer(h, a); refused != nil {
		return refused.responseURLReply(w.opts.RefuseStatus)
	}
	h.uses++
	return reply{status: 200, kind: "text/plain; charset=utf-8", body: []byte("ok"), outcome: "ok"}
}

// answer posts, replaces or deletes. The caller holds h's lock.
func (w *Workspace) answer(h *responseURL, a args) *refusal {
	at := place{h.channel, cmp.Or(h.source, h.last)}
	if a["delete_original"] == "true" {
		w.journal.update(at, func(m *Message) { m.Deleted = true })
		return nil
	}
	c, _, refused := w.content(a)
	if refused != nil {
		return refused
	}
	if c.text == "" && c.blocks == nil {
		return &refusal{name: "no_text"}
	}
	if a["replace_original"] == "true" {
		// A replacement does not change who sees a message.
		if _, ok := w.journal.update(at, func(m *Message) { m.change(c) }); ok {
			return nil
		}
	}
	m := Message{
		Channel: h.channel, From: BotUserID, To: h.user, Envelope: h.envelope,
		Text: c.text, Blocks: c.blocks, Metadata: c.metadata,
	}
	if _, ok := w.journal.find(place{h.channel, a["thread_ts"]}); ok {
		m.ThreadTS = a["thread_ts"]
	}
	if a["response_type"] == "in_channel" {
		m.To = ""
	}
	h.last = w.journal.post(m).TS
	return nil
}

// responseURLReply is the refusal as a response_url sends it: the name as text under a status of its own, or, with
// status 0, status 200 and JSON.
func (r refusal) responseURLReply(status int) reply {
	if status == 0 {
		return r.reply()
	}
	out := reply{status: status, kind: "text/plain; charset=utf-8", body: []byte(r.name), outcome: r.name}
	if len(r.problems) > 0 {
		out.detail = r.problems[0].String()
	}
	return out
}

// ackMessage returns the message in the ack of a slash command; a string is its text. An object without text and blocks
// is not a message: official clients ack with an empty one.
func ackMessage(payload json.RawMessage) (args, bool) {
	var text string
	if json.Unmarshal(payload, &text) == nil {
		return args{"text": text}, text != ""
	}
	a, err := jsonArgs(payload)
	return a, err == nil && (a["text"] != "" || a["blocks"] != "")
}
