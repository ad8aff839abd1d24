package cache

import "catbot/catapi"

// Known gives what this process knows of q, in pieces that have no time in common, and whether that is all of it. It asks nobody.
func (c *Cache) Known(q catapi.Query) ([]catapi.History, bool) {
	var known []catapi.History
	for _, piece := range q.Split() {
		e, ok := c.memory.get(c.keyPrefix(piece).piece(piece))
		if !ok || !c.fresh(e) || e.refusal != nil {
			return nil, false
		}
		known = append(known, e.history)
	}
	return known, true
}
