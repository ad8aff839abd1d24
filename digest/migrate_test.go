package digest

import (
	"strings"
	"testing"
	"time"

	"catbot/store"
	"catbot/store/redistest"
)

// moveBack makes of everything in d's space what a version before spaces would have left.
func (d *testEngine) moveBack() {
	d.t.Helper()
	keys, err := d.Store.DB.Keys(d.t.Context(), Prefix+"|*").Result()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, key := range keys {
		if strings.Contains(key, ":spoke:") { // it is gone before one looks
			continue
		}
		old := strings.Replace(key, "|"+d.Store.Space, "", 1)
		if err := d.Store.DB.Rename(d.t.Context(), key, old).Err(); err != nil {
			d.t.Fatal(err)
		}
	}
}

// migrateAll runs a round of migrate and fails unless none is left to try again.
func (d *testEngine) migrateAll() {
	d.t.Helper()
	if done, err := d.migrate(d.t.Context()); err != nil || !done {
		d.t.Fatalf("done %v, %v", done, err)
	}
}

func TestDigestsOfAnEarlierVersionGoOnWithoutLossOrRepetition(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *testEngine{
		"on a Redis": newTestEngine,
		"in the process": func(t *testing.T) *testEngine {
			store, err := store.Open("", noLog)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			return newTestEngineOn(t, store.DB())
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := start(t)
			open, paused, later := d.add("digest add every 15m if >100 codes 1 last 15m"), d.add("digest add daily 09:00 codes 2 last 24h"), d.add("digest add daily 12:00 codes 3 last 24h")
			foreign := d.addIn("C0ELSEWHERE", "digest add daily 09:00 codes 4 last 24h")
			if err := d.Store.Pause(t.Context(), paused, Pause{By: "U0ALICE", At: d.clock.Now()}); err != nil {
				t.Fatal(err)
			}
			d.clock.to(open.Next.Add(time.Second))
			key := d.due()[0]
			if strings.HasPrefix(key, foreign.ID) {
				key = d.opened()[1]
			}
			a, err := d.startAttempt(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.runReservePost(t.Context(), "C0OPS", false); err != nil { // a post is under way when the version changes
				t.Fatal(err)
			}
			d.moveBack()
			if done, err := d.migrate(t.Context()); err != nil || done {
				t.Fatalf("with a replica of the earlier version at it: done %v, %v", done, err)
			}
			if err := d.Store.DB.Del(t.Context(), oldPrefix+"c:"+open.ID).Err(); err != nil {
				t.Fatal(err)
			}
			d.migrateAll()
			d.migrateAll() // another replica, or the next start
			if got := d.get(later.ID); !got.Next.Equal(later.Next) {
				t.Errorf("next %s, want %s", got.Next, later.Next)
			}
			if got := d.get(paused.ID); got.Paused == nil || !got.Next.IsZero() {
				t.Errorf("paused %+v, next %s", got.Paused, got.Next)
			}
			if keys := d.opened(); len(keys) != 1 || keys[0] != key {
				t.Errorf("open %v, want %s", keys, key)
			}
			if a, err := d.startAttempt(t.Context(), key); err != nil || a.state.tries != 1 {
				t.Errorf("the slot has forgotten the post that was under way: %+v, %v", a, err)
			}
			if n, err := d.Store.DB.Exists(t.Context(), oldDigest+foreign.ID).Result(); err != nil || n != 1 {
				t.Errorf("a digest of another workspace is gone: %d, %v", n, err)
			}
			if all := mustList(d); len(all) != 3 {
				t.Errorf("%d digests are listed", len(all))
			}
		})
	}
}

func TestTwoInstallationsOnOneRedisLeaveEachOthersDigestsAlone(t *testing.T) {
	server := redistest.Start(t)
	ours, theirs := newTestEngineAt(t, server), newTestEngineAt(t, server)
	theirs.Store.Space = "T0OTHER.U0CATBOT"
	added := ours.add("digest add daily 09:00 codes 126531 last 24h")
	for _, d := range []*testEngine{ours, theirs} {
		d.clock.to(start.Add(11 * time.Second))
	}
	theirs.channel.refuse = &Refusal{Reason: "channel_not_found", Scope: ScopeChannel}
	theirs.tickAndWork()
	if _, err := theirs.Store.Get(t.Context(), added.ID); err == nil || len(mustList(theirs)) != 0 {
		t.Error("they know of our digest")
	}
	ours.due()
	if len(theirs.pendingTasks()) != 0 {
		t.Error("they are handed our slot")
	}
	ours.tickAndWork()
	if got := ours.get(added.ID); len(ours.channel.posts) != 1 || got.Paused != nil {
		t.Errorf("%d posts, paused %+v", len(ours.channel.posts), got.Paused)
	}
}

func TestADigestOfAnEarlierVersionGoesToTheBotThatIsAMemberOfItsChannel(t *testing.T) {
	server := redistest.Start(t)
	member, visible := newTestEngineAt(t, server), newTestEngineAt(t, server)
	visible.Store.Space, visible.channel.notMember = "T0OPS.U0OTHER", true
	added := member.add("digest add daily 09:00 codes 126531 last 24h")
	member.moveBack()
	if done, err := visible.migrate(t.Context()); err != nil || done {
		t.Fatalf("the bot that is not a member does not try again: %v, %v", done, err)
	}
	member.migrateAll()
	visible.clock.pass(visibleWait)
	visible.migrateAll()
	if got := member.get(added.ID); got.ID != added.ID || len(mustList(visible)) != 0 {
		t.Errorf("the member has %q, the other bot %d digests", got.ID, len(mustList(visible)))
	}
}

func TestADigestOfAnEarlierVersionIsNotLeftBehindWhereNoBotIsAMember(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.moveBack()
	d.channel.notMember = true
	for _, wait := range []time.Duration{0, visibleWait / 2} {
		d.clock.pass(wait)
		if done, err := d.migrate(t.Context()); err != nil || done || len(mustList(d)) != 0 {
			t.Fatalf("after %s: done %v, %v, %d digests", wait, done, err, len(mustList(d)))
		}
	}
	d.clock.pass(visibleWait / 2)
	d.migrateAll()
	if got := d.get(added.ID); got.ID != added.ID {
		t.Error("it is lost")
	}
}

func TestASlotThatWasUnscheduledByADefectIsDueWhenItIsBroughtOver(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.moveBack()
	if err := d.Store.DB.ZRem(t.Context(), oldPrefix+"due", added.ID).Err(); err != nil {
		t.Fatal(err)
	}
	d.migrateAll()
	if got := d.get(added.ID); got.Next.IsZero() {
		t.Error("it is still without a next run")
	}
}
