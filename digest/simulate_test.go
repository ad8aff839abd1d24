package digest

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// The simulation plants incidents in synthetic probes of a task and counts what each condition makes of them. Its
// assumptions are those of a task with lopsided nodes; docs/digests.md lists them beside its figures.

var simulateWeeks = flag.Int("weeks", 0, "weeks to simulate for the table of docs/digests.md; see make simulate")

const (
	simPeriod      = 15 * time.Minute
	simProbes      = 3 // of each node in a window
	simSlotsPerDay = int(24 * time.Hour / simPeriod)
)

// A simNode is one node of the task.
type simNode struct {
	isp, place string
	base       float64 // chance that a probe fails without any reason
	down       int     // slots for which the node itself is broken
}

// simNodes are 110 nodes: most of them of three ISPs, in ten provinces.
func simNodes(random *rand.Rand) []simNode {
	var nodes []simNode
	for _, isp := range []struct {
		name  string
		count int
	}{{"移动", 44}, {"电信", 30}, {"联通", 24}, {"教育网", 12}} {
		for range isp.count {
			place := fmt.Sprintf("province-%d", int(10*random.Float64()*random.Float64())) // the first have most
			base := 0.002
			if random.IntN(20) == 0 {
				base = 0.03 // a bad node
			}
			nodes = append(nodes, simNode{isp: isp.name, place: place, base: base})
		}
	}
	return nodes
}

// A planted is one incident: probes that it hits fail at its rate from slot begin until slot end.
type planted struct {
	begin, end int
	isp, place string // "" is all
	rate       float64
}

func (p planted) hits(n simNode) bool {
	return (p.isp == "" || p.isp == n.isp) && (p.place == "" || p.place == n.place)
}

// plantIncidents plants about five incidents a week, each alone.
func plantIncidents(random *rand.Rand, nodes []simNode, slots int) (all []planted) {
	const meanGap = 7 * 96 / 5
	for at := 7*simSlotsPerDay + int(random.ExpFloat64()*meanGap); at < slots-20; {
		node := nodes[random.IntN(len(nodes))]
		p := planted{begin: at, end: at + 2 + random.IntN(11), rate: 0.3 + 0.7*random.Float64()}
		switch random.IntN(4) {
		case 0, 1:
			p.isp = node.isp
		case 2:
			p.place = node.place
		case 3: // everywhere
			p.rate = 0.1 + 0.5*random.Float64()
		}
		all = append(all, p)
		at = p.end + 8 + int(random.ExpFloat64()*meanGap)
	}
	return all
}

// A simSlot is what one window holds.
type simSlot struct {
	history catapi.History
	total   int64
}

// simulateSlots draws the probes of each window.
func simulateSlots(random *rand.Rand, nodes []simNode, incidents []planted, slots int) []simSlot {
	out := make([]simSlot, slots)
	for n := range out {
		hour := n % simSlotsPerDay * 24 / simSlotsPerDay
		busy := 1.0
		if hour >= 19 && hour < 23 {
			busy = 3 // the evening's load
		}
		blip := random.IntN(7*simSlotsPerDay) < 3 // three times a week a tenth of all probes fail in one window
		failed, probed := map[[2]string]int64{}, map[[2]string]int64{}
		for i := range nodes {
			node := &nodes[i]
			if node.down--; node.down < 0 && random.IntN(110*simSlotsPerDay) < 3 { // three nodes a day break for a while
				node.down = 1 + random.IntN(4)
			}
			chance := node.base * busy
			if blip {
				chance = max(chance, 0.1)
			}
			if node.down > 0 {
				chance = 1
			}
			for _, p := range incidents {
				if p.begin <= n && n < p.end && p.hits(*node) {
					chance = max(chance, p.rate)
				}
			}
			key := [2]string{node.isp, node.place}
			probed[key] += simProbes
			for range simProbes {
				if random.Float64() < chance {
					failed[key]++
				}
			}
		}
		out[n] = simSlot{history: historyOf(failed, probed)}
		for _, row := range out[n].history.Rows {
			out[n].total += row.Count
		}
	}
	return out
}

func historyOf(failed, probed map[[2]string]int64) (h catapi.History) {
	for key, count := range probed {
		h.Probes = append(h.Probes, catapi.ProbeCount{ISP: key[0], Province: key[1], ProvinceName: key[1], Count: count})
	}
	for key, count := range failed {
		h.Rows = append(h.Rows, catapi.Row{ISP: key[0], Province: key[1], ProvinceName: key[1], Code: 10016, Count: count})
	}
	return h
}

// answerOf is the answer for the n-th window, with what c compares with.
func answerOf(c commands.Condition, all []simSlot, n int) report.Answer {
	var before *catapi.History
	if back := map[commands.Baseline]int{commands.DayBefore: 1, commands.WeekBefore: 7}[c.Baseline()]; back > 0 {
		total := all[n-back*simSlotsPerDay].total
		before = &catapi.History{Rows: []catapi.Row{{ISP: "移动", Province: "province-0", Code: 10016, Count: total}}}
	}
	part := report.NewPart(report.Question{Task: "task-ab12cd34"}, all[n].history, before)
	if c.Baseline() == commands.OfLastDays {
		part.Usual = &report.Usual{}
		for day := 1; day <= 7; day++ {
			part.Usual.Days = append(part.Usual.Days, report.Day{Total: all[n-day*simSlotsPerDay].total})
		}
	}
	return report.NewAnswer(report.Request{Tasks: []string{"task-ab12cd34"}, Compare: before != nil}, []report.Part{part})
}

// A score is what a condition made of the planted incidents.
type score struct {
	found, planted int
	falseAlarms    int
	delays         []time.Duration // from the begin of an incident to the end of the window that opened it
}

// run steps d through all slots.
func (s *score) run(d Digest, all []simSlot, incidents []planted) {
	var state *ConditionState
	opened := map[int]bool{}
	for n := 7 * simSlotsPerDay; n < len(all); n++ {
		at := start.Add(time.Duration(n) * simPeriod)
		next := step(d, state, at, observe(*d.Add.If, at, answerOf(*d.Add.If, all, n), state.affected()...), false)
		state = &next.State
		if next.Say != sayOpening {
			continue
		}
		next.State.Incident.Root = "posted"
		i := slices.IndexFunc(incidents, func(p planted) bool { return p.begin <= n && n <= p.end+1 })
		switch {
		case i < 0:
			s.falseAlarms++
		case !opened[i]:
			opened[i] = true
			s.found++
			s.delays = append(s.delays, time.Duration(n+1-incidents[i].begin)*simPeriod)
		}
	}
	s.planted += len(incidents)
}

func (s score) line(condition string, weeks int) string {
	slices.Sort(s.delays)
	at := func(q float64) time.Duration {
		if len(s.delays) == 0 {
			return 0
		}
		return s.delays[min(len(s.delays)-1, int(q*float64(len(s.delays))))]
	}
	return fmt.Sprintf("| `%s` | %.1f | %.0f %% | %d min | %d min |", condition,
		float64(s.falseAlarms)/float64(weeks), 100*float64(s.found)/float64(max(1, s.planted)),
		int(at(0.5)/time.Minute), int(at(0.9)/time.Minute))
}

// simulatedConditions are those of the table in docs/digests.md.
func simulatedConditions() (all []commands.Condition) {
	floor := commands.Limit{Failures: 20}
	for _, limits := range [][]commands.Limit{
		{floor},
		{{Kind: commands.OverPercent, Percent: 5}},
		{{Of: commands.AnyISP, Failures: 20}},
		{{Of: commands.AnyISP, Kind: commands.OverPercent, Percent: 20}},
		{{Of: commands.AnyProvince, Kind: commands.OverPercent, Percent: 20}},
		{{Kind: commands.OverUsual}},
		{{Kind: commands.OverTimes, Times: 2, Base: commands.DayBefore}, floor},
		{{Kind: commands.OverTimes, Times: 2, Base: commands.WeekBefore}, floor},
	} {
		all = append(all, commands.Condition{Limits: limits}, commands.Condition{Limits: limits, For: 2})
	}
	return all
}

// simulate runs each condition over weeks weeks of the same probes, in runs of four weeks.
func simulate(weeks int) ([]commands.Condition, []score) {
	conditions := simulatedConditions()
	scores := make([]score, len(conditions))
	const run = 4
	for seed := range (weeks + run - 1) / run {
		random := rand.New(rand.NewPCG(uint64(seed), 15))
		nodes := simNodes(random)
		slots := (run + 1) * 7 * simSlotsPerDay // the first week is what the others are compared with
		incidents := plantIncidents(random, nodes, slots)
		all := simulateSlots(random, nodes, incidents, slots)
		for i, c := range conditions {
			d := Digest{ID: "k7m2", Add: commands.DigestAdd{If: &c, Command: commands.Codes{Tasks: []string{"task-ab12cd34"}}}}
			scores[i].run(d, all, incidents)
		}
	}
	return conditions, scores
}

func TestConditionsFindPlantedIncidents(t *testing.T) {
	weeks := max(4, *simulateWeeks)
	conditions, scores := simulate(weeks)
	var table strings.Builder
	for i, c := range conditions {
		table.WriteString(scores[i].line(c.String(), weeks) + "\n")
	}
	t.Logf("%d weeks, %d incidents\n| condition | false alarms a week | found | half within | 90 %% within |\n| --- | ---: | ---: | ---: | ---: |\n%s",
		weeks, scores[0].planted, table.String())
	for i, c := range conditions {
		s := scores[i]
		if c.For != 2 || c.Limits[0].Kind != commands.OverPercent {
			continue
		}
		least := 40 // percent of the incidents: each kind of group misses most of those of the other
		if c.Limits[0].Of == commands.Everything {
			least = 85
		}
		if s.found*100 < least*s.planted || s.falseAlarms > weeks/2 {
			t.Errorf("%s: found %d of %d, %d false alarms in %d weeks", c, s.found, s.planted, s.falseAlarms, weeks)
		}
	}
}
