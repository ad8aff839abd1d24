package digest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"catbot/commands"
	"catbot/store/redistest"
)

// set changes what is kept of a digest behind catbot's back.
func (d *testEngine) set(id, field, value string) {
	d.t.Helper()
	if err := d.Store.DB.HSet(d.t.Context(), d.Store.digestKey(id), field, value).Err(); err != nil {
		d.t.Fatal(err)
	}
}

func TestADigestThatIsNotUnderstoodForAWhileRunsAgainByItself(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add every 15m codes 126531 last 15m")
	understood := added.Add.String()
	d.set(added.ID, "text", "digest add dayly")
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	wantRetry(t, d.workOff()) // another replica may understand it
	d.clock.pass(retryCATFor)
	d.due()
	if errs := d.workOff(); len(errs) != 1 {
		t.Fatalf("errors %v: the queue is to archive it", errs)
	}
	if got := mustList(d); len(got) != 1 || got[0].Broken == "" || got[0].Add.Channel != "C0OPS" || len(d.channel.posts) != 0 || got[0].Next.IsZero() {
		t.Errorf("listed %+v, %d posts", got, len(d.channel.posts))
	}
	for range 30 {
		d.clock.pass(reparseEvery)
		d.due()
		d.workOff()
	}
	if len(d.channel.told) != 1 || len(d.opened()) != 0 {
		t.Errorf("its owner was told %d times; open %v", len(d.channel.told), d.opened())
	}
	d.set(added.ID, "text", understood)
	d.clock.pass(reparseEvery)
	d.tickAndWork()
	got := d.get(added.ID)
	if len(d.channel.posts) != 1 || d.clock.Now().Sub(d.channel.posts[0].Slot.At) > 15*time.Minute || !got.BrokenSince.IsZero() {
		t.Errorf("posts %+v, unread since %s", d.channel.posts, got.BrokenSince)
	}
	if got.Missed == nil || got.Missed.Count != 2 { // 09:00 and 09:15; 09:30 was made up for
		t.Errorf("missed %+v", got.Missed)
	}
}

func TestAReplicaThatUnderstandsADigestPostsWhatAnOlderOneCouldNotRead(t *testing.T) {
	server := redistest.Start(t)
	older, newer := newTestEngineAt(t, server), newTestEngineAt(t, server)
	older.Store.Read = func(string, time.Time) (commands.Command, error) { return nil, errLine }
	newer.add("digest add daily 09:00 codes 126531 last 24h")
	for _, d := range []*testEngine{older, newer} {
		d.clock.to(start.Add(11 * time.Second))
	}
	older.due()
	wantRetry(t, older.workOff())
	newer.clock.pass(reparseEvery)
	newer.due()
	for _, err := range newer.workOff() {
		t.Error(err)
	}
	if len(newer.channel.posts) != 1 || newer.channel.posts[0].Slot.Wall != "2026-11-23T09:00" || len(older.channel.told)+len(newer.channel.told) != 0 || len(newer.opened()) != 0 {
		t.Errorf("posts %+v, told %d, open %v", newer.channel.posts, len(newer.channel.told), newer.opened())
	}
}

func TestResumeSchedulesWhateverHasNoNextTime(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add daily 09:00 codes 126531 last 24h")
	if err := d.Store.DB.ZRem(t.Context(), d.Store.dueKey(), added.ID).Err(); err != nil { // as an earlier version left it
		t.Fatal(err)
	}
	if err := d.Store.Resume(t.Context(), d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	if got := d.get(added.ID); !got.Next.Equal(added.Next) {
		t.Errorf("next %s, want %s", got.Next, added.Next)
	}
}

func TestDamageToOneDigestStaysItsOwn(t *testing.T) {
	d := newTestEngine(t)
	paused, hurt, lost := d.add("digest add daily 09:00 codes 1 last 24h"), d.add("digest add daily 09:00 codes 2 last 24h"), d.add("digest add daily 09:00 codes 3 last 24h")
	well := d.add("digest add daily 09:00 codes 4 last 24h")
	d.set(paused.ID, "paused", "{")
	d.set(hurt.ID, "last", "[{")
	if err := d.Store.DB.Set(t.Context(), d.Store.digestKey(lost.ID), "no hash", 0).Err(); err != nil {
		t.Fatal(err)
	}
	d.clock.to(start.Add(11 * time.Second))
	d.due()
	d.workOff()
	var posted []string
	for _, p := range d.channel.posts {
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

func TestADigestWhoseTimesAreDamagedPostsAndSaysWhatIsDamaged(t *testing.T) {
	for _, field := range []string{"created", "unread"} {
		t.Run(field, func(t *testing.T) {
			d := newTestEngine(t)
			added := d.add("digest add daily 09:00 codes 126531 since 2026-11-20")
			d.set(added.ID, field, "last Friday")
			if got := d.get(added.ID); got.Broken != "" || !strings.Contains(got.Damaged, "the field "+field) {
				t.Errorf("broken %q, damaged %q", got.Broken, got.Damaged)
			}
			d.clock.to(start.Add(11 * time.Second))
			d.tickAndWork()
			if len(d.channel.posts) != 1 {
				t.Errorf("%d posts", len(d.channel.posts))
			}
		})
	}
}

func TestADigestThatLostItsChannelFieldCanBeRemovedAndChanged(t *testing.T) {
	d := newTestEngine(t)
	for name, do := range map[string]func(Digest) error{
		"removed": func(digest Digest) error { return d.Store.Remove(t.Context(), digest) },
		"changed": func(digest Digest) error {
			_, err := d.Store.Change(t.Context(), digest, digest.Add)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			added := d.add("digest add daily 09:00 codes 126531 last 24h")
			if err := d.Store.DB.HDel(t.Context(), d.Store.digestKey(added.ID), "channel").Err(); err != nil {
				t.Fatal(err)
			}
			if err := do(added); err != nil {
				t.Error(err)
			}
		})
	}
}
