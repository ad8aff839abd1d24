package report

import (
	"cmp"
	"slices"
	"time"

	"catbot/catapi"
)

// A Question selects what is counted of the histories.
type Question struct {
	Task     string
	Province string
	ISP      func(name string) bool // reports whether an ISP is requested; nil means all are
	ISPs     int                    // number of requested ISPs; 0 means all
	Seen     Seen                   // where the task was probed lately
	Now      time.Time              // when it is asked
}

// NewPart counts the failures of now, and of before if that is not nil.
func NewPart(q Question, now catapi.History, before *catapi.History) Part {
	part := Part{
		Task: q.Task, Province: q.Province,
		Begin: now.Query.Begin, End: now.Query.End,
		FetchedAt: now.FetchedAt, Cached: now.Cached, Stale: now.Stale, Compared: before != nil,
	}
	if before != nil {
		part.BaseBegin, part.BaseEnd = before.Query.Begin, before.Query.End
	}
	var dropped bool
	part.Rows, dropped = q.rows(now, before)
	part.Findings = tally(part.Rows)
	part.Newest = part.Findings.countProbes(q, now.Probes)
	if now.Probes != nil && part.Probed == 0 {
		part.Notes = append(part.Notes, Note{Kind: Unwatched, Err: &catapi.UnwatchedError{
			Task: catapi.Task{ID: q.Task}, Window: part.End.Sub(part.Begin), Others: len(now.Probes) > 0,
		}})
	}
	s := scope{isps: q.ISPs, compared: part.Compared, seen: q.Seen}
	if q.Province != "" {
		s.provinces = 1
	}
	if part.Counted = now.Probes != nil; part.Counted {
		part.nodes = nodesOf(part.Findings, now.Probes, q.ISP)
	}
	part.seen, part.others = q.Seen, map[string]int64{}
	q.countOthers(part.others, now)
	part.overTime, part.askedAt = q.failuresOverTime(now), q.Now
	if now.Stale == nil && part.Total >= enough {
		part.Lasting = lastingOf(part.Rows, part.Counted, part.Begin, part.End, q.Now)
	}
	part.Verdict = verdictOf(part.Findings, part.nodes, s)
	if q.Province != "" {
		for _, row := range part.Rows {
			part.Place = cmp.Or(part.Place, row.ProvinceName)
		}
	}
	if dropped && part.Total == 0 {
		part.Notes = append(part.Notes, Note{Kind: NoSuchISP})
	}
	if note, differs := checkSummary(now); differs {
		part.Notes = append(part.Notes, note)
	}
	return part
}

// NewAnswer adds up the parts that succeeded.
func NewAnswer(request Request, parts []Part) Answer {
	a := sum(request, parts)
	others := map[string]int64{}
	for _, part := range parts {
		for isp, count := range part.others {
			others[isp] += count
		}
	}
	a.Choice = choiceOf(a.ISPs, a.Provinces, others)
	return a
}

func sum(request Request, parts []Part) Answer {
	a := Answer{Request: request, Parts: parts}
	if len(parts) == 1 {
		a.Findings = parts[0].Findings
		return a
	}
	var rows []Row
	for _, part := range parts {
		rows = append(rows, part.Rows...)
	}
	a.Findings = tally(rows)
	a.Counted = !slices.ContainsFunc(parts, func(p Part) bool { return p.Err == nil && !p.Counted })
	var verdicts []Verdict
	for _, task := range request.Tasks {
		if f, v, ok := request.judge(task, parts); ok {
			a.Probed += f.Probed
			verdicts = append(verdicts, v)
		}
	}
	switch {
	case len(request.Tasks) > 1:
		a.Verdict = ofTasks(a.Findings, verdicts, len(request.Tasks))
	case len(verdicts) > 0:
		a.Verdict = verdicts[0]
	}
	return a
}

// judge returns the verdict on one task from its parts. Each part is of another province; parts without an answer are skipped.
func (a Request) judge(task string, parts []Part) (f Findings, v Verdict, ok bool) {
	s := scope{isps: len(a.OnlyISPs), provinces: len(a.OnlyProvinces), compared: true}
	var rows []Row
	var nodes []node
	f.Counted = true
	for _, part := range parts {
		if part.Task != task || part.Err != nil {
			continue
		}
		ok = true
		rows, nodes, f.Probed = append(rows, part.Rows...), append(nodes, part.nodes...), f.Probed+part.Probed
		f.Counted = f.Counted && part.Counted
		s.compared, s.seen = s.compared && part.Compared, part.seen
	}
	counted, probed := f.Counted, f.Probed
	f = tally(rows)
	f.Counted, f.Probed = counted, probed
	return f, verdictOf(f, nodes, s), ok
}

// countProbes returns the number of probes that q selects, and the time of the latest.
func (f *Findings) countProbes(q Question, probed []catapi.ProbeCount) (newest time.Time) {
	byISP := map[string]int64{}
	for _, p := range probed {
		if q.ISP == nil || q.ISP(p.ISP) {
			f.Probed += p.Count
			byISP[p.ISP] += p.Count
			if p.Last.After(newest) {
				newest = p.Last
			}
		}
	}
	for i := range f.ISPs {
		f.ISPs[i].Probed = byISP[f.ISPs[i].Name]
	}
	return newest
}

// A codeKey identifies a reason.
type codeKey struct {
	kind catapi.Kind
	code int64
}

func reasonKey(row *Row) codeKey { return codeKey{row.Kind, row.Code} }

type rowKey struct {
	isp, province, server string
	code                  int64
}

func keyOf(row catapi.Row) rowKey { return rowKey{row.ISP, row.Province, row.ServerIP, row.Code} }

// rows joins the failures of both windows. dropped reports whether failures on other ISPs were left out.
func (q Question) rows(now catapi.History, before *catapi.History) (rows []Row, dropped bool) {
	wanted := func(row catapi.Row) bool {
		if row.Code == 0 || row.Count == 0 {
			return false
		}
		if q.ISP != nil && !q.ISP(row.ISP) {
			dropped = true
			return false
		}
		return true
	}
	rows = make([]Row, 0, len(now.Rows))
	for _, row := range now.Rows {
		if wanted(row) {
			rows = append(rows, Row{Row: row})
		}
	}
	if before == nil {
		return rows, dropped
	}
	index := make(map[rowKey]int, len(rows))
	for i, row := range rows {
		index[keyOf(row.Row)] = i
	}
	failing := dropped
	for _, row := range before.Rows {
		if !wanted(row) {
			continue
		}
		if i, ok := index[keyOf(row)]; ok {
			rows[i].Before += row.Count
			continue
		}
		gone := Row{Row: row, Before: row.Count}
		gone.Count, gone.Recent, gone.First, gone.Last = 0, 0, time.Time{}, time.Time{}
		rows = append(rows, gone)
	}
	return rows, failing
}

// tally counts rows by ISP, reason, province and server in one pass.
func tally(rows []Row) Findings {
	var f Findings
	isps := newTable(func(row *Row) string { return row.ISP }, func(row *Row) ISP { return ISP{Name: row.ISP} })
	reasons := newTable(reasonKey, newReason)
	places := newTable(placeKey, newPlace)
	servers := newTable(func(row *Row) string { return row.ServerIP },
		func(row *Row) Server { return Server{IP: row.ServerIP} })
	type side struct {
		reasons *table[codeKey, Reason]
		places  *table[string, Place]
	}
	var sides []side // of the ISPs, in the order of isps.rows
	for i := range rows {
		row := &rows[i]
		f.Total += row.Count
		f.Before += row.Before
		at := isps.at(row)
		if at == len(sides) {
			sides = append(sides, side{newTable(reasonKey, newReason), newTable(placeKey, newPlace)})
		}
		isps.rows[at].add(row)
		reasons.rows[reasons.at(row)].add(row)
		places.rows[places.at(row)].add(row)
		servers.rows[servers.at(row)].add(row)
		s := sides[at]
		s.reasons.rows[s.reasons.at(row)].add(row)
		s.places.rows[s.places.at(row)].add(row)
	}
	for i := range isps.rows {
		isps.rows[i].Reasons = sorted(sides[i].reasons.rows)
		isps.rows[i].Provinces = sorted(sides[i].places.rows)
	}
	f.ISPs, f.Reasons, f.Provinces, f.Servers = sorted(isps.rows), sorted(reasons.rows), sorted(places.rows),
		sorted(servers.rows)
	return f
}

// A table groups rows by a key, in order of first appearance.
type table[K comparable, V any] struct {
	key   func(*Row) K
	fresh func(*Row) V
	keys  []K       // of rows
	index map[K]int // of keys; nil while there are few, which are compared one by one
	rows  []V
}

// fewKeys is how many keys of a table need no index. Most tables stay below it.
const fewKeys = 8

func newTable[K comparable, V any](key func(*Row) K, fresh func(*Row) V) *table[K, V] {
	return &table[K, V]{key: key, fresh: fresh}
}

// at returns the place of row's group in t.rows.
func (t *table[K, V]) at(row *Row) int {
	key := t.key(row)
	if i, ok := t.find(key); ok {
		return i
	}
	t.keys, t.rows = append(t.keys, key), append(t.rows, t.fresh(row))
	switch last := len(t.keys) - 1; {
	case t.index != nil:
		t.index[key] = last
	case last == fewKeys:
		t.index = map[K]int{}
		for i, key := range t.keys {
			t.index[key] = i
		}
	}
	return len(t.keys) - 1
}

func (t *table[K, V]) find(key K) (int, bool) {
	if t.index != nil {
		i, ok := t.index[key]
		return i, ok
	}
	i := slices.Index(t.keys, key)
	return i, i >= 0
}

func newReason(row *Row) Reason  { return Reason{Code: row.Code, Kind: row.Kind} }
func placeKey(row *Row) string   { return cmp.Or(row.Province, row.ProvinceName) }
func newPlace(row *Row) Place    { return Place{Code: row.Province} }
func (i *ISP) add(row *Row)      { i.Count += row.Count; i.Before += row.Before }
func (s *Server) add(row *Row)   { s.Count += row.Count; s.Before += row.Before }
func (i ISP) size() (n, b int64) { return i.Count, i.Before }

func (r *Reason) add(row *Row) {
	r.Text = cmp.Or(r.Text, row.Reason)
	r.Count += row.Count
	r.Before += row.Before
}

func (p *Place) add(row *Row) {
	p.Name = cmp.Or(row.ProvinceName, p.Name, row.Province)
	p.Count += row.Count
	p.Before += row.Before
}

func (r Reason) size() (n, b int64) { return r.Count, r.Before }
func (p Place) size() (n, b int64)  { return p.Count, p.Before }
func (s Server) size() (n, b int64) { return s.Count, s.Before }

func (i ISP) name() string    { return i.Name }
func (r Reason) name() string { return r.Text }
func (p Place) name() string  { return p.label() }
func (s Server) name() string { return s.IP }

// sorted orders by descending failures, then by those before, then by name so that equal data reads equally.
func sorted[T interface {
	size() (int64, int64)
	name() string
}](rows []T) []T {
	slices.SortStableFunc(rows, func(a, b T) int {
		an, ab := a.size()
		bn, bb := b.size()
		return cmp.Or(cmp.Compare(bn, an), cmp.Compare(bb, ab), cmp.Compare(a.name(), b.name()))
	})
	return rows
}

// checkSummary compares the API's own totals with its rows. The answer uses the rows.
func checkSummary(h catapi.History) (Note, bool) {
	if h.Summary == nil {
		return Note{}, false
	}
	counts := map[int64]int64{}
	note := Note{Kind: SummaryDiffers}
	for _, row := range h.Rows {
		if row.Code != 0 {
			counts[row.Code] -= row.Count
			note.Rows += row.Count
		}
	}
	for _, total := range h.Summary {
		if total.Code != 0 {
			counts[total.Code] += total.Count
			note.API += total.Count
		}
	}
	for _, left := range counts {
		if left != 0 {
			return note, true
		}
	}
	return Note{}, false
}
