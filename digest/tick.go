package digest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// tickBatch is how many digests a tick moves on at once: small, so that one that runs out of time has got ahead.
	tickBatch = 50
	// MaxMissed bounds the counting of slots that were missed: how many exactly tells nobody more.
	MaxMissed = 1000
)

// openSlot moves a digest on and opens its slot in one step, once: KEYS due, open, digest, slot;
// ARGV id, the time it was due, the next time or "", slot key or "", the slot's time, missed or "",
// since when its text is not understood or "", when the slot may be worked on. One that is not understood opens a slot once, to say so.
var openSlot = redis.NewScript(`
local due = redis.call("zscore", KEYS[1], ARGV[1])
if not due or tonumber(due) ~= tonumber(ARGV[2]) then return 0 end
local there = redis.call("type", KEYS[3]).ok == "hash"
if ARGV[3] == "" or not there then
  redis.call("zrem", KEYS[1], ARGV[1])
else
  redis.call("zadd", KEYS[1], ARGV[3], ARGV[1])
end
if not there then return 0 end
if ARGV[7] == "" then
  redis.call("hdel", KEYS[3], "unread")
elseif redis.call("hsetnx", KEYS[3], "unread", ARGV[7]) == 0 then
  return 0
end
if ARGV[6] ~= "" then redis.call("hset", KEYS[3], "missed", ARGV[6]) end
if ARGV[4] ~= "" then
  redis.call("zadd", KEYS[2], ARGV[8], ARGV[4])
  redis.call("hset", KEYS[4], "attempt", 1, "at", ARGV[5])
end
return 1`)

// tick opens and enqueues what is due. Its cost follows what is due, not what there is. Any number of replicas may do
// it at once: one of them opens a slot, all of them enqueue it, the queue keeps one.
func (e *Engine) tick(ctx context.Context) error {
	ahead, err := e.ahead(ctx)
	if err != nil {
		return err
	}
	for {
		now := e.Now().Add(-ahead)
		due, err := e.Store.DB.ZRangeByScoreWithScores(ctx, e.Store.dueKey(), &redis.ZRangeBy{
			Min: "-inf", Max: strconv.FormatInt(now.Unix(), 10), Count: tickBatch,
		}).Result()
		if err != nil {
			return fmt.Errorf("asking redis what is due: %w", err)
		}
		if len(due) > 0 {
			err = errors.Join(e.open(ctx, due, now), e.Store.sync(ctx))
		}
		if err == nil && len(due) < tickBatch {
			e.ticked.Store(e.Now().UnixNano())
		}
		if err != nil || len(due) < tickBatch {
			return err
		}
	}
}

// ahead is by how much this machine's clock is ahead of Redis's, which all replicas share: nothing is due before it is so there.
// A clock that is behind does no harm; others find what is due.
func (e *Engine) ahead(ctx context.Context) (time.Duration, error) {
	common, err := e.Store.DB.Time(ctx).Result()
	if err != nil {
		return 0, fmt.Errorf("asking redis for the time: %w", err)
	}
	ahead := max(0, e.machine().Sub(common))
	if was := time.Duration(e.skewed.Swap(int64(ahead))); ahead > maxClockSkew && was <= maxClockSkew {
		e.Log.Warn("this machine's clock is ahead of redis's, which digests go by", "ahead", ahead.Round(time.Millisecond).String())
	}
	return ahead, nil
}

// maxClockSkew is by how much clocks may differ before it is worth a word.
const maxClockSkew = 5 * time.Second

// A step is one digest's way from the slot that is due to the next.
type step struct {
	id, key string // key is "" when the slots that were due are too old
	due     int64
	next    string
	at      int64
	readyAt time.Time
	missed  string
	skipped int
	broken  string // since when the digest's text is not understood
}

// open moves the digests that are due on, and opens and enqueues their slots.
func (e *Engine) open(ctx context.Context, due []redis.Z, now time.Time) error {
	ids := make([]string, len(due))
	dueAt := make(map[string]int64, len(due))
	for i, z := range due {
		ids[i], _ = z.Member.(string)
		dueAt[ids[i]] = int64(z.Score)
	}
	digests, err := e.Store.get(ctx, ids...)
	if err != nil {
		return err
	}
	steps := make([]step, 0, len(ids))
	for _, d := range digests {
		steps = append(steps, e.step(d, time.Unix(dueAt[d.ID], 0), now))
		delete(dueAt, d.ID)
	}
	for id, at := range dueAt { // digests that were removed in between
		steps = append(steps, step{id: id, due: at})
	}
	opened := make([]*redis.Cmd, len(steps))
	if _, err := e.Store.DB.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, s := range steps {
			opened[i] = openSlot.Eval(ctx, pipe, []string{e.Store.dueKey(), e.Store.openKey(), e.Store.digestKey(s.id), e.Store.slotHash(s.key)}, s.id, s.due, s.next, s.key, s.at, s.missed, s.broken, s.readyAt.Unix())
		}
		return nil
	}); err != nil {
		return fmt.Errorf("opening slots: %w", err)
	}
	var errs []error
	for i, s := range steps {
		if n, _ := opened[i].Int(); n == 1 {
			e.Observe(EventSkipped, s.skipped)
			if s.key != "" {
				e.Observe(EventDue, 1)
			}
		}
		if s.key != "" {
			errs = append(errs, e.enqueue(ctx, s.key, 1, s.readyAt))
		}
	}
	return errors.Join(errs...)
}

// step decides on d, which was due at due: of several slots that have passed the latest counts, if it is young enough.
func (e *Engine) step(d Digest, due, now time.Time) step {
	s := step{id: d.ID, due: due.Unix()}
	if d.Broken != "" {
		return brokenStep(d, s, now)
	}
	if !d.BrokenSince.IsZero() {
		due = d.BrokenSince
	}
	count, latest, next := passed(d, due, now, e.CatchUp)
	if !next.IsZero() {
		s.next = strconv.FormatInt(next.Unix(), 10)
	}
	if count == 0 {
		return s // the clocks' rules were changed since it was scheduled
	}
	s.skipped = count
	if now.Sub(latest.At) <= e.CatchUp {
		s.skipped--
		s.key, s.at, s.readyAt = slotKey(d.ID, latest), latest.At.Unix(), latest.At
		if d.Add.If != nil {
			s.readyAt = latest.At.Add(e.Settle)
		}
	}
	if s.skipped > 0 {
		s.missed = mustJSON(Missed{Count: s.skipped, From: due, To: now})
	}
	return s
}

// reparseEvery is how often a digest is looked at whose text is not understood: another setting or version may understand it.
const reparseEvery = time.Minute

// brokenStep keeps d, whose text is not understood, in sight, and opens a slot for its owner to hear of it.
func brokenStep(d Digest, s step, now time.Time) step {
	s.next = strconv.FormatInt(now.Add(reparseEvery).Unix(), 10)
	s.broken = strconv.FormatInt(s.due, 10)
	if d.BrokenSince.IsZero() {
		s.key, s.at, s.readyAt = brokenKey(d.ID, s.due), s.due, time.Unix(s.due, 0)
	}
	return s
}

// passed counts the slots of d from due until now and returns the latest, and when the next one is; zero for never. It walks over
// them once, and after MaxMissed over those alone that may be made up for.
func passed(d Digest, due, now time.Time, catchUp time.Duration) (count int, latest Slot, next time.Time) {
	from, young := due.Add(-time.Second), now.Add(-catchUp-time.Second)
	for {
		jump := false
		for slot := range slotsAfter(d.Add.Schedule, d.Zone(), from) {
			if slot.At.After(now) {
				return count, latest, slot.At
			}
			count, latest = count+1, slot
			if jump = count == MaxMissed && young.After(slot.At); jump {
				break
			}
		}
		if !jump {
			return count, latest, time.Time{}
		}
		from = young
	}
}
