package fakeslack

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Submit lets a person send the modal on top. An input that Slack itself finds wrong is an error and nothing is sent: a
// required one that is empty, a text too long, no number. What becomes of the modal is decided by the ack; it has happened
// when Acked is closed. An ack that makes no sense leaves the modal and is the envelope's Failure.
func (w *Workspace) Submit(user string) (*Envelope, error) {
	u, ok := w.people.user(user)
	v, open := w.Modal(user)
	switch {
	case !ok:
		return nil, fmt.Errorf("submitting: there is no user %q", user)
	case !open:
		return nil, fmt.Errorf("submitting: user %q has no modal open", user)
	case v.SubmitLabel == "" || v.given.SubmitDisabled:
		return nil, fmt.Errorf("submitting: modal %q cannot be submitted", v.Title)
	}
	if err := w.checkInputs(user, v); err != nil {
		return nil, err
	}
	payload := w.fromView("view_submission", u, v)
	delete(payload, "container")
	payload["trigger_id"] = w.triggers.issue(user, v.ID)
	payload["response_urls"] = []any{}
	e := w.newEnvelope(Interactive, true)
	e.Payload = mustJSON(payload)
	e.onAck = func(payload json.RawMessage) {
		if err := w.submitted(user, v.ID, payload); err != nil {
			e.fail(err.Error())
		}
	}
	w.envelopes.add(e)
	if err := w.deliver(e); err != nil {
		return nil, err
	}
	return e, nil
}

// An InputError says which inputs of a modal Slack itself refuses. The modal then has these errors, and the app
// receives nothing.
type InputError struct {
	Title  string            // of the modal
	Inputs map[string]string // the reason, by action_id
}

func (e *InputError) Error() string {
	var reasons []string
	for _, id := range slices.Sorted(maps.Keys(e.Inputs)) {
		reasons = append(reasons, id+": "+e.Inputs[id])
	}
	return fmt.Sprintf("submitting modal %q: %s", e.Title, strings.Join(reasons, "; "))
}

// checkInputs returns an InputError when Slack would refuse an input of v, and shows the reasons at the inputs.
func (w *Workspace) checkInputs(user string, v View) error {
	refused := &InputError{Title: v.Title, Inputs: map[string]string{}}
	atBlocks := map[string]string{}
	for _, c := range controlsOf(v.blocks) {
		if !c.isInput() {
			continue
		}
		if reason := c.unmet(v.state[c.blockID()][c.actionID()]); reason != "" {
			refused.Inputs[c.actionID()] = reason
			atBlocks[c.blockID()] = reason
		}
	}
	if len(atBlocks) == 0 {
		return nil
	}
	w.screens.change(func() {
		if _, i, ok := w.screens.where(v.ID, ""); ok {
			v := w.screens.stacks[user][i]
			v.Errors = atBlocks
			w.screens.put(user, i, v)
		}
	})
	return refused
}

// unmet is why an input with such an entry cannot be sent, or empty.
func (c control) unmet(entry map[string]any) string {
	said := inWords(entry[holdings[c.kind()].key])
	n := utf8.RuneCountInString(said)
	number := func(property string, otherwise int) int {
		if i, err := strconv.Atoi(fmt.Sprint(c.element[property])); err == nil {
			return i
		}
		return otherwise
	}
	switch {
	case n == 0 && c.block["optional"] != true:
		return "please complete this required field"
	case n == 0:
		return ""
	}
	switch c.kind() {
	case "plain_text_input":
		if least := number("min_length", 0); n < least {
			return fmt.Sprintf("at least %d characters", least)
		}
		if most := number("max_length", 3000); n > most {
			return fmt.Sprintf("at most %d characters", most)
		}
	case "number_input":
		return c.unmetNumber(said)
	}
	return ""
}

func (c control) unmetNumber(said string) string {
	value, err := strconv.ParseFloat(said, 64)
	if err != nil || c.element["is_decimal_allowed"] != true && strings.Contains(said, ".") {
		return "no number that is allowed"
	}
	if least, err := strconv.ParseFloat(text(c.element["min_value"]), 64); err == nil && value < least {
		return "at least " + text(c.element["min_value"])
	}
	if most, err := strconv.ParseFloat(text(c.element["max_value"]), 64); err == nil && value > most {
		return "at most " + text(c.element["max_value"])
	}
	return ""
}

// submitted does what the ack of a submission asks for.
func (w *Workspace) submitted(user, id string, ack json.RawMessage) (err error) {
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if len(ack) > 0 && json.Unmarshal(ack, &answer) != nil {
		return fmt.Errorf("invalid_response: the ack of a submission is no object")
	}
	var next View
	if answer.Action == "update" || answer.Action == "push" {
		var refused *refusal
		if next, refused = w.readView(answer.View, Modal); refused != nil {
			return refused
		}
	}
	w.screens.change(func() {
		_, i, ok := w.screens.where(id, "")
		if !ok {
			return // the person has closed it meanwhile
		}
		v := w.screens.stacks[user][i]
		switch answer.Action {
		case "":
			w.screens.remove(user, i)
		case "clear":
			delete(w.screens.stacks, user)
		case "errors":
			err = v.mark(answer.Errors)
			w.screens.put(user, i, v)
		case "update":
			v.replace(next)
			w.screens.put(user, i, v)
		case "push":
			if _, refused := w.screens.push(user, next); refused != nil {
				err = refused
			}
		default:
			err = fmt.Errorf("invalid_response: there is no response_action %q", answer.Action)
		}
	})
	return err
}

// mark shows errors at inputs of v. One for a block that is no input would be shown nowhere: Slack refuses them all.
func (v *View) mark(errors map[string]string) error {
	inputs := map[string]bool{}
	for _, c := range controlsOf(v.blocks) {
		inputs[c.blockID()] = inputs[c.blockID()] || c.isInput()
	}
	for id := range errors {
		if !inputs[id] {
			return fmt.Errorf("invalid_response: %q is the block_id of no input", id)
		}
	}
	if len(errors) == 0 {
		return fmt.Errorf("invalid_response: no errors are named")
	}
	v.Errors = errors
	return nil
}

// remove takes one modal away; those on top of it go too. The caller holds the lock.
func (s *screens) remove(user string, i int) {
	if s.stacks[user] = s.stacks[user][:i]; i == 0 {
		delete(s.stacks, user)
	}
}

// CloseModal lets a person close the modal on top, and with clear_on_close all beneath it. The app is told, by the
// envelope returned, only if it has asked for it with notify_on_close; otherwise the envelope is nil.
func (w *Workspace) CloseModal(user string) (*Envelope, error) {
	u, ok := w.people.user(user)
	var v View
	open := false
	w.screens.change(func() {
		if v, open = w.screens.top(user); !open {
			return
		}
		if v.ClearOnClose {
			delete(w.screens.stacks, user)
		} else {
			w.screens.remove(user, len(w.screens.stacks[user])-1)
		}
	})
	if !ok || !open {
		return nil, fmt.Errorf("closing: user %q has no modal open", user)
	}
	if !v.NotifyOnClose {
		return nil, nil
	}
	payload := w.fromView("view_closed", u, v)
	delete(payload, "container")
	payload["is_cleared"] = v.ClearOnClose
	return w.Send(Interactive, payload)
}
