package bot

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"catbot/cache"
	"catbot/catapi"
	"catbot/demo/fakecat"
	"catbot/i18n"
	"catbot/query"
	"catbot/store"
	"catbot/tasks"
)

// slackTakesAll answers each request as Slack's response_url does, and counts the bytes of the last one.
type slackTakesAll struct{ last int64 }

func (s *slackTakesAll) RoundTrip(request *http.Request) (*http.Response, error) {
	s.last, _ = io.Copy(io.Discard, request.Body)
	return &http.Response{
		StatusCode: http.StatusOK, Request: request, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("ok")),
	}, nil
}

// BenchmarkCachedCommand is what a worker does for a command whose answer is in the memory: from its text to the body
// of the request to the response_url.
func BenchmarkCachedCommand(b *testing.B) {
	for _, tc := range []struct{ name, text string }{
		{"one province", "codes 126531 2017-05-01 jiangxi"},
		{"all provinces", "codes 126531 2017-05-01"},
		{"compared", "codes 126531 2017-05-01 jiangxi compare"},
		{"trend", "trend 126531 2017-05-01 jiangxi"},
	} {
		b.Run(tc.name, func(b *testing.B) {
			d, sent := benchDispatcher(b)
			run := func() {
				d.do(b.Context(), &commandJob{request{
					envelope: "e", text: tc.text, received: time.Now(),
					to: Address{ResponseURL: "https://hooks.slack.example/1", Channel: "C0OPS", User: "U0ALICE"},
				}})
			}
			run()
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
			b.ReportMetric(float64(sent.last), "bytes")
		})
	}
}

// benchDispatcher is a dispatcher that asks a simulated CAT through a cache, and Slack's answers cost nothing.
func benchDispatcher(b *testing.B) (*dispatcher, *slackTakesAll) {
	b.Helper()
	api, err := fakecat.Start(fakecat.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(api.Close)
	client, err := catapi.New(catapi.Config{
		URL: api.URL(), URL3: api.URL3(), SecretID: api.SecretID(), SecretKey: api.SecretKey(),
		Rate: 1e6, MaxResponse: 32 << 20,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	log := slog.New(slog.DiscardHandler)
	store, err := store.Open("", log)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	kept := cache.New(cache.Settings{
		Source: client, Histories: client.Histories, Store: store,
		FreshTTL: time.Minute, SettledTTL: 24 * time.Hour, Now: time.Now, Log: log,
	})
	b.Cleanup(kept.Close)
	known := tasks.New(tasks.Config{DB: store.DB(), Now: time.Now, Log: log})
	runner := &query.Runner{
		Source: kept, Cached: kept.Known, Prefetch: kept.Prefetch, Names: known, Now: time.Now, Log: log,
		DefaultWindow: 8 * time.Hour, MaxWindow: 31 * 24 * time.Hour, UsualCalls: 60,
	}
	metrics, sent := NewMetrics(), &slackTakesAll{}
	slack := NewSlack("xapp-1", "xoxb-1", "https://slack.example/api/", 1, metrics)
	slack.hooks.Transport = sent
	people := NewPeople(slack, i18n.English, log)
	people.people.Add("U0ALICE", person{words: i18n.English, fetched: true, membership: membership{team: "T0OPS"}})
	core := &core{
		self: Self{Team: "T0OPS"}, api: slack.api, runner: runner, metrics: metrics, log: log, now: time.Now,
		sender: &sender{api: slack.api, hooks: slack.hooks, metrics: metrics, log: log},
		people: people, tasks: known, runCtx: context.Background(), deliveryCtx: context.Background(),
		firstSeen: func(context.Context, string, time.Duration) bool { return true },
	}
	return newDispatcher(core, Digests{}), sent
}
