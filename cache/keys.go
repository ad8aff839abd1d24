package cache

import (
	"fmt"
	"time"

	"catbot/catapi"
	"catbot/store"
)

// Keys begin with catbot:{…}:v1. The part in braces is the hash tag of a Redis Cluster: the keys of one task
// and province are on one node and can be set in one operation. No key contains a credential.

// A keyPrefix begins the keys of one task and province. It has the province as the API takes it, see
// catapi.Query.APIProvince: an answer for the code is not one for the name.
type keyPrefix string

func (c *Cache) keyPrefix(q catapi.Query) keyPrefix {
	return keyPrefix("catbot:{" + store.KeyPart(q.Task) + "|" + store.KeyPart(q.APIProvince()) + "}:v1:" +
		store.KeyPart(c.namespace) + ":codes:")
}

// piece is the key of the answer to exactly q.
func (p keyPrefix) piece(q catapi.Query) string {
	const form = "20060102T150405"
	var room [256]byte // on the stack, because the usual looks up seven keys for each answer
	key := q.Begin.In(catapi.Beijing).AppendFormat(append(room[:0], p...), form)
	return string(q.End.In(catapi.Beijing).AppendFormat(append(key, '-'), form))
}

// last returns the two keys of the last answer to a query like q: one for the same length, as of a rolling window,
// and one for the same begin, as of a day in progress.
func (p keyPrefix) last(q catapi.Query) [2]string {
	return [2]string{
		fmt.Sprintf("%slast:length:%d", p, q.End.Sub(q.Begin)/time.Second),
		fmt.Sprintf("%slast:begin:%d", p, q.Begin.Unix()),
	}
}
