package bot

import (
	"sync"

	"catbot/catapi"
)

// A place is a job's among those that are worked on. While the job waits for CAT another may have it, so that what needs
// nothing of CAT never queues behind what does.
type place struct {
	b      *Bot
	mu     sync.Mutex
	waits  int  // answers of CAT's that the job waits for now
	asking bool // the job counts in b.asking, no longer in b.slots; from its first wait to its end
}

// wait gives the place up until the returned function takes one again.
func (p *place) wait() (end func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.asking {
		select {
		case p.b.asking <- struct{}{}:
		default:
			return nil, catapi.ErrBusy
		}
		<-p.b.slots
		p.asking = true
	}
	if p.waits == 0 {
		<-p.b.places
	}
	p.waits++
	return p.resume, nil
}

func (p *place) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waits--; p.waits == 0 {
		p.b.places <- struct{}{}
	}
}

// leave ends the job.
func (p *place) leave() {
	<-p.b.places
	if p.asking {
		<-p.b.asking
	} else {
		<-p.b.slots
	}
}
