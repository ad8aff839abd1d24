package bot

import (
	"sync"

	"catbot/catapi"
)

// A workerSlot is a job's share of the workers. While the job waits for CAT another job may use it, so a command that
// needs nothing from CAT never waits for one that does.
type workerSlot struct {
	queue         *queue
	mu            sync.Mutex
	pendingWaits  int  // answers of CAT's that the job waits for now
	waitingForCAT bool // from its first wait on, the job counts in queue.waitingForCAT and not in queue.queued
}

// wait releases the worker until the returned function takes one again. It returns catapi.ErrBusy when too many jobs
// wait for CAT.
func (p *workerSlot) wait() (end func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.waitingForCAT {
		select {
		case p.queue.waitingForCAT <- struct{}{}:
		default:
			return nil, catapi.ErrBusy
		}
		<-p.queue.queued
		p.waitingForCAT = true
	}
	if p.pendingWaits == 0 {
		<-p.queue.workers
	}
	p.pendingWaits++
	return p.reacquire, nil
}

func (p *workerSlot) reacquire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pendingWaits--; p.pendingWaits == 0 {
		p.queue.workers <- struct{}{}
	}
}

// release ends the job.
func (p *workerSlot) release() {
	<-p.queue.workers
	if p.waitingForCAT {
		<-p.queue.waitingForCAT
	} else {
		<-p.queue.queued
	}
}
