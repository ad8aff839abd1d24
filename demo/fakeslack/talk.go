package fakeslack

import (
	"fmt"
	"strings"
)

// Talk lets a person write a message in a channel, or in their direct messages with the app; thread is the ts of the
// message that it replies to, or "". In a channel with the app a mention of it gives the event app_mention, and each
// direct message the event message.im, if the token has the scope for it; the envelope is nil without an event.
func (w *Workspace) Talk(user, channel, thread, text string) (Message, *Envelope, error) {
	u, ok := w.people.user(user)
	c, there := w.people.channel(channel)
	switch {
	case !ok || !there || !c.has(user):
		return Message{}, nil, fmt.Errorf("writing a message: user %q is in no channel %q", user, channel)
	case c.Archived:
		return Message{}, nil, fmt.Errorf("writing a message: channel %q is archived", channel)
	}
	m := w.journal.post(Message{Channel: channel, From: user, Text: text, ThreadTS: w.threadFor(channel, thread)})
	w.counters.count(func(*Stats) {})
	event, ok := w.talkEvent(c, m)
	if !ok {
		return m, nil, nil
	}
	if team, _ := w.home(u); team != w.team() { // in a channel that is shared with another workspace
		event["user_team"], event["source_team"] = team, team
	}
	e, err := w.Send(EventsAPI, w.eventPayload(event))
	return m, e, err
}

// Edit lets a person change the text of their message. The app receives message_changed for a direct message, and for a
// mention in a channel app_mention with "edited".
func (w *Workspace) Edit(user string, m Message, text string) (*Envelope, error) {
	_, c, now, err := w.visibleMessage(user, m)
	if err != nil || now.From != user {
		return nil, fmt.Errorf("editing message %s: user %q did not write it: %w", m.TS, user, err)
	}
	old := w.wireMessage(now)
	now, _ = w.journal.update(now.place(), func(m *Message) { m.change(content{text: text}) })
	event, ok := w.talkEvent(c, now)
	if !ok {
		return nil, nil
	}
	edited := map[string]any{"user": user, "ts": timestamp(w.opts.Now())}
	event["edited"] = edited
	if c.IM {
		changed := w.wireMessage(now)
		changed["edited"] = edited
		event = map[string]any{
			"type": "message", "subtype": "message_changed", "channel": c.ID, "channel_type": "im", "hidden": true,
			"message": changed, "previous_message": old, "ts": timestamp(w.opts.Now()), "event_ts": timestamp(w.opts.Now()),
		}
	}
	return w.Send(EventsAPI, w.eventPayload(event))
}

// talkEvent returns the event of a person's message; false if the app is not told of it.
func (w *Workspace) talkEvent(c Channel, m Message) (map[string]any, bool) {
	event := map[string]any{
		"user": m.From, "text": m.Text, "ts": m.TS, "channel": c.ID, "event_ts": m.TS, "team": w.team(),
		"client_msg_id": newID(),
	}
	if m.ThreadTS != "" {
		event["thread_ts"] = m.ThreadTS
	}
	switch {
	case c.IM && c.HasBot && w.hasScope("im:history"):
		event["type"], event["channel_type"] = "message", "im"
		return event, true
	case !c.IM && c.HasBot && w.hasScope("app_mentions:read") && strings.Contains(m.Text, "<@"+BotUserID+">"):
		event["type"] = "app_mention"
		return event, true
	}
	return nil, false
}

// MessageShortcut lets a person use one of the app's shortcuts on a message.
func (w *Workspace) MessageShortcut(user string, m Message, callbackID string) (*Invocation, error) {
	u, c, now, err := w.visibleMessage(user, m)
	if err != nil {
		return nil, fmt.Errorf("using shortcut %q: %w", callbackID, err)
	}
	e := w.newEnvelope(Interactive, false)
	e.secret = newID()
	e.responseURL = &responseURL{envelope: e.ID, user: user, channel: now.Channel, born: w.opts.Now()}
	i := &Invocation{Envelope: e, User: user, Channel: now.Channel, since: w.journal.end()}
	payload := w.interactionPayload("message_action", u)
	payload["callback_id"], payload["action_ts"] = callbackID, timestamp(w.opts.Now())
	payload["trigger_id"] = w.triggers.issue(user, "")
	payload["response_url"] = i.ResponseURL()
	payload["channel"] = map[string]any{"id": c.ID, "name": c.slashName()}
	payload["message_ts"], payload["message"] = now.TS, w.wireMessage(now)
	e.Payload = mustJSON(payload)
	w.envelopes.add(e)
	if err := w.deliver(e); err != nil {
		return nil, err
	}
	return i, nil
}

// eventPayload is the payload of an envelope with an event.
func (w *Workspace) eventPayload(event map[string]any) map[string]any {
	payload := map[string]any{
		"token": "workspace", "team_id": w.team(), "api_app_id": AppID, "type": "event_callback",
		"event_id": "Ev" + newID(), "event_time": w.opts.Now().Unix(), "is_ext_shared_channel": false, "event": event,
	}
	authorization := map[string]any{
		"enterprise_id": nil, "team_id": w.team(), "user_id": BotUserID, "is_bot": true,
		"is_enterprise_install": w.opts.OrgInstall,
	}
	if w.opts.Enterprise != "" {
		payload["enterprise_id"], authorization["enterprise_id"] = w.opts.Enterprise, w.opts.Enterprise
	}
	payload["authorizations"] = []any{authorization}
	return payload
}

// deleteMessage deletes a message of the bot.
func (w *Workspace) deleteMessage(a args) (map[string]any, *refusal) {
	at := place{a["channel"], a["ts"]}
	old, ok := w.journal.find(at)
	switch {
	case !ok, old.Ephemeral():
		return nil, &refusal{name: "message_not_found"}
	case old.From != BotUserID:
		return nil, &refusal{name: "cant_delete_message"}
	}
	w.journal.update(at, func(m *Message) { m.Deleted = true })
	return map[string]any{"channel": a["channel"], "ts": a["ts"]}, nil
}
