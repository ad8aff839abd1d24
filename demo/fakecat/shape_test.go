package fakecat

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

func TestEachShapeOfAnAnswer(t *testing.T) {
	for _, tc := range []struct {
		file  string
		shape Shape
	}{
		{"shape-details.json", Shape{Details: true}},
		{"shape-array.json", Shape{Array: true}},
		{"shape-strings.json", Shape{Strings: true, StringCode: true}},
		{"shape-row-times.json", Shape{RowTimes: true}},
		{"shape-bare.json", Shape{NoSummary: true, NoCodeDesc: true}},
		{"shape-all.json", Shape{Details: true, Array: true, Strings: true, StringCode: true, RowTimes: true, NoSummary: true,
			NoCodeDesc: true}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			c := start(t, Options{})
			c.SetShape(tc.shape)
			_, body, err := c.post(c.form("GetCatReturnCodeHistory", "taskId", "126531", "province", "jiangxi",
				"beginTime", "2017-05-25 00:00:00", "endTime", "2017-05-25 08:10:00"))
			if err != nil {
				t.Fatal(err)
			}
			golden(t, tc.file, indent(t, body))
		})
	}
}

func TestAnAnswerWithoutFailuresHasEmptyLists(t *testing.T) {
	c := start(t, Options{})
	_, body, err := c.post(c.form("GetCatReturnCodeHistory", "taskId", fmt.Sprint(taskHealthy), "beginTime",
		"2026-03-05 00:00", "endTime", "2026-03-05 08:00"))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "healthy.json", indent(t, body))
}

func TestTheSummaryAddsTheRowsUp(t *testing.T) {
	c := start(t, Options{})
	got := c.codes(t, "126531", "2026-03-04 09:00", "2026-03-05 09:00", "")
	sums := map[int64]int64{}
	for _, row := range got.Data.Detail {
		sums[row.ResultCode] += row.ResultCount
	}
	for _, total := range got.Data.Summary {
		if total.ResultCount != sums[total.ResultCode] {
			t.Errorf("code %d: %d in the summary, %d in the rows", total.ResultCode, total.ResultCount,
				sums[total.ResultCode])
		}
		delete(sums, total.ResultCode)
	}
	if len(got.Data.Summary) < 4 || len(sums) != 0 {
		t.Errorf("%d codes in the summary, not in it: %v", len(got.Data.Summary), sums)
	}
}

func TestAPinnedAnswerIsGivenAsItIs(t *testing.T) {
	c := start(t, Options{})
	ask := func(task string) string {
		_, body, err := c.post(c.form("GetCatReturnCodeHistory", "taskId", task, "beginTime", "2026-03-05 00:00", "endTime",
			"2026-03-05 08:00"))
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	c.SetAnswer("", []byte("for all"))
	c.SetAnswer("7", []byte("for 7"))
	if got := ask("7") + ", " + ask("8"); got != "for 7, for all" {
		t.Errorf("got %q", got)
	}
	wantCode(t, c.call(t, "DescribeAgentList"), 0, "")
	wantCode(t, c.call(t, "GetCatReturnCodeHistory", "taskId", "7", "Signature", "AAAA"), 4100, "")
	c.SetAnswer("", nil)
	c.SetAnswer("7", nil)
	wantCode(t, read(t, 200, []byte(ask("7"))), 5000, "")
}

func TestServedRowsAreAnswered(t *testing.T) {
	c := start(t, Options{})
	var asked Question
	c.Serve(func(q Question) []Row {
		asked = q
		return []Row{
			{ISP: "联通", Province: "mars", Code: -7, Count: 5, Reason: "连接被断开"}, {ISP: "电信", Code: -7, Count: 6},
		}
	})
	got := c.codes(t, "7", "2026-03-05 00:00", "2026-03-05 08:00", "mars")
	if got.total() != 11 || len(got.Data.Detail) != 2 || len(got.Data.Summary) != 1 ||
		got.Data.Summary[0].ResultCount != 11 {
		t.Errorf("got %+v", got)
	}
	if asked.Task != "7" || asked.Province != "mars" || asked.End.Sub(asked.Begin) != 8*time.Hour {
		t.Errorf("asked %+v", asked)
	}
	c.Serve(nil)
	wantCode(t, c.codes(t, "7", "2026-03-05 00:00", "2026-03-05 08:00", "mars"), 5000, "")
}

func TestABigAnswerHasItsRowsAllDifferent(t *testing.T) {
	const rows = 20_000
	body := BigAnswer(rows)
	var got answer
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	different := map[string]bool{}
	for _, row := range got.Data.Detail {
		different[fmt.Sprint(row.ISPName, row.Province, row.ServerIP, row.ResultCode)] = true
	}
	if len(different) != rows || got.total() < rows {
		t.Errorf("%d different rows, want %d", len(different), rows)
	}
	if perRow := len(body) / rows; perRow < 150 || perRow > 250 {
		t.Errorf("%d bytes a row, want about 200", perRow)
	}
}
