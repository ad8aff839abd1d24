package bot

import (
	"context"
	"sync"

	"catbot/catapi"
)

const (
	// maxQueued is how many jobs may wait for a worker. They are done within half a second, so a burst, or a pause of the
	// machine, turns nobody away.
	maxQueued = 1000
	// maxWaiting is how many jobs may wait for CAT. At 200 commands a second, the design load, they are done within a
	// second or two.
	maxWaiting = 400
)

// A queue passes jobs from the connections, which never block, to the workers.
type queue struct {
	jobs          chan job
	queued        chan struct{} // a token for each job that has not waited for CAT
	workers       chan struct{} // a token for each job that a worker runs
	waitingForCAT chan struct{} // a token for each job that waits, or has waited, for CAT
	metrics       *Metrics
}

func newQueue(workers int, metrics *Metrics) *queue {
	return &queue{
		jobs:          make(chan job, workers+maxQueued),
		queued:        make(chan struct{}, workers+maxQueued),
		workers:       make(chan struct{}, workers),
		waitingForCAT: make(chan struct{}, maxWaiting),
		metrics:       metrics,
	}
}

// reserve reserves room for a job, and reports whether there was any.
func (q *queue) reserve() bool {
	select {
	case q.queued <- struct{}{}:
		return true
	default:
		q.metrics.command("any", "busy", 0)
		return false
	}
}

// push adds j. It needs a reservation, and never blocks.
func (q *queue) push(j job) {
	q.jobs <- j
	q.metrics.queue.Set(float64(len(q.jobs)))
}

// close closes the queue: nothing may be pushed after it.
func (q *queue) close() { close(q.jobs) }

// unfinished returns the number of jobs that are not done.
func (q *queue) unfinished() int { return len(q.queued) + len(q.waitingForCAT) }

// work runs each job as soon as a worker is free. It returns when the queue is closed and all jobs are done.
//
// A goroutine that is done with a job waits for the next: its stack has grown to what a job needs, and growing another
// was 4 % of the time of a cached command. At most as many wait as there are workers; the others end.
func (q *queue) work(ctx context.Context, do func(context.Context, job)) {
	var working sync.WaitGroup
	next, idle := make(chan job), make(chan struct{}, cap(q.workers))
	for j := range q.jobs {
		q.workers <- struct{}{}
		q.metrics.queue.Set(float64(len(q.jobs)))
		select {
		case next <- j:
			continue
		default:
		}
		working.Go(func() {
			for more := true; more; {
				q.run(ctx, do, j)
				select {
				case idle <- struct{}{}:
				default:
					return
				}
				j, more = <-next
				<-idle
			}
		})
	}
	close(next)
	working.Wait()
}

func (q *queue) run(ctx context.Context, do func(context.Context, job), j job) {
	p := &workerSlot{queue: q}
	defer p.release()
	do(catapi.WithWait(ctx, p.wait), j)
}
