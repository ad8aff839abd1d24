package query

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
	"catbot/report"
)

// night is a minute of the night on which these tests are typed: 03:12:45 in Beijing.
var night = time.Date(2026, 11, 23, 3, 12, 45, 0, catapi.Beijing)

// source answers from a function, one call after the other so that the function may count.
type source struct {
	mu     sync.Mutex
	calls  []catapi.Query
	answer func(catapi.Query) (catapi.History, error)
}

func (s *source) ReturnCodeHistory(_ context.Context, q catapi.Query) (catapi.History, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, q)
	h, err := s.answer(q)
	h.Query = q
	return h, err
}

func runner(answer func(catapi.Query) (catapi.History, error)) (*Runner, *source) {
	s := &source{answer: answer}
	return &Runner{
		Source: s, Now: func() time.Time { return night }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		DefaultWindow: 8 * time.Hour, MaxWindow: 31 * 24 * time.Hour,
	}, s
}

func run(t *testing.T, r *Runner, text string) report.Answer {
	t.Helper()
	command, err := r.Parse(text)
	if err != nil {
		t.Fatalf("%s: %+v", text, err)
	}
	return r.Codes(t.Context(), command.(commands.Codes), night)
}

func fails(isp, province, name string, count int64) catapi.Row {
	return catapi.Row{ISP: isp, Province: province, ProvinceName: name, Code: 10016, Reason: "Ping超时", Count: count}
}

func TestOnePartFailsBesideThoseThatSucceed(t *testing.T) {
	r, s := runner(func(q catapi.Query) (catapi.History, error) {
		if q.Task == "2" && q.Province == "gd" {
			return catapi.History{}, errors.New("the line is cut")
		}
		return catapi.History{Rows: []catapi.Row{fails("移动", q.Province, "", 10)}}, nil
	})
	answer := run(t, r, "codes 1 2 jiangxi gd last 1h")
	if len(s.calls) != 4 || len(answer.Parts) != 4 {
		t.Fatalf("%d calls, %d parts", len(s.calls), len(answer.Parts))
	}
	for i, want := range []string{"1 jiangxi", "1 gd", "2 jiangxi", "2 gd"} {
		if got := answer.Parts[i].Task + " " + answer.Parts[i].Province; got != want {
			t.Errorf("part %d is %s, want %s", i, got, want)
		}
	}
	if answer.Parts[3].Err == nil || answer.Total != 30 || answer.Failed() {
		t.Errorf("part error %v, total %d, failed %v", answer.Parts[3].Err, answer.Total, answer.Failed())
	}
}

func TestCompareAsksForTheWindowJustBefore(t *testing.T) {
	r, s := runner(func(q catapi.Query) (catapi.History, error) {
		if q.End.Equal(time.Date(2026, 11, 22, 19, 12, 0, 0, catapi.Beijing)) {
			return catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 4)}}, nil
		}
		return catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 10)}}, nil
	})
	answer := run(t, r, "codes 1 last 8h compare")
	if len(s.calls) != 2 || answer.Total != 10 || answer.Before != 4 {
		t.Fatalf("calls %v, total %d, before %d", s.calls, answer.Total, answer.Before)
	}
	if q := s.calls[1]; q.End.Sub(q.Begin) != 8*time.Hour {
		t.Errorf("the window before is %s long", q.End.Sub(q.Begin))
	}
}

func TestNoComparisonIsNotNoAnswer(t *testing.T) {
	first := true
	r, _ := runner(func(catapi.Query) (catapi.History, error) {
		if first {
			first = false
			return catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 10)}}, nil
		}
		return catapi.History{}, errors.New("the line is cut")
	})
	answer := run(t, r, "codes 1 compare")
	if answer.Total != 10 || len(answer.Parts[0].Notes) != 1 || answer.Parts[0].Notes[0].Kind != report.NoComparison {
		t.Errorf("total %d, notes %v", answer.Total, answer.Parts[0].Notes)
	}
	if text := report.Text(answer, i18n.English, night); strings.Contains(text, "Compared with") ||
		strings.Contains(text, "Change") {
		t.Errorf("it compares with nothing:\n%s", text)
	}
}

func TestRefusedProvinceIsPickedOutOfAll(t *testing.T) {
	r, s := runner(func(q catapi.Query) (catapi.History, error) {
		if q.Province != "" {
			return catapi.History{}, &catapi.Error{Code: 10001, CodeDesc: "InvalidParameter", Message: "province 不正确"}
		}
		return catapi.History{Rows: []catapi.Row{
			fails("移动", "hn", "河南", 10), fails("移动", "gd", "广东", 5), fails("联通", "hn", "河南", 7),
		}, Summary: []catapi.CodeTotal{{Code: 10016, Count: 22}}}, nil
	})
	answer := run(t, r, "codes 1 henan")
	if answer.Total != 17 || len(s.calls) != 2 {
		t.Fatalf("total %d after %d calls", answer.Total, len(s.calls))
	}
	notes := answer.Parts[0].Notes
	if len(notes) != 1 || notes[0].Kind != report.ProvinceRefused {
		t.Errorf("notes %v", notes)
	}
	// The rows have taught the code, so the next question needs no detour.
	if command, err := r.Parse("codes 1 河南"); err != nil || command.(commands.Codes).Provinces[0] != "hn" {
		t.Errorf("河南 is read as %v, %v", command, err)
	}
}

func TestRefusalOfAllIsTheAnswer(t *testing.T) {
	refusal := &catapi.Error{Code: 10001, Message: "taskId 不正确"}
	r, _ := runner(func(catapi.Query) (catapi.History, error) { return catapi.History{}, refusal })
	if answer := run(t, r, "codes 1 gd"); !errors.Is(answer.Err(), refusal) {
		t.Errorf("answered %v", answer.Err())
	}
}

func TestISPFilter(t *testing.T) {
	r, _ := runner(func(catapi.Query) (catapi.History, error) {
		return catapi.History{Rows: []catapi.Row{
			fails("中国移动", "gd", "广东", 10), fails("电信", "gd", "广东", 5), fails("长城宽带", "gd", "广东", 1),
		}}, nil
	})
	for text, want := range map[string]int64{
		"codes 1 isp 移动":      10,
		"codes 1 isp telecom": 5,
		"codes 1 isp 长城宽带 电信": 6,
	} {
		if got := run(t, r, text).Total; got != want {
			t.Errorf("%s: %d failures, want %d", text, got, want)
		}
	}
}

func TestPanicEndsOnePart(t *testing.T) {
	r, _ := runner(func(q catapi.Query) (catapi.History, error) {
		if q.Task == "2" {
			panic("a mistake")
		}
		return catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 10)}}, nil
	})
	answer := run(t, r, "codes 1 2")
	var panicked *catapi.PanicError
	if answer.Total != 10 || !errors.As(answer.Parts[1].Err, &panicked) || len(panicked.Stack) == 0 {
		t.Errorf("total %d, error %v", answer.Total, answer.Parts[1].Err)
	}
}

func TestOneProvinceByTwoNamesIsCountedOnce(t *testing.T) {
	r, s := runner(func(q catapi.Query) (catapi.History, error) {
		return catapi.History{Rows: []catapi.Row{fails("移动", "jiangxi", "江西", 10)}}, nil
	})
	for _, text := range []string{
		"codes 1 jiangxi province=江西", "codes 1 jiangxi province=JIANGXI", "codes 1 江西省 jiangXi",
	} {
		s.calls = nil
		if answer := run(t, r, text+" last 1h"); answer.Total != 10 || len(s.calls) != 1 {
			t.Errorf("%s: %d failures by %d calls", text, answer.Total, len(s.calls))
		}
	}
	s.calls = nil
	if run(t, r, "codes 1 北京 beijing last 1h"); len(s.calls) != 1 {
		t.Errorf("a place without a code is asked for %d times", len(s.calls))
	}
}

func TestAPartIsNoGroundsToBlameTheSite(t *testing.T) {
	r, _ := runner(func(q catapi.Query) (catapi.History, error) {
		var rows []catapi.Row
		for _, isp := range []string{"移动", "电信", "联通"} {
			rows = append(rows, fails(isp, "gd", "广东", 10), fails(isp, "jiangxi", "江西", 10),
				fails(isp, "zj", "浙江", 10), fails(isp, "sh", "上海", 10))
		}
		return catapi.History{Rows: rows}, nil
	})
	for text, want := range map[string]report.Advice{
		"codes 1 last 1h": report.LookAtSite, "codes 1 isp 移动 电信 last 1h": report.LookWider,
		"codes 1 isp 移动 last 1h": report.LookWider,
	} {
		if got := run(t, r, text).Verdict.Advice; got != want {
			t.Errorf("%s: advice %d, want %d", text, got, want)
		}
	}
}

func TestACodeIsLearnedForAPlaceThatHadNone(t *testing.T) {
	r, _ := runner(func(catapi.Query) (catapi.History, error) {
		return catapi.History{
			Rows: []catapi.Row{{ISP: "移动", Province: "henan", ProvinceName: "河南", MapKey: "heNan", Code: 1, Count: 1}},
		}, nil
	})
	run(t, r, "codes 1 last 1h")
	command, err := r.Parse("codes 1 last 1h 河南")
	if err != nil || command.(commands.Codes).Provinces[0] != "henan" {
		t.Errorf("%v, %v", command, err)
	}
}

func TestAnOldAnswerIsNoComparison(t *testing.T) {
	cut := errors.New("the line is cut")
	r, _ := runner(func(q catapi.Query) (catapi.History, error) {
		h := catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 10)}}
		if q.End.Before(night.Add(-30 * time.Minute)) {
			h.Stale = cut
		}
		return h, nil
	})
	answer := run(t, r, "codes 1 last 1h compare")
	if part := answer.Parts[0]; part.Compared || len(part.Notes) != 1 || part.Notes[0].Kind != report.NoComparison {
		t.Errorf("compared %v, notes %+v", part.Compared, part.Notes)
	}
}
