package digest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/catapi"
	"catbot/commands"
	"catbot/store"
)

// A Store holds the digests of one installation in Redis, for all its replicas.
type Store struct {
	// Space names the installation, by its workspace and its bot, as "T0123ABCD.U0123ABCD". Installations on one
	// Redis do not touch each other's digests.
	Space string
	DB    *store.DB
	// Read parses a digest's text as of now.
	Read func(text string, now time.Time) (commands.Command, error)
	Now  func() time.Time
}

const (
	// maxResults is how many slots' results a digest has.
	maxResults = 10
	idLetters  = "bcdfghjkmnpqrstvwxz23456789" // no vowels, so no words; no letters that look alike
	idLength   = 4
	idTries    = 20
)

var (
	// Each change by a person increments a digest's revision, so an attempt that began before does not overwrite it. A
	// change after which the condition goes on in its channel does not: the state that the attempt stores is right.

	// addDigest: KEYS digest, channel, owner, due; ARGV id, most per channel, channel, next slot, text, owner, created.
	addDigest = redis.NewScript(`
local text, owner = redis.call("hget", KEYS[1], "text"), redis.call("hget", KEYS[1], "owner")
if text == ARGV[5] and owner == ARGV[6] then return "added" end -- by an earlier call with the same key
if text then return "taken" end
if redis.call("scard", KEYS[2]) >= tonumber(ARGV[2]) then return "full" end
redis.call("hset", KEYS[1], "text", ARGV[5], "owner", ARGV[6], "created", ARGV[7], "channel", ARGV[3])
redis.call("sadd", KEYS[2], ARGV[1])
redis.call("sadd", KEYS[3], ARGV[1])
redis.call("zadd", KEYS[4], ARGV[4], ARGV[1])
return "added"`)
	// changeDigest, removeDigest and pauseDigest abandon the open incident, if ARGV[5] names it: KEYS digest, due,
	// abandoned, its record, then their own; ARGV id, its channel, the state of its condition, now, incident's name,
	// incident, its lifetime in seconds, then their own. They return "again" if its channel or its state is another.

	// changeDigest: KEYS[5] its channel, KEYS[6] the new channel; ARGV[8] most per channel, ARGV[9] new channel, ARGV[10]
	// next slot, ARGV[11] text, ARGV[12] "keep" if the state of its condition stays, ARGV[13] why its incident closes.
	changeDigest = redis.NewScript(abandonTo + isAsRead + `
if redis.call("exists", KEYS[1]) == 0 then return "gone" end
if not isAsRead() then return "again" end
local here = redis.call("sismember", KEYS[6], ARGV[1]) == 1
if not here and redis.call("scard", KEYS[6]) >= tonumber(ARGV[8]) then return "full" end
abandon(KEYS[3], KEYS[4], KEYS[1], ARGV[5], ARGV[6], ARGV[13], ARGV[4], ARGV[7])
redis.call("srem", KEYS[5], ARGV[1])
redis.call("sadd", KEYS[6], ARGV[1])
redis.call("hset", KEYS[1], "text", ARGV[11], "channel", ARGV[9])
redis.call("hdel", KEYS[1], "unread")
if ARGV[12] ~= "keep" then redis.call("hdel", KEYS[1], "over") end
if ARGV[12] ~= "keep" or ARGV[2] ~= ARGV[9] then redis.call("hincrby", KEYS[1], "revision", 1) end
if redis.call("hexists", KEYS[1], "paused") == 0 then redis.call("zadd", KEYS[2], ARGV[10], ARGV[1]) end
return "changed"`)
	// removeDigest: KEYS[5] its channel, KEYS[6] owner. Open slots of a removed digest end without a post.
	removeDigest = redis.NewScript(abandonTo + isAsRead + `
if not isAsRead() then return "again" end
abandon(KEYS[3], KEYS[4], KEYS[1], ARGV[5], ARGV[6], "removed", ARGV[4], ARGV[7])
redis.call("srem", KEYS[5], ARGV[1])
redis.call("srem", KEYS[6], ARGV[1])
redis.call("zrem", KEYS[2], ARGV[1])
if redis.call("del", KEYS[1]) == 0 then return "gone" end
return "removed"`)
	// pauseDigest: ARGV[8] pause.
	pauseDigest = redis.NewScript(abandonTo + isAsRead + `
if redis.call("exists", KEYS[1]) == 0 then return "gone" end
if not isAsRead() then return "again" end
abandon(KEYS[3], KEYS[4], KEYS[1], ARGV[5], ARGV[6], "paused", ARGV[4], ARGV[7])
redis.call("hset", KEYS[1], "paused", ARGV[8])
redis.call("hdel", KEYS[1], "over")
redis.call("hincrby", KEYS[1], "revision", 1)
redis.call("zrem", KEYS[2], ARGV[1])
return "paused"`)
	// resumeDigest: KEYS digest, due; ARGV id, next slot. A digest that runs keeps its next slot, which may be due
	// now.
	resumeDigest = redis.NewScript(`
if redis.call("exists", KEYS[1]) == 0 then return 0 end
if redis.call("hdel", KEYS[1], "paused") == 1 then
  redis.call("hdel", KEYS[1], "unread")
  redis.call("hincrby", KEYS[1], "revision", 1)
end
redis.call("zadd", KEYS[2], "NX", ARGV[2], ARGV[1])
return 1`)
)

// Add stores d for owner. A second call with the same key changes nothing. Zone and channel of d must be set.
func (s *Store) Add(ctx context.Context, key, owner string, d commands.DigestAdd) (Digest, error) {
	now := s.Now()
	added := Digest{Owner: owner, Add: d, Created: now}
	next, ok := Next(d.Schedule, added.Zone(), now)
	if !ok {
		return Digest{}, ErrNoTime
	}
	added.Next = next.At
	for try := range idTries {
		added.ID = idOf(key, try)
		keys := []string{s.digestKey(added.ID), s.channelKey(d.Channel), s.ownerKey(owner), s.dueKey()}
		args := []any{added.ID, MaxPerChannel, d.Channel, next.At.Unix(), d.String(), owner, now.Unix()}
		status, err := addDigest.Run(ctx, s.DB, keys, args...).Text()
		switch {
		case err != nil:
			return Digest{}, fmt.Errorf("storing a digest: %w", err)
		case status == "full":
			return Digest{}, ErrFull
		case status == "added":
			return added, s.sync(ctx)
		}
	}
	return Digest{}, errors.New("storing a digest: no free id found")
}

// idOf returns the id of a digest that is added with key; each try gives another.
func idOf(key string, try int) string {
	var id strings.Builder
	sum := sha256.Sum256([]byte(key + " " + strconv.Itoa(try)))
	for _, b := range sum[:idLength] {
		id.WriteByte(idLetters[int(b)%len(idLetters)])
	}
	return id.String()
}

func (s *Store) sync(ctx context.Context) error {
	if err := s.DB.Sync(ctx); err != nil {
		return fmt.Errorf("saving digests: %w", err)
	}
	return nil
}

// Get returns the digest id. Its error is ErrUnknown if there is none.
func (s *Store) Get(ctx context.Context, id string) (Digest, error) {
	found, err := s.get(ctx, id)
	if err != nil {
		return Digest{}, err
	}
	if len(found) == 0 {
		return Digest{}, ErrUnknown
	}
	return found[0], nil
}

// get returns those of ids that exist, in one round trip. Damage to one does not affect the others.
func (s *Store) get(ctx context.Context, ids ...string) ([]Digest, error) {
	type replies struct {
		fields *redis.MapStringStringCmd
		next   *redis.FloatCmd
	}
	reads := make([]replies, len(ids))
	_, err := s.DB.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, id := range ids {
			reads[i] = replies{pipe.HGetAll(ctx, s.digestKey(id)), pipe.ZScore(ctx, s.dueKey(), id)}
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) && !isDamage(err) {
		return nil, fmt.Errorf("reading digests: %w", err)
	}
	var found []Digest
	for i, id := range ids {
		fields, err := reads[i].fields.Result()
		if err != nil && !isDamage(err) {
			return nil, fmt.Errorf("reading digests: %w", err)
		}
		if len(fields) == 0 && err == nil {
			continue
		}
		d := s.read(id, fields)
		if err != nil {
			d.Broken = err.Error()
		}
		if next := reads[i].next.Val(); next > 0 {
			d.Next = time.Unix(int64(next), 0)
		}
		found = append(found, d)
	}
	return found, nil
}

// isDamage reports whether a key holds a value of another type.
func isDamage(err error) bool { return redis.HasErrorPrefix(err, "WRONGTYPE") }

// read makes a digest of its stored fields. A field that can't be read is ignored, except a pause, which stays.
func (s *Store) read(id string, fields map[string]string) Digest {
	var damage []error
	d := Digest{ID: id, Owner: fields["owner"], revision: fields["revision"], last: fields["last"]}
	d.unfinished, d.channel, d.over = fields["unfinished"], fields["channel"], fields["over"]
	d.Created, d.BrokenSince = readTime(fields, "created", &damage), readTime(fields, "unread", &damage)
	// The text is parsed as of its creation. Its window may be invalid by now, which its slots check.
	asOf := d.Created
	if asOf.IsZero() {
		asOf = s.Now()
	}
	command, err := s.readText(fields["text"], asOf)
	if add, ok := command.(commands.DigestAdd); ok {
		d.Add = add
	} else {
		if err == nil {
			err = errors.New("not a digest")
		}
		d.Add.Channel, d.Broken = fields["channel"], fmt.Sprintf("\"%s\": %v", fields["text"], err) // as typed, so not %q
	}
	readField(fields, "paused", &d.Paused, &damage)
	readField(fields, "over", &d.State, &damage)
	readField(fields, "mute", &d.Muted, &damage)
	readField(fields, "missed", &d.Missed, &damage)
	readField(fields, "last", &d.Last, &damage)
	if !d.Muted.IsOn(s.Now()) {
		d.Muted = nil
	}
	if fields["paused"] != "" && d.Paused == nil {
		d.Paused = &Pause{Reason: ReasonDamaged, At: d.Created}
	}
	if err := errors.Join(damage...); err != nil {
		d.Damaged = err.Error()
	}
	return d
}

// readText is Read with a panic returned as an error, so one digest does not keep others from their slots.
func (s *Store) readText(text string, now time.Time) (command commands.Command, err error) {
	defer catapi.Recover(&err)
	return s.Read(text, now)
}

// readField decodes the field name into value. If it can't be decoded, value stays empty and damage gets the error.
func readField[T any](fields map[string]string, name string, value *T, damage *[]error) {
	text := fields[name]
	if text == "" {
		return
	}
	var read T
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		*damage = append(*damage, fmt.Errorf("the field %s: %w", name, err))
		return
	}
	*value = read
}

// readTime returns the unix time in the field name. If it can't be parsed, the result is zero and damage gets the
// error.
func readTime(fields map[string]string, name string, damage *[]error) time.Time {
	text := fields[name]
	if text != "" && unixTime(text).IsZero() {
		*damage = append(*damage, fmt.Errorf("the field %s: %q is not a unix time", name, text))
	}
	return unixTime(text)
}

// List returns the digests of user and those in channels: first those in channels, then by their next time.
func (s *Store) List(ctx context.Context, user string, channels ...string) ([]Digest, error) {
	keys := []string{s.ownerKey(user)}
	for _, channel := range channels {
		keys = append(keys, s.channelKey(channel))
	}
	ids, err := s.DB.SUnion(ctx, keys...).Result()
	if err != nil {
		return nil, fmt.Errorf("listing digests: %w", err)
	}
	found, err := s.get(ctx, ids...)
	slices.SortFunc(found, func(x, y Digest) int {
		if here := slices.Contains(channels, x.Add.Channel); here != slices.Contains(channels, y.Add.Channel) {
			if here {
				return -1
			}
			return 1
		}
		if x.Next.IsZero() != y.Next.IsZero() {
			return y.Next.Compare(x.Next) // those without a next time come last
		}
		if c := x.Next.Compare(y.Next); c != 0 {
			return c
		}
		return strings.Compare(x.ID, y.ID)
	})
	return found, err
}

// Change replaces what d does from its next slot on. Its id, owner, results and pause stay. The state of its condition
// stays if it watches the same on the same condition; else it is cleared. An open incident is abandoned where its
// message does not go on.
func (s *Store) Change(ctx context.Context, d Digest, to commands.DigestAdd) (Digest, error) {
	changed := d
	changed.Add, changed.Broken = to, ""
	next, ok := Next(to.Schedule, changed.Zone(), s.Now())
	if !ok {
		return Digest{}, ErrNoTime
	}
	if changed.Next = next.At; d.Paused != nil {
		changed.Next = time.Time{}
	}
	err := s.onStored(ctx, d, func(stored Digest, channel string) *redis.Cmd {
		keep, left, why := "keep", stored.openIncident(), ClosedMoved
		switch {
		case !watchesSame(stored.Add, to):
			changed.State, keep, why = nil, "", ClosedChanged
		case left != nil && (left.Root == "" || left.Channel == to.Channel):
			left = nil
		}
		keys, args := s.abandoning(stored, channel, left)
		return changeDigest.Run(ctx, s.DB, append(keys, s.channelKey(channel), s.channelKey(to.Channel)),
			append(args, MaxPerChannel, to.Channel, next.At.Unix(), to.String(), keep, string(why))...)
	})
	if err != nil {
		return Digest{}, err
	}
	return changed, s.sync(ctx)
}

// watchesSame reports whether the condition of y goes on where that of x is: whom it calls, and when it is silent, may
// differ.
func watchesSame(x, y commands.DigestAdd) bool {
	if x.If == nil || y.If == nil || x.Command.String() != y.Command.String() {
		return false
	}
	bare := func(c commands.Condition) string {
		return commands.Condition{Limits: c.Limits, For: c.For, Until: c.Until}.String()
	}
	return bare(*x.If) == bare(*y.If)
}

// Remove deletes d and abandons its open incident.
func (s *Store) Remove(ctx context.Context, d Digest) error {
	err := s.onStored(ctx, d, func(stored Digest, channel string) *redis.Cmd {
		keys, args := s.abandoning(stored, channel, stored.openIncident())
		return removeDigest.Run(ctx, s.DB, append(keys, s.channelKey(channel), s.ownerKey(d.Owner)), args...)
	})
	if err != nil {
		return err
	}
	return s.sync(ctx)
}

// onStored runs a script with d as it is stored, and runs it again if it returns "again" because that has changed.
func (s *Store) onStored(ctx context.Context, d Digest, run func(stored Digest, channel string) *redis.Cmd) error {
	const maxRuns = 5 // a slot or another person may be faster
	for range maxRuns {
		stored, err := s.Get(ctx, d.ID)
		if err != nil {
			return err
		}
		switch status, err := run(stored, cmp.Or(stored.channel, d.Add.Channel)).Text(); {
		case err != nil:
			return fmt.Errorf("changing a digest: %w", err)
		case status == "gone":
			return ErrUnknown
		case status == "full":
			return ErrFull
		case status != "again":
			return nil
		}
	}
	return fmt.Errorf("changing a digest: %s was changed %d times meanwhile", d.ID, maxRuns)
}

// Pause stops d until Resume, for a person. The state of its condition is cleared, and its open incident is abandoned.
func (s *Store) Pause(ctx context.Context, d Digest, p Pause) error {
	err := s.onStored(ctx, d, func(stored Digest, channel string) *redis.Cmd {
		keys, args := s.abandoning(stored, channel, stored.openIncident())
		return pauseDigest.Run(ctx, s.DB, keys, append(args, mustJSON(p))...)
	})
	if err != nil {
		return err
	}
	return s.sync(ctx)
}

// Resume lets d run again from its next slot on. Slots in between are not posted. Where catbot paused it, its
// condition goes on from before the pause. A digest whose text can't be parsed is due at once, and then each reparseEvery.
func (s *Store) Resume(ctx context.Context, d Digest) error {
	next, ok := Next(d.Add.Schedule, d.Zone(), s.Now())
	if d.Broken != "" {
		next, ok = Slot{At: s.Now()}, true
	}
	if !ok {
		return ErrNoTime
	}
	keys := []string{s.digestKey(d.ID), s.dueKey()}
	return s.change(ctx, resumeDigest, keys, d.ID, next.At.Unix())
}

// change runs a script that returns 0 if the digest does not exist.
func (s *Store) change(ctx context.Context, script *redis.Script, keys []string, args ...any) error {
	n, err := script.Run(ctx, s.DB, keys, args...).Int()
	if err != nil {
		return fmt.Errorf("changing a digest: %w", err)
	}
	if n == 0 {
		return ErrUnknown
	}
	return s.sync(ctx)
}
