package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/catapi"
)

// When a person pauses, removes or changes a digest, nobody watches its open incident any more. The same step in Redis
// notes that incident as abandoned. A loop then closes it and says so in its message: any replica, until Slack has taken
// the update or refuses it for good. The digest's lease keeps the update behind those of its slots.

// abandonTo is a function for scripts. It notes an incident as abandoned: list and record are the keys abandonedKey and
// abandonedHash, source is a hash with the digest's text, owner and creation; no name means no incident.
const abandonTo = `
local function abandon(list, record, source, name, incident, why, now, lifetime)
  if name == "" then return end
  local digest = redis.call("hmget", source, "text", "owner", "created")
  redis.call("hset", record, "incident", incident, "why", why, "at", now,
    "text", digest[1] or "", "owner", digest[2] or "", "created", digest[3] or "")
  redis.call("expire", record, lifetime)
  redis.call("zadd", list, 0, name)
end
`

// abandonedName names an incident with its message: one that was moved to another channel has several.
func abandonedName(i Incident) string { return i.ID + "@" + i.Root }

// isAsRead is a function for scripts with the keys and arguments of abandoning. It reports whether a digest is still in
// the channel, and its condition in the state, that were read before.
const isAsRead = `
local function isAsRead()
  if redis.call("type", KEYS[1]).ok ~= "hash" then return true end
  local channel = redis.call("hget", KEYS[1], "channel")
  return (not channel or channel == ARGV[2]) and (redis.call("hget", KEYS[1], "over") or "") == ARGV[3]
end
`

// abandoning returns the first keys and arguments of scripts that change d and abandon its incident left; nil is none.
func (s *Store) abandoning(d Digest, channel string, left *Incident) (keys []string, args []any) {
	name, incident := "", ""
	if left != nil {
		name, incident = abandonedName(*left), mustJSON(left)
	}
	keys = []string{s.digestKey(d.ID), s.dueKey(), s.abandonedKey(), s.abandonedHash(name)}
	args = []any{d.ID, channel, d.over, s.Now().Unix(), name, incident, int(incidentTTL / time.Second)}
	return keys, args
}

// openIncident returns the open incident of d, or nil.
func (d Digest) openIncident() *Incident {
	if d.State == nil {
		return nil
	}
	return d.State.Incident
}

// An abandoned is an incident that is to be closed, with its digest as it was.
type abandoned struct {
	name     string
	incident Incident
	digest   Digest
	claim    int64     // the score by which this replica claims it
	since    time.Time // when it was abandoned
}

// abandonedEvery is the time between two looks for abandoned incidents while there are none. Where one is abandoned, the
// loop looks at once; another replica looks later if this one ends before it is closed.
const abandonedEvery = 30 * time.Second

// closeAbandoned closes abandoned incidents, each under the lease of its digest. One that fails is tried again later, so
// it does not hold up the others. While Slack takes no update at all, they wait.
func (e *Engine) closeAbandoned(ctx context.Context) error {
	e.closeAgain = sweepEvery
	all, err := e.Store.DB.ZRangeWithScores(ctx, e.Store.abandonedKey(), 0, sweepBatch-1).Result()
	if err != nil {
		return fmt.Errorf("listing abandoned incidents: %w", err)
	}
	if len(all) == 0 {
		e.closeAgain = abandonedEvery
	}
	now := e.slotNow()
	var errs []error
	for _, z := range all {
		if z.Score > float64(now.Unix()) || e.closeFrom.After(now) {
			break
		}
		name, _ := z.Member.(string)
		err := e.closeUnderLease(ctx, name)
		refusal, refused := errors.AsType[*Refusal](err)
		if refused {
			e.closeFrom = e.slotNow().Add(refusal.Wait)
		}
		if refused || errors.Is(err, errOutcomeUnknown) {
			break
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// waitForAbandoned waits for closeAgain, or until an incident is abandoned here.
func (e *Engine) waitForAbandoned(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-e.wakeCloser:
	case <-time.After(e.closeAgain):
	}
}

// closeUnderLease closes an abandoned incident when no slot of its digest is worked on. Its error is a *Refusal if Slack
// refuses others, too.
func (e *Engine) closeUnderLease(ctx context.Context, name string) (err error) {
	defer catapi.Recover(&err)
	digest, _, _ := strings.Cut(name, "-")
	until := time.Now().Add(postWithin)
	lease, err := e.Store.DB.Lease(ctx, e.Store.leaseKey(digest), leaseTime)
	if err != nil {
		return fmt.Errorf("taking the lease for the incident %s: %w", name, err)
	}
	if lease == nil {
		return e.claimAbandoned(ctx, name, e.slotNow().Add(shortWait))
	}
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	err = e.closeClaimed(ctx, name)
	if !errors.Is(err, errOutcomeUnknown) { // else the update may still arrive
		lease.Release(ctx)
	}
	return err
}

// claimAbandoned notes when an abandoned incident is tried again.
func (e *Engine) claimAbandoned(ctx context.Context, name string, next time.Time) error {
	z := redis.Z{Score: float64(next.Unix()), Member: name}
	if err := e.Store.DB.ZAddXX(ctx, e.Store.abandonedKey(), z).Err(); err != nil {
		return fmt.Errorf("claiming the incident %s: %w", name, err)
	}
	return nil
}

// closeClaimed closes an abandoned incident, and plans the next try if that fails. The caller holds the lease.
func (e *Engine) closeClaimed(ctx context.Context, name string) error {
	a := abandoned{name: name, claim: e.slotNow().Add(leaseTime).Unix()}
	if err := e.claimAbandoned(ctx, name, time.Unix(a.claim, 0)); err != nil {
		return err
	}
	known, err := e.readAbandoned(ctx, &a)
	if err != nil || !known {
		return err
	}
	wait, err := e.closeIncident(ctx, a)
	if wait == 0 {
		return errors.Join(err, e.settleAbandoned(ctx, a, ""))
	}
	next := e.slotNow().Add(wait).Unix()
	return errors.Join(err, e.settleAbandoned(ctx, a, strconv.FormatInt(next, 10)))
}

// settleAbandoned: KEYS abandoned, record; ARGV name, claim, next try or "" to forget it. It changes nothing if the
// incident was claimed or abandoned again meanwhile.
var settleAbandoned = redis.NewScript(`
if tonumber(redis.call("zscore", KEYS[1], ARGV[1]) or "-1") ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] ~= "" then return redis.call("zadd", KEYS[1], ARGV[3], ARGV[1]) end
redis.call("del", KEYS[2])
return redis.call("zrem", KEYS[1], ARGV[1])`)

// settleAbandoned plans the next try, or forgets a for an empty next.
func (e *Engine) settleAbandoned(ctx context.Context, a abandoned, next string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	defer cancel()
	keys := []string{e.Store.abandonedKey(), e.Store.abandonedHash(a.name)}
	if err := settleAbandoned.Run(ctx, e.Store.DB, keys, a.name, a.claim, next).Err(); err != nil {
		return fmt.Errorf("storing what became of the incident %s: %w", a.name, err)
	}
	return e.Store.sync(ctx)
}

// readAbandoned reads a by its name. It forgets one that has expired or can't be read.
func (e *Engine) readAbandoned(ctx context.Context, a *abandoned) (known bool, err error) {
	fields, err := e.Store.DB.HGetAll(ctx, e.Store.abandonedHash(a.name)).Result()
	if err != nil && !isDamage(err) {
		return false, fmt.Errorf("reading the incident %s: %w", a.name, err)
	}
	if err == nil {
		err = json.Unmarshal([]byte(fields["incident"]), &a.incident)
	}
	if err != nil {
		e.Log.Error("abandoned incident not readable, its message stays as it is", "incident", a.name, "error", err)
		return false, e.settleAbandoned(ctx, *a, "")
	}
	a.digest, a.since = e.Store.read(a.incident.Digest, fields), unixTime(fields["at"])
	if a.incident.IsOpen() { // else its last slot closed it
		a.incident.Closed, a.incident.Why = a.since, Closing(fields["why"])
	}
	return true, nil
}

// storeClosed stores that i is closed, and reports whether its message is to say so. One that was moved goes on in the
// list, and in its message if it was moved back.
func (e *Engine) storeClosed(ctx context.Context, i Incident) (needed bool, err error) {
	if i.Why == ClosedMoved {
		d, err := e.Store.Get(ctx, i.Digest)
		if errors.Is(err, ErrUnknown) {
			return true, nil
		}
		return d.Add.Channel != i.Channel, err
	}
	err = e.Store.DB.SetXX(ctx, e.Store.incidentKey(i.ID), mustJSON(i), incidentTTL).Err()
	if err != nil && !errors.Is(err, redis.Nil) {
		return false, fmt.Errorf("closing the incident %s: %w", i.ID, err)
	}
	return i.Root != "", nil
}

// closeIncident stores that a is closed and says so in its message. It returns how long to wait until another try; 0 if
// none is needed. Its error is a *Refusal if Slack refuses others, too.
func (e *Engine) closeIncident(ctx context.Context, a abandoned) (wait time.Duration, err error) {
	i, wait := a.incident, backoff(e.Now().Sub(a.since))
	needed, err := e.storeClosed(ctx, i)
	if err != nil {
		return wait, err
	}
	if !needed {
		return 0, nil
	}
	if i, err = e.withPeople(ctx, a.digest, i); err != nil {
		return wait, err
	}
	e.delayEdits(ctx, e.editEvery, 0)
	err = e.Channel.UpdateIncident(ctx, a.digest, i)
	refusal, refused := errors.AsType[*Refusal](err)
	switch {
	case err == nil:
		return 0, nil
	case !refused:
		err = fmt.Errorf("%w: %w", errOutcomeUnknown, err)
	case refusal.Scope == ScopeBot || refusal.Wait > 0:
		wait = max(wait, refusal.Wait)
		e.delayEdits(ctx, 0, refusal.Wait)
	default:
		e.Log.Warn("message of an incident that is not watched any more can't be changed, it stays as it is",
			"incident", i.ID, "channel", i.Channel, "reason", refusal.Reason)
		return 0, nil
	}
	e.Log.Warn("closing the message of an incident failed, trying again", "incident", i.ID, "error", err)
	return wait, err
}
