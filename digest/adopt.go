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

	// adoptEvery is how long it is until those are tried again that could not be brought over: a replica of an earlier version works
	// on them, or Slack does not say whose they are.
	adoptEvery = 20 * time.Second
	// adoptTime bounds one round. Looking for old digests goes through all keys once.
	adoptTime = 2 * time.Minute
	scanStep  = 1000
)

// belongings are what is known of an old digest besides its fields.
type belongings struct {
	Due  string             `json:"due"` // unix time of its next slot; "" when it has none
	Open map[string]oldSlot `json:"open"`
}

// An oldSlot is a slot that an earlier version has opened and not finished.
type oldSlot struct {
	At     string            `json:"at"`
	Fields map[string]string `json:"fields"`
}

// takeOut takes an old digest out of the hands of earlier versions, in one step, and returns what belongs to it. Until it is
// deleted that stays in its hash, for whoever comes after a crash: KEYS digest, due, open, claim; ARGV id, the slots' prefix.
var takeOut = redis.NewScript(`
local kept = redis.call("hget", KEYS[1], "moving")
if kept then return kept end
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
local all = {due = redis.call("zscore", KEYS[2], ARGV[1]) or ""}
if next(open) then all.open = open end
redis.call("zrem", KEYS[2], ARGV[1])
kept = cjson.encode(all)
redis.call("hset", KEYS[1], "moving", kept)
return kept`)

// adopt brings over the old digests of this installation and reports whether all are where they belong. Channel says which are.
func (e *Engine) adopt(ctx context.Context) (done bool, err error) {
	defer catapi.Recover(&err)
	ids, err := e.Book.oldDigests(ctx)
	if err != nil {
		return false, err
	}
	done = true
	for _, id := range ids {
		ours, err := e.adoptOne(ctx, id)
		if err != nil {
			e.Log.Warn("a digest of an earlier version is not brought over yet", "digest", id, "error", err)
			done = false
		} else if ours {
			e.Log.Info("a digest of an earlier version was brought over", "digest", id)
		}
	}
	return done, e.Book.kept(ctx)
}

// oldDigests lists the digests that earlier versions have left. They stand on one node of a cluster.
func (b *Book) oldDigests(ctx context.Context) ([]string, error) {
	node, err := b.master(ctx, oldPrefix)
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

// adoptOne brings over the old digest id if it is of this installation. Each step may be done again.
func (e *Engine) adoptOne(ctx context.Context, id string) (ours bool, err error) {
	client := e.Book.Redis
	fields, err := client.HGetAll(ctx, oldDigest+id).Result()
	if err != nil || len(fields) == 0 { // another replica was first
		return false, err
	}
	if ours, err = e.Channel.Ours(ctx, fields["channel"], fields["owner"]); err != nil || !ours {
		return false, err
	}
	kept, err := takeOut.Run(ctx, client, []string{oldDigest + id, oldPrefix + "due", oldPrefix + "open", oldPrefix + "c:" + id}, id, oldPrefix+"s:").Text()
	if err != nil {
		return false, err
	}
	if kept == "" {
		return false, errors.New("a replica of an earlier version is at it")
	}
	var left belongings
	if err := json.Unmarshal([]byte(kept), &left); err != nil {
		return false, fmt.Errorf("reading what belongs to it: %w", err)
	}
	if err := e.Book.takeIn(ctx, id, fields, left, e.Now()); err != nil {
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

// takeIn writes an old digest into b's space. One that runs and has no next slot, as a defect of earlier versions left it, is due now.
func (b *Book) takeIn(ctx context.Context, id string, fields map[string]string, left belongings, now time.Time) error {
	delete(fields, "moving")
	_, err := b.Redis.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.HSet(ctx, b.digestKey(id), fields)
		pipe.SAdd(ctx, b.channelKey(fields["channel"]), id)
		pipe.SAdd(ctx, b.ownerKey(fields["owner"]), id)
		due := float64(unixTime(left.Due).Unix())
		if left.Due == "" {
			due = float64(now.Unix())
		}
		if fields["paused"] == "" {
			pipe.ZAddNX(ctx, b.dueKey(), redis.Z{Score: due, Member: id})
		}
		for key, slot := range left.Open {
			pipe.HSet(ctx, b.slotHash(key), slot.Fields)
			pipe.ZAddNX(ctx, b.openKey(), redis.Z{Score: float64(unixTime(slot.At).Unix()), Member: key})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.kept(ctx)
}

// adoptAll adopts until all is done, or ctx is.
func (e *Engine) adoptAll(ctx context.Context) {
	for {
		round, cancel := context.WithTimeout(ctx, adoptTime)
		done, err := e.adopt(round)
		cancel()
		if done && err == nil || ctx.Err() != nil {
			return
		}
		if err != nil && !errors.Is(err, store.ErrAway) { // of which the cache tells
			e.Log.Warn("digests of earlier versions are not brought over yet", "error", err)
		}
		if sleep(ctx, adoptEvery) != nil {
			return
		}
	}
}
