package query

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"catbot/catapi"
	"catbot/report"
)

const (
	// seenTTL is how long an ISP or a province that an answer named counts as probed.
	seenTTL = 24 * time.Hour
	// maxSeenTasks and maxSeenNames bound the cache; names are counted per task.
	maxSeenTasks = 1000
	maxSeenNames = 500
)

// A seenCache holds, for each task, the ISPs and provinces that its answers named. It is filled from answers to other
// requests, so it costs no calls. The zero value is ready to use.
type seenCache struct {
	mu    sync.Mutex
	tasks *simplelru.LRU[string, *namesOfTask]
}

// namesOfTask has the time at which each name of a task was seen last.
type namesOfTask struct{ isps, provinces map[string]time.Time }

// record adds the names in h.
func (s *seenCache) record(h catapi.History) {
	if h.Query.Task == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	names := s.forTask(h.Query.Task)
	for i := range h.Rows {
		row := &h.Rows[i] // rows are sorted, so neighbours mostly share their names
		if i == 0 || row.ISP != h.Rows[i-1].ISP || row.Province != h.Rows[i-1].Province {
			names.add(row.ISP, row.Province, row.ProvinceName, h.Query.End)
		}
	}
	for _, p := range h.Probes {
		names.add(p.ISP, p.Province, p.ProvinceName, h.Query.End)
	}
}

// forTask returns the names of a task, creating them if needed. The caller holds s.mu.
func (s *seenCache) forTask(task string) *namesOfTask {
	if s.tasks == nil {
		s.tasks, _ = simplelru.NewLRU[string, *namesOfTask](maxSeenTasks, nil) // fails for a size of 0 only
	}
	names, ok := s.tasks.Get(task)
	if !ok {
		names = &namesOfTask{map[string]time.Time{}, map[string]time.Time{}}
		s.tasks.Add(task, names)
	}
	return names
}

func (n *namesOfTask) add(isp, province, provinceName string, at time.Time) {
	addName(n.isps, isp, at)
	addName(n.provinces, cmp.Or(provinceName, province), at)
}

// addName records that name was seen at a time. Above maxSeenNames it drops the one that was seen the longest time ago.
func addName(names map[string]time.Time, name string, at time.Time) {
	if name == "" || !at.After(names[name]) {
		return
	}
	names[name] = at
	if len(names) > maxSeenNames {
		oldest := name
		for other, last := range names {
			if last.Before(names[oldest]) {
				oldest = other
			}
		}
		delete(names, oldest)
	}
}

// lastDay returns the names in the answers for a task in the day before now.
func (s *seenCache) lastDay(task string, now time.Time) report.Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := s.forTask(task)
	return report.Seen{ISPs: recentNames(names.isps, now), Provinces: recentNames(names.provinces, now)}
}

// provinces returns the provinces that answers about tasks have ever named, sorted.
func (s *seenCache) provinces(tasks []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]bool{}
	for _, task := range tasks {
		for name := range s.forTask(task).provinces {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// recentNames returns the names seen in the day before now.
func recentNames(names map[string]time.Time, now time.Time) []string {
	var all []string
	for name, at := range names {
		if now.Sub(at) <= seenTTL {
			all = append(all, name)
		}
	}
	return all
}
