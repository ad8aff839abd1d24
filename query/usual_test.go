package query

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"catbot/cache"
	"catbot/catapi"
	"catbot/i18n"
	"catbot/report"
	"catbot/store"
)

func beijing(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, catapi.Beijing)
}

func TestTheWindowOfEachBaseline(t *testing.T) {
	for _, tc := range []struct {
		text       string
		begin, end time.Time
		name       string
	}{
		{"codes 1 last 1h compare", beijing(11, 23, 1, 12), beijing(11, 23, 2, 12), "before"},
		{"codes 1 last 1h compare yesterday", beijing(11, 22, 2, 12), beijing(11, 22, 3, 12), "yesterday"},
		{"codes 1 last 8h compare last week", beijing(11, 15, 19, 12), beijing(11, 16, 3, 12), "last week"},
		{"codes 1 2026-11-20 compare yesterday", beijing(11, 19, 0, 0), beijing(11, 20, 0, 0), "yesterday"},
	} {
		t.Run(tc.text, func(t *testing.T) {
			r, s := runner(func(q catapi.Query) (catapi.History, error) {
				if q.Begin.Equal(tc.begin) && q.End.Equal(tc.end) {
					return catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 4)}}, nil
				}
				return catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 10)}}, nil
			})
			answer := run(t, r, tc.text)
			part := answer.Parts[0]
			if len(s.calls) != 2 || answer.Total != 10 || answer.Before != 4 {
				t.Errorf("calls %v, total %d, before %d", s.calls, answer.Total, answer.Before)
			}
			if !part.BaseBegin.Equal(tc.begin) || !part.BaseEnd.Equal(tc.end) || answer.Baseline != tc.name {
				t.Errorf("it says that the baseline is %s, %s–%s", answer.Baseline, part.BaseBegin, part.BaseEnd)
			}
			var csv strings.Builder
			if err := report.CSV(&csv, answer, i18n.English); err != nil ||
				!strings.Contains(csv.String(), ",4,,"+tc.name+","+tc.begin.Format(time.RFC3339)+",") {
				t.Errorf("%v: the rows don't name it:\n%s", err, csv.String())
			}
		})
	}
}

func TestAWindowThatOverlapsItsBaselineIsNotCompared(t *testing.T) {
	for text, want := range map[string]string{
		"codes 1 last 25h compare yesterday": "There is no comparison with the day before: that is for windows of up to a day.",
		"codes 1 last 8d compare last week":  "There is no comparison with the week before: that is for windows of up to 7 days.",
		"codes 1 last 25h compare usual":     "What is usual is told for windows of up to a day.",
	} {
		r, s := runner(func(catapi.Query) (catapi.History, error) {
			return catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 10)}}, nil
		})
		answer := run(t, r, text)
		if said := report.Text(answer, i18n.English, night); answer.Total != 10 || answer.Compared() ||
			len(s.calls) != 1 || !strings.Contains(said, want) {
			t.Errorf("%s: %d calls\n%s", text, len(s.calls), said)
		}
	}
}

// nights is a source in which a task fails 47 times in this night's window, and 0 to 6 times in
// those of the days before.
func nights(q catapi.Query) (catapi.History, error) {
	count := int64(47)
	if before := int64(night.Sub(q.End) / (24 * time.Hour)); before > 0 {
		count = before - 1
	}
	return catapi.History{
		FetchedAt: night, Rows: []catapi.Row{fails("移动", "gd", "广东", count), fails("电信", "gd", "广东", 1000)},
	}, nil
}

func TestCompareUsualAsksForTheSameHoursOfTheLastSevenDays(t *testing.T) {
	r, s := runner(nights)
	answer := run(t, r, "codes 1 last 1h isp 移动 compare usual")
	if len(s.calls) != 8 {
		t.Fatalf("%d calls", len(s.calls))
	}
	for _, q := range s.calls {
		if back := night.Truncate(time.Minute).Sub(q.End) % (24 * time.Hour); q.End.Sub(q.Begin) != time.Hour ||
			back >= time.Hour/8 {
			t.Errorf("it asked for %s–%s", q.Begin, q.End)
		}
	}
	if got, want := answer.Headline(i18n.English), "Worse than usual: at this hour the last 7 days had 0–6."; !strings.Contains(got, want) {
		t.Errorf("it says %q", got)
	}
	if answer.Compared() {
		t.Error("what is usual is no window before")
	}
}

func TestDaysThatCanNotBeHadAreSaid(t *testing.T) {
	for _, tc := range []struct {
		name string
		day  func(catapi.Query) (catapi.History, error)
	}{
		{"the line is cut", func(catapi.Query) (catapi.History, error) { return catapi.History{}, errors.New("the line is cut") }},
		{"an old answer is no answer", func(q catapi.Query) (catapi.History, error) {
			h, _ := nights(q)
			h.Stale = errors.New("old")
			return h, nil
		}},
		{"a panic", func(catapi.Query) (catapi.History, error) { panic("a mistake") }},
		{"no probe ran", func(catapi.Query) (catapi.History, error) { return catapi.History{Probes: []catapi.ProbeCount{}}, nil }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, _ := runner(func(q catapi.Query) (catapi.History, error) {
				if q.End.Day() == 20 {
					return tc.day(q)
				}
				return nights(q)
			})
			got := run(t, r, "codes 1 last 1h isp 移动 compare usual").Headline(i18n.English)
			if want := "Worse than usual: at this hour 6 of the last 7 days had 0–6, the others are not known."; !strings.Contains(got, want) {
				t.Errorf("it says %q", got)
			}
		})
	}
}

func TestWhatIsUsualIsToldUnaskedWhereItIsCheap(t *testing.T) {
	worse := "Worse than usual: at this hour the last 7 days had 0–6."
	r, s := runner(nights)
	r.UsualCalls = 14
	now := night
	r.Now = func() time.Time { return now }
	store, err := store.Open("", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	kept := cache.New(cache.Settings{
		Source: s, Store: store, FreshTTL: time.Minute, SettledTTL: 24 * time.Hour,
		Now: func() time.Time { return now }, Log: log,
	})
	defer kept.Close()
	r.Source, r.Cached = kept, kept.Known
	for _, step := range []struct {
		name, text string
		calls      int
		told       bool
	}{
		{"the first look asks for all days", "codes 1 last 1h isp 移动", 8, true},
		{"the second finds them in the cache", "codes 1 last 1h isp 移动 top 5", 0, true},
		{"a window over midnight costs two calls a day: too many by now", "codes 1 last 8h isp 移动", 2, false},
		{"another task may still", "codes 2 last 1h isp 移动", 8, true},
		{"now the minute's calls are used up", "codes 3 last 1h isp 移动", 1, false},
		{"what is in the cache is told all the same", "codes 2 last 1h isp 移动 top 4", 0, true},
		{"several tasks at once don't ask", "codes 4 5 last 1h isp 移动", 2, false},
		{"a window of more than a day has no days before", "codes 1 last 25h isp 移动", 1, false},
	} {
		before := len(s.calls)
		answer := run(t, r, step.text)
		if got := len(s.calls) - before; got != step.calls {
			t.Errorf("%s: %d calls", step.name, got)
		}
		if got := strings.Contains(answer.Headline(i18n.English), worse); got != step.told {
			t.Errorf("%s: %s", step.name, answer.Headline(i18n.English))
		}
	}
	now = now.Add(time.Minute) // another minute, and some answers are old
	if answer := run(t, r, "codes 3 last 1h isp 移动"); !strings.Contains(answer.Headline(i18n.English), worse) {
		t.Errorf("a minute later: %s", answer.Headline(i18n.English))
	}
	r.UsualCalls = 0
	before := len(s.calls)
	if run(t, r, "codes 9 last 1h"); len(s.calls)-before != 1 {
		t.Errorf("0 allows %d calls", len(s.calls)-before-1)
	}
}

// hanging answers about the days before only when the asker gives up.
type hanging struct{ source *source }

func (h hanging) ReturnCodeHistory(ctx context.Context, q catapi.Query) (catapi.History, error) {
	if night.Sub(q.End) > time.Hour {
		<-ctx.Done()
		return catapi.History{}, ctx.Err()
	}
	return h.source.ReturnCodeHistory(ctx, q)
}

func TestAnAnswerDoesNotWaitForWhatIsUsual(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, s := runner(nights)
		r.Source, r.UsualCalls = hanging{s}, 100
		asked := time.Now()
		answer := run(t, r, "codes 1 last 1h")
		if waited := time.Since(asked); waited > usualWait || answer.Total != 1047 ||
			strings.Contains(answer.Headline(i18n.English), "days") {
			t.Errorf("after %s: %s", waited, answer.Headline(i18n.English))
		}
	})
}

// slow is a Source that takes a while to answer.
type slow struct {
	Source
	latency time.Duration
}

func (s slow) ReturnCodeHistory(ctx context.Context, q catapi.Query) (catapi.History, error) {
	<-time.After(s.latency)
	return s.Source.ReturnCodeHistory(ctx, q)
}

func TestAnAnswerWaitsForTheUsualInAQuietMomentOnly(t *testing.T) {
	const latency = 50 * time.Millisecond
	for _, tc := range []struct {
		name      string
		questions int
		apart     time.Duration
		room      int // calls that the limits of the API leave
		task      string
		told      int           // questions whose answers have the usual
		wait      time.Duration // at most, besides the time that the API takes
		later     int           // days that are fetched for the next answer
	}{
		{"one alone", 1, 0, 10, "1", 1, usualPause, 0},
		{"one alone, of API 3.0, where the usual costs more than is known before", 1, 0, 10, "task-1", 1, usualPause + latency, 0},
		{"one after the other", 4, 100 * time.Millisecond, 10, "1", 4, usualPause, 0},
		{"20 at once", 20, 0, 10, "1", 0, 0, 0},
		{"20 within 0.1 s, as after a start", 20, 5 * time.Millisecond, 10, "1", 0, 0, 0},
		{"one that the limits would keep waiting", 1, 0, 6, "1", 0, 0, 7},
		{"one that the limits would keep waiting, of API 3.0", 1, 0, 6, "task-1", 0, 0, 7},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, s := runner(nights)
				var later atomic.Int64
				r.Source, r.UsualCalls = slow{s, latency}, 100
				r.Room = func(string) int { return tc.room }
				var fetching sync.WaitGroup
				r.FetchLater = func(days []catapi.Query, pause time.Duration, wanted func() bool) {
					fetching.Go(func() {
						if <-time.After(pause); wanted() {
							later.Add(int64(len(days)))
						}
					})
				}
				var told atomic.Int64
				var asking sync.WaitGroup
				for n := range tc.questions {
					asking.Go(func() {
						<-time.After(time.Duration(n) * tc.apart)
						asked := time.Now()
						answer := run(t, r, fmt.Sprintf("codes %s%d last 1h", tc.task, n))
						if waited := time.Since(asked) - latency; waited > tc.wait || answer.Total != 1047 {
							t.Errorf("question %d waited %s more than the API: %s", n, waited, answer.Headline(i18n.English))
						}
						if answer.Parts[0].Usual != nil {
							told.Add(1)
						}
					})
				}
				asking.Wait()
				fetching.Wait()
				if told.Load() != int64(tc.told) || later.Load() != int64(tc.later) {
					t.Errorf("%d answers have the usual, and %d days are fetched later", told.Load(), later.Load())
				}
			})
		})
	}
}

// Of questions that are answered at the same instant, the last to end may find that nobody else asks any more.
func TestOfManyQuestionsOfAPI3AtOnceOneAtMostWaitsForTheUsual(t *testing.T) {
	const latency = 50 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		r, s := runner(nights)
		r.Source, r.UsualCalls = slow{s, latency}, 100
		r.Room, r.FetchLater = func(string) int { return 10 }, func([]catapi.Query, time.Duration, func() bool) {}
		var late atomic.Int64
		var asking sync.WaitGroup
		for n := range 20 {
			asking.Go(func() {
				asked := time.Now()
				run(t, r, fmt.Sprintf("codes task-1%d last 1h", n))
				if time.Since(asked) > latency {
					late.Add(1)
				}
			})
		}
		asking.Wait()
		if late.Load() > 1 {
			t.Errorf("%d of 20 answers waited for the usual", late.Load())
		}
	})
}

func TestAnAnswerThatIsReadyDoesNotWaitForTheLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := runner(nights)
		r.UsualCalls, r.Room, r.FetchLater = 100, func(string) int { return 6 }, func([]catapi.Query, time.Duration, func() bool) {}
		asked := time.Now()
		if run(t, r, "codes 1 last 1h"); time.Since(asked) > 0 {
			t.Errorf("it waited %s", time.Since(asked))
		}
	})
}

// ordered counts the queries of a Source that go last, and those that go first.
type ordered struct {
	Source
	last, first *atomic.Int64
}

func (o ordered) ReturnCodeHistory(ctx context.Context, q catapi.Query) (catapi.History, error) {
	if catapi.OrderOf(ctx).Background {
		o.last.Add(1)
	} else {
		o.first.Add(1)
	}
	return o.Source.ReturnCodeHistory(ctx, q)
}

func TestOnlyTheUsualThatNobodyAskedForGoesLast(t *testing.T) {
	for text, want := range map[string][2]int64{"codes 1 last 1h": {1, 7}, "codes 1 last 1h compare usual": {8, 0}} {
		var first, last atomic.Int64
		r, s := runner(nights)
		r.Source, r.UsualCalls, r.UsualWait = ordered{s, &last, &first}, 100, time.Minute
		run(t, r, text)
		if got := [2]int64{first.Load(), last.Load()}; got != want {
			t.Errorf("%s: %d queries go first, %d last", text, got[0], got[1])
		}
	}
}
