package digest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/catapi"
)

// While CAT does not answer, the digests of a channel share one message. The first digest without an answer posts it,
// the others join it. The outage is over, and the message says so, as soon as one of them has an answer. A digest
// without an answer after that opens another outage.

// An Outage is a time in which CAT did not answer digests of one channel.
type Outage struct {
	Channel string
	At      string    // Slack's id of its message
	Mark    Mark      // of the slot that opened it
	Since   time.Time // the slot that opened it
	Over    time.Time // when one of them had an answer again; zero before
	Trouble catapi.Trouble
	Digests []UnansweredDigest // first the one that opened it
}

// An UnansweredDigest is a digest of an outage, with its slots that have no answer.
type UnansweredDigest struct {
	Digest      Digest
	First, Last time.Time
	Slots       int
}

const (
	// outageTTL is how long an outage is stored. After that it is posted anew.
	outageTTL = 24 * time.Hour
	// outageUpdateEvery is the time between two updates of its message.
	outageUpdateEvery = 3 * time.Second
)

// An outage is a hash: "at" (Slack's id of its message), "by" (the slot key that opened it), "since" (unix time), and
// for each digest "d:<id>" ("first last slots") and "told:<id>" (the last slot that the message names). "over" (unix
// time) is set when the outage is over and its message does not say so yet.
var (
	// joinOutage: KEYS outage; ARGV slot key, digest id, slot's unix time, lifetime in seconds.
	joinOutage = redis.NewScript(`
redis.call("hsetnx", KEYS[1], "by", ARGV[1])
redis.call("hsetnx", KEYS[1], "since", ARGV[3])
redis.call("expire", KEYS[1], ARGV[4])
local kept = redis.call("hget", KEYS[1], "d:" .. ARGV[2])
local first, last, slots = string.match(kept or "", "^(%d+) (%d+) (%d+)$")
if not first then
  redis.call("hset", KEYS[1], "d:" .. ARGV[2], ARGV[3] .. " " .. ARGV[3] .. " 1")
elseif tonumber(last) < tonumber(ARGV[3]) then
  redis.call("hset", KEYS[1], "d:" .. ARGV[2], first .. " " .. ARGV[3] .. " " .. (slots + 1))
end
return redis.call("hgetall", KEYS[1])`)
	// endOutage notes that a digest has an answer, and returns 1 if the outage is over: KEYS outage; ARGV digest id,
	// now.
	endOutage = redis.NewScript(`
if redis.call("hexists", KEYS[1], "d:" .. ARGV[1]) == 1 then redis.call("hsetnx", KEYS[1], "over", ARGV[2]) end
return redis.call("hexists", KEYS[1], "over")`)
)

// postNoAnswer tells the channel that p's digest has no answer: in a new message, or in that of the outage.
// finish closes the slot when the channel has been told.
func (e *Engine) postNoAnswer(ctx context.Context, a *attempt, p Post, finish func(context.Context) error) error {
	d, key := p.Digest, e.Store.outageKey(p.Digest.Add.Channel)
	if err := e.closeOutage(ctx, d.Add.Channel); err != nil {
		return e.retryOutage(ctx, a, d, err)
	}
	args := []any{a.ref.key, d.ID, p.Slot.At.Unix(), int(outageTTL / time.Second)}
	stored, err := joinOutage.Run(ctx, e.Store.DB, []string{key}, args...).StringSlice()
	if err != nil {
		return fmt.Errorf("joining an outage: %w", err)
	}
	fields := pairs(stored)
	switch {
	case fields["by"] == a.ref.key && fields["at"] == "":
		at, err := e.post(ctx, a, &p)
		if err != nil || at == "" {
			return err
		}
		slot := strconv.FormatInt(p.Slot.At.Unix(), 10)
		if err := e.Store.DB.HSet(ctx, key, "at", at, "told:"+d.ID, slot).Err(); err != nil {
			return fmt.Errorf("storing the message of an outage: %w", err) // the next attempt finds it in the channel
		}
	case fields["at"] == "":
		return e.waitForOpener(ctx, key, fields["by"])
	case fields["told:"+d.ID] != strings.Fields(fields["d:"+d.ID])[1]:
		if err := e.changeOutage(ctx, d.Add.Channel, p.Trouble); err != nil {
			return e.retryOutage(ctx, a, d, err)
		}
	}
	return finish(ctx)
}

// waitForOpener waits for the slot that opens an outage. If that slot has ended without a post, another may open it.
func (e *Engine) waitForOpener(ctx context.Context, key, opener string) error {
	err := e.Store.DB.ZScore(ctx, e.Store.openKey(), opener).Err()
	if errors.Is(err, redis.Nil) {
		err = e.Store.DB.Del(ctx, key).Err()
	}
	if err != nil {
		return fmt.Errorf("checking the slot that opens an outage: %w", err)
	}
	return &retryError{shortWait, "another digest posts the message of the outage"}
}

// changeOutage updates the message of an outage. Several digests that join at once are one update.
func (e *Engine) changeOutage(ctx context.Context, channel string, why *catapi.Trouble) error {
	key := e.Store.outageKey(channel)
	free, err := e.Store.DB.SetNX(ctx, key+":changed", 1, outageUpdateEvery).Result()
	if err != nil {
		return fmt.Errorf("updating the message of an outage: %w", err)
	}
	if !free {
		return &retryError{outageUpdateEvery, "the message of the outage was just updated"}
	}
	if err := e.updateOutage(ctx, channel, why); err != nil {
		return err
	}
	return e.closeOutage(ctx, channel) // it may have ended while this replica held the lease
}

// updateOutage updates the message of an outage under a lease, because of two updates at once the older could arrive
// last. If the outcome is unknown the lease is left to expire, because the update may still arrive.
func (e *Engine) updateOutage(ctx context.Context, channel string, why *catapi.Trouble) error {
	until := time.Now().Add(postWithin)
	lease, err := e.Store.DB.Lease(ctx, e.Store.outageKey(channel)+":lease", leaseTime)
	if err != nil {
		return fmt.Errorf("taking the lease for the message of an outage: %w", err)
	}
	if lease == nil {
		return &retryError{shortWait, "the message of the outage is being updated"}
	}
	bounded, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	err = e.writeOutage(bounded, channel, why)
	if errors.Is(err, errOutcomeUnknown) {
		return &retryError{leaseTime, err.Error()}
	}
	lease.Release(ctx)
	return err
}

// errOutcomeUnknown says that the update of a message may have been made, or may still be made.
var errOutcomeUnknown = errors.New("outcome of the update unknown")

// writeOutage updates the message of an outage and stores what it says. An outage that is over is then deleted. So is
// one whose message is gone or can't be changed; the next digest posts another.
func (e *Engine) writeOutage(ctx context.Context, channel string, why *catapi.Trouble) error {
	key := e.Store.outageKey(channel)
	fields, err := e.Store.DB.HGetAll(ctx, key).Result()
	if err != nil {
		return fmt.Errorf("reading an outage: %w", err)
	}
	if fields["at"] == "" { // it ended or was deleted meanwhile
		return &retryError{shortWait, "the outage has no message"}
	}
	o, err := e.readOutage(ctx, channel, fields)
	if err != nil {
		return err
	}
	if why != nil {
		o.Trouble = *why
	}
	err = e.Channel.UpdateOutage(ctx, o)
	refusal, refused := errors.AsType[*Refusal](err)
	switch {
	case err == nil && o.Over.IsZero():
		return e.noteWritten(ctx, o)
	case err == nil:
		return e.deleteOutage(ctx, channel)
	case !refused:
		return fmt.Errorf("%w: %w", errOutcomeUnknown, err)
	case refusal.Scope == ScopeBot:
		return refusal
	case refusal.Wait > 0:
		return &retryError{max(refusal.Wait, outageUpdateEvery), err.Error()}
	}
	return cmp.Or(e.deleteOutage(ctx, channel), error(&retryError{shortWait, err.Error()}))
}

// noteWritten stores what the message of o says.
func (e *Engine) noteWritten(ctx context.Context, o Outage) error {
	var told []any
	for _, u := range o.Digests {
		told = append(told, "told:"+u.Digest.ID, u.Last.Unix())
	}
	if len(told) == 0 { // all of them were removed
		return nil
	}
	if err := e.Store.DB.HSet(ctx, e.Store.outageKey(o.Channel), told...).Err(); err != nil {
		return fmt.Errorf("storing what the message of an outage says: %w", err)
	}
	return nil
}

func (e *Engine) deleteOutage(ctx context.Context, channel string) error {
	if err := e.Store.DB.Del(ctx, e.Store.outageKey(channel)).Err(); err != nil {
		return fmt.Errorf("deleting an outage: %w", err)
	}
	return nil
}

// retryOutage retries a slot whose outage's message was not updated.
func (e *Engine) retryOutage(ctx context.Context, a *attempt, d Digest, err error) error {
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return e.waitForSlack(ctx, a, d, refusal)
	}
	return err
}

// noteAnswered notes that d has an answer. If d was part of an outage, that is over. The message says so now, or when
// the next digest of the channel runs.
func (e *Engine) noteAnswered(ctx context.Context, d Digest) {
	over, err := endOutage.Run(ctx, e.Store.DB, []string{e.Store.outageKey(d.Add.Channel)}, d.ID, e.Now().Unix()).Int()
	if err == nil && over == 1 {
		err = e.closeOutage(ctx, d.Add.Channel)
	}
	if err != nil {
		e.Log.Warn("updating the message of an ended outage failed, the next digest tries again",
			"channel", d.Add.Channel, "error", err)
	}
}

// closeOutage updates the message of an outage that is over, and deletes the outage.
func (e *Engine) closeOutage(ctx context.Context, channel string) error {
	known, err := e.Store.DB.HMGet(ctx, e.Store.outageKey(channel), "over", "at").Result()
	switch {
	case err != nil:
		return fmt.Errorf("reading an outage: %w", err)
	case known[0] == nil:
		return nil
	case known[1] == nil: // it has no message
		return e.deleteOutage(ctx, channel)
	}
	return e.updateOutage(ctx, channel, nil)
}

// readOutage makes an Outage of its stored fields.
func (e *Engine) readOutage(ctx context.Context, channel string, fields map[string]string) (Outage, error) {
	o := Outage{Channel: channel, At: fields["at"], Since: unixTime(fields["since"]), Over: unixTime(fields["over"])}
	if opener, ok := parseSlotKey(fields["by"], o.Since); ok {
		o.Mark = Mark{Digest: opener.digest, Slot: opener.slot.String()}
	}
	var ids []string
	for field := range fields {
		if id, ok := strings.CutPrefix(field, "d:"); ok {
			ids = append(ids, id)
		}
	}
	digests, err := e.Store.get(ctx, ids...)
	if err != nil {
		return Outage{}, err
	}
	for _, d := range digests {
		u := UnansweredDigest{Digest: d}
		var first, last int64
		if _, err := fmt.Sscan(fields["d:"+d.ID], &first, &last, &u.Slots); err == nil {
			u.First, u.Last = time.Unix(first, 0), time.Unix(last, 0)
			o.Digests = append(o.Digests, u)
		}
	}
	slices.SortFunc(o.Digests, func(x, y UnansweredDigest) int {
		if opens := x.Digest.ID == o.Mark.Digest; opens != (y.Digest.ID == o.Mark.Digest) {
			return map[bool]int{true: -1, false: 1}[opens]
		}
		return cmp.Or(x.First.Compare(y.First), strings.Compare(x.Digest.ID, y.Digest.ID))
	})
	return o, nil
}

// pairs makes a map of a hash as a script returns it.
func pairs(list []string) map[string]string {
	fields := map[string]string{}
	for pair := range slices.Chunk(list, 2) {
		fields[pair[0]] = pair[len(pair)-1]
	}
	return fields
}
