package query

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"catbot/cache"
	"catbot/catapi"
	"catbot/commands"
	"catbot/demo/fakecat"
	"catbot/report"
	"catbot/store"
)

// ofProbes is a Runner around the simulated API 3.0 and the cache, and counts the calls for probes.
func ofProbes(t *testing.T) (r *Runner, api *fakecat.API, calls *atomic.Int64) {
	t.Helper()
	calls = &atomic.Int64{}
	api, err := fakecat.Start(fakecat.Options{OnCall: func(call fakecat.Call) {
		if call.Action == "DescribeDetailedSingleProbeData" {
			calls.Add(1)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.Close)
	client, err := catapi.New(catapi.Config{
		URL: api.URL(), URL3: api.URL3(), SecretID: api.SecretID(), SecretKey: api.SecretKey(),
		Rate: 1e6, MaxResponse: 32 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	log := slog.New(slog.DiscardHandler)
	store, err := store.Open("", log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	kept := cache.New(cache.Settings{
		Source: client, Histories: client.Histories, Store: store,
		FreshTTL: time.Minute, SettledTTL: 24 * time.Hour, Now: time.Now, Log: log,
	})
	t.Cleanup(kept.Close)
	r, _ = runner(nil)
	r.Source, r.Cached, r.Prefetch, r.Now = kept, kept.Known, kept.Prefetch, time.Now
	return r, api, calls
}

func trendOf(t *testing.T, r *Runner, text string) report.Trend {
	t.Helper()
	command, err := r.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return r.Trend(t.Context(), command.(commands.Trend), r.Now())
}

func TestATrendOfAPI3ReadsItsPagesOnce(t *testing.T) {
	for _, tc := range []struct {
		text    string
		buckets int
		calls   int64 // as many as there are pages of 5,000 probes, for each day
	}{
		{"task-n6f8ye4d 2026-11-20 北京", 16, 1},
		{"task-00002pmr 2026-11-20 jiangxi", 16, 3},
		{"task-n6f8ye4d 2026-11-20 00:00..08:00", 16, 2},
		{"task-n6f8ye4d 2026-11-20 16:00..2026-11-21 08:00 北京", 16, 2},
		{"task-n6f8ye4d 2026-11-14..2026-11-20 北京", 14, 7},
		{"task-n6f8ye4d 2026-11-20 北京 河北", 16, 2},
	} {
		t.Run(tc.text, func(t *testing.T) {
			apart, _, callsApart := ofProbes(t)
			apart.Prefetch = nil
			want := trendOf(t, apart, "trend "+tc.text)
			r, _, calls := ofProbes(t)
			got := trendOf(t, r, "trend "+tc.text)
			if got.Err() != nil || len(got.Buckets) != tc.buckets || calls.Load() != tc.calls {
				t.Errorf("%d buckets from %d calls, %v", len(got.Buckets), calls.Load(), got.Err())
			}
			oneDay := len(catapi.Query{Begin: got.Begin, End: got.End}.Split()) == 1
			if oneDay && 5*calls.Load() > callsApart.Load() {
				t.Errorf("one reading takes %d calls, the buckets one by one %d", calls.Load(), callsApart.Load())
			}
			if got.Total == 0 || got.Total != want.Total || got.Probed != want.Probed {
				t.Errorf("%d failures of %d, and %d of %d one by one", got.Total, got.Probed, want.Total, want.Probed)
			}
			if codes := run(t, r, "codes "+tc.text); codes.Total != got.Total {
				t.Errorf("codes has %d failures, the trend %d", codes.Total, got.Total)
			}
		})
	}
}

func TestWhatATrendHasReadServesCodes(t *testing.T) {
	r, _, calls := ofProbes(t)
	trend := trendOf(t, r, "trend task-n6f8ye4d 2026-11-20 北京")
	worst := trend.Peak()
	calls.Store(0)
	const form = "2006-01-02 15:04"
	codes := run(t, r, "codes task-n6f8ye4d "+worst.Begin.Format(form)+".."+worst.End.Format("15:04")+" 北京")
	if calls.Load() > 0 || codes.Total != worst.Total || !codes.Begin.Equal(worst.Begin) ||
		!codes.End.Equal(worst.End) {
		t.Errorf("%d calls, %d failures from %s to %s, and the trend has %d",
			calls.Load(), codes.Total, codes.Begin, codes.End, worst.Total)
	}
}
