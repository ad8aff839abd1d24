package tasks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"catbot/catapi"
)

const (
	tasksEvery = 10 * time.Minute
	listTime   = 30 * time.Second // for the tasks of one API
	waitTime   = 5 * time.Second  // for a slow API; a later answer is used from then on
)

// A source lists the tasks of one API.
type source struct {
	list   Lister
	flight singleflight.Group
	last   atomic.Pointer[listed] // nil before the first listing
}

// A listed is the latest listing of one API.
type listed struct {
	tasks []catapi.Task // the latest that it listed
	at    time.Time     // when it was last asked
	err   error         // why that failed
}

// A listing is the tasks of all APIs, by name.
type listing struct {
	tasks []catapi.Task
	names map[string]string // by id
}

// TaskName returns CAT's name of a task, or "" if it is not known yet.
func (d *Directory) TaskName(task string) string { return d.latest().names[task] }

// Known returns the tasks as last listed. It does not wait.
func (d *Directory) Known() []catapi.Task { return d.latest().tasks }

// Example returns the id of a task of the account, first one that has an alias, or "" if none is known yet.
// It does not wait.
func (d *Directory) Example() string {
	known := d.latest()
	aliases := d.Aliases()
	for _, alias := range slices.Sorted(maps.Keys(aliases)) {
		if id := aliases[alias]; known.names[id] != "" {
			return id
		}
	}
	if len(known.tasks) == 0 {
		return ""
	}
	return known.tasks[0].ID
}

// latest returns the last listing. If that is old it asks Run for another.
func (d *Directory) latest() *listing {
	for _, s := range d.sources {
		if last := s.last.Load(); last == nil || d.Now().Sub(last.at) > tasksEvery {
			select {
			case d.refreshTasks <- struct{}{}:
			default:
			}
		}
	}
	return d.tasks.Load()
}

// Tasks returns the tasks of all APIs, by name, at most ten minutes old. With an error it still returns those of the
// APIs that answered, and earlier ones of the others.
func (d *Directory) Tasks(ctx context.Context) ([]catapi.Task, error) {
	if !slices.ContainsFunc(d.sources, d.isOld) {
		return d.tasks.Load().tasks, nil
	}
	end, err := catapi.BeginWait(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	errs := make([]error, len(d.sources))
	var group sync.WaitGroup
	for i, s := range d.sources {
		group.Go(func() { errs[i] = d.renew(ctx, s) })
	}
	group.Wait()
	return d.tasks.Load().tasks, cmp.Or(errs...)
}

// isOld reports whether s must be listed again.
func (d *Directory) isOld(s *source) bool {
	last := s.last.Load()
	return last == nil || last.err != nil || d.Now().Sub(last.at) > tasksEvery
}

// renew lists s again if it is old, once for all callers, and waits up to waitTime.
func (d *Directory) renew(ctx context.Context, s *source) error {
	if !d.isOld(s) {
		return nil
	}
	done := s.flight.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), listTime)
		defer cancel()
		return nil, d.refreshSource(ctx, s)
	})
	select {
	case result := <-done:
		return result.Err
	case <-time.After(waitTime):
		return fmt.Errorf("waiting for a list of tasks: %w", context.DeadlineExceeded)
	case <-ctx.Done():
		return fmt.Errorf("waiting for a list of tasks: %w", ctx.Err())
	}
}

// refreshSource lists s. After an error its earlier tasks stay.
func (d *Directory) refreshSource(ctx context.Context, s *source) error {
	at := d.Now()
	tasks, err := s.list.list(ctx)
	if last := s.last.Load(); err != nil && last != nil {
		tasks = last.tasks
	}
	d.joinMu.Lock()
	defer d.joinMu.Unlock()
	s.last.Store(&listed{tasks, at, err})
	d.tasks.Store(d.join())
	d.updateIndex()
	return err
}

func (d *Directory) join() *listing {
	l := &listing{names: map[string]string{}}
	for _, s := range d.sources {
		if last := s.last.Load(); last != nil {
			l.tasks = append(l.tasks, last.tasks...)
		}
	}
	slices.SortStableFunc(l.tasks, func(a, b catapi.Task) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	for _, t := range l.tasks {
		l.names[t.ID] = t.Name
	}
	return l
}

// list calls l and returns its panic as an error.
func (l Lister) list(ctx context.Context) (tasks []catapi.Task, err error) {
	defer catapi.Recover(&err)
	return l(ctx)
}
