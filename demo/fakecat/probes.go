// Package probes is Tencent Cloud CAT (云拨测) on a loopback socket: API v2 and today's API 3.0 as a client of them sees
// them, over data that nobody measured.
//
// A client is pointed at it by URL, SecretID and SecretKey and needs nothing else. Nothing here is shared with
// catbot's own client: the two agree on the wire format and on nothing else. What the vendor's pages leave open
// is marked "a guess" where it is decided.
//
// Words: a task is a site that is watched; a probe in some ISP and province fetches it every few minutes; an
// incident is trouble that comes and goes; a question is one call of GetCatReturnCodeHistory; a sight is what one probe
// saw once, which API 3.0 gives one by one.
//
// # The data
//
// What a probe saw in a minute is a pure function of the seed, the task, the probe and the minute. So the same
// seed always gives the same answers, and the failures of two neighbouring windows add up to those of both.
// A task has data from the day it was added until now. Single failures follow the day: few at night, many in the evening.
//
// Both APIs show the tasks of the catalogue, 3.0 by another id (126531 is task-00002pmr). The newer ones are 3.0's alone,
// watched from more provinces and by more kinds of tasks. The tasks with a story of their own:
//
//   - 126531: the API document's own example, in jiangxi on 2017-05-25 from 00:00 to 08:10. On all other days 移动
//     comes and goes in 江西 and its neighbours, with lesser troubles elsewhere.
//   - 126540: an ISP's trouble, 联通 in all provinces.
//   - 126548: a province's trouble, 四川 with all ISPs.
//   - 126552: a server's trouble, one of four addresses.
//   - 126556: the site's own trouble, everywhere.
//   - 126560: healthy, not one failure.
//   - 126564: paused, so without data.
//
// Each of these troubles comes back within every four hours, so that the last eight hours always have a whole one. Others
// come once a day:
//
//   - 126700: a backup that nobody can get past, everywhere, after 02:00.
//   - 126710: players, 移动 in all provinces, from 20:00 on.
//   - task-n6f8ye4d: an uplink that loses packets, 电信 in 北京, 河北 and 山西, from 19:00 on.
//
// What befalls the rest is drawn from the seed: mostly nothing.
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

// The one account. It is the vendor's documentation's dummy, and opens nothing.
const (
	secretID  = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
	secretKey = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
)

// beijing is the zone of all times in the API, which names none.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// Options choose what is simulated. The zero value is a healthy API that is asked by an account with permanent keys.
type Options struct {
	Now    func() time.Time // judges Timestamps and ends the data; nil means time.Now
	Now3   func() time.Time // judges those of API 3.0, whose SDK takes them from the machine's clock; nil means Now
	Seed   uint64           // other seeds have other failures, and the same tasks and probes
	Token  string           // that requests have to carry; empty means that they may carry none
	Page3  int              // the most probes that API 3.0 gives at once; 0 means 5,000, which is a guess
	OneDay bool             // refuse windows over more than one Beijing day, as the API's successor does

	// Sleep waits for Fault.Latency or until ctx ends; nil means by the wall clock.
	Sleep func(ctx context.Context, d time.Duration) error

	// OnCall hears of every call on its arrival, before any fault. It is called from many goroutines and the call
	// waits for it.
	OnCall func(Call)
}

// An API is one running simulation. Its methods may be called from many goroutines.
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

// Start serves at a free port of 127.0.0.1 until Close.
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

// Close cuts all calls off and returns when nothing of the API runs any more. It may be called again.
func (a *API) Close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.end()
	_ = a.server.Close()
	a.work.Wait()
}

// begin counts a call among the work that Close waits for. It reports false when Close was called before.
func (a *API) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	a.work.Add(1)
	return true
}

// URL is where the API is asked: "http://127.0.0.1:PORT/v2/index.php".
func (a *API) URL() string { return a.url }

// URL3 is where API 3.0 is asked: "http://127.0.0.1:PORT".
func (a *API) URL3() string { return strings.TrimSuffix(a.url, path) }

// SecretID is the id of the one account.
func (a *API) SecretID() string { return secretID }

// SecretKey is what requests of the account are signed with.
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
