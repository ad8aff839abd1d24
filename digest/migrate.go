package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/catapi"
	"catbot/store"
)

// Earlier versions kept the digests of all installations under one prefix. The functions here move those of this
// installation to its own prefix and leave the others for theirs.

const (
	oldPrefix = Prefix + "}:v1:"
	oldDigest = oldPrefix + "d:"

	// migrateRetryEvery is the time until the next round while some digests could not be moved: a replica of an earlier
	// version works on them, Slack does not answer, or another bot may be the one that posts them.
	migrateRetryEvery = time.Minute
	// migrateEvery is the time until the next round when all were moved: replicas of earlier versions may add more.
	migrateEvery = 10 * time.Minute
	// migrateFor is how long after the start rounds are made. No rolling update takes longer.
	migrateFor = 6 * time.Hour
	// migrateTime bounds one round. A round scans all keys of Redis once.
	migrateTime = 2 * time.Minute
	// visibleWait is how long a digest waits whose channel the bot can see but is not a member of. Another bot on the
	// same Redis that is a member moves it meanwhile.
	visibleWait = 5 * time.Minute
	scanStep    = 1000
)

// An Access is how far the bot reaches into a channel.
type Access int

const (
	NoAccess Access = iota // the channel is not of the bot's workspace, as far as Slack says
	Visible                // it is of the workspace, but the bot is not a member
	Member                 // the bot is a member
)

// An accessCache holds the answers about channels during one round.
type accessCache map[string]Access

// An oldDigestState is all that an earlier version stored of a digest.
type oldDigestState struct {
	Fields map[string]string  `json:"fields"`
	Due    string             `json:"due"` // unix time of its next slot; "" when it has none
	Open   map[string]oldSlot `json:"open"`
}

// An oldSlot is a slot that an earlier version opened and did not finish.
type oldSlot struct {
	At     string            `json:"at"`
	Fields map[string]string `json:"fields"`
}

// detachOld takes an old digest away from replicas of earlier versions, in one step, and returns its state. The state
// stays in the field "moving" until the digest is deleted, so another replica can go on after a crash.
// KEYS digest, due, open, lease; ARGV id, the slots' prefix.
var detachOld = redis.NewScript(`
local kept = redis.call("hget", KEYS[1], "moving")
if kept then return kept end
if redis.call("hexists", KEYS[1], "text") == 0 then return "gone" end
if redis.call("exists", KEYS[4]) == 1 then return "" end
local open = {}
local slots = redis.call("zrange", KEYS[3], 0, -1, "WITHSCORES")
for i = 1, #slots, 2 do
  if string.sub(slots[i], 1, #ARGV[1] + 1) == ARGV[1] .. "@" then
    local fields, list = {}, redis.call("hgetall", ARGV[2] .. slots[i])
    for f = 1, #list, 2 do fields[list[f]] = list[f + 1] end
    fields["attempt"] = fields["attempt"] or "1"
    open[slots[i]] = {at = slots[i + 1], fields = fields}
    redis.call("zrem", KEYS[3], slots[i])
  end
end
local own, list = {}, redis.call("hgetall", KEYS[1])
for f = 1, #list, 2 do own[list[f]] = list[f + 1] end
local all = {fields = own, due = redis.call("zscore", KEYS[2], ARGV[1]) or ""}
if next(open) then all.open = open end
redis.call("zrem", KEYS[2], ARGV[1])
kept = cjson.encode(all)
redis.call("hset", KEYS[1], "moving", kept)
return kept`)

// migrate moves the old digests of this installation and reports whether none is left to try again.
func (e *Engine) migrate(ctx context.Context) (done bool, err error) {
	defer catapi.Recover(&err)
	ids, err := e.Store.oldDigests(ctx)
	if err != nil {
		return false, err
	}
	done = true
	cache := accessCache{}
	for _, id := range ids {
		moved, err := e.migrateOne(ctx, id, cache)
		switch {
		case errors.Is(err, errNotMember):
			done = false
		case err != nil:
			e.Log.Warn("moving a digest of an earlier version failed, trying again", "digest", id, "error", err)
			done = false
		case moved:
			e.Log.Info("digest of an earlier version moved", "digest", id)
		}
	}
	return done, errors.Join(e.Store.sync(ctx), e.dropOldQueue(ctx))
}

// oldDigests lists the ids of the digests of earlier versions. In a cluster all are on one node.
func (s *Store) oldDigests(ctx context.Context) ([]string, error) {
	node, err := s.DB.Master(ctx, oldPrefix)
	if err != nil {
		return nil, err
	}
	var ids []string
	for cursor := uint64(0); ; {
		keys, next, err := node.Scan(ctx, cursor, oldDigest+"*", scanStep).Result()
		if err != nil {
			return nil, fmt.Errorf("looking for digests of earlier versions: %w", err)
		}
		for _, key := range keys {
			ids = append(ids, strings.TrimPrefix(key, oldDigest))
		}
		if cursor = next; cursor == 0 {
			return ids, nil
		}
	}
}

// errNotMember says that a digest is left for a while to a bot that is a member of its channel.
var errNotMember = errors.New("the bot is not a member of the digest's channel")

// mayMigrate reports whether the digest id in channel is of this installation. Its error is errNotMember while another
// bot may still move it.
func (e *Engine) mayMigrate(ctx context.Context, id, channel, owner string, cache accessCache) (bool, error) {
	access, err := e.access(ctx, channel, owner, cache)
	if err != nil || access != Visible {
		return access == Member, err
	}
	since, ok := e.visibleSince[id]
	if !ok {
		since = e.Now()
		e.visibleSince[id] = since
	}
	if e.Now().Sub(since) < visibleWait {
		return false, errNotMember
	}
	return true, nil
}

// access asks Slack about a channel once a round. NoAccess counts for one owner alone, because a channel that the bot
// can't see is of its workspace if the owner is.
func (e *Engine) access(ctx context.Context, channel, owner string, cache accessCache) (Access, error) {
	forOwner := channel + " " + owner
	for _, key := range []string{channel, forOwner} {
		if known, ok := cache[key]; ok {
			return known, nil
		}
	}
	access, err := e.Channel.Access(ctx, channel, owner)
	if err != nil {
		return NoAccess, fmt.Errorf("asking slack for a digest's channel: %w", err)
	}
	if access == NoAccess {
		channel = forOwner
	}
	cache[channel] = access
	return access, nil
}

// migrateOne moves the old digest id if it is of this installation. Each step may be repeated.
func (e *Engine) migrateOne(ctx context.Context, id string, cache accessCache) (moved bool, err error) {
	defer catapi.Recover(&err)
	client := e.Store.DB
	fields, err := client.HGetAll(ctx, oldDigest+id).Result()
	if err != nil || len(fields) == 0 { // another replica was first
		return false, err
	}
	ours, err := e.mayMigrate(ctx, id, fields["channel"], fields["owner"], cache)
	if err != nil || !ours {
		return false, err
	}
	keys := []string{oldDigest + id, oldPrefix + "due", oldPrefix + "open", oldPrefix + "c:" + id}
	kept, err := detachOld.Run(ctx, client, keys, id, oldPrefix+"s:").Text()
	if err != nil {
		return false, err
	}
	switch kept {
	case "gone": // another replica was first
		return false, nil
	case "":
		return false, errors.New("a replica of an earlier version holds its lease")
	}
	var old oldDigestState
	if err := json.Unmarshal([]byte(kept), &old); err != nil {
		return false, fmt.Errorf("decoding its state: %w", err)
	}
	if err := e.Store.importOld(ctx, id, kept, old, e.Now()); err != nil {
		return false, err
	}
	_, err = client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.SRem(ctx, oldPrefix+"in:"+fields["channel"], id)
		pipe.SRem(ctx, oldPrefix+"of:"+fields["owner"], id)
		for key := range old.Open {
			pipe.Del(ctx, oldPrefix+"s:"+key)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	return true, client.Del(ctx, oldDigest+id).Err()
}

// migratedFor is how long it is remembered that a digest was moved. A replica that comes late with an older state does
// not undo later changes.
const migratedFor = 7 * 24 * time.Hour

// importOld: KEYS marker, digest, its channel, its owner, due, open; ARGV state, id, when it is due if the state does
// not say so, marker's lifetime in seconds, the slots' prefix.
var importOld = redis.NewScript(`
if not redis.call("set", KEYS[1], 1, "NX", "EX", ARGV[4]) then return 0 end
local all = cjson.decode(ARGV[1])
for field, value in pairs(all.fields) do redis.call("hset", KEYS[2], field, value) end
redis.call("sadd", KEYS[3], ARGV[2])
redis.call("sadd", KEYS[4], ARGV[2])
local due = all.due
if due == "" then due = ARGV[3] end
if not all.fields.paused then redis.call("zadd", KEYS[5], "NX", due, ARGV[2]) end
for key, slot in pairs(all.open or {}) do
  for field, value in pairs(slot.fields) do redis.call("hset", ARGV[5] .. key, field, value) end
  redis.call("zadd", KEYS[6], "NX", slot.at, key)
end
return 1`)

// importOld stores an old digest under s's prefix, once. A digest that runs but has no next slot, which a defect of
// earlier versions caused, is due now.
func (s *Store) importOld(ctx context.Context, id, state string, old oldDigestState, now time.Time) error {
	keys := []string{
		s.key("adopted:" + id), s.digestKey(id), s.channelKey(old.Fields["channel"]), s.ownerKey(old.Fields["owner"]),
		s.dueKey(), s.openKey(),
	}
	args := []any{state, id, now.Unix(), int(migratedFor / time.Second), s.slotHash("")}
	if err := importOld.Run(ctx, s.DB, keys, args...).Err(); err != nil {
		return err
	}
	return s.sync(ctx)
}

// migrateLoop calls migrate until ctx is done or migrateFor is over.
func (e *Engine) migrateLoop(ctx context.Context) {
	for end := time.Now().Add(migrateFor); time.Now().Before(end); {
		round, cancel := context.WithTimeout(ctx, migrateTime)
		done, err := e.migrate(round)
		cancel()
		if ctx.Err() != nil {
			return
		}
		if err != nil && !errors.Is(err, store.ErrUnavailable) { // the store logs it
			e.Log.Warn("moving digests of earlier versions failed, trying again", "error", err)
		}
		wait := migrateRetryEvery
		if done && err == nil {
			wait = migrateEvery
		}
		if sleep(ctx, wait) != nil {
			return
		}
	}
}
