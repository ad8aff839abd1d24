package digest

import (
	"testing"
	"time"
)

func TestWhatWasChangedMeanwhileIsNotWrittenOver(t *testing.T) {
	for name, tc := range map[string]struct {
		refuse error
		change func(*testEngine, Digest) error
	}{
		"changed": {nil, func(d *testEngine, before Digest) error {
			to := before.Add
			to.If = overCount(50)
			_, err := d.Store.Change(d.t.Context(), before, to)
			return err
		}},
		"mended and resumed while its channel refused": {&Refusal{Reason: "is_archived", Scope: ScopeChannel}, func(d *testEngine, before Digest) error {
			if err := d.Store.Pause(d.t.Context(), before, Pause{By: "U0ALICE", At: start}); err != nil {
				return err
			}
			return d.Store.Resume(d.t.Context(), before)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newTestEngine(t)
			added := d.add("digest add every 15m if >100 codes 126531 last 15m")
			d.total, d.channel.refuse = 500, tc.refuse
			d.clock.to(start.Add(11 * time.Second))
			d.due()
			d.channel.posting = func() {
				if err := tc.change(d, added); err != nil {
					t.Error(err)
				}
			}
			d.workOff()
			got := d.get(added.ID)
			if len(d.channel.told) != 0 {
				t.Errorf("its owner was told %+v", d.channel.told)
			}
			if got.State != nil || got.Paused != nil || got.Next.IsZero() || len(got.Last) != 1 {
				t.Errorf("over %+v, paused %+v, next %s, last %+v", got.State, got.Paused, got.Next, got.Last)
			}
		})
	}
}

func TestResumeForgetsAConditionOfLongAgo(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add every 15m if >100 codes 126531 last 15m")
	d.total = 500
	d.clock.to(start.Add(11 * time.Second))
	d.tickAndWork()
	if err := d.Store.Pause(t.Context(), added, Pause{By: "U0ALICE", At: start}); err != nil {
		t.Fatal(err)
	}
	d.clock.pass(30 * 24 * time.Hour)
	if err := d.Store.Resume(t.Context(), d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	d.total = 0
	d.clock.pass(15 * time.Minute)
	d.tickAndWork()
	if len(d.channel.posts) != 1 {
		t.Errorf("it posted %q about a month ago", d.channel.posts[1].Outcome)
	}
}

func TestADigestIsInOneChannelHoweverItIsMoved(t *testing.T) {
	d := newTestEngine(t)
	old := d.add("digest add daily 09:00 codes 126531 last 24h")
	to := old.Add
	to.Channel = "C0OTHER"
	if _, err := d.Store.Change(t.Context(), old, to); err != nil {
		t.Fatal(err)
	}
	to.Channel = "C0THIRD"
	if _, err := d.Store.Change(t.Context(), old, to); err != nil { // who read it before the first move
		t.Fatal(err)
	}
	for _, channel := range []string{"C0OPS", "C0OTHER", "C0THIRD"} {
		ids, err := d.Store.DB.SMembers(t.Context(), d.Store.channelKey(channel)).Result()
		if err != nil || (len(ids) == 1) != (channel == "C0THIRD") {
			t.Errorf("%s holds %v, %v", channel, ids, err)
		}
	}
	if err := d.Store.Remove(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Store.DB.SCard(t.Context(), d.Store.channelKey("C0THIRD")).Result(); err != nil || n != 0 {
		t.Errorf("after it was removed its channel holds %d, %v", n, err)
	}
}

func TestWithoutACatchUpASlotIsPostedAllTheSame(t *testing.T) {
	d := newTestEngine(t)
	engine := New(Config{Store: d.Store, Channel: d.channel, Answer: d.answer, CatchUp: 0, Observe: d.Observe, Log: d.Log, Now: d.clock.Now})
	d.Engine = engine
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(15 * time.Second))
	d.tickAndWork()
	if len(d.channel.posts) != 1 {
		t.Errorf("%d posts", len(d.channel.posts))
	}
}
