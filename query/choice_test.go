package query

import (
	"slices"
	"testing"

	"catbot/catapi"
	"catbot/report"
)

// ofProvince answers for the province that is asked about alone, as CAT does.
func ofProvince(q catapi.Query) (catapi.History, error) {
	var h catapi.History
	for _, row := range []catapi.Row{
		fails("移动", "jiangxi", "江西", 30), fails("电信", "jiangxi", "江西", 20), fails("移动", "gd", "广东", 10),
		fails("联通", "beijing-3", "", 5),
	} {
		if q.Province == "" || q.Province == row.Province {
			h.Rows = append(h.Rows, row)
		}
	}
	return h, nil
}

func TestTheMenusKeepWhatWasNotPicked(t *testing.T) {
	for _, tc := range []struct {
		name, before, text      string
		wantISPs, wantProvinces []string
	}{
		{"nothing is picked", "", "1 last 8h", []string{"移动", "电信", "联通"}, []string{"jiangxi", "gd", "beijing-3"}},
		{"an ISP", "", "1 last 8h isp 电信", []string{"移动", "电信", "联通"}, []string{"jiangxi"}},
		{"an ISP that does not fail", "", "1 last 8h isp 鹏博士", []string{"移动", "电信", "联通"}, nil},
		{"a province", "codes 1 last 8h", "1 last 8h gd", []string{"移动"}, []string{"gd", "beijing-3", "jiangxi"}},
		{"a province, in a window of long ago", "codes 1 2026-11-01", "1 2026-11-01 gd", []string{"移动"},
			[]string{"gd", "beijing-3", "jiangxi"}},
		{"a province by its name", "codes 1 last 8h", "1 last 8h 江西", []string{"移动", "电信"}, []string{"jiangxi", "beijing-3", "gd"}},
		{"a province that does not fail", "codes 1 last 8h", "1 last 8h zj", nil, []string{"zj", "beijing-3", "gd", "jiangxi"}},
		{"a province of a task that was never asked about", "codes 2 last 8h", "1 last 8h gd", []string{"移动"}, []string{"gd"}},
	} {
		for _, command := range []string{"codes ", "trend "} {
			t.Run(command+tc.name, func(t *testing.T) {
				r, _ := runner(ofProvince)
				if tc.before != "" {
					run(t, r, tc.before)
				}
				var got report.Choice
				if command == "trend " {
					got = trendOf(t, r, command+tc.text).Choice
				} else {
					got = run(t, r, command+tc.text).Choice
				}
				var provinces []string
				for _, place := range got.Provinces {
					provinces = append(provinces, place.Code)
				}
				if !slices.Equal(got.ISPs, tc.wantISPs) || !slices.Equal(provinces, tc.wantProvinces) {
					t.Errorf("it offers %v in %v", got.ISPs, provinces)
				}
			})
		}
	}
}
