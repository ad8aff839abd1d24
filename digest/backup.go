package digest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/commands"
)

// A Backup is a digest as Export writes it and Restore reads it.
type Backup struct {
	ID      string    `json:"id"`
	Channel string    `json:"channel"`
	Owner   string    `json:"owner"`
	Created time.Time `json:"created"`
	Text    string    `json:"text"` // "digest add …"
	// State is what else is stored of it, by field: its pause, its mute, its results, the state of its condition. Fields
	// that only another version knows are among them.
	State map[string]json.RawMessage `json:"state,omitempty"`
}

// ownFields are the stored fields that Backup has in fields of its own, or that do not outlive a process.
var ownFields = []string{"text", "owner", "created", "channel", "revision", "unread", "moving"}

// Export returns all digests, by id, and the mutes of their channels.
func (s *Store) Export(ctx context.Context) ([]Backup, map[string]Mute, error) {
	ids, err := s.ids(ctx)
	if err != nil {
		return nil, nil, err
	}
	var all []Backup
	mutes := map[string]Mute{}
	for _, id := range ids {
		fields, err := s.DB.HGetAll(ctx, s.digestKey(id)).Result()
		if err != nil {
			return nil, nil, fmt.Errorf("reading the digest %s: %w", id, err)
		}
		if len(fields) == 0 { // removed meanwhile
			continue
		}
		b := backupOf(id, fields)
		all = append(all, b)
		mute, err := s.ChannelMute(ctx, b.Channel)
		if err != nil {
			return nil, nil, err
		}
		if mute.IsOn(s.Now()) {
			mutes[b.Channel] = *mute
		}
	}
	return all, mutes, nil
}

// ids lists all digests. In a cluster all are on one node.
func (s *Store) ids(ctx context.Context) ([]string, error) {
	node, err := s.DB.Master(ctx, s.dueKey())
	if err != nil {
		return nil, err
	}
	prefix := s.digestKey("")
	var ids []string
	for cursor := uint64(0); ; {
		keys, next, err := node.Scan(ctx, cursor, prefix+"*", scanStep).Result()
		if err != nil {
			return nil, fmt.Errorf("listing digests: %w", err)
		}
		for _, key := range keys {
			ids = append(ids, strings.TrimPrefix(key, prefix))
		}
		if cursor = next; cursor == 0 {
			slices.Sort(ids)
			return slices.Compact(ids), nil // a scan may return a key twice
		}
	}
}

func backupOf(id string, fields map[string]string) Backup {
	b := Backup{
		ID: id, Channel: fields["channel"], Owner: fields["owner"], Text: fields["text"],
		Created: unixTime(fields["created"]).UTC(), State: map[string]json.RawMessage{},
	}
	for name, text := range fields {
		if slices.Contains(ownFields, name) {
			continue
		}
		if value := json.RawMessage(text); isJSON(value) {
			b.State[name] = value
		} else {
			b.State[name] = json.RawMessage(mustJSON(text))
		}
	}
	return b
}

// isJSON reports whether a field holds an object or a list, which stands in a Backup as it is. Any other is a string.
func isJSON(value json.RawMessage) bool {
	return json.Valid(value) && bytes.ContainsAny(bytes.TrimSpace(value)[:1], "{[")
}

// Check returns why b can't be restored, or nil.
func (s *Store) Check(b Backup) error {
	command, err := s.readText(b.Text, b.Created)
	if err != nil {
		return fmt.Errorf("%q: %w", b.Text, err)
	}
	add, ok := command.(commands.DigestAdd)
	switch {
	case !ok || add.Channel == "" || add.Zone == "":
		return fmt.Errorf("%q is not a digest with a channel and a time zone", b.Text)
	case add.Channel != b.Channel:
		return fmt.Errorf("its text is for the channel %s, and it says %s", add.Channel, b.Channel)
	case b.ID == "" || strings.Trim(b.ID, idLetters) != "":
		return fmt.Errorf("%q is not an id of a digest", b.ID)
	case b.Owner == "" || b.Created.IsZero():
		return errors.New("it has no owner, or no time of its creation")
	}
	for name := range b.State {
		if slices.Contains(ownFields, name) {
			return fmt.Errorf("%s does not belong into its state", name)
		}
	}
	if d := s.read(b.ID, b.fields()); d.Damaged != "" {
		return errors.New(d.Damaged)
	}
	return nil
}

// fields returns what is stored of b.
func (b Backup) fields() map[string]string {
	fields := map[string]string{
		"text": b.Text, "owner": b.Owner, "channel": b.Channel, "created": fmt.Sprint(b.Created.Unix()),
	}
	for name, value := range b.State {
		fields[name] = string(value)
		if text := ""; json.Unmarshal(value, &text) == nil {
			fields[name] = text
		}
	}
	return fields
}

// restoreDigest: KEYS digest, channel, owner, due; ARGV id, most per channel, next slot or "", then each field and its
// value. A digest that exists stays as it is.
var restoreDigest = redis.NewScript(`
if redis.call("exists", KEYS[1]) == 1 then return "exists" end
if redis.call("scard", KEYS[2]) >= tonumber(ARGV[2]) then return "full" end
for i = 4, #ARGV, 2 do redis.call("hset", KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call("sadd", KEYS[2], ARGV[1])
redis.call("sadd", KEYS[3], ARGV[1])
if ARGV[3] ~= "" then redis.call("zadd", KEYS[4], ARGV[3], ARGV[1]) end
return "added"`)

// Restore adds b, which Check has accepted, and reports whether it did: a digest with its id stays as it is. Its next
// slot is the next from now on.
func (s *Store) Restore(ctx context.Context, b Backup) (added bool, err error) {
	fields := b.fields()
	d := s.read(b.ID, fields)
	next := ""
	if slot, ok := Next(d.Add.Schedule, d.Zone(), s.Now()); ok && d.Paused == nil {
		next = fmt.Sprint(slot.At.Unix())
	}
	args := []any{b.ID, MaxPerChannel, next}
	for name, value := range fields {
		args = append(args, name, value)
	}
	keys := []string{s.digestKey(b.ID), s.channelKey(b.Channel), s.ownerKey(b.Owner), s.dueKey()}
	status, err := restoreDigest.Run(ctx, s.DB, keys, args...).Text()
	switch {
	case err != nil:
		return false, fmt.Errorf("restoring the digest %s: %w", b.ID, err)
	case status == "full":
		return false, fmt.Errorf("restoring the digest %s: %w", b.ID, ErrFull)
	case status != "added":
		return false, nil
	}
	return true, s.sync(ctx)
}
