package digest

import (
	"context"
	"testing"
	"time"
)

func TestATickThatRunsOutOfTimeHasGotAhead(t *testing.T) {
	d := newDesk(t)
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
	if d.Well() {
		t.Error("well, though no tick has succeeded for a week")
	}
	if open := len(d.opened()); open != tickBatch {
		t.Errorf("%d slots are open after a tick that was cut short, want %d", open, tickBatch)
	}
	if open := len(d.due()); open != tickBatch+10 || !d.Well() {
		t.Errorf("after the next tick %d slots are open, well %v", open, d.Well())
	}
}

func TestTheLagCountsWhatIsDueAndNotYetOpen(t *testing.T) {
	d := newDesk(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(10*time.Second + 20*time.Minute))
	if err := d.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if lag := d.Lag(); lag != 20*time.Minute {
		t.Errorf("lag %s, though a slot has been due for 20 minutes and nobody opened it", lag)
	}
}

func TestAReplicaWhoseClockIsAheadPostsNothingEarly(t *testing.T) {
	d := newDesk(t)
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
