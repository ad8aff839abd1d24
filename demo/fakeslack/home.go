package fakeslack

import (
	"context"
	"encoding/json"
)

// publishView draws a person's Home tab. It keeps its id and, where the blocks keep theirs, what was picked in it.
func (w *Workspace) publishView(a args) (map[string]any, *refusal) {
	user := a["user_id"]
	if _, ok := w.people.user(user); !ok {
		return nil, &refusal{name: "user_not_found"}
	}
	v, refused := w.readView(json.RawMessage(a["view"]), HomeTab)
	if refused != nil {
		return nil, refused
	}
	w.screens.change(func() {
		if old, ok := w.screens.homes[user]; ok {
			if hash := a["hash"]; hash != "" && hash != old.Hash {
				refused = &refusal{name: "hash_conflict"}
				return
			}
			old.replace(v)
			v = old
		}
		w.screens.homes[user] = v
	})
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"view": v.wire()}, nil
}

// Home is what a person's Home tab shows: a JSON array of blocks, or nil when it was never drawn.
func (w *Workspace) Home(user string) json.RawMessage {
	w.screens.mu.Lock()
	defer w.screens.mu.Unlock()
	return w.screens.homes[user].Blocks
}

// WaitHome waits until a person's Home tab shows blocks that fit; a nil fits takes any. It fails when ctx ends or the
// workspace closes.
func (w *Workspace) WaitHome(ctx context.Context, user string, fits func(json.RawMessage) bool) (json.RawMessage, error) {
	var home View
	err := w.await(ctx, "a Home tab", func(s *screens) (ok bool) {
		home, ok = s.homes[user]
		return ok && (fits == nil || fits(home.Blocks))
	})
	if err != nil {
		return nil, err
	}
	return home.Blocks, nil
}
