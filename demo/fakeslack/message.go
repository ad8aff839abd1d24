package fakeslack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Message is one message as it stands at one time. It is shared between readers: do not change it.
type Message struct {
	Channel  string // id of the channel, of a direct conversation too
	TS       string // Slack's id of a message in its channel: seconds.micros, rising
	ThreadTS string // ts of the message it is a reply to; empty outside a thread
	From     string // user id of the author
	To       string // the one person who sees it; empty when the whole channel does
	Text     string
	Blocks   json.RawMessage // JSON array; nil when there are none
	Metadata json.RawMessage // {"event_type":…,"event_payload":…}; nil when there is none
	Files    []string        // ids of the files it came with
	Envelope string          // id of the envelope that it answers through a response_url or an ack; empty otherwise
	Deleted  bool
	Versions []Version // what it said before, oldest first; of many only the last few

	state uint64 // number of this state in the journal
}

// A Version is what a message said before it was changed.
type Version struct {
	Text   string
	Blocks json.RawMessage
}

// Ephemeral reports whether only m.To sees the message.
func (m Message) Ephemeral() bool { return m.To != "" }

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

// A place is where a message is: its ts is unique in its channel only.
type place struct{ channel, ts string }

func (m *Message) place() place { return place{m.Channel, m.TS} }

// maxVersions bounds what is kept of a message that is changed again and again.
const maxVersions = 20

// change makes m say something else and keeps what it said.
func (m *Message) change(c content) {
	old := m.Versions[max(0, len(m.Versions)+1-maxVersions):]
	m.Versions = append(slices.Clone(old), Version{m.Text, m.Blocks})
	m.Text, m.Blocks = c.text, c.blocks
	if c.metadata != nil {
		m.Metadata = c.metadata
	}
}

// Messages lists every message remembered, the deleted ones too, as each stands now, in the order they were posted.
func (w *Workspace) Messages() []Message {
	all := w.journal.latestStates()
	slices.SortStableFunc(all, func(a, b Message) int { return strings.Compare(a.TS, b.TS) })
	return all
}

// Sees lists what a person finds in a channel now: no deleted message, nobody else's ephemeral ones.
func (w *Workspace) Sees(user, channel string) []Message {
	return slices.DeleteFunc(w.Messages(), func(m Message) bool {
		return m.Channel != channel || m.Deleted || (m.To != "" && m.To != user)
	})
}

// WaitMessage returns the first state of any message, past or to come, that fits. Every state of a message is
// shown to fits, so a placeholder is found even when the answer has replaced it since.
// It fails when ctx ends or the workspace closes.
func (w *Workspace) WaitMessage(ctx context.Context, fits func(Message) bool) (Message, error) {
	return w.journal.feedFrom(0, nil).wait(ctx, fits)
}

// Watch returns a feed of the states that come from now on.
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
