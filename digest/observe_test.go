package digest

import (
	"testing"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// A counted is the probes of one ISP in one province, and how many of them failed.
type counted struct {
	isp, place       string
	failures, probes int64
}

// answerWith is an answer of API 3.0 with these probes; without any probe of v2 where v2 is set.
func answerWith(v2 bool, all ...counted) report.Answer {
	var h catapi.History
	for _, c := range all {
		if c.failures > 0 {
			h.Rows = append(h.Rows, catapi.Row{ISP: c.isp, Province: c.place, ProvinceName: c.place, Code: 10016, Count: c.failures})
		}
		if !v2 {
			h.Probes = append(h.Probes, catapi.ProbeCount{ISP: c.isp, Province: c.place, ProvinceName: c.place, Count: c.probes})
		}
	}
	part := report.NewPart(report.Question{Task: "task-ab12cd34"}, h, nil)
	return report.NewAnswer(report.Request{Tasks: []string{"task-ab12cd34"}}, []report.Part{part})
}

func TestObserveComparesWhatTheConditionSays(t *testing.T) {
	// 移动 fails 30 % in 江西 and 10 % in all; 教育网 half, of 10 probes.
	of3 := answerWith(false, counted{"移动", "江西", 12, 40}, counted{"移动", "广东", 0, 80}, counted{"电信", "江西", 1, 100}, counted{"教育网", "江西", 5, 10})
	ofV2 := answerWith(true, counted{"移动", "江西", 12, 0}, counted{"电信", "江西", 1, 0})
	for _, tc := range []struct {
		condition   string
		answer      report.Answer
		over, under bool
		unknown     catapi.TroubleKind
		value       float64
		group       string
	}{
		{"if >17", of3, true, false, "", 18, ""},
		{"if >18", of3, false, true, "", 18, ""},
		{"if >18 until <18", of3, false, false, "", 18, ""},
		{"if >7%", of3, true, false, "", 1800.0 / 230, ""},
		{"if >8%", of3, false, true, "", 1800.0 / 230, ""},
		{"if any isp >11", of3, true, false, "", 12, "移动"},
		{"if any isp >9%", of3, true, false, "", 10, "移动"}, // 教育网 has too few probes
		{"if any isp >10%", of3, false, true, "", 10, ""},
		{"if >7%", answerWith(false, counted{"移动", "江西", 7, 100}), false, true, "", 7, ""},
		{"if any isp >10% until <5%", of3, false, false, "", 10, ""},
		{"if any province >10%", of3, true, false, "", 12, "江西"},
		{"if any province >10% and >100", of3, false, true, "", 12, ""},
		{"if any province >10% and >10", of3, true, false, "", 12, "江西"},
		{"if >12", ofV2, true, false, "", 13, ""},
		{"if any isp >11", ofV2, true, false, "", 12, "移动"},
		{"if any isp >50%", answerWith(false, counted{"教育网", "江西", 9, 10}), false, false, catapi.TroubleFewProbes, 0, ""},
		{"if >50%", answerWith(false, counted{"教育网", "江西", 9, 10}), false, false, catapi.TroubleFewProbes, 0, ""},
		{"if >usual", of3, false, false, catapi.TroubleFewDays, 0, ""},
		{"if >usual and >100", of3, false, true, "", 18, ""}, // not over, whatever is usual
	} {
		t.Run(tc.condition, func(t *testing.T) {
			command, err := language.Parse("digest add every 15m "+tc.condition+" codes task-ab12cd34 last 15m", start)
			if err != nil {
				t.Fatal(err)
			}
			o := observe(*command.(commands.DigestAdd).If, start, tc.answer)
			if tc.unknown != "" {
				if o.unknown == nil || o.unknown.Kind != tc.unknown {
					t.Errorf("unknown for %+v, want %s", o.unknown, tc.unknown)
				}
				return
			}
			group := ""
			if len(o.reading.Over) > 0 && o.reading.Over[0].Kind != report.OfISPInProvince {
				group = o.reading.Over[0].ISP + o.reading.Over[0].Place
			}
			if o.unknown != nil || o.over != tc.over || o.under != tc.under || o.reading.Value != tc.value {
				t.Errorf("over %v, under %v, value %v, unknown %+v", o.over, o.under, o.reading.Value, o.unknown)
			}
			if tc.group != "" && group != tc.group {
				t.Errorf("names %q, want %q", group, tc.group)
			}
		})
	}
}

// TestAnIncidentIsNotOverWhereNobodyLooks: of the ISP that failed, no probe or too few ran.
func TestAReadingCountsAllThatFails(t *testing.T) {
	var all []counted
	for _, place := range []string{"江西", "广东", "四川", "湖南", "福建", "天津", "上海"} {
		all = append(all, counted{"移动", place, 12, 40}, counted{"电信", place, 0, 40})
	}
	all = append(all, counted{"移动", "北京", 0, 40})
	r := readingOf(start, answerWith(false, all...))
	if want := (FailingGroups{ISPs: 1, Provinces: 7}); r.Failing != want || len(r.Provinces) != maxGroups {
		t.Errorf("%+v and %d provinces, want %+v and %d", r.Failing, len(r.Provinces), want, maxGroups)
	}
}

func TestAnIncidentIsNotOverWhereNobodyLooks(t *testing.T) {
	mobile := report.Group{Kind: report.OfISP, ISP: "移动"}
	few, none := counted{"移动", "江西", 0, 10}, counted{"联通", "江西", 0, 50}
	for _, tc := range []struct {
		condition   string
		of3         counted
		in          report.Group
		under, told bool
	}{
		{"if any isp >20%", few, mobile, false, true},
		{"if any isp >20%", none, mobile, false, true},
		{"if any isp >20% until <5%", few, mobile, false, true},
		{"if any isp >20", none, mobile, false, true},
		{"if any isp >20", few, mobile, true, false},
		{"if any isp >20%", few, report.Group{Kind: report.OfISP, ISP: "电信"}, true, false},
		{"if >20%", none, mobile, true, false},
	} {
		t.Run(tc.condition, func(t *testing.T) {
			command, err := language.Parse("digest add every 15m "+tc.condition+" codes task-ab12cd34 last 15m", start)
			if err != nil {
				t.Fatal(err)
			}
			answer := answerWith(false, counted{"电信", "江西", 1, 100}, tc.of3)
			o := observe(*command.(commands.DigestAdd).If, start, answer, tc.in)
			if o.under != tc.under || o.over || (o.unknown != nil) != tc.told || tc.told && o.unknown.Group != "移动" {
				t.Errorf("%+v: under %t, over %t, unknown %+v", tc.of3, o.under, o.over, o.unknown)
			}
		})
	}
}

func TestObserveComparesWithOtherDays(t *testing.T) {
	days := func(totals ...int64) *report.Usual {
		u := &report.Usual{}
		for _, total := range totals {
			u.Days = append(u.Days, report.Day{Total: total})
		}
		return u
	}
	answer := func(total int64, before *int64, usual *report.Usual) report.Answer {
		now := catapi.History{Rows: []catapi.Row{{ISP: "移动", Code: 10016, Count: total}}}
		var base *catapi.History
		if before != nil {
			base = &catapi.History{Rows: []catapi.Row{{ISP: "移动", Code: 10016, Count: *before}}}
		}
		part := report.NewPart(report.Question{Task: "126531"}, now, base)
		part.Usual = usual
		return report.NewAnswer(report.Request{Tasks: []string{"126531"}, Compare: before != nil}, []report.Part{part})
	}
	ten, fifty := int64(10), int64(50)
	for _, tc := range []struct {
		name, condition string
		answer          report.Answer
		over, known     bool
	}{
		{"above all days and twice their median", "if >usual", answer(50, nil, days(0, 3, 10, 20, 25, 30, 40)), true, true},
		{"above all days, but not twice their median", "if >usual", answer(50, nil, days(30, 30, 30, 30, 30, 30, 30)), false, true},
		{"too few failures", "if >usual", answer(4, nil, days(0, 0, 0, 0, 0, 0, 0)), false, true},
		{"above all days, and below a line that ends", "if >usual until <60", answer(50, nil, days(0, 3, 10, 20, 25, 30, 40)), true, true},
		{"too few days", "if >usual", answer(50, nil, days(0, 0)), false, false},
		{"twice yesterday", "if >x2 yesterday and >20", answer(50, &ten, nil), true, true},
		{"not twice last week", "if >x2 last week and >20", answer(50, &fifty, nil), false, true},
		{"below the floor", "if >x2 yesterday and >60", answer(50, &ten, nil), false, true},
		{"no answer for yesterday", "if >x2 yesterday and >20", answer(50, nil, nil), false, false},
		{"no answer for yesterday, but below the floor", "if >x2 yesterday and >60", answer(50, nil, nil), false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			command, err := language.Parse("digest add every 15m "+tc.condition+" codes 126531 last 15m", start)
			if err != nil {
				t.Fatal(err)
			}
			o := observe(*command.(commands.DigestAdd).If, start, tc.answer)
			if o.over != tc.over || o.over && o.under || (o.unknown == nil) != tc.known {
				t.Errorf("over %v, under %v, unknown %+v", o.over, o.under, o.unknown)
			}
		})
	}
}
