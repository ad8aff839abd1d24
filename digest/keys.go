package digest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// All keys of one Book stand on one node of a Redis Cluster: steps of a slot's life change several of them at once. They
// name the space, so that several installations may share a Redis.

// Prefix begins every key of this package, in whatever space, those of versions before there were spaces too.
const Prefix = "catbot:{digest"

// key is a key in b's space. A space holds letters, digits and dots.
func (b *Book) key(rest string) string { return Prefix + "|" + b.Space + "}:v1:" + rest }

func (b *Book) dueKey() string                   { return b.key("due") }              // sorted set: digest id by unix time of its next slot
func (b *Book) openKey() string                  { return b.key("open") }             // sorted set: slot key by unix time from which it may be worked on
func (b *Book) digestKey(id string) string       { return b.key("d:" + id) }          // hash: what is known of a digest
func (b *Book) slotHash(key string) string       { return b.key("s:" + key) }         // hash: an open slot's time and attempts
func (b *Book) leaseKey(id string) string        { return b.key("c:" + id) }          // string: who works on a digest
func (b *Book) channelKey(channel string) string { return b.key("in:" + channel) }    // set: ids of a channel's digests
func (b *Book) ownerKey(user string) string      { return b.key("of:" + user) }       // set: ids of a person's digests
func (b *Book) turnKey(channel string) string    { return b.key("turn:" + channel) }  // string: when a channel is next free
func (b *Book) spokeKey(channel string) string   { return b.key("spoke:" + channel) } // string that expires: a post to a channel has just left

// outageKey is a hash that expires: the outage that a channel was told of.
func (b *Book) outageKey(channel string) string { return b.key("outage:" + channel) }

// queue is asynq's name of the queue of b's slots; tools show it.
func (b *Book) queue() string { return "catbot:" + b.Space }

// Words that stand in a slot's key in place of a wall time.
const (
	runWord    = "run"    // a person asked for it
	unreadWord = "unread" // the digest's text is not understood, so that its wall time is not known
)

// A ticket is an open slot: which digest, which slot, and who asked when it was a person.
type ticket struct {
	key    string // "k7m2@2026-11-23T09:00 Asia/Shanghai", "k7m2@run Ev1"
	digest string
	slot   Slot
	ripe   time.Time // when it may be worked on: at its slot, or for a condition when late results are in
	byHand bool
	unread bool
}

func slotKey(id string, s Slot) string { return id + "@" + s.String() }

func runKey(id, nonce string) string { return id + "@" + runWord + " " + nonce }

func unreadKey(id string, due int64) string { return fmt.Sprintf("%s@%s %d", id, unreadWord, due) }

// readTicket reads a slot's key; at is the slot's instant, which is kept beside it.
func readTicket(key string, at time.Time) (ticket, bool) {
	id, rest, ok := strings.Cut(key, "@")
	wall, zone, ok2 := strings.Cut(rest, " ")
	if !ok || !ok2 || id == "" {
		return ticket{}, false
	}
	return ticket{key: key, digest: id, slot: Slot{Wall: wall, Zone: zone, At: at}, ripe: at, byHand: wall == runWord, unread: wall == unreadWord}, true
}

func unixTime(text string) time.Time {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0)
}
