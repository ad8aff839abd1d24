package fakecat

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Both APIs show the same sites, and some are known to one of them only.

func TestEveryTaskThatV2ListsAnswers(t *testing.T) {
	c := start(t, Options{})
	tasks := c.call(t, "DescribeCatTaskList", "limit", "100").Tasks
	if len(tasks) < 36 {
		t.Fatalf("only %d tasks", len(tasks))
	}
	failing := 0
	for _, task := range tasks {
		got := c.codes(t, strconv.FormatInt(task.TaskID, 10), "2026-03-03 09:00", "2026-03-05 09:00", "")
		wantCode(t, got, 0, "")
		if got.total() > 0 {
			failing++
		}
		if task.Status == 1 && got.total() > 0 {
			t.Errorf("task %d is paused and has %d failures", task.TaskID, got.total())
		}
	}
	if failing < len(tasks)/2 || failing == len(tasks) {
		t.Errorf("%d of %d tasks had failures in two days", failing, len(tasks))
	}
	for _, task := range tasksOnly3 {
		answer := c.codes(t, strconv.FormatInt(task.id, 10), "2026-03-05 00:00", "2026-03-05 09:00", "")
		wantCode(t, answer, 5000, "资源不存在")
	}
}

func TestEveryTaskThatAPI3ListsAnswers(t *testing.T) {
	c := start(t, Options{Now: time.Now})
	tasks := ask3(t, c.API, "DescribeProbeTasks", `{"Limit":100}`, nil).Response.TaskSet
	types := map[float64]bool{}
	for _, task := range tasks {
		kind := task["TaskType"].(float64)
		types[kind] = true
		analyzed := ""
		for _, k := range kinds3 {
			if k.number == int(kind) {
				analyzed = k.analyzed
			}
		}
		body, _ := json.Marshal(map[string]any{
			"BeginTime": at(t, "2026-03-04 20:00").UnixMilli(), "EndTime": at(t, "2026-03-04 21:00").UnixMilli(),
			"TaskType": analyzed,
			"TaskID":   []any{task["TaskId"]}, "SortField": "ProbeTime",
			"SelectedFields": []string{"ErrorId"}, "Offset": 0,
			"Limit": 10,
		})
		got := ask3(t, c.API, "DescribeDetailedSingleProbeData", string(body), nil).Response
		if paused := task["Status"] == 6.0; got.Error.Code != "" || (got.TotalNumber == 0) != paused ||
			(len(got.DataSet) == 0) != paused {
			t.Errorf("%v answers %+v with %d of %d probes", task, got.Error, len(got.DataSet), got.TotalNumber)
		}
	}
	if len(tasks) < 40 || len(types) != 6 {
		t.Errorf("%d tasks of the types %v", len(tasks), types)
	}
}

func TestTheProbesOfAPI3AreTheFailuresOfV2AndThoseThatSucceeded(t *testing.T) {
	from, to := at(t, "2023-03-01 12:00").Unix()/60, at(t, "2026-03-05 09:00").Unix()/60
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(rapid.Uint64().Draw(t, "seed"))
		task := w.tasks[rapid.IntRange(0, len(w.tasks)-1).Draw(t, "task")]
		begin := time.Unix(rapid.Int64Range(from, to).Draw(t, "begin")*60, 0)
		middle := begin.Add(time.Duration(rapid.Int64Range(0, 300).Draw(t, "first")) * time.Minute)
		end := middle.Add(time.Duration(rapid.Int64Range(0, 300).Draw(t, "second")) * time.Minute)

		failed := map[string]int64{}
		for _, row := range task.failures("", begin, end) {
			failed[fmt.Sprint(row.ISP, row.Province, row.Code)] += row.Count
		}
		probed := func(begin, end time.Time) (total int64, failed map[string]int64) {
			s := &scroll{task: task, begin: begin, end: end, minute: max(minuteFrom(begin), task.added)}
			total, failed = s.count(), map[string]int64{}
			s.walk(int(total)+1, func(one probeResult3) {
				if one.code != 0 {
					failed[fmt.Sprint(one.site.isp.name, one.site.code, one.code)]++
				}
			})
			return total, failed
		}
		total, whole := probed(begin, end)
		if !maps.Equal(whole, failed) {
			t.Errorf("task %d: v2 has %v, 3.0 has %v", task.id, failed, whole)
		}
		first, _ := probed(begin, middle)
		second, _ := probed(middle, end)
		if first+second != total {
			t.Errorf("task %d: %d and %d probes in the pieces, %d in the whole", task.id, first, second, total)
		}
	})
}

func BenchmarkFirstPageOfAMonthInAPI3(b *testing.B) {
	task := newWorld(0).byID[taskISP] // most probes
	end := at(b, "2026-03-05 09:00")
	for b.Loop() {
		s := &scroll{task: task, begin: end.AddDate(0, 0, -31), end: end}
		s.minute = minuteFrom(s.begin)
		s.count()
		s.step(5000)
	}
}
