package bot

import (
	"context"
	"sync"

	"catbot/catapi"
)

// maxWaiting is how many jobs may wait for a worker, and how many more for CAT. At the pace that catbot is made for, 200
// a second, they are worked off within a second or two.
const maxWaiting = 400

// A queue holds jobs between the connection, which waits for nothing, and the workers.
type queue struct {
	jobs    chan job
	slots   chan struct{} // one for each job that waits for a place or has one
	places  chan struct{} // one for each job that is worked on
	asking  chan struct{} // one for each job that waits, or has waited, for CAT
	metrics *Metrics
}

func newQueue(workers int, metrics *Metrics) *queue {
	return &queue{
		jobs:    make(chan job, workers+maxWaiting),
		slots:   make(chan struct{}, workers+maxWaiting),
		places:  make(chan struct{}, workers),
		asking:  make(chan struct{}, maxWaiting),
		metrics: metrics,
	}
}

// reserve takes a slot for a job, and reports whether one was free.
func (q *queue) reserve() bool {
	select {
	case q.slots <- struct{}{}:
		return true
	default:
		q.metrics.command("any", "busy", 0)
		return false
	}
}

// push hands j to the workers. It needs a reserved slot, and never blocks.
func (q *queue) push(j job) {
	q.jobs <- j
	q.metrics.queue.Set(float64(len(q.jobs)))
}

// close ends the queue: nothing is pushed after it.
func (q *queue) close() { close(q.jobs) }

// unfinished counts the jobs that are not done.
func (q *queue) unfinished() int { return len(q.slots) + len(q.asking) }

// work does each job as soon as a place is free. It returns when the queue is closed and all jobs are done.
func (q *queue) work(ctx context.Context, do func(context.Context, job)) {
	var working sync.WaitGroup
	for j := range q.jobs {
		q.places <- struct{}{}
		q.metrics.queue.Set(float64(len(q.jobs)))
		working.Go(func() {
			p := &place{queue: q}
			defer p.leave()
			do(catapi.WithWait(ctx, p.wait), j)
		})
	}
	working.Wait()
}
