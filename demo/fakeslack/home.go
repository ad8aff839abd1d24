package fakeslack

import (
	"context"
	"encoding/json"
)

// publishView sets a person's Home tab. Its id stays, and so does the state of blocks with the same ids.
func (w *Workspace) publishView(a args) (map[string]any, *refusal) {
	user := a["user_id"]
	if _, ok := w.people.user(user); !ok {
		return nil, &refusal{name: "user_not_found"}
	}
	v, refused := w.readView(json.RawMessage(a["view"]), HomeTab)
	if refused != nil {
		return nil, refused
	}
	w.viewStore.change(func() {
		if old, ok := w.viewStore.homes[user]; ok {
			if hash := a["hash"]; hash != "" && hash != old.Hash {
				refused = &refusal{name: "hash_conflict"}
				return
			}
			old.replace(v)
			v = old
		}
		w.viewStore.homes[user] = v
	})
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"view": v.wire()}, nil
}

// Home returns the blocks of a person's Home tab as a JSON array, or nil if the app never published it.
func (w *Workspace) Home(user string) json.RawMessage {
	w.viewStore.mu.Lock()
	defer w.viewStore.mu.Unlock()
	return w.viewStore.homes[user].Blocks
}

// WaitHome waits until a person's Home tab shows blocks that fit; a nil fits takes any. It fails when ctx ends or the
// workspace closes.
func (w *Workspace) WaitHome(ctx context.Context, user string, fits func(json.RawMessage) bool) (json.RawMessage,
	error) {
	var home View
	err := w.await(ctx, "a Home tab", func(s *viewStore) (ok bool) {
		home, ok = s.homes[user]
		return ok && (fits == nil || fits(home.Blocks))
	})
	if err != nil {
		return nil, err
	}
	return home.Blocks, nil
}
