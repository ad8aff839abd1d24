// Package demo runs a workspace in the browser: the simulated Slack and CAT API, a Redis, and a page that shows them.
// A bot is configured for them as for the real ones.
package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

// Options configure the page and the simulated data.
type Options struct {
	Addr string // loopback host:port of the page; a free port is used if this one is in use
	Seed uint64 // other seeds have other failures
}

// A Demo is a running demo, until Close.
type Demo struct {
	Clock  *Clock
	Slack  *fakeslack.Workspace
	Probes *fakecat.API
	Redis  *Redis
	Log    *Log // the bot's log; the bot writes to it

	listener net.Listener
	server   *http.Server
	figures  *figures
	health   health
	end      context.CancelFunc
	work     sync.WaitGroup
}

// Start starts the page and the simulated services. The bot connects afterwards.
func Start(opts Options) (*Demo, error) {
	ctx, end := context.WithCancel(context.Background())
	d := &Demo{Clock: newClock(time.Now), Log: newLog(), end: end}
	if err := d.start(ctx, opts); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *Demo) start(ctx context.Context, opts Options) (err error) {
	if d.listener, err = listen(opts.Addr); err != nil {
		return err
	}
	if d.Slack, err = fakeslack.Start(fakeslack.Options{Now: d.Clock.Now, HistorySize: 2000}); err != nil {
		return fmt.Errorf("starting the simulated Slack: %w", err)
	}
	for _, u := range d.Slack.Users() {
		d.Slack.DM(u.ID)
	}
	if d.Probes, err = fakecat.Start(fakecat.Options{Now: d.Clock.Now, Now3: time.Now, Seed: opts.Seed}); err != nil {
		return fmt.Errorf("starting the simulated CAT API: %w", err)
	}
	if d.Redis, err = startRedis(); err != nil {
		return err
	}
	d.figures = &figures{}
	d.server = &http.Server{Handler: d.routes(), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	d.work.Go(func() { _ = d.server.Serve(d.listener) }) // always ErrServerClosed: Close is the only end
	d.work.Go(func() { d.figures.run(ctx) })
	return nil
}

// listen listens on addr, or on a free port if that one is in use. Only loopback is allowed: the page has no passwords.
func listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("reading the page's address %q: %w", addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("%q is not a loopback address, such as 127.0.0.1:8126: the page has no passwords", addr)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		listener, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, fmt.Errorf("opening the page's port: %w", err)
	}
	return listener, nil
}

// URL returns the URL of the page.
func (d *Demo) URL() string { return "http://" + d.listener.Addr().String() + "/" }

// ReadMetrics makes the page show the metrics of the bot at addr.
func (d *Demo) ReadMetrics(addr net.Addr) {
	url := "http://" + addr.String() + "/metrics"
	d.figures.url.Store(&url)
}

// Close stops everything that Start started. Stop the bot before.
func (d *Demo) Close() {
	d.end()
	if d.server != nil {
		_ = d.server.Close()
	} else if d.listener != nil {
		_ = d.listener.Close()
	}
	d.work.Wait()
	if d.Slack != nil {
		d.Slack.Close()
	}
	if d.Probes != nil {
		d.Probes.Close()
	}
	if d.Redis != nil {
		d.Redis.Close()
	}
}

// errUnknown is returned for an unknown request: the page is of another version.
var errUnknown = errors.New("the page asked for something unknown; load it again")
