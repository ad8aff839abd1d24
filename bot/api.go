package bot

import (
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
)

// requestTimeout bounds every request to the Web API, the wait of connectLimiter and the reading of the answer
// included.
const requestTimeout = 30 * time.Second

// Slack is the process's access to Slack: the tokens and one connection pool.
type Slack struct {
	http               *http.Client // for the Web API
	hooks              *http.Client // for response_urls
	api                *slack.Client
	appToken, botToken string
	url                string
}

// NewSlack returns the access to the Web API at url, which ends in "/". It keeps up to idle unused connections to a
// host.
func NewSlack(appToken, botToken, url string, idle int, metrics *Metrics) *Slack {
	pool := marksUnsent{newTransport(idle)}
	s := &Slack{
		http:     newClient(countsRateLimits{deadlineTransport{newConnectLimiter(pool)}, url, metrics}),
		hooks:    newClient(countsRateLimits{pool, url, metrics}),
		appToken: appToken, botToken: botToken, url: url,
	}
	s.http.Timeout = requestTimeout // hooks needs none: each request to a response_url has a deadline of its own
	s.api = s.Client()
	return s
}

// Client returns a client of the Web API that shares the HTTP client.
func (s *Slack) Client(options ...slack.Option) *slack.Client {
	return slack.New(s.botToken, append([]slack.Option{
		slack.OptionAppLevelToken(s.appToken), slack.OptionAPIURL(s.url), slack.OptionHTTPClient(s.http),
	}, options...)...)
}

// writeBuffer is the bytes of a buffer that holds most answers with their headers, so that they leave in one write.
const writeBuffer = 16 << 10

func newTransport(perHost int) *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: sendTimeout,
		MaxIdleConnsPerHost:   perHost,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
		WriteBufferSize:       writeBuffer,
	}
}

func newClient(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport: transport,
		// A redirect could send a message or a token to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// countsRateLimits counts answers with status 429.
type countsRateLimits struct {
	next    http.RoundTripper
	url     string // of the Web API
	metrics *Metrics
}

func (c countsRateLimits) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(request)
	if err == nil && response.StatusCode == http.StatusTooManyRequests {
		method, isMethod := strings.CutPrefix(request.URL.String(), c.url)
		if !isMethod {
			method = "response_url"
		}
		method, _, _ = strings.Cut(method, "?")
		c.metrics.rateLimited.WithLabelValues(method).Inc()
	}
	return response, err
}

// deadlineTransport sends no request after its deadline. A context does not guarantee that: after a process was
// suspended, its timers and its writes race. A digest must not be posted after its lease has ended. It is not used for
// response_urls, to save a write: net/http sends the headers of a request with a wrapped body before the body.
type deadlineTransport struct{ next http.RoundTripper }

func (p deadlineTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	deadline, ok := request.Context().Deadline()
	if !ok || request.Body == nil {
		return p.next.RoundTrip(request)
	}
	timely := request.Clone(request.Context())
	timely.Body = deadlineBody{request.Body, deadline}
	if again := request.GetBody; again != nil {
		timely.GetBody = func() (io.ReadCloser, error) {
			b, err := again()
			return deadlineBody{b, deadline}, err
		}
	}
	return p.next.RoundTrip(timely)
}

// A deadlineBody fails when it is read after the deadline. The transport reads it when it writes the request.
type deadlineBody struct {
	io.ReadCloser
	deadline time.Time
}

func (b deadlineBody) Read(p []byte) (int, error) {
	if time.Now().After(b.deadline) {
		return 0, errPastDeadline
	}
	return b.ReadCloser.Read(p)
}

// An unsentError is the error of a request of which no byte was written, so it had no effect.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }

// marksUnsent turns an error into an unsentError when the request got no connection.
type marksUnsent struct{ next http.RoundTripper }

func (m marksUnsent) RoundTrip(request *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{
		// net/http calls it again for a request only when nothing was written to the connection before.
		GetConn:      func(string) { connected.Store(false) },
		GotConn:      func(httptrace.GotConnInfo) { connected.Store(true) },
		WroteHeaders: func() { connected.Store(true) },
	}
	answer, err := m.next.RoundTrip(request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
	if err != nil && !connected.Load() {
		err = &unsentError{err}
	}
	return answer, err
}
