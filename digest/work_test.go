package digest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"catbot/catapi"
)

var errLine = errors.New("the line is cut")

func TestADigestPostsAtItsSlotTheWindowOfItsSlot(t *testing.T) {
	d := newDesk(t)
	d.total = 982
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	if open := d.due(); len(open) != 0 {
		t.Fatalf("ten seconds early %v is open", open)
	}
	slot := start.Add(10 * time.Second)
	d.clock.to(slot.Add(3 * time.Second))
	d.tickAndWork()
	if len(d.room.posts) != 1 {
		t.Fatalf("%d posts, want 1", len(d.room.posts))
	}
	p := d.room.posts[0]
	if p.Outcome != Posted || p.Answer.Total != 982 || !p.Answer.End.Equal(slot) || !p.Answer.Begin.Equal(slot.Add(-24*time.Hour)) || p.Late() {
		t.Errorf("posted %s of %d from %s to %s, late %v", p.Outcome, p.Answer.Total, p.Answer.Begin, p.Answer.End, p.Late())
	}
	if mark := p.Mark(); mark.Digest != added.ID || mark.Slot != "2026-11-23T09:00 Asia/Shanghai" {
		t.Errorf("marked %+v", mark)
	}
	after := d.get(added.ID)
	if !after.Next.Equal(slot.AddDate(0, 0, 1)) || len(after.Last) != 1 || after.Last[0].Outcome != Posted || after.Last[0].Total != 982 {
		t.Errorf("next %s, last %+v", after.Next, after.Last)
	}
	d.tickAndWork()
	if len(d.room.posts) != 1 || len(d.opened()) != 0 {
		t.Errorf("%d posts, open %v", len(d.room.posts), d.opened())
	}
}

func TestDownOverSlotsTheLatestIsMadeUpForMarkedLate(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add every 15m codes 126531 last 15m")
	d.clock.to(start.Add(2*time.Hour + 20*time.Minute)) // 11:19:50: nine slots have passed, 11:15 the latest
	d.tickAndWork()
	if len(d.room.posts) != 1 {
		t.Fatalf("%d posts, want one", len(d.room.posts))
	}
	if p := d.room.posts[0]; p.Slot.Wall != "2026-11-23T11:15+08:00" || !p.Late() {
		t.Errorf("slot %s, late %v", p.Slot, p.Late())
	}
	if p := d.room.posts[0]; !p.Answer.End.Equal(p.Slot.At) || !p.Answer.Begin.Equal(p.Slot.At.Add(-15*time.Minute)) {
		t.Errorf("it tells of %s to %s", p.Answer.Begin, p.Answer.End)
	}
	if m := d.get(added.ID).Missed; m == nil || m.Count != 9 {
		t.Errorf("missed %+v, want 9", m)
	}
	if d.events[EventSkipped] != 9 || d.events[EventDue] != 1 || d.events[EventLate] != 1 {
		t.Errorf("events %v", d.events)
	}
}

func TestASlotOlderThanTheCatchUpIsSkipped(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(3 * time.Hour))
	if open := d.due(); len(open) != 0 {
		t.Fatalf("%v is open", open)
	}
	got := d.get(added.ID)
	if got.Missed == nil || got.Missed.Count != 1 || !got.Next.Equal(start.Add(10*time.Second).AddDate(0, 0, 1)) {
		t.Errorf("missed %+v, next %s", got.Missed, got.Next)
	}
}

func TestDownForAYearIsCountedToAThousand(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add every 5m codes 126531 last 15m")
	d.clock.to(start.AddDate(1, 0, 0))
	d.tickAndWork()
	if got := d.get(added.ID); got.Missed == nil || got.Missed.Count < MaxMissed || got.Missed.Count > MaxMissed+20 || len(d.room.posts) != 1 {
		t.Errorf("missed %+v, %d posts", got.Missed, len(d.room.posts))
	}
}

func TestAConditionSpeaksWhenItIsCrossedEitherWay(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add every 15m if >100 codes 126531 last 15m")
	for i, step := range []struct {
		total int64
		want  Outcome
	}{{100, Quiet}, {101, Crossed}, {5000, Quiet}, {101, Quiet}, {100, Recovered}, {0, Quiet}, {700, Crossed}} {
		d.total = step.total
		d.clock.to(start.Add(time.Duration(i)*15*time.Minute + 12*time.Second))
		d.tickAndWork()
		got := d.get(added.ID)
		if got.Last[0].Outcome != step.want || got.Last[0].Total != step.total {
			t.Fatalf("step %d: %+v, want %s", i, got.Last[0], step.want)
		}
	}
	var said []Outcome
	for _, p := range d.room.posts {
		said = append(said, p.Outcome)
	}
	if !slices.Equal(said, []Outcome{Crossed, Recovered, Crossed}) {
		t.Errorf("the channel heard %v", said)
	}
	if p := d.room.posts[1]; !p.Since.Equal(start.Add(15*time.Minute + 10*time.Second)) {
		t.Errorf("recovered from what began at %s", p.Since)
	}
}

func TestCATIsAskedForTenMinutesThenItsSilenceIsTold(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.fault = errLine
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	asked := 0
	for len(d.opened()) > 0 {
		errs := d.workOff()
		if len(d.room.posts) > 0 {
			break
		}
		wait := wantLater(t, errs)
		if wait < 5*time.Second || wait > time.Minute {
			t.Fatalf("waits %s", wait)
		}
		d.clock.pass(wait)
		if asked++; asked > 60 {
			t.Fatal("it asks for ever")
		}
	}
	if p := d.room.posts[0]; p.Outcome != NoAnswer || p.Answer.Err() == nil || d.clock.Now().Sub(start) < 10*time.Minute || d.clock.Now().Sub(start) > 12*time.Minute {
		t.Errorf("%s said %s", d.clock.Now().Sub(start), p.Outcome)
	}
	if r := d.get(added.ID).Last[0]; r.Outcome != NoAnswer || r.Trouble == nil {
		t.Errorf("noted %+v", r)
	}
}

func TestAConditionIsToldOnceThatCATIsSilentAndKeepsItsState(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add every 15m if >100 codes 126531 last 15m")
	slot := func(i int) time.Time { return start.Add(time.Duration(i)*15*time.Minute + 12*time.Second) }
	d.total = 500
	d.clock.to(slot(0))
	d.tickAndWork()
	d.fault = errLine
	for i := 1; i <= 2; i++ {
		d.clock.to(slot(i))
		d.due()
		wantLater(t, d.workOff())
		d.clock.pass(11 * time.Minute)
		d.workOff()
	}
	d.fault, d.total = nil, 50
	d.clock.to(slot(3))
	d.tickAndWork()
	var said []Outcome
	for _, p := range d.room.posts {
		said = append(said, p.Outcome)
	}
	if !slices.Equal(said, []Outcome{Crossed, NoAnswer, Recovered}) {
		t.Errorf("the channel heard %v", said)
	}
	if over := d.get(added.ID).Over; over.Silent || over.Over {
		t.Errorf("state %+v", over)
	}
}

func TestWhatBecameOfAPostIsLookedUpBeforeAnother(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.lose = errLine // taken, but nobody hears of it
	wantLater(t, d.workOff())
	d.room.lose = nil
	if wait := wantLater(t, d.workOff()); wait > settling {
		t.Errorf("waits %s for slack's history", wait)
	}
	d.clock.pass(settling)
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if len(d.room.posts) != 1 || d.get(added.ID).Last[0].Outcome != Posted {
		t.Errorf("%d posts, %+v", len(d.room.posts), d.get(added.ID).Last)
	}
}

func TestAPostThatWasNotTakenIsPostedAgain(t *testing.T) {
	d := newDesk(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.refuse = errLine
	wantLater(t, d.workOff())
	d.room.refuse = nil
	d.clock.pass(settling)
	d.workOff()
	if len(d.room.posts) != 1 || d.room.posts[0].Repeated {
		t.Errorf("posts %+v", d.room.posts)
	}
}

func TestWhereTheChannelCannotBeReadTheDoubtIsPostedAndMarked(t *testing.T) {
	d := newDesk(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.lose, d.room.blind = errLine, &Refusal{Reason: "missing_scope"}
	wantLater(t, d.workOff())
	d.room.lose = nil
	d.clock.pass(settling)
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if len(d.room.posts) != 2 || d.room.posts[0].Repeated || !d.room.posts[1].Repeated {
		t.Errorf("%d posts", len(d.room.posts))
	}
}

func TestAChannelThatTakesNothingPausesItsDigestAndItsOwnerIsTold(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.refuse = &Refusal{Reason: "is_archived", Of: OfChannel}
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	got := d.get(added.ID)
	if got.Paused == nil || got.Paused.Reason != "is_archived" || !got.Next.IsZero() || len(d.room.told) != 1 || len(d.opened()) != 0 {
		t.Errorf("paused %+v, next %s, told %+v", got.Paused, got.Next, d.room.told)
	}
	d.clock.pass(25 * time.Hour)
	if open := d.due(); len(open) != 0 {
		t.Errorf("a paused digest has %v open", open)
	}
	d.room.refuse = nil
	if err := d.Book.Resume(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	d.clock.pass(23 * time.Hour)
	d.tickAndWork()
	if len(d.room.posts) != 1 {
		t.Errorf("%d posts after it was resumed", len(d.room.posts))
	}
}

func TestARefusalForGoodIsKeptAndTheOwnerToldOnce(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.refuse = &Refusal{Reason: "restricted_action_thread_locked"}
	if errs := d.workOff(); len(errs) != 1 {
		t.Fatalf("errors %v: the queue is to archive it", errs)
	}
	got := d.get(added.ID)
	if got.Paused != nil || got.Last[0].Outcome != Failed || len(d.room.told) != 1 || len(d.opened()) != 0 {
		t.Errorf("paused %+v, last %+v, told %d", got.Paused, got.Last, len(d.room.told))
	}
}

func TestSlackIsWaitedForAsLongAsItSays(t *testing.T) {
	d := newDesk(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.refuse = &Refusal{Reason: "ratelimited", Wait: 7 * time.Second}
	if wait := wantLater(t, d.workOff()); wait != 7*time.Second {
		t.Errorf("waits %s", wait)
	}
	d.room.refuse, d.room.blind = nil, errLine // a look would fail; none is needed after a refusal
	if errs := d.workOff(); len(errs) > 0 || len(d.room.posts) != 1 {
		t.Errorf("%v, %d posts", errs, len(d.room.posts))
	}
}

func TestPostingThatFailsAgainAndAgainEnds(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.refuse = errLine
	for range maxTries {
		wantLater(t, d.workOff())
		d.clock.pass(settling)
	}
	d.room.blind = errLine // the channel can't be read either: it is not posted blindly for ever
	wantLater(t, d.workOff())
	d.clock.pass(d.CatchUp)
	if errs := d.workOff(); len(errs) != 1 || len(d.opened()) != 0 {
		t.Fatalf("errors %v, open %v", errs, d.opened())
	}
	if r := d.get(added.ID).Last[0]; r.Outcome != Failed || len(d.room.told) != 1 {
		t.Errorf("noted %+v, told %d", r, len(d.room.told))
	}
}

func TestRunByHandLeavesScheduleAndConditionAlone(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 if >100 codes 126531 last 24h")
	d.total = 5
	for range 2 { // the same press, delivered twice
		if err := d.RunNow(t.Context(), added, "U0SAM", "Ev1"); err != nil {
			t.Fatal(err)
		}
	}
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	got := d.get(added.ID)
	if len(d.room.posts) != 1 || d.room.posts[0].By != "U0SAM" || d.room.posts[0].Outcome != Posted || got.Over != nil || !got.Next.Equal(added.Next.Truncate(time.Second)) {
		t.Errorf("%d posts, over %+v, next %s", len(d.room.posts), got.Over, got.Next)
	}
}

func TestAPanicEndsItsSlotAloneAndIsTold(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.Config.Channel = panicky{d.room}
	if errs := d.workOff(); len(errs) != 1 {
		t.Fatal(errs)
	}
	if r := d.get(added.ID).Last[0]; r.Outcome != Failed || len(d.opened()) != 0 || len(d.room.told) != 1 {
		t.Errorf("noted %+v, told %d", r, len(d.room.told))
	}
}

func TestACommandThatMakesNoSenseAtItsSlotIsToldToItsOwner(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 since 2026-11-01")
	d.clock.to(start.AddDate(0, 0, 10).Add(11 * time.Second)) // by then longer than 31 days
	if errs := func() []error { d.due(); return d.workOff() }(); len(errs) != 1 {
		t.Fatal(errs)
	}
	if r := d.get(added.ID).Last[0]; r.Outcome != Failed || len(d.room.told) != 1 || len(d.room.posts) != 0 {
		t.Errorf("noted %+v, told %d, posts %d", r, len(d.room.told), len(d.room.posts))
	}
}

func TestWhileSlackTakesNothingOfCatbotsDigestsWaitAndNothingIsPaused(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.refuse = &Refusal{Reason: "token_revoked", Of: OfBot}
	for range 10 {
		d.clock.pass(min(wantLater(t, d.workOff()), time.Minute))
	}
	if got := d.get(added.ID); got.Paused != nil || len(got.Last) != 0 || d.Barred() != "token_revoked" || d.events[EventBarred] != 10 {
		t.Fatalf("paused %+v, last %+v, barred %q, events %v", got.Paused, got.Last, d.Barred(), d.events)
	}
	d.room.refuse = nil
	if errs := d.workOff(); len(errs) > 0 || len(d.room.posts) != 1 || d.Barred() != "" {
		t.Errorf("errors %v, %d posts, barred %q", errs, len(d.room.posts), d.Barred())
	}
}

func TestASlotThatSlackTookNothingForIsLetGoAfterTheCatchUp(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.room.refuse = &Refusal{Reason: "slack_unreachable", Of: OfBot}
	wantLater(t, d.workOff())
	d.clock.pass(d.CatchUp + time.Minute)
	if errs := d.workOff(); len(errs) > 0 || len(d.opened()) != 0 {
		t.Fatalf("errors %v, open %v", errs, d.opened())
	}
	got := d.get(added.ID)
	if got.Paused != nil || got.Last[0].Outcome != TooLate || got.Next.IsZero() || len(d.room.told) != 0 {
		t.Errorf("paused %+v, last %+v, next %s, told %d", got.Paused, got.Last, got.Next, len(d.room.told))
	}
}

func TestWaitingInCatbotsOwnQueueIsNotToldAsCATsSilence(t *testing.T) {
	d := newDesk(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.fault = &catapi.TransportError{Op: "waiting for a turn", Cause: context.DeadlineExceeded}
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	wantLater(t, d.workOff())
	if len(d.room.posts) != 0 {
		t.Errorf("at once it posted %q", d.room.posts[0].Outcome)
	}
}
