package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/store"
)

const (
	// leaseTime is how long a lease outlives its last renewal: a replica that died is succeeded after it.
	leaseTime = 15 * time.Second
	// postWithin is how long after the renewal just before it a post may still leave. The rest of leaseTime is the margin
	// for its way: when the lease is gone, nothing of this holder is under way.
	postWithin = 10 * time.Second
	// turnSpacing is the time between two posts to one channel; Slack allows about one a second.
	turnSpacing = 1100 * time.Millisecond
)

// An attempt is one replica's work on an open slot, under the lease of the slot's digest.
type attempt struct {
	engine *Engine
	ref    slotRef
	lease  *store.Lease
	state  slotState
}

// A slotState is what is kept of an open slot.
type slotState struct {
	by    string    // who asked for it, when it was not the schedule
	first time.Time // when work on it began
	tries int       // posts that may have gone out
	tried time.Time // when the latest of them began
}

var errGone = errors.New("the slot is not open any more")

// KEYS open, lease, slot throughout; ARGV[1] is the slot's key, ARGV[2] the lease's holder.
var (
	// startWork notes when work on the slot began, and returns what is known of it: ARGV[3] now.
	startWork = redis.NewScript(`
local at = redis.call("zscore", KEYS[1], ARGV[1])
if not at then return {} end
redis.call("hsetnx", KEYS[3], "first", ARGV[3])
local fields = redis.call("hmget", KEYS[3], "by", "first", "tries", "tried", "at")
return {at, fields[1] or "", fields[2] or "", fields[3] or "", fields[4] or "", fields[5] or at}`)
	// reservePost renews and counts a post that is about to leave: KEYS[4] what shows that a post to the channel has left lately;
	// ARGV[3] milliseconds, ARGV[4] now, ARGV[5] spacing in milliseconds, ARGV[6] the tries that the holder knows of: a
	// holder that slept gets a free lease back, and another may have posted meanwhile. When it must not leave yet it returns for
	// how many milliseconds, below 0.
	reservePost = redis.NewScript(`
if redis.call("get", KEYS[2]) ~= ARGV[2] or not redis.call("zscore", KEYS[1], ARGV[1]) then return 0 end
if tonumber(redis.call("hget", KEYS[3], "tries") or "0") ~= tonumber(ARGV[6]) then return 0 end
if not redis.call("set", KEYS[4], ARGV[1], "NX", "PX", ARGV[5]) then return -math.max(1, redis.call("pttl", KEYS[4])) end
redis.call("pexpire", KEYS[2], ARGV[3])
redis.call("hset", KEYS[3], "tried", ARGV[4])
return redis.call("hincrby", KEYS[3], "tries", 1)`)
	// undoPost takes the latest try back, which Slack has refused.
	undoPost = redis.NewScript(`
if redis.call("get", KEYS[2]) ~= ARGV[2] then return 0 end
redis.call("hincrby", KEYS[3], "tries", -1)
return 1`)
	// closeSlot notes how the slot ended and lets go: KEYS[4] digest, KEYS[5] due; ARGV[3] digest id,
	// ARGV[4] results or "", ARGV[5] condition or "", ARGV[6] pause or "", ARGV[7] the digest's revision. A digest that was changed
	// meanwhile keeps its condition's state and goes on.
	closeSlot = redis.NewScript(`
if redis.call("get", KEYS[2]) ~= ARGV[2] or not redis.call("zscore", KEYS[1], ARGV[1]) then return 0 end
redis.call("del", KEYS[2], KEYS[3])
redis.call("zrem", KEYS[1], ARGV[1])
if redis.call("type", KEYS[4]).ok == "hash" then
  if ARGV[4] ~= "" then redis.call("hset", KEYS[4], "last", ARGV[4]) end
  if (redis.call("hget", KEYS[4], "revision") or "") ~= ARGV[7] then return 1 end
  if ARGV[5] ~= "" then redis.call("hset", KEYS[4], "over", ARGV[5]) end
  if ARGV[6] ~= "" then
    redis.call("hset", KEYS[4], "paused", ARGV[6])
    redis.call("zrem", KEYS[5], ARGV[3])
  end
end
return 1`)
	// reserveTurn gives an open slot its turn in a channel, once, and returns how many milliseconds it is away by Redis's own clock.
	// Turns that have passed fall together; reservePost keeps those apart: KEYS open, turn, slot; ARGV slot key, spacing in milliseconds.
	reserveTurn = redis.NewScript(`
if not redis.call("zscore", KEYS[1], ARGV[1]) then return 0 end
local time = redis.call("time")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local mine = tonumber(redis.call("hget", KEYS[3], "turn") or "0")
if mine == 0 then
  mine = math.max(now, tonumber(redis.call("get", KEYS[2]) or "0"))
  redis.call("set", KEYS[2], string.format("%d", mine + tonumber(ARGV[2])), "PX", string.format("%d", mine - now + 60000))
  redis.call("hset", KEYS[3], "turn", string.format("%d", mine))
end
return math.max(0, mine - now)`)
)

// take begins an attempt at the open slot key. Its error is errGone where there is nothing to do, and a later where somebody
// else is at the same digest.
func (e *Engine) startAttempt(ctx context.Context, key string) (*attempt, error) {
	t, ok := parseSlotKey(key, time.Time{})
	if !ok {
		return nil, fmt.Errorf("%w: %q is no slot", errGone, key)
	}
	lease, err := e.Store.DB.Lease(ctx, e.Store.leaseKey(t.digest), leaseTime)
	if err != nil {
		return nil, fmt.Errorf("taking the lease for slot %s: %w", key, err)
	}
	if lease == nil {
		return nil, &retryError{2 * time.Second, "another replica is at this digest"}
	}
	a := &attempt{engine: e, ref: t, lease: lease}
	known, err := a.run(ctx, startWork, e.Now().Unix()).StringSlice()
	if err == nil && len(known) == 0 {
		err = errGone
	}
	if err != nil {
		lease.Release(ctx)
		return nil, fmt.Errorf("beginning with slot %s: %w", key, err)
	}
	a.ref.readyAt, a.ref.slot.At = unixTime(known[0]), unixTime(known[5])
	a.state = slotState{by: known[1], first: unixTime(known[2]), tried: unixTime(known[4])}
	a.state.tries, _ = strconv.Atoi(known[3]) // "" is none
	return a, nil
}

func (a *attempt) run(ctx context.Context, script *redis.Script, args ...any) *redis.Cmd {
	book := a.engine.Store
	keys := []string{
		book.openKey(), a.lease.Key(), book.slotHash(a.ref.key), book.digestKey(a.ref.digest), book.dueKey(),
	}
	return script.Run(ctx, book.DB, keys, append([]any{a.ref.key, a.lease.Holder()}, args...)...)
}

// hold keeps a's lease while work runs; work's ctx ends when the lease is lost.
func (a *attempt) hold(ctx context.Context, work func(context.Context) error) error {
	err := a.lease.Hold(ctx, work)
	if errors.Is(err, store.ErrLeaseLost) {
		return &retryError{3 * time.Second, err.Error()}
	}
	return err
}

// errNotReplicated says that a fence stands on one server alone, which may fail over to one that knows nothing of it.
var errNotReplicated = errors.New("no replica of redis has taken the note of a post in time")

// begin notes that a post is about to leave for channel, in Redis before it is true, and says until when it may. It is the
// fence that a process which was stopped and has woken runs into, and it keeps posts to one channel apart.
func (a *attempt) reservePost(ctx context.Context, channel string, replicated bool) (until time.Time, err error) {
	for {
		until = time.Now().Add(postWithin)
		n, err := a.runReservePost(ctx, channel, replicated)
		switch {
		case err != nil:
			return until, fmt.Errorf("renewing the lease for slot %s: %w", a.ref.key, err)
		case n == 0:
			return until, store.ErrLeaseLost
		case n > 0:
			return until, a.engine.Store.sync(ctx)
		}
		if err := sleep(ctx, time.Duration(-n)*time.Millisecond); err != nil {
			return until, err
		}
	}
}

// replicateTimeout is how long a replica of Redis has to take the note.
const replicateTimeout = 2 * time.Second

// try is one run of reservePost. Where Redis has replicas it waits until one of them has taken it, on the same connection, as
// WAIT wants it (https://redis.io/docs/latest/commands/wait/).
func (a *attempt) runReservePost(ctx context.Context, channel string, replicated bool) (int64, error) {
	e := a.engine
	keys := []string{e.Store.openKey(), a.lease.Key(), e.Store.slotHash(a.ref.key), e.Store.lastPostKey(channel)}
	args := []any{a.ref.key, a.lease.Holder(), leaseTime.Milliseconds(), e.Now().Unix(), e.spacing.Milliseconds(), a.state.tries}
	if !replicated {
		return reservePost.Run(ctx, e.Store.DB, keys, args...).Int64()
	}
	master, err := e.Store.DB.Master(ctx, keys[0])
	if err != nil {
		return 0, err
	}
	var said, heard *redis.Cmd
	if _, err := master.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		said, heard = reservePost.Eval(ctx, pipe, keys, args...), pipe.Do(ctx, "WAIT", 1, replicateTimeout.Milliseconds())
		return nil
	}); err != nil {
		return 0, err
	}
	n, err := said.Int64()
	if replicas, _ := heard.Int(); err == nil && n > 0 && replicas == 0 && e.Now().Sub(a.state.first) < historyPatience {
		a.undoPost(ctx)
		return 0, errNotReplicated
	}
	return n, err
}

// undo notes that the post that was begun is not in the channel.
func (a *attempt) undoPost(ctx context.Context) { _ = a.run(ctx, undoPost).Err() } // else the channel is looked into, which finds as much

// turn returns how long it is until a's slot may speak in channel.
func (a *attempt) turn(ctx context.Context, channel string) (time.Duration, error) {
	keys := []string{a.engine.Store.openKey(), a.engine.Store.turnKey(channel), a.engine.Store.slotHash(a.ref.key)}
	wait, err := reserveTurn.Run(ctx, a.engine.Store.DB, keys, a.ref.key, a.engine.spacing.Milliseconds()).Int64()
	if err != nil {
		return 0, fmt.Errorf("asking for a turn in the channel: %w", err)
	}
	return time.Duration(wait) * time.Millisecond, nil
}

// An ending is how a slot ended; the zero ending leaves no trace of it.
type ending struct {
	result Result
	over   *ConditionState // nil leaves the condition's state as it is
	pause  *Pause
}

// end closes the slot and notes how it ended. It reports false when the lease was lost: then somebody else will.
func (a *attempt) end(ctx context.Context, d Digest, end ending) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	defer cancel()
	var last, over, pause string
	if end.result.Outcome != "" {
		last = mustJSON(append([]Result{end.result}, d.Last[:min(len(d.Last), maxResults-1)]...))
	}
	if end.over != nil {
		over = mustJSON(end.over)
	}
	if end.pause != nil {
		pause = mustJSON(end.pause)
	}
	n, err := a.run(ctx, closeSlot, a.ref.digest, last, over, pause, d.revision).Int()
	if err != nil {
		return false, fmt.Errorf("noting the end of slot %s: %w", a.ref.key, err)
	}
	return n == 1, a.engine.Store.sync(ctx)
}

// mustJSON encodes values of this package, none of which can fail to be.
func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encoding what is kept of a digest: %v", err))
	}
	return string(text)
}
