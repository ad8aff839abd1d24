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
	d := newTestEngine(t)
	d.total = 982
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	if open := d.due(); len(open) != 0 {
		t.Fatalf("ten seconds early %v is open", open)
	}
	slot := start.Add(10 * time.Second)
	d.clock.to(slot.Add(3 * time.Second))
	d.tickAndWork()
	if len(d.channel.posts) != 1 {
		t.Fatalf("%d posts, want 1", len(d.channel.posts))
	}
	p := d.channel.posts[0]
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
	if len(d.channel.posts) != 1 || len(d.opened()) != 0 {
		t.Errorf("%d posts, open %v", len(d.channel.posts), d.opened())
	}
}

func TestDownOverSlotsTheLatestIsMadeUpForMarkedLate(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add every 15m codes 126531 last 15m")
	d.clock.to(start.Add(2*time.Hour + 20*time.Minute)) // 11:19:50: nine slots have passed, 11:15 the latest
	d.tickAndWork()
	if len(d.channel.posts) != 1 {
		t.Fatalf("%d posts, want one", len(d.channel.posts))
	}
	if p := d.channel.posts[0]; p.Slot.Wall != "2026-11-23T11:15+08:00" || !p.Late() {
		t.Errorf("slot %s, late %v", p.Slot, p.Late())
	}
	if p := d.channel.posts[0]; !p.Answer.End.Equal(p.Slot.At) || !p.Answer.Begin.Equal(p.Slot.At.Add(-15*time.Minute)) {
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
	d := newTestEngine(t)
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

func TestRunsThatTheClockJumpedOverAreCalledSkipped(t *testing.T) {
	for _, tc := range []struct {
		name          string
		awake, asleep time.Duration // since the latest tick that ended
		want          Missed
	}{
		{"the machine slept", 3 * time.Second, 2 * time.Hour, Missed{Count: 7, Jumped: true}},
		{"redis was away", 2 * time.Hour, 0, Missed{Count: 7}},
		{"redis was away, and the machine slept for a moment", 2 * time.Hour, time.Minute, Missed{Count: 8}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := newTestEngine(t)
			var awake time.Duration
			d.awake = func() time.Duration { return awake }
			added := d.add("digest add every 15m codes 126531 last 15m")
			d.tickAndWork()
			awake = tc.awake
			d.clock.to(start.Add(tc.awake + tc.asleep))
			d.tickAndWork()
			if m := d.get(added.ID).Missed; m == nil || m.Count != tc.want.Count || m.Jumped != tc.want.Jumped {
				t.Errorf("missed %+v, want %+v", m, tc.want)
			}
		})
	}
}

func TestDownForAYearIsCountedToAThousand(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add every 5m codes 126531 last 15m")
	d.clock.to(start.AddDate(1, 0, 0))
	d.tickAndWork()
	if got := d.get(added.ID); got.Missed == nil || got.Missed.Count < MaxMissed || got.Missed.Count > MaxMissed+20 || len(d.channel.posts) != 1 {
		t.Errorf("missed %+v, %d posts", got.Missed, len(d.channel.posts))
	}
}

func TestAConditionSpeaksWhenItIsCrossedEitherWay(t *testing.T) {
	d := newTestEngine(t)
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
	for _, p := range d.channel.posts {
		said = append(said, p.Outcome)
	}
	if !slices.Equal(said, []Outcome{Crossed, Recovered, Crossed}) {
		t.Errorf("the channel heard %v", said)
	}
	if p := d.channel.posts[1]; !p.Incident.Begin.Equal(start.Add(15*time.Minute + 10*time.Second)) {
		t.Errorf("recovered from what began at %s", p.Incident.Begin)
	}
}

func TestCATIsAskedForTenMinutesThenItsSilenceIsTold(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.fault = errLine
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	asked := 0
	for len(d.opened()) > 0 {
		errs := d.workOff()
		if len(d.channel.posts) > 0 {
			break
		}
		wait := wantRetry(t, errs)
		if wait < 5*time.Second || wait > time.Minute {
			t.Fatalf("waits %s", wait)
		}
		d.clock.pass(wait)
		if asked++; asked > 60 {
			t.Fatal("it asks for ever")
		}
	}
	if p := d.channel.posts[0]; p.Outcome != NoAnswer || p.Answer.Err() == nil || d.clock.Now().Sub(start) < 10*time.Minute || d.clock.Now().Sub(start) > 12*time.Minute {
		t.Errorf("%s said %s", d.clock.Now().Sub(start), p.Outcome)
	}
	if r := d.get(added.ID).Last[0]; r.Outcome != NoAnswer || r.Trouble == nil {
		t.Errorf("noted %+v", r)
	}
}

func TestAConditionIsToldOnceThatCATIsSilentAndKeepsItsState(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add every 15m if >100 codes 126531 last 15m")
	slot := func(i int) time.Time { return start.Add(time.Duration(i)*15*time.Minute + 12*time.Second) }
	d.total = 500
	d.clock.to(slot(0))
	d.tickAndWork()
	d.fault = errLine
	for i := 1; i <= 2; i++ {
		d.clock.to(slot(i))
		d.due()
		wantRetry(t, d.workOff())
		d.clock.pass(11 * time.Minute)
		d.workOff()
	}
	d.fault, d.total = nil, 50
	d.clock.to(slot(3))
	d.tickAndWork()
	var said []Outcome
	for _, p := range d.channel.posts {
		said = append(said, p.Outcome)
	}
	if !slices.Equal(said, []Outcome{Crossed, Recovered}) {
		t.Errorf("the channel heard %v", said)
	}
	if edits := d.channel.edits; len(edits) != 3 || edits[0].Unknown == nil || edits[1].Unknown == nil || edits[2].Unknown != nil {
		t.Errorf("the incident's message said %+v", edits)
	}
	if over := d.get(added.ID).State; over.ToldNoAnswer || over.Over {
		t.Errorf("state %+v", over)
	}
}

func TestWhatBecameOfAPostIsLookedUpBeforeAnother(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.lose = errLine // taken, but nobody hears of it
	wantRetry(t, d.workOff())
	d.channel.lose = nil
	if wait := wantRetry(t, d.workOff()); wait > historyLag {
		t.Errorf("waits %s for slack's history", wait)
	}
	d.clock.pass(historyLag)
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if len(d.channel.posts) != 1 || d.get(added.ID).Last[0].Outcome != Posted {
		t.Errorf("%d posts, %+v", len(d.channel.posts), d.get(added.ID).Last)
	}
}

func TestAPostThatWasNotTakenIsPostedAgain(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.refuse = errLine
	wantRetry(t, d.workOff())
	d.channel.refuse = nil
	d.clock.pass(historyLag)
	d.workOff()
	if len(d.channel.posts) != 1 || d.channel.posts[0].Repeated {
		t.Errorf("posts %+v", d.channel.posts)
	}
}

func TestWhereTheChannelCannotBeReadTheDoubtIsPostedAndMarked(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.lose, d.channel.blind = errLine, &Refusal{Reason: "missing_scope"}
	wantRetry(t, d.workOff())
	d.channel.lose = nil
	d.clock.pass(historyLag)
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if len(d.channel.posts) != 2 || d.channel.posts[0].Repeated || !d.channel.posts[1].Repeated {
		t.Errorf("%d posts", len(d.channel.posts))
	}
}

func TestAChannelThatTakesNothingPausesItsDigestAndItsOwnerIsTold(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.refuse = &Refusal{Reason: "is_archived", Scope: ScopeChannel}
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	got := d.get(added.ID)
	if got.Paused == nil || got.Paused.Reason != "is_archived" || !got.Next.IsZero() || len(d.channel.told) != 1 || len(d.opened()) != 0 {
		t.Errorf("paused %+v, next %s, told %+v", got.Paused, got.Next, d.channel.told)
	}
	d.clock.pass(25 * time.Hour)
	if open := d.due(); len(open) != 0 {
		t.Errorf("a paused digest has %v open", open)
	}
	d.channel.refuse = nil
	if err := d.Store.Resume(t.Context(), got); err != nil {
		t.Fatal(err)
	}
	d.clock.pass(23 * time.Hour)
	d.tickAndWork()
	if len(d.channel.posts) != 1 {
		t.Errorf("%d posts after it was resumed", len(d.channel.posts))
	}
}

func TestARefusalForGoodIsKeptAndTheOwnerToldOnce(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.refuse = &Refusal{Reason: "restricted_action_thread_locked"}
	if errs := d.workOff(); len(errs) != 1 {
		t.Fatalf("errors %v: the queue is to archive it", errs)
	}
	got := d.get(added.ID)
	if got.Paused != nil || got.Last[0].Outcome != Failed || len(d.channel.told) != 1 || len(d.opened()) != 0 {
		t.Errorf("paused %+v, last %+v, told %d", got.Paused, got.Last, len(d.channel.told))
	}
}

func TestSlackIsWaitedForAsLongAsItSays(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.refuse = &Refusal{Reason: "ratelimited", Wait: 7 * time.Second}
	if wait := wantRetry(t, d.workOff()); wait != 7*time.Second {
		t.Errorf("waits %s", wait)
	}
	d.channel.refuse, d.channel.blind = nil, errLine // a look would fail; none is needed after a refusal
	if errs := d.workOff(); len(errs) > 0 || len(d.channel.posts) != 1 {
		t.Errorf("%v, %d posts", errs, len(d.channel.posts))
	}
}

func TestPostingThatFailsAgainAndAgainEnds(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.refuse = errLine
	for range maxTries {
		wantRetry(t, d.workOff())
		d.clock.pass(historyLag)
	}
	d.channel.blind = errLine // the channel can't be read either: it is not posted blindly for ever
	wantRetry(t, d.workOff())
	d.clock.pass(d.CatchUp)
	if errs := d.workOff(); len(errs) != 1 || len(d.opened()) != 0 {
		t.Fatalf("errors %v, open %v", errs, d.opened())
	}
	if r := d.get(added.ID).Last[0]; r.Outcome != Failed || len(d.channel.told) != 1 {
		t.Errorf("noted %+v, told %d", r, len(d.channel.told))
	}
}

func TestRunByHandLeavesScheduleAndConditionAlone(t *testing.T) {
	d := newTestEngine(t)
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
	if len(d.channel.posts) != 1 || d.channel.posts[0].By != "U0SAM" || d.channel.posts[0].Outcome != Posted || got.State != nil || !got.Next.Equal(added.Next.Truncate(time.Second)) {
		t.Errorf("%d posts, over %+v, next %s", len(d.channel.posts), got.State, got.Next)
	}
}

func TestAPanicEndsItsSlotAloneAndIsTold(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.Config.Channel = panicky{d.channel}
	if errs := d.workOff(); len(errs) != 1 {
		t.Fatal(errs)
	}
	if r := d.get(added.ID).Last[0]; r.Outcome != Failed || len(d.opened()) != 0 || len(d.channel.told) != 1 {
		t.Errorf("noted %+v, told %d", r, len(d.channel.told))
	}
}

func TestACommandThatMakesNoSenseAtItsSlotIsToldToItsOwner(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 since 2026-11-01")
	d.clock.to(start.AddDate(0, 0, 10).Add(11 * time.Second)) // by then longer than 31 days
	if errs := func() []error { d.due(); return d.workOff() }(); len(errs) != 1 {
		t.Fatal(errs)
	}
	if r := d.get(added.ID).Last[0]; r.Outcome != Failed || len(d.channel.told) != 1 || len(d.channel.posts) != 0 {
		t.Errorf("noted %+v, told %d, posts %d", r, len(d.channel.told), len(d.channel.posts))
	}
}

func TestWhileSlackTakesNothingOfCatbotsDigestsWaitAndNothingIsPaused(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.refuse = &Refusal{Reason: "token_revoked", Scope: ScopeBot}
	for range 10 {
		d.clock.pass(min(wantRetry(t, d.workOff()), time.Minute))
	}
	if got := d.get(added.ID); got.Paused != nil || len(got.Last) != 0 || d.SlackRefusal() != "token_revoked" || d.events[EventRefused] != 10 {
		t.Fatalf("paused %+v, last %+v, barred %q, events %v", got.Paused, got.Last, d.SlackRefusal(), d.events)
	}
	d.channel.refuse = nil
	if errs := d.workOff(); len(errs) > 0 || len(d.channel.posts) != 1 || d.SlackRefusal() != "" {
		t.Errorf("errors %v, %d posts, barred %q", errs, len(d.channel.posts), d.SlackRefusal())
	}
}

func TestASlotThatSlackTookNothingForIsLetGoAfterTheCatchUp(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.channel.refuse = &Refusal{Reason: "slack_unreachable", Scope: ScopeBot}
	wantRetry(t, d.workOff())
	d.clock.pass(d.CatchUp + time.Minute)
	if errs := d.workOff(); len(errs) > 0 || len(d.opened()) != 0 {
		t.Fatalf("errors %v, open %v", errs, d.opened())
	}
	got := d.get(added.ID)
	if got.Paused != nil || got.Last[0].Outcome != TooLate || got.Next.IsZero() || len(d.channel.told) != 0 {
		t.Errorf("paused %+v, last %+v, next %s, told %d", got.Paused, got.Last, got.Next, len(d.channel.told))
	}
}

func TestASlotThatWasOpenWhenCatbotWentDownIsNotPostedAfterTheCatchUp(t *testing.T) {
	for name, tc := range map[string]struct {
		down  time.Duration
		posts int
		last  Outcome
	}{
		"down for less": {59 * time.Minute, 1, Posted},
		"down for more": {62 * time.Minute, 0, TooLate},
	} {
		t.Run(name, func(t *testing.T) {
			d := newTestEngine(t)
			added := d.add("digest add daily 09:00 codes 126531 last 24h")
			d.clock.to(start.Add(11 * time.Second))
			d.due() // and then all replicas are killed
			d.clock.pass(tc.down)
			if errs := d.workOff(); len(errs) > 0 || len(d.opened()) != 0 {
				t.Fatalf("errors %v, open %v", errs, d.opened())
			}
			if got := d.get(added.ID); len(d.channel.posts) != tc.posts || got.Last[0].Outcome != tc.last {
				t.Errorf("%d posts, last %+v", len(d.channel.posts), got.Last)
			}
		})
	}
}

func TestASlotThatWasBegunInTimeIsPostedThoughCATWasSlow(t *testing.T) {
	d := newTestEngine(t)
	d.CatchUp = minCatchUp
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.fault = &catapi.TransportError{Op: "reading", Cause: context.DeadlineExceeded}
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	wantRetry(t, d.workOff())
	d.clock.pass(9 * time.Minute)
	d.fault = nil
	if errs := d.workOff(); len(errs) > 0 || len(d.channel.posts) != 1 {
		t.Errorf("errors %v, %d posts", errs, len(d.channel.posts))
	}
}

func TestWaitingInCatbotsOwnQueueIsNotToldAsCATsSilence(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes 126531 last 24h")
	d.fault = &catapi.TransportError{Op: "waiting for the rate limit", Cause: context.DeadlineExceeded}
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	wantRetry(t, d.workOff())
	if len(d.channel.posts) != 0 {
		t.Errorf("at once it posted %q", d.channel.posts[0].Outcome)
	}
}

// TestAScheduledDigestTellsOfIncidentsInItsWindow: those of its tasks, whichever digest watches them.
func TestAScheduledDigestTellsOfIncidentsInItsWindow(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m if >100 codes 126531 last 15m")
	d.add("digest add every 15m if >100 codes 126540 last 15m")
	daily := d.add("digest add daily 10:00 codes 126531 last 24h")
	for i, total := range []int64{500, 0, 0, 0, 0} { // 09:00 to 10:00
		d.total = total
		d.clock.to(slotOf(i))
		d.tickAndWork()
	}
	for _, p := range d.channel.posts {
		if p.Digest.ID != daily.ID {
			continue
		}
		if len(p.Meanwhile) != 1 || p.Meanwhile[0].Tasks[0].ID != "126531" || p.Meanwhile[0].IsOpen() {
			t.Errorf("meanwhile %+v", p.Meanwhile)
		}
		return
	}
	t.Fatal("the daily digest was not posted")
}
