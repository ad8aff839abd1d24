package fakecat

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A scroll is a question whose probe results are returned page by page.
type scroll struct {
	task      *watched
	districts []string
	begin     time.Time
	end       time.Time
	total     int64
	minute    int64 // where the next page begins
	probe     int
}

// scrolls stores the open scrolls. When there are too many, old ones are removed.
type scrolls struct {
	mu   sync.Mutex
	next int
	open map[string]*scroll
}

const maxScrolls = 1000

func (s *scrolls) add(one *scroll) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.open) >= maxScrolls {
		clear(s.open)
	}
	s.next++
	id := "scroll" + strconv.Itoa(s.next)
	s.open[id] = one
	return id
}

func (s *scrolls) take(id string) *scroll {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[id]
}

// A probeResult3 is the result of one probe in API 3.0.
type probeResult3 struct {
	at   time.Time
	site *site
	code int64
}

// step returns at most limit results from the position of s.
func (s *scroll) step(limit int) (seen []probeResult3) {
	s.walk(limit, func(one probeResult3) { seen = append(seen, one) })
	return seen
}

// count returns the number of results from the position of s.
func (s *scroll) count() int64 {
	rest := *s
	return int64(rest.walk(math.MaxInt, nil))
}

// walk moves over at most limit results, calls see for each and returns their number. A nil see only counts, which is
// faster: a month has millions.
func (s *scroll) walk(limit int, see func(probeResult3)) (walked int) {
	t := s.task
	live := make([]float64, len(t.incidents))
	for end := minuteFrom(s.end); s.minute < end; s.minute, s.probe = s.minute+1, 0 {
		if see != nil {
			t.setShares(live, s.minute)
		}
		probes := t.phases[s.minute%t.period]
		for ; s.probe < len(probes); s.probe++ {
			p := &probes[s.probe]
			if len(s.districts) > 0 && !slices.Contains(s.districts, p.site.province.name) {
				continue
			}
			if walked == limit {
				return walked
			}
			walked++
			if see == nil {
				continue
			}
			code, _ := t.probeResult(p, s.minute, t.background*hourlyFactor(s.minute), live)
			// Each probe has its own second of the minute.
			see(probeResult3{time.Unix(s.minute*60+int64(p.key%60), 0), p.site, code})
		}
	}
	return walked
}

func (a *API) probeData(body []byte) (map[string]any, *refusal3) {
	var asked struct {
		BeginTime, EndTime  int64
		TaskType, SortField string
		SelectedFields      []string
		TaskID, Districts   []string
		Offset, Limit       int
		ScrollID            string
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, refuse3("InvalidParameter", "%v", err)
	}
	most := a.opts.Page3
	if most == 0 {
		most = 5000
	}
	switch {
	case asked.Limit < 1 || asked.Limit > most || asked.Offset < 0:
		return nil, refuse3("InvalidParameterValue", "Limit is from 1 to %d", most)
	case asked.BeginTime < 1e12 || asked.EndTime <= asked.BeginTime:
		return nil, refuse3("InvalidParameterValue", "BeginTime and EndTime are milliseconds")
	case len(asked.TaskID) != 1 || asked.SortField == "" || len(asked.SelectedFields) == 0:
		return nil, refuse3("MissingParameter", "TaskID, SortField and SelectedFields are needed")
	}
	s := a.scrolls.take(asked.ScrollID)
	if s == nil {
		id, ok := number3(asked.TaskID[0])
		task := a.world.byID[id]
		if !ok || task == nil {
			return nil, refuse3("ResourceNotFound", "no task %s", brief(asked.TaskID[0]))
		}
		if kinds3[task.kind].analyzed != asked.TaskType {
			return nil, refuse3("InvalidParameterValue", "TaskType is not the task's")
		}
		end := time.UnixMilli(asked.EndTime)
		if now := a.opts.Now(); now.Before(end) {
			end = now
		}
		s = &scroll{task: task, districts: asked.Districts, begin: time.UnixMilli(asked.BeginTime), end: end}
		s.minute = max(minuteFrom(s.begin), task.added)
		s.total = s.count()
		s.walk(asked.Offset, nil)
		asked.ScrollID = a.scrolls.add(s)
	}
	rows := []map[string]any{}
	for _, one := range s.step(asked.Limit) {
		rows = append(rows, one.wire())
	}
	return map[string]any{"DataSet": rows, "TotalNumber": s.total, "ScrollID": asked.ScrollID}, nil
}

// wire returns one result as in the vendor's example: the time is in a field, the row's own time is a placeholder.
func (s probeResult3) wire() map[string]any {
	type pair struct {
		ID    int
		Name  string
		Value any
	}
	name := s.site.province.name
	if name == "" {
		name = s.site.code
	}
	labels := []pair{{0, "Operator", s.site.isp.name}, {1, "District", name}}
	if s.code != 0 {
		labels = append(labels, pair{2, "PingErrorInfo", reasons[s.code]})
	}
	return map[string]any{
		"ProbeTime": 1, "Labels": labels,
		"Fields": []pair{{0, "ProbeTime", s.at.UnixMilli()}, {1, "ErrorId", s.code}},
	}
}
