package fakecat

import (
	"math"
	"slices"
	"time"
)

// A world holds all synthetic data: a pure function of its seed.
type world struct {
	tasks []*watched // sharedTasks, then tasksOnly3
	byID  map[int64]*watched
}

// A watched task has its probes by the minute in which they run.
type watched struct {
	task
	only3  bool  // v2 does not have it
	added  int64 // the first minute with data, counted from 1970
	key    uint64
	phases [][]probe // index: minute % period
}

// A probe runs once in each period. The API does not distinguish the probes of a site.
type probe struct {
	site  *site
	index int // among those of its site
	key   uint64
	reach uint64 // bit i: incident i can hit it
}

func newWorld(seed uint64) world {
	w := world{byID: map[int64]*watched{}}
	for i, t := range slices.Concat(sharedTasks, tasksOnly3) {
		t.story = storyOf(t, seed)
		added, err := parseTime(t.added)
		if err != nil {
			panic(err) // the tasks are part of the program
		}
		task := &watched{
			task: t, only3: i >= len(sharedTasks), added: minuteFrom(added),
			key: hashNumber(hashNumber(seed) ^ uint64(t.id)), phases: make([][]probe, t.period),
		}
		task.placeProbes()
		w.tasks = append(w.tasks, task)
		w.byID[t.id] = task
	}
	return w
}

// placeProbes creates the task's probes at its sites.
func (t *watched) placeProbes() {
	for i, s := range t.sites() {
		for index := range t.probesAt(s) {
			p := probe{site: s, index: index, key: hashNumber(t.key + uint64(i)<<8 + uint64(index))}
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
