package catapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhatIsTriedAgain(t *testing.T) {
	html := page(http.StatusOK, "text/html", "<html>hello</html>")
	for _, tc := range []struct {
		name     string
		answers  []http.HandlerFunc
		outcomes []string // one a try
		code     int64    // of the *Error it ends in; 0 for success, -1 for a *TransportError
		waits    []time.Duration
	}{
		{"an answer is not", []http.HandlerFunc{text(okAnswer)}, []string{"ok"}, 0, nil},
		{"an internal error that passes", []http.HandlerFunc{code(6000), text(okAnswer)}, []string{"retryable", "ok"}, 0, []time.Duration{200 * time.Millisecond}},
		{"an internal error that stays", []http.HandlerFunc{code(6000)}, []string{"retryable", "retryable", "retryable", "retryable"}, 6000,
			[]time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond}},
		{"a failed operation", []http.HandlerFunc{code(5100), text(okAnswer)}, []string{"retryable", "ok"}, 0, []time.Duration{200 * time.Millisecond}},
		{"maintenance", []http.HandlerFunc{code(6200), text(okAnswer)}, []string{"retryable", "ok"}, 0, []time.Duration{200 * time.Millisecond}},
		{"a database error", []http.HandlerFunc{code(11000), code(11000), text(okAnswer)}, []string{"retryable", "retryable", "ok"}, 0, []time.Duration{200 * time.Millisecond, 400 * time.Millisecond}},
		{"probes out of reach", []http.HandlerFunc{code(20004), text(okAnswer)}, []string{"retryable", "ok"}, 0, []time.Duration{200 * time.Millisecond}},
		{"a used-up quota, slowly", []http.HandlerFunc{code(4400)}, []string{"retryable", "retryable", "retryable", "retryable"}, 4400,
			[]time.Duration{2 * time.Second, 4 * time.Second, 5 * time.Second}},
		{"an expired request, once", []http.HandlerFunc{code(4200)}, []string{"retryable", "retryable"}, 4200, []time.Duration{200 * time.Millisecond}},
		{"a replayed request, once", []http.HandlerFunc{code(4500)}, []string{"retryable", "retryable"}, 4500, []time.Duration{200 * time.Millisecond}},
		{"a wrong signature is not", []http.HandlerFunc{code(4100)}, []string{"unauthorized"}, 4100, nil},
		{"a wrong token is not", []http.HandlerFunc{code(4105)}, []string{"unauthorized"}, 4105, nil},
		{"a banned account is not", []http.HandlerFunc{code(4300)}, []string{"refused"}, 4300, nil},
		{"an unknown province is not", []http.HandlerFunc{code(10001)}, []string{"refused"}, 10001, nil},
		{"a retired action is not", []http.HandlerFunc{code(6100)}, []string{"refused"}, 6100, nil},
		{"a code nobody knows is not", []http.HandlerFunc{code(77)}, []string{"refused"}, 77, nil},
		{"a bad gateway", []http.HandlerFunc{page(502, "text/html", "<html>"), page(503, "text/plain", ""), text(okAnswer)}, []string{"http", "http", "ok"}, 0, []time.Duration{200 * time.Millisecond, 400 * time.Millisecond}},
		{"a gateway that stays bad, whatever it says", []http.HandlerFunc{page(500, "application/json", `{"code":10001}`)}, []string{"http", "http", "http", "http"}, -1,
			[]time.Duration{200 * time.Millisecond, 400 * time.Millisecond, 800 * time.Millisecond}},
		{"a page instead of an answer", []http.HandlerFunc{html, text(okAnswer)}, []string{"garbage", "ok"}, 0, []time.Duration{200 * time.Millisecond}},
		{"half an answer", []http.HandlerFunc{text(documented[:100]), text(okAnswer)}, []string{"garbage", "ok"}, 0, []time.Duration{200 * time.Millisecond}},
		{"a connection that breaks", []http.HandlerFunc{reset, text(okAnswer)}, []string{"network", "ok"}, 0, []time.Duration{200 * time.Millisecond}},
		{"a server that is too busy", []http.HandlerFunc{page(429, "text/plain", ""), text(okAnswer)}, []string{"http", "ok"}, 0, []time.Duration{200 * time.Millisecond}},
		{"a page that is forbidden is not", []http.HandlerFunc{page(403, "text/html", "<html>")}, []string{"http"}, -1, nil},
		{"the API's word under a status is its word", []http.HandlerFunc{page(403, "application/json", `{"code":4104}`)}, []string{"unauthorized"}, 4104, nil},
		{"an answer that is too large is not", []http.HandlerFunc{text(`{"code":0,"message":"` + strings.Repeat("x", 5000) + `"}`)}, []string{"garbage"}, -1, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			api := newFakeAPI(t, tc.answers...)
			var outcomes []string
			observe := func(_, outcome string, took time.Duration) { outcomes = append(outcomes, outcome) }
			c, waits := newTestClient(t, Config{URL: api.URL, MaxResponse: 4096, Observe: observe})
			_, err := c.Agents(t.Context())
			if !slices.Equal(outcomes, tc.outcomes) || len(api.forms) != len(tc.outcomes) {
				t.Errorf("%d requests ended %q, want %q", len(api.forms), outcomes, tc.outcomes)
			}
			if !slices.Equal(*waits, tc.waits) {
				t.Errorf("waited %v, want %v", *waits, tc.waits)
			}
			checkEnd(t, err, tc.code, len(tc.outcomes))
			checkFresh(t, api)
		})
	}
}

// checkEnd fails unless err is what a call ends in: nothing for code 0, a *TransportError for -1, else an *Error.
func checkEnd(t *testing.T, err error, code int64, tries int) {
	t.Helper()
	judged, _ := errors.AsType[*Error](err)
	_, lost := errors.AsType[*TransportError](err)
	switch {
	case code == 0 && err == nil:
	case code == -1 && lost:
	case code > 0 && judged != nil && judged.Code == code:
	default:
		t.Errorf("ended in %v, want code %d", err, code)
	}
	if err != nil && Tries(err) != tries {
		t.Errorf("%v: %d tries, want %d", err, Tries(err), tries)
	}
	if says := fmt.Sprintf("after %d tries", tries); err != nil && tries > 1 && !strings.Contains(err.Error(), says) {
		t.Errorf("%q does not say %q", err, says)
	}
}

// checkFresh fails unless every request had a nonce and a signature of its own.
func checkFresh(t *testing.T, api *fakeAPI) {
	t.Helper()
	seen := map[string]bool{}
	for _, form := range api.forms {
		for _, name := range []string{"Nonce", "Signature"} {
			if value := form.Get(name); seen[value] || value == "" {
				t.Errorf("%s %q is there twice or empty", name, value)
			}
			seen[form.Get(name)] = true
		}
	}
}

func TestALaterTryHasALaterTimestamp(t *testing.T) {
	api := newFakeAPI(t, code(4500), text(okAnswer))
	now := time.Unix(1495699202, 0)
	c, _ := newTestClient(t, Config{URL: api.URL, Now: func() time.Time { return now }})
	c.sleep = func(_ context.Context, wait time.Duration) error {
		now = now.Add(time.Minute)
		return nil
	}
	if _, err := c.Agents(t.Context()); err != nil {
		t.Fatal(err)
	}
	if first, second := api.forms[0].Get("Timestamp"), api.forms[1].Get("Timestamp"); first != "1495699202" ||
		second != "1495699262" {
		t.Errorf("signed at %s and %s", first, second)
	}
}

func TestARetryIsLoggedWithItsReason(t *testing.T) {
	api := newFakeAPI(t, code(6000), text(okAnswer))
	log, written := newLog()
	c, _ := newTestClient(t, Config{URL: api.URL, Logger: log})
	if _, err := c.Agents(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"DescribeAgentList", "6000", "says the API"} {
		if !strings.Contains(written.String(), want) {
			t.Errorf("the log %q does not say %q", written, want)
		}
	}
}

// inBubble gives a client whose network is answer and whose time is that of a synctest bubble.
func inBubble(t *testing.T, cfg Config, answer roundTrip) *Client {
	t.Helper()
	cfg.URL = "http://127.0.0.1/"
	c, err := New(complete(cfg))
	if err != nil {
		t.Fatal(err)
	}
	c.http.Transport = answer
	c.random = func(below time.Duration) time.Duration { return below }
	return c
}

func TestATryThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var outcomes []string
		c := inBubble(t, Config{Observe: func(_, outcome string, took time.Duration) {
			outcomes = append(outcomes, fmt.Sprint(outcome, " ", took))
		}}, func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		_, err := c.Agents(t.Context())
		if want := []string{"timeout 8s", "timeout 8s", "timeout 8s", "timeout 8s"}; !slices.Equal(outcomes, want) {
			t.Errorf("tries ended %q, want %q", outcomes, want)
		}
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no answer within 8s") {
			t.Errorf("ended in %v", err)
		}
	})
}

func TestTheCallersDeadlineIsKept(t *testing.T) {
	for _, tc := range []struct {
		name     string
		deadline time.Duration
		tries    int
		took     time.Duration
	}{
		{"no time for the first wait", 200 * time.Millisecond, 1, 0},
		{"time for one wait", 500 * time.Millisecond, 2, 200 * time.Millisecond},
		{"time for all", time.Minute, 4, 1400 * time.Millisecond},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				c := inBubble(t, Config{}, func(*http.Request) (*http.Response, error) {
					tries++
					return respond(`{"code":6000}`), nil
				})
				ctx, cancel := context.WithTimeout(t.Context(), tc.deadline)
				defer cancel()
				start := time.Now()
				_, err := c.Agents(ctx)
				if api, ok := errors.AsType[*Error](err); !ok || api.Code != 6000 {
					t.Errorf("ended in %v, not in the last answer", err)
				}
				if took := time.Since(start); tries != tc.tries || took != tc.took {
					t.Errorf("%d tries in %v, want %d in %v", tries, took, tc.tries, tc.took)
				}
			})
		})
	}
}

func TestADeadlineEndsATry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := inBubble(t, Config{}, func(r *http.Request) (*http.Response, error) {
			tries++
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		_, err := c.Agents(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 3*time.Second || tries != 1 {
			t.Errorf("%d tries ended in %v after %v", tries, err, time.Since(start))
		}
	})
}

func TestAWaitEndsWithTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inBubble(t, Config{}, func(*http.Request) (*http.Response, error) { return respond(`{"code":4400}`), nil })
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := c.Agents(ctx)
		api, ok := errors.AsType[*Error](err)
		if !ok || !api.OverQuota() || !errors.Is(err, context.Canceled) || time.Since(start) != time.Second {
			t.Errorf("ended in %v after %v", err, time.Since(start))
		}
	})
}
