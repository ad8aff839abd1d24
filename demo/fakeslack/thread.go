package fakeslack

import (
	"cmp"
	"fmt"
	"slices"
)

// A conversation holds the messages of a channel as Slack's history has them at a time.
type conversation struct {
	messages []Message // in the order of posting, without ephemeral ones
	threads  map[string]thread
}

// A thread is the replies under the message whose ts is its key.
type thread struct {
	first   *Message // it may be deleted; nil if it is no longer stored
	replies []Message
}

// conversation returns the messages of a channel up to the ts until; "" is no limit.
func (w *Workspace) conversation(channel, until string) conversation {
	c := conversation{threads: map[string]thread{}}
	for _, m := range w.Messages() {
		if m.Channel != channel || m.Ephemeral() || until != "" && m.TS > until {
			continue
		}
		t := c.threads[cmp.Or(m.ThreadTS, m.TS)]
		switch {
		case !m.isReply():
			t.first = &m
		case !m.Deleted:
			t.replies = append(t.replies, m)
		}
		c.threads[cmp.Or(m.ThreadTS, m.TS)] = t
		if !m.Deleted || !m.isReply() {
			c.messages = append(c.messages, m)
		}
	}
	// A deleted message stays, as a tombstone, where there are replies to it.
	c.messages = slices.DeleteFunc(c.messages, func(m Message) bool {
		return m.Deleted && len(c.threads[m.TS].replies) == 0
	})
	return c
}

// wire returns m as conversations.history and conversations.replies do: the first message of a thread tells of the
// replies, and a reply that the channel sees has the first message with it.
func (c conversation) wire(w *Workspace, m Message, withMetadata bool) map[string]any {
	wire := w.wireMessage(m)
	if m.Deleted { // as Slack's own bot tells of it; the page of the subtype does not say more
		wire = map[string]any{"type": "message", "subtype": "tombstone", "hidden": true, "user": "USLACKBOT",
			"ts": m.TS, "text": "This message was deleted."}
	}
	if !withMetadata {
		delete(wire, "metadata")
	}
	if replies := c.threads[m.TS].replies; len(replies) > 0 {
		var users []string
		for _, r := range replies {
			if !slices.Contains(users, r.From) {
				users = append(users, r.From)
			}
		}
		wire["thread_ts"], wire["is_locked"] = m.TS, false
		wire["reply_count"], wire["latest_reply"] = len(replies), replies[len(replies)-1].TS
		wire["reply_users"], wire["reply_users_count"] = users, len(users)
	}
	if first := c.threads[m.ThreadTS].first; m.isReply() && first != nil {
		wire["parent_user_id"] = first.From
		if m.Broadcast {
			wire["root"] = c.wire(w, *first, withMetadata)
		}
	}
	return wire
}

// threadFor returns the ts of the thread that a reply to a message joins: its own, or that of the message it replies
// to. It is empty if that message is gone: Slack then posts in the channel and reports no error (observed:
// github.com/slack-go/slack/issues/1571).
func (w *Workspace) threadFor(channel, ts string) string {
	if ts == "" {
		return ""
	}
	if m, ok := w.journal.find(place{channel, ts}); ok {
		return cmp.Or(m.ThreadTS, ts)
	}
	if len(w.conversation(channel, "").threads[ts].replies) > 0 {
		return ts
	}
	return ""
}

// replies lists a message and the replies to it, the oldest first, page by page; a reply comes alone. The message
// itself comes whatever oldest and latest are, and only on the first page.
func (w *Workspace) replies(a args) (map[string]any, *refusal) {
	c, refused := w.readableChannel(a)
	if refused != nil {
		return nil, refused
	}
	i := slices.IndexFunc(c.messages, func(m Message) bool { return m.TS == a["ts"] })
	if i < 0 {
		return nil, &refusal{name: "thread_not_found"}
	}
	found := []Message{c.messages[i]}
	for _, r := range c.threads[a["ts"]].replies {
		if a.within(r.TS) {
			found = append(found, r)
		}
	}
	return c.page(w, found, a)
}

// Replies lists the replies to m, in the order of posting.
func (w *Workspace) Replies(m Message) []Message {
	return w.conversation(m.Channel, "").threads[m.TS].replies
}

// Delete deletes a message for all. A person may delete their own messages, and those of the app.
func (w *Workspace) Delete(user string, m Message) error {
	_, _, now, err := w.visibleMessage(user, m)
	if err != nil {
		return fmt.Errorf("deleting a message: %w", err)
	}
	if now.From != user && now.From != BotUserID {
		return fmt.Errorf("deleting message %s: user %q did not write it", m.TS, user)
	}
	w.journal.update(now.place(), func(m *Message) { m.Deleted = true })
	w.counters.count(func(*Stats) {})
	return nil
}
