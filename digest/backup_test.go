package digest

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// exported is a Backup after its way through a file.
func (d *testEngine) exported() ([]Backup, map[string]Mute) {
	d.t.Helper()
	all, mutes, err := d.Store.Export(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	text, err := json.Marshal(all)
	if err != nil {
		d.t.Fatal(err)
	}
	var read []Backup
	if err := json.Unmarshal(text, &read); err != nil {
		d.t.Fatal(err)
	}
	return read, mutes
}

// restore restores all into d and returns how many it added.
func (d *testEngine) restore(all []Backup) (added int) {
	d.t.Helper()
	for _, b := range all {
		if err := d.Store.Check(b); err != nil {
			d.t.Fatalf("%s: %v", b.ID, err)
		}
		done, err := d.Store.Restore(d.t.Context(), b)
		if err != nil {
			d.t.Fatal(err)
		}
		if done {
			added++
		}
	}
	return added
}

func TestARestoredDigestIsTheSame(t *testing.T) {
	d, empty := newTestEngine(t), newTestEngine(t)
	ctx := t.Context()
	watch := d.add(watchEvery15)
	d.runSlots(0, 150) // an incident is open
	paused, muted := d.add("digest add daily 09:00 codes 126531 last 24h"), d.addIn("C0WEB", watchEvery15)
	if err := d.Store.Pause(ctx, paused, Pause{By: "U0ALICE", At: d.clock.Now()}); err != nil {
		t.Fatal(err)
	}
	mute := Mute{By: "U0BOB", At: d.clock.Now(), Until: d.clock.Now().Add(time.Hour)}
	if err := d.Store.Mute(ctx, d.get(muted.ID), &mute); err != nil {
		t.Fatal(err)
	}
	if err := d.Store.MuteChannel(ctx, "C0OPS", &mute); err != nil {
		t.Fatal(err)
	}
	all, mutes := d.exported()
	if len(all) != 3 || len(mutes) != 1 || !mutes["C0OPS"].Until.Equal(mute.Until) {
		t.Fatalf("exported %d digests and the mutes %v", len(all), mutes)
	}
	empty.clock.to(d.clock.Now())
	if added := empty.restore(all); added != 3 {
		t.Errorf("restored %d", added)
	}
	if added := empty.restore(all); added != 0 {
		t.Errorf("the second time it restored %d", added)
	}
	want, err := d.Store.List(ctx, "U0ALICE", "C0OPS", "C0WEB")
	if err != nil {
		t.Fatal(err)
	}
	got, err := empty.Store.List(ctx, "U0ALICE", "C0OPS", "C0WEB")
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Digest{})); err != nil || diff != "" || len(got) != 3 {
		t.Errorf("%v: restored as (-want +got)\n%s", err, diff)
	}
	empty.runSlots(1, 0) // the incident goes on: its end answers its message
	if heard := empty.heard(); !slices.Equal(heard, []Outcome{Recovered}) || empty.channel.posts[0].Thread != "at 1" {
		t.Errorf("the channel heard %v", heard)
	}
	if got := empty.get(watch.ID); got.State.Incident.IsOpen() {
		t.Errorf("it is %+v", got.State.Incident)
	}
}

func TestFieldsOfAnotherVersionSurvive(t *testing.T) {
	d, empty := newTestEngine(t), newTestEngine(t)
	added := d.add(watchEvery15)
	newer := map[string]string{
		"sla":    `{"target": 99.5, "since": "2027-01-01T00:00:00Z"}`,
		"colour": "red", "quoted": `"red"`, "number": "5",
		"over": `{"over":false,"since":"2026-11-23T00:30:00Z","slot":"2026-11-23T00:45:00Z","forecast":{"next":[1,2]}}`,
	}
	if err := d.Store.DB.HSet(t.Context(), d.Store.digestKey(added.ID), newer).Err(); err != nil {
		t.Fatal(err)
	}
	// What this version does with a digest leaves them alone.
	d.runSlots(0, 20)
	if err := d.Store.Pause(t.Context(), d.get(added.ID), Pause{By: "U0ALICE", At: d.clock.Now()}); err != nil {
		t.Fatal(err)
	}
	if err := d.Store.Resume(t.Context(), d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	all, _ := d.exported()
	empty.restore(all)
	for _, e := range []*testEngine{d, empty} {
		fields, err := e.Store.DB.HGetAll(t.Context(), e.Store.digestKey(added.ID)).Result()
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range newer {
			got := fields[name]
			if name == "over" { // people's pause clears it
				continue
			}
			if name == "sla" { // it may be written in another way
				var x, y any
				if json.Unmarshal([]byte(got), &x) == nil && json.Unmarshal([]byte(want), &y) == nil && reflect.DeepEqual(x, y) {
					continue
				}
			}
			if got != want {
				t.Errorf("%s is %q, was %q", name, got, want)
			}
		}
	}
}

func TestBackupThatCannotBeRestoredSaysWhy(t *testing.T) {
	d := newTestEngine(t)
	d.add(watchEvery15)
	all, _ := d.exported()
	for want, spoil := range map[string]func(b *Backup){
		"provence":                 func(b *Backup) { b.Text += " provence" },
		"is not a digest":          func(b *Backup) { b.Text = "codes 126531" },
		"for the channel C0OPS":    func(b *Backup) { b.Channel = "C0WEB" },
		"not an id":                func(b *Backup) { b.ID = "../x" },
		"no owner":                 func(b *Backup) { b.Owner = "" },
		"the field paused":         func(b *Backup) { b.State = map[string]json.RawMessage{"paused": []byte(`[5]`)} },
		"revision does not belong": func(b *Backup) { b.State = map[string]json.RawMessage{"revision": []byte(`"5"`)} },
	} {
		b := all[0]
		spoil(&b)
		if err := d.Store.Check(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %q: %v", want, err)
		}
	}
}
