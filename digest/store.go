package digest

import (
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
	"catbot/order"
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
	// Each change by a person increments a digest's revision, so an attempt that began before does not overwrite it.

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
	// changeDigest: KEYS digest, its channel, the new channel, due; ARGV id, most per channel, new channel, next
	// slot, text, its channel, "keep" if the state of its condition stays.
	changeDigest = redis.NewScript(`
if redis.call("exists", KEYS[1]) == 0 then return "gone" end
local channel = redis.call("hget", KEYS[1], "channel")
if channel and channel ~= ARGV[6] then return "moved" end
local here = redis.call("sismember", KEYS[3], ARGV[1]) == 1
if not here and redis.call("scard", KEYS[3]) >= tonumber(ARGV[2]) then return "full" end
redis.call("srem", KEYS[2], ARGV[1])
redis.call("sadd", KEYS[3], ARGV[1])
redis.call("hset", KEYS[1], "text", ARGV[5], "channel", ARGV[3])
redis.call("hdel", KEYS[1], "unread")
if ARGV[7] ~= "keep" then redis.call("hdel", KEYS[1], "over") end
redis.call("hincrby", KEYS[1], "revision", 1)
if redis.call("hexists", KEYS[1], "paused") == 0 then redis.call("zadd", KEYS[4], ARGV[4], ARGV[1]) end
return "changed"`)
	// removeDigest: KEYS digest, its channel, owner, due; ARGV id, its channel. Open slots of a removed digest end
	// without a post.
	removeDigest = redis.NewScript(`
if redis.call("type", KEYS[1]).ok == "hash" then
  local channel = redis.call("hget", KEYS[1], "channel")
  if channel and channel ~= ARGV[2] then return "moved" end
end
redis.call("srem", KEYS[2], ARGV[1])
redis.call("srem", KEYS[3], ARGV[1])
redis.call("zrem", KEYS[4], ARGV[1])
if redis.call("del", KEYS[1]) == 0 then return "gone" end
return "removed"`)
	// pauseDigest: KEYS digest, due; ARGV id, pause.
	pauseDigest = redis.NewScript(`
if redis.call("exists", KEYS[1]) == 0 then return 0 end
redis.call("hset", KEYS[1], "paused", ARGV[2])
redis.call("hdel", KEYS[1], "over")
redis.call("hincrby", KEYS[1], "revision", 1)
redis.call("zrem", KEYS[2], ARGV[1])
return 1`)
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
	d.unfinished = fields["unfinished"]
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
	order.By(found, func(x, y *Digest) int {
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
// stays if it watches the same on the same condition; else it is cleared.
func (s *Store) Change(ctx context.Context, d Digest, to commands.DigestAdd) (Digest, error) {
	changed := d
	changed.Add, changed.Broken = to, ""
	keep := "keep"
	if !watchesSame(d.Add, to) {
		changed.State, keep = nil, ""
	}
	next, ok := Next(to.Schedule, changed.Zone(), s.Now())
	if !ok {
		return Digest{}, ErrNoTime
	}
	if changed.Next = next.At; d.Paused != nil {
		changed.Next = time.Time{}
	}
	err := s.inChannel(ctx, d, func(channel string) *redis.Cmd {
		keys := []string{s.digestKey(d.ID), s.channelKey(channel), s.channelKey(to.Channel), s.dueKey()}
		return changeDigest.Run(ctx, s.DB, keys, d.ID, MaxPerChannel, to.Channel, next.At.Unix(), to.String(), channel, keep)
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

// Remove deletes d.
func (s *Store) Remove(ctx context.Context, d Digest) error {
	err := s.inChannel(ctx, d, func(channel string) *redis.Cmd {
		keys := []string{s.digestKey(d.ID), s.channelKey(channel), s.ownerKey(d.Owner), s.dueKey()}
		return removeDigest.Run(ctx, s.DB, keys, d.ID, channel)
	})
	if err != nil {
		return err
	}
	return s.sync(ctx)
}

// inChannel runs a script that needs d's present channel, and runs it again if it returns "moved".
func (s *Store) inChannel(ctx context.Context, d Digest, run func(channel string) *redis.Cmd) error {
	const maxRuns = 5
	channel := d.Add.Channel
	for range maxRuns {
		switch status, err := run(channel).Text(); {
		case err != nil:
			return fmt.Errorf("changing a digest: %w", err)
		case status == "gone":
			return ErrUnknown
		case status == "full":
			return ErrFull
		case status != "moved":
			return nil
		}
		now, err := s.DB.HGet(ctx, s.digestKey(d.ID), "channel").Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return fmt.Errorf("changing a digest: asking for its channel: %w", err)
		}
		channel = now
	}
	return fmt.Errorf("changing a digest: %s was moved %d times meanwhile", d.ID, maxRuns)
}

// Pause stops d until Resume, for a person. The state of its condition is cleared.
func (s *Store) Pause(ctx context.Context, d Digest, p Pause) error {
	return s.change(ctx, pauseDigest, []string{s.digestKey(d.ID), s.dueKey()}, d.ID, mustJSON(p))
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
