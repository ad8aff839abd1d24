package catapi

import (
	"context"
	"slices"
	"sync"
)

// turns are the requests that wait to start. They start one of each person in turn, and those of one person in order, so
// nobody waits for all requests of a person who asks many.
type turns struct {
	lines []line // the next request to start is the first of the first line; no line is empty
}

// A line has the requests of one person.
type line struct {
	person  string
	waiting []chan struct{} // closed when the request may start
}

func (t *turns) empty() bool { return len(t.lines) == 0 }

// add adds a request of a person. turn will be closed when the request may start.
func (t *turns) add(person string, turn chan struct{}) {
	i := t.lineOf(person)
	if i < 0 {
		i = len(t.lines)
		t.lines = append(t.lines, line{person: person})
	}
	t.lines[i].waiting = append(t.lines[i].waiting, turn)
}

// start starts the next request. There must be one.
func (t *turns) start() {
	next := t.lines[0]
	t.lines = t.lines[1:]
	close(next.waiting[0])
	if next.waiting = next.waiting[1:]; len(next.waiting) > 0 {
		t.lines = append(t.lines, next)
	}
}

// remove removes a request of a person that is not started.
func (t *turns) remove(person string, turn chan struct{}) {
	i := t.lineOf(person)
	left := &t.lines[i].waiting
	at := slices.Index(*left, turn)
	if *left = slices.Delete(*left, at, at+1); len(*left) == 0 {
		t.lines = slices.Delete(t.lines, i, i+1)
	}
}

// lineOf returns the index of a person's line, and -1 if they have none.
func (t *turns) lineOf(person string) int {
	return slices.IndexFunc(t.lines, func(l line) bool { return l.person == person })
}

// An Order decides when a request starts among those that wait. The zero value is for work that no single person asked
// for, but that must not be late, such as a digest.
type Order struct {
	Person     string // who asked
	Background bool   // no person waits for it: it starts after all others
}

// A Promotion ends that work is of Background, when a person waits for it after all.
type Promotion struct {
	once sync.Once
	done chan struct{}
}

func NewPromotion() *Promotion { return &Promotion{done: make(chan struct{})} }

// Promote ends it, also for requests that wait to start. It may be called several times.
func (p *Promotion) Promote() { p.once.Do(func() { close(p.done) }) }

type (
	orderKey     struct{}
	promotionKey struct{}
)

// WithPromotion returns a context for work that p may promote.
func WithPromotion(ctx context.Context, p *Promotion) context.Context {
	return context.WithValue(ctx, promotionKey{}, p)
}

// promotionOf returns a channel that is closed when the work of ctx is promoted. It is nil for work that can't be.
func promotionOf(ctx context.Context) <-chan struct{} {
	if p, ok := ctx.Value(promotionKey{}).(*Promotion); ok {
		return p.done
	}
	return nil
}

// OrderOf returns the order of the work of ctx.
func OrderOf(ctx context.Context) Order {
	order, _ := ctx.Value(orderKey{}).(Order)
	select {
	case <-promotionOf(ctx):
		order.Background = false
	default:
	}
	return order
}

// WithOrder returns a context for work with an order.
func WithOrder(ctx context.Context, order Order) context.Context {
	return context.WithValue(ctx, orderKey{}, order)
}

// Background returns a context for work that no person waits for.
func Background(ctx context.Context) context.Context {
	order := OrderOf(ctx)
	order.Background = true
	return WithOrder(ctx, order)
}
