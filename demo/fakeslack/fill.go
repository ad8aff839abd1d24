package fakeslack

import (
	"fmt"
	"maps"
)

// PressView uses a control of the modal on top, as Press does in a message. The app does not receive the use of an
// input
// without dispatch_action: that is an error, see Fill.
func (w *Workspace) PressView(user, actionID, choice string) (*Invocation, error) {
	return w.useAndDispatch(user, Modal, actionID, choice)
}

// PressHome uses a control of a person's Home tab, as Press does in a message.
func (w *Workspace) PressHome(user, actionID, choice string) (*Invocation, error) {
	return w.useAndDispatch(user, HomeTab, actionID, choice)
}

func (w *Workspace) useAndDispatch(user, kind, actionID, choice string) (*Invocation, error) {
	u, err := w.use(user, kind, actionID, choice)
	if err != nil {
		return nil, fmt.Errorf("pressing %q: %w", actionID, err)
	}
	if !u.control.dispatches() {
		return nil, fmt.Errorf("pressing %q: an input without dispatch_action sends nothing to the app", actionID)
	}
	return w.sendBlockActions(u)
}

// Fill enters a value in the modal on top: a text, the value of an option, an id or a date. The empty string empties an
// input. The app receives block_actions only if the input has dispatch_action or the control is not in an input block.
func (w *Workspace) Fill(user, actionID, value string) error {
	u, err := w.use(user, Modal, actionID, value)
	if err == nil && u.control.dispatches() {
		_, err = w.sendBlockActions(u)
	}
	if err != nil {
		return fmt.Errorf("filling in %q: %w", actionID, err)
	}
	return nil
}

// A use is one use of a control in a view.
type use struct {
	user    User
	view    View // after the change
	control control
	entry   map[string]any
}

// use sets the value of a control in a person's view.
func (w *Workspace) use(user, kind, actionID, choice string) (u use, err error) {
	var ok bool
	if u.user, ok = w.people.user(user); !ok {
		return u, fmt.Errorf("there is no user %q", user)
	}
	w.viewStore.change(func() {
		v, put, found := w.viewStore.shown(user, kind)
		if !found {
			err = fmt.Errorf("user %q has no %s open", user, kind)
			return
		}
		if u.control, err = find(v.blocks, user, actionID, choice); err != nil {
			return
		}
		if u.entry, err = u.control.entry(choice, v.suggested[actionID]); err != nil {
			return
		}
		if !valueFields[u.control.kind()].transient {
			v.setState(v.state.set(u.control, u.entry))
		}
		v.Errors = withoutError(v.Errors, u.control.blockID())
		put(v)
		u.view = v
	})
	return u, err
}

// withoutError returns errors without the one at a block: Slack removes it when the person changes the input.
func withoutError(errors map[string]string, blockID string) map[string]string {
	if _, ok := errors[blockID]; !ok {
		return errors
	}
	left := maps.Clone(errors)
	delete(left, blockID)
	if len(left) == 0 {
		return nil
	}
	return left
}

// shown returns the view of a kind that a person sees, and a function that replaces it. The caller holds the lock.
func (s *viewStore) shown(user, kind string) (v View, put func(View), ok bool) {
	if kind == HomeTab {
		v, ok = s.homes[user]
	} else {
		v, ok = s.top(user)
	}
	if !ok {
		return View{}, nil, false
	}
	return s.open(v.ID, "")
}

// sendBlockActions sends the use of a control in a view. Without a message there is no response_url.
func (w *Workspace) sendBlockActions(u use) (*Invocation, error) {
	e := w.newEnvelope(Interactive, false)
	i := &Invocation{Envelope: e, User: u.user.ID, since: w.journal.end()}
	payload := w.viewPayload("block_actions", u.user, u.view)
	payload["trigger_id"] = w.triggers.issue(u.user.ID, u.view.ID)
	payload["actions"] = []any{w.action(u.control, u.entry)}
	e.Payload = mustJSON(payload)
	w.envelopes.add(e)
	if err := w.deliver(e); err != nil {
		return nil, err
	}
	return i, nil
}

// viewPayload returns the common part of the payload of an interaction in a view.
func (w *Workspace) viewPayload(kind string, u User, v View) map[string]any {
	payload := w.interactionPayload(kind, u)
	payload["view"] = v.wire()
	payload["container"] = map[string]any{"type": "view", "view_id": v.ID}
	return payload
}
