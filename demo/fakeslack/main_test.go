package fakeslack_test

import (
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
	"go.uber.org/goleak"

	"catbot/demo/fakeslack"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// start opens a workspace for one test.
func start(t testing.TB, opts fakeslack.Options) *fakeslack.Workspace {
	t.Helper()
	w, err := fakeslack.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// within is a context for one wait: long, because it ends a test that hangs and measures nothing.
func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// client is slack-go's own client of w's Web API.
func client(t testing.TB, w *fakeslack.Workspace, opts ...slack.Option) *slack.Client {
	t.Helper()
	hc := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(hc.CloseIdleConnections)
	return slack.New(w.BotToken(), append([]slack.Option{
		slack.OptionAPIURL(w.APIURL()), slack.OptionAppLevelToken(w.AppToken()), slack.OptionHTTPClient(hc),
	}, opts...)...)
}

// A bot is slack-go's Socket Mode client, acking every envelope and then doing what the test wants.
type bot struct {
	*slack.Client
	socket *socketmode.Client
	events chan socketmode.Event // those with an envelope, after the ack
}

// connect starts a bot and waits for its socket.
func connect(t testing.TB, w *fakeslack.Workspace, ack func(*socketmode.Client, socketmode.Request)) *bot {
	t.Helper()
	before := w.Stats().Connects
	api := client(t, w)
	b := &bot{Client: api, socket: socketmode.New(api), events: make(chan socketmode.Event, 1000)}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = b.socket.RunContext(ctx)
	}()
	looped := make(chan struct{})
	go func() {
		defer close(looped)
		for {
			select {
			case e := <-b.socket.Events:
				if e.Request != nil && e.Request.EnvelopeID != "" {
					ack(b.socket, *e.Request)
					b.events <- e
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() { stop(); <-ended; <-looped })
	if err := w.Until(within(t), func(s fakeslack.Stats) bool { return s.Connects > before && s.Open > 0 }); err != nil {
		t.Fatal(err)
	}
	return b
}

func ackAtOnce(c *socketmode.Client, r socketmode.Request) { _ = c.Ack(r) }

// next returns the next envelope that the bot has acked.
func (b *bot) next(t testing.TB) socketmode.Event {
	t.Helper()
	select {
	case e := <-b.events:
		return e
	case <-within(t).Done():
		t.Fatal("the bot got no envelope")
		return socketmode.Event{}
	}
}

// dial opens a socket by hand, past slack-go, and reads its hello.
func dial(t testing.TB, w *fakeslack.Workspace) *websocket.Conn {
	t.Helper()
	conn := dialURL(t, ticketURL(t, w))
	frame(t, conn)
	return conn
}

func ticketURL(t testing.TB, w *fakeslack.Workspace) string {
	t.Helper()
	_, url, err := client(t, w).StartSocketModeContext(within(t))
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func dialURL(t testing.TB, url string) *websocket.Conn {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.DialContext(within(t), url,
		http.Header{"Origin": {"https://api.slack.com"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// drain opens a socket and reads whatever comes.
func drain(t testing.TB, w *fakeslack.Workspace) {
	t.Helper()
	conn := dial(t, w)
	_ = conn.SetReadDeadline(time.Time{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-ended })
}

// frame reads the next text frame.
func frame(t testing.TB, conn *websocket.Conn) []byte {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(15 * time.Second))
	_, data, err := conn.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// slash types a command that must reach the bot.
func slash(t testing.TB, w *fakeslack.Workspace, text string) *fakeslack.Invocation {
	t.Helper()
	i, err := w.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func chars(n int) string { return strings.Repeat("字", n) }
