package fakeslack

import "fmt"

// Shortcut lets a person use one of the app's global shortcuts, the one with that callback_id. It belongs to no
// channel and
// has no response_url: what answers it is a modal, or a message to the person.
func (w *Workspace) Shortcut(user, callbackID string) (*Invocation, error) {
	u, ok := w.people.user(user)
	if !ok {
		return nil, fmt.Errorf("using shortcut %q: there is no user %q", callbackID, user)
	}
	e := w.newEnvelope(Interactive, false)
	i := &Invocation{Envelope: e, User: user, since: w.journal.end()}
	payload := w.interactionPayload("shortcut", u)
	payload["callback_id"] = callbackID
	payload["action_ts"] = timestamp(w.opts.Now())
	payload["trigger_id"] = w.triggers.issue(user, "")
	e.Payload = mustJSON(payload)
	w.envelopes.add(e)
	if err := w.deliver(e); err != nil {
		return nil, err
	}
	return i, nil
}
