package bot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/bot"
	"catbot/commands"
	"catbot/demo/fakeslack"
	"catbot/digest"
)

// keeps stores an incident of the digest id as the engine does, open unless closed is set.
func keeps(t *testing.T, store *digest.Store, i digest.Incident) {
	t.Helper()
	text, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	const prefix = digest.Prefix + "|}:v1:"
	_, err = store.DB.Pipelined(t.Context(), func(pipe redis.Pipeliner) error {
		pipe.Set(t.Context(), prefix+"i:"+i.ID, text, 0)
		pipe.ZAdd(t.Context(), prefix+"incidents:"+i.Channel, redis.Z{Score: float64(i.Begin.Unix()), Member: i.ID})
		if i.IsOpen() {
			state, err := json.Marshal(digest.ConditionState{Over: true, Incident: &i})
			if err != nil {
				return err
			}
			pipe.HSet(t.Context(), prefix+"d:"+i.Digest, "over", state)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMembersMuteDigestAndChannel(t *testing.T) {
	t.Parallel()
	config := &bot.Digests{}
	r := connect(t, setup{digests: config})
	id := r.adds(t, "digest add every 15m tz Asia/Tokyo if >100 codes 126531 last 15m")
	said := r.says(t, fakeslack.Sam, fakeslack.Ops, "digest mute "+id+" until tomorrow 09:00", "is muted until")
	if !strings.Contains(said, "/cat digest unmute "+id) || !strings.Contains(said, "date^") {
		t.Errorf("the answer says neither until when nor how to undo it:\n%s", said)
	}
	store := config.Engine.Store
	d, err := store.Get(t.Context(), id)
	if err != nil || !d.Muted.IsOn(time.Now()) || d.Muted.By != fakeslack.Sam {
		t.Fatalf("%+v, %v", d.Muted, err)
	}
	if until := d.Muted.Until.In(d.Zone()); until.Hour() != 9 || until.Location().String() != "Asia/Tokyo" {
		t.Errorf("muted until %v, not until nine in the digest's zone", until)
	}
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest unmute "+id, "no longer muted")
	if d, err = store.Get(t.Context(), id); err != nil || d.Muted != nil {
		t.Errorf("%+v, %v", d.Muted, err)
	}

	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest mute here 2h", "/cat digest unmute here")
	if m, err := store.ChannelMute(t.Context(), fakeslack.Ops); err != nil || !m.IsOn(time.Now()) {
		t.Errorf("%+v, %v", m, err)
	}
	said = r.says(t, fakeslack.Sam, fakeslack.Ops, "digest unmute "+id, "its channel is muted until")
	if !strings.Contains(said, "/cat digest unmute here") {
		t.Errorf("the answer does not say how to end that:\n%s", said)
	}
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest unmute here", "no longer muted")
	if m, err := store.ChannelMute(t.Context(), fakeslack.Ops); err != nil || m != nil {
		t.Errorf("%+v, %v", m, err)
	}
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest mute nope 2h", "There is no digest nope")
	r.says(t, fakeslack.Alice, r.DM(fakeslack.Alice), "digest mute here 2h", "is for channels")
	plain := r.adds(t, "digest add daily 09:00 codes 126531 last 15m")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest mute "+plain+" 2h", "has no condition")
}

func TestPersonTakesOpenIncident(t *testing.T) {
	t.Parallel()
	config := &bot.Digests{}
	r := connect(t, setup{digests: config})
	id := r.adds(t, "digest add every 15m if >100 codes 126531 last 15m")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	root := r.posted(t, id, 1)
	begin := time.Now().Add(-time.Hour).Truncate(time.Minute)
	open := digest.Incident{
		ID: id + "-abc", Digest: id, Tasks: []digest.Task{{ID: "126531"}}, If: "if >100", Begin: begin, Opened: begin,
		Channel: fakeslack.Ops, Root: root.TS, Now: digest.Reading{Slot: begin.Add(15 * time.Minute), Value: 300},
	}
	over := open
	over.ID, over.Closed, over.End = id+"-abb", begin.Add(30*time.Minute), begin.Add(15*time.Minute)
	elsewhere := open
	elsewhere.ID, elsewhere.Channel, elsewhere.Digest = id+"-abd", fakeslack.WarRoom, "k7m2"
	for _, i := range []digest.Incident{open, over, elsewhere} {
		keeps(t, config.Engine.Store, i)
	}
	r.says(t, fakeslack.Sam, fakeslack.Ops, "incidents take "+open.ID, "You are on it")
	r.becomes(t, root, "U0SAM")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest mute "+id+" 2h", "is muted until")
	r.becomes(t, root, "U0ALICE")
	r.says(t, fakeslack.Sam, fakeslack.Ops, "incidents take "+over.ID, "This incident is over.")
	r.says(t, fakeslack.Sam, fakeslack.Ops, "incidents take "+elsewhere.ID, "There is no incident")
	r.says(t, fakeslack.Sam, fakeslack.Ops, "incidents take nope-abc", "There is no incident nope-abc")

	if said := r.says(t, fakeslack.Sam, fakeslack.Ops, "incidents here", "2 incidents"); !strings.Contains(said, "U0SAM") {
		t.Errorf("the list does not say who was on it:\n%s", said)
	}
	if said := r.says(t, fakeslack.Sam, r.DM(fakeslack.Sam), "incidents", "2 incidents"); strings.Contains(said, fakeslack.WarRoom) {
		t.Errorf("the list has an incident of a channel that Sam is not in:\n%s", said)
	}
	r.says(t, fakeslack.Sam, fakeslack.Ops, "incidents 126540 last 30d", "No incidents in this window")
	r.says(t, fakeslack.Sam, r.DM(fakeslack.Sam), "incidents here", "is for channels")
}

// TestPressesOnIncidentAnswerThePersonAlone: none replaces the incident's message, and its own edits show who pressed.
func TestPressesOnIncidentAnswerThePersonAlone(t *testing.T) {
	t.Parallel()
	config := &bot.Digests{}
	r := connect(t, setup{digests: config})
	id := r.adds(t, "digest add every 15m if >100 codes 126531 last 15m")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest run "+id, "runs now")
	root := r.posted(t, id, 1)
	begin := time.Now().Add(-time.Hour).Truncate(time.Minute)
	keeps(t, config.Engine.Store, digest.Incident{
		ID: id + "-abc", Digest: id, Tasks: []digest.Task{{ID: "126531"}}, If: "if >100", Begin: begin, Opened: begin,
		Channel: fakeslack.Ops, Root: root.TS, Now: digest.Reading{Slot: begin.Add(15 * time.Minute), Value: 300, Passed: true},
	})
	r.says(t, fakeslack.Sam, fakeslack.Ops, "incidents take "+id+"-abc", "You are on it")
	root = r.becomes(t, root, "U0SAM")
	for _, step := range []struct{ action, choice, says, shows string }{
		{"take", "", "You are on it", "U0ALICE"},
		{"mute", "digest mute " + id + " 4h", "is muted until", "no_bell"},
		{"unmute", "", "no longer muted", `"mute"`},
		{"more", "", "Ping超时", "300 failures"},
	} {
		choice := step.choice
		if step.action == "more" {
			choice = commands.Codes{Tasks: []string{"126531"}, Window: commands.SinceTime(begin.Add(-15 * time.Minute))}.String()
		}
		m := r.reads(t, r.presses(t, fakeslack.Alice, root, step.action, choice), step.says)
		if m.To != fakeslack.Alice || m.TS == root.TS {
			t.Errorf("%s is answered to %q", step.action, m.To)
		}
		root = r.becomes(t, root, step.shows)
	}
}
