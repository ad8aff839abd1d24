package digest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// All keys of one Store stand on one node of a Redis Cluster: steps of a slot's life change several of them at once. They
// name the space, so that several installations may share a Redis.

// Prefix begins every key of this package, in whatever space, those of versions before there were spaces too.
const Prefix = "catbot:{digest"

// key is a key in b's space. A space holds letters, digits and dots.
func (s *Store) key(rest string) string { return Prefix + "|" + s.Space + "}:v1:" + rest }

func (s *Store) dueKey() string                    { return s.key("due") }              // sorted set: digest id by unix time of its next slot
func (s *Store) openKey() string                   { return s.key("open") }             // sorted set: slot key by unix time from which it may be worked on
func (s *Store) digestKey(id string) string        { return s.key("d:" + id) }          // hash: what is known of a digest
func (s *Store) slotHash(key string) string        { return s.key("s:" + key) }         // hash: an open slot's time and attempts
func (s *Store) leaseKey(id string) string         { return s.key("c:" + id) }          // string: who works on a digest
func (s *Store) channelKey(channel string) string  { return s.key("in:" + channel) }    // set: ids of a channel's digests
func (s *Store) ownerKey(user string) string       { return s.key("of:" + user) }       // set: ids of a person's digests
func (s *Store) turnKey(channel string) string     { return s.key("turn:" + channel) }  // string: when a channel is next free
func (s *Store) lastPostKey(channel string) string { return s.key("spoke:" + channel) } // string that expires: a post to a channel has just left

// outageKey is a hash that expires: the outage that a channel was told of.
func (s *Store) outageKey(channel string) string { return s.key("outage:" + channel) }

// queue is asynq's name of the queue of b's slots; tools show it.
func (s *Store) queue() string { return "catbot:" + s.Space }

// Words that stand in a slot's key in place of a wall time.
const (
	runWord    = "run"    // a person asked for it
	brokenWord = "unread" // the digest's text is not understood, so that its wall time is not known
)

// A slotRef is an open slot: which digest, which slot, and who asked when it was a person.
type slotRef struct {
	key     string // "k7m2@2026-11-23T09:00 Asia/Shanghai", "k7m2@run Ev1"
	digest  string
	slot    Slot
	readyAt time.Time // when it may be worked on: at its slot, or for a condition when late results are in
	manual  bool
	broken  bool
}

func slotKey(id string, s Slot) string { return id + "@" + s.String() }

func runKey(id, nonce string) string { return id + "@" + runWord + " " + nonce }

func brokenKey(id string, due int64) string { return fmt.Sprintf("%s@%s %d", id, brokenWord, due) }

// parseSlotKey reads a slot's key; at is the slot's instant, which is kept beside it.
func parseSlotKey(key string, at time.Time) (slotRef, bool) {
	id, rest, ok := strings.Cut(key, "@")
	wall, zone, ok2 := strings.Cut(rest, " ")
	if !ok || !ok2 || id == "" {
		return slotRef{}, false
	}
	return slotRef{key: key, digest: id, slot: Slot{Wall: wall, Zone: zone, At: at}, readyAt: at, manual: wall == runWord, broken: wall == brokenWord}, true
}

func unixTime(text string) time.Time {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0)
}
