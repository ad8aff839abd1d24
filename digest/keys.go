package digest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// All keys of one Store have one hash tag, so that scripts can change several at once in a Redis Cluster. The tag holds
// the space, so that several installations can share a Redis.

// Prefix begins every key of this package, in each space and in versions without spaces.
const Prefix = "catbot:{digest"

// key returns a key in s's space. A space holds letters, digits and dots.
func (s *Store) key(rest string) string { return Prefix + "|" + s.Space + "}:v1:" + rest }

// dueKey is a sorted set: digest id by unix time of its next slot.
func (s *Store) dueKey() string { return s.key("due") }

// openKey is a sorted set: slot key by unix time from which it may be posted.
func (s *Store) openKey() string { return s.key("open") }

// digestKey is a hash: a digest.
func (s *Store) digestKey(id string) string { return s.key("d:" + id) }

// slotHash is a hash: an open slot's time and attempts.
func (s *Store) slotHash(key string) string { return s.key("s:" + key) }

// leaseKey is a string: the lease of a digest.
func (s *Store) leaseKey(id string) string { return s.key("c:" + id) }

// channelKey is a set: ids of a channel's digests.
func (s *Store) channelKey(channel string) string { return s.key("in:" + channel) }

// ownerKey is a set: ids of a person's digests.
func (s *Store) ownerKey(user string) string { return s.key("of:" + user) }

// turnKey is a string: unix milliseconds of a channel's next turn.
func (s *Store) turnKey(channel string) string { return s.key("turn:" + channel) }

// lastPostKey is a string that expires: unix milliseconds at which the last post to a channel was sent.
func (s *Store) lastPostKey(channel string) string { return s.key("spoke:" + channel) }

// outageKey is a hash that expires: the outage that a channel was told of.
func (s *Store) outageKey(channel string) string { return s.key("outage:" + channel) }

// incidentKey is a string that expires: an incident.
func (s *Store) incidentKey(id string) string { return s.key("i:" + id) }

// respondersKey is a hash that expires: who works on an incident, by the unix time since when.
func (s *Store) respondersKey(id string) string { return s.key("on:" + id) }

// incidentsKey is a sorted set that expires: ids of a channel's incidents by the unix time at which they began.
func (s *Store) incidentsKey(channel string) string { return s.key("incidents:" + channel) }

// abandonedKey is a sorted set: abandonedName of incidents that are to be closed, by the unix time of the next try.
func (s *Store) abandonedKey() string { return s.key("abandoned") }

// abandonedHash is a hash that expires: an incident that is to be closed, and its digest as it was.
func (s *Store) abandonedHash(name string) string { return s.key("a:" + name) }

// muteKey is a string that expires: the mute of a channel.
func (s *Store) muteKey(channel string) string { return s.key("mute:" + channel) }

// editTurnsKey is a hash that expires: unix milliseconds of the next turn for a change of an incident's message, and until
// when Slack takes none.
func (s *Store) editTurnsKey() string { return s.key("edits") }

// queue is the name of the asynq queue of s's slots. asynq's tools show it.
func (s *Store) queue() string { return "catbot:" + s.Space }

// Words that replace the wall time in a slot's key.
const (
	runWord    = "run"    // run by hand
	brokenWord = "unread" // the digest's text can't be parsed, so the wall time is not known
)

// A slotRef names an open slot.
type slotRef struct {
	key     string // "k7m2@2026-11-23T09:00 Asia/Shanghai", "k7m2@run Ev1"
	digest  string
	slot    Slot
	readyAt time.Time // when it may be posted: at its time, and with a condition Settle later
	manual  bool
	broken  bool
}

func slotKey(id string, s Slot) string { return id + "@" + s.String() }

func runKey(id, nonce string) string { return id + "@" + runWord + " " + nonce }

func brokenKey(id string, due int64) string { return fmt.Sprintf("%s@%s %d", id, brokenWord, due) }

// parseSlotKey parses a slot's key. The slot's instant is stored beside the key and passed as at.
func parseSlotKey(key string, at time.Time) (slotRef, bool) {
	id, rest, ok := strings.Cut(key, "@")
	wall, zone, ok2 := strings.Cut(rest, " ")
	if !ok || !ok2 || id == "" {
		return slotRef{}, false
	}
	slot := Slot{Wall: wall, Zone: zone, At: at}
	return slotRef{
		key: key, digest: id, slot: slot, readyAt: at, manual: wall == runWord, broken: wall == brokenWord,
	}, true
}

func unixTime(text string) time.Time {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0)
}
