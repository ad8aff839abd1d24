package fakeslack

import (
	"crypto/rand"
	"fmt"
	"sync"
)

// Press lets a person use a control of a message as the message stands now: the one with that action_id. A choice is the
// value of an option; for checkboxes and multi menus several with commas between them; for the other menus an id; for
// pickers a date or a time. A button needs none: it sends its own value.
// An error means that nothing was sent: a message or control that is gone or that the person does not see, a choice that
// there is not, or ErrDispatchFailed.
func (w *Workspace) Press(user string, m Message, actionID, choice string) (*Invocation, error) {
	u, c, now, err := w.lookAt(user, m)
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
	e.hook = &hook{envelope: e.ID, user: user, channel: now.Channel, source: now.TS, born: w.opts.Now()}
	i := &Invocation{Envelope: e, User: user, Channel: now.Channel, since: w.journal.end(), pressed: now.place()}

	payload := w.interaction("block_actions", u)
	payload["trigger_id"] = w.triggers.issue(user, "")
	payload["response_url"] = i.ResponseURL()
	payload["channel"] = map[string]any{"id": c.ID, "name": c.slashName()}
	payload["container"] = messageContainer(now)
	payload["actions"] = []any{w.action(pressed, entry)}
	payload["state"] = map[string]any{"values": w.picks.pick(pick{now.place(), user}, blocks, pressed, entry)}
	if !now.Ephemeral() { // Slack does not keep an ephemeral message, so it has none to send
		wire := w.wireMessage(now)
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

// lookAt finds a message as it stands, for a person who sees it.
func (w *Workspace) lookAt(user string, m Message) (User, Channel, Message, error) {
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

// interaction begins the payload of an interaction. Its team and enterprise are those where the app is installed; only the user's
// team_id tells somebody of another organisation. With an install for the whole organisation there is no team.
func (w *Workspace) interaction(kind string, u User) map[string]any {
	team, _ := w.home(u)
	payload := map[string]any{
		"type": kind, "token": "workspace", "api_app_id": AppID, "enterprise": nil, "is_enterprise_install": w.opts.OrgInstall,
		"team": map[string]any{"id": w.team(), "domain": teamName},
		"user": map[string]any{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": team},
	}
	if w.opts.OrgInstall {
		payload["team"] = nil
	}
	if w.opts.Enterprise != "" {
		payload["enterprise"] = map[string]any{"id": w.opts.Enterprise, "name": w.opts.Enterprise}
	}
	return payload
}

// action is what a person did to a control.
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

// A pick is a person's view of a message: each sees what they picked in its menus themselves.
type pick struct {
	place
	user string
}

// picks remembers what people picked in messages.
type picks struct {
	keep  int
	mu    sync.Mutex
	state map[pick]values
}

func newPicks(keep int) *picks { return &picks{keep: keep, state: map[pick]values{}} }

// pick notes a choice and returns the state of the whole message.
func (p *picks) pick(at pick, blocks []map[string]any, c control, entry map[string]any) values {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := settled(blocks, p.state[at])
	if holdings[c.kind()].passing {
		return now
	}
	now = now.set(c, entry)
	if len(p.state) >= p.keep { // nobody looks that far back
		clear(p.state)
	}
	p.state[at] = now
	return now
}
