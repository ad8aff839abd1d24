package cache

import (
	"fmt"
	"time"

	"catbot/catapi"
	"catbot/store"
)

// A key names an answer: in the memory of this process as it is, in Redis by its redisKey. It has the province as the
// API takes it, see catapi.Query.APIProvince: an answer for the code is not one for the name.
type key struct {
	task, province string
	kind           keyKind
	begin, end     int64 // of the window, in Unix seconds
}

type keyKind int8

const (
	ofPiece  keyKind = iota // the answer to exactly one piece of a query
	ofLength                // the last answer for a window of this length, as of a rolling window; begin is 0
	ofBegin                 // the last answer for a window with this begin, as of a day in progress; end is 0
)

func newKey(q catapi.Query, kind keyKind, begin, end int64) key {
	return key{task: q.Task, province: q.APIProvince(), kind: kind, begin: begin, end: end}
}

// pieceKey is the key of the answer to exactly q.
func pieceKey(q catapi.Query) key { return newKey(q, ofPiece, q.Begin.Unix(), q.End.Unix()) }

// lastKeys are the two keys of the last answer to a query like q.
func lastKeys(q catapi.Query) [2]key {
	length := int64(q.End.Sub(q.Begin) / time.Second)
	return [2]key{newKey(q, ofLength, 0, length), newKey(q, ofBegin, q.Begin.Unix(), 0)}
}

// redisKey returns the key in Redis of what k names. It begins with catbot:{…}:v1. The part in braces is the hash tag of
// a Redis Cluster: the keys of one task and province are on one node and can be set in one operation. No key contains a
// credential.
func (c *Cache) redisKey(k key) string {
	prefix := "catbot:{" + store.KeyPart(k.task) + "|" + store.KeyPart(k.province) + "}:v1:" +
		store.KeyPart(c.namespace) + ":codes:"
	switch k.kind {
	case ofLength:
		return fmt.Sprintf("%slast:length:%d", prefix, k.end)
	case ofBegin:
		return fmt.Sprintf("%slast:begin:%d", prefix, k.begin)
	}
	const form = "20060102T150405"
	return prefix + time.Unix(k.begin, 0).In(catapi.Beijing).Format(form) + "-" +
		time.Unix(k.end, 0).In(catapi.Beijing).Format(form)
}
