package fakecat

import (
	"cmp"
	"slices"
	"time"
)

// A rowKey identifies a row of an answer.
type rowKey struct {
	site   *site
	server string
	code   int64
}

// failures counts the failures in [begin, end), in one province, or in all for "".
// The rows are ordered by ISP, province, address and code, all as the API writes them.
func (t *watched) failures(province string, begin, end time.Time) []Row {
	rows := map[rowKey]*Row{}
	live := make([]float64, len(t.incidents))
	for minute := max(minuteFrom(begin), t.added); minute < minuteFrom(end); minute++ {
		t.setShares(live, minute)
		stray := t.background * hourlyFactor(minute)
		for i := range t.phases[minute%t.period] {
			p := &t.phases[minute%t.period][i]
			if province != "" && p.site.code != province {
				continue
			}
			code, server := t.probeResult(p, minute, stray, live)
			if code != 0 {
				count(rows, rowKey{p.site, server, code}, minute)
			}
		}
	}
	return sorted(rows)
}

// setShares sets live to the share of probe results that each incident makes fail in a minute.
func (t *watched) setShares(live []float64, minute int64) {
	whole := 0 // the incident that i is a part of
	for i, in := range t.incidents {
		if in.after == 0 {
			whole = i
		}
		begin, end, strength := t.incidents[whole].during(t.key+uint64(whole), minute)
		if live[i] = 0; minute >= begin+in.after && minute < end {
			live[i] = in.share * strength
		}
	}
}

// probeResult returns the code of p in a minute, 0 for success, and the address that it reached.
func (t *watched) probeResult(p *probe, minute int64, stray float64, live []float64) (int64, string) {
	if t.id == taskExample && inExample(p, minute) {
		return exampleResult(p, minute)
	}
	draw := hashNumber(p.key + uint64(minute))
	luck := float64(draw>>11) / (1 << 53)
	if luck < stray {
		return t.drawCause(t.usual, hashNumber(draw))
	}
	luck -= stray
	server := t.server(hashNumber(draw))
	for i, share := range live {
		if share == 0 || p.reach&(1<<i) == 0 || t.incidents[i].server != "" && t.incidents[i].server != server {
			continue
		}
		if luck < share {
			return t.drawCause(t.incidents[i].causes, hashNumber(draw))
		}
		luck -= share
	}
	return 0, server
}

// server returns the address that the task's name resolves to for this draw.
func (t *watched) server(draw uint64) string { return t.servers[draw%uint64(len(t.servers))] }

// drawCause returns one of the causes for this draw.
func (t *watched) drawCause(causes []cause, draw uint64) (int64, string) {
	chance := int(draw >> 32 % 100)
	code := causes[0].code
	for _, c := range causes {
		if code = c.code; chance < c.chance {
			break
		}
		chance -= c.chance
	}
	switch code {
	case dns, -1:
		return code, "NULL"
	case inner:
		return code, "10.185.9.80"
	}
	return code, t.server(draw)
}

// during returns the incident of the period that a minute is in: its first minute, the first one after it, and its
// strength, from 0.5 to 1.
func (in *incident) during(key uint64, minute int64) (begin, end int64, strength float64) {
	key = hashNumber(key)
	since := minute + int64(key%uint64(in.every))
	if in.hour > 0 {
		since = minute + 8*60 // Beijing's days
	}
	draw := hashNumber(key + uint64(since/in.every))
	lasts := in.lasts/2 + int64(draw%uint64(in.lasts/2+1))
	begin = int64(draw >> 16 % uint64(in.every-in.lasts+1))
	if in.hour > 0 {
		begin = in.hour*60 + begin%30
	}
	begin += minute - since%in.every
	return begin, begin + lasts, 0.5 + float64(draw>>40)/(1<<25)
}

// nextIncident returns when t's first incident begins again, after now.
func (t *watched) nextIncident(now time.Time) time.Time {
	for minute := minuteFrom(now); ; minute += t.incidents[0].every {
		begin, _, _ := t.incidents[0].during(t.key, minute)
		if at := time.Unix(begin*60, 0).In(beijing); at.After(now) {
			return at
		}
	}
}

// busy holds, for each hour of a Beijing day, the number of single failures relative to the average.
var busy = [24]float64{0.7, 0.5, 0.4, 0.4, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.2, 1.2, 1.1, 1.0, 1.1, 1.1, 1.1, 1.1, 1.2,
	1.5, 1.8, 1.7, 1.4, 1.0}

func hourlyFactor(minute int64) float64 { return busy[(minute/60+8)%24] }

func count(rows map[rowKey]*Row, s rowKey, minute int64) {
	at := time.Unix(minute*60, 0).In(beijing)
	row := rows[s]
	if row == nil {
		row = &Row{
			ISP: s.site.isp.name, Province: s.site.code, ProvinceName: s.site.province.name, MapKey: s.site.mapKey,
			ServerIP: s.server, Code: s.code, Reason: reasons[s.code], First: at,
		}
		rows[s] = row
	}
	row.Count++
	row.Last = at
}

func sorted(rows map[rowKey]*Row) []Row {
	list := make([]Row, 0, len(rows))
	for _, row := range rows {
		list = append(list, *row)
	}
	slices.SortFunc(list, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.ISP, b.ISP), cmp.Compare(a.Province, b.Province),
			cmp.Compare(a.ServerIP, b.ServerIP), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// hashNumber returns a hash of x (the finalizer of splitmix64).
func hashNumber(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
