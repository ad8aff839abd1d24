package fakeslack

import (
	"crypto/rand"
	"fmt"
	"sync"
)

// Press uses the control with an action_id in the current state of a message. The choice is the value of an option; for
// checkboxes and multi menus, several values with commas between; for the other menus an id; for pickers a date or a
// time. A button sends its own value. After an error nothing was sent: the person does not see the message or the
// control, there is no such choice, or the error is ErrDispatchFailed.
func (w *Workspace) Press(user string, m Message, actionID, choice string) (*Invocation, error) {
	u, c, now, err := w.visibleMessage(user, m)
	if err != nil {
		return nil, fmt.Errorf("pressing %q: %w", actionID, err)
	}
	// Slack makes up ids anew whenever a message changes.
	blocks := identified(now.Blocks, fmt.Sprint(now.Channel, now.TS, now.state))
	pressed, err := find(blocks, user, actionID, choice)
	if err != nil {
		return nil, fmt.Errorf("pressing in message %s: %w", now.TS, err)
	}
	entry, err := pressed.entry(choice, nil)
	if err != nil {
		return nil, fmt.Errorf("pressing in message %s: %w", now.TS, err)
	}
	e := w.newEnvelope(Interactive, false)
	e.secret = rand.Text()
	e.responseURL = &responseURL{envelope: e.ID, user: user, channel: now.Channel, source: now.TS, born: w.opts.Now()}
	i := &Invocation{Envelope: e, User: user, Channel: now.Channel, since: w.journal.end(), pressed: now.place()}

	payload := w.interactionPayload("block_actions", u)
	payload["trigger_id"] = w.triggers.issue(user, "")
	payload["response_url"] = i.ResponseURL()
	payload["channel"] = map[string]any{"id": c.ID, "name": c.slashName()}
	payload["container"] = messageContainer(now)
	payload["actions"] = []any{w.action(pressed, entry)}
	payload["state"] = map[string]any{"values": w.selections.pick(pick{now.place(), user}, blocks, pressed, entry)}
	if !now.Ephemeral() { // Slack does not keep an ephemeral message, so it has none to send
		wire := w.conversation(now.Channel, "").wire(w, now, true)
		wire["blocks"] = blocks
		payload["message"] = wire
	}
	e.Payload = mustJSON(payload)
	w.envelopes.add(e)
	if err := w.deliver(e); err != nil {
		return nil, err
	}
	return i, nil
}

// visibleMessage returns the current state of a message that a person sees.
func (w *Workspace) visibleMessage(user string, m Message) (User, Channel, Message, error) {
	u, ok := w.people.user(user)
	if !ok {
		return u, Channel{}, m, fmt.Errorf("there is no user %q", user)
	}
	c, ok := w.people.channel(m.Channel)
	if !ok || !c.has(user) {
		return u, c, m, fmt.Errorf("user %q is in no channel %q", user, m.Channel)
	}
	now, ok := w.journal.find(m.place())
	switch {
	case !ok:
		return u, c, m, fmt.Errorf("message %s is gone", m.TS)
	case now.Ephemeral() && now.To != user:
		return u, c, m, fmt.Errorf("message %s is not shown to user %q", m.TS, user)
	}
	return u, c, now, nil
}

// interactionPayload returns the common part of the payload of an interaction. Its team and enterprise are those of the
// installation; for a person of another organisation only the user's team_id differs. An installation for a whole
// organisation has no team.
func (w *Workspace) interactionPayload(kind string, u User) map[string]any {
	team, _ := w.home(u)
	payload := map[string]any{
		"type": kind, "token": "workspace", "api_app_id": AppID, "enterprise": nil,
		"is_enterprise_install": w.opts.OrgInstall,
		"team":                  map[string]any{"id": w.team(), "domain": teamName},
		"user":                  map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": team},
	}
	if w.opts.OrgInstall {
		payload["team"] = nil
	}
	if w.opts.Enterprise != "" {
		payload["enterprise"] = map[string]any{"id": w.opts.Enterprise, "name": w.opts.Enterprise}
	}
	return payload
}

// action returns an element of "actions": the use of a control.
func (w *Workspace) action(c control, entry map[string]any) map[string]any {
	action := map[string]any{
		"block_id": c.blockID(), "action_id": c.actionID(), "action_ts": timestamp(w.opts.Now()),
	}
	if label, ok := c.element["text"]; ok {
		action["text"] = label
	}
	for name, value := range entry {
		action[name] = value
	}
	return action
}

func messageContainer(m Message) map[string]any {
	container := map[string]any{
		"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": m.Ephemeral(),
	}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	return container
}

// A pick is a person and a message: each person sees only their own choices in its menus.
type pick struct {
	place
	user string
}

// selections stores the choices of people in messages.
type selections struct {
	keep  int
	mu    sync.Mutex
	state map[pick]values
}

func newSelections(keep int) *selections { return &selections{keep: keep, state: map[pick]values{}} }

// pick records a choice and returns the state of the whole message.
func (p *selections) pick(at pick, blocks []map[string]any, c control, entry map[string]any) values {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := initialState(blocks, p.state[at])
	if valueFields[c.kind()].transient {
		return now
	}
	now = now.set(c, entry)
	if len(p.state) >= p.keep { // drop old ones
		clear(p.state)
	}
	p.state[at] = now
	return now
}
