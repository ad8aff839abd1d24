// Package fakecat simulates Tencent Cloud CAT (云拨测) on a loopback socket: API v2 and the current API 3.0, with
// synthetic
// data.
//
// A client needs its URL, SecretID and SecretKey. The package shares no code with catbot's client, only the wire
// format.
// Where the vendor's pages say nothing, a comment marks the behaviour as "a guess".
//
// Terms: a task is a monitored site; a probe in an ISP and a province fetches it every few minutes; an incident is a
// period with more failures; a question is one call of GetCatReturnCodeHistory; a probe result is one fetch, which
// API 3.0
// returns one by one.
//
// # The data
//
// A probe result is a pure function of the seed, the task, the probe and the minute. So the same seed always gives the
// same answers, and the failures of two adjacent windows add up to those of both.
// A task has data from the day it was added until now. There are few single failures at night, and many in the evening.
//
// Both APIs have the shared tasks, 3.0 with another id (126531 is task-00002pmr). Only 3.0 has the newer tasks, with
// more
// provinces and more kinds of tasks. Tasks with incidents of their own:
//
//   - 126531: the API document's own example, in jiangxi on 2017-05-25 from 00:00 to 08:10. On all other days 移动
//     has incidents in 江西 and its neighbours, and smaller ones elsewhere.
//   - 126540: an ISP fails: 联通 in all provinces.
//   - 126548: a province fails: 四川 with all ISPs.
//   - 126552: a server fails: one of four addresses.
//   - 126556: the site itself fails, everywhere.
//   - 126560: healthy, no failure.
//   - 126591: single failures without any reason, as there always are some.
//   - 126633: an ISP's trouble in one province, 电信 in 广东.
//   - 126564: paused, without data.
//
// Each of these incidents repeats at least every four hours, so any eight hours contain a complete one. One comes every
// five hours:
//
//   - 126720: 移动 fails, worsens after 13 minutes, and after 18 minutes 电信 fails, too. It lasts half an hour to an hour.
//
// Others come once a day:
//
//   - 126700: a backup overloads the site, everywhere, after 02:00.
//   - 126710: evening load, 移动 in all provinces, from 20:00.
//   - task-n6f8ye4d: an uplink that loses packets, 电信 in 北京, 河北 and 山西, from 19:00.
//
// Incidents of other tasks are drawn from the seed: mostly none.
package fakecat

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

const path = "/v2/index.php"

// The account. It is the example of the vendor's documentation and gives no access to anything.
const (
	secretID  = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
	secretKey = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
)

// beijing is the zone of all times in the API.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// Options configure the simulation. The zero value is a healthy API and an account with permanent keys.
type Options struct {
	Now    func() time.Time // checks Timestamps and ends the data; nil means time.Now
	Now3   func() time.Time // checks those of API 3.0, which its SDK takes from the machine's clock; nil means Now
	Seed   uint64           // other seeds have other failures, and the same tasks and probes
	Token  string           // required in requests; empty means that none is allowed
	Page3  int              // largest page of API 3.0; 0 means 5,000, which is a guess
	OneDay bool             // refuse windows over more than one Beijing day, as the API's successor does

	// Sleep waits for Fault.Latency or until ctx ends; nil means time passes by the wall clock.
	Sleep func(ctx context.Context, d time.Duration) error

	// OnCall is called for every call on arrival, before any fault. It is called from many goroutines,
	// and the call waits for it.
	OnCall func(Call)
}

// An API is a running simulation. Its methods may be called from many goroutines.
type API struct {
	opts    Options
	url     string
	server  *http.Server
	end     context.CancelFunc // of every call's context
	world   world
	faults  *faults
	journal *journal
	replays *replays
	scrolls *scrolls

	mu      sync.Mutex
	shape   Shape
	answers map[string][]byte // by task; "" is every other task
	serve   func(Question) []Row
	closed  bool
	work    sync.WaitGroup // the accepting goroutine and every call under way
}

// Start starts an API at a free port of 127.0.0.1. It serves until Close.
func Start(opts Options) (*API, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Now3 == nil {
		opts.Now3 = opts.Now
	}
	if opts.Sleep == nil {
		opts.Sleep = sleep
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening the simulated CAT API's socket: %w", err)
	}
	ctx, end := context.WithCancel(context.Background())
	a := &API{
		opts:    opts,
		url:     "http://" + listener.Addr().String() + path,
		end:     end,
		world:   newWorld(opts.Seed),
		faults:  &faults{},
		journal: newJournal(),
		replays: newReplays(),
		scrolls: &scrolls{open: map[string]*scroll{}},
		answers: map[string][]byte{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc(path, a.handle)
	mux.HandleFunc("/{$}", a.handle3)
	a.server = &http.Server{
		Handler:     mux,
		ReadTimeout: 30 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	a.work.Go(func() { _ = a.server.Serve(listener) }) // always ErrServerClosed: Close is the only end
	return a, nil
}

// Close ends all calls and returns when all goroutines of the API have ended. It may be called again.
func (a *API) Close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.end()
	_ = a.server.Close()
	a.work.Wait()
}

// begin registers a call that Close waits for. It returns false after Close.
func (a *API) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	a.work.Add(1)
	return true
}

// NextIncident returns when task 126720 begins to fail again, after now.
func (a *API) NextIncident(now time.Time) time.Time {
	return a.world.byID[taskSpreading].nextIncident(now)
}

// URL returns the URL of API v2: "http://127.0.0.1:PORT/v2/index.php".
func (a *API) URL() string { return a.url }

// URL3 returns the URL of API 3.0: "http://127.0.0.1:PORT".
func (a *API) URL3() string { return strings.TrimSuffix(a.url, path) }

// SecretID returns the SecretId of the account.
func (a *API) SecretID() string { return secretID }

// SecretKey returns the key that signs requests of the account.
func (a *API) SecretKey() string { return secretKey }

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
