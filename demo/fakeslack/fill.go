package fakeslack

import (
	"fmt"
	"maps"
)

// PressView lets a person use a control of the modal on top, as Press does in a message. Slack tells the app nothing of an
// input without dispatch_action: that is an error here, and Fill is for it.
func (w *Workspace) PressView(user, actionID, choice string) (*Invocation, error) {
	return w.useAndTell(user, Modal, actionID, choice)
}

// PressHome lets a person use a control of their Home tab, as Press does in a message.
func (w *Workspace) PressHome(user, actionID, choice string) (*Invocation, error) {
	return w.useAndTell(user, HomeTab, actionID, choice)
}

func (w *Workspace) useAndTell(user, kind, actionID, choice string) (*Invocation, error) {
	u, err := w.use(user, kind, actionID, choice)
	if err != nil {
		return nil, fmt.Errorf("pressing %q: %w", actionID, err)
	}
	if !u.control.dispatches() {
		return nil, fmt.Errorf("pressing %q: the app is told nothing of an input without dispatch_action", actionID)
	}
	return w.tell(u)
}

// Fill lets a person enter a value in the modal on top, as Press takes it: a text, the value of an option, an id, a date;
// the empty string empties an input. Slack keeps it to itself, unless the input has dispatch_action or the control is in
// no input block: then the app gets block_actions.
func (w *Workspace) Fill(user, actionID, value string) error {
	u, err := w.use(user, Modal, actionID, value)
	if err == nil && u.control.dispatches() {
		_, err = w.tell(u)
	}
	if err != nil {
		return fmt.Errorf("filling in %q: %w", actionID, err)
	}
	return nil
}

// A use is one change that a person made in a view.
type use struct {
	user    User
	view    View // as it is after it
	control control
	entry   map[string]any
}

// use changes the state of a person's view.
func (w *Workspace) use(user, kind, actionID, choice string) (u use, err error) {
	var ok bool
	if u.user, ok = w.people.user(user); !ok {
		return u, fmt.Errorf("there is no user %q", user)
	}
	w.screens.change(func() {
		v, put, found := w.screens.shown(user, kind)
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
		if !holdings[u.control.kind()].passing {
			v.enter(v.state.set(u.control, u.entry))
		}
		v.Errors = without(v.Errors, u.control.blockID())
		put(v)
		u.view = v
	})
	return u, err
}

// without is errors but for one: what Slack said of an input goes when the person changes it.
func without(errors map[string]string, blockID string) map[string]string {
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

// shown is the view of a kind that a person sees, and what puts another in its place. The caller holds the lock.
func (s *screens) shown(user, kind string) (v View, put func(View), ok bool) {
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

// tell sends block_actions from a view. There is no message, so there is no response_url.
func (w *Workspace) tell(u use) (*Invocation, error) {
	e := w.newEnvelope(Interactive, false)
	i := &Invocation{Envelope: e, User: u.user.ID, since: w.journal.end()}
	payload := w.fromView("block_actions", u.user, u.view)
	payload["trigger_id"] = w.triggers.issue(u.user.ID, u.view.ID)
	payload["actions"] = []any{w.action(u.control, u.entry)}
	e.Payload = mustJSON(payload)
	w.envelopes.add(e)
	if err := w.deliver(e); err != nil {
		return nil, err
	}
	return i, nil
}

// fromView begins the payload of an interaction in a view.
func (w *Workspace) fromView(kind string, u User, v View) map[string]any {
	payload := w.interaction(kind, u)
	payload["view"] = v.wire()
	payload["container"] = map[string]any{"type": "view", "view_id": v.ID}
	return payload
}
