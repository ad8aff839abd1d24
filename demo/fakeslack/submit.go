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

// Submit submits the modal on top. If Slack itself refuses an input, the error is an InputError and nothing is sent: a
// required one is empty, a text is too long, a number is none. The ack decides what happens to the modal, which is done
// when Acked is closed. After an invalid ack the modal stays, and Failure returns the reason.
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
	payload := w.viewPayload("view_submission", u, v)
	delete(payload, "container")
	payload["trigger_id"] = w.triggers.issue(user, v.ID)
	payload["response_urls"] = []any{}
	e := w.newEnvelope(Interactive, true)
	e.Payload = mustJSON(payload)
	e.onAck = func(payload json.RawMessage) {
		if err := w.applySubmissionAck(user, v.ID, payload); err != nil {
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
		if reason := c.inputError(v.state[c.blockID()][c.actionID()]); reason != "" {
			refused.Inputs[c.actionID()] = reason
			atBlocks[c.blockID()] = reason
		}
	}
	if len(atBlocks) == 0 {
		return nil
	}
	w.viewStore.change(func() {
		if _, i, ok := w.viewStore.where(v.ID, ""); ok {
			v := w.viewStore.stacks[user][i]
			v.Errors = atBlocks
			w.viewStore.put(user, i, v)
		}
	})
	return refused
}

// inputError returns why Slack refuses an input with such a value, or "".
func (c control) inputError(entry map[string]any) string {
	said := valueText(entry[valueFields[c.kind()].key])
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
		return c.numberError(said)
	}
	return ""
}

func (c control) numberError(said string) string {
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

// applySubmissionAck applies the ack of a submission.
func (w *Workspace) applySubmissionAck(user, id string, ack json.RawMessage) (err error) {
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
	w.viewStore.change(func() {
		_, i, ok := w.viewStore.where(id, "")
		if !ok {
			return // the person has closed it meanwhile
		}
		v := w.viewStore.stacks[user][i]
		switch answer.Action {
		case "":
			w.viewStore.remove(user, i)
		case "clear":
			delete(w.viewStore.stacks, user)
		case "errors":
			err = v.mark(answer.Errors)
			w.viewStore.put(user, i, v)
		case "update":
			v.replace(next)
			w.viewStore.put(user, i, v)
		case "push":
			if _, refused := w.viewStore.push(user, next); refused != nil {
				err = refused
			}
		default:
			err = fmt.Errorf("invalid_response: there is no response_action %q", answer.Action)
		}
	})
	return err
}

// mark sets errors at inputs of v. If one is for a block that is not an input, Slack refuses all of them.
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

// remove removes a modal and those on top of it. The caller holds the lock.
func (s *viewStore) remove(user string, i int) {
	if s.stacks[user] = s.stacks[user][:i]; i == 0 {
		delete(s.stacks, user)
	}
}

// CloseModal closes the modal on top, and with clear_on_close all below it. With notify_on_close the app receives the
// returned envelope; otherwise it is nil.
func (w *Workspace) CloseModal(user string) (*Envelope, error) {
	u, ok := w.people.user(user)
	var v View
	open := false
	w.viewStore.change(func() {
		if v, open = w.viewStore.top(user); !open {
			return
		}
		if v.ClearOnClose {
			delete(w.viewStore.stacks, user)
		} else {
			w.viewStore.remove(user, len(w.viewStore.stacks[user])-1)
		}
	})
	if !ok || !open {
		return nil, fmt.Errorf("closing: user %q has no modal open", user)
	}
	if !v.NotifyOnClose {
		return nil, nil
	}
	payload := w.viewPayload("view_closed", u, v)
	delete(payload, "container")
	payload["is_cleared"] = v.ClearOnClose
	return w.Send(Interactive, payload)
}
