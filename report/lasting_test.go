package report

import (
	"testing"
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

func TestTheFirstLineSaysWhetherItStillFails(t *testing.T) {
	at := func(clock string) time.Time {
		moment, err := time.ParseInLocation("2006-01-02 15:04", "2017-05-25 "+clock, catapi.Beijing)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	seen := func(count, recent int64, first, last string) catapi.Row {
		r := row("移动", "gd", "广东", "", 10010, "", count)
		r.Recent, r.First, r.Last = recent, at(first), at(last)
		return r
	}
	timeless := row("电信", "gd", "广东", "", 10010, "", 5)
	probed := []catapi.ProbeCount{{ISP: "移动", Province: "gd", Count: 1000}}
	for _, tc := range []struct {
		name   string
		rows   []catapi.Row
		probed []catapi.ProbeCount
		begin  time.Time
		now    time.Time
		en, zh string // what the headline begins with
	}{
		{"failures in the last quarter of an hour are counted",
			[]catapi.Row{seen(500, 90, "01:12", "08:09"), seen(53, 3, "02:00", "08:01")}, probed, begin, now,
			"Still failing: 93 in the last 15 min, first seen at 01:12. 553 failures",
			"仍在失败：最近 15 分钟内 93 次，首次 01:12。553 次失败"},
		{"a few that are left are nearly none", []catapi.Row{seen(3359, 1, "03:55", "08:00")}, probed, begin, now,
			"Nearly quiet: 1 in the last 15 min, first seen at 03:55. 3,359 failures",
			"已基本恢复：最近 15 分钟内仅 1 次，首次 03:55。3,359 次失败"},
		{"without a count their times are known", []catapi.Row{seen(500, 0, "01:12", "08:09")}, nil, begin, now,
			"Still failing: last seen at 08:09, first at 01:12. 500 failures", "仍在失败：最近一次 08:09，首次 01:12。500 次失败"},
		{"it is over", []catapi.Row{seen(500, 0, "01:12", "02:40")}, probed, begin, now,
			"Quiet since 02:40; first seen at 01:12. 500 failures", "02:40 后未再失败，首次 01:12。500 次失败"},
		{"a window of long ago is not still failing", []catapi.Row{seen(500, 9, "01:12", "08:09")}, probed, begin,
			now.AddDate(1, 0, 0),
			"It failed to the end of this window; first seen at 01:12. 500 failures", "直到时段结束仍在失败，首次 01:12。500 次失败"},
		{"a stray at its end is not the incident", []catapi.Row{seen(3359, 1, "03:55", "08:09")}, probed, begin,
			now.AddDate(1, 0, 0),
			"Last seen at 08:09, first at 03:55. 3,359 failures", "最近一次 08:09，首次 03:55。3,359 次失败"},
		{"nor did it end now", []catapi.Row{seen(500, 0, "01:12", "02:40")}, probed, begin, now.AddDate(1, 0, 0),
			"Last seen at 02:40, first at 01:12. 500 failures", "最近一次 02:40，首次 01:12。500 次失败"},
		{"one row without a time makes it unknown", []catapi.Row{seen(500, 0, "01:12", "08:09"), timeless}, nil, begin,
			now, "505 failures", "505 次失败"},
		{"the window's own times say nothing", []catapi.Row{seen(500, 0, "00:00", "08:10")}, nil, begin, now,
			"500 failures", "500 次失败"},
		{"a short window has a short last stretch", []catapi.Row{seen(500, 500, "07:58", "08:03")}, probed, at("07:55"),
			now,
			"Quiet since 08:03; first seen at 07:58. 500 failures", "08:03 后未再失败，首次 07:58。500 次失败"},
		{"too few are not followed", []catapi.Row{seen(4, 4, "08:00", "08:09")}, probed, begin, now, "4 failures",
			"4 次失败"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := catapi.History{Query: catapi.Query{Task: "1", Begin: tc.begin, End: end}, Rows: tc.rows,
				Probes: tc.probed, FetchedAt: now}
			part := NewPart(Question{Task: "1", Now: tc.now}, h, nil)
			answer := NewAnswer(asked([]string{"1"}, nil), []Part{part})
			for _, got := range []struct{ said, want string }{{answer.Headline(i18n.English), tc.en},
				{answer.Headline(i18n.Chinese), tc.zh}} {
				if len(got.said) < len(got.want) || got.said[:len(got.want)] != got.want {
					t.Errorf("it says %q, want %q", got.said, got.want)
				}
			}
		})
	}
}
