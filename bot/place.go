package bot

import (
	"sync"

	"catbot/catapi"
)

// A place is a job's among those that are worked on. While the job waits for CAT another may have it, so that what needs
// nothing of CAT never queues behind what does.
type place struct {
	queue  *queue
	mu     sync.Mutex
	waits  int  // answers of CAT's that the job waits for now
	asking bool // the job counts in queue.asking, no longer in queue.slots; from its first wait to its end
}

// wait gives the place up until the returned function takes one again.
func (p *place) wait() (end func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.asking {
		select {
		case p.queue.asking <- struct{}{}:
		default:
			return nil, catapi.ErrBusy
		}
		<-p.queue.slots
		p.asking = true
	}
	if p.waits == 0 {
		<-p.queue.places
	}
	p.waits++
	return p.resume, nil
}

func (p *place) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waits--; p.waits == 0 {
		p.queue.places <- struct{}{}
	}
}

// leave ends the job.
func (p *place) leave() {
	<-p.queue.places
	if p.asking {
		<-p.queue.asking
	} else {
		<-p.queue.slots
	}
}
