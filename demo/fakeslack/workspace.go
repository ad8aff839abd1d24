// Package fakeslack simulates a Slack workspace on a loopback socket: the Web API, Socket Mode and response_urls
// as an app sees them, with Slack's limits and errors.
//
// A bot needs its APIURL, BotToken and AppToken. Slash, Press, Shortcut, Fill and Submit do what people do.
// Messages, Sees, WaitMessage, Invocation.Wait, Modal, Home and Files return what people see.
// The package shares no code with the bot, only Slack's wire format.
//
// Terms: an envelope is what Socket Mode delivers, an ack is the app's answer to it, an invocation is one slash command
// or one use of a control, a state is the content of a message at one time.
package fakeslack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// The workspace, the app and the app's bot user.
const (
	TeamID    = "T0WORKSPACE"
	AppID     = "A0CATBOT"
	BotUserID = "U0CATBOT"
	botID     = "B0CATBOT"
	teamName  = "workspace"
)

// Options configure the workspace. The zero value behaves as Slack usually does.
type Options struct {
	Addr       string           // loopback host:port; empty means 127.0.0.1 and any free port
	Team       string           // id of the workspace ("T…"); TeamID unless set
	Enterprise string           // id of the workspace's Enterprise Grid organisation ("E…"), if any
	OrgInstall bool             // the app is installed for all of Enterprise, not for the workspace
	Now        func() time.Time // dates messages and ages response_urls; nil means time.Now
	Scopes     []string         // of the bot token; nil means commands, posting, people, files and channels
	PingEvery  time.Duration    // between WebSocket pings, under 30 s; 0 means 10 s
	AckTimeout time.Duration    // how long an envelope waits for its ack; 0 means 3 s

	// HistorySize bounds how many message states, envelopes and requests are stored, the latest; 0 means 10,000.
	HistorySize int

	// LimitPosts lets chat.postMessage through once a second in each channel, and chat.update 50 times a minute. The rest
	// is answered 429.
	LimitPosts bool

	// RefuseStatus is how a response_url refuses a body: 0 means status 200 with {"ok":false,"error":…},
	// another value means that status with the error's name as text. Slack does both.
	RefuseStatus int

	// HistoryLag is the time from a post until conversations.history has it. Slack's lag is one or two seconds.
	HistoryLag time.Duration

	// OnRequest is called for every request on arrival, before any fault and any effect. It is called from many
	// goroutines, and the request waits for it.
	OnRequest func(Call)
}

// ErrClosed is returned by methods that wait when the workspace closes.
var ErrClosed = errors.New("the workspace is closed")

// A Workspace is a running workspace. Its methods may be called from many goroutines.
type Workspace struct {
	opts     Options
	botToken string
	appToken string
	host     string // 127.0.0.1:PORT
	server   *http.Server
	upgrader websocket.Upgrader

	people     *directory
	journal    *journal
	hub        *hub
	envelopes  *envelopes
	faults     *faults
	counters   *counters
	posts      *pacer
	updates    *tier
	triggers   *triggers
	selections *selections
	viewStore  *viewStore
	fileStore  *fileStore

	refusedMu sync.Mutex
	refused   map[string]bool // block types refused by Refuse

	retryDelays []time.Duration // before each redelivery of an event that nobody acked
	grace       time.Duration   // between a disconnect frame and the end of the socket

	done    chan struct{} // closed when Close begins
	closing sync.Mutex    // guards closed, and work.Add against work.Wait
	closed  bool
	work    sync.WaitGroup // every goroutine and request under way
}

// Start starts a workspace with its default people and channels (see Alice and Ops). It serves until Close.
func Start(opts Options) (*Workspace, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("opening the workspace's socket: %w", err)
	}
	w := &Workspace{
		opts:     opts,
		botToken: "xoxb-" + rand.Text(),
		appToken: "xapp-1-" + AppID + "-" + rand.Text(),
		host:     listener.Addr().String(),
		upgrader: websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }},
		// An unacked event is sent again at once, after a minute and after five (Slack's Events API).
		retryDelays: []time.Duration{0, time.Minute, 5 * time.Minute},
		grace:       10 * time.Second,
		done:        make(chan struct{}),
	}
	w.people = newDirectory()
	w.journal = newJournal(opts.HistorySize, opts.Now, w.done)
	w.hub = newHub()
	w.envelopes = newEnvelopes(opts.HistorySize)
	w.faults = newFaults()
	w.counters = newCounters(opts.HistorySize)
	w.posts, w.updates = newPacer(opts.Now), &tier{now: opts.Now}
	w.triggers = newTriggers(opts.HistorySize, opts.Now)
	w.selections = newSelections(opts.HistorySize)
	w.viewStore = newViewStore()
	w.fileStore = &fileStore{}
	w.server = &http.Server{Handler: w.routes(), ReadHeaderTimeout: 10 * time.Second, ConnState: w.connState}
	w.work.Go(func() { _ = w.server.Serve(listener) }) // always ErrServerClosed: Close is the only end
	return w, nil
}

func (o Options) withDefaults() (Options, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return o, fmt.Errorf("reading the address %q: %w", o.Addr, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return o, fmt.Errorf("%q is not a loopback address: a workspace without passwords stays on this machine",
			o.Addr)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Scopes == nil {
		o.Scopes = []string{"commands", "chat:write", "users:read", "files:write", "im:write", "channels:read",
			"channels:history", "groups:read", "groups:history", "app_mentions:read", "im:history"}
	}
	if o.PingEvery == 0 {
		o.PingEvery = 10 * time.Second
	}
	// Slack's clients give a socket up when it brings no ping for 30 s.
	if o.PingEvery < 0 || o.PingEvery >= 30*time.Second {
		return o, fmt.Errorf("a ping every %s would lose the client: it must be under 30s", o.PingEvery)
	}
	if o.AckTimeout == 0 {
		o.AckTimeout = 3 * time.Second
	}
	if o.HistorySize == 0 {
		o.HistorySize = 10_000
	}
	return o, nil
}

// Close ends every socket and every delayed request, and returns when all goroutines of the workspace have ended.
func (w *Workspace) Close() {
	w.closing.Lock()
	if !w.closed {
		w.closed = true
		close(w.done)
	}
	w.closing.Unlock()

	_ = w.server.Close()
	w.hub.closeAll()
	w.envelopes.stop()
	w.work.Wait()
}

// connState lets Close wait for the server's own goroutines, one for each connection.
func (w *Workspace) connState(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		w.work.Add(1) // by the goroutine of Serve, for which Close waits too
	case http.StateClosed, http.StateHijacked:
		w.work.Done()
	}
}

// begin registers work that Close waits for. It returns false when the workspace is closed.
// After true the caller calls w.work.Done once.
func (w *Workspace) begin() bool {
	w.closing.Lock()
	defer w.closing.Unlock()
	if w.closed {
		return false
	}
	w.work.Add(1)
	return true
}

// APIURL returns the base URL of the Web API, with the final slash that slack.OptionAPIURL needs.
func (w *Workspace) APIURL() string { return "http://" + w.host + "/api/" }

// BotToken returns the only valid bot token (xoxb-…). Each workspace has a new one.
func (w *Workspace) BotToken() string { return w.botToken }

// AppToken returns the only valid app-level token (xapp-…), for apps.connections.open.
func (w *Workspace) AppToken() string { return w.appToken }

// Refuse makes the workspace refuse these block types, as a workspace without a new type of block does.
// Each call replaces the list; Refuse() allows every type.
func (w *Workspace) Refuse(blockTypes ...string) {
	refused := make(map[string]bool, len(blockTypes))
	for _, t := range blockTypes {
		refused[t] = true
	}
	w.refusedMu.Lock()
	defer w.refusedMu.Unlock()
	w.refused = refused
}

func (w *Workspace) refusedTypes() map[string]bool {
	w.refusedMu.Lock()
	defer w.refusedMu.Unlock()
	return w.refused
}

// wait blocks until gate closes, ctx ends or the workspace closes.
func (w *Workspace) wait(ctx context.Context, gate <-chan struct{}) error {
	select {
	case <-gate:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-w.done:
		return ErrClosed
	}
}
