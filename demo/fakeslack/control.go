package fakeslack

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// A control is an element that a person can use, and its block.
type control struct{ block, element map[string]any }

func (c control) blockID() string  { return text(c.block["block_id"]) }
func (c control) actionID() string { return text(c.element["action_id"]) }
func (c control) kind() string     { return text(c.element["type"]) }

// isInput reports whether c is an input of a form, whose value the app receives when the form is submitted.
func (c control) isInput() bool { return c.block["type"] == "input" }

// dispatches reports whether the app receives each use of c at once.
func (c control) dispatches() bool { return !c.isInput() || c.block["dispatch_action"] == true }

// shownTo reports whether a person sees c; some buttons are for a few people only.
func (c control) shownTo(user string) bool {
	few, ok := c.element["visible_to_user_ids"].([]any)
	return !ok || slices.Contains(few, any(user))
}

// text returns value if it is a string, and "" otherwise.
func text(value any) string {
	s, _ := value.(string)
	return s
}

func objects(value any) (all []map[string]any) {
	list, _ := value.([]any)
	for _, one := range list {
		if o, ok := one.(map[string]any); ok {
			all = append(all, o)
		}
	}
	return all
}

// allBlocks lists blocks and the blocks inside them in reading order.
func allBlocks(blocks []map[string]any) (all []map[string]any) {
	for _, b := range blocks {
		all = append(all, b)
		switch b["type"] {
		case "carousel":
			all = append(all, allBlocks(objects(b["elements"]))...)
		case "container":
			all = append(all, allBlocks(objects(b["child_blocks"]))...)
		case "layout":
			for _, row := range objects(b["rows"]) {
				for _, item := range objects(row["items"]) {
					all = append(all, allBlocks(objects([]any{item["block"]}))...)
				}
			}
		}
	}
	return all
}

// controlsOf lists the controls of blocks in reading order.
func controlsOf(blocks []map[string]any) (all []control) {
	for _, b := range allBlocks(blocks) {
		var elements []map[string]any
		switch b["type"] {
		case "section":
			elements = objects([]any{b["accessory"]})
		case "input":
			elements = objects([]any{b["element"]})
		case "actions", "context_actions":
			elements = objects(b["elements"])
		case "card":
			elements = objects(b["actions"])
		case "data_table":
			elements = cellControls(b)
		}
		for _, e := range elements {
			if e["type"] != "image" {
				all = append(all, control{b, e})
			}
		}
	}
	return all
}

func cellControls(table map[string]any) (elements []map[string]any) {
	rows, _ := table["rows"].([]any)
	for _, row := range rows {
		for _, cell := range objects(row) {
			elements = append(elements, objects([]any{cell["element"]})...)
		}
	}
	return elements
}

// find returns the control with an action_id that a person sees. If several blocks have one, it is the button with
// that value or the menu with that option.
func find(blocks []map[string]any, user, actionID, choice string) (control, error) {
	var first *control
	for _, c := range controlsOf(blocks) {
		if c.actionID() != actionID || !c.shownTo(user) {
			continue
		}
		if _, ok := c.option(choice); ok || choice != "" && c.element["value"] == choice {
			return c, nil
		}
		if first == nil {
			first = &c
		}
	}
	if first == nil {
		return control{}, fmt.Errorf("there is no control %q", actionID)
	}
	return *first, nil
}

// identified reads blocks that were checked before and gives each block and control an id that has none, as Slack does.
// The ids are the same for the same seed.
func identified(raw []byte, seed string) []map[string]any {
	list, _ := decodeList(raw)
	blocks := objects(list)
	checkExternalID := map[string]bool{}
	for _, b := range allBlocks(blocks) {
		checkExternalID[text(b["block_id"])] = true
	}
	count := 0
	name := func(o map[string]any, property string) {
		for id := text(o[property]); id == ""; count++ {
			sum := sha256.Sum256(fmt.Append(nil, seed, count))
			if short := base64.RawURLEncoding.EncodeToString(sum[:6])[:5]; !checkExternalID[short] {
				id, checkExternalID[short], o[property] = short, true, short
			}
		}
	}
	for _, b := range allBlocks(blocks) {
		name(b, "block_id")
	}
	for _, c := range controlsOf(blocks) {
		name(c.element, "action_id")
	}
	return blocks
}

// split splits a choice of several values at the commas.
func split(choice string) []string {
	return strings.FieldsFunc(choice, func(r rune) bool { return r == ',' })
}
