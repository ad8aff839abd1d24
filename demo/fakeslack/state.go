package fakeslack

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// A valueField is the name of an element's value in Slack's JSON.
type valueField struct {
	key       string // in state.values and in actions: "selected_option"
	initial   string // of the element: "initial_option"
	many      bool   // a list
	transient bool   // sent to the app, but not part of state.values
}

// valueFields holds the field of each type of element.
var valueFields = map[string]valueField{
	"button":           {key: "value", transient: true},
	"workflow_button":  {key: "value", transient: true},
	"icon_button":      {key: "value", transient: true},
	"feedback_buttons": {key: "value", transient: true},
	"overflow":         {key: "selected_option", transient: true},
	"radio_buttons":    {key: "selected_option", initial: "initial_option"},
	"checkboxes":       {key: "selected_options", initial: "initial_options", many: true},
	"datepicker":       {key: "selected_date", initial: "initial_date"},
	"timepicker":       {key: "selected_time", initial: "initial_time"},
	"datetimepicker":   {key: "selected_date_time", initial: "initial_date_time"},
	"plain_text_input": {key: "value", initial: "initial_value"},
	"email_text_input": {key: "value", initial: "initial_value"},
	"url_text_input":   {key: "value", initial: "initial_value"},
	"number_input":     {key: "value", initial: "initial_value"},
	"rich_text_input":  {key: "rich_text_value", initial: "initial_value"},
	"file_input":       {key: "files", many: true},
}

func init() {
	for menu, what := range map[string]string{
		"static_select": "option", "external_select": "option", "users_select": "user",
		"conversations_select": "conversation", "channels_select": "channel",
	} {
		valueFields[menu] = valueField{key: "selected_" + what, initial: "initial_" + what}
		valueFields["multi_"+menu] = valueField{
			key: "selected_" + what + "s", initial: "initial_" + what + "s", many: true,
		}
	}
}

// values is state.values: block_id, action_id, then the element's type and value. It is shared between readers: set
// returns a copy.
type values map[string]map[string]map[string]any

// initialState returns the state of blocks that were just shown: the values from before where block_id, action_id and
// type are the same, and the initial values elsewhere.
func initialState(blocks []map[string]any, before values) values {
	now := values{}
	for _, c := range controlsOf(blocks) {
		h := valueFields[c.kind()]
		if h.transient {
			continue
		}
		entry := before[c.blockID()][c.actionID()]
		if entry["type"] != c.kind() {
			held := c.element[h.initial]
			if held == nil && h.many {
				held = []any{}
			}
			entry = map[string]any{"type": c.kind(), h.key: held}
		}
		now = now.set(c, entry)
	}
	return now
}

func (v values) set(c control, entry map[string]any) values {
	changed := maps.Clone(v)
	inBlock := maps.Clone(changed[c.blockID()])
	if inBlock == nil {
		inBlock = map[string]map[string]any{}
	}
	inBlock[c.actionID()] = entry
	changed[c.blockID()] = inBlock
	return changed
}

// option returns the option of c with a value, also from option groups.
func (c control) option(value string) (map[string]any, bool) {
	all := objects(c.element["options"])
	for _, group := range objects(c.element["option_groups"]) {
		all = append(all, objects(group["options"])...)
	}
	for _, o := range all {
		if o["value"] == value {
			return o, true
		}
	}
	return nil, false
}

// entry returns the value of c after a choice, in the form of state.values and actions. An external_select has the last
// suggested options; without any the choice is its own text.
func (c control) entry(choice string, suggested []Option) (map[string]any, error) {
	h, ok := valueFields[c.kind()]
	if !ok {
		return nil, fmt.Errorf("control %q is of type %s, which nobody can use", c.actionID(), c.kind())
	}
	entry := map[string]any{"type": c.kind()}
	switch {
	case h.many:
		list := []any{}
		for _, one := range split(choice) {
			held, err := c.held(one, suggested)
			if err != nil {
				return nil, err
			}
			list = append(list, held)
		}
		entry[h.key] = list
		return entry, nil
	case choice == "" && c.isInput():
		entry[h.key] = nil
		return entry, nil
	case choice == "" && !h.transient:
		return nil, fmt.Errorf("control %q cannot be emptied", c.actionID())
	}
	held, err := c.held(choice, suggested)
	if err != nil {
		return nil, err
	}
	if held != nil || !h.transient {
		entry[h.key] = held
	}
	return entry, nil
}

// held returns one choice in the form that c has in JSON.
func (c control) held(choice string, suggested []Option) (any, error) {
	wrong := fmt.Errorf("control %q, a %s, cannot take %q", c.actionID(), c.kind(), choice)
	switch strings.TrimPrefix(c.kind(), "multi_") {
	case "button", "workflow_button", "icon_button":
		return c.element["value"], nil
	case "feedback_buttons":
		for _, side := range objects([]any{c.element["positive_button"], c.element["negative_button"]}) {
			if side["value"] == choice {
				return choice, nil
			}
		}
		return nil, wrong
	case "static_select", "overflow", "radio_buttons", "checkboxes":
		if o, ok := c.option(choice); ok {
			return o, nil
		}
		return nil, wrong
	case "external_select":
		return chosen(choice, suggested).wire(), nil
	case "datepicker":
		if !dateForm.MatchString(choice) {
			return nil, wrong
		}
	case "timepicker":
		if !timeForm.MatchString(choice) {
			return nil, wrong
		}
	case "datetimepicker":
		if _, err := strconv.Atoi(choice); err != nil {
			return nil, wrong
		}
		return json.Number(choice), nil
	case "rich_text_input":
		line := map[string]any{
			"type": "rich_text_section", "elements": []any{map[string]any{"type": "text", "text": choice}},
		}
		return map[string]any{"type": "rich_text", "elements": []any{line}}, nil
	case "file_input":
		return nil, wrong
	}
	return choice, nil
}

// An Option is one choice of a menu.
type Option struct{ Text, Value string }

func (o Option) wire() map[string]any {
	return map[string]any{"text": map[string]any{"type": "plain_text", "text": o.Text, "emoji": true}, "value": o.Value}
}

// chosen returns the suggested option with a value.
func chosen(value string, suggested []Option) Option {
	for _, o := range suggested {
		if o.Value == value {
			return o
		}
	}
	return Option{value, value}
}
