package cache

import (
	"sync"

	"catbot/catapi"
)

// promotions are those of the shared calls upstream: one that was begun in the background goes on at once when somebody
// joins it who is not.
type promotions struct {
	mu    sync.Mutex
	calls map[string]*sharedPromotion // by the call's key
}

type sharedPromotion struct {
	*catapi.Promotion
	callers int
}

// join returns the promotion of the call for key. Each caller calls leave when the call has ended.
func (p *promotions) join(key string) (promotion *catapi.Promotion, leave func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	call := p.calls[key]
	if call == nil {
		call = &sharedPromotion{Promotion: catapi.NewPromotion()}
		p.calls[key] = call
	}
	call.callers++
	return call.Promotion, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if call.callers--; call.callers == 0 {
			delete(p.calls, key)
		}
	}
}
