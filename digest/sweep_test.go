package digest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"catbot/store/redistest"
)

// pendingTasks are the queue's tasks that wait to be worked on.
func (d *testEngine) pendingTasks() []string {
	d.t.Helper()
	infos, err := d.inspector.ListPendingTasks(d.Store.queue())
	if err != nil && !errors.Is(err, asynq.ErrQueueNotFound) {
		d.t.Fatal(err)
	}
	var ids []string
	for _, info := range infos {
		ids = append(ids, info.ID)
	}
	return ids
}

func TestASlotThatReplicasFindAtOnceIsOpenedAndEnqueuedOnce(t *testing.T) {
	server := redistest.Start(t)
	one, two := newTestEngineAt(t, server), newTestEngineAt(t, server)
	one.add("digest add daily 09:00 codes 126531 last 24h")
	for _, d := range []*testEngine{one, two} {
		d.clock.to(start.Add(11 * time.Second))
	}
	// Two ticks that saw the same due digest: the second finds it moved on, and enqueues all the same.
	due, err := two.Store.DB.ZRangeWithScores(t.Context(), one.Store.dueKey(), 0, -1).Result()
	if err != nil {
		t.Fatal(err)
	}
	one.due()
	if err := two.open(t.Context(), due, two.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if tasks := one.pendingTasks(); len(tasks) != 1 || len(one.opened()) != 1 {
		t.Errorf("tasks %v, open %v", tasks, one.opened())
	}
	if one.events[EventDue]+two.events[EventDue] != 1 {
		t.Errorf("counted %v and %v", one.events, two.events)
	}
}

func TestTwoReplicasNeverWorkOnOneDigestAtOnce(t *testing.T) {
	server := redistest.Start(t)
	one, two := newTestEngineAt(t, server), newTestEngineAt(t, server)
	one.add("digest add daily 09:00 codes 126531 last 24h")
	one.clock.to(start.Add(11 * time.Second))
	two.clock.to(start.Add(11 * time.Second))
	key := one.due()[0]
	a, err := one.startAttempt(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := two.work(t.Context(), key); !isRetry(err) || len(two.channel.posts) != 0 {
		t.Errorf("the second said %v and posted %d", err, len(two.channel.posts))
	}
	a.lease.Release(t.Context())
	if err := two.work(t.Context(), key); err != nil || len(two.channel.posts) != 1 {
		t.Errorf("after the release: %v, %d posts", err, len(two.channel.posts))
	}
	if err := one.work(t.Context(), key); err != nil || len(one.channel.posts) != 0 {
		t.Errorf("the first came back to %v and posted %d", err, len(one.channel.posts))
	}
}

func TestWhoLostItsLeaseDoesNotPost(t *testing.T) {
	server := redistest.Start(t)
	one, two := newTestEngineAt(t, server), newTestEngineAt(t, server)
	one.add("digest add daily 09:00 codes 126531 last 24h")
	one.clock.to(start.Add(11 * time.Second))
	key := one.due()[0]
	a, err := one.startAttempt(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	// The first is stopped past its lease; the second posts; the first wakes at the fence.
	if err := one.Store.DB.Del(t.Context(), one.Store.leaseKey(a.ref.digest)).Err(); err != nil {
		t.Fatal(err)
	}
	d, err := one.Store.Get(t.Context(), a.ref.digest)
	if err != nil {
		t.Fatal(err)
	}
	held, err := two.startAttempt(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := one.runSlot(t.Context(), a, d); !isRetry(err) || len(one.channel.posts) != 0 {
		t.Errorf("the first said %v and posted %d", err, len(one.channel.posts))
	}
	if closed, _ := a.end(t.Context(), d, ending{}); closed {
		t.Error("the first closed a slot that is not its own any more")
	}
	if err := two.runSlot(t.Context(), held, d); err != nil || len(two.channel.posts) != 1 {
		t.Errorf("the second said %v and posted %d", err, len(two.channel.posts))
	}
}

// A stopped holder wakes when the one that took its place has posted, does not know what became of that, and waits to look.
func TestWhoLostItsLeaseDoesNotPostThoughItIsFreeAgain(t *testing.T) {
	server := redistest.Start(t)
	one, two := newTestEngineAt(t, server), newTestEngineAt(t, server)
	one.add("digest add daily 09:00 codes 126531 last 24h")
	one.clock.to(start.Add(11 * time.Second))
	two.clock.to(start.Add(11 * time.Second))
	key := one.due()[0]
	a, err := one.startAttempt(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := one.Store.DB.Del(t.Context(), one.Store.leaseKey(a.ref.digest)).Err(); err != nil {
		t.Fatal(err)
	}
	two.channel.lose = errLine
	if err := two.work(t.Context(), key); !isRetry(err) || len(two.channel.posts) != 1 {
		t.Fatalf("the second said %v and posted %d", err, len(two.channel.posts))
	}
	if held, err := a.lease.Renew(t.Context()); err != nil || !held {
		t.Fatalf("the first renews its lease: %v, %v", held, err)
	}
	d, err := one.Store.Get(t.Context(), a.ref.digest)
	if err != nil {
		t.Fatal(err)
	}
	if err := one.runSlot(t.Context(), a, d); !isRetry(err) || len(one.channel.posts) != 0 {
		t.Errorf("the first said %v and posted %d, beside the second's", err, len(one.channel.posts))
	}
}

func TestAnOpenSlotWithNobodyAtItIsHandedOutAgain(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	key := d.due()[0]
	d.clock.pass(sweepAfter)
	sweep := func() {
		t.Helper()
		if err := d.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	if tasks := d.pendingTasks(); len(tasks) != 1 || tasks[0] != key {
		t.Fatalf("while the queue holds it: %v", tasks)
	}
	// The queue lost it, as when its worker died and its lease is gone.
	if err := d.inspector.DeleteTask(d.Store.queue(), key); err != nil {
		t.Fatal(err)
	}
	a, err := d.startAttempt(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	sweep()
	if tasks := d.pendingTasks(); len(tasks) != 0 {
		t.Fatalf("while its lease is held: %v", tasks)
	}
	a.lease.Release(t.Context())
	sweep()
	sweep()
	if tasks := d.pendingTasks(); len(tasks) != 1 || tasks[0] != key+"#2" {
		t.Errorf("with nobody at it: %v", tasks)
	}
	d.due()
	if lag := d.Lag(); lag < sweepAfter || lag > time.Minute {
		t.Errorf("lag %s", lag)
	}
}

func TestManySlotsThatWaitDoNotHideOneThatTheQueueLost(t *testing.T) {
	d := newTestEngine(t)
	for i := range sweepBatch { // older slots whose leases are held
		id := fmt.Sprintf("w%03d", i)
		if err := d.Store.DB.Set(t.Context(), d.Store.leaseKey(id), "another replica", time.Minute).Err(); err != nil {
			t.Fatal(err)
		}
		slot := redis.Z{Score: float64(start.Add(-time.Hour).Unix()), Member: id + "@2026-11-23T08:00 Asia/Shanghai"}
		if err := d.Store.DB.ZAdd(t.Context(), d.Store.openKey(), slot).Err(); err != nil {
			t.Fatal(err)
		}
	}
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	key := slotKey(added.ID, Slot{Wall: "2026-11-23T09:00", Zone: "Asia/Shanghai"})
	if err := d.inspector.DeleteTask(d.Store.queue(), key); err != nil {
		t.Fatal(err)
	}
	d.clock.pass(sweepAfter)
	for range 2 {
		if err := d.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if tasks := d.pendingTasks(); len(tasks) != 1 || tasks[0] != key+"#2" {
		t.Errorf("handed out again are %v", tasks)
	}
	d.due()
	if want := time.Hour + 6*time.Second; d.Lag() < want {
		t.Errorf("the lag is %s, want at least %s", d.Lag(), want)
	}
}

func TestADigestThatIsRemovedOrPausedInBetweenSaysNothing(t *testing.T) {
	for name, change := range map[string]func(*testEngine, Digest) error{
		"removed": func(d *testEngine, added Digest) error { return d.Store.Remove(d.t.Context(), added) },
		"paused": func(d *testEngine, added Digest) error {
			return d.Store.Pause(d.t.Context(), added, Pause{By: "U0ALICE", At: start})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newTestEngine(t)
			added := d.add("digest add daily 09:00 codes 126531 last 24h")
			d.clock.to(start.Add(11 * time.Second))
			d.due()
			if err := change(d, added); err != nil {
				t.Fatal(err)
			}
			if errs := d.workOff(); len(errs) > 0 || len(d.channel.posts) != 0 || len(d.opened()) != 0 {
				t.Errorf("errors %v, %d posts, open %v", errs, len(d.channel.posts), d.opened())
			}
			if got := mustList(d); name == "paused" && (len(got[0].Last) != 1 || got[0].Last[0].Outcome != Abandoned) {
				t.Errorf("its runs are %+v", got[0].Last)
			}
		})
	}
}

func TestALaterSlotOfAConditionStands(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add every 15m if >100 codes 126531 last 15m")
	d.clock.to(start.Add(11 * time.Second))
	first := d.due()[0]
	d.clock.pass(15 * time.Minute)
	d.due()
	d.total = 500
	if err := d.work(t.Context(), d.opened()[1]); err != nil {
		t.Fatal(err)
	}
	d.total = 3
	if err := d.work(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	got := d.get(added.ID)
	if got.Last[0].Outcome != Overtaken || !got.State.Over || len(d.channel.posts) != 1 {
		t.Errorf("last %+v, over %+v, %d posts", got.Last[0], got.State, len(d.channel.posts))
	}
}

func TestWithoutRedisTheEngineSaysSoAndIsUnwellAfterHalfAMinute(t *testing.T) {
	server := redistest.Start(t)
	d := newTestEngineAt(t, server)
	d.due()
	server.Kill()
	if err := d.tick(t.Context()); err == nil {
		t.Fatal("a tick without redis is no error")
	}
	if !d.Healthy() {
		t.Error("unwell at once")
	}
	d.clock.pass(unhealthyAfter)
	_ = d.tick(t.Context())
	if d.Healthy() {
		t.Error("well after half a minute without redis")
	}
	server.Restart()
	d.due()
	if !d.Healthy() {
		t.Error("unwell though redis is back")
	}
}

func TestAChannelHoldsFiftyDigests(t *testing.T) {
	d := newTestEngine(t)
	for i := range MaxPerChannel { // each another one: two alike that get the same id count as one
		d.add(fmt.Sprintf("digest add daily 09:00 codes %d last 24h", 126531+i))
	}
	_, err := d.Store.Add(t.Context(), "a command", "U0SAM", d.get(mustList(d)[0].ID).Add)
	if !errors.Is(err, ErrFull) {
		t.Errorf("the next one: %v", err)
	}
}

func mustList(d *testEngine) []Digest {
	d.t.Helper()
	all, err := d.Store.List(d.t.Context(), "U0SAM", "C0OPS")
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

func TestListHasTheChannelsDigestsAndOnesOwn(t *testing.T) {
	d := newTestEngine(t)
	noon := d.add("digest add daily 12:00 codes 1 last 24h")
	morning := d.add("digest add daily 09:00 codes 2 last 24h")
	elsewhere := d.add("digest add daily 08:00 in <#C0OTHER> codes 3 last 24h")
	all, err := d.Store.List(t.Context(), "U0ALICE", "C0OPS")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 || all[0].ID != morning.ID || all[1].ID != noon.ID || all[2].ID != elsewhere.ID {
		t.Errorf("listed %+v", all)
	}
	if got := mustList(d); len(got) != 2 {
		t.Errorf("another person sees %d", len(got))
	}
	if err := d.Store.Remove(t.Context(), noon); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Store.Get(t.Context(), noon.ID); !errors.Is(err, ErrUnknown) {
		t.Errorf("removed: %v", err)
	}
	if err := d.Store.Remove(t.Context(), noon); !errors.Is(err, ErrUnknown) {
		t.Errorf("removed twice: %v", err)
	}
	if got := mustList(d); len(got) != 1 {
		t.Errorf("left are %d", len(got))
	}
}
