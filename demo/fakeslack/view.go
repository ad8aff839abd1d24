package fakeslack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
)

// A View is a modal or a Home tab as a person sees it at one time. It is shared between readers and must not be
// changed.
type View struct {
	ID              string
	Hash            string // new with each change that the app makes
	Type            string // Modal or HomeTab
	RootID          string // the first view of the stack
	PreviousID      string // the view below; empty for the first
	CallbackID      string
	ExternalID      string
	PrivateMetadata string
	Title           string
	SubmitLabel     string // empty when the view cannot be submitted
	CloseLabel      string
	ClearOnClose    bool
	NotifyOnClose   bool
	Blocks          json.RawMessage   // JSON array, each block with its block_id
	State           json.RawMessage   // state.values: {block_id:{action_id:{"type":…,"value":…}}}
	Errors          map[string]string // of the last submission, by block_id; nil without errors

	blocks    []map[string]any
	state     values
	suggested map[string][]Option // last, by action_id
	given     viewBody
}

// A viewBody is a view as the app sends it.
type viewBody struct {
	Title           json.RawMessage `json:"title"`
	Submit          json.RawMessage `json:"submit"`
	Close           json.RawMessage `json:"close"`
	Blocks          json.RawMessage `json:"blocks"`
	CallbackID      string          `json:"callback_id"`
	ExternalID      string          `json:"external_id"`
	PrivateMetadata string          `json:"private_metadata"`
	ClearOnClose    bool            `json:"clear_on_close"`
	NotifyOnClose   bool            `json:"notify_on_close"`
	SubmitDisabled  bool            `json:"submit_disabled"`
}

// readView reads and checks a view that an app sends.
func (w *Workspace) readView(raw json.RawMessage, kind string) (View, *refusal) {
	if len(raw) > maxViewBytes {
		return View{}, &refusal{name: "view_too_large"}
	}
	if problems := validateView(raw, kind, w.refusedTypes()); len(problems) > 0 {
		return View{}, &refusal{name: "invalid_arguments", problems: problems}
	}
	var b viewBody
	_ = json.Unmarshal(raw, &b) // it was checked
	v := View{
		ID: "V0" + rand.Text()[:9], Type: kind, CallbackID: b.CallbackID, ExternalID: b.ExternalID,
		Hash:            strconv.FormatInt(w.opts.Now().Unix(), 10) + "." + rand.Text()[:8],
		PrivateMetadata: b.PrivateMetadata,
		Title:           label(b.Title), SubmitLabel: label(b.Submit), CloseLabel: label(b.Close),
		ClearOnClose: b.ClearOnClose, NotifyOnClose: b.NotifyOnClose, given: b,
	}
	v.RootID = v.ID
	v.blocks = identified(b.Blocks, v.Hash)
	v.Blocks = mustJSON(v.blocks)
	v.setState(initialState(v.blocks, nil))
	return v, nil
}

func label(object json.RawMessage) string {
	var o struct{ Text string }
	_ = json.Unmarshal(object, &o) // it was checked, or is not there
	return o.Text
}

// setState sets the state of v.
func (v *View) setState(state values) {
	v.state = state
	v.State = mustJSON(state)
}

// replace replaces the content of v by that of next. Values that the person has entered stay where they still fit.
func (v *View) replace(next View) {
	next.ID, next.RootID, next.PreviousID = v.ID, v.RootID, v.PreviousID
	next.suggested = v.suggested
	next.setState(initialState(next.blocks, v.state))
	*v = next
}

// Value returns the value of the control with an action_id as text: a text, the value of an option, an id, a date, or
// several of them with commas between. It is empty without a value.
func (v View) Value(actionID string) string {
	for _, inBlock := range v.state {
		if entry, ok := inBlock[actionID]; ok {
			return valueText(entry[valueFields[text(entry["type"])].key])
		}
	}
	return ""
}

func valueText(held any) string {
	switch held := held.(type) {
	case nil:
		return ""
	case []any:
		joined := ""
		for i, one := range held {
			if i > 0 {
				joined += ","
			}
			joined += valueText(one)
		}
		return joined
	case map[string]any:
		if value, ok := held["value"]; ok {
			return text(value)
		}
		return string(mustJSON(held)) // rich text
	}
	return fmt.Sprint(held)
}

// wire returns v as Slack sends it.
func (v View) wire() map[string]any {
	orNull := func(id string) any {
		if id == "" {
			return nil
		}
		return id
	}
	return map[string]any{
		"id": v.ID, "team_id": TeamID, "type": v.Type, "app_id": AppID, "bot_id": botID,
		"app_installed_team_id": TeamID, "hash": v.Hash, "callback_id": v.CallbackID,
		"external_id": v.ExternalID, "private_metadata": v.PrivateMetadata,
		"title": v.given.Title, "submit": v.given.Submit, "close": v.given.Close,
		"submit_disabled": v.given.SubmitDisabled, "clear_on_close": v.ClearOnClose, "notify_on_close": v.NotifyOnClose,
		"root_view_id": v.RootID, "previous_view_id": orNull(v.PreviousID),
		"blocks": v.Blocks, "state": map[string]any{"values": v.State},
	}
}

// A viewStore holds the Home tabs and the open modals of all people.
type viewStore struct {
	mu      sync.Mutex
	stacks  map[string][]View // modals by person, the top one last
	homes   map[string]View   // by person
	changed chan struct{}     // closed at the next change; nil while nobody waits
}

func newViewStore() *viewStore {
	return &viewStore{stacks: map[string][]View{}, homes: map[string]View{}}
}

// change runs do under the lock and wakes waiting goroutines.
func (s *viewStore) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// top returns the modal that a person sees.
func (s *viewStore) top(user string) (View, bool) {
	stack := s.stacks[user]
	if len(stack) == 0 {
		return View{}, false
	}
	return stack[len(stack)-1], true
}

// where finds a modal by its id, or by its external_id if given. It returns the user and the index in the stack.
func (s *viewStore) where(id, external string) (user string, at int, ok bool) {
	for user, stack := range s.stacks {
		for i, v := range stack {
			if v.ID == id || external != "" && v.ExternalID == external {
				return user, i, true
			}
		}
	}
	return "", 0, false
}

// await waits until found returns true.
func (w *Workspace) await(ctx context.Context, what string, found func(*viewStore) bool) error {
	for {
		s := w.viewStore
		s.mu.Lock()
		ok := found(s)
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		changed := s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		if err := w.wait(ctx, changed); err != nil {
			return fmt.Errorf("waiting for %s: %w", what, err)
		}
	}
}
