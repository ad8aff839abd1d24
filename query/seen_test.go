package query

import (
	"fmt"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/i18n"
	"catbot/report"
)

func TestFailuresAreNotEverywhereWhereMoreProvincesWereSeenLately(t *testing.T) {
	few := func() catapi.History {
		var rows []catapi.Row
		for i := range 4 {
			for _, isp := range []string{"移动", "电信", "联通"} {
				rows = append(rows, fails(isp, fmt.Sprintf("p%d", i), "", 10))
			}
		}
		return catapi.History{Rows: rows}
	}
	many := func() catapi.History {
		var rows []catapi.Row
		for i := range 20 {
			rows = append(rows, fails("移动", fmt.Sprintf("p%d", i), "", 1))
		}
		return catapi.History{Rows: rows}
	}
	for _, tc := range []struct {
		name, before string
		want         report.Advice
	}{
		{"nothing was seen before", "", report.LookAtSite},
		{"others failed this evening", "codes 1 last 24h", report.NoAdvice},
		{"others failed two days ago", "codes 1 2026-11-21", report.LookAtSite},
		{"others failed in another task", "codes 2 last 24h", report.LookAtSite},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, _ := runner(func(q catapi.Query) (catapi.History, error) {
				if q.End.Sub(q.Begin) > time.Hour {
					return many(), nil
				}
				return few(), nil
			})
			if tc.before != "" {
				run(t, r, tc.before)
			}
			if got := run(t, r, "codes 1 last 1h").Verdict.Advice; got != tc.want {
				t.Errorf("it advises %q, want %q", got.Text(i18n.English), tc.want.Text(i18n.English))
			}
		})
	}
}
