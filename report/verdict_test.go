package report

import (
	"fmt"
	"testing"

	"catbot/catapi"
	"catbot/i18n"
)

// A spot is what the probes of one ISP in one province saw.
type spot struct {
	isp, place       string
	failures, probes int64
}

// counted is a history of API 3.0 in which the spots fail with one code.
func counted(spots ...spot) catapi.History {
	h := catapi.History{Probes: []catapi.ProbeCount{}, FetchedAt: now}
	for _, s := range spots {
		h.Probes = append(h.Probes, catapi.ProbeCount{ISP: s.isp, Province: s.place, ProvinceName: s.place,
			Count: s.probes})
		if s.failures > 0 {
			h.Rows = append(h.Rows, row(s.isp, s.place, s.place, "", 10010, "", s.failures))
		}
	}
	return h
}

// timeouts is how a sentence about counted histories ends.
const timeouts = ", all connect timeout (10010)."

func TestTheVerdictComparesRatesWhereProbesAreCounted(t *testing.T) {
	half := []spot{{"移动", "江西", 23, 45}, {"移动", "广东", 22, 45}, {"电信", "江西", 2, 4}, {"电信", "广东", 3, 6},
		{"联通", "江西", 2, 4}, {"联通", "广东", 3, 6}}
	for _, tc := range []struct {
		name     string
		q        Question
		spots    []spot
		says     string
		advice   Advice
		severity Severity
	}{
		{"no probe ran", Question{}, nil, "No data: no probe ran in this window.", NoAdvice, NoData},
		{"none failed", Question{}, []spot{{"移动", "江西", 0, 2880}}, "All quiet: no failures in 2,880 probes.", NoAdvice,
			NoneFailed},
		{"one failure in 2,912 probes", Question{}, []spot{{"移动", "江西", 1, 2912}},
			"1 failure, too few to say where it hurts.", NoAdvice, Background},
		{"four of five probes", Question{}, []spot{{"移动", "江西", 4, 5}}, "4 failures, too few to say where it hurts.",
			NoAdvice, Warning},
		{"10 failures of 51,360 probes", Question{}, []spot{{"移动", "江西", 4, 20000}, {"电信", "广东", 3, 20000},
			{"联通", "浙江", 3, 11360}},
			"10 failures over 3 ISPs and 3 provinces: no place stands out" + timeouts, NoAdvice, Background},
		{"what stands out but fails one probe in a thousand is background", Question{},
			[]spot{{"移动", "江西", 15, 12960}, {"电信", "广东", 14, 113760}},
			"29 failures over 2 ISPs and 2 provinces: no place stands out" + timeouts, NoAdvice, Background},
		{"every ISP fails half of its probes, and 移动 has most of them", Question{}, half,
			"55 failures: 82% of the failures are on 移动 (China Mobile), and so are 82% of the probes" + timeouts,
			LookAtSite, Outage},
		{"one ISP alone is probed", Question{}, []spot{{"移动", "江西", 30, 60}, {"移动", "广东", 30, 60},
			{"移动", "浙江", 30, 60}},
			"90 failures: only 移动 (China Mobile) is probed" + timeouts, NoAdvice, Outage},
		{"a small ISP fails nearly all", Question{}, []spot{{"教育网", "北京", 38, 40}, {"移动", "北京", 20, 2000},
			{"电信", "广东", 20, 2000}},
			"78 failures: 教育网 fails 95% of 40 probes, the others 1% of 4,000" + timeouts, LookAtISP, Outage},
		{"two ISPs hide each other", Question{}, []spot{{"移动", "江西", 1200, 2000}, {"电信", "广东", 1800, 3000},
			{"联通", "江西", 5, 500}, {"联通", "广东", 5, 500}},
			"3,010 failures: 电信 (China Telecom) fails 60% of 3,000 probes, 移动 (China Mobile) 60% of 2,000, the others 1% of 1,000" + timeouts, LookAtISPs, Outage},
		{"one province", Question{}, []spot{{"移动", "四川", 60, 100}, {"电信", "四川", 56, 100}, {"移动", "广东", 2, 900},
			{"电信", "广东", 3, 900}},
			"121 failures: 四川 (Sichuan) fails 58% of 200 probes, the others <1% of 1,800" + timeouts, LookAtPlace, Outage},
		{"one ISP in one province", Question{}, []spot{{"移动", "四川", 60, 100}, {"电信", "四川", 1, 100},
			{"移动", "广东", 2, 900}, {"电信", "广东", 3, 900}},
			"66 failures: 移动 (China Mobile) in 四川 (Sichuan) fails 60% of 100 probes, the others <1% of 1,900" + timeouts,
			LookAtISPThere, Warning},
		{"twice the rate of the others is not enough", Question{},
			[]spot{{"移动", "四川", 400, 1000}, {"电信", "广东", 200, 1000}},
			"600 failures over 2 ISPs and 2 provinces: no place stands out" + timeouts, LookAtSite, Outage},
		{"19 probes prove nothing", Question{}, []spot{{"教育网", "北京", 19, 19}, {"移动", "北京", 20, 2000}},
			"39 failures: only 北京 (Beijing) is probed" + timeouts, NoAdvice, Warning},
		{"the few probes of the others prove nothing", Question{}, []spot{{"移动", "北京", 300, 1000}, {"其他", "北京", 1, 20}},
			"301 failures: 99% of the failures are on 移动 (China Mobile), with 98% of the probes, only 北京 (Beijing) is probed" + timeouts, NoAdvice, Outage},
		{"the ISP that was asked for is no finding", Question{ISPs: 1,
			ISP: func(name string) bool { return name == "移动" }}, half,
			"45 failures over 1 ISP and 2 provinces: no place stands out" + timeouts, LookWider, Outage},
		{"a province inside the ISP that was asked for is one",
			Question{ISPs: 1, ISP: func(name string) bool { return name == "移动" }},
			[]spot{{"移动", "四川", 60, 100}, {"移动", "广东", 2, 900}, {"电信", "广东", 800, 900}},
			"62 failures: 四川 (Sichuan) fails 60% of 100 probes, the others <1% of 900" + timeouts, LookAtPlace, Outage},
	} {
		t.Run(tc.name, func(t *testing.T) {
			part := NewPart(tc.q, counted(tc.spots...), nil)
			if got := part.Headline(i18n.English); len(got) < len(tc.says) || got[:len(tc.says)] != tc.says {
				t.Errorf("it says %q, want %q", got, tc.says)
			}
			if part.Verdict.Advice != tc.advice {
				t.Errorf("it advises %q, want %q", part.Verdict.Advice.Text(i18n.English), tc.advice.Text(i18n.English))
			}
			if part.Severity() != tc.severity {
				t.Errorf("its severity is %q, want %q", part.Severity(), tc.severity)
			}
		})
	}
}

func TestTheVerdictSharesTheFailuresOutWhereProbesAreNotCounted(t *testing.T) {
	isps := []string{"移动", "电信", "联通", "其他"}
	provinces := []string{"江西", "广东", "浙江", "上海", "四川", "湖南"}
	over := func(n int, make func(i int) catapi.Row) []catapi.Row {
		var rows []catapi.Row
		for i := range n {
			rows = append(rows, make(i))
		}
		return rows
	}
	everywhere := over(12, func(i int) catapi.Row {
		return row(isps[i%4], provinces[i%6], provinces[i%6], "1.1.1.1", 10010, "连接超时", 10)
	})
	var thirty []string
	for i := range 30 {
		thirty = append(thirty, fmt.Sprintf("province-%d", i))
	}
	thirty[0], thirty[1] = "四川", "江西"
	for _, tc := range []struct {
		name     string
		q        Question
		rows     []catapi.Row
		says     string
		advice   Advice
		severity Severity
	}{
		{"nothing was reported", Question{}, nil, "No failures reported in this window.", NoAdvice, NoneReported},
		{"too few to tell", Question{}, []catapi.Row{row("移动", "gd", "广东", "", 1, "", 4)},
			"4 failures, too few to say where it hurts.", NoAdvice, Background},
		{"one ISP", Question{}, over(4, func(i int) catapi.Row {
			return row("移动", provinces[i], provinces[i], "1.1.1."+provinces[i], int64(i+500), "", 10)
		}),
			"40 failures: all are on 移动 (China Mobile).", LookAtISP, Warning},
		{"four fifths on one ISP are enough", Question{}, []catapi.Row{
			row("移动", "gd", "广东", "a", 500, "", 20), row("移动", "zj", "浙江", "b", 501, "", 20),
			row("电信", "sh", "上海", "c", 502, "", 10),
		}, "50 failures: 80% of the failures are on 移动 (China Mobile).", LookAtISP, Warning},
		{"79 to 21 is less, and no more everywhere", Question{}, []catapi.Row{
			row("移动", "gd", "广东", "a", 500, "", 40), row("移动", "zj", "浙江", "b", 501, "", 39),
			row("电信", "sh", "上海", "c", 502, "", 21),
		}, "100 failures over 2 ISPs and 3 provinces: 79% of the failures are on 移动 (China Mobile), 21% are on 电信 (China Telecom), " +
			"40% are in 广东 (Guangdong), 39% are in 浙江 (Zhejiang), 21% are in 上海 (Shanghai).", LookAtPlaces, Warning},
		{"one province", Question{}, over(4, func(i int) catapi.Row {
			return row(isps[i], "gd", "广东", "1.1.1."+isps[i],
				int64(i+500), "", 10)
		}),
			"40 failures: all are in 广东 (Guangdong).", LookAtPlace, Warning},
		{"two provinces of thirty", Question{Seen: Seen{ISPs: isps, Provinces: thirty}},
			over(8, func(i int) catapi.Row {
				return row(isps[i/2], fmt.Sprintf("province-%d", i%2), []string{"四川", "江西"}[i%2], "", int64(i+500), "",
					int64(6-i%2))
			}), "44 failures over 4 ISPs and 2 of 30 provinces: 55% of the failures are in 四川 (Sichuan), 45% are in 江西 (Jiangxi).",
			LookAtPlaces, Warning},
		{"one ISP in one province", Question{}, []catapi.Row{row("移动", "gd", "广东", "a", 500, "", 40),
			row("电信", "sh", "上海", "c", 502, "", 5)},
			"45 failures: 89% of the failures are on 移动 (China Mobile), 89% are in 广东 (Guangdong), 89% are at a, 89%",
			LookAtISPThere, Warning},
		{"one server among several", Question{}, append(over(6, func(i int) catapi.Row {
			return row(isps[i%4], provinces[i], provinces[i], "1.1.1.1", 10010, "连接超时", 10)
		}), row("移动", "gd", "广东", "2.2.2.2", 10010, "连接超时", 1)),
			"61 failures: 98% of the failures are at 1.1.1.1, all 连接超时 (connect timeout, 10010).", LookAtServer,
			Warning},
		{"everywhere, one server is all there is", Question{}, everywhere,
			"120 failures over 4 ISPs and 6 provinces: all are at 1.1.1.1, all 连接超时 (connect timeout, 10010).",
			LookAtSite, Warning},
		{"that is not everywhere where thirty provinces are probed", Question{Seen: Seen{Provinces: thirty}},
			everywhere,
			"120 failures over 4 ISPs and 6 of 34 provinces: all are at 1.1.1.1, all 连接超时 (connect timeout, 10010).",
			NoAdvice, Warning},
		{"the province that was asked for is no finding", Question{Province: "gd"},
			over(4, func(i int) catapi.Row { return row(isps[i], "gd", "广东", "", int64(i), "", 10) }),
			"30 failures over 3 ISPs and 1 province.", LookWider, Warning},
	} {
		t.Run(tc.name, func(t *testing.T) {
			part := NewPart(tc.q, catapi.History{Rows: tc.rows}, nil)
			if got := part.Headline(i18n.English); len(got) < len(tc.says) || got[:len(tc.says)] != tc.says {
				t.Errorf("it says %q, want %q", got, tc.says)
			}
			if part.Verdict.Advice != tc.advice {
				t.Errorf("it advises %q, want %q", part.Verdict.Advice.Text(i18n.English), tc.advice.Text(i18n.English))
			}
			if part.Severity() != tc.severity {
				t.Errorf("its severity is %q, want %q", part.Severity(), tc.severity)
			}
		})
	}
}

func TestACountIsAnOutageOnlyBesideTheWindowBefore(t *testing.T) {
	history := func(count int64) *catapi.History {
		return &catapi.History{Rows: []catapi.Row{row("移动", "gd", "广东", "", 10010, "", count)}}
	}
	for _, tc := range []struct {
		name   string
		now    int64
		before *catapi.History
		want   Severity
	}{
		{"many, and nothing to compare with", 100_000, nil, Warning},
		{"many more than before", 982, history(182), Outage},
		{"many, and none before", 100, &catapi.History{}, Outage},
		{"as many as before", 982, history(982), Warning},
		{"few, and none before", 99, &catapi.History{}, Warning},
		{"single ones", 4, &catapi.History{}, Background},
	} {
		if got := NewPart(Question{}, *history(tc.now), tc.before).Severity(); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestSeveralTasksEachHaveTheirOwnVerdict(t *testing.T) {
	failing := func(task, isp string, provinces ...string) Part {
		var rows []catapi.Row
		for _, province := range provinces {
			rows = append(rows, row(isp, province, province, "", 10016, "Ping超时", 100/int64(len(provinces))))
		}
		return NewPart(Question{Task: task}, catapi.History{Rows: rows}, nil)
	}
	asked := Request{Command: text("codes 1 2 last 8h"), Tasks: []string{"1", "2"}, Top: 3}
	for _, tc := range []struct {
		name   string
		parts  []Part
		says   string
		advice Advice
	}{
		{"each for a reason of its own", []Part{failing("1", "移动", "gd"), failing("2", "联通", "sichuan")},
			"200 failures in 2 of 2 tasks.", LookAtEach},
		{"both on one ISP", []Part{failing("1", "移动", "gd", "zj"), failing("2", "移动", "sichuan", "sh")},
			"200 failures in 2 of 2 tasks, each mostly on 移动 (China Mobile).", LookAtISP},
		{"both on one ISP in one province", []Part{failing("1", "移动", "gd"), failing("2", "移动", "gd")},
			"200 failures in 2 of 2 tasks, each mostly on 移动 (China Mobile) in gd.", LookAtISPThere},
		{"one alone", []Part{failing("1", "移动", "gd", "zj"), NewPart(Question{Task: "2"}, catapi.History{}, nil)},
			"100 failures in 1 of 2 tasks.", LookAtISP},
	} {
		answer := NewAnswer(asked, tc.parts)
		if got := answer.Headline(i18n.English); got != tc.says || answer.Verdict.Advice != tc.advice {
			t.Errorf("%s: %q, %q", tc.name, got, answer.Verdict.Advice.Text(i18n.English))
		}
	}
	asked.Tasks = []string{"1"}
	if got := NewAnswer(asked, []Part{failing("1", "移动", "gd"),
		failing("1", "移动", "sichuan")}).Verdict; got.Advice != LookAtISP || got.Tasks != nil {
		t.Errorf("two provinces of one task: %+v", got)
	}
}

func TestTheTailOfTheBinomialDistributionIsExact(t *testing.T) {
	for _, tc := range []struct {
		k, n int64
		p    float64
		want float64
	}{
		{0, 10, 0.5, 1}, {11, 10, 0.5, 0}, {5, 10, 0, 0}, {10, 10, 0.5, 1.0 / 1024}, {5, 10, 0.5, 0.623046875},
		{1, 20, 0.05, 0.6415140775914581},
		{5, 20, 0.05, 0.0025739403346522805}, {3, 5, 0.2, 0.05792}, {10, 10, 1, 1},
	} {
		if got := atLeast(tc.k, tc.n, tc.p); got < tc.want*(1-1e-9) || got > tc.want*(1+1e-9) {
			t.Errorf("%d or more of %d at %g: %.16g, want %.16g", tc.k, tc.n, tc.p, got, tc.want)
		}
		if got, want := atMost(tc.n-tc.k, tc.n, 1-tc.p), atLeast(tc.k, tc.n, tc.p); tc.p > 0 && tc.p < 1 &&
			(got < want*(1-1e-9) || got > want*(1+1e-9)) {
			t.Errorf("at most %d of %d at %g: %.16g, want %.16g", tc.n-tc.k, tc.n, 1-tc.p, got, want)
		}
	}
	if got := atLeast(38, 40, 0.01); got <= 0 || got > 1e-70 {
		t.Errorf("a very small tail: %g", got)
	}
	if got := atLeast(5e11, 1e12, 0.5); got < 0.49 || got > 0.51 {
		t.Errorf("a very long distribution: %g", got)
	}
}
