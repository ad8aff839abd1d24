package fakecat

import (
	"testing"

	"pgregory.net/rapid"
)

// anyIncident draws an incident of any task under any seed, with the key of its times.
func anyIncident(t *rapid.T) (incident, uint64) {
	for {
		w := newWorld(rapid.Uint64().Draw(t, "seed"))
		task := w.tasks[rapid.IntRange(0, len(w.tasks)-1).Draw(t, "task")]
		if len(task.incidents) > 0 {
			i := rapid.IntRange(0, len(task.incidents)-1).Draw(t, "incident")
			return task.incidents[i], task.key + uint64(i)
		}
	}
}

func TestAnIncidentBeginsAndEndsOnceInItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, key := anyIncident(t)
		first := rapid.Int64Range(25_000_000, 30_000_000).Draw(t, "minute") // from 2017 to 2027
		const times = 6
		begun, ended, since := 0, 0, int64(0) // since is the minute in which it began, once that was seen
		for minute := first; minute < first+times*in.every; minute++ {
			switch now, before := in.strength(key, minute), in.strength(key, minute-1); {
			case now != 0 && (now < 0.5 || now > 1):
				t.Fatalf("its strength is %v", now)
			case now > 0 && before == 0:
				begun, since = begun+1, minute
			case now == 0 && before > 0:
				ended++
				if lasted := minute - since; since > 0 && (lasted < in.lasts/2 || lasted > in.lasts) {
					t.Fatalf("it lasted for %d minutes, want %d to %d", lasted, in.lasts/2, in.lasts)
				}
			}
		}
		if begun < times-1 || begun > times+1 || ended < times-1 || ended > times+1 {
			t.Fatalf("in %d times of %d minutes it began %d times and ended %d times", times, in.every, begun, ended)
		}
	})
}

func TestSomeTroubleComesEveryDayAtItsHour(t *testing.T) {
	for _, tc := range []struct {
		name     string
		task     int64
		from, to string // of the day in which all of it is
	}{
		{"the backup at night", taskBackup, "02:00", "03:10"},
		{"the players in the evening", taskEvenings, "20:00", "23:00"},
		{"the uplink after work", taskTrunk, "19:00", "22:30"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for seed := range uint64(3) {
				task := newWorld(seed).byID[tc.task]
				task.background = 0
				for _, day := range []string{"2026-03-01 ", "2026-03-02 ", "2026-03-07 "} {
					whole := sum(task.failures("", at(t, day+"00:00"), at(t, day+"23:59")))
					within := sum(task.failures("", at(t, day+tc.from), at(t, day+tc.to)))
					if within < 15 || within != whole {
						t.Errorf("seed %d, %s: %d of %d failures in its hours", seed, day, within, whole)
					}
				}
			}
		})
	}
}
