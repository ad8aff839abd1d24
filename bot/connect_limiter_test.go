package bot

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

func webAPICall(ctx context.Context, t *testing.T, method string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://slack.com/api/"+method, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestConnectLimiterSpacesConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newConnectLimiter(roundTrip(func(*http.Request) (*http.Response, error) { return nil, nil }))
		start := time.Now()
		const storm = 1000
		for n := range storm {
			if _, err := g.RoundTrip(webAPICall(t.Context(), t, "apps.connections.open")); err != nil {
				t.Fatal(err)
			}
			if n == connectBurst-1 && time.Since(start) > 0 {
				t.Errorf("the first %d reconnects take %s", connectBurst, time.Since(start))
			}
		}
		if took, want := time.Since(start), (storm-connectBurst)*connectSpacing; took < want-time.Second {
			t.Errorf("%d reconnects take %s, want %s", storm, took, want)
		}
		begin := time.Now()
		if _, err := g.RoundTrip(webAPICall(t.Context(), t, "chat.postMessage")); err != nil || time.Since(begin) > 0 {
			t.Errorf("a message waits %s, %v", time.Since(begin), err)
		}
	})
}

func TestConnectLimiterReturnsWhenBotStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newConnectLimiter(roundTrip(func(*http.Request) (*http.Response, error) { return nil, nil }))
		ctx, cancel := context.WithCancel(t.Context())
		for range connectBurst {
			_, _ = g.RoundTrip(webAPICall(ctx, t, "apps.connections.open"))
		}
		done := make(chan error)
		go func() {
			_, err := g.RoundTrip(webAPICall(ctx, t, "apps.connections.open"))
			done <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("it ends with %v", err)
		}
	})
}
