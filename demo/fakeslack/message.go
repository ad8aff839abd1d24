package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Message is the state of a message at one time. It is shared between readers and must not be changed.
type Message struct {
	Channel   string // id of the channel, of a direct conversation too
	TS        string // Slack's id of a message in its channel: seconds.micros, rising
	ThreadTS  string // ts of the message it is a reply to; empty outside a thread
	Broadcast bool   // a reply that the channel sees, too
	From      string // user id of the author
	To        string // the one person who sees it; empty when the whole channel does
	Text      string
	Blocks    json.RawMessage // JSON array; nil when there are none
	Metadata  json.RawMessage // {"event_type":…,"event_payload":…}; nil when there is none
	Files     []string        // ids of the files it came with
	Envelope  string          // id of the envelope that it answers through a response_url or an ack; empty otherwise
	Deleted   bool
	Versions  []Version // content before each change, oldest first; only the last maxVersions

	state uint64 // number of this state in the journal
}

// A Version is the content of a message before a change.
type Version struct {
	Text     string
	Blocks   json.RawMessage
	Metadata json.RawMessage
}

// Ephemeral reports whether only m.To sees the message.
func (m Message) Ephemeral() bool { return m.To != "" }

func (m Message) isReply() bool { return m.ThreadTS != "" && m.ThreadTS != m.TS }

// Payload returns the payload of m's metadata; nil if it has none of the given type.
func (m Message) Payload(eventType string) map[string]any { return payloadOf(m.Metadata, eventType) }

// Payload returns the payload of v's metadata; nil if it has none of the given type.
func (v Version) Payload(eventType string) map[string]any { return payloadOf(v.Metadata, eventType) }

func payloadOf(raw json.RawMessage, eventType string) map[string]any {
	var metadata struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	if json.Unmarshal(raw, &metadata) != nil || metadata.Type != eventType { // no metadata are no JSON
		return nil
	}
	return metadata.Payload
}

// Decoded is m.Blocks as Go values, one map for each block.
func (m Message) Decoded() []map[string]any {
	var blocks []map[string]any
	_ = json.Unmarshal(m.Blocks, &blocks) // they were checked when they came
	return blocks
}

// BlockTypes lists the types of the blocks in order: header, context, section.
func (m Message) BlockTypes() []string {
	var types []string
	for _, b := range m.Decoded() {
		t, _ := b["type"].(string)
		types = append(types, t)
	}
	return types
}

// A place identifies a message: its ts is unique in its channel only.
type place struct{ channel, ts string }

func (m *Message) place() place { return place{m.Channel, m.TS} }

// maxVersions bounds the stored versions of a message.
const maxVersions = 20

// change sets the content of m and stores the old content as a version.
func (m *Message) change(c content) {
	old := m.Versions[max(0, len(m.Versions)+1-maxVersions):]
	m.Versions = append(slices.Clone(old), Version{m.Text, m.Blocks, m.Metadata})
	m.Text, m.Blocks = c.text, c.blocks
	if c.metadata != nil {
		m.Metadata = c.metadata
	}
}

// Messages lists the current states of all stored messages, deleted ones too, in the order of posting.
func (w *Workspace) Messages() []Message {
	all := w.journal.latestStates()
	slices.SortStableFunc(all, func(a, b Message) int { return strings.Compare(a.TS, b.TS) })
	return all
}

// Sees lists the messages that a person sees in a channel and its threads: without other people's ephemeral ones. Of a
// deleted one a tombstone is left where it has replies: it is Deleted, without text and blocks.
func (w *Workspace) Sees(user, channel string) []Message {
	all := w.Messages()
	threads := map[string]bool{}
	for _, m := range all {
		if m.Channel == channel && m.isReply() && !m.Deleted {
			threads[m.ThreadTS] = true
		}
	}
	var seen []Message
	for _, m := range all {
		if m.Channel != channel || m.Ephemeral() && m.To != user || m.Deleted && !threads[m.TS] {
			continue
		}
		if m.Deleted {
			m.Text, m.Blocks, m.Files = "", nil, nil
		}
		seen = append(seen, m)
	}
	return seen
}

// WaitMessage returns the first state of any message, past or future, for which fits is true. fits is called for every
// state, so a placeholder is found even after the answer has replaced it.
// It fails when ctx ends or the workspace closes.
func (w *Workspace) WaitMessage(ctx context.Context, fits func(Message) bool) (Message, error) {
	return w.journal.feedFrom(0, nil).wait(ctx, fits)
}

// Watch returns a feed of future states.
func (w *Workspace) Watch() *Feed {
	return w.journal.feedFrom(w.journal.end(), nil)
}

func (f *Feed) wait(ctx context.Context, fits func(Message) bool) (Message, error) {
	for {
		m, err := f.Next(ctx)
		if err != nil {
			return Message{}, fmt.Errorf("waiting for a message: %w", err)
		}
		if fits(m) {
			return m, nil
		}
	}
}
