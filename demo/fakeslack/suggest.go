package fakeslack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"
	"unicode/utf8"
)

// minQuery is the default min_query_length of an external_select.
const minQuery = 3

// The person may have closed the modal meanwhile.
var errModalGone = errors.New("the modal is not open any more")

// suggestions are the answer to a block_suggestion.
var suggestions = object(of(optional("options", list(0, 100, menuOption)), groups).with(oneSource))

// Suggest types into an external_select of the modal on top and returns the options that the app suggests, those of
// groups one after the other. With fewer characters than min_query_length there is no request and no options.
// An answer that is too late, or that Slack would refuse, is an error.
func (w *Workspace) Suggest(user, actionID, typed string) ([]Option, error) {
	u, ok := w.people.user(user)
	v, open := w.Modal(user)
	if !ok || !open {
		return nil, fmt.Errorf("typing into %q: user %q has no modal open", actionID, user)
	}
	c, err := find(v.blocks, user, actionID, "")
	if err != nil {
		return nil, fmt.Errorf("typing into %q: %w", actionID, err)
	}
	if c.kind() != "external_select" && c.kind() != "multi_external_select" {
		return nil, fmt.Errorf("typing into %q: a %s asks the app for no options", actionID, c.kind())
	}
	if utf8.RuneCountInString(typed) < c.minQuery() {
		return nil, nil
	}
	payload := w.viewPayload("block_suggestion", u, v)
	payload["action_id"], payload["block_id"], payload["value"] = actionID, c.blockID(), typed
	e, err := w.Send(Interactive, payload)
	if err != nil {
		return nil, fmt.Errorf("typing into %q: %w", actionID, err)
	}
	options, err := w.suggestedOptions(e)
	if err != nil {
		return nil, fmt.Errorf("typing into %q: %w", actionID, err)
	}
	return options, w.storeOptions(v.ID, actionID, options)
}

func (c control) minQuery() int {
	if n, err := strconv.Atoi(fmt.Sprint(c.element["min_query_length"])); err == nil {
		return n
	}
	return minQuery
}

// suggestedOptions waits for the options in the ack of e.
func (w *Workspace) suggestedOptions(e *Envelope) ([]Option, error) {
	ctx, cancel := context.WithTimeout(context.Background(), w.opts.AckTimeout)
	defer cancel()
	if err := w.wait(ctx, e.acked); err != nil {
		return nil, fmt.Errorf("operation_timeout: %w", err)
	}
	var decoded any
	decode(e.AckPayload(), &decoded)
	check := newValidator(nil, math.MaxInt, nil)
	suggestions(check, decoded)
	if len(check.problems) > 0 {
		return nil, fmt.Errorf("the options are refused: %v", check.problems[0])
	}
	var answer struct {
		Options []menuItem
		Groups  []struct{ Options []menuItem } `json:"option_groups"`
	}
	_ = json.Unmarshal(e.AckPayload(), &answer) // it was checked
	for _, group := range answer.Groups {
		answer.Options = append(answer.Options, group.Options...)
	}
	options := make([]Option, 0, len(answer.Options))
	for _, o := range answer.Options {
		options = append(options, Option{o.Text.Text, o.Value})
	}
	return options, nil
}

type menuItem struct {
	Text  struct{ Text string }
	Value string
}

// storeOptions stores the suggested options of a modal: a choice among them is sent as the whole option.
func (w *Workspace) storeOptions(id, actionID string, options []Option) (err error) {
	w.viewStore.change(func() {
		v, put, ok := w.viewStore.open(id, "")
		if !ok {
			err = errModalGone
			return
		}
		suggested := maps.Clone(v.suggested)
		if suggested == nil {
			suggested = map[string][]Option{}
		}
		suggested[actionID] = options
		v.suggested = suggested
		put(v)
	})
	return err
}
