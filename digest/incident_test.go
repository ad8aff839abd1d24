package digest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"catbot/catapi"
)

// watchEvery15 is a digest with a condition.
const watchEvery15 = "digest add every 15m if >100 codes 126531 last 15m"

// closeAll closes what is abandoned, as the engine's loop does at once.
func (d *testEngine) closeAll() {
	d.t.Helper()
	if err := d.closeAbandoned(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// runSlots runs the slots from the n-th on, one with each of totals.
func (d *testEngine) runSlots(n int, totals ...int64) {
	d.t.Helper()
	for i, total := range totals {
		d.total = total
		d.clock.to(slotOf(n + i))
		d.tickAndWork()
	}
}

func TestEachSlotOfAnIncidentEditsItsMessageAndItsEndAnswersIt(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150, 900, 300, 20)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) {
		t.Fatalf("the channel heard %v", heard)
	}
	if end := d.channel.posts[1]; end.Thread != "at 1" {
		t.Errorf("the end answers %q", end.Thread)
	}
	if len(d.channel.edits) != 3 {
		t.Fatalf("%d edits", len(d.channel.edits))
	}
	for i, total := range []float64{900, 300, 20} {
		if e := d.channel.edits[i]; e.Root != "at 1" || e.Now.Value != total || e.Worst.Value != 900 || e.IsOpen() != (i < 2) {
			t.Errorf("edit %d says %+v", i, e)
		}
	}
	last := d.channel.edits[2]
	if !last.Begin.Equal(slotOf(0).Add(-2*time.Second)) || last.Lasted() != 45*time.Minute {
		t.Errorf("it began %s and lasted %s", last.Begin, last.Lasted())
	}
	if e := d.events; e[EventOpened] != 1 || e[EventReminded] != 0 || e[EventEnded] != 1 || e[EventPosted] != 2 {
		t.Errorf("counted %v", e)
	}
	all, err := d.Store.Incidents(t.Context(), start, d.clock.Now(), "C0OPS", "C0OTHER")
	if err != nil || len(all) != 1 || all[0].ID != last.ID || all[0].IsOpen() || all[0].Digest != added.ID {
		t.Errorf("the incidents are %+v, %v", all, err)
	}
	if later, _ := d.Store.Incidents(t.Context(), d.clock.Now(), d.clock.Now().Add(time.Hour), "C0OPS"); len(later) != 0 {
		t.Errorf("one that is over lasts later: %+v", later)
	}
}

func TestAReplicaThatTakesOverDoesWhatTheFirstDecided(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.total = 150
	d.clock.to(slotOf(0))
	d.due()
	d.channel.lose = errLine // posted, but nobody hears of it
	wantRetry(t, d.workOff())
	d.channel.lose, d.total = nil, 0 // CAT says something else now
	d.clock.pass(historyLag)
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := d.get(added.ID).State; !got.Over || got.Incident.Root != "at 1" || len(d.channel.posts) != 1 {
		t.Errorf("state %+v, %d posts", got, len(d.channel.posts))
	}
	d.runSlots(1, 0)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) {
		t.Errorf("the channel heard %v", heard)
	}
}

func TestAMuteIsSilentAndSpeaksAtItsEnd(t *testing.T) {
	for name, tc := range map[string]struct {
		totals []int64 // the first slot before the mute, three in it, one after
		want   []Outcome
	}{
		"an incident that lasts is told of again":      {[]int64{150, 160, 170, 180, 190}, []Outcome{Crossed, Reminded}},
		"one that ended is told to have ended":         {[]int64{150, 160, 10, 10, 10}, []Outcome{Crossed, Recovered}},
		"one that began in it is told of after it":     {[]int64{10, 160, 170, 180, 190}, []Outcome{Crossed}},
		"one that began and ended in it is told of":    {[]int64{10, 160, 10, 10, 10}, []Outcome{WasOver}},
		"where nothing happened nothing is to be said": {[]int64{10, 10, 10, 10, 10}, nil},
	} {
		for _, whole := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				d := newTestEngine(t)
				added := d.add(watchEvery15)
				d.runSlots(0, tc.totals[0])
				mute := &Mute{By: "U0SAM", At: d.clock.Now(), Until: slotOf(3).Add(time.Minute)}
				if err := map[bool]error{
					false: d.Store.Mute(t.Context(), added, mute), true: d.Store.MuteChannel(t.Context(), "C0OPS", mute),
				}[whole]; err != nil {
					t.Fatal(err)
				}
				before := len(d.channel.posts)
				d.runSlots(1, tc.totals[1:4]...)
				if len(d.channel.posts) != before {
					t.Fatalf("it speaks while muted: %v", d.heard())
				}
				if over := tc.totals[1] > 100; over && d.get(added.ID).State.Silent == false {
					t.Error("the state does not say that it is muted")
				}
				d.runSlots(4, tc.totals[4])
				if heard := d.heard(); !slices.Equal(heard, tc.want) {
					t.Errorf("the channel heard %v, want %v", heard, tc.want)
				}
			})
		}
	}
}

func TestAMuteOutlivesARecovery(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	if err := d.Store.Mute(t.Context(), added, &Mute{Until: slotOf(4)}); err != nil {
		t.Fatal(err)
	}
	d.runSlots(1, 10, 500, 500)
	d.runSlots(4, 500)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Crossed}) {
		t.Fatalf("the channel heard %v", heard)
	}
	if was := d.channel.posts[1].Was; len(was) != 1 || !was[0].End.Equal(slotOf(1).Add(-2*time.Second)) {
		t.Errorf("the second message tells of %v", was)
	}
}

func TestWhoTakesAnIncidentStandsInItsMessage(t *testing.T) {
	d := newTestEngine(t)
	d.add(watchEvery15)
	d.runSlots(0, 150)
	id := d.channel.posts[0].Incident.ID
	for _, user := range []string{"U0SAM", "U0ANN", "U0SAM"} {
		d.clock.pass(time.Minute)
		if _, err := d.Store.Take(t.Context(), id, user); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Refresh(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	on := d.channel.edits[0].On
	if len(on) != 2 || on[0].User != "U0SAM" || on[1].User != "U0ANN" || !on[0].At.Before(on[1].At) {
		t.Errorf("it says %+v", on)
	}
	d.runSlots(1, 0)
	if i, err := d.Store.Take(t.Context(), id, "U0BOB"); !errors.Is(err, ErrOver) || i.IsOpen() {
		t.Errorf("one that is over can be taken: %v", err)
	}
	if _, err := d.Store.Take(t.Context(), "zzzz-1", "U0BOB"); !errors.Is(err, ErrNoIncident) {
		t.Errorf("one that never was can be taken: %v", err)
	}
	if all, _ := d.Store.Incidents(t.Context(), start, d.clock.Now(), "C0OPS"); len(all) != 1 || len(all[0].On) != 2 {
		t.Errorf("the list says %+v", all)
	}
}

func TestAPressWaitsForTheSlotThatWorksOnTheIncident(t *testing.T) {
	d := newTestEngine(t)
	d.add(watchEvery15)
	d.runSlots(0, 150)
	id := d.channel.posts[0].Incident.ID
	d.during = func() { // the next slot holds the digest's lease
		if _, err := d.Store.Take(t.Context(), id, "U0SAM"); err != nil {
			t.Error(err)
		}
	}
	d.runSlots(1, 170)
	if edits := d.channel.edits; len(edits) != 1 || len(edits[0].On) != 1 || edits[0].Now.Value != 170 {
		t.Errorf("edits %+v", edits)
	}
}

func TestAnIncidentThatIsNotWatchedAnyMoreSaysSo(t *testing.T) {
	for _, why := range []Closing{ClosedPaused, ClosedRemoved, ClosedChanged} {
		d := newTestEngine(t)
		added := d.add(watchEvery15)
		d.runSlots(0, 150)
		before := d.get(added.ID)
		var err error
		switch why {
		case ClosedPaused:
			err = d.Pause(t.Context(), before, Pause{By: "U0SAM"})
		case ClosedRemoved:
			err = d.Remove(t.Context(), before)
		case ClosedChanged:
			to := before.Add
			to.If = overCount(50)
			_, err = d.Change(t.Context(), before, to)
		}
		if err != nil {
			t.Fatal(err)
		}
		d.closeAll()
		if e := d.channel.edits; len(e) != 1 || e[0].IsOpen() || e[0].Why != why || !e[0].End.IsZero() {
			t.Errorf("%s: it says %+v", why, e)
		}
		if all, _ := d.Store.Incidents(t.Context(), start, d.clock.Now(), "C0OPS"); len(all) != 1 || all[0].IsOpen() {
			t.Errorf("%s: the list says %+v", why, all)
		}
	}
}

func TestAnIncidentOfADigestThatIsRemovedMeanwhileDoesNotStayOpen(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.channel.posting = func() {
		if err := d.Remove(t.Context(), added); err != nil {
			t.Error(err)
		}
	}
	d.runSlots(0, 150)
	d.closeAll()
	if e := d.channel.edits; len(d.channel.posts) != 1 || len(e) != 1 || e[0].Root != "at 1" || e[0].Why != ClosedRemoved {
		t.Errorf("%d posts, then %+v", len(d.channel.posts), e)
	}
	if all, _ := d.Store.Incidents(t.Context(), start, d.clock.Now(), "C0OPS"); len(all) != 1 || all[0].Why != ClosedRemoved {
		t.Errorf("the list says %+v", all)
	}
}

func TestTheWorstOfAnIncidentMayBeBeforeItOpened(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m if >100 for 2 codes 126531 last 15m")
	d.runSlots(0, 500, 0, 400, 150, 300)
	if i := d.channel.edits[0]; i.Worst.Value != 400 || !i.Worst.Slot.Equal(i.Begin) {
		t.Errorf("the worst was %v at %s", i.Worst.Value, i.Worst.Slot)
	}
}

func TestAnIncidentThatOpensWhileItsDigestIsPausedSaysSo(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	before := d.get(added.ID) // as a handler reads it, before it asks Slack who is a member
	d.runSlots(0, 150)
	if err := d.Pause(t.Context(), before, Pause{By: "U0SAM"}); err != nil {
		t.Fatal(err)
	}
	d.closeAll()
	if e := d.channel.edits; len(e) != 1 || e[0].Why != ClosedPaused || e[0].Root != "at 1" {
		t.Errorf("its message says %+v", e)
	}
}

func TestAnIncidentFollowsItsDigestToAnotherChannel(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	to := d.get(added.ID).Add
	to.Channel = "C0OTHER"
	if _, err := d.Change(t.Context(), d.get(added.ID), to); err != nil {
		t.Fatal(err)
	}
	d.closeAll()
	if e := d.channel.edits; len(e) != 1 || e[0].Why != ClosedMoved || e[0].Channel != "C0OPS" {
		t.Errorf("the old channel reads %+v", e)
	}
	d.runSlots(1, 160)
	for channel, want := range map[string]int{"C0OPS": 0, "C0OTHER": 1} { // the new one may be private
		if all, err := d.Store.Incidents(t.Context(), start, d.clock.Now(), channel); err != nil || len(all) != want {
			t.Errorf("%s lists %+v, %v", channel, all, err)
		}
	}
	if p := d.channel.posts[len(d.channel.posts)-1]; len(d.channel.posts) != 2 || p.Digest.Add.Channel != "C0OTHER" || !p.Incident.Continued {
		t.Errorf("the new channel heard %+v", p)
	}
}

func TestAnIncidentGoesOnWhenItsDigestCallsSomebodyElse(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	to := d.get(added.ID).Add
	condition := *to.If
	condition.Notify, condition.Again = []string{"<!here>"}, time.Hour
	to.If = &condition
	if _, err := d.Change(t.Context(), d.get(added.ID), to); err != nil {
		t.Fatal(err)
	}
	d.runSlots(1, 160, 0)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) {
		t.Errorf("the channel heard %v", heard)
	}
}

func TestADigestThatCatbotPausedGoesOnWithItsIncident(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	d.channel.unedited = &Refusal{Reason: "not_in_channel", Scope: ScopeChannel}
	d.runSlots(1, 160)
	if got := d.get(added.ID); got.Paused == nil || got.Last[0].Outcome != Stopped || len(d.channel.told) != 1 {
		t.Fatalf("paused %+v, last %+v", got.Paused, got.Last[0])
	}
	d.channel.unedited = nil
	if err := d.Store.Resume(t.Context(), d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	d.runSlots(2, 170, 0)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) {
		t.Errorf("the channel heard %v", heard)
	}
}

func TestMissingDataIsToldOnceAndEndsWithAWord(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m if >100 codes task-ab12cd34 last 15m")
	d.doubt = unwatched(catapi.Task{Interval: 5 * time.Minute, Idle: catapi.Paused})
	d.runSlots(0, 0, 0, 0)
	d.doubt = nil
	d.runSlots(3, 0, 0)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Unwatched}) {
		t.Fatalf("the channel heard %v", heard)
	}
	if ended := d.channel.ended; len(ended) != 1 || ended[0].At != "at 1" || !ended[0].Unknown.Since.Equal(slotOf(0).Add(-2*time.Second)) {
		t.Errorf("the note ended as %+v", ended)
	}
}

func TestQuietHoursAreThoseOfTheDigestsZone(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m tz Asia/Shanghai if >100 quiet 08:00-09:30 codes 126531 last 15m")
	d.runSlots(0, 150, 160, 170) // at 09:00, 09:15, 09:30
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed}) || !d.channel.posts[0].Slot.At.Equal(slotOf(2).Add(-2*time.Second)) {
		t.Errorf("the channel heard %v", heard)
	}
}

func TestForTwoWaitsForASecondSlotEitherWay(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add every 15m if >100 for 2 codes 126531 last 15m")
	var outcomes []Outcome
	for i, total := range []int64{150, 10, 150, 160, 10, 170, 10, 20} {
		d.runSlots(i, total)
		outcomes = append(outcomes, d.get(added.ID).Last[0].Outcome)
	}
	want := []Outcome{Pending, Quiet, Pending, Crossed, Quiet, Quiet, Quiet, Recovered}
	if !slices.Equal(outcomes, want) {
		t.Errorf("the runs ended %v, want %v", outcomes, want)
	}
	last := d.channel.edits[len(d.channel.edits)-1]
	if !last.Begin.Equal(slotOf(2).Add(-2*time.Second)) || !last.End.Equal(slotOf(6).Add(-2*time.Second)) {
		t.Errorf("it lasted from %s to %s", last.Begin, last.End)
	}
}

func TestAReminderAnswersTheMessageOncePerPeriod(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m if >100 again every 30m codes 126531 last 15m")
	d.runSlots(0, 150, 150, 150, 150, 150, 10)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Reminded, Reminded, Recovered}) {
		t.Errorf("the channel heard %v", heard)
	}
	for _, p := range d.channel.posts[1:] {
		if p.Thread != "at 1" {
			t.Errorf("%s answers %q", p.Outcome, p.Thread)
		}
	}
}
