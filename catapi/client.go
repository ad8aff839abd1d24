package catapi

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"time"
)

// A Config says how to reach the API.
type Config struct {
	URL         string        // of API v2; required; see CheckURL
	URL3        string        // of API 3.0; likewise
	SecretID    string        // required
	SecretKey   string        // required
	Token       string        // of temporary credentials; not sent when empty
	Region      string        // "ap-guangzhou"; not sent when empty, and no CAT action is known to need it
	Rate        float64       // HTTP requests per second for each action, on average; required. 3.0 gets 20 at most
	MaxResponse int64         // bytes of one answer; required
	Timeout     time.Duration // of one HTTP request, its answer read; 0 means 8 s

	Now    func() time.Time // nil means time.Now
	Logger *slog.Logger     // logs tries that failed and are repeated; may be nil

	// Observe is called after each HTTP request, by many goroutines at once. The api is "v2" or "3.0", the outcome "ok";
	// "retryable", "unauthorized" or "refused" for an error of the API; "http" for an error status of a gateway;
	// "garbage" for a body that can't be decoded; "network", "timeout", or "canceled" by the caller.
	Observe func(api, outcome string, took time.Duration)
}

// A Client calls API v2 and API 3.0; the task's id decides which. It is safe for concurrent use: all
// callers share its limits.
type Client struct {
	cfg    Config
	api3   *api3
	url    *url.URL
	http   *http.Client
	limits *limits // of API v2
	log    *slog.Logger
	sleep  func(context.Context, time.Duration) error
	random func(below time.Duration) time.Duration
}

// New returns a client for cfg, or an error if cfg is invalid.
func New(cfg Config) (*Client, error) {
	if cfg.SecretID == "" || cfg.SecretKey == "" {
		return nil, errors.New("cat api: a secret id and a secret key are needed to sign requests")
	}
	switch {
	case !(cfg.Rate > 0) || math.IsInf(cfg.Rate, 0): // NaN is not above 0 either
		return nil, fmt.Errorf("cat api: the rate is %v, and must be above 0", cfg.Rate)
	case cfg.MaxResponse <= 0 || cfg.Timeout < 0:
		return nil, errors.New("cat api: the largest response and the timeout must be above 0")
	}
	endpoint, err := parseURL(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("cat api: url: %w", err)
	}
	cfg.Timeout = cmp.Or(cfg.Timeout, 8*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Observe == nil {
		cfg.Observe = func(string, string, time.Duration) {}
	}
	endpoint3, err := parseURL(cfg.URL3)
	if err != nil {
		return nil, fmt.Errorf("cat api 3.0: url: %w", err)
	}
	c := &Client{
		cfg:    cfg,
		url:    endpoint,
		http:   newHTTPClient(),
		log:    cmp.Or(cfg.Logger, slog.New(slog.DiscardHandler)),
		sleep:  sleepContext,
		random: rand.N[time.Duration],
	}
	c.limits = newLimits("v2", cfg.Rate, c.log)
	c.api3 = newAPI3(c, endpoint3)
	return c, nil
}

// CheckURL returns an error if address can't be that of an API: it must be https://, or http:// on this machine.
// Its errors don't contain address, which may contain a password.
func CheckURL(address string) error {
	_, err := parseURL(address)
	return err
}

// parseURL parses the address of an API, see CheckURL.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("not a valid URL")
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case u.Hostname() == "":
		return nil, errors.New("it has no host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("nothing may stand before its host or after its path")
	case u.Scheme == "http" && !local:
		return nil, errors.New("plain http would send the secret id and the signature in the clear: use https")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("it has to begin with https://")
	}
	u.Path = cmp.Or(u.Path, "/")
	return u, nil
}

// newHTTPClient returns a client with its own pool of connections.
// It follows no redirects, which would send the signed request to another host.
func newHTTPClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 2 * inFlight // both APIs may have one host
	transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// The actions that return histories.
const (
	actionHistory2 = "GetCatReturnCodeHistory"
	actionProbes3  = "DescribeDetailedSingleProbeData"
)

// parallel bounds the days of one query, and in API 3.0 the parts of a day, that are requested at once.
const parallel = 8

// Close closes the idle connections. The client can still be used.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// ReturnCodeHistory answers q with one call for each day in Beijing's zone that q overlaps. Windows are half open, as
// q is. The error wraps an *Error if the API returned one, and a *TransportError if there was no response.
func (c *Client) ReturnCodeHistory(ctx context.Context, q Query) (History, error) {
	q = q.Normalize()
	if q.Task == "" || !q.Begin.Before(q.End) {
		return History{}, errors.New("cat api: a query needs a task and a window that ends after it begins")
	}
	if IsAPI3(q.Task) {
		return FetchByDay(ctx, q, parallel, c.api3.fetchDay)
	}
	return FetchByDay(ctx, q, parallel, c.fetchDay2)
}

// fetchDay2 answers a piece of Query.Split.
func (c *Client) fetchDay2(ctx context.Context, q Query) (History, error) {
	return c.fetchHistory2(ctx, q, q.End)
}

// fetchHistory2 answers q from API v2, with the rows that began before end. The zero Time means all rows.
func (c *Client) fetchHistory2(ctx context.Context, q Query, end time.Time) (History, error) {
	args := map[string]string{
		"taskId":    q.Task,
		"beginTime": q.Begin.Format(time.DateTime),
		"endTime":   q.End.Format(time.DateTime),
	}
	if q.Province != "" {
		args["province"] = q.Province
	}
	decode := func(body []byte) (History, error) { return decodeHistory(body, q, end) }
	h, err := call2(ctx, c, actionHistory2, args, decode)
	if err != nil {
		return History{}, err
	}
	h.FetchedAt = c.cfg.Now()
	return h, nil
}
