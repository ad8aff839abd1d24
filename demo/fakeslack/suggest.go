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

// minQuery is how many characters an external_select wants before it asks the app, unless it says otherwise.
const minQuery = 3

// A person may have closed the modal while the app was asked.
var errModalGone = errors.New("the modal is not open any more")

// suggestions are the answer to a block_suggestion.
var suggestions = object(of(may("options", list(0, 100, menuOption)), groups).with(oneSource))

// Suggest lets a person type into an external_select of the modal on top and returns the options that the app offers, those
// in groups one after the other. Fewer characters than min_query_length, and Slack asks nothing: there are no options.
// An answer too late or one that Slack would refuse is an error.
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
	payload := w.fromView("block_suggestion", u, v)
	payload["action_id"], payload["block_id"], payload["value"] = actionID, c.blockID(), typed
	e, err := w.Send(Interactive, payload)
	if err != nil {
		return nil, fmt.Errorf("typing into %q: %w", actionID, err)
	}
	options, err := w.offered(e)
	if err != nil {
		return nil, fmt.Errorf("typing into %q: %w", actionID, err)
	}
	return options, w.remember(v.ID, actionID, options)
}

func (c control) minQuery() int {
	if n, err := strconv.Atoi(fmt.Sprint(c.element["min_query_length"])); err == nil {
		return n
	}
	return minQuery
}

// offered waits for the options in the ack of e.
func (w *Workspace) offered(e *Envelope) ([]Option, error) {
	ctx, cancel := context.WithTimeout(context.Background(), w.opts.AckTimeout)
	defer cancel()
	if err := w.wait(ctx, e.acked); err != nil {
		return nil, fmt.Errorf("operation_timeout: %w", err)
	}
	var answer any
	decode(e.AckPayload(), &answer)
	check := newValidator(nil, math.MaxInt, nil)
	suggestions(check, answer)
	if len(check.problems) > 0 {
		return nil, fmt.Errorf("the options are refused: %v", check.problems[0])
	}
	var offered struct {
		Options []menuItem
		Groups  []struct{ Options []menuItem } `json:"option_groups"`
	}
	_ = json.Unmarshal(e.AckPayload(), &offered) // it was checked
	for _, group := range offered.Groups {
		offered.Options = append(offered.Options, group.Options...)
	}
	options := make([]Option, 0, len(offered.Options))
	for _, o := range offered.Options {
		options = append(options, Option{o.Text.Text, o.Value})
	}
	return options, nil
}

type menuItem struct {
	Text  struct{ Text string }
	Value string
}

// remember keeps the options that a modal offers: a choice among them is sent as the option that it is.
func (w *Workspace) remember(id, actionID string, options []Option) (err error) {
	w.screens.change(func() {
		v, put, ok := w.screens.open(id, "")
		if !ok {
			err = errModalGone
			return
		}
		offered := maps.Clone(v.suggested)
		if offered == nil {
			offered = map[string][]Option{}
		}
		offered[actionID] = options
		v.suggested = offered
		put(v)
	})
	return err
}
