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

	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// connections holds the Socket Mode connections: one, or two while Slack replaces it. Slack announces a connection's
// end some 10 s ahead and may send more on it until then (docs.slack.dev/apis/events-api/using-socket-mode).
// slack-go's client closes it at once. Here the next connection is opened first, and the old one is read until Slack
// closes it.
type connections struct {
	api    *slack.Client
	dialer *websocket.Dialer
	handle func(context.Context, *socketmode.Request) // in order for one connection; concurrently for two
	log    *slog.Logger

	mu         sync.Mutex
	open       []*connection          // those with a hello, the newest last
	receivedOn map[string]*connection // by id of an envelope without an ack: the connection that brought it
	nextHello  chan struct{}          // closed at the next hello
	ended      chan struct{}          // closed when run has ended
}

// A connection has one reader and any number of writers.
type connection struct {
	ws            *websocket.Conn
	writeLock     chan struct{} // holds a token during a write
	helloReceived bool          // Slack has said hello; used by the reader alone
	closing       bool          // Slack has announced the end; used by the reader alone
	ending        chan struct{} // closed when Slack announces the end, or the connection has ended
	markEnding    func()        // closes ending
}

const (
	// maxFrame bounds a received frame, maxAck an ack, both in bytes. Slack drops a larger ack without an error.
	maxFrame = 1 << 20
	maxAck   = 20 << 10
	// idleTimeout ends a connection without any frame, pings included. Slack's own clients use the same time.
	idleTimeout = 30 * time.Second
	// helloTimeout ends a connection on which Slack does not say hello.
	helloTimeout = 10 * time.Second
	// closeTimeout is how long a connection is still read after Slack has announced its end.
	closeTimeout = 15 * time.Second
	// minRetryPause follows the first failed attempt to connect; the pause doubles up to maxRetryPause.
	minRetryPause = 100 * time.Millisecond
	maxRetryPause = 30 * time.Second
)

func newConnections(
	api *slack.Client, handle func(context.Context, *socketmode.Request), log *slog.Logger,
) *connections {
	return &connections{
		api: api, handle: handle, log: log,
		dialer: &websocket.Dialer{
			Proxy:            http.ProxyFromEnvironment,
			HandshakeTimeout: 10 * time.Second,
			WriteBufferSize:  32 << 10, // an ack must leave in one frame: Slack may drop fragments
		},
		receivedOn: map[string]*connection{}, nextHello: make(chan struct{}), ended: make(chan struct{}),
	}
}

// run keeps a connection open until ctx is done or Slack refuses the app token. handle is not called after run
// returns.
func (s *connections) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var reading sync.WaitGroup
	defer func() {
		stop()
		reading.Wait()
		close(s.ended)
	}()
	for {
		c, err := s.connect(ctx)
		if err != nil {
			return err
		}
		reading.Go(func() { s.read(ctx, c) })
		select {
		case <-c.ending:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// connect opens a connection. It retries until it succeeds, ctx is done or Slack refuses the app token.
func (s *connections) connect(ctx context.Context) (*connection, error) {
	for pause := minRetryPause; ; pause = min(2*pause, maxRetryPause) {
		c, err := s.dial(ctx)
		switch {
		case err == nil:
			return c, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case refusesToken(err):
			return nil, err
		}
		s.log.Warn("connecting to slack failed, retrying", "error", withoutURL(err))
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
	refused, ok := errors.AsType[slack.SlackErrorResponse](err)
	return ok &&
		slices.Contains([]string{"invalid_auth", "account_inactive", "not_authed", "token_revoked"}, refused.Err)
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
	ending := make(chan struct{})
	return &connection{
		ws: ws, writeLock: make(chan struct{}, 1), ending: ending, markEnding: sync.OnceFunc(func() { close(ending) }),
	}
}

// read handles the frames of c until c or ctx ends.
func (s *connections) read(ctx context.Context, c *connection) {
	defer s.drop(c)
	stop := context.AfterFunc(ctx, func() { _ = c.ws.Close() })
	defer stop()
	c.ws.SetReadLimit(maxFrame)
	c.ws.SetPingHandler(func(data string) error {
		c.extendReadDeadline()
		// An error is ignored: the reader or the next ack meets it too. Acks wait for this write.
		_ = c.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(minAckTimeout))
		return nil
	})
	_ = c.ws.SetReadDeadline(time.Now().Add(helloTimeout))
	for {
		c.extendReadDeadline()
		_, frame, err := c.ws.ReadMessage()
		if err != nil {
			if ctx.Err() == nil && !c.closing {
				s.log.Warn("connection to slack lost", "hello", c.helloReceived, "error", err)
			}
			return
		}
		s.receive(ctx, c, frame)
	}
}

// extendReadDeadline gives c idleTimeout from now. It does nothing before the hello and after the announced end.
func (c *connection) extendReadDeadline() {
	if c.helloReceived && !c.closing {
		_ = c.ws.SetReadDeadline(time.Now().Add(idleTimeout))
	}
}

func (s *connections) receive(ctx context.Context, c *connection, frame []byte) {
	request := &socketmode.Request{}
	// This is encoding/json in a third of the time; acks wait for it. A frame that is not JSON is handled as an unknown type.
	_ = jsonv1.Unmarshal(frame, request)
	switch request.Type {
	case socketmode.RequestTypeDisconnect:
		level := slog.LevelInfo
		if request.Reason != "warning" && request.Reason != "refresh_requested" { // "link_disabled": Socket Mode is off
			level = slog.LevelWarn
		}
		s.log.Log(ctx, level, "slack is closing the connection", "reason", request.Reason)
		c.closing = true
		_ = c.ws.SetReadDeadline(time.Now().Add(closeTimeout))
		c.markEnding()
		return
	case socketmode.RequestTypeHello:
		c.helloReceived = true
		s.addOpen(c)
	}
	if request.EnvelopeID != "" {
		s.mu.Lock()
		s.receivedOn[request.EnvelopeID] = c
		s.mu.Unlock()
	}
	s.handle(ctx, request)
}

// addOpen adds c to the open connections and wakes the acks that wait for one.
func (s *connections) addOpen(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, c)
	close(s.nextHello)
	s.nextHello = make(chan struct{})
}

// drop closes c and forgets it.
func (s *connections) drop(c *connection) {
	_ = c.ws.Close()
	c.markEnding()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(o *connection) bool { return o == c })
	maps.DeleteFunc(s.receivedOn, func(_ string, o *connection) bool { return o == c })
}

// connected reports whether a connection is open on which Slack has said hello.
func (s *connections) connected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open) > 0
}

// ack acks an envelope on the connection that brought it, or on the newest one when that has ended. While there is
// none it waits for the next. It returns when ctx is done, or minAckTimeout later when it is writing then.
func (s *connections) ack(ctx context.Context, envelope string, payload any) error {
	defer s.forgetEnvelope(envelope)
	frame, err := json.Marshal(socketmode.Response{EnvelopeID: envelope, Payload: payload})
	if err != nil {
		return fmt.Errorf("encoding an ack: %w", err)
	}
	if len(frame) >= maxAck {
		return fmt.Errorf("an ack of %d bytes is more than slack takes", len(frame))
	}
	for {
		c, nextHello := s.connectionFor(envelope)
		if c == nil {
			select {
			case <-nextHello:
				continue
			case <-s.ended:
				return errors.New("the connection to slack is closed")
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		err := c.write(ctx, frame)
		if err == nil || errors.Is(err, errWriteBusy) {
			return err
		}
		s.drop(c)
		if ctx.Err() != nil {
			return err
		}
	}
}

// connectionFor returns the connection for the ack of an envelope. While there is none, nextHello is closed when one
// opens.
func (s *connections) connectionFor(envelope string) (c *connection, nextHello <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.receivedOn[envelope]; c != nil {
		return c, nil
	}
	if n := len(s.open); n > 0 {
		return s.open[n-1], nil
	}
	return nil, s.nextHello
}

func (s *connections) forgetEnvelope(envelope string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.receivedOn, envelope)
}

// errWriteBusy is the error of an ack that was not written because another write took all of its time.
var errWriteBusy = errors.New("another write to slack takes too long")

// write writes frame until ctx is done. Once it holds the lock, it has minAckTimeout at least.
func (c *connection) write(ctx context.Context, frame []byte) error {
	select {
	case c.writeLock <- struct{}{}:
	default:
		select {
		case c.writeLock <- struct{}{}:
		case <-ctx.Done():
			return errWriteBusy
		}
	}
	defer func() { <-c.writeLock }()
	deadline, least := time.Now().Add(ackTimeout), time.Now().Add(minAckTimeout)
	if bound, bounded := ctx.Deadline(); bounded {
		deadline = bound
	}
	if deadline.Before(least) {
		deadline = least
	}
	_ = c.ws.SetWriteDeadline(deadline)
	return c.ws.WriteMessage(websocket.TextMessage, frame)
}
