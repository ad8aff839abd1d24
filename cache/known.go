package cache

import "catbot/catapi"

// Known calls use with the fresh answers for q in the memory of this process, by day. It returns false if one is missing,
// perhaps after some calls. It makes no requests.
func (c *Cache) Known(q catapi.Query, use func(catapi.History)) bool {
	for piece := range q.Pieces() {
		e, ok := c.memory.get(pieceKey(piece))
		if !ok || !c.fresh(e) || e.refusal != nil {
			return false
		}
		use(e.history)
	}
	return true
}
