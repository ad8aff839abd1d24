package catapi

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// The credentials of every test: what they say must never be read outside of a request.
const (
	testID    = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
	testKey   = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
	testToken = "tok+en/Abc==&x=1%20y"
)

const okAnswer = `{"code":0,"message":"","codeDesc":"Success","data":{}}`

// morning is the query of the API document's own example.
var morning = Query{
	Task: "126531", Begin: beijing("2017-05-25 00:00:00"), End: beijing("2017-05-25 08:10:00"), Province: "jiangxi",
}

// beijing reads a time as the API writes it.
func beijing(text string) time.Time {
	t, err := time.ParseInLocation(time.DateTime, text, Beijing)
	if err != nil {
		panic(err)
	}
	return t
}

// complete returns cfg with what it needs and leaves open.
func complete(cfg Config) Config {
	cfg.SecretID, cfg.SecretKey = testID, testKey
	cfg.URL = cmp.Or(cfg.URL, "https://catapi.api.qcloud.com/v2/index.php")
	cfg.URL3 = cmp.Or(cfg.URL3, "https://cat.tencentcloudapi.com")
	cfg.Rate = cmp.Or(cfg.Rate, 10)
	cfg.MaxResponse = cmp.Or(cfg.MaxResponse, 32<<20)
	return cfg
}

// newTestClient returns a client that waits for nothing: each wait is as long as its ceiling, and only noted.
func newTestClient(t *testing.T, cfg Config) (*Client, *[]time.Duration) {
	t.Helper()
	cfg.Rate = 1e6
	c, err := New(complete(cfg))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	var waits []time.Duration
	c.sleep = func(_ context.Context, wait time.Duration) error {
		waits = append(waits, wait)
		return nil
	}
	c.random = func(below time.Duration) time.Duration { return below }
	return c, &waits
}

// A fakeAPI answers requests in turn, the last of its answers for ever, and keeps the forms it was sent.
type fakeAPI struct {
	*httptest.Server
	mu      sync.Mutex
	forms   []url.Values
	answers []http.HandlerFunc
}

func newFakeAPI(t *testing.T, answers ...http.HandlerFunc) *fakeAPI {
	api := &fakeAPI{answers: answers}
	api.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		api.mu.Lock()
		api.forms = append(api.forms, r.PostForm)
		answer := api.answers[min(len(api.forms), len(api.answers))-1]
		api.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(api.Close)
	return api
}

// text answers with a body, as JSON.
func text(body string) http.HandlerFunc { return page(http.StatusOK, "application/json", body) }

// code answers with an API code.
func code(code int64) http.HandlerFunc {
	return text(fmt.Sprintf(`{"code":%d,"message":"says the API","codeDesc":"Some.Desc"}`, code))
}

func page(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// reset breaks the connection off in the middle of the answer.
func reset(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	io.WriteString(w, `{"code":0`)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// A roundTrip stands in for the network where a test has a clock of its own.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (f roundTrip) CloseIdleConnections() {}

func respond(body string) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(body)),
	}
}

// noLog takes what servers of the standard library would print about broken handshakes.
var noLog = log.New(io.Discard, "", 0)

// newLog returns a logger and what it writes.
func newLog() (*slog.Logger, *bytes.Buffer) {
	var written bytes.Buffer
	return slog.New(slog.NewJSONHandler(&written, nil)), &written
}
