package digest

import (
	"slices"
	"testing"
	"time"

	"catbot/store/redistest"
)

func TestAMessageThatIsGoneIsReplacedByOneThatContinues(t *testing.T) {
	d := newTestEngine(t)
	d.add(watchEvery15)
	d.runSlots(0, 150)
	d.channel.unedited = &Refusal{Reason: "message_not_found", Gone: true}
	d.runSlots(1, 160)
	d.channel.unedited = nil
	d.runSlots(2, 170, 0)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Crossed, Recovered}) {
		t.Fatalf("the channel heard %v", heard)
	}
	second := d.channel.posts[1].Incident
	if !second.Continued || !second.Begin.Equal(slotOf(0).Add(-2*time.Second)) {
		t.Errorf("the second message says %+v", second)
	}
	for _, e := range d.channel.edits {
		if e.Root != "at 2" {
			t.Errorf("edits %s", e.Root)
		}
	}
}

func TestAMessageThatIsGoneInASilenceIsReplacedAfterIt(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	if err := d.Store.Mute(t.Context(), added, &Mute{Until: slotOf(2)}); err != nil {
		t.Fatal(err)
	}
	d.channel.unedited = &Refusal{Reason: "message_not_found", Gone: true}
	d.runSlots(1, 160)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed}) {
		t.Fatalf("it speaks while muted: %v", heard)
	}
	d.channel.unedited = nil
	d.runSlots(2, 170)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Crossed}) || !d.channel.posts[1].Incident.Continued {
		t.Errorf("the channel heard %v", heard)
	}
}

func TestTheEndOfAnIncidentWhoseMessageIsGoneIsANewMessage(t *testing.T) {
	d := newTestEngine(t)
	d.add(watchEvery15)
	d.runSlots(0, 150)
	d.channel.unedited = &Refusal{Reason: "message_not_found", Gone: true}
	d.runSlots(1, 0)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) || d.channel.posts[1].Thread != "" {
		t.Fatalf("the channel heard %v", heard)
	}
}

func TestAnEditThatSlackRefusesForNowIsMadeUpForByTheNextAndTheLastIsRepeated(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	busy := &Refusal{Reason: "ratelimited", Wait: 20 * time.Second}
	d.channel.unedited = busy
	d.runSlots(1, 160)
	if got := d.get(added.ID); got.State.Incident.Now.Value != 160 || got.Last[0].Outcome != Quiet {
		t.Errorf("a slot waits for an edit: %+v", got.Last[0])
	}
	d.total = 0
	d.clock.to(slotOf(2))
	d.due()
	if wait := wantRetry(t, d.workOff()); wait != busy.Wait {
		t.Errorf("waits %s", wait)
	}
	d.channel.unedited = nil
	d.clock.pass(busy.Wait)
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if len(d.channel.edits) != 1 || d.channel.edits[0].IsOpen() || len(d.channel.posts) != 2 {
		t.Errorf("edits %+v, %d posts", d.channel.edits, len(d.channel.posts))
	}
}

func TestAnEndThatSlackNeverConfirmsIsLeftToTheNextSlot(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	d.channel.unedited, d.total = errLine, 0
	d.clock.to(slotOf(1))
	d.due()
	wantRetry(t, d.workOff())
	d.clock.pass(2*time.Hour + 2*retryCATFor)
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := d.get(added.ID); got.Last[0].Outcome != TooLate || !got.State.Over {
		t.Errorf("it ended %s, over %v", got.Last[0].Outcome, got.State.Over)
	}
	d.channel.unedited = nil
	d.runSlots(12, 0)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) {
		t.Errorf("the channel heard %v", heard)
	}
}

// TestWhoLostItsLeaseEditsNothing: a replica sleeps after it has decided, and wakes when others have done its slot and
// the next, whether somebody holds the lease then or nobody.
func TestWhoLostItsLeaseEditsNothing(t *testing.T) {
	for name, free := range map[string]bool{"while another works": false, "when nobody does": true} {
		t.Run(name, func(t *testing.T) {
			server := redistest.Start(t)
			one, two := newTestEngineAt(t, server), newTestEngineAt(t, server)
			added := one.add(watchEvery15)
			one.runSlots(0, 150)
			one.clock.to(slotOf(1))
			a, err := one.startAttempt(t.Context(), one.due()[0])
			if err != nil {
				t.Fatal(err)
			}
			d := one.get(added.ID)
			answer := one.answer(t.Context(), d.Add.Command, a.ref.slot.At)
			next, err := one.decide(t.Context(), a, d, answer, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := one.Store.DB.Del(t.Context(), one.Store.leaseKey(added.ID)).Err(); err != nil {
				t.Fatal(err)
			}
			two.runSlots(1, 200, 900)
			if !free {
				if _, err := two.Store.DB.Lease(t.Context(), two.Store.leaseKey(added.ID), leaseTime); err != nil {
					t.Fatal(err)
				}
			}
			if held, err := a.lease.Renew(t.Context()); err != nil || held != free {
				t.Fatalf("the first renews its lease: %t, %v", held, err)
			}
			if err := one.carryOut(t.Context(), a, d, next, answer); !isRetry(err) || len(one.channel.edits) != 0 {
				t.Errorf("the first said %v and changed the message to %+v", err, one.channel.edits)
			}
			if len(two.channel.edits) != 2 {
				t.Errorf("the second changed it %d times", len(two.channel.edits))
			}
		})
	}
}
