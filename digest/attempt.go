package digest

import (
	"cmp"
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
	// leaseTime is how long a lease outlives its last renewal. After that another replica takes over.
	leaseTime = 15 * time.Second
	// postWithin is how long after a renewal a post may be sent. The rest of leaseTime is its time on the way: when
	// the lease has expired, no post of its holder is under way.
	postWithin = 10 * time.Second
	// turnSpacing is the time between two posts to one channel. Slack allows about one a second.
	turnSpacing = 1100 * time.Millisecond
)

// An attempt is one replica's work on an open slot, under the lease of the slot's digest.
type attempt struct {
	engine *Engine
	ref    slotRef
	lease  *store.Lease
	state  slotState
	left   bool // it has ended, and a person had paused, removed or changed the digest before
}

// A slotState is what Redis has about an open slot.
type slotState struct {
	by    string    // who ran it by hand; "" for the schedule
	first time.Time // when the first attempt began
	tries int       // posts that may have been sent
	tried time.Time // when the latest of them was sent

	decision *decision // what the slot does; nil before its condition is evaluated
	decided  *Digest   // the digest that decision is about, as it was; nil if an earlier version decided
}

var errGone = errors.New("the slot is not open any more")

// In each script KEYS[1] to KEYS[3] are open, lease and slot; ARGV[1] is the slot's key, ARGV[2] the lease's holder.
var (
	// startWork notes when the first attempt began, and returns the state of the slot: ARGV[3] now.
	startWork = redis.NewScript(`
local at = redis.call("zscore", KEYS[1], ARGV[1])
if not at then return {} end
redis.call("hsetnx", KEYS[3], "first", ARGV[3])
local fields = redis.call("hgetall", KEYS[3])
table.insert(fields, "ready")
table.insert(fields, at)
return fields`)
	// storeDecision stores what the slot does, once, with the digest that it is about, and returns it; "" if the lease was
	// lost or a person changed the digest meanwhile: KEYS[4] digest, which notes that this slot is to be finished before
	// another is decided; ARGV[3] the decision, ARGV[4] the digest's revision.
	storeDecision = redis.NewScript(`
if redis.call("get", KEYS[2]) ~= ARGV[2] or not redis.call("zscore", KEYS[1], ARGV[1]) then return "" end
if redis.call("type", KEYS[4]).ok ~= "hash" then return "" end
local digest = redis.call("hmget", KEYS[4], "revision", "text", "owner", "created")
if (digest[1] or "") ~= ARGV[4] then return "" end
if redis.call("hsetnx", KEYS[3], "decided", ARGV[3]) == 1 then
  redis.call("hset", KEYS[3], "revision", ARGV[4],
    "text", digest[2] or "", "owner", digest[3] or "", "created", digest[4] or "")
end
redis.call("hset", KEYS[4], "unfinished", ARGV[1])
return redis.call("hget", KEYS[3], "decided")`)
	// reservePost renews the lease and counts a post that is about to be sent: KEYS[4] the time of the channel's last
	// post; ARGV[3] lease time in milliseconds, ARGV[4] now, ARGV[5] spacing in milliseconds, ARGV[6] the tries that
	// the holder knows of. The tries differ when another replica posted while this one slept. It returns the number
	// of tries, 0 if the holder must not post, or minus the milliseconds to wait. The expiry of KEYS[4] alone would
	// not do: an embedded Redis has whole seconds, so posts would be 2 s apart.
	reservePost = redis.NewScript(`
if redis.call("get", KEYS[2]) ~= ARGV[2] or not redis.call("zscore", KEYS[1], ARGV[1]) then return 0 end
if tonumber(redis.call("hget", KEYS[3], "tries") or "0") ~= tonumber(ARGV[6]) then return 0 end
local time = redis.call("time")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local wait = (tonumber(redis.call("get", KEYS[4])) or 0) + tonumber(ARGV[5]) - now
if wait > 0 and wait <= tonumber(ARGV[5]) then return -wait end
redis.call("set", KEYS[4], string.format("%d", now), "PX", ARGV[5])
redis.call("pexpire", KEYS[2], ARGV[3])
redis.call("hset", KEYS[3], "tried", ARGV[4])
return redis.call("hincrby", KEYS[3], "tries", 1)`)
	// undoPost uncounts the latest try, which Slack refused.
	undoPost = redis.NewScript(`
if redis.call("get", KEYS[2]) ~= ARGV[2] then return 0 end
redis.call("hincrby", KEYS[3], "tries", -1)
return 1`)
	// closeSlot stores how the slot ended and releases the lease: KEYS[4] digest, KEYS[5] due; ARGV[3] digest id,
	// ARGV[4] results or "", ARGV[5] condition's state or "", ARGV[6] pause or "", ARGV[7] the digest's revision. If
	// a person changed or removed the digest meanwhile, its condition's state and its pause stay as they are, the
	// incident is abandoned, and it returns 2.
	// KEYS[6] is an incident, KEYS[7] the channel's incidents; ARGV[8] the incident or "", ARGV[9] its id, ARGV[10]
	// when it began, ARGV[11] its lifetime in seconds, ARGV[12] the most of a channel, ARGV[13] when the oldest began.
	// KEYS[8] and KEYS[9] are for abandonTo, ARGV[14] the incident's name or "", ARGV[15] now. An incident that was
	// abandoned before keeps the reason.
	closeSlot = redis.NewScript(abandonTo + `
if redis.call("get", KEYS[2]) ~= ARGV[2] or not redis.call("zscore", KEYS[1], ARGV[1]) then return 0 end
local exists = redis.call("type", KEYS[4]).ok == "hash"
local same = exists and (redis.call("hget", KEYS[4], "revision") or "") == ARGV[7]
if not same then
  local before = redis.call("hmget", KEYS[9], "why", "at")
  local why = not exists and "removed" or redis.call("hexists", KEYS[4], "paused") == 1 and "paused" or "changed"
  abandon(KEYS[8], KEYS[9], KEYS[3], ARGV[14], ARGV[8], before[1] or why, before[2] or ARGV[15], ARGV[11])
end
redis.call("del", KEYS[2], KEYS[3])
redis.call("zrem", KEYS[1], ARGV[1])
if exists then
  if redis.call("hget", KEYS[4], "unfinished") == ARGV[1] then redis.call("hdel", KEYS[4], "unfinished") end
  if ARGV[4] ~= "" then redis.call("hset", KEYS[4], "last", ARGV[4]) end
end
if ARGV[8] ~= "" and (same or ARGV[14] ~= "") then
  redis.call("set", KEYS[6], ARGV[8], "EX", ARGV[11])
  redis.call("zadd", KEYS[7], ARGV[10], ARGV[9])
  redis.call("zremrangebyscore", KEYS[7], "-inf", ARGV[13])
  redis.call("zremrangebyrank", KEYS[7], 0, -1 - tonumber(ARGV[12]))
  redis.call("expire", KEYS[7], ARGV[11])
end
if not same then return 2 end
if ARGV[5] ~= "" then redis.call("hset", KEYS[4], "over", ARGV[5]) end
if ARGV[6] ~= "" then
  redis.call("hset", KEYS[4], "paused", ARGV[6])
  redis.call("zrem", KEYS[5], ARGV[3])
end
return 1`)
	// reserveTurn gives an open slot its turn in a channel, once, and returns how many milliseconds away it is by
	// Redis's clock. Several turns may be in the past; reservePost then keeps the posts apart: KEYS open, turn, slot;
	// ARGV slot key, spacing in milliseconds.
	reserveTurn = redis.NewScript(`
if not redis.call("zscore", KEYS[1], ARGV[1]) then return 0 end
local time = redis.call("time")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local mine = tonumber(redis.call("hget", KEYS[3], "turn") or "0")
if mine == 0 then
  mine = math.max(now, tonumber(redis.call("get", KEYS[2]) or "0"))
  local expiry = string.format("%d", mine - now + 60000)
  redis.call("set", KEYS[2], string.format("%d", mine + tonumber(ARGV[2])), "PX", expiry)
  redis.call("hset", KEYS[3], "turn", string.format("%d", mine))
end
return math.max(0, mine - now)`)
)

// startAttempt takes the lease for the open slot key and reads its state. Its error is errGone if the slot is not
// open, and a retryError if another replica holds the lease.
func (e *Engine) startAttempt(ctx context.Context, key string) (*attempt, error) {
	t, ok := parseSlotKey(key, time.Time{})
	if !ok {
		return nil, fmt.Errorf("%w: %q is not a slot's key", errGone, key)
	}
	lease, err := e.Store.DB.Lease(ctx, e.Store.leaseKey(t.digest), leaseTime)
	if err != nil {
		return nil, fmt.Errorf("taking the lease for slot %s: %w", key, err)
	}
	if lease == nil {
		return nil, &retryError{2 * time.Second, "another replica works on this digest"}
	}
	a := &attempt{engine: e, ref: t, lease: lease}
	stored, err := a.run(ctx, startWork, e.Now().Unix()).StringSlice()
	if err == nil && len(stored) == 0 {
		err = errGone
	}
	if err != nil {
		lease.Release(ctx)
		return nil, fmt.Errorf("starting work on slot %s: %w", key, err)
	}
	fields := pairs(stored)
	a.ref.readyAt, a.ref.slot.At = unixTime(fields["ready"]), unixTime(cmp.Or(fields["at"], fields["ready"]))
	a.state = slotState{by: fields["by"], first: unixTime(fields["first"]), tried: unixTime(fields["tried"])}
	a.state.tries, _ = strconv.Atoi(fields["tries"]) // "" is none
	if fields["decided"] == "" {
		return a, nil
	}
	if a.state.decision, err = readDecision(fields["decided"]); err != nil {
		e.Log.Warn("stored decision on a slot not readable, deciding anew", "slot", key, "error", err)
	} else if fields["text"] != "" {
		decided := e.Store.read(t.digest, fields)
		a.state.decided = &decided
	}
	return a, nil
}

func readDecision(text string) (*decision, error) {
	var d decision
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return nil, fmt.Errorf("reading the decision on a slot: %w", err)
	}
	return &d, nil
}

func (a *attempt) run(ctx context.Context, script *redis.Script, args ...any) *redis.Cmd {
	s := a.engine.Store
	keys := []string{s.openKey(), a.lease.Key(), s.slotHash(a.ref.key), s.digestKey(a.ref.digest), s.dueKey()}
	return script.Run(ctx, s.DB, keys, append([]any{a.ref.key, a.lease.Holder()}, args...)...)
}

// hold renews a's lease while work runs. The ctx of work ends when the lease is lost.
func (a *attempt) hold(ctx context.Context, work func(context.Context) error) error {
	err := a.lease.Hold(ctx, work)
	if errors.Is(err, store.ErrLeaseLost) {
		return &retryError{3 * time.Second, err.Error()}
	}
	return err
}

// errNotReplicated says that only the master has the count of a post. After a failover it would be lost.
var errNotReplicated = errors.New("no replica of redis acknowledged the post in time")

// reservePost counts a post to channel in Redis before it is sent, and returns until when it may be sent. A process
// that was stopped and resumed fails here if another took over. It also waits until the latest post to the channel is
// turnSpacing ago.
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

// replicateTimeout is how long a replica of Redis may take to acknowledge.
const replicateTimeout = 2 * time.Second

// runReservePost runs the script once. If Redis has replicas it waits until one has the result, on the same
// connection, as WAIT requires (https://redis.io/docs/latest/commands/wait/).
func (a *attempt) runReservePost(ctx context.Context, channel string, replicated bool) (int64, error) {
	e := a.engine
	keys := []string{e.Store.openKey(), a.lease.Key(), e.Store.slotHash(a.ref.key), e.Store.lastPostKey(channel)}
	args := []any{
		a.ref.key, a.lease.Holder(), leaseTime.Milliseconds(), e.Now().Unix(), e.spacing.Milliseconds(), a.state.tries,
	}
	if !replicated {
		return reservePost.Run(ctx, e.Store.DB, keys, args...).Int64()
	}
	master, err := e.Store.DB.Master(ctx, keys[0])
	if err != nil {
		return 0, err
	}
	var reserved, replicas *redis.Cmd
	if _, err := master.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		reserved = reservePost.Eval(ctx, pipe, keys, args...)
		replicas = pipe.Do(ctx, "WAIT", 1, replicateTimeout.Milliseconds())
		return nil
	}); err != nil {
		return 0, err
	}
	n, err := reserved.Int64()
	acknowledged, _ := replicas.Int()
	if err == nil && n > 0 && acknowledged == 0 && e.Now().Sub(a.state.first) < historyPatience {
		a.undoPost(ctx)
		return 0, errNotReplicated
	}
	return n, err
}

// undoPost notes that the counted post is not in the channel. If that fails, the next attempt searches the channel.
func (a *attempt) undoPost(ctx context.Context) { _ = a.run(ctx, undoPost).Err() }

// turn returns how long it is until a's slot may be posted to channel.
func (a *attempt) turn(ctx context.Context, channel string) (time.Duration, error) {
	keys := []string{a.engine.Store.openKey(), a.engine.Store.turnKey(channel), a.engine.Store.slotHash(a.ref.key)}
	wait, err := reserveTurn.Run(ctx, a.engine.Store.DB, keys, a.ref.key, a.engine.spacing.Milliseconds()).Int64()
	if err != nil {
		return 0, fmt.Errorf("reserving a turn in the channel: %w", err)
	}
	return time.Duration(wait) * time.Millisecond, nil
}

// An ending is how a slot ended. The zero ending stores nothing.
type ending struct {
	result   Result
	over     *ConditionState // nil leaves the condition's state as it is
	incident *Incident       // to be stored; nil if none
	pause    *Pause
}

// end closes the slot and stores how it ended. It reports false if the lease was lost; another replica then ends the
// slot.
func (a *attempt) end(ctx context.Context, d Digest, end ending) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	defer cancel()
	var last, over, pause string
	if end.result.Outcome != "" {
		last = addResult(d.last, end.result)
	}
	if end.over != nil {
		over = mustJSON(end.over)
	}
	if end.pause != nil {
		pause = mustJSON(end.pause)
	}
	n, err := a.runCloseSlot(ctx, d, last, over, pause, end.incident)
	if err != nil {
		return false, fmt.Errorf("closing slot %s: %w", a.ref.key, err)
	}
	if n == 2 {
		a.left = true
		signal(a.engine.wakeCloser)
	}
	return n > 0, a.engine.Store.sync(ctx)
}

// addResult adds r to a stored list of results. The others stay as they are, with what only a newer version knows of.
func addResult(stored string, r Result) string {
	var others []json.RawMessage
	if json.Unmarshal([]byte(stored), &others) != nil { // there are none, or they are damaged
		others = nil
	}
	return mustJSON(append([]json.RawMessage{json.RawMessage(mustJSON(r))}, others[:min(len(others), maxResults-1)]...))
}

func (a *attempt) runCloseSlot(ctx context.Context, d Digest, last, over, pause string, i *Incident) (int, error) {
	s := a.engine.Store
	var id, text, name string
	var begin int64
	if i != nil {
		id, text, begin = i.ID, mustJSON(i), i.Begin.Unix()
		if i.Root != "" {
			name = abandonedName(*i)
		}
	}
	keys := []string{
		s.openKey(), a.lease.Key(), s.slotHash(a.ref.key), s.digestKey(a.ref.digest), s.dueKey(),
		s.incidentKey(id), s.incidentsKey(d.Add.Channel), s.abandonedKey(), s.abandonedHash(name),
	}
	return closeSlot.Run(ctx, s.DB, keys, a.ref.key, a.lease.Holder(), a.ref.digest, last, over, pause, d.revision,
		text, id, begin, int(incidentTTL/time.Second), maxIncidents, s.Now().Add(-incidentTTL).Unix(),
		name, s.Now().Unix()).Int()
}

// mustJSON encodes values of this package, all of which can be encoded.
func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encoding a field of a digest: %v", err))
	}
	return string(text)
}
