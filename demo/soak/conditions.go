package main

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

const (
	conditions        = 32
	conditionChannels = 8
	// slotLength is the time between two slots of a condition. That is too long for a soak: the slots are those of the
	// past hours, and one of them is opened every slotEvery, as a replica opens it when it is due.
	slotLength = 5 * time.Minute
	slotEvery  = 30 * time.Second
	// calmSlots are the last slots, without failures, so that each incident ends.
	calmSlots = 4
)

// levels are the failures in one window after the other, over and over: an incident begins, worsens and ends.
var levels = []int64{10, 10, 150, 300, 220, 140, 20, 10}

// watched holds the tasks of the conditions. Each is at another place in levels.
var watched = []string{"126531", "126540", "126544", "126548", "126552", "126556", "126560", "126571"}

var limits = []string{"if any isp >100", "if >100 until <50", "if >100 for 2"}

// A conditionRun opens the slots of conditions.
type conditionRun struct {
	redis *redis.Client
	ids   []string  // of the digests
	first time.Time // the first slot of all
	slots int       // of each condition, calmSlots included
}

func newConditionRun(redisURL string, length time.Duration) (*conditionRun, error) {
	options, err := redis.ParseURL(redisURL)
	if err != nil {
		return nil, err
	}
	r := &conditionRun{redis: redis.NewClient(options), slots: int(length/slotEvery) + calmSlots}
	r.first = time.Now().UTC().Truncate(slotLength).Add(-time.Duration(r.slots) * slotLength)
	return r, nil
}

// failures returns what CAT has about a window of any task of API v2.
func (r *conditionRun) failures(q fakecat.Question) []fakecat.Row {
	n := int(q.Begin.Sub(r.first)/slotLength) + 1 // of the slot at whose time the window ends
	count := int64(5)
	for i, task := range watched {
		if task == q.Task && n >= 0 && n < r.slots-calmSlots {
			count = levels[(n+i)%len(levels)]
		}
	}
	return []fakecat.Row{{
		ISP: "移动", Province: "jiangxi", ProvinceName: "江西", ServerIP: "203.0.113.7", Code: 10010, Reason: "连接超时",
		Count: count,
	}}
}

// key returns a key of the digests in Redis.
func key(rest string) string {
	return "catbot:{digest|" + fakeslack.TeamID + "." + fakeslack.BotUserID + "}:v1:" + rest
}

// add adds the conditions by commands of Alice, and takes them off the schedule.
func (r *conditionRun) add(ctx context.Context, s *system) error {
	for n := range conditions {
		channel := fakeslack.Channel{ID: fmt.Sprintf("C0WATCH%02d", n%conditionChannels+1),
			Name: fmt.Sprintf("watch-%d", n%conditionChannels+1), Members: []string{fakeslack.Alice}, HasBot: true}
		if err := s.slack.AddChannel(channel); err != nil {
			return err
		}
		text := fmt.Sprintf("digest add every 5m tz UTC %s codes %s last 5m",
			limits[n%len(limits)], watched[n%len(watched)])
		id, err := s.addDigest(ctx, channel.ID, text)
		if err != nil {
			return err
		}
		if err := r.redis.ZRem(ctx, key("due"), id).Err(); err != nil {
			return fmt.Errorf("taking digest %s off the schedule: %w", id, err)
		}
		r.ids = append(r.ids, id)
	}
	return nil
}

// run opens the slots, from start on. At each moment some conditions open, some go on and some end.
func (r *conditionRun) run(ctx context.Context, start time.Time) error {
	for n := range r.slots {
		for i, id := range r.ids {
			due := start.Add(time.Duration(n) * slotEvery).Add(time.Duration(i) * slotEvery / time.Duration(len(r.ids)))
			if err := until(ctx, due); err != nil {
				return err
			}
			for r.open(ctx, id, r.first.Add(time.Duration(n)*slotLength)) != nil { // Redis is away
				if err := until(ctx, time.Now().Add(200*time.Millisecond)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// open opens a slot, as the script openSlot of package digest does.
func (r *conditionRun) open(ctx context.Context, id string, at time.Time) error {
	slot := id + "@" + at.Format("2006-01-02T15:04Z07:00") + " UTC"
	_, err := r.redis.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.HSet(ctx, key("s:"+slot), "attempt", 1, "at", at.Unix())
		pipe.ZAddNX(ctx, key("open"), redis.Z{Score: float64(time.Now().Unix()), Member: slot})
		return nil
	})
	return err
}
