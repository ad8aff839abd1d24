package digest

import (
	"context"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/store/redistest"
)

func TestPostsToOneChannelTakeTurns(t *testing.T) {
	d := newTestEngine(t)
	d.spacing = turnSpacing
	for range 4 {
		d.add("digest add daily 09:00 codes 126531 last 24h")
	}
	d.clock.to(start.Add(11 * time.Second))
	var waits []time.Duration
	for _, key := range d.due() {
		a, err := d.startAttempt(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		wait, err := a.turn(t.Context(), "C0OPS")
		if err != nil {
			t.Fatal(err)
		}
		again, _ := a.turn(t.Context(), "C0OPS")
		if again > wait {
			t.Errorf("a slot that has its turn in %s is put off to %s", wait, again)
		}
		waits = append(waits, wait)
	}
	slices.Sort(waits)
	const slack = time.Second // the time that this test takes, by Redis's clock
	for i, wait := range waits {
		if least := time.Duration(i)*turnSpacing - slack; wait < least || wait > time.Duration(i)*turnSpacing {
			t.Errorf("turn %d is in %s", i, wait)
		}
	}
}

// attempts opens the slots of n digests in one channel and takes their leases.
func (d *testEngine) attempts(n int) []*attempt {
	d.t.Helper()
	for range n {
		d.add("digest add daily 09:00 codes 126531 last 24h")
	}
	d.clock.to(start.Add(11 * time.Second))
	var attempts []*attempt
	for _, key := range d.due() {
		a, err := d.startAttempt(d.t.Context(), key)
		if err != nil {
			d.t.Fatal(err)
		}
		attempts = append(attempts, a)
	}
	return attempts
}

func TestATurnThatHasPassedIsNotLost(t *testing.T) {
	d := newTestEngine(t)
	d.spacing = turnSpacing
	for _, a := range d.attempts(3) { // answers took longer than the turns are apart
		if err := d.Store.DB.HSet(t.Context(), d.Store.slotHash(a.ref.key), "turn", 1).Err(); err != nil {
			t.Fatal(err)
		}
		if wait, err := a.turn(t.Context(), "C0OPS"); err != nil || wait != 0 {
			t.Errorf("it is put off by %s, %v", wait, err)
		}
	}
}

func TestALookOfBeforeKnowsWhatThisProcessHasPosted(t *testing.T) {
	d := newTestEngine(t)
	for range 2 {
		d.add("digest add daily 09:00 codes 126531 last 24h")
	}
	d.clock.to(start.Add(20 * time.Minute))
	keys := d.due()
	d.workOff()
	for _, key := range keys { // Redis is back with an older state
		if err := d.Store.DB.ZAdd(t.Context(), d.Store.openKey(), redis.Z{Score: float64(start.Add(10 * time.Second).Unix()), Member: key}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if errs := d.workOff(); len(errs) > 0 || len(d.channel.posts) != 2 {
		t.Errorf("errors %v, %d posts", errs, len(d.channel.posts))
	}
}

func TestTwoPostsNeverLeaveForOneChannelTogether(t *testing.T) {
	d := newTestEngine(t)
	d.spacing = time.Minute // longer than this test lasts
	attempts := d.attempts(2)
	if n, err := attempts[0].runReservePost(t.Context(), "C0OPS", false); err != nil || n != 1 {
		t.Fatalf("the first: %d, %v", n, err)
	}
	if n, err := attempts[1].runReservePost(t.Context(), "C0OPS", false); err != nil || n >= 0 {
		t.Errorf("the second is let go right behind it: %d, %v", n, err)
	}
	if n, err := attempts[1].runReservePost(t.Context(), "C0OTHER", false); err != nil || n != 1 {
		t.Errorf("in another channel: %d, %v", n, err)
	}
}

// postedBefore lets the post of slot key stand in the channel though Redis knows nothing of it.
func (d *testEngine) postedBefore(added Digest, key string) {
	d.t.Helper()
	ref, ok := parseSlotKey(key, time.Time{})
	if !ok {
		d.t.Fatal(key)
	}
	d.channel.posts = append(d.channel.posts, Post{Digest: added, Slot: ref.slot})
}

func TestASlotThatAnOlderStateOfRedisHandsOutAgainIsNotPostedTwice(t *testing.T) {
	for name, tc := range map[string]struct {
		age        time.Duration
		redisState redisState
	}{
		"the slot is old":        {time.Minute, redisState{}},
		"redis has just started": {time.Second, redisState{restarted: true}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newTestEngine(t)
			added := d.add("digest add daily 09:00 codes 126531 last 24h")
			d.clock.to(added.Next.Add(tc.age))
			d.postedBefore(added, d.due()[0])
			d.redisState = func(context.Context) redisState { return tc.redisState }
			if errs := d.workOff(); len(errs) > 0 || len(d.channel.posts) != 1 || d.get(added.ID).Last[0].Outcome != Posted {
				t.Errorf("errors %v, %d posts", errs, len(d.channel.posts))
			}
		})
	}
}

func TestASlotOfThisMomentIsPostedWithoutALook(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.tickAndWork()
	if d.channel.looks != 0 || len(d.channel.posts) != 1 {
		t.Errorf("%d looks, %d posts", d.channel.looks, len(d.channel.posts))
	}
}

func TestAfterAStandstillOneLookServesAChannel(t *testing.T) {
	d := newTestEngine(t)
	for range 5 {
		d.add("digest add daily 09:00 codes 126531 last 24h")
	}
	d.clock.to(start.Add(20 * time.Minute))
	d.tickAndWork()
	if d.channel.looks != 1 || len(d.channel.posts) != 5 {
		t.Errorf("%d looks for %d posts", d.channel.looks, len(d.channel.posts))
	}
}

func TestARedisWithoutAReplicaIsYoungAndAlone(t *testing.T) {
	d := newTestEngine(t)
	if s := d.Store.redisState(t.Context()); !s.restarted || s.replicas != 0 {
		t.Errorf("a server that has just started stands as %+v", s)
	}
}

func TestAPostWaitsUntilAReplicaOfRedisKnowsOfIt(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.redisState = func(context.Context) redisState { return redisState{replicas: 1} } // which is gone: nobody takes the note
	wantRetry(t, d.workOff())
	if len(d.channel.posts) != 0 {
		t.Fatal("it is posted though only a server that may be lost knows of it")
	}
	d.clock.pass(historyPatience)
	if errs := d.workOff(); len(errs) > 0 || len(d.channel.posts) != 1 {
		t.Errorf("a replica that stays away keeps it back for ever: %v, %d posts", errs, len(d.channel.posts))
	}
}

func TestAReplicaOfRedisThatListensTakesTheNote(t *testing.T) {
	main := redistest.Start(t)
	host, port, _ := net.SplitHostPort(main.Addr())
	redistest.Start(t, "--replicaof", host, port)
	d := newTestEngineAt(t, main)
	d.redisState = d.Store.redisState
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for d.Store.redisState(ctx).replicas == 0 {
		if ctx.Err() != nil {
			t.Fatal("the replica does not come")
		}
	}
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.tickAndWork()
	if len(d.channel.posts) != 1 {
		t.Errorf("%d posts", len(d.channel.posts))
	}
}
