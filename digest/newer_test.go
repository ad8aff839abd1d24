package digest

import (
	"encoding/json"
	"strings"
	"testing"

	"catbot/commands"
)

// storedField returns a field of a stored digest.
func (d *testEngine) storedField(id, name string) string {
	d.t.Helper()
	text, err := d.Store.DB.HGet(d.t.Context(), d.Store.digestKey(id), name).Result()
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

func TestSlotsOfAnOlderVersionKeepWhatANewerOneStored(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150) // an incident is open
	for name, members := range map[string][]string{
		"over": {`{"over":`, `{"forecast":{"next":[1,2]},"over":`,
			`"incident":{`, `"incident":{"severity":"high",`, `"worst":{`, `"worst":{"loss":0.5,`},
		"last": {`[{`, `[{"seen_by":["U0BOB"],`},
	} {
		newer := strings.NewReplacer(members...).Replace(d.storedField(added.ID, name))
		if err := d.Store.DB.HSet(t.Context(), d.Store.digestKey(added.ID), name, newer).Err(); err != nil {
			t.Fatal(err)
		}
	}
	incident := d.get(added.ID).State.Incident.ID
	d.runSlots(1, 140, 20) // it goes on, and ends
	ended, err := d.Store.DB.Get(t.Context(), d.Store.incidentKey(incident)).Result()
	if err != nil || !strings.Contains(ended, `"closed":`) {
		t.Fatalf("the incident is stored as %s, %v", ended, err)
	}
	for text, members := range map[string][]string{
		d.storedField(added.ID, "over"): {`"forecast":{"next":[1,2]}`},
		d.storedField(added.ID, "last"): {`"seen_by":["U0BOB"]`},
		ended:                           {`"severity":"high"`, `"loss":0.5`},
	} {
		for _, member := range members {
			if strings.Count(text, member) != 1 {
				t.Errorf("%s is not once in %s", member, text)
			}
		}
	}
}

func TestLimitOfAStoredIncidentIsReadByLaterVersions(t *testing.T) {
	for stored, want := range map[string]commands.Limit{
		`{"Of":0,"Kind":0,"Failures":100,"Percent":0,"Times":0,"Base":""}`: {Kind: commands.OverFailures, Failures: 100},
		`{"Of":1,"Kind":1,"Failures":0,"Percent":20.5,"Times":0,"Base":""}`: {
			Of: commands.AnyISP, Kind: commands.OverPercent, Percent: 20.5,
		},
		`{"Of":2,"Kind":0,"Failures":50,"Percent":0,"Times":0,"Base":""}`: {
			Of: commands.AnyProvince, Kind: commands.OverFailures, Failures: 50,
		},
		`{"Of":0,"Kind":2,"Failures":0,"Percent":0,"Times":0,"Base":""}`: {Kind: commands.OverUsual},
		`{"Of":0,"Kind":3,"Failures":0,"Percent":0,"Times":2,"Base":"yesterday"}`: {
			Kind: commands.OverTimes, Times: 2, Base: commands.DayBefore,
		},
		`{"Of":0,"Kind":3,"Failures":0,"Percent":0,"Times":2.5,"Base":"last week"}`: {
			Kind: commands.OverTimes, Times: 2.5, Base: commands.WeekBefore,
		},
	} {
		var read Incident
		if err := json.Unmarshal([]byte(`{"limit":`+stored+`}`), &read); err != nil || read.Limit != want {
			t.Errorf("%s is read as %+v (%v)", stored, read.Limit, err)
		}
		if written, err := json.Marshal(want); err != nil || string(written) != stored {
			t.Errorf("%+v is stored as %s (%v)", want, written, err)
		}
	}
}

func TestRecordsOfANewerVersionComeBackWhole(t *testing.T) {
	for name, record := range map[string]any{
		"a state": &ConditionState{}, "an incident": &Incident{}, "a reading": &Reading{}, "a group": &Affected{},
		"a note": &Note{},
	} {
		t.Run(name, func(t *testing.T) {
			plain, err := json.Marshal(record)
			if err != nil {
				t.Fatal(err)
			}
			newer := strings.Replace(string(plain), "{", `{"newer":{"a":[1]},`, 1)
			if err := json.Unmarshal([]byte(newer), record); err != nil {
				t.Fatal(err)
			}
			again, err := json.Marshal(record)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(again), `"newer":{"a":[1]}`) {
				t.Errorf("%s came back as %s", newer, again)
			}
			if err := json.Unmarshal(plain, record); err != nil { // decoding into a used record forgets the old members
				t.Fatal(err)
			}
			if got := mustJSON(record); got != string(plain) {
				t.Errorf("%s came back as %s", plain, got)
			}
			if err := json.Unmarshal([]byte(`[5]`), record); err == nil {
				t.Error("a list is taken for a record")
			}
		})
	}
}
