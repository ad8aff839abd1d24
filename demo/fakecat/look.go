package fakecat

import (
	"cmp"
	"slices"
	"time"
)

// A sighting is what a row of an answer counts.
type sighting struct {
	site   *site
	server string
	code   int64
}

// failures counts what failed in [begin, end), in one province or, for "", in all.
// The rows are ordered by ISP, province, address and code, all as the API writes them.
func (t *watched) failures(province string, begin, end time.Time) []Row {
	rows := map[sighting]*Row{}
	live := make([]float64, len(t.incidents))
	for minute := max(minuteFrom(begin), t.added); minute < minuteFrom(end); minute++ {
		t.weigh(live, minute)
		stray := t.background * rhythm(minute)
		for i := range t.phases[minute%t.period] {
			p := &t.phases[minute%t.period][i]
			if province != "" && p.site.code != province {
				continue
			}
			code, server := t.look(p, minute, stray, live)
			if code != 0 {
				count(rows, sighting{p.site, server, code}, minute)
			}
		}
	}
	return sorted(rows)
}

// weigh sets live to the share of looks that each incident hits in a minute.
func (t *watched) weigh(live []float64, minute int64) {
	for i := range t.incidents {
		live[i] = t.incidents[i].share * t.incidents[i].strength(t.key+uint64(i), minute)
	}
}

// look returns the code that p sees in a minute, 0 for success, and the address that it reached.
func (t *watched) look(p *probe, minute int64, stray float64, live []float64) (int64, string) {
	if t.id == taskExample && inExample(p, minute) {
		return exampleLook(p, minute)
	}
	draw := mix(p.key + uint64(minute))
	luck := float64(draw>>11) / (1 << 53)
	if luck < stray {
		return t.fail(t.usual, mix(draw))
	}
	luck -= stray
	server := t.server(mix(draw))
	for i, share := range live {
		if share == 0 || p.reach&(1<<i) == 0 || t.incidents[i].server != "" && t.incidents[i].server != server {
			continue
		}
		if luck < share {
			return t.fail(t.incidents[i].causes, mix(draw))
		}
		luck -= share
	}
	return 0, server
}

// server is the address that the task's name leads to with this draw.
func (t *watched) server(draw uint64) string { return t.servers[draw%uint64(len(t.servers))] }

// fail picks one of the causes.
func (t *watched) fail(causes []cause, draw uint64) (int64, string) {
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

// strength is how bad the incident is in a minute: 0 while there is none, else from a half to 1.
func (in *incident) strength(key uint64, minute int64) float64 {
	key = mix(key)
	since := minute + int64(key%uint64(in.every))
	if in.hour > 0 {
		since = minute + 8*60 // Beijing's days
	}
	draw := mix(key + uint64(since/in.every))
	lasts := in.lasts/2 + int64(draw%uint64(in.lasts/2+1))
	begin := int64(draw >> 16 % uint64(in.every-in.lasts+1))
	if in.hour > 0 {
		begin = in.hour*60 + begin%30
	}
	if at := since % in.every; at < begin || at >= begin+lasts {
		return 0
	}
	return 0.5 + float64(draw>>40)/(1<<25)
}

// busy is how many more single failures than on average each hour of a Beijing day has.
var busy = [24]float64{0.7, 0.5, 0.4, 0.4, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.2, 1.2, 1.1, 1.0, 1.1, 1.1, 1.1, 1.1, 1.2,
	1.5, 1.8, 1.7, 1.4, 1.0}

func rhythm(minute int64) float64 { return busy[(minute/60+8)%24] }

func count(rows map[sighting]*Row, s sighting, minute int64) {
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

func sorted(rows map[sighting]*Row) []Row {
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

// mix turns a number into one that seems to have nothing to do with it (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
