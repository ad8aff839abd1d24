package digest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"
)

const (
	// tickEvery is the time between two ticks while a slot is open or due, or while Redis does not answer.
	tickEvery = time.Second
	// idleTickEvery is the time between two ticks while no slot is open. There is always one at a whole minute, when
	// slots are due.
	idleTickEvery = 5 * time.Second
	// tickBatch is how many digests are moved on at once. It is small, so a tick that runs out of time has made
	// progress, and the script that moves them holds Redis up for less than a millisecond.
	tickBatch = 100
	// enqueueAtOnce is how many slots are enqueued at the same time: asynq takes them one by one, each in a round trip.
	enqueueAtOnce = 8
	// MaxMissed bounds the counting of missed slots.
	MaxMissed = 1000
)

// openSlots moves digests on and opens their slots, each in one step and once: KEYS due, open, then for each its digest
// and its slot; ARGV for each id, the time it was due, the next time or "", slot key or "", the slot's time, missed or
// "", since when its text can't be parsed or "", when the slot may be posted. A digest whose text can't be parsed opens
// a slot once, to tell its owner. It returns 1 for each that it moved, and 0 for one that another replica had moved.
var openSlots = redis.NewScript(`
local function move(digest, slot, id, was, next, key, at, missed, unread, ready)
  local due = redis.call("zscore", KEYS[1], id)
  if not due or tonumber(due) ~= tonumber(was) then return 0 end
  local there = redis.call("type", digest).ok == "hash"
  if next == "" or not there then
    redis.call("zrem", KEYS[1], id)
  else
    redis.call("zadd", KEYS[1], next, id)
  end
  if not there then return 0 end
  if unread == "" then
    redis.call("hdel", digest, "unread")
  elseif redis.call("hsetnx", digest, "unread", unread) == 0 then
    return 0
  end
  if missed ~= "" then redis.call("hset", digest, "missed", missed) end
  if key ~= "" then
    redis.call("zadd", KEYS[2], ready, key)
    redis.call("hset", slot, "attempt", 1, "at", at)
  end
  return 1
end
local moved = {}
for i = 1, #ARGV / 8 do
  moved[i] = move(KEYS[2 * i + 1], KEYS[2 * i + 2], unpack(ARGV, 8 * i - 7, 8 * i))
end
return moved`)

// tick opens and enqueues due slots. Its cost depends on what is due, not on all digests. Several replicas may tick
// at once: one opens a slot and enqueues it. If it ends in between, a sweep enqueues the slot.
func (e *Engine) tick(ctx context.Context) error {
	e.nextTick = e.slotNow().Add(tickEvery) // if it fails
	o, err := e.look(ctx)
	for opened := tickBatch; err == nil && o.isDue() && opened == tickBatch; {
		if opened, err = e.openDue(ctx, o.now); err == nil {
			o, err = e.look(ctx)
		}
	}
	if err != nil {
		return err
	}
	e.nextTick = o.nextTick()
	e.ticked.Store(e.Now().UnixNano())
	e.tickedAt = e.awake()
	return nil
}

// openDue opens up to tickBatch of the slots that are due by now, and returns how many it found.
func (e *Engine) openDue(ctx context.Context, now time.Time) (int, error) {
	due, err := e.Store.DB.ZRangeByScoreWithScores(ctx, e.Store.dueKey(), &redis.ZRangeBy{
		Min: "-inf", Max: strconv.FormatInt(now.Unix(), 10), Count: tickBatch,
	}).Result()
	if err != nil {
		return 0, fmt.Errorf("listing due digests: %w", err)
	}
	if len(due) == 0 {
		return 0, nil // another replica was first
	}
	return len(due), errors.Join(e.open(ctx, due, now), e.Store.sync(ctx))
}

// waitForTick waits until it is time to tick again by slotNow, which a demo moves on, or until RunNow opens a slot. It does
// not wait longer when the clock is set back.
func (e *Engine) waitForTick(ctx context.Context) {
	for end := time.Now().Add(idleTickEvery); ; {
		wait := min(tickEvery, e.nextTick.Sub(e.slotNow()), time.Until(end))
		if wait <= 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
			return
		case <-time.After(wait):
		}
	}
}

// slotNow returns the time by the clock that slots are due by. Where this machine's clock is ahead of Redis's, it is that
// of Redis, which all replicas share. A clock that is behind does no harm.
func (e *Engine) slotNow() time.Time { return e.Now().Add(-time.Duration(e.skewed.Load())) }

// An outlook is what is to be done next, and when.
type outlook struct {
	now  time.Time // slotNow
	due  time.Time // when the first digest is due; zero if none is scheduled
	open time.Time // when the first of the open slots may be posted; zero if none is open
}

// isDue reports whether slots are to be opened.
func (o outlook) isDue() bool { return !o.due.IsZero() && !o.due.After(o.now) }

// isBusy reports whether open slots are to be worked on, now or before the next tick.
func (o outlook) isBusy() bool { return !o.open.IsZero() && !o.open.After(o.now.Add(tickEvery)) }

// nextTick returns when to tick again. There is a tick at each whole minute, so a digest that is added in between is not
// late either.
func (o outlook) nextTick() time.Time {
	if o.isDue() || o.isBusy() {
		return o.now.Add(tickEvery)
	}
	next := o.now.Add(idleTickEvery)
	if minute := o.now.Truncate(time.Minute).Add(time.Minute); minute.Before(next) {
		next = minute
	}
	if !o.open.IsZero() && o.open.Before(next) {
		next = o.open
	}
	return next
}

// look asks Redis for the outlook, and notes it for the queue, the sweep and the metrics.
func (e *Engine) look(ctx context.Context) (outlook, error) {
	var common *redis.TimeCmd
	var due, open *redis.ZSliceCmd
	if _, err := e.Store.DB.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		common = pipe.Time(ctx)
		due, open = pipe.ZRangeWithScores(ctx, e.Store.dueKey(), 0, 0), pipe.ZRangeWithScores(ctx, e.Store.openKey(), 0, 0)
		return nil
	}); err != nil {
		return outlook{}, fmt.Errorf("asking redis for the time and for due and open slots: %w", err)
	}
	e.noteSkew(e.machine().Sub(common.Val()))
	o := outlook{now: e.slotNow(), due: firstTime(due.Val()), open: firstTime(open.Val())}
	e.noteLag(o)
	e.hasOpen.Store(o.isBusy())
	e.noteBusy(o.isBusy())
	return o, nil
}

// noteLag notes the age of the oldest slot that is open or due.
func (e *Engine) noteLag(o outlook) {
	var lag time.Duration
	for _, at := range []time.Time{o.due, o.open} {
		if !at.IsZero() {
			lag = max(lag, e.Now().Sub(at))
		}
	}
	e.lag.Store(int64(lag))
}

// firstTime returns the time that is the score of the first of slots, or zero if there is none.
func firstTime(slots []redis.Z) time.Time {
	if len(slots) == 0 {
		return time.Time{}
	}
	return time.Unix(int64(slots[0].Score), 0)
}

// noteSkew notes by how much this machine's clock is ahead of Redis's.
func (e *Engine) noteSkew(ahead time.Duration) {
	ahead = max(0, ahead)
	if was := time.Duration(e.skewed.Swap(int64(ahead))); ahead > maxClockSkew && was <= maxClockSkew {
		e.Log.Warn("machine clock ahead of redis, digests use redis time", "ahead", ahead.Round(time.Millisecond).String())
	}
}

// maxClockSkew is the difference of clocks above which a warning is logged.
const maxClockSkew = 5 * time.Second

// A move takes one digest from the slot that is due to the next.
type move struct {
	id, key string // key is "" if the slots that were due are too old
	due     int64
	next    string
	at      int64
	readyAt time.Time
	missed  string
	skipped int
	broken  string // since when the digest's text can't be parsed
}

// open moves due digests on, and opens and enqueues their slots.
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
	moves := make([]move, 0, len(ids))
	for _, d := range digests {
		moves = append(moves, e.nextMove(d, time.Unix(dueAt[d.ID], 0), now))
		delete(dueAt, d.ID)
	}
	for id, at := range dueAt { // removed meanwhile
		moves = append(moves, move{id: id, due: at})
	}
	keys, args := []string{e.Store.dueKey(), e.Store.openKey()}, make([]any, 0, 8*len(moves))
	for _, s := range moves {
		keys = append(keys, e.Store.digestKey(s.id), e.Store.slotHash(s.key))
		args = append(args, s.id, s.due, s.next, s.key, s.at, s.missed, s.broken, s.readyAt.Unix())
	}
	moved, err := openSlots.Run(ctx, e.Store.DB, keys, args...).Int64Slice()
	if err != nil {
		return fmt.Errorf("opening slots: %w", err)
	}
	var enqueuing errgroup.Group
	enqueuing.SetLimit(enqueueAtOnce)
	for i, s := range moves {
		if moved[i] == 0 {
			continue
		}
		e.Observe(EventSkipped, s.skipped)
		if s.key != "" {
			e.Observe(EventDue, 1)
			enqueuing.Go(func() error { return e.enqueue(ctx, s.key, 1, s.readyAt) })
		}
	}
	return enqueuing.Wait()
}

// nextMove returns the move of d, which was due at due. Of several slots that have passed it opens the latest, if that is
// within the catch-up.
func (e *Engine) nextMove(d Digest, due, now time.Time) move {
	s := move{id: d.ID, due: due.Unix()}
	if d.Broken != "" {
		return brokenMove(d, s, now)
	}
	if !d.BrokenSince.IsZero() {
		due = d.BrokenSince
	}
	count, latest, next := passed(d, due, now, e.CatchUp)
	if !next.IsZero() {
		s.next = strconv.FormatInt(next.Unix(), 10)
	}
	if count == 0 {
		return s // the rules of the time zone have changed since it was scheduled
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
		s.missed = mustJSON(Missed{Count: s.skipped, From: due, To: now, Jumped: e.hasJumpedOver(due, now)})
	}
	return s
}

// hasJumpedOver reports whether the clock has jumped over due: all slots before it were opened, and since then the clock
// went on by more than twice the time that this process has worked.
func (e *Engine) hasJumpedOver(due, now time.Time) bool {
	ticked := time.Unix(0, e.ticked.Load())
	return due.After(ticked) && now.Sub(ticked) > 2*(e.awake()-e.tickedAt)
}

// reparseEvery is how often a text that can't be parsed is tried again: a setting or the version may have changed.
const reparseEvery = time.Minute

// brokenMove keeps d scheduled, whose text can't be parsed, and opens one slot to tell its owner.
func brokenMove(d Digest, s move, now time.Time) move {
	s.next = strconv.FormatInt(now.Add(reparseEvery).Unix(), 10)
	s.broken = strconv.FormatInt(s.due, 10)
	if d.BrokenSince.IsZero() {
		s.key, s.at, s.readyAt = brokenKey(d.ID, s.due), s.due, time.Unix(s.due, 0)
	}
	return s
}

// passed counts the slots of d from due until now, and returns the latest and the time of the next; zero means never.
// It walks over them once. After MaxMissed it walks only over those within the catch-up.
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
