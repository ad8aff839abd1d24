package report

import (
	"cmp"
	"math"
	"slices"

	"catbot/catapi"
)

// A Group is the probes of one ISP, of one province, or of one ISP in one province.
type Group struct {
	Kind     GroupKind `json:"kind,omitempty"`
	ISP      string    `json:"isp,omitempty"`
	Place    string    `json:"place,omitempty"` // the province's name
	Failures int64     `json:"failures"`
	Probes   int64     `json:"probes,omitempty"` // 0 where they are not counted
}

type GroupKind int

const (
	OfAll GroupKind = iota // all probes
	OfISP
	OfProvince
	OfISPInProvince
)

// What a group needs to stand out. See Verdict for the rule.
const (
	leastProbes   = 20   // of the group, and of all others
	leastFailures = 5    // of the group
	leastRatio    = 3    // times the failure rate of all others
	mostChance    = 1e-4 // probability of the numbers if both fail at one rate
	mostGroups    = 3    // that are named
)

// A node is the probes of one ISP in one province. All groups are sums of nodes.
type node struct {
	isp, place       string // the place by its name, which is the same in rows and in probes
	failures, probes int64
}

// nodesOf lists the nodes of a history that counts its probes, as far as isp picks them, with the failures that f
// counts.
func nodesOf(f Findings, probed []catapi.ProbeCount, isp func(string) bool) []node {
	type key struct{ isp, place string }
	index := make(map[key]int, len(probed))
	var nodes []node
	at := func(isp, place string) *node {
		k := key{isp, place}
		i, ok := index[k]
		if !ok {
			i = len(nodes)
			index[k] = i
			nodes = append(nodes, node{isp: isp, place: place})
		}
		return &nodes[i]
	}
	for _, p := range probed {
		if isp == nil || isp(p.ISP) {
			at(p.ISP, cmp.Or(p.ProvinceName, p.Province)).probes += p.Count
		}
	}
	for _, failing := range f.ISPs {
		for _, place := range failing.Provinces {
			c := at(failing.Name, place.label())
			c.failures += place.Count
			c.probes = max(c.probes, c.failures)
		}
	}
	return nodes
}

// Same reports whether g and other are the same probes, whatever their numbers are.
func (g Group) Same(other Group) bool {
	return g.Kind == other.Kind && g.ISP == other.ISP && g.Place == other.Place
}

// Rate returns the share of g's probes that failed; 0 where they are not counted.
func (g Group) Rate() float64 {
	if g.Probes == 0 {
		return 0
	}
	return g.rate()
}

func (g Group) rate() float64 { return float64(g.Failures) / max(1, float64(g.Probes)) }

func (g *Group) add(c node) {
	g.Failures += c.failures
	g.Probes += c.probes
}

// has reports whether c belongs to g.
func (g Group) has(c node) bool {
	return (g.Kind == OfProvince || g.ISP == c.isp) && (g.Kind == OfISP || g.Place == c.place)
}

// standsOut reports whether g fails more than others do, and chance can't explain it: neither the failures of g at
// the rate of the others, nor those of the others at the rate of g. The latter keeps few probes of the others from
// proving anything.
func (g Group) standsOut(others Group) bool {
	return g.Probes >= leastProbes && others.Probes >= leastProbes && g.Failures >= leastFailures &&
		g.rate() >= leastRatio*others.rate() &&
		atLeast(g.Failures, g.Probes, others.rate()) < mostChance &&
		atMost(others.Failures, others.Probes, g.rate()) < mostChance
}

// Groups returns the groups of a kind in the parts of a that have an answer, those with the highest failure rate first,
// or with the most failures where probes are not counted.
func (a Answer) Groups(kind GroupKind) []Group {
	var nodes []node
	for _, part := range a.Parts {
		switch {
		case part.Err != nil:
		case part.Counted:
			nodes = append(nodes, part.nodes...)
		default:
			for _, isp := range part.ISPs {
				for _, place := range isp.Provinces {
					nodes = append(nodes, node{isp: isp.Name, place: place.label(), failures: place.Count})
				}
			}
		}
	}
	groups := groupsOf(kind, nodes)
	if kind == OfAll && len(groups) == 0 {
		groups = []Group{{}}
	}
	if !a.Counted { // of some tasks the probes are not counted
		for i := range groups {
			groups[i].Probes = 0
		}
		slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Compare(b.Failures, a.Failures) })
	}
	return groups
}

// groupsOf adds the nodes up by a kind, the highest failure rate first.
func groupsOf(kind GroupKind, nodes []node) []Group {
	index := map[Group]int{}
	var groups []Group
	for _, c := range nodes {
		key := Group{Kind: kind}
		if kind == OfISP || kind == OfISPInProvince {
			key.ISP = c.isp
		}
		if kind == OfProvince || kind == OfISPInProvince {
			key.Place = c.place
		}
		i, ok := index[key]
		if !ok {
			i = len(groups)
			index[key] = i
			groups = append(groups, key)
		}
		groups[i].add(c)
	}
	slices.SortStableFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.rate(), a.rate()), cmp.Compare(b.Probes, a.Probes))
	})
	return groups
}

// standing finds the groups that stand out, mostGroups at most, and all others together. What one group explains is
// left out when the next is looked for, so that a province is not named for the one ISP that fails in it, too.
// What fails less than a third as often as the first that is found is not named beside it, nor is what fails so
// seldom that it is background.
func standing(nodes []node) (found []Group, others Group) {
	for _, c := range nodes {
		others.add(c)
	}
	for range mostGroups {
		set := strongest(nodes, mostGroups-len(found))
		for _, g := range set {
			if g.notable() && (len(found) == 0 || g.rate()*leastRatio >= found[0].rate()) {
				found = append(found, g)
			}
		}
		nodes = slices.DeleteFunc(slices.Clone(nodes), func(c node) bool {
			return slices.ContainsFunc(set, func(g Group) bool { return g.has(c) })
		})
	}
	for _, g := range found {
		others.Failures -= g.Failures
		others.Probes -= g.Probes
	}
	slices.SortStableFunc(found, func(a, b Group) int { return cmp.Compare(b.Failures, a.Failures) })
	return found, others
}

// strongest returns the groups of one kind, most of them at most, which each stand out from all the rest and together
// explain the failures best; nil where none do. Several are tried at once because two that fail hide each other. What
// explains best is decided as in a scan statistic (Kulldorff 1997): by the likelihood of the failures when each group
// has a rate of its own and the rest has one, less what the groups cost to tell apart.
func strongest(nodes []node, most int) []Group {
	var all Group
	for _, c := range nodes {
		all.add(c)
	}
	var best, wider []Group
	bestFit := math.Inf(-1)
	for _, kind := range []GroupKind{OfISP, OfProvince, OfISPInProvince} {
		groups := groupsOf(kind, nodes)
		if kind != OfISPInProvince {
			wider = append(wider, groups...)
		}
		cost := math.Log(float64(len(groups))) + math.Log(float64(all.Probes))/2
		candidates := slices.DeleteFunc(groups, func(g Group) bool {
			return g.Probes < leastProbes || g.Failures < leastFailures
		})
		rest, fit := all, 0.0
		for k := range min(most, len(candidates)) {
			g := candidates[k]
			rest.Failures -= g.Failures
			rest.Probes -= g.Probes
			fit += g.logLikelihood() - cost
			set := candidates[:k+1]
			if total := fit + rest.logLikelihood(); total > bestFit && allStandOut(set, rest) && !whole(set, wider) {
				best, bestFit = set, total
			}
		}
	}
	return best
}

// whole reports whether a set of ISPs in provinces is all that there is of an ISP or of a province, which then says
// it shorter.
func whole(set, wider []Group) bool {
	if set[0].Kind != OfISPInProvince {
		return false
	}
	return slices.ContainsFunc(wider, func(of Group) bool {
		var probes int64
		for _, g := range set {
			if of.has(node{isp: g.ISP, place: g.Place}) {
				probes += g.Probes
			}
		}
		return probes == of.Probes
	})
}

func allStandOut(set []Group, others Group) bool {
	return !slices.ContainsFunc(set, func(g Group) bool { return !g.standsOut(others) })
}

// logLikelihood is the log-likelihood of g's failures at g's own rate.
func (g Group) logLikelihood() float64 {
	f, n := float64(g.Failures), float64(g.Probes)
	if f == 0 || f >= n {
		return 0
	}
	return f*math.Log(f/n) + (n-f)*math.Log1p(-f/n)
}

// spared reports whether g fails clearly less than all, beyond chance.
func (g Group) spared(all Group) bool {
	return g.rate()*leastRatio < all.rate() && atMost(g.Failures, g.Probes, all.rate()) < 0.01
}
