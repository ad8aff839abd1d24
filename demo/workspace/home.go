package workspace

import (
	"encoding/json"
)

// A view of the Home tab as it is published.
type view struct {
	Type   string          `json:"type"`
	Blocks json.RawMessage `json:"blocks"`
}

// publishView draws a person's Home tab. Its blocks are checked as a message's are; of those that catbot uses, Slack
// takes the same on both.
func (w *Workspace) publishView(a args) (map[string]any, *refusal) {
	if _, ok := w.people.user(a["user_id"]); !ok {
		return nil, &refusal{name: "user_not_found"}
	}
	var v view
	if json.Unmarshal([]byte(a["view"]), &v) != nil || v.Type != "home" {
		return nil, &refusal{name: "invalid_arguments"}
	}
	if problems := validate(v.Blocks, w.refusedTypes()); len(problems) > 0 {
		return nil, &refusal{name: "invalid_arguments", problems: problems}
	}
	w.homesMu.Lock()
	defer w.homesMu.Unlock()
	w.homes[a["user_id"]] = v.Blocks
	return map[string]any{"view": map[string]any{"id": "V" + newID(), "type": "home", "blocks": v.Blocks}}, nil
}

// Home is what a person's Home tab shows: a JSON array of blocks, or nil when it was never drawn.
func (w *Workspace) Home(user string) json.RawMessage {
	w.homesMu.Lock()
	defer w.homesMu.Unlock()
	return w.homes[user]
}
