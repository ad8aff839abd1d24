package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

// trendOf has a bucket of half an hour for each of counts, from midnight on; the last still grows where left is its length.
func trendOf(left time.Duration, counts ...int64) Trend {
	buckets := make([]Bucket, len(counts))
	for i, n := range counts {
		from := begin.Add(time.Duration(i) * 30 * time.Minute)
		buckets[i] = Bucket{Begin: from, End: from.Add(30 * time.Minute)}
		buckets[i].Count([]catapi.History{{Rows: []catapi.Row{{ISP: "移动", Province: "jiangxi", ProvinceName: "江西", Code: 1, Count: n}}}}, func(string) bool { return true })
	}
	last := &buckets[len(buckets)-1]
	if left > 0 {
		last.End, last.Unfinished = last.Begin.Add(left), true
	}
	return NewTrend(Request{Command: text("trend 126531"), Tasks: []string{"126531"}, Begin: begin, End: last.End}, buckets)
}

func TestABucketThatStillGrowsStandsApart(t *testing.T) {
	for _, tc := range []struct {
		name             string
		trend            Trend
		english, chinese string
	}{
		{"it has the most, and is no maximum", trendOf(12*time.Minute, 75, 30, 241), "346 failures, at most 75 (00:00–00:30); since 01:00, 12 min: 241.",
			"346 次失败，峰值 75（00:00–00:30）；当前时段（01:00 起 12 分钟，未结束）241。"},
		{"it has few, which is no recovery", trendOf(5*time.Minute, 30, 75, 5), "110 failures, at most 75 (00:30–01:00); since 01:00, 5 min: 5.",
			"110 次失败，峰值 75（00:30–01:00）；当前时段（01:00 起 5 分钟，未结束）5。"},
		{"only it has any", trendOf(5*time.Minute, 0, 0, 5), "5 failures; since 01:00, 5 min: 5.", "5 次失败；当前时段（01:00 起 5 分钟，未结束）5。"},
		{"the last is over", trendOf(0, 75, 30, 41), "146 failures, at most 75 (00:00–00:30); in the last 30 min 41.", "146 次失败，峰值 75（00:00–00:30）；最近 30 分钟 41。"},
		{"the last is over and the worst", trendOf(0, 5, 30, 41), "76 failures, at most 41 (01:00–01:30).", "76 次失败，峰值 41（01:00–01:30）。"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.trend.Headline(i18n.English); got != tc.english {
				t.Errorf("%q, want %q", got, tc.english)
			}
			if got := tc.trend.Headline(i18n.Chinese); got != tc.chinese {
				t.Errorf("%q, want %q", got, tc.chinese)
			}
		})
	}
	if table := TrendText(trendOf(12*time.Minute, 75, 30, 241), i18n.English); !strings.Contains(table, "since 01:00, 12 min") {
		t.Errorf("the table takes it for one of the others:\n%s", table)
	}
}

func TestABucketThatGrowsSinceAnotherDayIsDated(t *testing.T) {
	trend := trendOf(0, 75, 30)
	last := &trend.Buckets[1]
	last.Begin = begin.AddDate(0, 0, 1)
	last.End, last.Unfinished = last.Begin.Add(43*time.Hour+time.Minute), true
	trend.End = last.End
	for _, tc := range []struct {
		words     i18n.Phrases
		line, row string
	}{
		{i18n.English, "105 failures, at most 75 (05-25 00:00–00:30); since 05-26 00:00, 43 h 1 min: 30.", "since 05-26 00:00, 43 h 1 min"},
		{i18n.Chinese, "105 次失败，峰值 75（05-25 00:00–00:30）；当前时段（05-26 00:00 起 43 小时 1 分钟，未结束）30。",
			"05-26 00:00 起 43 小时 1 分钟（未结束）"},
	} {
		if got := trend.Headline(tc.words); got != tc.line {
			t.Errorf("%q, want %q", got, tc.line)
		}
		if got := trend.Row(*last, tc.words); got != tc.row {
			t.Errorf("%q, want %q", got, tc.row)
		}
	}
}

func TestATrendOfOneISPKeepsTheOthersToChooseFrom(t *testing.T) {
	bucket := Bucket{Begin: begin, End: end}
	bucket.Count([]catapi.History{{Rows: []catapi.Row{
		{ISP: "移动", Province: "jiangxi", ProvinceName: "江西", Code: 1, Count: 3}, {ISP: "电信", Province: "gd", ProvinceName: "广东", Code: 1, Count: 9},
		{ISP: "联通", Province: "gd", Count: 9},
	}}}, func(isp string) bool { return isp == "移动" })
	trend := NewTrend(Request{Command: text("trend 126531 isp 移动"), Tasks: []string{"126531"}, OnlyISPs: []string{"移动"}, Begin: begin, End: end}, []Bucket{bucket})
	var places []string
	for _, place := range trend.Choice.Provinces {
		places = append(places, place.Name)
	}
	if !slices.Equal(trend.Choice.ISPs, []string{"电信", "移动"}) || !slices.Equal(places, []string{"江西"}) || trend.Total != 3 || len(trend.Lines) != 1 {
		t.Errorf("ISPs %v, provinces %v, %d failures", trend.Choice.ISPs, places, trend.Total)
	}
}

func TestATrendIsCalledByTheNameOfItsProvince(t *testing.T) {
	trend := trendOf(0, 1, 2)
	trend.OnlyProvinces, trend.Places = []string{"jiangxi", "hongkong-9"}, map[string]string{"jiangxi": "江西", "hongkong-9": ""}
	if got := i18n.Chinese.TrendOf(trend.Title(i18n.Chinese)); got != "任务 126531 · 江西、hongkong-9 · 趋势" {
		t.Error(got)
	}
}
