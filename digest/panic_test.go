package digest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"catbot/commands"
)

func TestAPanicInOneStepOfALoopLeavesTheNextStepsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &Engine{Config: Config{Log: noLog}}
		ctx, stop := context.WithCancel(t.Context())
		steps := 0
		go e.loop(ctx, "panicking", func(context.Context) error {
			if steps++; steps == 1 {
				panic("a tick too many")
			}
			return nil
		}, func(ctx context.Context) { _ = sleep(ctx, time.Second) })
		time.Sleep(2500 * time.Millisecond)
		stop()
		synctest.Wait()
		if steps != 3 {
			t.Errorf("%d steps", steps)
		}
	})
}

func TestADigestWhoseTextMakesTheParserPanicKeepsNoOtherFromItsSlot(t *testing.T) {
	d := newTestEngine(t)
	bad, well := d.add("digest add daily 09:00 codes 1 last 24h"), d.add("digest add daily 09:00 codes 2 last 24h")
	read := d.Store.Read
	d.Store.Read = func(text string, now time.Time) (commands.Command, error) {
		if text == bad.Add.String() {
			panic("a digest too many")
		}
		return read(text, now)
	}
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.workOff()
	if len(d.channel.posts) != 1 || d.channel.posts[0].Digest.ID != well.ID {
		t.Errorf("%d posts", len(d.channel.posts))
	}
	if got := mustList(d); len(got) != 2 {
		t.Errorf("%d digests are listed", len(got))
	}
}

// panickyHistory panics where a channel's history is read.
type panickyHistory struct{ *fakeChannel }

func (panickyHistory) Marks(context.Context, string, string, time.Time) (map[Mark]string, error) {
	panic("a page too many")
}

func TestAPanicBeforeAPostFailsThatSlotAloneAndLeavesNothingLocked(t *testing.T) {
	for name, breakIt := range map[string]func(*testEngine){
		"while the channel's history is read": func(d *testEngine) {
			d.Channel = panickyHistory{d.channel}
			d.redisState = func(context.Context) redisState { return redisState{restarted: true} }
		},
		"while redis is asked for its state": func(d *testEngine) {
			d.redisState = func(context.Context) redisState { panic("a field too many") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newTestEngine(t)
			added := d.add("digest add every 15m codes 126531 last 15m")
			breakIt(d)
			d.clock.to(start.Add(11 * time.Second))
			d.due()
			d.workOff()
			if got := d.get(added.ID); len(d.opened()) != 0 || got.Last[0].Outcome != Failed || len(d.channel.told) != 1 {
				t.Fatalf("open %v, last %+v, %d notices", d.opened(), got.Last, len(d.channel.told))
			}
			d.Channel = d.channel
			d.redisState = func(context.Context) redisState { return redisState{restarted: true} }
			d.clock.pass(15 * time.Minute)
			d.tickAndWork()
			if len(d.channel.posts) != 1 {
				t.Errorf("%d posts of the next slot", len(d.channel.posts))
			}
		})
	}
}

func TestAPanicWhileAnOutageIsToldEndsThatSlotAlone(t *testing.T) {
	d := newTestEngine(t)
	d.silent()
	d.clock.to(start.Add(15*time.Minute + 11*time.Second))
	d.due()
	d.workOff()
	d.clock.pass(retryCATFor)
	d.letChange()
	d.channel.changing = func() { d.channel.changing = nil; panic("a change too many") }
	d.workOff()
	if err := d.Store.DB.Del(t.Context(), d.Store.outageKey("C0OPS")+":lease").Err(); err != nil { // it has expired
		t.Fatal(err)
	}
	d.outlast()
	if last := d.channel.changes[len(d.channel.changes)-1]; len(d.channel.told) != 1 || len(last.Digests) != 3 {
		t.Errorf("owners told %d times; the message stands for %d digests", len(d.channel.told), len(last.Digests))
	}
}

func TestAPanicWhileOneDigestIsTakenOverLeavesTheOthers(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 1 last 24h")
	well := d.addIn("C0OTHER", "digest add daily 09:00 codes 2 last 24h")
	d.moveBack()
	d.Channel = strangers{d.channel}
	if done, err := d.migrate(t.Context()); done || err != nil {
		t.Errorf("done %v, %v", done, err)
	}
	if got := mustList(d); len(got) != 0 || d.get(well.ID).ID != well.ID {
		t.Errorf("%d digests of the first channel are taken over", len(got))
	}
}

// strangers panics where it is asked whose #ops is.
type strangers struct{ *fakeChannel }

func (s strangers) Access(ctx context.Context, channel, owner string) (Access, error) {
	if channel == "C0OPS" {
		panic("a channel too many")
	}
	return s.fakeChannel.Access(ctx, channel, owner)
}
