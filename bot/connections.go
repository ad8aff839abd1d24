package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// connections are those of Socket Mode: one, or two while Slack replaces it. Slack announces a connection's end some 10 s ahead and
// may send more over it until then (docs.slack.dev/apis/events-api/using-socket-mode). slack-go's own client closes it at once; here the
// next one is opened first, and the old one is read until Slack closes it.
type connections struct {
	api    *slack.Client
	dialer *websocket.Dialer
	hear   func(context.Context, *socketmode.Request) // of one connection in order; of two at the same time
	log    *slog.Logger

	mu      sync.Mutex
	open    []*connection          // that have said hello, the newest last
	waiting map[string]*connection // by envelope that waits for its ack: what brought it
	next    chan struct{}          // closed by the next hello
	over    chan struct{}          // closed when run has ended
}

// A connection has one reader and any number of writers.
type connection struct {
	ws      *websocket.Conn
	writing chan struct{} // holds a token while something is written
	greeted bool          // Slack has said hello; its reader's alone
	told    bool          // Slack has announced its end; its reader's alone
	leaving chan struct{} // closed when it is told, or has ended
	leave   func()        // closes leaving
}

const (
	// maxFrame bounds what Slack sends at once, in bytes; maxAck what it takes: it drops more than that without a word.
	maxFrame = 1 << 20
	maxAck   = 20 << 10
	// silence is how long a connection may bring nothing, not even a ping: Slack's own clients give it up then, too.
	silence = 30 * time.Second
	// helloTime is how long a connection may be open before Slack says hello over it.
	helloTime = 10 * time.Second
	// farewell is how long a connection is read whose end was announced.
	farewell = 15 * time.Second
	// firstRetry follows a connection that could not be opened; the pause doubles up to maxRetry.
	firstRetry = 100 * time.Millisecond
	maxRetry   = 30 * time.Second
)

func newConnections(api *slack.Client, hear func(context.Context, *socketmode.Request), log *slog.Logger) *connections {
	return &connections{
		api: api, hear: hear, log: log,
		dialer: &websocket.Dialer{
			Proxy:            http.ProxyFromEnvironment,
			HandshakeTimeout: 10 * time.Second,
			WriteBufferSize:  32 << 10, // an ack must leave in one frame: Slack may drop fragments
		},
		waiting: map[string]*connection{}, next: make(chan struct{}), over: make(chan struct{}),
	}
}

// run keeps a connection open until ctx is done or Slack will have none of the app token. Nothing is heard after it.
func (s *connections) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var reading sync.WaitGroup
	defer func() {
		stop()
		reading.Wait()
		close(s.over)
	}()
	for {
		c, err := s.connect(ctx)
		if err != nil {
			return err
		}
		reading.Go(func() { s.read(ctx, c) })
		select {
		case <-c.leaving:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// connect opens a connection, as often as it takes.
func (s *connections) connect(ctx context.Context) (*connection, error) {
	for pause := firstRetry; ; pause = min(2*pause, maxRetry) {
		c, err := s.dial(ctx)
		switch {
		case err == nil:
			return c, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case refusesToken(err):
			return nil, err
		}
		s.log.Warn("slack can't be connected to, trying again", "error", withoutURL(err))
		wait := pause/2 + rand.N(pause/2)
		if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
			wait = max(wait, limited.RetryAfter)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func refusesToken(err error) bool {
	said, ok := errors.AsType[slack.SlackErrorResponse](err)
	return ok && slices.Contains([]string{"invalid_auth", "account_inactive", "not_authed", "token_revoked"}, said.Err)
}

func (s *connections) dial(ctx context.Context) (*connection, error) {
	_, url, err := s.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, err
	}
	ws, answer, err := s.dialer.DialContext(ctx, url, http.Header{"Origin": {"https://api.slack.com"}})
	if answer != nil {
		_ = answer.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	return newConnection(ws), nil
}

func newConnection(ws *websocket.Conn) *connection {
	leaving := make(chan struct{})
	return &connection{
		ws: ws, writing: make(chan struct{}, 1), leaving: leaving, leave: sync.OnceFunc(func() { close(leaving) }),
	}
}

// read hears what c brings until its end, or ctx's.
func (s *connections) read(ctx context.Context, c *connection) {
	defer s.drop(c)
	stop := context.AfterFunc(ctx, func() { _ = c.ws.Close() })
	defer stop()
	c.ws.SetReadLimit(maxFrame)
	c.ws.SetPingHandler(func(data string) error {
		c.lives()
		// The reader or the next ack meets the same broken line. Acks wait for this write.
		_ = c.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(ackLeast))
		return nil
	})
	_ = c.ws.SetReadDeadline(time.Now().Add(helloTime))
	for {
		c.lives()
		_, frame, err := c.ws.ReadMessage()
		if err != nil {
			if ctx.Err() == nil && !c.told {
				s.log.Warn("the connection to slack broke off", "hello", c.greeted, "error", err)
			}
			return
		}
		s.receive(ctx, c, frame)
	}
}

// lives gives c time until the next sign of life. Without a hello nothing counts as one.
func (c *connection) lives() {
	if c.greeted && !c.told {
		_ = c.ws.SetReadDeadline(time.Now().Add(silence))
	}
}

func (s *connections) receive(ctx context.Context, c *connection, frame []byte) {
	request := &socketmode.Request{}
	_ = json.Unmarshal(frame, request) // what can't be read stays empty
	switch request.Type {
	case socketmode.RequestTypeDisconnect:
		level := slog.LevelInfo
		if request.Reason != "warning" && request.Reason != "refresh_requested" { // "link_disabled": Socket Mode was switched off
			level = slog.LevelWarn
		}
		s.log.Log(ctx, level, "slack ends the connection", "reason", request.Reason)
		c.told = true
		_ = c.ws.SetReadDeadline(time.Now().Add(farewell))
		c.leave()
		return
	case socketmode.RequestTypeHello:
		c.greeted = true
		s.greet(c)
	}
	if request.EnvelopeID != "" {
		s.mu.Lock()
		s.waiting[request.EnvelopeID] = c
		s.mu.Unlock()
	}
	s.hear(ctx, request)
}

// greet counts c among those that are open, and lets acks go on that wait for one.
func (s *connections) greet(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, c)
	close(s.next)
	s.next = make(chan struct{})
}

// drop ends c.
func (s *connections) drop(c *connection) {
	_ = c.ws.Close()
	c.leave()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(o *connection) bool { return o == c })
	maps.DeleteFunc(s.waiting, func(_ string, o *connection) bool { return o == c })
}

// connected reports whether a connection is open over which Slack has said hello.
func (s *connections) connected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open) > 0
}

// ack acks an envelope over the connection that brought it, over the newest where that has ended, and waits for the next while there
// is none. It takes as long as ctx allows, and ackLeast at most beyond that.
func (s *connections) ack(ctx context.Context, envelope string, payload any) error {
	defer s.settle(envelope)
	frame, err := json.Marshal(socketmode.Response{EnvelopeID: envelope, Payload: payload})
	if err != nil {
		return fmt.Errorf("encoding an ack: %w", err)
	}
	if len(frame) >= maxAck {
		return fmt.Errorf("an ack of %d bytes is more than slack takes", len(frame))
	}
	for {
		c, next := s.wayOf(envelope)
		if c == nil {
			select {
			case <-next:
				continue
			case <-s.over:
				return errors.New("the connection to slack is closed")
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		err := c.write(ctx, frame)
		if err == nil || errors.Is(err, errWaiting) {
			return err
		}
		s.drop(c)
		if ctx.Err() != nil {
			return err
		}
	}
}

// wayOf is the connection for the ack of an envelope; while there is none, next is closed when there is one.
func (s *connections) wayOf(envelope string) (c *connection, next <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.waiting[envelope]; c != nil {
		return c, nil
	}
	if n := len(s.open); n > 0 {
		return s.open[n-1], nil
	}
	return nil, s.next
}

func (s *connections) settle(envelope string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, envelope)
}

// errWaiting ends an ack that was not written, because another write took all of its time.
var errWaiting = errors.New("another write to slack takes too long")

// write writes frame until ctx is done. One that gets its turn at all has ackLeast for itself.
func (c *connection) write(ctx context.Context, frame []byte) error {
	select {
	case c.writing <- struct{}{}:
	default:
		select {
		case c.writing <- struct{}{}:
		case <-ctx.Done():
			return errWaiting
		}
	}
	defer func() { <-c.writing }()
	deadline, least := time.Now().Add(ackTime), time.Now().Add(ackLeast)
	if bound, bounded := ctx.Deadline(); bounded {
		deadline = bound
	}
	if deadline.Before(least) {
		deadline = least
	}
	_ = c.ws.SetWriteDeadline(deadline)
	return c.ws.WriteMessage(websocket.TextMessage, frame)
}
