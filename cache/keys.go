package cache

import (
	"fmt"
	"time"

	"catbot/catapi"
	"catbot/store"
)

// Keys begin with catbot:{…}:v1. What stands in braces decides the node of a Redis Cluster, so that the keys of one task
// and province can meet in one operation. No key holds a credential.

// A place is where the answers for one task and province are kept. Its key has the province as the API is asked for it: what a
// code brought before its name was known is no answer once the name is.
type keyPrefix string

func (c *Cache) keyPrefix(q catapi.Query) keyPrefix {
	return keyPrefix(fmt.Sprintf("catbot:{%s|%s}:v1:%s:codes:", store.KeyPart(q.Task), store.KeyPart(q.APIProvince()), store.KeyPart(c.namespace)))
}

// piece is the key of the answer to exactly q.
func (p keyPrefix) piece(q catapi.Query) string {
	const form = "20060102T150405"
	return string(p) + q.Begin.In(catapi.Beijing).Format(form) + "-" + q.End.In(catapi.Beijing).Format(form)
}

// last gives the two keys of the last answer to a question like q: one of the same length, as of a window that rolls
// on, one with the same begin, as of a day that grows.
func (p keyPrefix) last(q catapi.Query) [2]string {
	return [2]string{
		fmt.Sprintf("%slast:length:%d", p, q.End.Sub(q.Begin)/time.Second),
		fmt.Sprintf("%slast:begin:%d", p, q.Begin.Unix()),
	}
}
