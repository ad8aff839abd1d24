package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"catbot/demo/fakeslack"
)

func TestAPlaceholderIsNoAnswer(t *testing.T) {
	for _, tc := range []struct {
		name    string
		message fakeslack.Message
		answer  bool
	}{
		{"a placeholder has text only", fakeslack.Message{Text: "Fetching `codes 126531` …"}, false},
		{"a placeholder in Chinese", fakeslack.Message{Text: "正在查询 `codes 126531` …"}, false},
		{"an answer has blocks", fakeslack.Message{Text: "Task 126531", Blocks: json.RawMessage(`[{"type":"divider"}]`)},
			true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := isAnswer(tc.message); got != tc.answer {
				t.Errorf("isAnswer: %t, want %t", got, tc.answer)
			}
		})
	}
}

// measured is a run of which some commands got no answer.
func measured(rate, sent, answered int) run {
	r := run{rate: rate, sent: sent, cpu: time.Duration(answered) * 400 * time.Microsecond, rest: 25 << 10, rss: 41_000,
		calls: 27, first: []time.Duration{60 * time.Millisecond}}
	for i := range answered {
		r.acks = append(r.acks, time.Duration(i+1)*10*time.Microsecond)
		r.answers = append(r.answers, time.Duration(i+1)*100*time.Microsecond)
	}
	return r
}

func TestRowHasTheTimesTheCostAndTheLosses(t *testing.T) {
	const want = "| 1000 | 0.5 ms | 1.0 ms | 1.0 ms | 5.0 ms | 9.9 ms | 10 ms | 0.40 ms | 40 MB | 7 |"
	if got := measured(1000, 107, 100).row(); got != want {
		t.Errorf("it is\n%s\nand not\n%s", got, want)
	}
}

func TestVerdictSaysWhereItBreaks(t *testing.T) {
	for _, tc := range []struct {
		name string
		runs []run
		says string
	}{
		{"nothing lost", []run{measured(50, 100, 100)}, "Every command was answered at every rate."},
		{"lost at the second rate", []run{measured(50, 100, 100), measured(4000, 100, 93), measured(5000, 100, 10)},
			"It breaks at 4000 commands/s: 7 of 100 were refused or lost. At 50/s all were answered."},
		{"lost at the first rate", []run{measured(50, 100, 99)},
			"It breaks at 50 commands/s: 1 of 100 were refused or lost.\n"},
		{"the first questions", []run{measured(50, 100, 100)},
			"The first questions after a start: p50 60 ms, p99 60 ms. At most 27 calls to CAT in a run. 25 MB at rest."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := verdict(tc.runs); !strings.Contains(got, tc.says) {
				t.Errorf("it says %q, not %q", got, tc.says)
			}
		})
	}
}

func TestChartIsWellFormed(t *testing.T) {
	for name, runs := range map[string][]run{
		"three rates":             {measured(50, 100, 100), measured(1000, 100, 100), measured(4000, 100, 0)},
		"one rate and no answers": {measured(50, 100, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			drawn := chart(runs)
			for d := xml.NewDecoder(strings.NewReader(drawn)); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%v in\n%s", err, drawn)
				}
			}
			if strings.Contains(drawn, "NaN") || strings.Contains(drawn, "Inf") {
				t.Errorf("a point has no place:\n%s", drawn)
			}
		})
	}
}

func TestWrongRatesAreRefusedWithTheLimits(t *testing.T) {
	for _, text := range []string{"", "fast", "0", "50,,200", "50,1000000"} {
		var rates rateList
		if err := rates.Set(text); err == nil || !strings.Contains(err.Error(), "expected 1 to 10000") {
			t.Errorf("%q: it says %v", text, err)
		}
	}
	var rates rateList
	if err := rates.Set("50,4000"); err != nil || rates.String() != "50,4000" {
		t.Errorf("it is %s (%v)", rates.String(), err)
	}
}
