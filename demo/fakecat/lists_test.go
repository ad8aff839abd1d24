package fakecat

import (
	"slices"
	"testing"
)

func TestThePagesOfTheTaskList(t *testing.T) {
	c := start(t, Options{})
	for _, tc := range []struct {
		name, offset, limit string
		first, tasks        int
	}{
		{"without a word about it, the first twenty", "", "", 0, 20},
		{"the first three", "0", "3", 0, 3},
		{"three from the fifth on", "4", "3", 4, 3},
		{"the last page", "30", "20", 30, len(sharedTasks) - 30},
		{"behind the last", "1000", "20", 0, 0},
		{"no tasks at all", "0", "0", 0, 0},
		{"far more than there are", "0", "9223372036854775807", 0, len(sharedTasks)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := c.call(t, "DescribeCatTaskList", "offset", tc.offset, "limit", tc.limit)
			wantCode(t, got, 0, "")
			if got.Total != len(sharedTasks) || len(got.Tasks) != tc.tasks {
				t.Fatalf("%d tasks of %d, want %d of %d", len(got.Tasks), got.Total, tc.tasks, len(sharedTasks))
			}
			if tc.tasks > 0 && got.Tasks[0].TaskID != sharedTasks[tc.first].id {
				t.Errorf("the first is %d, want %d", got.Tasks[0].TaskID, sharedTasks[tc.first].id)
			}
		})
	}
	wantCode(t, c.call(t, "DescribeCatTaskList", "offset", "-1"), 10001, "offset")
	wantCode(t, c.call(t, "DescribeCatTaskList", "limit", "many"), 10001, "limit")
}

func TestTheFormOfTheTaskList(t *testing.T) {
	c := start(t, Options{})
	_, body, err := c.post(c.form("DescribeCatTaskList", "offset", "6", "limit",
		"2")) // the healthy one and the paused one
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "tasks.json", indent(t, body))
}

func TestTheTasksHaveNamesAndIDsOfTheirOwn(t *testing.T) {
	ids, names := map[int64]bool{}, map[string]bool{}
	for _, task := range slices.Concat(sharedTasks, tasksOnly3) {
		if ids[task.id] || names[task.name] || task.name == "" || len([]rune(task.name)) > 32 || task.target == "" ||
			usualCauses[task.kind] == nil || kinds3[task.kind].number == 0 {
			t.Errorf("task %+v", task)
		}
		ids[task.id], names[task.name] = true, true
		if p := task.period; p != 1 && p != 5 && p != 15 && p != 30 {
			t.Errorf("task %d looks every %d minutes", task.id, p)
		}
	}
}

func TestTheListOfProbes(t *testing.T) {
	got := start(t, Options{}).call(t, "DescribeAgentList")
	wantCode(t, got, 0, "")
	found := map[string]string{}
	for _, agent := range got.Data.Agent {
		if found[agent.Province+agent.ISPName] != "" {
			t.Errorf("%s of %s comes twice", agent.ISPName, agent.Province)
		}
		found[agent.Province+agent.ISPName] = agent.ProvinceName + "/" + agent.ISP
	}
	for key, want := range map[string]string{
		"jiangxi移动": "江西/cmc", "gd电信": "广东/ctc", "sx联通": "陕西/cuc", "hongkong-1腾讯云": "/", "beijing-1腾讯云": "北京(一区)/",
		"moscow其他": "莫斯科/",
	} {
		if found[key] != want {
			t.Errorf("%s is %q, want %q", key, found[key], want)
		}
	}
}
