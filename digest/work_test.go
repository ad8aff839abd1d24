package digest

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"catbot/cache/redistest"
	"catbot/catapi"
	"catbot/commands"
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

func TestPostsToOneChannelTakeTurns(t *testing.T) {
	d := newDesk(t)
	d.spacing = turnSpacing
	for range 4 {
		d.add("digest add daily 09:00 codes 126531 last 24h")
	}
	d.clock.to(start.Add(11 * time.Second))
	var waits []time.Duration
	for _, key := range d.due() {
		c, err := d.take(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		wait, err := c.turn(t.Context(), "C0OPS")
		if err != nil {
			t.Fatal(err)
		}
		again, _ := c.turn(t.Context(), "C0OPS")
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

// set changes what is kept of a digest behind catbot's back.
func (d *desk) set(id, field, value string) {
	d.t.Helper()
	if err := d.Book.Redis.HSet(d.t.Context(), digestKey(id), field, value).Err(); err != nil {
		d.t.Fatal(err)
	}
}

func TestADigestThatIsNotUnderstoodForAWhileRunsAgainByItself(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add every 15m codes 126531 last 15m")
	understood := added.Add.String()
	d.set(added.ID, "text", "digest add dayly")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	wantLater(t, d.workOff()) // another replica may understand it
	d.clock.pass(patience)
	d.due()
	if errs := d.workOff(); len(errs) != 1 {
		t.Fatalf("errors %v: the queue is to archive it", errs)
	}
	if got := mustList(d); len(got) != 1 || got[0].Broken == "" || got[0].Add.Channel != "C0OPS" || len(d.room.posts) != 0 || got[0].Next.IsZero() {
		t.Errorf("listed %+v, %d posts", got, len(d.room.posts))
	}
	for range 30 {
		d.clock.pass(rereadEvery)
		d.due()
		d.workOff()
	}
	if len(d.room.told) != 1 || len(d.opened()) != 0 {
		t.Errorf("its owner was told %d times; open %v", len(d.room.told), d.opened())
	}
	d.set(added.ID, "text", understood)
	d.clock.pass(rereadEvery)
	d.tickAndWork()
	got := d.get(added.ID)
	if len(d.room.posts) != 1 || d.clock.Now().Sub(d.room.posts[0].Slot.At) > 15*time.Minute || !got.Unread.IsZero() {
		t.Errorf("posts %+v, unread since %s", d.room.posts, got.Unread)
	}
	if got.Missed == nil || got.Missed.Count != 2 { // 09:00 and 09:15; 09:30 was made up for
		t.Errorf("missed %+v", got.Missed)
	}
}

func TestAReplicaThatUnderstandsADigestPostsWhatAnOlderOneCouldNotRead(t *testing.T) {
	server := redistest.Start(t)
	older, newer := newDeskAt(t, server), newDeskAt(t, server)
	older.Book.Read = func(string, time.Time) (commands.Command, error) { return nil, errLine }
	newer.add("digest add daily 09:00 codes 126531 last 24h")
	for _, d := range []*desk{older, newer} {
		d.clock.to(start.Add(11 * time.Second))
	}
	older.due()
	wantLater(t, older.workOff())
	newer.clock.pass(rereadEvery)
	newer.due()
	for _, err := range newer.workOff() {
		t.Error(err)
	}
	if len(newer.room.posts) != 1 || newer.room.posts[0].Slot.Wall != "2026-11-23T09:00" || len(older.room.told)+len(newer.room.told) != 0 || len(newer.opened()) != 0 {
		t.Errorf("posts %+v, told %d, open %v", newer.room.posts, len(newer.room.told), newer.opened())
	}
}

func TestResumeSchedulesWhateverHasNoNextTime(t *testing.T) {
	d := newDesk(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	if err := d.Book.Redis.ZRem(t.Context(), dueKey, added.ID).Err(); err != nil { // as an earlier version left it
		t.Fatal(err)
	}
	if err := d.Book.Resume(t.Context(), d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	if got := d.get(added.ID); !got.Next.Equal(added.Next) {
		t.Errorf("next %s, want %s", got.Next, added.Next)
	}
}

func TestDamageToOneDigestStaysItsOwn(t *testing.T) {
	d := newDesk(t)
	paused, hurt, lost := d.add("digest add daily 09:00 codes 1 last 24h"), d.add("digest add daily 09:00 codes 2 last 24h"), d.add("digest add daily 09:00 codes 3 last 24h")
	well := d.add("digest add daily 09:00 codes 4 last 24h")
	d.set(paused.ID, "paused", "{")
	d.set(hurt.ID, "last", "[{")
	if err := d.Book.Redis.Set(t.Context(), digestKey(lost.ID), "no hash", 0).Err(); err != nil {
		t.Fatal(err)
	}
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.workOff()
	var posted []string
	for _, p := range d.room.posts {
		posted = append(posted, p.Digest.ID)
	}
	slices.Sort(posted)
	if want := []string{hurt.ID, well.ID}; !slices.Equal(posted, slices.Sorted(slices.Values(want))) {
		t.Errorf("posted %v, want %v", posted, want)
	}
	if got := mustList(d); len(got) != 4 {
		t.Errorf("%d digests are listed", len(got))
	}
	if got := d.get(paused.ID); got.Paused == nil {
		t.Error("a pause that can't be read does not hold")
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

// claims opens the slots of n digests in one channel and claims them.
func (d *desk) claims(n int) []*claim {
	d.t.Helper()
	for range n {
		d.add("digest add daily 09:00 codes 126531 last 24h")
	}
	d.clock.to(start.Add(11 * time.Second))
	var claims []*claim
	for _, key := range d.due() {
		c, err := d.take(d.t.Context(), key)
		if err != nil {
			d.t.Fatal(err)
		}
		claims = append(claims, c)
	}
	return claims
}

func TestTurnsThatHavePassedDoNotFallTogether(t *testing.T) {
	d := newDesk(t)
	d.spacing = turnSpacing
	claims := d.claims(3)
	for _, c := range claims { // each had its turn long ago, and did not come to speak
		if err := d.Book.Redis.HSet(t.Context(), slotHash(c.ticket.key), "turn", 1).Err(); err != nil {
			t.Fatal(err)
		}
	}
	var last time.Duration
	for i, c := range claims {
		wait, err := c.turn(t.Context(), "C0OPS")
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && wait <= last {
			t.Errorf("turn %d is in %s, the one before in %s", i, wait, last)
		}
		last = wait
	}
}

func TestTwoPostsNeverLeaveForOneChannelTogether(t *testing.T) {
	d := newDesk(t)
	d.spacing = time.Minute // longer than this test lasts
	claims := d.claims(2)
	if n, err := claims[0].try(t.Context(), "C0OPS", false); err != nil || n != 1 {
		t.Fatalf("the first: %d, %v", n, err)
	}
	if n, err := claims[1].try(t.Context(), "C0OPS", false); err != nil || n >= 0 {
		t.Errorf("the second is let go right behind it: %d, %v", n, err)
	}
	if n, err := claims[1].try(t.Context(), "C0OTHER", false); err != nil || n != 1 {
		t.Errorf("in another channel: %d, %v", n, err)
	}
}

// postedBefore lets the post of slot key stand in the channel though Redis knows nothing of it.
func (d *desk) postedBefore(added Digest, key string) {
	d.t.Helper()
	ticket, ok := readTicket(key, time.Time{})
	if !ok {
		d.t.Fatal(key)
	}
	d.room.posts = append(d.room.posts, Post{Digest: added, Slot: ticket.slot})
}

func TestASlotThatAnOlderStateOfRedisHandsOutAgainIsNotPostedTwice(t *testing.T) {
	for name, tc := range map[string]struct {
		age      time.Duration
		standing standing
	}{
		"the slot is old":        {time.Minute, standing{}},
		"redis has just started": {time.Second, standing{young: true}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			added := d.add("digest add daily 09:00 codes 126531 last 24h")
			d.clock.to(added.Next.Add(tc.age))
			d.postedBefore(added, d.due()[0])
			d.standing = func(context.Context) standing { return tc.standing }
			if errs := d.workOff(); len(errs) > 0 || len(d.room.posts) != 1 || d.get(added.ID).Last[0].Outcome != Posted {
				t.Errorf("errors %v, %d posts", errs, len(d.room.posts))
			}
		})
	}
}

func TestASlotOfThisMomentIsPostedWithoutALook(t *testing.T) {
	d := newDesk(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.tickAndWork()
	if d.room.looks != 0 || len(d.room.posts) != 1 {
		t.Errorf("%d looks, %d posts", d.room.looks, len(d.room.posts))
	}
}

func TestAfterAStandstillOneLookServesAChannel(t *testing.T) {
	d := newDesk(t)
	for range 5 {
		d.add("digest add daily 09:00 codes 126531 last 24h")
	}
	d.clock.to(start.Add(20 * time.Minute))
	d.tickAndWork()
	if d.room.looks != 1 || len(d.room.posts) != 5 {
		t.Errorf("%d looks for %d posts", d.room.looks, len(d.room.posts))
	}
}

func TestARedisWithoutAReplicaIsYoungAndAlone(t *testing.T) {
	d := newDesk(t)
	if s := d.Book.standing(t.Context()); !s.young || s.replicas != 0 {
		t.Errorf("a server that has just started stands as %+v", s)
	}
}

func TestAPostWaitsUntilAReplicaOfRedisKnowsOfIt(t *testing.T) {
	d := newDesk(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.standing = func(context.Context) standing { return standing{replicas: 1} } // which is gone: nobody takes the note
	wantLater(t, d.workOff())
	if len(d.room.posts) != 0 {
		t.Fatal("it is posted though only a server that may be lost knows of it")
	}
	d.clock.pass(blindAfter)
	if errs := d.workOff(); len(errs) > 0 || len(d.room.posts) != 1 {
		t.Errorf("a replica that stays away keeps it back for ever: %v, %d posts", errs, len(d.room.posts))
	}
}

func TestAReplicaOfRedisThatListensTakesTheNote(t *testing.T) {
	main := redistest.Start(t)
	host, port, _ := net.SplitHostPort(main.Addr())
	redistest.Start(t, "--replicaof", host, port)
	d := newDeskAt(t, main)
	d.standing = d.Book.standing
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for d.Book.standing(ctx).replicas == 0 {
		if ctx.Err() != nil {
			t.Fatal("the replica does not come")
		}
	}
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.tickAndWork()
	if len(d.room.posts) != 1 {
		t.Errorf("%d posts", len(d.room.posts))
	}
}
