package tasks

import (
	"cmp"
	"context"
	"fmt"
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
	waitTime   = 5 * time.Second  // for an API that is slow; what it lists later is there for who asks next
)

// A source is the tasks of one API.
type source struct {
	list   Lister
	flight singleflight.Group
	last   atomic.Pointer[listed] // nil when it was never asked
}

// listed is what an API told.
type listed struct {
	tasks []catapi.Task // as it listed them, by now or earlier
	at    time.Time     // when it was asked
	err   error         // why it did not list them then
}

// A listing is the tasks of all APIs, by name.
type listing struct {
	tasks []catapi.Task
	names map[string]string // by id
}

// TaskName is what the API calls a task, or "" while that is not known.
func (d *Directory) TaskName(task string) string { return d.known().names[task] }

// Known are the tasks as they were last listed. It does not wait.
func (d *Directory) Known() []catapi.Task { return d.known().tasks }

// known is the last listing. One that is old is on its way to be made anew.
func (d *Directory) known() *listing {
	for _, s := range d.sources {
		if last := s.last.Load(); last == nil || d.Now().Sub(last.at) > tasksEvery {
			select {
			case d.asked <- struct{}{}:
			default:
			}
		}
	}
	return d.tasks.Load()
}

// Tasks are those of all the APIs, by name, as they were up to ten minutes ago. With an error there may be some all the
// same: those of the APIs that answered, and what the others told before.
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

// isOld reports whether s has to be asked.
func (d *Directory) isOld(s *source) bool {
	last := s.last.Load()
	return last == nil || last.err != nil || d.Now().Sub(last.at) > tasksEvery
}

// renew asks s if it is old, once for all who want to know, and waits for its answer, though not for long.
func (d *Directory) renew(ctx context.Context, s *source) error {
	if !d.isOld(s) {
		return nil
	}
	landed := s.flight.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), listTime)
		defer cancel()
		return nil, d.ask(ctx, s)
	})
	select {
	case result := <-landed:
		return result.Err
	case <-time.After(waitTime):
		return fmt.Errorf("waiting for a list of tasks: %w", context.DeadlineExceeded)
	case <-ctx.Done():
		return fmt.Errorf("waiting for a list of tasks: %w", ctx.Err())
	}
}

// ask asks s. What it does not tell stays as it was.
func (d *Directory) ask(ctx context.Context, s *source) error {
	at := d.Now()
	tasks, err := s.list.list(ctx)
	if last := s.last.Load(); err != nil && last != nil {
		tasks = last.tasks
	}
	d.joining.Lock()
	defer d.joining.Unlock()
	s.last.Store(&listed{tasks, at, err})
	d.tasks.Store(d.join())
	d.sort()
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

// list is l, whose panic is an error.
func (l Lister) list(ctx context.Context) (tasks []catapi.Task, err error) {
	defer catapi.Recover(&err)
	return l(ctx)
}
