package fakeslack

import "fmt"

// PostAsUser posts a person's text in a channel that they are in, without an event for the app; see Talk.
func (w *Workspace) PostAsUser(user, channel, text string) error {
	c, ok := w.people.channel(channel)
	if !ok || !c.has(user) {
		return fmt.Errorf("posting a message: user %q is in no channel %q", user, channel)
	}
	if c.Archived {
		return fmt.Errorf("posting a message: channel %q is archived", channel)
	}
	w.journal.post(Message{Channel: channel, From: user, Text: text})
	w.counters.count(func(*Stats) {})
	return nil
}

// OpenHome opens the app's Home tab for a person: the app receives app_home_opened and may publish it.
func (w *Workspace) OpenHome(user string) (*Envelope, error) {
	if _, ok := w.people.user(user); !ok {
		return nil, fmt.Errorf("opening the Home tab: there is no user %q", user)
	}
	return w.Send(EventsAPI, w.eventPayload(map[string]any{
		"type": "app_home_opened", "user": user, "channel": w.DM(user), "tab": "home",
		"event_ts": timestamp(w.opts.Now()),
	}))
}
