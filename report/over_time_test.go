package report

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"catbot/catapi"
	"catbot/i18n"
)

// timed is an answer of API 3.0 to a window, with failures in counts.
func timed(from, to time.Time, counts ...catapi.BucketCount) catapi.History {
	h := catapi.History{
		Query:  catapi.Query{Task: "task-ab12cd34", Begin: from, End: to},
		Probes: []catapi.ProbeCount{}, Buckets: []catapi.BucketCount{}, FetchedAt: to,
	}
	for _, c := range counts {
		h.Buckets = append(h.Buckets, c)
		h.Rows = append(h.Rows, row(c.ISP, "jiangxi", "江西", "", 603, "", c.Count))
	}
	return h
}

func TestBucketsAddUpToFailures(t *testing.T) {
	isps := []string{"移动", "电信", "联通"}
	rapid.Check(t, func(t *rapid.T) {
		window := time.Duration(rapid.IntRange(2, 40*24*60).Draw(t, "minutes")) * time.Minute
		from := begin.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "from")) * time.Minute)
		to := from.Add(window)
		length := catapi.Query{Begin: from, End: to}.BucketLength()
		var parts []Part
		q := Question{Now: to}
		if rapid.Bool().Draw(t, "one ISP") {
			q.ISP, q.ISPs = func(isp string) bool { return isp == "移动" }, 1
		}
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			var counts []catapi.BucketCount
			for n := range rapid.IntRange(1, 30).Draw(t, "counts") {
				isp := isps[0] // the first one, so that something has failed in each answer
				if n > 0 {
					isp = rapid.SampledFrom(isps).Draw(t, "isp")
				}
				at := from.Add(time.Duration(rapid.Int64Range(0, int64(window)-1).Draw(t, "at")))
				counts = append(counts, catapi.BucketCount{
					ISP: isp, Begin: catapi.Floor(at, length), Count: rapid.Int64Range(1, 1000).Draw(t, "n"),
				})
			}
			parts = append(parts, NewPart(q, timed(from, to, counts...), nil))
		}
		answer := NewAnswer(asked([]string{"task-ab12cd34"}, nil), parts)
		trend := answer.Trend()
		if trend == nil {
			t.Fatalf("%d failures from %s to %s have no trend", answer.Total, from, to)
		}
		var sum int64
		edge := from
		for _, b := range trend.Buckets {
			sum += b.Total
			if !b.Begin.Equal(edge) || !b.End.After(b.Begin) {
				t.Fatalf("%s–%s follows %s", b.Begin, b.End, edge)
			}
			edge = b.End
		}
		if sum != answer.Total || trend.Total != answer.Total || !edge.Equal(to) {
			t.Fatalf("%d failures up to %s, the answer has %d up to %s", sum, edge, answer.Total, to)
		}
		for _, isp := range answer.ISPs {
			if !slices.ContainsFunc(trend.Lines, func(l Line) bool { return l.ISP == isp.Name && l.Total == isp.Count }) {
				t.Fatalf("%s has %d failures, the lines are %+v", isp.Name, isp.Count, trend.Lines)
			}
		}
	})
}

func TestTrendOfAnswerOnlyWhereKnown(t *testing.T) {
	one := timed(begin, end, failed("移动", 60, 5))
	untimed := one
	untimed.Buckets = nil
	short := timed(begin, begin.Add(time.Minute), failed("移动", 0, 5))
	other := timed(begin, end.Add(-time.Hour), failed("移动", 60, 5))
	for _, tc := range []struct {
		name  string
		parts []Part
		want  bool
	}{
		{"one task", []Part{NewPart(Question{}, one, nil)}, true},
		{"two tasks, one without an answer", []Part{NewPart(Question{}, one, nil), {Err: lineCut}}, true},
		{"a task of v2", []Part{NewPart(Question{}, untimed, nil)}, false},
		{"two tasks, one of v2", []Part{NewPart(Question{}, one, nil), NewPart(Question{}, untimed, nil)}, false},
		{"a minute", []Part{NewPart(Question{}, short, nil)}, false},
		{"two windows", []Part{NewPart(Question{}, one, nil), NewPart(Question{}, other, nil)}, false},
		{"no answer", []Part{{Err: lineCut}}, false},
	} {
		if got := NewAnswer(asked([]string{"1"}, nil), tc.parts).Trend(); (got != nil) != tc.want {
			t.Errorf("%s: %+v", tc.name, got)
		}
	}
}

func TestShortBucketIsDrawnUnlessLower(t *testing.T) {
	for _, tc := range []struct {
		name      string
		history   catapi.History
		now       time.Time
		wantDrawn int
	}{
		{"it has fewer failures", timed(begin, end, failed("移动", 450, 5), failed("移动", 480, 4)), now, 16},
		{"it has as many failures", timed(begin, end, failed("移动", 450, 5), failed("移动", 480, 5)), now, 17},
		{"both have none", timed(begin, end, failed("移动", 420, 5)), now, 16},
		{"its time is over", timed(begin, end, failed("移动", 450, 5), failed("移动", 480, 4)), now.Add(time.Hour), 16},
		{"the last one is as long as the others", timed(begin, end.Add(20*time.Minute), failed("移动", 450, 5)), now, 17},
		{"the first one has fewer failures", timed(begin.Add(time.Minute), end, failed("移动", 30, 5), failed("移动", 0, 1)), now, 15},
		{"the first one has as many failures", timed(begin.Add(time.Minute), end, failed("移动", 0, 5)), now, 16},
	} {
		trend := NewAnswer(asked([]string{"1"}, nil), []Part{NewPart(Question{Now: tc.now}, tc.history, nil)}).Trend()
		if got := len(trend.Drawn()); got != tc.wantDrawn {
			t.Errorf("%s: %d buckets are drawn, want %d", tc.name, got, tc.wantDrawn)
		}
	}
}

func TestSparklines(t *testing.T) {
	history := timed(begin, begin.Add(time.Hour),
		failed("移动", 0, 1), failed("移动", 5, 35), failed("移动", 10, 70), failed("移动", 55, 70), failed("a", 0, 20), failed("b", 0, 19),
		failed("c", 0, 18), failed("d", 0, 17), failed("e", 0, 1), failed("f", 5, 2))
	trend := NewAnswer(asked([]string{"1"}, nil), []Part{NewPart(Question{Now: now}, history, nil)}).Trend()
	caption, got := trend.Sparklines(i18n.English)
	if want := "Failures over time by ISP, 00:00–01:00, 5 min each:"; caption != want {
		t.Errorf("caption %q, want %q", caption, want)
	}
	want := []Sparkline{
		{"移动 (China Mobile)", "▂▅█▁▁▁▁▁▁▁▁█", "at most 70 (00:55–01:00)"},
		{"a", "▃▁▁▁▁▁▁▁▁▁▁▁", "at most 20 (00:00–00:05)"},
		{"b", "▃▁▁▁▁▁▁▁▁▁▁▁", "at most 19 (00:00–00:05)"},
		{"c", "▃▁▁▁▁▁▁▁▁▁▁▁", "at most 18 (00:00–00:05)"},
		{"d", "▃▁▁▁▁▁▁▁▁▁▁▁", "at most 17 (00:00–00:05)"},
		{"other ISPs", "▂▂▁▁▁▁▁▁▁▁▁▁", "at most 2 (00:05–00:10)"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	growing := timed(begin, end, failed("移动", 450, 5), failed("移动", 480, 50))
	trend = NewAnswer(asked([]string{"1"}, nil), []Part{NewPart(Question{Now: now}, growing, nil)}).Trend()
	if _, got := trend.Sparklines(i18n.Chinese); len(got) != 1 || got[0].Peak != "当前时段（08:00 起 10 分钟，未结束）50" {
		t.Errorf("got %+v", got)
	}
}
