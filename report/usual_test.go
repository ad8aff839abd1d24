package report

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"catbot/catapi"
	"catbot/i18n"
)

func days(totals ...int64) *Usual {
	u := &Usual{}
	for _, n := range totals {
		day := Day{Total: n}
		if n < 0 {
			day = Day{Err: errors.New("the line is cut")}
		}
		u.Days = append(u.Days, day)
	}
	return u
}

func TestWorseThanUsual(t *testing.T) {
	for _, tc := range []struct {
		name string
		now  int64
		days *Usual
		want bool
	}{
		{"far above all of them", 47, days(0, 6, 2, 1, 0, 3, 4), true},
		{"one of them had as many", 47, days(0, 47, 2, 1, 0, 3, 4), false},
		{"above all of them, but too few to matter", 4, days(0, 0, 0, 0, 0, 0, 0), false},
		{"five where there were none", 5, days(0, 0, 0, 0, 0, 0, 0), true},
		{"above all of them, but not twice the median", 119, days(60, 70, 60, 60, 110, 60, 60), false},
		{"twice the median", 120, days(60, 70, 60, 60, 110, 60, 60), true},
		{"a median between two", 10, days(4, 6, 4, 6), true},
		{"days that are not known don't count", 47, days(-1, 6, -1, 1, -1, 3, -1), true},
		{"two days are too few to tell", 47, days(-1, 6, -1, 1, -1, -1, -1), false},
		{"nothing is known", 47, nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.days.Worse(tc.now); got != tc.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestWhatIsWorseThanUsualStaysWorseWhenAllGrowsAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		totals := rapid.SliceOfN(rapid.Int64Range(0, 1000), 3, 7).Draw(t, "days")
		now, times := rapid.Int64Range(5, 5000).Draw(t, "now"), rapid.Int64Range(1, 50).Draw(t, "times")
		grown := make([]int64, len(totals))
		for i, n := range totals {
			grown[i] = n * times
		}
		if days(totals...).Worse(now) != days(grown...).Worse(now*times) {
			t.Fatalf("%d after %v is judged unlike %d times that", now, totals, times)
		}
	})
}

func TestAnAnswerTellsWhatIsUsual(t *testing.T) {
	history := catapi.History{Query: catapi.Query{Begin: begin, End: begin.Add(time.Hour)}, Rows: []catapi.Row{{ISP: "移动", Code: 1, Count: 47}}}
	part := NewPart(Question{Task: "126531"}, history, nil)
	part.Usual = days(0, 6, 2, 1, 0, 3, 4)
	other := part
	other.Usual = days(1, 6, 2, 1, 0, 3, -1)
	for _, tc := range []struct {
		name  string
		parts []Part
		want  string // "" is not a word
	}{
		{"of one task", []Part{part}, "Worse than usual: at this hour the last 7 days had 0–6."},
		{"of two tasks together, each day's added", []Part{part, other}, "Worse than usual: at this hour 6 of the last 7 days had 0–12, the others are not known."},
		{"of a part that has no answer", []Part{part, {Err: errors.New("the line is cut")}}, "at this hour the last 7 days had 0–6."},
		{"of a part whose days are not known", []Part{part, NewPart(Question{Task: "126531"}, history, nil)}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := NewAnswer(Request{Command: named("codes 126531"), Tasks: []string{"126531"}, Begin: begin, End: begin.Add(time.Hour)}, tc.parts)
			if got := a.Headline(i18n.English); tc.want == "" && strings.Contains(got, "days had") || !strings.Contains(got, tc.want) {
				t.Errorf("%s", got)
			}
		})
	}
	a := NewAnswer(Request{Command: named("codes 126531"), Tasks: []string{"126531"}, Begin: begin, End: begin.Add(time.Hour)}, []Part{part})
	text, err := JSON(a, i18n.English, begin)
	var read struct {
		Usual struct {
			Worse       bool
			Least, Most int64
			Days        []struct{ Failures int64 }
		}
	}
	if err != nil || json.Unmarshal(text, &read) != nil || !read.Usual.Worse || read.Usual.Most != 6 || len(read.Usual.Days) != 7 || read.Usual.Days[1].Failures != 6 {
		t.Errorf("%v: %+v in %s", err, read, text)
	}
}

type named string

func (n named) String() string { return string(n) }

func TestFewFailuresAsOnTheDaysBeforeAreBackground(t *testing.T) {
	for _, tc := range []struct {
		name    string
		total   int64
		counted bool
		days    *Usual
		want    Severity
	}{
		{"as many as one of the days had", 29, false, days(28, 44, 30, 29, 31, 40, 33), Background},
		{"more than any of them had", 45, false, days(28, 44, 30, 29, 31, 40, 33), Warning},
		{"as usual, but no few", 100, false, days(280, 440, 300, 290, 310, 400, 330), Warning},
		{"two days are too few to tell", 29, false, days(-1, -1, 30, 29, -1, -1, -1), Warning},
		{"nothing is known of the days", 29, false, nil, Warning},
		{"probes are counted, so the rate decides", 29, true, days(28, 44, 30, 29, 31, 40, 33), Warning},
	} {
		t.Run(tc.name, func(t *testing.T) {
			part := Part{Usual: tc.days}
			part.Total, part.Counted, part.Verdict = tc.total, tc.counted, Verdict{Severity: Warning}
			if got := part.Severity(); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}
