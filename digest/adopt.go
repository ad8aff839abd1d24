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

// Until spaces came, all digests on a Redis stood under one prefix, whichever installation they were of. adopt brings
// over those that are of this one; it leaves the others to theirs.

const (
	oldPrefix = Prefix + "}:v1:"
	oldDigest = oldPrefix + "d:"

	// migrateRetryEvery is how long it is until those are tried again that could not be brought over: a replica of an earlier version works
	// on them, or Slack does not say whose they are.
	migrateRetryEvery = time.Minute
	// migrateEvery is how often, and migrateFor for how long after the start, it is looked again for what a replica of an earlier
	// version has added meanwhile.
	migrateEvery = 10 * time.Minute
	migrateFor   = 6 * time.Hour
	// migrateTime bounds one round. Looking for old digests goes through all keys once.
	migrateTime = 2 * time.Minute
	scanStep    = 1000
)

// oldDigestState are what is known of an old digest.
type oldDigestState struct {
	Fields map[string]string  `json:"fields"`
	Due    string             `json:"due"` // unix time of its next slot; "" when it has none
	Open   map[string]oldSlot `json:"open"`
}

// An oldSlot is a slot that an earlier version has opened and not finished.
type oldSlot struct {
	At     string            `json:"at"`
	Fields map[string]string `json:"fields"`
}

// detachOld takes an old digest out of the hands of earlier versions, in one step, and returns what belongs to it. Until it is
// deleted that stays in its hash, for whoever comes after a crash: KEYS digest, due, open, lease; ARGV id, the slots' prefix.
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

// adopt brings over the old digests of this installation and reports whether all are where they belong. Channel says which are.
func (e *Engine) migrate(ctx context.Context) (done bool, err error) {
	defer catapi.Recover(&err)
	ids, err := e.Store.oldDigests(ctx)
	if err != nil {
		return false, err
	}
	done = true
	for _, id := range ids {
		ours, err := e.migrateOne(ctx, id)
		if err != nil {
			e.Log.Warn("a digest of an earlier version is not brought over yet", "digest", id, "error", err)
			done = false
		} else if ours {
			e.Log.Info("a digest of an earlier version was brought over", "digest", id)
		}
	}
	return done, errors.Join(e.Store.sync(ctx), e.dropOldQueue(ctx))
}

// oldDigests lists the digests that earlier versions have left. They stand on one node of a cluster.
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

// migrateOne brings over the old digest id if it is of this installation. Each step may be done again.
func (e *Engine) migrateOne(ctx context.Context, id string) (ours bool, err error) {
	defer catapi.Recover(&err)
	client := e.Store.DB
	fields, err := client.HGetAll(ctx, oldDigest+id).Result()
	if err != nil || len(fields) == 0 { // another replica was first
		return false, err
	}
	if ours, err = e.Channel.Ours(ctx, fields["channel"], fields["owner"]); err != nil || !ours {
		return false, err
	}
	kept, err := detachOld.Run(ctx, client, []string{oldDigest + id, oldPrefix + "due", oldPrefix + "open", oldPrefix + "c:" + id}, id, oldPrefix+"s:").Text()
	if err != nil {
		return false, err
	}
	switch kept {
	case "gone": // another replica was first
		return false, nil
	case "":
		return false, errors.New("a replica of an earlier version is at it")
	}
	var left oldDigestState
	if err := json.Unmarshal([]byte(kept), &left); err != nil {
		return false, fmt.Errorf("reading what belongs to it: %w", err)
	}
	if err := e.Store.importOld(ctx, id, kept, left, e.Now()); err != nil {
		return false, err
	}
	_, err = client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.SRem(ctx, oldPrefix+"in:"+fields["channel"], id)
		pipe.SRem(ctx, oldPrefix+"of:"+fields["owner"], id)
		for key := range left.Open {
			pipe.Del(ctx, oldPrefix+"s:"+key)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	return true, client.Del(ctx, oldDigest+id).Err()
}

// migratedFor is how long it is remembered that a digest was brought over, so that one who comes late with an older state of it
// does not bring back what was changed or removed since.
const migratedFor = 7 * 24 * time.Hour

// importOld: KEYS marker, digest, its channel, its owner, due, open; ARGV oldDigestState, id, when it is due when they do not say so,
// marker's lifetime in seconds, the slots' prefix.
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

// importOld writes an old digest into b's space, once. One that runs and has no next slot, as a defect of earlier versions left it,
// is due now.
func (s *Store) importOld(ctx context.Context, id, kept string, left oldDigestState, now time.Time) error {
	keys := []string{s.key("adopted:" + id), s.digestKey(id), s.channelKey(left.Fields["channel"]), s.ownerKey(left.Fields["owner"]), s.dueKey(), s.openKey()}
	if err := importOld.Run(ctx, s.DB, keys, kept, id, now.Unix(), int(migratedFor/time.Second), s.slotHash("")).Err(); err != nil {
		return err
	}
	return s.sync(ctx)
}

// migrateLoop adopts until ctx is done or the replicas of earlier versions are gone, which no rolling update puts off for longer.
func (e *Engine) migrateLoop(ctx context.Context) {
	for end := time.Now().Add(migrateFor); time.Now().Before(end); {
		round, cancel := context.WithTimeout(ctx, migrateTime)
		done, err := e.migrate(round)
		cancel()
		if ctx.Err() != nil {
			return
		}
		if err != nil && !errors.Is(err, store.ErrAway) { // of which the store tells
			e.Log.Warn("digests of earlier versions are not brought over yet", "error", err)
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
