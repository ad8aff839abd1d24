package fakecat

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// strength is the incident's strength in a minute, 0 without it.
func (in *incident) strength(key uint64, minute int64) float64 {
	begin, end, strength := in.during(key, minute)
	if minute < begin || minute >= end {
		return 0
	}
	return strength
}

// anyIncident draws an incident of any task under any seed, with the key of its times.
func anyIncident(t *rapid.T) (incident, uint64) {
	for {
		w := newWorld(rapid.Uint64().Draw(t, "seed"))
		task := w.tasks[rapid.IntRange(0, len(w.tasks)-1).Draw(t, "task")]
		if len(task.incidents) == 0 {
			continue
		}
		i := rapid.IntRange(0, len(task.incidents)-1).Draw(t, "incident")
		if task.incidents[i].after == 0 {
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

// TestAnIncidentWorsensAndSpreads looks at each part of the story of one task, at any time.
func TestAnIncidentWorsensAndSpreads(t *testing.T) {
	for seed := range uint64(3) {
		w := newWorld(seed)
		task := w.byID[taskSpreading]
		// rate is the share of an ISP's results in a number of minutes that fail, in percent.
		rate := func(isp string, from time.Time, minutes int) int64 {
			var probes, failed int64
			results := scroll{task: task, minute: minuteFrom(from), end: from.Add(time.Duration(minutes) * time.Minute)}
			results.walk(math.MaxInt, func(r probeResult3) {
				if r.site.isp.name == isp {
					probes++
					failed += min(1, max(r.code, -r.code))
				}
			})
			return failed * 100 / max(1, probes)
		}
		now := at(t, "2026-03-04 00:00")
		for range 10 {
			begin := task.nextIncident(now)
			_, end, _ := task.incidents[0].during(task.key, minuteFrom(begin))
			if wait := begin.Sub(now); wait <= 0 || wait > 10*time.Hour {
				t.Fatalf("seed %d: after %s comes one at %s", seed, now, begin)
			}
			if before, first := rate("移动", begin.Add(-10*time.Minute), 10), rate("移动", begin, 13); before > 2 || first < 20 {
				t.Errorf("seed %d, %s: before it %d %% fail, then %d %%", seed, begin, before, first)
			}
			first, worse := rate("移动", begin, 13), rate("移动", begin.Add(13*time.Minute), int(end-minuteFrom(begin))-13)
			if worse < first+10 {
				t.Errorf("seed %d, %s: it does not worsen: %d %%, then %d %%", seed, begin, first, worse)
			}
			if one, two := rate("电信", begin, 18), rate("电信", begin.Add(18*time.Minute), int(end-minuteFrom(begin))-18); one > 2 || two < 20 {
				t.Errorf("seed %d, %s: the second ISP has %d %%, then %d %%", seed, begin, one, two)
			}
			now = time.Unix(end*60, 0)
			if after := max(rate("移动", now, 10), rate("电信", now, 10), rate("联通", begin, 30)); after > 2 {
				t.Errorf("seed %d, %s: after it, or elsewhere, %d %% fail", seed, begin, after)
			}
		}
	}
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
