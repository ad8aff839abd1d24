package fakeslack

import (
	"context"
	"encoding/json"
	"slices"
)

// openView opens a modal in place of those that the person had open.
func (w *Workspace) openView(a args) (map[string]any, *refusal) {
	v, refused := w.readView(json.RawMessage(a["view"]), Modal)
	if refused != nil {
		return nil, refused
	}
	w.viewStore.change(func() {
		if refused = w.viewStore.checkExternalID(v); refused != nil {
			return
		}
		var by trigger
		if by, refused = w.triggers.redeem(a["trigger_id"]); refused == nil {
			w.viewStore.stacks[by.user] = []View{v}
		}
	})
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"view": v.wire()}, nil
}

// pushView opens a modal on top of the one of the interaction.
func (w *Workspace) pushView(a args) (map[string]any, *refusal) {
	v, refused := w.readView(json.RawMessage(a["view"]), Modal)
	if refused != nil {
		return nil, refused
	}
	w.viewStore.change(func() {
		if refused = w.viewStore.checkExternalID(v); refused != nil {
			return
		}
		var by trigger
		if by, refused = w.triggers.redeem(a["trigger_id"]); refused != nil {
			return
		}
		if _, _, ok := w.viewStore.where(by.view, ""); !ok {
			refused = &refusal{name: "invalid_trigger_id"} // it is from no modal, or from one that was closed
			return
		}
		v, refused = w.viewStore.push(by.user, v)
	})
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"view": v.wire()}, nil
}

// push puts v on top of a person's modals. The caller holds the lock.
func (s *viewStore) push(user string, v View) (View, *refusal) {
	stack := s.stacks[user]
	if len(stack) >= maxStack {
		return v, &refusal{name: "push_limit_reached"}
	}
	if top, ok := s.top(user); ok {
		v.RootID, v.PreviousID = top.RootID, top.ID
	}
	s.stacks[user] = append(slices.Clip(stack), v)
	return v, nil
}

// checkExternalID refuses a view whose external_id is in use. The caller holds the lock.
func (s *viewStore) checkExternalID(v View) *refusal {
	if _, _, ok := s.where("", v.ExternalID); ok {
		return &refusal{name: "duplicate_external_id"}
	}
	return nil
}

// updateView changes a modal that is open, on top or not, or a Home tab.
func (w *Workspace) updateView(a args) (map[string]any, *refusal) {
	kind := Modal
	var of struct{ Type string }
	if json.Unmarshal([]byte(a["view"]), &of) == nil && of.Type == HomeTab {
		kind = HomeTab
	}
	next, refused := w.readView(json.RawMessage(a["view"]), kind)
	if refused != nil {
		return nil, refused
	}
	w.viewStore.change(func() {
		old, put, ok := w.viewStore.open(a["view_id"], a["external_id"])
		hash := a["hash"]
		switch {
		case !ok, old.Type != next.Type:
			refused = &refusal{name: "not_found"}
		case hash != "" && hash != old.Hash:
			refused = &refusal{name: "hash_conflict"}
		default:
			old.replace(next)
			put(old)
			next = old
		}
	})
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"view": next.wire()}, nil
}

// open finds an open view and returns a function that replaces it. The caller holds the lock.
func (s *viewStore) open(id, external string) (v View, put func(View), ok bool) {
	if user, i, ok := s.where(id, external); ok {
		return s.stacks[user][i], func(v View) { s.put(user, i, v) }, true
	}
	for user, v := range s.homes {
		if v.ID == id {
			return v, func(v View) { s.homes[user] = v }, true
		}
	}
	return View{}, nil, false
}

// put replaces one of a person's modals. The caller holds the lock.
func (s *viewStore) put(user string, i int, v View) { s.stacks[user][i] = v }

// Modal returns the modal on top that a person sees, and false when none is open.
func (w *Workspace) Modal(user string) (View, bool) {
	w.viewStore.mu.Lock()
	defer w.viewStore.mu.Unlock()
	return w.viewStore.top(user)
}

// WaitModal waits until a person sees a modal that fits; a nil fits accepts any. It fails when ctx ends or the
// workspace
// closes.
func (w *Workspace) WaitModal(ctx context.Context, user string, fits func(View) bool) (View, error) {
	var modal View
	err := w.await(ctx, "a modal", func(s *viewStore) (ok bool) {
		modal, ok = s.top(user)
		return ok && (fits == nil || fits(modal))
	})
	if err != nil {
		return View{}, err
	}
	return modal, nil
}

// WaitNoModal waits until a person has no modal open.
func (w *Workspace) WaitNoModal(ctx context.Context, user string) error {
	return w.await(ctx, "no modal", func(s *viewStore) bool { return len(s.stacks[user]) == 0 })
}
