package bot

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func TestRateLimitedRequestsAreCountedByMethod(t *testing.T) {
	t.Parallel()
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/auth.test" {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	defer busy.Close()
	metrics := NewMetrics()
	s := NewSlack("", "", busy.URL+"/api/", 1, metrics)
	for _, path := range []string{"/api/auth.test", "/api/chat.update?a=b", "/api/chat.update", "/commands/T1/2/secret"} {
		answer, err := s.http.Post(busy.URL+path, "text/plain", nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
	want := "# HELP catbot_slack_rate_limited_total Requests that Slack answered with 429, by method of the Web API, or response_url.\n" +
		"# TYPE catbot_slack_rate_limited_total counter\n" +
		`catbot_slack_rate_limited_total{method="chat.postMessage"} 0` + "\n" +
		`catbot_slack_rate_limited_total{method="chat.update"} 2` + "\n" +
		`catbot_slack_rate_limited_total{method="response_url"} 1` + "\n"
	if err := testutil.GatherAndCompare(metrics.Registry, strings.NewReader(want), "catbot_slack_rate_limited_total"); err != nil {
		t.Error(err)
	}
}

func TestMetricsFollowConventions(t *testing.T) {
	t.Parallel()
	metrics := NewMetrics()
	metrics.SetBuild("v1", "abc", "go1")
	problems, err := testutil.GatherAndLint(metrics.Registry)
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestOnlyRequestWithoutConnectionIsUnsent(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		cut := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if r.URL.Path == "/cut" {
				panic(http.ErrAbortHandler)
			}
		}))
		cut.EnableHTTP2 = http2
		cut.StartTLS()
		transport := cut.Client().Transport.(*http.Transport)
		client := &http.Client{Transport: marksUnsent{transport}}
		for _, path := range []string{"/cut", "/", "/cut"} { // the last by a connection that was used before
			answer, err := client.Post(cut.URL+path, "text/plain", strings.NewReader("hello"))
			if err == nil {
				_ = answer.Body.Close()
			}
			if _, unsent := errors.AsType[*unsentError](err); unsent || (err != nil) != (path == "/cut") {
				t.Errorf("http2 %v, %s: %v, unsent %v", http2, path, err, unsent)
			}
		}
		cut.Close()
		transport.CloseIdleConnections()
		_, err := client.Post(cut.URL, "text/plain", strings.NewReader("hello"))
		if _, unsent := errors.AsType[*unsentError](err); !unsent {
			t.Errorf("http2 %v: with nobody there it is %v", http2, err)
		}
	}
}
