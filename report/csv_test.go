package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"testing"

	"catbot/catapi"
	"catbot/i18n"
)

func TestASheetHasTheMostFailuresFirstAndTheirRate(t *testing.T) {
	counted := NewPart(Question{Task: "task-ab12cd34"}, catapi.History{
		Rows: []catapi.Row{
			row("移动", "江西", "江西", "", 10010, "连接超时", 3), row("电信", "江西", "江西", "", 10016, "Ping超时", 50),
		},
		Probes: []catapi.ProbeCount{{ISP: "移动", ProvinceName: "江西", Count: 120}, {ISP: "电信", ProvinceName: "江西", Count: 200}},
	}, nil)
	others := NewPart(Question{Task: "126531"}, catapi.History{
		Rows: []catapi.Row{row("联通", "gd", "广东", "", 10000, "DNS解析失败", 7)},
	}, nil)
	missing := Part{Task: "126540", Err: errors.New("x")}
	var sheet bytes.Buffer
	answer := NewAnswer(asked([]string{"task-ab12cd34", "126531", "126540"}, nil), []Part{counted, others, missing})
	if err := CSV(&sheet, answer, i18n.English); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&sheet).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, record := range records[1:] {
		var fields []string
		for _, column := range []string{"task", "failures", "probes", "rate"} {
			fields = append(fields, record[slices.Index(columns, column)])
		}
		got = append(got, fields)
	}
	want := [][]string{
		{"126540", "", "", ""}, {"task-ab12cd34", "50", "200", "0.2500"}, {"126531", "7", "", ""}, {"task-ab12cd34", "3", "120", "0.0250"},
	}
	if !slices.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("task, failures, probes and rate are\n%v, want\n%v", got, want)
	}
}
