package fakecat

import (
	"fmt"
	"testing"
	"time"
)

// share is how much of the failures of the last eight hours has what pick returns true for, in percent.
func share(rows []Row, pick func(Row) bool) int64 {
	var picked int64
	for _, row := range rows {
		if pick(row) {
			picked += row.Count
		}
	}
	if total := sum(rows); total > 0 {
		return picked * 100 / total
	}
	return 0
}

func TestTheStoriesAreToldAtAnyTime(t *testing.T) {
	type check struct {
		name string
		task int64
		ok   func([]Row) bool
	}
	checks := []check{
		{"an ISP has four fifths", taskISP, func(rows []Row) bool {
			return share(rows, func(r Row) bool { return r.ISP == "联通" }) >= 80
		}},
		{"a province has four fifths", taskProvince, func(rows []Row) bool {
			return share(rows, func(r Row) bool { return r.Province == "sichuan" }) >= 80 && most(rows, ispOf) < 80
		}},
		{"a server has four fifths, and others fail too", taskServer, func(rows []Row) bool {
			there := share(rows, func(r Row) bool { return r.ServerIP == "198.51.100.18" })
			return there >= 80 && there < 100 && most(rows, ispOf) < 80 && most(rows, placeOf) < 80
		}},
		{"nothing has four fifths", taskEverywhere, func(rows []Row) bool {
			return most(rows, ispOf) < 80 && most(rows, placeOf) < 80 && most(rows, addressOf) < 80
		}},
		{"one ISP in one province has four fifths", taskThere, func(rows []Row) bool {
			return share(rows, func(r Row) bool { return r.ISP == "电信" && r.Province == "gd" }) >= 80
		}},
		{"移动 has most in jiangxi, with others and several reasons", taskExample, func(rows []Row) bool {
			jiangxi := inProvince(rows, "jiangxi")
			there := share(jiangxi, func(r Row) bool { return r.ISP == "移动" })
			return there >= 60 && there < 100 && kinds(jiangxi, codeOf) >= 3 && kinds(rows, placeOf) >= 8
		}},
		{"an address is NULL", taskExample, func(rows []Row) bool {
			return share(rows, func(r Row) bool { return r.ServerIP == "NULL" }) > 0
		}},
	}
	for seed := range uint64(3) {
		w := newWorld(seed)
		for step := range 12 {
			now := at(t, "2026-03-04 00:00").Add(time.Duration(step) * 227 * time.Minute) // nearly two days
			for _, c := range checks {
				rows := w.byID[c.task].failures("", now.Add(-8*time.Hour), now)
				if sum(rows) < 50 || !c.ok(rows) {
					t.Errorf("seed %d, %s, %s: not so: %v", seed, now.Format(time.DateTime), c.name, counts(rows))
				}
			}
		}
	}
}

func ispOf(r Row) string     { return r.ISP }
func placeOf(r Row) string   { return r.Province }
func addressOf(r Row) string { return r.ServerIP }
func codeOf(r Row) string    { return fmt.Sprint(r.Code) }

// by adds the rows up by what name gives.
func by(rows []Row, name func(Row) string) map[string]int64 {
	sums := map[string]int64{}
	for _, row := range rows {
		sums[name(row)] += row.Count
	}
	return sums
}

func kinds(rows []Row, name func(Row) string) int { return len(by(rows, name)) }

// most is the largest share that one name has, in percent.
func most(rows []Row, name func(Row) string) (percent int64) {
	for _, n := range by(rows, name) {
		percent = max(percent, n*100/sum(rows))
	}
	return percent
}

func inProvince(rows []Row, code string) (there []Row) {
	for _, row := range rows {
		if row.Province == code {
			there = append(there, row)
		}
	}
	return there
}

func TestSomeTasksAreHealthyAndMostHaveOnlyALittle(t *testing.T) {
	for seed := range uint64(3) {
		w := newWorld(seed)
		now := at(t, "2026-03-05 09:00")
		quiet, silent, loud := 0, 0, 0
		for _, task := range w.tasks {
			switch n := sum(task.failures("", now.Add(-8*time.Hour), now)); {
			case n == 0:
				silent++
			case n < 30:
				quiet++
			default:
				loud++
			}
		}
		if len(w.tasks) < 24 || silent < 3 || quiet < 6 || loud < 6 {
			t.Errorf("seed %d: %d silent, %d quiet and %d loud tasks", seed, silent, quiet, loud)
		}
		for _, id := range []int64{taskHealthy, 126564} {
			if n := sum(w.byID[id].failures("", now.AddDate(0, 0, -31), now)); n != 0 {
				t.Errorf("seed %d: task %d failed %d times", seed, id, n)
			}
		}
	}
}

func TestEveryCauseHasAReasonAndTheirChancesAreWhole(t *testing.T) {
	for seed := range uint64(5) {
		for _, task := range newWorld(seed).tasks {
			all := [][]cause{task.usual}
			for _, trouble := range task.incidents {
				all = append(all, trouble.causes)
				if trouble.after == 0 && trouble.lasts >= trouble.every {
					t.Errorf("task %d: an incident has no end", task.id)
				}
			}
			for _, causes := range all {
				chances := 0
				for _, c := range causes {
					chances += c.chance
					if reasons[c.code] == "" {
						t.Errorf("code %d has no reason", c.code)
					}
				}
				if chances != 100 {
					t.Errorf("task %d: its causes %v have %d percent", task.id, causes, chances)
				}
			}
		}
	}
}
