package query

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"catbot/cache"
	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
	"catbot/report"
	"catbot/store"
)

func TestBucketsAreFewEqualAndOnWholeMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1_480_000_000, 1_800_000_000).Draw(t, "now"), 0).In(catapi.Beijing)
		w := rapid.SampledFrom([]commands.Window{
			commands.Last(time.Duration(rapid.IntRange(1, 90*1440).Draw(t, "minutes")) * time.Minute),
			{Kind: commands.Yesterday},
			{Kind: commands.Between, From: commands.Moment{Year: 2016, Month: 5, Day: 25, Timed: true, Seconds: 61}, To: commands.Moment{Year: 2016, Month: 5, Day: 28, Timed: true, Seconds: 7}},
		}).Draw(t, "window")
		begin, end := w.Resolve(now)
		edges, over := buckets(w, begin, end)
		n := len(edges) - 1
		if n < 1 || n > catapi.MaxBuckets || !edges[0].Equal(begin) || !edges[n].Equal(end) || over.Before(end) {
			t.Fatalf("%v has %d buckets: %v", w, n, edges)
		}
		for i := 1; i < n; i++ {
			if edges[i].Second() != 0 {
				t.Fatalf("an edge at %v", edges[i])
			}
			if i > 2 && edges[i].Sub(edges[i-1]) != edges[2].Sub(edges[1]) ||
				i == n-1 && n > 2 && edges[n].Sub(edges[n-1]) > edges[2].Sub(edges[1]) {
				t.Fatalf("they differ: %v", edges)
			}
		}
	})
}

// TestTheSecondLookAtATrendFetchesTheFirstAndTheLastBucketAlone goes through the cache as it is.
func TestTheSecondLookAtATrendFetchesTheFirstAndTheLastBucketAlone(t *testing.T) {
	now := time.Date(2017, 5, 25, 15, 12, 0, 0, catapi.Beijing)
	r, s := runner(func(q catapi.Query) (catapi.History, error) {
		return catapi.History{FetchedAt: now, Rows: []catapi.Row{
			fails("移动", "jiangxi", "江西", int64(q.End.Sub(q.Begin)/time.Minute)), fails("电信", "gd", "广东", 1),
		}}, nil
	})
	store, err := store.Open("", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	kept := cache.New(cache.Settings{
		FreshTTL: time.Minute, SettledTTL: 24 * time.Hour, Source: s, Store: store,
		Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	defer kept.Close()
	r.Source, r.Now = kept, func() time.Time { return now }
	look := func() report.Trend {
		command, err := r.Parse("trend 126531 last 8h jiangxi")
		if err != nil {
			t.Fatal(err)
		}
		return r.Trend(t.Context(), command.(commands.Trend), now)
	}
	first := look()
	calls := len(s.calls)
	if n := len(first.Buckets); n != 17 || calls != n || first.Lines[0].ISP != "移动" ||
		first.Total != first.Lines[0].Total+int64(n) {
		t.Fatalf("%d buckets, %d calls, %+v", n, calls, first.Lines)
	}
	now = now.Add(3 * time.Minute)
	second := look()
	if got := s.calls[calls:]; len(got) != 2 ||
		!slices.ContainsFunc(got, func(q catapi.Query) bool { return q.Begin.Equal(second.Buckets[16].Begin) }) {
		t.Errorf("the second look asked for %v", got)
	}
}

func TestATrendTellsOfItsHoles(t *testing.T) {
	r, _ := runner(func(q catapi.Query) (catapi.History, error) {
		switch q.Begin.Hour() {
		case 1:
			return catapi.History{}, errors.New("the line is cut")
		case 3:
			return catapi.History{Stale: errors.New("old"), Rows: []catapi.Row{fails("移动", "", "", 99)}}, nil
		}
		return catapi.History{
			Rows: []catapi.Row{fails("移动", "", "", int64(q.Begin.Hour())), fails("电信", "", "", 1)},
		}, nil
	})
	trend := r.Trend(context.Background(), commands.Trend{Codes: commands.Codes{Tasks: []string{"1"}, ISPs: []string{"移动"}, Window: commands.Window{Kind: commands.Day, From: commands.Moment{Year: 2017, Month: 5, Day: 24}}}}, night)
	missing, why := trend.Unknown()
	if len(trend.Buckets) != 16 || missing != 2 || why == nil || len(trend.Lines) != 1 {
		t.Fatalf("%d buckets, %d missing for %v, %+v", len(trend.Buckets), missing, why, trend.Lines)
	}
	text := report.TrendText(trend, i18n.English)
	for _, want := range []string{
		"Task 1 · all provinces · only 移动 (China Mobile) · trend", "at most 22 (22:30–24:00)",
		"No data for 2 of 16 intervals", "03:00  ", "?",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

func TestAPanicLeavesOneBucketUnknown(t *testing.T) {
	r, _ := runner(func(q catapi.Query) (catapi.History, error) {
		if q.End.After(night.Add(-time.Minute)) {
			panic("a mistake in the code")
		}
		return catapi.History{Rows: []catapi.Row{fails("移动", "gd", "广东", 1)}}, nil
	})
	command, err := r.Parse("trend 1 last 8h")
	if err != nil {
		t.Fatal(err)
	}
	trend := r.Trend(t.Context(), command.(commands.Trend), night)
	missing, why := trend.Unknown()
	if _, panicked := errors.AsType[*catapi.PanicError](why); !panicked || missing != 1 || trend.Total == 0 {
		t.Errorf("%d buckets unknown, %d failures, %v", missing, trend.Total, why)
	}
}

func TestCodesAndTrendOfOneWindowHaveOneTotal(t *testing.T) {
	for _, task := range []string{"126531", "task-ab12cd34"} {
		for _, text := range []string{"last 8h", "last 24h", "today", "since 01:07", "2026-11-22 00:00..08:10"} {
			t.Run(task+" "+text, func(t *testing.T) {
				r, s := runner(func(q catapi.Query) (catapi.History, error) {
					minutes := int64(q.End.Sub(q.Begin) / time.Minute) // a failure in every minute
					h := catapi.History{Rows: []catapi.Row{fails("移动", "jiangxi", "江西", minutes)}}
					if catapi.IsAPI3(q.Task) {
						h.Probes = []catapi.ProbeCount{{ISP: "移动", Count: 2 * minutes, Last: q.End}}
					}
					return h, nil
				})
				codes := run(t, r, "codes "+task+" "+text)
				s.calls = nil
				command, err := r.Parse("trend " + task + " " + text)
				if err != nil {
					t.Fatal(err)
				}
				trend := r.Trend(t.Context(), command.(commands.Trend), night)
				if trend.Total != codes.Total || !trend.Begin.Equal(codes.Begin) ||
					!trend.Buckets[0].Begin.Equal(codes.Begin) {
					t.Errorf("codes has %d from %s, trend %d from %s", codes.Total, codes.Begin,
						trend.Total, trend.Buckets[0].Begin)
				}
			})
		}
	}
}

func TestOnlyABucketThatGrowsIsUnfinished(t *testing.T) {
	r, _ := runner(func(catapi.Query) (catapi.History, error) { return catapi.History{}, nil })
	for text, want := range map[string]bool{
		"trend 1 last 8h": true, "trend 1 today": true, "trend 1 last 15m": false,
		"trend 1 2026-11-22": false, "trend 1 2026-11-22 00:00..08:10": false,
	} {
		command, err := r.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		trend := r.Trend(t.Context(), command.(commands.Trend), night)
		for i, s := range trend.Buckets {
			if s.Unfinished != (want && i == len(trend.Buckets)-1) {
				t.Errorf("%s: bucket %d, %s–%s: %v", text, i, s.Begin, s.End, s.Unfinished)
			}
		}
	}
}
