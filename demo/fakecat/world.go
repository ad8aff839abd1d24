package fakecat

import (
	"math"
	"slices"
	"time"
)

// A world is everything that the probes see: a pure function of its seed.
type world struct {
	tasks []*watched // the catalogue, then newer
	byID  map[int64]*watched
}

// A watched task has its probes sorted out by the minute in which they look.
type watched struct {
	task
	only3  bool  // v2 does not know it
	added  int64 // the first minute with data, counted from 1970
	key    uint64
	phases [][]probe // index: minute % period
}

// A probe looks at its task once in every period. The API doesn't tell those of one site apart.
type probe struct {
	site  *site
	index int // among those of its site
	key   uint64
	reach uint64 // bit i: incident i can hit it
}

func newWorld(seed uint64) world {
	w := world{byID: map[int64]*watched{}}
	for i, t := range slices.Concat(catalogue, newer) {
		t.story = storyOf(t, seed)
		added, err := parseTime(t.added)
		if err != nil {
			panic(err) // the catalogue is part of the program
		}
		seen := &watched{
			task: t, only3: i >= len(catalogue), added: minuteFrom(added),
			key: mix(mix(seed) ^ uint64(t.id)), phases: make([][]probe, t.period),
		}
		seen.place()
		w.tasks = append(w.tasks, seen)
		w.byID[t.id] = seen
	}
	return w
}

// place puts the task's probes where it is watched from.
func (t *watched) place() {
	for i, s := range t.sites() {
		for index := range t.probesAt(s) {
			p := probe{site: s, index: index, key: mix(t.key + uint64(i)<<8 + uint64(index))}
			for bit, trouble := range t.incidents {
				if (trouble.isp == "" || trouble.isp == s.isp.name) &&
					(trouble.provinces == nil || slices.Contains(trouble.provinces, s.code)) {
					p.reach |= 1 << bit
				}
			}
			phase := p.key % uint64(t.period)
			t.phases[phase] = append(t.phases[phase], p)
		}
	}
}

// watches reports whether t has a probe in the province with this code.
func (t *watched) watches(code string) bool {
	return slices.ContainsFunc(t.phases, func(probes []probe) bool {
		return slices.ContainsFunc(probes, func(p probe) bool { return p.site.code == code })
	})
}

// minuteFrom is the first whole minute at or after t, counted from 1970.
func minuteFrom(t time.Time) int64 {
	seconds := t.Unix()
	if t.Nanosecond() > 0 {
		seconds++
	}
	return int64(math.Ceil(float64(seconds) / 60))
}
