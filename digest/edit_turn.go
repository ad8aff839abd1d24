package digest

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/store"
)

// Slack counts the changes of messages by workspace. Those which only say that an incident goes on therefore take turns.
// The others do not wait: at a reminder, when the incident ends, or when nobody watches it any more. The turns go on
// behind them.

const (
	// editSpacing keeps the changes below 50 a minute, which Slack allows for chat.update in a workspace (tier 3,
	// https://docs.slack.dev/apis/web-api/rate-limits/).
	editSpacing = 1200 * time.Millisecond
	// editPatience is how long a change may wait for its turn. One that would wait longer is left out: the next slot of its
	// digest makes up for it.
	editPatience = 2 * time.Minute
)

// turnScripts are functions for scripts. turns returns the present, the next turn and until when Slack takes no change;
// setTurns stores the latter two. All are unix milliseconds.
const turnScripts = `
local function turns(key)
  local time = redis.call("time")
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local stored = redis.call("hmget", key, "next", "hold")
  return now, math.max(now, tonumber(stored[1] or "0")), tonumber(stored[2] or "0")
end
local function setTurns(key, now, turn, hold)
  redis.call("hset", key, "next", string.format("%d", turn), "hold", string.format("%d", hold))
  redis.call("pexpire", key, string.format("%d", turn - now + 60000))
end
`

var (
	// reserveEdit gives a slot its turn for a change, and renews the lease when that has come: KEYS open, lease, slot,
	// turns; ARGV slot key, lease's holder, lease time, spacing, how long the change may wait, each in milliseconds. It
	// returns how many milliseconds to wait, -1 if the holder must not send the change, -2 if it would wait too long. A
	// turn in a time in which Slack takes no change is replaced.
	reserveEdit = redis.NewScript(turnScripts + `
if redis.call("get", KEYS[2]) ~= ARGV[2] or not redis.call("zscore", KEYS[1], ARGV[1]) then return -1 end
local now, turn, hold = turns(KEYS[4])
local mine = tonumber(redis.call("hget", KEYS[3], "edit_turn") or "0")
if mine == 0 or now < hold and mine < hold then
  if turn - now > tonumber(ARGV[5]) then return -2 end
  mine = turn
  setTurns(KEYS[4], now, turn + tonumber(ARGV[4]), hold)
  redis.call("hset", KEYS[3], "edit_turn", string.format("%d", mine))
end
if mine > now then return mine - now end
redis.call("pexpire", KEYS[2], ARGV[3])
return 0`)
	// reserveEditNow is reserveEdit for a change that does not wait. It returns 0 or -1.
	reserveEditNow = redis.NewScript(turnScripts + `
if redis.call("get", KEYS[2]) ~= ARGV[2] or not redis.call("zscore", KEYS[1], ARGV[1]) then return -1 end
local now, turn, hold = turns(KEYS[4])
setTurns(KEYS[4], now, turn + tonumber(ARGV[4]), hold)
redis.call("pexpire", KEYS[2], ARGV[3])
return 0`)
	// takeEdit gives a change that is no slot's its turn: KEYS turns; ARGV spacing, how long the change may wait, both in
	// milliseconds. It returns how many milliseconds to wait, -2 if it would wait too long.
	takeEdit = redis.NewScript(turnScripts + `
local now, turn, hold = turns(KEYS[1])
turn = math.max(turn, hold)
if turn - now > tonumber(ARGV[2]) then return -2 end
setTurns(KEYS[1], now, turn + tonumber(ARGV[1]), hold)
return turn - now`)
	// delayEdits moves the turns back: KEYS turns; ARGV by how much, and for how long Slack takes no change, in
	// milliseconds.
	delayEdits = redis.NewScript(turnScripts + `
local now, turn, hold = turns(KEYS[1])
hold = math.max(hold, now + tonumber(ARGV[2]))
setTurns(KEYS[1], now, math.max(turn + tonumber(ARGV[1]), hold), hold)
return 0`)
)

// reserveEdit returns until when a change of an incident's message may be sent, and whether it may: at its turn, or now.
// It waits for the turn here for up to shortWait, else through the queue. A process that was stopped and resumed fails
// here if another took over, so no change overwrites that of a later slot.
func (a *attempt) reserveEdit(ctx context.Context, now bool) (until time.Time, free bool, err error) {
	for {
		until = time.Now().Add(postWithin)
		n, err := a.runReserveEdit(ctx, now)
		wait := time.Duration(n) * time.Millisecond
		switch {
		case err != nil:
			return until, false, fmt.Errorf("renewing the lease for slot %s: %w", a.ref.key, err)
		case n == -1:
			return until, false, store.ErrLeaseLost
		case n <= 0:
			return until, n == 0, nil
		case wait > shortWait:
			return until, false, &retryError{wait - beforeTurn, "slack takes 50 changes of messages a minute"}
		}
		if err := sleep(ctx, wait); err != nil {
			return until, false, err
		}
	}
}

func (a *attempt) runReserveEdit(ctx context.Context, now bool) (int64, error) {
	s, script := a.engine.Store, reserveEdit
	if now {
		script = reserveEditNow
	}
	keys := []string{s.openKey(), a.lease.Key(), s.slotHash(a.ref.key), s.editTurnsKey()}
	return script.Run(ctx, s.DB, keys, a.ref.key, a.lease.Holder(), leaseTime.Milliseconds(),
		a.engine.editEvery.Milliseconds(), editPatience.Milliseconds()).Int64()
}

// waitForEdit waits for the turn of a change that is no slot's. It returns false when that would take too long.
func (e *Engine) waitForEdit(ctx context.Context) (bool, error) {
	n, err := takeEdit.Run(ctx, e.Store.DB, []string{e.Store.editTurnsKey()},
		e.editEvery.Milliseconds(), editPatience.Milliseconds()).Int64()
	if err != nil {
		return false, fmt.Errorf("taking a turn to change an incident's message: %w", err)
	}
	if n < 0 {
		return false, nil
	}
	return true, sleep(ctx, time.Duration(n)*time.Millisecond)
}

// delayEdits moves the turns for changes of incidents' messages back, by some time, and until Slack's wait is over.
func (e *Engine) delayEdits(ctx context.Context, by, wait time.Duration) {
	err := delayEdits.Run(ctx, e.Store.DB, []string{e.Store.editTurnsKey()}, by.Milliseconds(), wait.Milliseconds()).Err()
	if err != nil {
		e.Log.Warn("storing when messages of incidents may be changed next failed", "error", err)
	}
}
