package report

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"catbot/catapi"
)

// An incident is what is planted in simulated probes: where they fail.
type incident struct {
	advice     Advice
	isp, place string // "" is all
}

func (in incident) hits(s spot) bool {
	return (in.isp == "" || in.isp == s.isp) && (in.place == "" || in.place == s.place)
}

// simulated are the spots of a task as tasks are: a few ISPs with most of the nodes, many provinces, some of them
// with one node or two, and not every ISP in each province.
func simulated(random *rand.Rand) []spot {
	var spots []spot
	shares := []float64{1, 0.6, 0.4, 0.1, 0.05}[:3+random.IntN(3)]
	random.Shuffle(len(shares), func(i, j int) { shares[i], shares[j] = shares[j], shares[i] })
	provinces := 5 + random.IntN(27)
	rounds := int64(24 + random.IntN(200)) // how often each node looks
	for p := range provinces {
		size := 0.5 + 8*random.ExpFloat64()/float64(1+p%7)
		for i, share := range shares {
			if nodes := int64(size*share + random.Float64()); nodes > 0 {
				spots = append(spots, spot{isp: fmt.Sprintf("isp-%d", i), place: fmt.Sprintf("province-%d", p),
					probes: nodes * rounds})
			}
		}
	}
	return spots
}

// plant lets probes fail: all at a low rate, those that in hits at a high one.
func plant(random *rand.Rand, spots []spot, in incident) []spot {
	background, rate := random.Float64()*0.004, 0.08+0.9*random.Float64()
	spots = slices.Clone(spots)
	for i := range spots {
		chance := background
		if in.advice != NoAdvice && in.hits(spots[i]) {
			chance = rate * (0.8 + 0.2*random.Float64()) // nodes differ a little
		}
		for range spots[i].probes {
			if random.Float64() < chance {
				spots[i].failures++
			}
		}
	}
	return spots
}

// probes adds the spots that in hits up, and the others.
func (in incident) probes(spots []spot) (hit, others int64) {
	for _, s := range spots {
		if in.hits(s) {
			hit += s.probes
		} else {
			others += s.probes
		}
	}
	return hit, others
}

// foundBy reports whether v blames just the probes that in hits.
func (in incident) foundBy(v Verdict, spots []spot) bool {
	if in.isp == "" && in.place == "" {
		return v.Advice == in.advice
	}
	if len(v.Groups) != 1 {
		return false
	}
	blamed := incident{isp: v.Groups[0].ISP, place: v.Groups[0].Place}
	return !slices.ContainsFunc(spots, func(s spot) bool { return in.hits(s) != blamed.hits(s) })
}

func TestPlantedIncidentsAreFound(t *testing.T) {
	const runs = 200 // of each kind
	for _, kind := range []struct {
		name   string
		advice Advice
		least  float64
	}{
		{"one ISP", LookAtISP, 0.97}, {"one province", LookAtPlace, 0.97},
		{"one ISP in one province", LookAtISPThere, 0.97},
		{"everywhere", LookAtSite, 0.97}, {"none", NoAdvice, 0.97},
	} {
		random := rand.New(rand.NewPCG(14, uint64(kind.advice)))
		right := 0
		for range runs {
			spots := simulated(random)
			in := incident{advice: kind.advice}
			for try := 0; ; try++ { // somewhere where there are probes enough to see it
				s := spots[random.IntN(len(spots))]
				if kind.advice == LookAtISP || kind.advice == LookAtISPThere {
					in.isp = s.isp
				}
				if kind.advice == LookAtPlace || kind.advice == LookAtISPThere {
					in.place = s.place
				}
				if hit, others := in.probes(spots); hit >= 100 && others >= 100 || in.isp+in.place == "" || try > 1000 {
					break
				}
			}
			spots = plant(random, spots, in)
			v := NewPart(Question{}, counted(spots...), nil).Verdict
			if in.foundBy(v, spots) {
				right++
			} else if testing.Verbose() {
				t.Logf("%s: %+v: advice %d, groups %+v, others %+v", kind.name, in, v.Advice, v.Groups, v.Others)
			}
		}
		if share := float64(right) / runs; share < kind.least {
			t.Errorf("%s: %.1f%% of the verdicts are right, want %.0f%%", kind.name, 100*share, 100*kind.least)
		}
	}
}

func TestNoISPIsBlamedWhereNoneIsToBlame(t *testing.T) {
	random := rand.New(rand.NewPCG(14, 1000))
	for run := range 1000 {
		in := incident{advice: []Advice{NoAdvice, LookAtSite}[run%2]}
		spots := plant(random, simulated(random), in)
		if v := NewPart(Question{}, counted(spots...), nil).Verdict; v.Advice == LookAtISP || v.Advice == LookAtISPs {
			t.Errorf("run %d: %+v, others %+v", run, v.Groups, v.Others)
		}
	}
}

// anySpots are few spots with any counts.
func anySpots(t *rapid.T) []spot {
	var spots []spot
	for i := range rapid.IntRange(1, 5).Draw(t, "isps") {
		for p := range rapid.IntRange(1, 6).Draw(t, "provinces") {
			probes := rapid.Int64Range(0, 500).Draw(t, "probes")
			spots = append(spots, spot{fmt.Sprintf("isp-%d", i), fmt.Sprintf("province-%d", p),
				rapid.Int64Range(0, probes).Draw(t, "failures"), probes})
		}
	}
	return spots
}

func scaled(spots []spot, by int64) []spot {
	spots = slices.Clone(spots)
	for i := range spots {
		spots[i].failures *= by
		spots[i].probes *= by
	}
	return spots
}

// kinds are what a verdict blames, without its counts.
func kinds(v Verdict) map[incident]bool {
	all := map[incident]bool{{advice: v.Advice}: true}
	for _, g := range v.Groups {
		all[incident{isp: g.ISP, place: g.Place}] = true
	}
	return all
}

// many makes counts that are above all minima and leave nothing to chance.
const many = 1_000_000

func TestTheVerdictStaysTheSameWhenAllCountsAreMultiplied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spots, by := anySpots(t), rapid.Int64Range(2, 1000).Draw(t, "by")
		once := NewPart(Question{}, counted(scaled(spots, many)...), nil)
		more := NewPart(Question{}, counted(scaled(spots, many*by)...), nil)
		if !maps.Equal(kinds(once.Verdict), kinds(more.Verdict)) || once.Severity() != more.Severity() {
			t.Fatalf("%v (%s) becomes %v (%s)", kinds(once.Verdict), once.Severity(), kinds(more.Verdict),
				more.Severity())
		}
	})
}

func TestWhatStandsOutStillDoesWithMoreOfTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group := Group{Failures: rapid.Int64Range(0, 50).Draw(t, "failures"),
			Probes: rapid.Int64Range(50, 200).Draw(t, "probes")}
		others := Group{Failures: rapid.Int64Range(0, 50).Draw(t, "others' failures"),
			Probes: rapid.Int64Range(50, 5000).Draw(t, "others' probes")}
		by := rapid.Int64Range(2, 1000).Draw(t, "by")
		more := func(g Group) Group { return Group{Failures: g.Failures * by, Probes: g.Probes * by} }
		if group.standsOut(others) && !more(group).standsOut(more(others)) {
			t.Fatalf("%+v stands out from %+v, but not %d times", group, others, by)
		}
	})
}

func TestAGroupThatFailsLikeTheRestNeverStandsOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spots := anySpots(t)
		hits, of := rapid.Int64Range(0, 20).Draw(t, "failures"), rapid.Int64Range(20, 400).Draw(t, "of")
		for i := range spots { // each of them fails at one rate
			spots[i].failures, spots[i].probes = spots[i].probes*hits, spots[i].probes*of
		}
		if v := NewPart(Question{}, counted(spots...), nil).Verdict; len(v.Groups) > 0 {
			t.Fatalf("%+v stands out from %+v", v.Groups, v.Others)
		}
	})
}

func TestNamesDoNotChangeTheVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spots := anySpots(t)
		names := rapid.Permutation([]string{"isp-0", "isp-1", "isp-2", "isp-3", "isp-4"}).Draw(t, "names")
		renamed := slices.Clone(spots)
		for i := range renamed {
			renamed[i].isp = names[renamed[i].isp[len("isp-")]-'0']
		}
		was, is := NewPart(Question{}, counted(spots...), nil), NewPart(Question{}, counted(renamed...), nil)
		want := map[incident]bool{}
		for in := range kinds(was.Verdict) {
			if in.isp != "" {
				in.isp = names[in.isp[len("isp-")]-'0']
			}
			want[in] = true
		}
		if !maps.Equal(want, kinds(is.Verdict)) || was.Severity() != is.Severity() {
			t.Fatalf("%v (%s) becomes %v (%s)", want, was.Severity(), kinds(is.Verdict), is.Severity())
		}
	})
}

// A history of v2 counts failures alone; more of the same changes nothing there either.
func TestTheVerdictOnCountsStaysTheSameWhenAllAreMultiplied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spots, by := anySpots(t), rapid.Int64Range(2, 1000).Draw(t, "by")
		of := func(spots []spot) Part {
			var rows []catapi.Row
			for _, s := range spots {
				rows = append(rows, row(s.isp, s.place, s.place, "", 10010, "", s.failures))
			}
			return NewPart(Question{}, catapi.History{Rows: rows}, nil)
		}
		once, more := of(scaled(spots, many)), of(scaled(spots, many*by))
		if once.Verdict.Advice != more.Verdict.Advice || once.Severity() != more.Severity() {
			t.Fatalf("%d (%s) becomes %d (%s)", once.Verdict.Advice, once.Severity(), more.Verdict.Advice,
				more.Severity())
		}
	})
}
