package report

import "slices"

// A Verdict says in one line where it hurts. The rule, which docs/answers.md tells its readers:
//
//   - No failures: there is no data, or nothing was reported, or all probes succeeded. Fewer than enough: too few to
//     tell.
//   - Where probes are counted (API 3.0), rates decide. An ISP, a province or an ISP in a province stands out when
//     its failure rate is at least leastRatio times that of all others together, both sides have leastProbes, it has
//     leastFailures, and chance can't explain it: the exact binomial tail is under mostChance. Up to mostGroups are
//     named.
//   - Where they are not (API v2), shares of the failures decide. Failures concentrate on an ISP or a province that
//     has at least four fifths of them. So they do on a server address, where others fail too.
//   - The site itself is to blame only where most of the ISPs and most of the provinces fail. Between that and one
//     place, the few places with most of the failures are named.
//   - What the question itself picked out is no finding. Where the question was limited to some ISPs or provinces and
//     nothing inside stands out, only a wider question can tell.
//   - Several tasks each have their own verdict. They share one where each that fails blames the same.
type Verdict struct {
	Total    int64
	Few      bool
	Severity Severity
	Tasks    *TaskReach // where several tasks were asked about
	Groups   []Group    // that stand out by their rate
	Others   Group      // all other probes
	ISPs     []Leader   // with most of the failures, where no rate decides
	Places   []Leader
	Server   *Server
	Reason   *Reason
	Reach    Reach
	Counted  bool // as in Findings
	Probed   int64
	Pair     bool // the first of ISPs has most of the failures in the first of Places
	Spread   bool // most of the ISPs and of the provinces fail
	Advice   Advice
}

// A Leader is an ISP or a province with many of the failures.
type Leader struct {
	Name   string
	Count  int64
	Probes int64 // where they are counted
	Only   bool  // no other is probed
}

// concentrated reports whether one place, or one server address of several, has most of the failures.
func (v Verdict) concentrated() bool {
	return v.Advice == LookAtServer || len(concentrated(v.ISPs, v.Total))+len(concentrated(v.Places, v.Total)) > 0
}

// Reach is how far the failures go.
type Reach struct {
	ISPs, Provinces, Servers   int
	AllISPs, AllProvinces      int // those that could fail
	failingISPs, failingPlaces int // those that fail about as much as all do
}

// TaskReach is how many of the tasks that were asked about have failures.
type TaskReach struct{ Failing, All int }

const (
	// enough failures to judge by: with fewer, four fifths of them are chance.
	enough = 5
	// most is the share that makes a concentration, in fifths.
	most = 4
	// few provinces can still be named one by one, and so can fewISPs, of which there are three or four.
	few     = 3
	fewISPs = 2
	// shownName is how many characters of a name from outside stand in a sentence.
	shownName = 60
)

// A scope is what a verdict is asked about.
type scope struct {
	isps, provinces int // how many were asked about; 0 is all
	compared        bool
	seen            Seen
}

// Seen are the ISPs and provinces that a task was seen to be probed from lately, as far as that is known.
type Seen struct{ ISPs, Provinces []string }

// verdictOf applies the rule to f and its nodes, which are nil where probes are not counted.
func verdictOf(f Findings, nodes []node, s scope) Verdict {
	v := Verdict{Total: f.Total, Few: f.Total > 0 && f.Total < enough, Counted: f.Counted, Probed: f.Probed}
	v.Reach = reachOf(f, nodes, s.seen)
	if f.Total >= enough {
		if f.Counted {
			v.Groups, v.Others = standing(nodes)
		}
		v.name(f, nodes, s)
	}
	v.Severity = severityOf(f, v.Groups, s.compared)
	if f.Total >= enough {
		v.Advice = v.advise(s)
	}
	return v
}

// name finds what most of the failures share.
func (v *Verdict) name(f Findings, nodes []node, s scope) {
	v.Reason = concentration(f.Reasons, f.Total)
	if v.Server = concentration(f.Servers, f.Total); v.Server != nil && v.Server.IP == "" {
		v.Server = nil // no address at all is no finding
	}
	v.Spread = v.Reach.spread(f, nodes)
	if len(v.Groups) > 0 {
		return
	}
	if s.isps != 1 {
		v.ISPs = leaders(f.ISPs, f.Total, fewISPs, func(i ISP) Leader { return Leader{Name: i.Name, Count: i.Count} })
	}
	if s.provinces != 1 {
		v.Places = leaders(f.Provinces, f.Total, few, func(p Place) Leader {
			return Leader{Name: p.label(), Count: p.Count}
		})
	}
	isps, places := concentrated(v.ISPs, f.Total), concentrated(v.Places, f.Total)
	v.Pair = len(isps)*len(places) > 0 && isMost(f.ISPs[0].Provinces[0].Count, f.Total)
	if f.Counted || v.Spread || len(isps)+len(places) > 0 || v.Server != nil && v.Reach.Servers > 1 {
		v.ISPs, v.Places = isps, places
	}
	v.weigh(nodes)
}

// weigh adds how many of the probes the leaders have.
func (v *Verdict) weigh(nodes []node) {
	add := func(leaders []Leader, kind GroupKind, name func(Group) string) {
		groups := groupsOf(kind, nodes)
		for i := range leaders {
			for _, g := range groups {
				if name(g) == leaders[i].Name {
					leaders[i].Probes, leaders[i].Only = g.Probes, len(groups) == 1
				}
			}
		}
	}
	add(v.ISPs, OfISP, func(g Group) string { return g.ISP })
	add(v.Places, OfProvince, func(g Group) string { return g.Place })
}

// concentrated keeps leaders where the first has most of total alone.
func concentrated(leaders []Leader, total int64) []Leader {
	if len(leaders) > 0 && isMost(leaders[0].Count, total) {
		return leaders[:1]
	}
	return nil
}

// leaders are the fewest of sorted rows that have most of total, or the first alone where that takes more than most,
// if it has half as much again as an even share.
func leaders[T interface{ size() (int64, int64) }](rows []T, total int64, most int, leader func(T) Leader) []Leader {
	var named []Leader
	var sum int64
	for i := 0; i < min(most, len(rows)); i++ {
		l := leader(rows[i])
		if l.Count == 0 {
			return named
		}
		named = append(named, l)
		if sum += l.Count; isMost(sum, total) {
			return named
		}
	}
	if len(named) == 0 || 2*named[0].Count*int64(failing(rows)) < 3*total {
		return nil // the first has hardly more than the rest
	}
	return named[:1]
}

func isMost(count, total int64) bool { return float64(count)*5 >= float64(total)*most }

// concentration returns the first of sorted rows if it has most of total.
func concentration[T interface{ size() (int64, int64) }](rows []T, total int64) *T {
	if len(rows) == 0 {
		return nil
	}
	if count, _ := rows[0].size(); !isMost(count, total) {
		return nil
	}
	return &rows[0]
}

// failing counts the rows that fail now; those that only failed before stand at the end.
func failing[T interface{ size() (int64, int64) }](rows []T) int {
	for i, row := range rows {
		if count, _ := row.size(); count == 0 {
			return i
		}
	}
	return len(rows)
}

// reachOf counts where f fails, and where it could: where probes looked, or were seen to look lately.
func reachOf(f Findings, nodes []node, seen Seen) Reach {
	r := Reach{ISPs: failing(f.ISPs), Provinces: failing(f.Provinces), Servers: failing(f.Servers)}
	isps, provinces := slices.Clone(seen.ISPs), slices.Clone(seen.Provinces)
	for _, c := range nodes {
		isps, provinces = append(isps, c.isp), append(provinces, c.place)
	}
	for _, isp := range f.ISPs {
		isps = append(isps, isp.Name)
	}
	for _, place := range f.Provinces {
		provinces = append(provinces, place.label())
	}
	r.AllISPs, r.AllProvinces = distinct(isps), distinct(provinces)
	if f.Counted {
		r.failingISPs, r.failingPlaces = unspared(OfISP, nodes), unspared(OfProvince, nodes)
	} else {
		r.failingISPs, r.failingPlaces = fairly(f.ISPs, f.Total, r.AllISPs),
			fairly(f.Provinces, f.Total, r.AllProvinces)
	}
	return r
}

func distinct(names []string) int {
	slices.Sort(names)
	return len(slices.Compact(names))
}

// unspared counts the groups of a kind that do not fail clearly less than all do.
func unspared(kind GroupKind, nodes []node) int {
	var all Group
	for _, c := range nodes {
		all.add(c)
	}
	n := 0
	for _, g := range groupsOf(kind, nodes) {
		if !g.spared(all) {
			n++
		}
	}
	return n
}

// fairly counts the rows with more than a stray failure: two, and a third of what each had if all of them failed alike.
func fairly[T interface{ size() (int64, int64) }](rows []T, total int64, of int) int {
	for i, row := range rows {
		if count, _ := row.size(); count < 2 || count*3*int64(of) < total {
			return i
		}
	}
	return len(rows)
}

// spread reports whether the failures are everywhere: in most of the ISPs and most of the provinces, more of either
// than could be named one by one, and where probes are not counted, without a place that has two thirds of them.
func (r Reach) spread(f Findings, nodes []node) bool {
	if r.failingISPs < 2 || r.failingPlaces < 2 || 2*r.failingISPs <= r.AllISPs || 2*r.failingPlaces <= r.AllProvinces {
		return false
	}
	if f.Counted {
		return true
	}
	return r.failingPlaces > few && f.ISPs[0].Count*3 < f.Total*2 && f.Provinces[0].Count*3 < f.Total*2
}

// advise says where to look first.
func (v Verdict) advise(s scope) Advice {
	switch {
	case v.Counted && v.Severity < Warning:
		return NoAdvice // single failures are no reason to look anywhere
	case len(v.Groups) > 0:
		return adviceOn(v.Groups)
	case !v.Counted && v.Pair:
		return LookAtISPThere
	case !v.Counted && len(concentrated(v.ISPs, v.Total)) > 0:
		return LookAtISP
	case !v.Counted && len(concentrated(v.Places, v.Total)) > 0:
		return LookAtPlace
	case v.Server != nil && v.Reach.Servers > 1:
		return LookAtServer
	case s.isps > 0 || s.provinces > 0:
		return LookWider
	case v.Spread:
		return LookAtSite
	case !v.Counted && len(v.Places) > 1:
		return LookAtPlaces
	}
	return NoAdvice
}

func adviceOn(groups []Group) Advice {
	alike := !slices.ContainsFunc(groups, func(g Group) bool { return g.Kind != groups[0].Kind })
	switch kind := groups[0].Kind; {
	case !alike, kind == OfISPInProvince && len(groups) > 1:
		return LookAtGroups
	case kind == OfISPInProvince:
		return LookAtISPThere
	case kind == OfISP && len(groups) == 1:
		return LookAtISP
	case kind == OfISP:
		return LookAtISPs
	case len(groups) == 1:
		return LookAtPlace
	}
	return LookAtPlaces
}

// theISP is the one ISP that v blames, alone or in one province; nil where there is none.
func (v Verdict) theISP() *string {
	switch {
	case len(v.Groups) == 1 && v.Groups[0].Kind != OfProvince:
		return &v.Groups[0].ISP
	case len(v.Groups) == 0 && len(v.ISPs) > 0 && (v.Advice == LookAtISP || v.Pair):
		return &v.ISPs[0].Name
	}
	return nil
}

// explained returns the reasons in f that a hint is about, and their total: those of the ISP that v blames, or all.
func (v Verdict) explained(f Findings) (reasons []Reason, total int64) {
	if isp := v.theISP(); isp != nil {
		for _, found := range f.ISPs {
			if found.Name == *isp {
				return found.Reasons, found.Count
			}
		}
		return nil, 0
	}
	return f.Reasons, f.Total
}

// local reports whether a place stands out, so that the rest is well.
func (v Verdict) local() bool {
	switch v.Advice {
	case LookAtISP, LookAtISPs, LookAtPlace, LookAtPlaces, LookAtISPThere, LookAtGroups:
		return true
	}
	return false
}

// blames reports whether v has a finding of its own.
func (v Verdict) blames() bool { return v.local() || v.Advice == LookAtServer }
