package fakeslack

import (
	"sync"
	"time"
)

// triggerLife is how long a trigger_id may open a view (docs.slack.dev/interactivity/handling-user-interaction).
const triggerLife = 3 * time.Second

// A trigger is the person and the view of a trigger_id.
type trigger struct {
	user string
	view string // id of the modal that the person used; empty for anything else
	born time.Time
	used bool
}

// triggers stores the last trigger_ids, used ones too.
type triggers struct {
	keep int
	now  func() time.Time

	mu    sync.Mutex
	order []string // oldest first
	byID  map[string]*trigger
}

func newTriggers(keep int, now func() time.Time) *triggers {
	return &triggers{keep: keep, now: now, byID: map[string]*trigger{}}
}

// issue makes a trigger_id for an interaction of a person, in a modal or, with an empty view, elsewhere.
func (t *triggers) issue(user, view string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.order) == t.keep {
		delete(t.byID, t.order[0])
		t.order = t.order[1:]
	}
	id := "1." + newID()
	t.order = append(t.order, id)
	t.byID[id] = &trigger{user: user, view: view, born: t.now()}
	return id
}

// redeem marks a trigger_id as used.
func (t *triggers) redeem(id string) (trigger, *refusal) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.byID[id]
	switch {
	case !ok:
		return trigger{}, &refusal{name: "invalid_trigger_id"}
	case found.used:
		return trigger{}, &refusal{name: "exchanged_trigger_id"}
	case t.now().Sub(found.born) > triggerLife:
		return trigger{}, &refusal{name: "expired_trigger_id"}
	}
	found.used = true
	return *found, nil
}
