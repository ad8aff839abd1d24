package cache

import "catbot/catapi"

// Known returns the fresh answers for q in the memory of this process, by day. It returns false if one is missing.
// It makes no requests.
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
