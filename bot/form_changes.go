package bot

import (
	"context"
	"sync"
)

// formChanges holds what this process knows of each open form, by the id of its view. An update of a form takes the
// errors off its fields, so none is made between a submission and the next change.
type formChanges struct {
	mu    sync.Mutex
	forms map[string]*openForm
}

// An openForm is a form in which something was changed.
type openForm struct {
	changed   string        // Slack's time of the latest change
	submitted bool          // since then
	updates   int           // requests to Slack that are under way
	idle      chan struct{} // closed when the last of them ends
}

// maxForms bounds the forms in formChanges. Without an entry a late update of a form may replace a later one.
const maxForms = 1000

// note notes a change of a form.
func (c *formChanges) note(view, at string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	form := c.forms[view]
	if form == nil {
		if c.forms == nil || len(c.forms) >= maxForms {
			c.forms = map[string]*openForm{}
		}
		form = &openForm{}
		c.forms[view] = form
	}
	if at > form.changed {
		form.changed, form.submitted = at, false
	}
}

// startUpdate reports whether the form may be updated with a change: no later one and no submission is known. Then the
// caller calls end after its request.
func (c *formChanges) startUpdate(view, at string) (end func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	form := c.forms[view]
	switch {
	case form == nil:
		return func() {}, true
	case form.changed > at || form.submitted:
		return nil, false
	}
	if form.updates++; form.updates == 1 {
		form.idle = make(chan struct{})
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if form.updates--; form.updates == 0 {
			close(form.idle)
		}
	}, true
}

// submit notes that a form was submitted, and waits until no update of it is under way, or until ctx ends.
func (c *formChanges) submit(ctx context.Context, view string) {
	c.mu.Lock()
	form := c.forms[view]
	if form == nil {
		c.mu.Unlock()
		return
	}
	form.submitted = true
	updates, idle := form.updates, form.idle
	c.mu.Unlock()
	if updates == 0 {
		return
	}
	select {
	case <-idle:
	case <-ctx.Done():
	}
}
