package fakeslack

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// visibleChannel finds a channel that the bot may see with the scopes for kind: a public one, or a private one that
// it is in.
func (w *Workspace) visibleChannel(id, kind string) (Channel, *refusal) {
	c, ok := w.people.channel(id)
	if !ok || !c.HasBot && (c.Private || c.IM) {
		return Channel{}, &refusal{name: "channel_not_found"}
	}
	scope := "channels:" + kind
	switch {
	case c.IM:
		scope = "im:" + kind
	case c.Private:
		scope = "groups:" + kind
	}
	if !w.hasScope(scope) {
		return Channel{}, &refusal{name: "missing_scope", needed: scope, provided: strings.Join(w.opts.Scopes, ",")}
	}
	return c, nil
}

func (w *Workspace) channelInfo(a args) (map[string]any, *refusal) {
	c, refused := w.visibleChannel(a["channel"], "read")
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"channel": map[string]any{
		"id": c.ID, "name": c.Name,
		"is_channel": !c.IM && !c.Private, "is_group": c.Private, "is_im": c.IM, "is_mpim": false,
		"is_private": c.Private, "is_archived": c.Archived, "is_member": c.HasBot,
	}}, nil
}

// sharedConversations lists the channels of one person that the bot may see: public ones, and private ones that both
// are in. The bot needs the scope of each type in the request. A token for a whole organisation needs the workspace
// (docs: users.conversations).
func (w *Workspace) sharedConversations(a args) (map[string]any, *refusal) {
	if _, ok := w.people.user(a["user"]); !ok {
		return nil, &refusal{name: "user_not_found"}
	}
	if w.opts.OrgInstall && a["team_id"] == "" {
		return nil, &refusal{name: "missing_argument"}
	}
	types := strings.Split(cmp.Or(a["types"], "public_channel"), ",")
	for _, kind := range types {
		scope := map[string]string{"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read",
			"mpim": "mpim:read"}[kind]
		switch {
		case scope == "":
			return nil, &refusal{name: "invalid_types"}
		case !w.hasScope(scope):
			return nil, &refusal{name: "missing_scope", needed: scope, provided: strings.Join(w.opts.Scopes, ",")}
		}
	}
	var found []map[string]any
	for _, c := range w.Channels() {
		kind := "public_channel"
		switch {
		case c.IM:
			kind = "im"
		case c.Private:
			kind = "private_channel"
		}
		archived := c.Archived && a["exclude_archived"] == "true"
		if !archived && slices.Contains(types, kind) && c.has(a["user"]) && (c.HasBot || kind == "public_channel") {
			found = append(found, map[string]any{
				"id": c.ID, "name": c.Name, "is_private": c.Private, "is_archived": c.Archived,
			})
		}
	}
	from, to, next, refused := page(a, len(found))
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"channels": found[from:to], "response_metadata": map[string]any{"next_cursor": next}}, nil
}

// openConversation opens the direct conversation with one person. For several people Slack opens a group, which needs
// one more scope.
func (w *Workspace) openConversation(a args) (map[string]any, *refusal) {
	users := a["users"]
	switch {
	case users == "":
		return nil, &refusal{name: "users_list_not_supplied"}
	case strings.Contains(users, ","):
		return nil, &refusal{name: "missing_scope", needed: "mpim:write", provided: strings.Join(w.opts.Scopes, ",")}
	}
	u, ok := w.people.user(users)
	switch {
	case !ok:
		return nil, &refusal{name: "user_not_found"}
	case u.Deleted:
		return nil, &refusal{name: "user_disabled"}
	}
	return map[string]any{"channel": map[string]any{"id": w.DM(users)}}, nil
}

// members lists who is in a channel, the bot among them, page by page.
func (w *Workspace) members(a args) (map[string]any, *refusal) {
	c, refused := w.visibleChannel(a["channel"], "read")
	if refused != nil {
		return nil, refused
	}
	all := slices.Clone(c.Members)
	if c.HasBot {
		all = append(all, BotUserID)
	}
	from, to, next, refused := page(a, len(all))
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"members": all[from:to], "response_metadata": map[string]any{"next_cursor": next}}, nil
}

// history lists a channel's messages, the newest first, page by page. Metadata come only when they are asked for. Of
// replies it has those that the channel sees.
func (w *Workspace) history(a args) (map[string]any, *refusal) {
	c, refused := w.readableChannel(a)
	if refused != nil {
		return nil, refused
	}
	var found []Message
	for _, m := range c.messages {
		if (!m.isReply() || m.Broadcast) && a.within(m.TS) {
			found = append(found, m)
		}
	}
	slices.Reverse(found)
	return c.page(w, found, a)
}

// readableChannel returns what the bot may read of a channel.
func (w *Workspace) readableChannel(a args) (conversation, *refusal) {
	c, refused := w.visibleChannel(a["channel"], "history")
	if refused != nil {
		return conversation{}, refused
	}
	if !c.HasBot {
		return conversation{}, &refusal{name: "not_in_channel"}
	}
	return w.conversation(c.ID, timestamp(w.opts.Now().Add(-w.opts.HistoryLag))), nil
}

// page returns the page of found that a asks for.
func (c conversation) page(w *Workspace, found []Message, a args) (map[string]any, *refusal) {
	from, to, next, refused := page(a, len(found))
	if refused != nil {
		return nil, refused
	}
	messages := []map[string]any{}
	for _, m := range found[from:to] {
		messages = append(messages, c.wire(w, m, a.is("include_all_metadata")))
	}
	return map[string]any{"messages": messages, "has_more": next != "",
		"response_metadata": map[string]any{"next_cursor": next}}, nil
}

// within reports whether ts is between a's oldest and latest.
func (a args) within(ts string) bool {
	return after(ts, a["oldest"], a.is("inclusive")) &&
		(a["latest"] == "" || after(a["latest"], ts, a.is("inclusive")))
}

// is reports whether a flag is set.
func (a args) is(flag string) bool { return a[flag] == "true" || a[flag] == "1" }

// timestamp writes t as the ts of a message.
func timestamp(t time.Time) string {
	micros := t.UnixMicro()
	return strconv.FormatInt(micros/1e6, 10) + "." + strconv.FormatInt(1e6+micros%1e6, 10)[1:]
}

// after reports whether the timestamp a is after b, or equal to b if orIs is set.
func after(a, b string, orIs bool) bool {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64) // none is 0
	return x > y || orIs && x == y
}

// page reads limit and cursor for a list of n.
func page(a args, n int) (from, to int, next string, refused *refusal) {
	limit := 100
	if text := a["limit"]; text != "" {
		var err error
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > 1000 {
			return 0, 0, "", &refusal{name: "invalid_limit"}
		}
	}
	if cursor := a["cursor"]; cursor != "" {
		var err error
		if from, err = strconv.Atoi(strings.TrimPrefix(cursor, "next:")); err != nil || from < 0 || from > n {
			return 0, 0, "", &refusal{name: "invalid_cursor"}
		}
	}
	if to = min(n, from+limit); to < n {
		next = "next:" + strconv.Itoa(to)
	}
	return from, to, next, nil
}

// Marked lists the messages in a channel that carry metadata of the given type, as their payloads, in the order of
// posting.
func (w *Workspace) Marked(channel, eventType string) []map[string]any {
	var payloads []map[string]any
	for _, m := range w.Messages() {
		if payload := m.Payload(eventType); payload != nil && !m.Deleted && (channel == "" || m.Channel == channel) {
			payloads = append(payloads, payload)
		}
	}
	return payloads
}
