package digest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/commands"
)

const (
	// incidentTTL is how long an incident is kept after its latest slot.
	incidentTTL = 90 * 24 * time.Hour
	// maxIncidents bounds the incidents of one channel. The oldest go first.
	maxIncidents = 1000
	// readAtOnce bounds the incidents in memory of which a list may need none.
	readAtOnce = 200
	// maxResponders bounds who works on one incident.
	maxResponders = 20
	// refreshFor is how long a person's press waits for the slot that works on the incident's digest.
	refreshFor = 5 * time.Second
)

// Errors of incidents.
var (
	ErrNoIncident = errors.New("there is no such incident")
	ErrOver       = errors.New("the incident is over")
)

// responders returns who works on an incident, the first first.
func (s *Store) responders(ctx context.Context, id string) ([]Responder, error) {
	fields, err := s.DB.HGetAll(ctx, s.respondersKey(id)).Result()
	if err != nil {
		return nil, fmt.Errorf("reading who works on an incident: %w", err)
	}
	return readResponders(fields), nil
}

func readResponders(fields map[string]string) (on []Responder) {
	for user, at := range fields {
		on = append(on, Responder{User: user, At: unixTime(at)})
	}
	slices.SortFunc(on, func(x, y Responder) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.User, y.User)) })
	return on
}

// takeIncident: KEYS responders; ARGV user, now, the most, lifetime in seconds.
var takeIncident = redis.NewScript(`
if redis.call("hexists", KEYS[1], ARGV[1]) == 0 and redis.call("hlen", KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call("hsetnx", KEYS[1], ARGV[1], ARGV[2])
redis.call("expire", KEYS[1], ARGV[4])
return 1`)

// Take notes that user works on the incident id. Its error is ErrOver, with the incident, if that has ended.
func (s *Store) Take(ctx context.Context, id, user string) (Incident, error) {
	found, err := s.incidents(ctx, id)
	switch {
	case err != nil:
		return Incident{}, err
	case len(found) == 0:
		return Incident{}, ErrNoIncident
	case !found[0].IsOpen():
		return found[0], ErrOver
	}
	keys, args := []string{s.respondersKey(id)}, []any{user, s.Now().Unix(), maxResponders, int(incidentTTL / time.Second)}
	if err := takeIncident.Run(ctx, s.DB, keys, args...).Err(); err != nil {
		return Incident{}, fmt.Errorf("storing who works on an incident: %w", err)
	}
	if found[0].On, err = s.responders(ctx, id); err != nil {
		return Incident{}, err
	}
	return found[0], s.sync(ctx)
}

// Incident returns the incident id, or ErrNoIncident.
func (s *Store) Incident(ctx context.Context, id string) (Incident, error) {
	found, err := s.incidents(ctx, id)
	if err == nil && len(found) == 0 {
		err = ErrNoIncident
	}
	if err != nil {
		return Incident{}, err
	}
	return found[0], nil
}

// Incidents returns the incidents of channels that lasted at some time between begin and end, the latest first.
func (s *Store) Incidents(ctx context.Context, begin, end time.Time, channels ...string) ([]Incident, error) {
	lists := make([]*redis.StringSliceCmd, len(channels))
	_, err := s.DB.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, channel := range channels { // one that began before may have lasted until then
			lists[i] = pipe.ZRangeByScore(ctx, s.incidentsKey(channel), &redis.ZRangeBy{
				Min: "-inf", Max: strconv.FormatInt(end.Unix(), 10),
			})
		}
		return nil
	})
	if err != nil && !isDamage(err) {
		return nil, fmt.Errorf("listing incidents: %w", err)
	}
	ids := map[string]bool{}
	for _, list := range lists {
		for _, id := range list.Val() {
			ids[id] = true
		}
	}
	lasted := func(i Incident) bool {
		moved := !slices.Contains(channels, i.Channel) // with its digest, maybe to a private channel
		return !moved && (i.IsOpen() || !cmp.Or(i.End, i.Closed).Before(begin))
	}
	var found []Incident
	for some := range slices.Chunk(slices.Sorted(maps.Keys(ids)), readAtOnce) {
		read, err := s.incidents(ctx, some...)
		if err != nil {
			return nil, err
		}
		found = append(found, slices.DeleteFunc(read, func(i Incident) bool { return !lasted(i) })...)
	}
	slices.SortFunc(found, func(x, y Incident) int { return cmp.Or(y.Begin.Compare(x.Begin), cmp.Compare(x.ID, y.ID)) })
	return found, nil
}

// AllIncidents is Incidents for all channels that had any.
func (s *Store) AllIncidents(ctx context.Context, begin, end time.Time) ([]Incident, error) {
	prefix := s.incidentsKey("")
	node, err := s.DB.Master(ctx, prefix) // in a cluster, all are on one node
	if err != nil {
		return nil, err
	}
	var channels []string
	for cursor := uint64(0); ; {
		keys, next, err := node.Scan(ctx, cursor, prefix+"*", scanStep).Result()
		if err != nil {
			return nil, fmt.Errorf("looking for incidents: %w", err)
		}
		for _, key := range keys {
			channels = append(channels, strings.TrimPrefix(key, prefix))
		}
		if cursor = next; cursor == 0 {
			return s.Incidents(ctx, begin, end, channels...)
		}
	}
}

// IncidentsOf returns the incidents of all that are about one of tasks; no tasks means all.
func IncidentsOf(all []Incident, tasks []string) []Incident {
	if len(tasks) == 0 {
		return all
	}
	asked := func(task Task) bool { return slices.Contains(tasks, task.ID) }
	return slices.DeleteFunc(all, func(i Incident) bool { return !slices.ContainsFunc(i.Tasks, asked) })
}

// incidents returns those of ids that exist. One that can't be read is left out.
func (s *Store) incidents(ctx context.Context, ids ...string) (found []Incident, err error) {
	type replies struct {
		text *redis.StringCmd
		on   *redis.MapStringStringCmd
	}
	reads := make([]replies, len(ids))
	_, err = s.DB.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for n, id := range ids {
			reads[n] = replies{pipe.Get(ctx, s.incidentKey(id)), pipe.HGetAll(ctx, s.respondersKey(id))}
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) && !isDamage(err) {
		return nil, fmt.Errorf("reading incidents: %w", err)
	}
	for _, read := range reads {
		var i Incident
		if json.Unmarshal([]byte(read.text.Val()), &i) == nil && i.ID != "" {
			i.On = readResponders(read.on.Val())
			found = append(found, i)
		}
	}
	return found, nil
}

// mute returns the mute of d or of its channel that lasts longer, or nil.
func (s *Store) mute(ctx context.Context, d Digest) (*Mute, error) {
	of, err := s.ChannelMute(ctx, d.Add.Channel)
	if err != nil {
		return nil, err
	}
	if of == nil || d.Muted != nil && d.Muted.Until.After(of.Until) {
		of = d.Muted
	}
	return of, nil
}

// ChannelMute returns the mute of a channel, or nil.
func (s *Store) ChannelMute(ctx context.Context, channel string) (*Mute, error) {
	text, err := s.DB.Get(ctx, s.muteKey(channel)).Result()
	if errors.Is(err, redis.Nil) || isDamage(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the mute of a channel: %w", err)
	}
	var m Mute
	if json.Unmarshal([]byte(text), &m) != nil {
		return nil, nil // damaged: better to speak
	}
	return &m, nil
}

// muteDigest: KEYS digest; ARGV the mute or "".
var muteDigest = redis.NewScript(`
if redis.call("exists", KEYS[1]) == 0 then return 0 end
if ARGV[1] == "" then redis.call("hdel", KEYS[1], "mute") else redis.call("hset", KEYS[1], "mute", ARGV[1]) end
return 1`)

// Mute silences d until m ends. A nil m ends its mute.
func (s *Store) Mute(ctx context.Context, d Digest, m *Mute) error {
	text := ""
	if m != nil {
		text = mustJSON(m)
	}
	return s.change(ctx, muteDigest, []string{s.digestKey(d.ID)}, text)
}

// MuteChannel silences all digests of a channel until m ends. A nil m ends the channel's mute.
func (s *Store) MuteChannel(ctx context.Context, channel string, m *Mute) error {
	var err error
	if m == nil {
		err = s.DB.Del(ctx, s.muteKey(channel)).Err()
	} else {
		err = s.DB.Set(ctx, s.muteKey(channel), mustJSON(m), max(time.Second, m.Until.Sub(s.Now()))).Err()
	}
	if err != nil {
		return fmt.Errorf("muting a channel: %w", err)
	}
	return s.sync(ctx)
}

// Refresh updates the messages of open incidents after a person's press, as the latest slots of their digests left them.
// One alone is updated at once, several in turns. What would take too long is left to the next slot.
func (e *Engine) Refresh(ctx context.Context, ids ...string) error {
	if len(ids) == 1 {
		e.delayEdits(ctx, e.editEvery, 0)
		return e.refreshWithLease(ctx, ids[0])
	}
	var failed []error
	for _, id := range ids {
		mayEdit, err := e.waitForEdit(ctx)
		if err != nil || !mayEdit {
			return errors.Join(append(failed, err)...)
		}
		if err := e.refreshWithLease(ctx, id); err != nil {
			failed = append(failed, fmt.Errorf("incident %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}

// refreshWithLease updates the message of an incident. The digest's lease keeps the update from overwriting that of a
// slot.
func (e *Engine) refreshWithLease(ctx context.Context, id string) error {
	i, err := e.Store.Incident(ctx, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, refreshFor+postWithin)
	defer cancel()
	for start := time.Now(); ; {
		lease, err := e.Store.DB.Lease(ctx, e.Store.leaseKey(i.Digest), leaseTime)
		if err != nil {
			return fmt.Errorf("taking the lease for an incident: %w", err)
		}
		if lease != nil {
			defer lease.Release(ctx)
			return e.refresh(ctx, id)
		}
		if time.Since(start) > refreshFor {
			return nil
		}
		if err := sleep(ctx, 250*time.Millisecond); err != nil {
			return err
		}
	}
}

// refresh updates the message of an incident. The caller holds the lease of its digest.
func (e *Engine) refresh(ctx context.Context, id string) error {
	i, err := e.Store.Incident(ctx, id)
	if err != nil || !i.IsOpen() || i.Root == "" {
		return err
	}
	d, err := e.Store.Get(ctx, i.Digest)
	if err != nil || d.Add.Channel != i.Channel { // its message says that it goes on elsewhere
		return err
	}
	return e.updateIncident(ctx, d, i)
}

// Pause stops d until it is resumed, for a person. An open incident of d closes, and its message says so, as with
// Remove and Change.
func (e *Engine) Pause(ctx context.Context, d Digest, p Pause) error {
	defer signal(e.wakeCloser)
	return e.Store.Pause(ctx, d, p)
}

// Remove deletes d.
func (e *Engine) Remove(ctx context.Context, d Digest) error {
	defer signal(e.wakeCloser)
	return e.Store.Remove(ctx, d)
}

// Change replaces what d does. An open incident goes on if its condition does; in another channel it gets a new
// message.
func (e *Engine) Change(ctx context.Context, d Digest, to commands.DigestAdd) (Digest, error) {
	defer signal(e.wakeCloser)
	return e.Store.Change(ctx, d, to)
}
