package digest

import (
	"context"
	"testing"
	"time"
)

func TestATickThatRunsOutOfTimeHasGotAhead(t *testing.T) {
	d := newTestEngine(t)
	for n := range tickBatch + 10 {
		d.addIn("C"+string(rune('A'+n/MaxPerChannel)), "digest add cron \"*/5 * * * *\" codes 126531 last 15m")
	}
	d.clock.to(start.AddDate(0, 0, 7))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	d.Engine.Observe = func(event string, _ int) {
		if event == EventDue {
			cancel() // its time is over while it works on the first of them
		}
	}
	if err := d.tick(ctx); err == nil {
		t.Fatal("a tick whose time is over says nothing")
	}
	if d.Healthy() {
		t.Error("well, though no tick has succeeded for a week")
	}
	if open := len(d.opened()); open != tickBatch {
		t.Errorf("%d slots are open after a tick that was cut short, want %d", open, tickBatch)
	}
	if open := len(d.due()); open != tickBatch+10 || !d.Healthy() {
		t.Errorf("after the next tick %d slots are open, well %v", open, d.Healthy())
	}
}

func TestTheLagCountsWhatIsDueAndNotYetOpen(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(10*time.Second + 20*time.Minute))
	if _, err := d.look(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lag := d.Lag(); lag != 20*time.Minute {
		t.Errorf("lag %s, though a slot has been due for 20 minutes and nobody opened it", lag)
	}
}

func TestAReplicaWhoseClockIsAheadPostsNothingEarly(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.machine = func() time.Time { return time.Now().Add(4 * time.Minute) }
	d.clock.to(start.Add(10*time.Second + 3*time.Minute)) // by its own clock; by Redis's it is a minute before nine
	if open := d.due(); len(open) != 0 {
		t.Fatalf("%v is open a minute early", open)
	}
	d.clock.pass(2 * time.Minute)
	if open := d.due(); len(open) != 1 {
		t.Errorf("open %v at a minute past nine", open)
	}
}

func TestAConditionIsJudgedWhenLateResultsAreInForTheWindowOfItsSlot(t *testing.T) {
	d := newTestEngine(t)
	d.Settle = 2 * time.Minute
	added := d.add("digest add every 15m if >100 codes 126531 last 15m")
	slot := added.Next
	d.clock.to(slot.Add(time.Second))
	d.due()
	if waiting, err := d.inspector.ListScheduledTasks(d.Store.queue()); err != nil || len(waiting) != 1 || len(d.pendingTasks()) != 0 {
		t.Fatalf("the queue keeps %v back, %v", waiting, err)
	}
	d.clock.pass(time.Minute)
	if _, err := d.look(t.Context()); err != nil || d.Lag() != 0 {
		t.Errorf("a slot that is not readyAt counts as late by %s, %v", d.Lag(), err)
	}
	d.total = 500
	d.clock.to(slot.Add(d.Settle + time.Second))
	d.workOff()
	if len(d.channel.posts) != 1 || !d.asked[0].Equal(slot) {
		t.Fatalf("%d posts, asked as of %s, want %s", len(d.channel.posts), d.asked, slot)
	}
	if p := d.channel.posts[0]; p.Late() || !p.Answer.End.Equal(slot) || !d.get(added.ID).State.Since.Equal(slot) {
		t.Errorf("late %v, tells of a window to %s", p.Late(), p.Answer.End)
	}
}

func TestAConditionIsNotJudgedEarlyByAReplicaWhoseClockIsAhead(t *testing.T) {
	d := newTestEngine(t)
	d.Settle = 2 * time.Minute
	d.machine = func() time.Time { return time.Now().Add(4 * time.Minute) }
	added := d.add("digest add every 15m if >100 codes 126531 last 15m")
	d.clock.to(added.Next.Add(4*time.Minute + time.Second)) // a second past the slot by the others' clocks
	d.due()
	if wait := wantRetry(t, d.workOff()); wait < time.Minute {
		t.Errorf("it is judged in %s", wait)
	}
}
