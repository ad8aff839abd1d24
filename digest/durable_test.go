package digest

import (
	"log/slog"
	"testing"
	"time"

	"catbot/store"
)

// embedded makes d live on a Redis inside the process, on dir, and returns what ends that.
func (d *testEngine) embedded(dir string) (end func()) {
	d.t.Helper()
	store, err := store.Open("", slog.New(slog.DiscardHandler))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := store.PersistTo(dir, Prefix); err != nil {
		d.t.Fatal(err)
	}
	d.Store.DB = store.DB()
	d.Engine = New(d.Config)
	return func() {
		if err := store.Close(); err != nil {
			d.t.Error(err)
		}
	}
}

func TestWithoutRedisADigestItsConditionAndItsOpenSlotSurvive(t *testing.T) {
	dir := t.TempDir()
	d := newTestEngine(t)
	end := d.embedded(dir)
	watch := d.add("digest add every 15m if >100 codes 126531 last 15m")
	daily := d.add("digest add daily 09:15 codes 126531 last 24h")
	d.total = 500
	d.clock.to(start.Add(11 * time.Second))
	d.tickAndWork()
	end()

	// The process is started again; a quarter of an hour later one of them speaks, and one has nothing new to say.
	end = d.embedded(dir)
	if got := d.get(watch.ID); got.State == nil || !got.State.Over || got.Last[0].Outcome != Crossed {
		t.Fatalf("the condition is %+v, %+v", got.State, got.Last)
	}
	d.clock.pass(15 * time.Minute)
	d.due()
	end() // with both slots open

	end = d.embedded(dir)
	defer end()
	if open := d.opened(); len(open) != 2 {
		t.Fatalf("open are %v", open)
	}
	d.clock.pass(sweepAfter)
	if err := d.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if tasks := d.pendingTasks(); len(tasks) != 2 {
		t.Errorf("handed out again are %v", tasks)
	}
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := d.get(watch.ID).Last[0]; got.Outcome != Quiet {
		t.Errorf("the condition says %s", got.Outcome)
	}
	if got := d.get(daily.ID).Last[0]; got.Outcome != Posted || len(d.channel.posts) != 2 {
		t.Errorf("the daily one %s, %d posts", got.Outcome, len(d.channel.posts))
	}
}

func TestWithoutRedisMutesAndIncidentsSurvive(t *testing.T) {
	dir := t.TempDir()
	d := newTestEngine(t)
	end := d.embedded(dir)
	d.add(watchEvery15)
	d.runSlots(0, 150)
	open, err := d.Store.Incidents(t.Context(), start, d.clock.Now(), "C0OPS")
	if err != nil || len(open) != 1 {
		t.Fatalf("the incidents are %+v, %v", open, err)
	}
	if _, err := d.Store.Take(t.Context(), open[0].ID, "U0BOB"); err != nil {
		t.Fatal(err)
	}
	mute := Mute{By: "U0BOB", At: d.clock.Now(), Until: d.clock.Now().Add(24 * time.Hour)}
	if err := d.Store.MuteChannel(t.Context(), "C0OPS", &mute); err != nil {
		t.Fatal(err)
	}
	end()

	end = d.embedded(dir)
	defer end()
	if got, err := d.Store.ChannelMute(t.Context(), "C0OPS"); err != nil || got == nil || !got.Until.Equal(mute.Until) {
		t.Errorf("the channel's mute is %+v, %v", got, err)
	}
	got, err := d.Store.Incidents(t.Context(), start, d.clock.Now(), "C0OPS")
	if err != nil || len(got) != 1 || got[0].ID != open[0].ID || len(got[0].On) != 1 {
		t.Errorf("the incidents are %+v, %v", got, err)
	}
}
