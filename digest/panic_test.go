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
		go e.every(ctx, time.Second, "panicking", func(context.Context) error {
			if steps++; steps == 1 {
				panic("a tick too many")
			}
			return nil
		})
		time.Sleep(2500 * time.Millisecond)
		stop()
		synctest.Wait()
		if steps != 3 {
			t.Errorf("%d steps", steps)
		}
	})
}

func TestADigestWhoseTextMakesTheParserPanicKeepsNoOtherFromItsSlot(t *testing.T) {
	d := newDesk(t)
	bad, well := d.add("digest add daily 09:00 codes 1 last 24h"), d.add("digest add daily 09:00 codes 2 last 24h")
	read := d.Book.Read
	d.Book.Read = func(text string, now time.Time) (commands.Command, error) {
		if text == bad.Add.String() {
			panic("a digest too many")
		}
		return read(text, now)
	}
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.workOff()
	if len(d.room.posts) != 1 || d.room.posts[0].Digest.ID != well.ID {
		t.Errorf("%d posts", len(d.room.posts))
	}
	if got := mustList(d); len(got) != 2 {
		t.Errorf("%d digests are listed", len(got))
	}
}

func TestAPanicWhileAnOutageIsToldEndsThatSlotAlone(t *testing.T) {
	d := newDesk(t)
	d.silent()
	d.clock.to(start.Add(15*time.Minute + 11*time.Second))
	d.due()
	d.workOff()
	d.clock.pass(patience)
	d.letChange()
	d.room.changing = func() { d.room.changing = nil; panic("a change too many") }
	d.workOff()
	if err := d.Book.DB.Del(t.Context(), d.Book.outageKey("C0OPS")+":lease").Err(); err != nil { // it has expired
		t.Fatal(err)
	}
	d.outlast()
	if last := d.room.changes[len(d.room.changes)-1]; len(d.room.told) != 1 || len(last.Digests) != 3 {
		t.Errorf("owners told %d times; the message stands for %d digests", len(d.room.told), len(last.Digests))
	}
}

func TestAPanicWhileOneDigestIsTakenOverLeavesTheOthers(t *testing.T) {
	d := newDesk(t)
	d.add("digest add daily 09:00 codes 1 last 24h")
	well := d.addIn("C0OTHER", "digest add daily 09:00 codes 2 last 24h")
	d.moveBack()
	d.Channel = strangers{d.room}
	if done, err := d.adopt(t.Context()); done || err != nil {
		t.Errorf("done %v, %v", done, err)
	}
	if got := mustList(d); len(got) != 0 || d.get(well.ID).ID != well.ID {
		t.Errorf("%d digests of the first channel are taken over", len(got))
	}
}

// strangers panics where it is asked whose #ops is.
type strangers struct{ *room }

func (s strangers) Ours(ctx context.Context, channel, owner string) (bool, error) {
	if channel == "C0OPS" {
		panic("a channel too many")
	}
	return s.room.Ours(ctx, channel, owner)
}
