package bot

import (
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
)

// requestTime bounds any request, the wait of connectLimiter included: a peer that stops in the middle of an answer holds nobody for ever.
const requestTime = 30 * time.Second

// Slack is the access to Slack of the whole process: one HTTP client, so one pool of connections and one limit for
// opening new ones, and the tokens.
type Slack struct {
	http               *http.Client // for response_urls, too
	api                *slack.Client
	appToken, botToken string
	url                string
}

// NewSlack makes the access to the Web API at url, which ends in "/". It keeps up to idle unused connections to a host.
func NewSlack(appToken, botToken, url string, idle int) *Slack {
	s := &Slack{http: newHTTPClient(idle), appToken: appToken, botToken: botToken, url: url}
	s.api = s.Client()
	return s
}

// Client makes a client of the Web API that shares the HTTP client.
func (s *Slack) Client(options ...slack.Option) *slack.Client {
	return slack.New(s.botToken, append([]slack.Option{
		slack.OptionAppLevelToken(s.appToken), slack.OptionAPIURL(s.url), slack.OptionHTTPClient(s.http),
	}, options...)...)
}

func newHTTPClient(perHost int) *http.Client {
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: sendTimeout,
		MaxIdleConnsPerHost:   perHost,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
	}
	return &http.Client{
		Timeout:   requestTime,
		Transport: deadlineTransport{newConnectLimiter(marksUnsent{transport})},
		// A redirect would carry a message, or a token, to where nobody meant it to go.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// deadlineTransport lets no request leave after its deadline. A context does not promise that: a process that was stopped and
// wakes has its timers and its writes race. A digest's post must not leave when the lease of its digest has ended.
type deadlineTransport struct{ next http.RoundTripper }

func (p deadlineTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	deadline, ok := request.Context().Deadline()
	if !ok || request.Body == nil {
		return p.next.RoundTrip(request)
	}
	timely := request.Clone(request.Context())
	timely.Body = body{request.Body, deadline}
	if again := request.GetBody; again != nil {
		timely.GetBody = func() (io.ReadCloser, error) {
			b, err := again()
			return body{b, deadline}, err
		}
	}
	return p.next.RoundTrip(timely)
}

// A body is read when it is written to the connection.
type body struct {
	io.ReadCloser
	deadline time.Time
}

func (b body) Read(p []byte) (int, error) {
	if time.Now().After(b.deadline) {
		return 0, errTooLate
	}
	return b.ReadCloser.Read(p)
}

// An unsentError is of a request of which nothing was written, so that nothing can have come of it.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }

// marksUnsent makes an unsentError of what befell a request before it had a connection.
type marksUnsent struct{ next http.RoundTripper }

func (m marksUnsent) RoundTrip(request *http.Request) (*http.Response, error) {
	var connected atomic.Bool
	trace := &httptrace.ClientTrace{
		GetConn:      func(string) { connected.Store(false) }, // again only when nothing was written to the connection before
		GotConn:      func(httptrace.GotConnInfo) { connected.Store(true) },
		WroteHeaders: func() { connected.Store(true) },
	}
	answer, err := m.next.RoundTrip(request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
	if err != nil && !connected.Load() {
		err = &unsentError{err}
	}
	return answer, err
}
