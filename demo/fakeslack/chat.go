package fakeslack

import (
	"encoding/json"
	"unicode/utf8"
)

// Lengths of a message's text in characters. Longer ones are cut, or refused by chat.update
// (docs.slack.dev/reference/methods/chat.update, msg_too_long).
const (
	maxText       = 40_000
	maxUpdateText = 4_000
)

// content is the text, blocks and metadata of a message.
type content struct {
	text     string
	blocks   json.RawMessage // nil when there are none
	metadata json.RawMessage // nil when there is none
}

// content reads and checks the content of a message. hasBlocks is true for an empty list of blocks, too, which removes
// the blocks of a message.
func (w *Workspace) content(a args) (c content, hasBlocks bool, refused *refusal) {
	raw, hasBlocks := a["blocks"]
	if raw == "" || raw == "null" {
		hasBlocks = false
	}
	if hasBlocks {
		c.blocks = json.RawMessage(raw)
		if problems := validate(c.blocks, w.refusedTypes()); len(problems) > 0 {
			return content{}, true, &refusal{name: problems[0].Code, problems: problems}
		}
		if isEmptyList(c.blocks) {
			c.blocks = nil
		}
	}
	c.text = firstChars(a["text"], maxText)
	c.metadata, refused = metadata(a["metadata"])
	return c, hasBlocks, refused
}

func isEmptyList(raw json.RawMessage) bool {
	var list []json.RawMessage
	return json.Unmarshal(raw, &list) == nil && len(list) == 0
}

// firstChars cuts s to its first n Unicode code points.
func firstChars(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// metadata reads a message's metadata. An empty event_type means no metadata: slack-go sends it for such messages.
func metadata(raw string) (json.RawMessage, *refusal) {
	if raw == "" {
		return nil, nil
	}
	var m struct {
		EventType    string         `json:"event_type"`
		EventPayload map[string]any `json:"event_payload"`
	}
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		return nil, &refusal{name: "invalid_metadata_format"}
	}
	if m.EventType == "" {
		return nil, nil
	}
	return json.RawMessage(raw), nil
}

// postMessage posts to a channel, or to a person's direct conversation with the bot when given a person's id.
func (w *Workspace) postMessage(a args) (map[string]any, *refusal) {
	id := a["channel"]
	if _, ok := w.people.user(id); ok {
		id = w.DM(id)
	}
	channel, refused := w.writableChannel(id)
	if refused != nil {
		return nil, refused
	}
	c, _, refused := w.content(a)
	if refused != nil {
		return nil, refused
	}
	if c.text == "" && c.blocks == nil {
		return nil, &refusal{name: "no_text"}
	}
	if w.opts.LimitPosts && !w.posts.allow(channel.ID) {
		return nil, &refusal{name: "ratelimited", retryAfter: 1}
	}
	thread := w.threadFor(channel.ID, a["thread_ts"])
	m := w.journal.post(Message{
		Channel: channel.ID, From: BotUserID, ThreadTS: thread, Broadcast: thread != "" && a.is("reply_broadcast"),
		Text: c.text, Blocks: c.blocks, Metadata: c.metadata,
	})
	return map[string]any{"channel": channel.ID, "ts": m.TS, "message": w.wireMessage(m)}, nil
}

// writableChannel finds a channel that the bot may write to.
func (w *Workspace) writableChannel(id string) (Channel, *refusal) {
	c, ok := w.people.channel(id)
	switch {
	case !ok, !c.HasBot && (c.Private || c.IM):
		return Channel{}, &refusal{name: "channel_not_found"}
	case c.Archived:
		return Channel{}, &refusal{name: "is_archived"}
	case !c.HasBot && !w.hasScope("chat:write.public"):
		return Channel{}, &refusal{name: "not_in_channel"}
	}
	return c, nil
}

func (w *Workspace) postEphemeral(a args) (map[string]any, *refusal) {
	channel, refused := w.writableChannel(a["channel"])
	if refused != nil {
		return nil, refused
	}
	if u, ok := w.people.user(a["user"]); !ok || u.Deleted || !channel.has(u.ID) {
		return nil, &refusal{name: "user_not_in_channel"}
	}
	c, _, refused := w.content(a)
	if refused != nil {
		return nil, refused
	}
	if c.text == "" && c.blocks == nil {
		return nil, &refusal{name: "no_text"}
	}
	m := w.journal.post(Message{
		Channel: channel.ID, From: BotUserID, To: a["user"], ThreadTS: a["thread_ts"],
		Text: c.text, Blocks: c.blocks,
	})
	return map[string]any{"message_ts": m.TS}, nil
}

// updateMessage changes a message of the bot. Text without blocks removes the blocks there were, blocks
// without text leave the text as it was. Metadata stay unless there are others; an empty object removes them. An
// ephemeral message is not found: it is not in the channel.
func (w *Workspace) updateMessage(a args) (map[string]any, *refusal) {
	channel, ok := w.people.channel(a["channel"])
	if !ok {
		return nil, &refusal{name: "channel_not_found"}
	}
	at := place{channel.ID, a["ts"]}
	old, ok := w.journal.find(at)
	switch {
	case !ok, old.Ephemeral():
		return nil, &refusal{name: "message_not_found"}
	case old.From != BotUserID:
		return nil, &refusal{name: "cant_update_message"}
	case channel.Archived:
		return nil, &refusal{name: "is_archived"}
	case utf8.RuneCountInString(a["text"]) > maxUpdateText:
		return nil, &refusal{name: "msg_too_long"}
	case w.opts.LimitPosts && !w.updates.allow():
		return nil, &refusal{name: "ratelimited", retryAfter: 1}
	}
	c, hasBlocks, refused := w.content(a)
	if refused != nil {
		return nil, refused
	}
	if c.text == "" && !hasBlocks {
		return nil, &refusal{name: "no_text"}
	}
	m, ok := w.journal.update(at, func(m *Message) {
		if _, given := a["text"]; !given {
			c.text = m.Text
		}
		m.change(c)
		if a["metadata"] == "{}" {
			m.Metadata = nil
		}
	})
	if !ok {
		return nil, &refusal{name: "message_not_found"}
	}
	return map[string]any{"channel": channel.ID, "ts": m.TS, "text": m.Text, "message": w.wireMessage(m)}, nil
}

func (w *Workspace) wireMessage(m Message) map[string]any {
	wire := map[string]any{
		"type": "message", "user": m.From, "team": w.team(), "ts": m.TS, "text": m.Text,
	}
	if m.From == BotUserID {
		wire["bot_id"], wire["app_id"] = botID, AppID
	}
	if m.Blocks != nil {
		wire["blocks"] = m.Blocks
	}
	if m.Metadata != nil {
		wire["metadata"] = m.Metadata
	}
	if m.ThreadTS != "" {
		wire["thread_ts"] = m.ThreadTS
	}
	if m.Broadcast {
		wire["subtype"] = "thread_broadcast"
	}
	if len(m.Files) > 0 {
		var files []map[string]any
		for _, id := range m.Files {
			files = append(files, map[string]any{"id": id})
		}
		wire["files"], wire["upload"] = files, true
	}
	return wire
}
