package fakecat

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

func TestTheDocumentsExampleIsAnsweredFieldByField(t *testing.T) {
	c := start(t, Options{})
	data, err := os.ReadFile("testdata/example.json")
	if err != nil {
		t.Fatal(err)
	}
	var want any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for _, times := range [][2]string{
		{"2017-05-25 00:00", "2017-05-25 08:10"}, // as in its example
		{"2017-05-25 00:00:00", "2017-05-25 08:10:00"},
	} {
		_, body, err := c.post(c.form("GetCatReturnCodeHistory", "taskId", "126531", "province", "jiangxi", "beginTime",
			times[0], "endTime", times[1]))
		if err != nil {
			t.Fatal(err)
		}
		var got any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", times[0], body, data)
		}
	}
}

func TestTheDaysWindowsAgreeWithTheExample(t *testing.T) {
	c := start(t, Options{})
	total := func(begin, end string) int64 {
		return c.codes(t, "126531", "2017-05-25 "+begin, "2017-05-25 "+end, "jiangxi").total()
	}
	whole := total("00:00", "08:10")
	if sum := total("00:00", "03:17") + total("03:17", "03:18") + total("03:18", "08:10"); whole != 982 ||
		sum != whole {
		t.Errorf("the pieces add up to %d, the whole is %d, want 982 for both", sum, whole)
	}
	if part := total("01:00", "02:00"); part <= 60 || part >= 180 {
		t.Errorf("one hour has %d failures, want about two a minute", part)
	}
	if more := total("00:00", "23:59"); more <= whole {
		t.Errorf("the day has %d failures, want more than %d", more, whole)
	}
	all := c.codes(t, "126531", "2017-05-25 00:00", "2017-05-25 08:10", "")
	inJiangxi := int64(0)
	for _, row := range all.Data.Detail {
		if row.Province == "jiangxi" {
			inJiangxi += row.ResultCount
		}
	}
	if inJiangxi != 982 || all.total() <= 982 {
		t.Errorf("of all %d failures %d are in jiangxi, want 982 and others elsewhere", all.total(), inJiangxi)
	}
}

func TestHalfWayThroughTheExampleHalfOfItHasHappened(t *testing.T) {
	c := start(t, Options{Now: clock(t, "2017-05-25 04:05")})
	if got := c.codes(t, "126531", "2017-05-25 00:00", "2017-05-25 08:10", "jiangxi").total(); got != 982/2 {
		t.Errorf("%d failures at 04:05, want half of 982", got)
	}
}

func TestWhatIsRefusedOfAQuestion(t *testing.T) {
	for _, tc := range []struct {
		name                       string
		task, begin, end, province string
		oneDay                     bool
		code                       int64
		message                    string
	}{
		{"no task", "", "2026-03-05 00:00", "2026-03-05 08:00", "", false, 10001, "taskId"},
		{"a task that is no number", "task-ab12cd34", "2026-03-05 00:00", "2026-03-05 08:00", "", false, 10001, "taskId"},
		{"a negative task", "-126531", "2026-03-05 00:00", "2026-03-05 08:00", "", false, 10001, "taskId"},
		{"a task that nobody has", "999999", "2026-03-05 00:00", "2026-03-05 08:00", "", false, 5000, "999999"},
		{"no begin", "126531", "", "2026-03-05 08:00", "", false, 10001, "beginTime"},
		{"no end", "126531", "2026-03-05 00:00", "", "", false, 10001, "endTime"},
		{"a begin with a T", "126531", "2026-03-05T00:00:00", "2026-03-05 08:00", "", false, 10001, "beginTime"},
		{"an end that no calendar has", "126531", "2026-03-05 00:00", "2026-02-30 08:00", "", false, 10001, "endTime"},
		{"an empty window", "126531", "2026-03-05 08:00", "2026-03-05 08:00:00", "", false, 10001, "beginTime"},
		{"a reversed window", "126531", "2026-03-05 08:00", "2026-03-05 07:59:59", "", false, 10001, "beginTime"},
		{"a century", "126531", "1926-03-05 08:00", "2026-03-05 08:00", "", false, 10001, "时间跨度"},
		{"an unknown province", "126531", "2026-03-05 00:00", "2026-03-05 08:00", "jiangxii", false, 10001, "province"},
		{"a province by its name", "126531", "2026-03-05 00:00", "2026-03-05 08:00", "江西", false, 10001, "province"},
		{"a node that this task is not watched from", "126540", "2026-03-05 00:00", "2026-03-05 08:00", "hongkong-1", false,
			10001, "province"},
		{"a node that this one is", "126531", "2026-03-05 00:00", "2026-03-05 08:00", "hongkong-1", false, 0, ""},
		{"two days", "126531", "2026-03-03 23:00", "2026-03-05 00:00", "", false, 0, ""},
		{"two days where one is all", "126531", "2026-03-03 23:00", "2026-03-04 00:00:01", "", true, 10001, "同一天"},
		{"a day up to its midnight", "126531", "2026-03-03 00:00", "2026-03-04 00:00", "", true, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := start(t, Options{OneDay: tc.oneDay})
			wantCode(t, c.codes(t, tc.task, tc.begin, tc.end, tc.province), tc.code, tc.message)
		})
	}
}
