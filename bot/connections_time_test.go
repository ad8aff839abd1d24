package bot

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack/socketmode"
)

// A line is a bot's only connection, with Slack's end of it, which reads nothing by itself.
type line struct {
	acks  *acks
	conn  *connection
	slack net.Conn
}

func openLine(t *testing.T) line {
	t.Helper()
	ours, slack := net.Pipe()
	go func() { // Slack's part of the handshake
		request, err := http.ReadRequest(bufio.NewReader(slack))
		if err != nil {
			return
		}
		sum := sha1.Sum([]byte(request.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		_, _ = fmt.Fprintf(slack, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	}()
	dialer := websocket.Dialer{
		NetDialContext: func(context.Context, string, string) (net.Conn, error) { return ours, nil },
	}
	ws, _, err := dialer.DialContext(t.Context(), "ws://slack/", nil)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	connections := newConnections(nil, func(context.Context, *socketmode.Request) {}, log)
	l := line{&acks{connections: connections, metrics: NewMetrics(), log: log, now: time.Now}, newConnection(ws), slack}
	l.acks.connections.addOpen(l.conn)
	t.Cleanup(func() {
		_ = ws.Close()
		_ = slack.Close()
	})
	return l
}

func (l line) ack(received time.Time) bool {
	return l.acks.pending("envelope", received).send(context.Background(), nil)
}

func TestAckBehindHangingWriteTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLine(t)
		start := time.Now()
		done := make(chan bool, 2)
		for range 2 { // one hangs in its write, the other waits for it
			go func() { done <- l.ack(start) }()
		}
		for range 2 {
			if <-done {
				t.Error("an ack counts that Slack did not read")
			}
			if took := time.Since(start); took > ackTimeout+minAckTimeout {
				t.Errorf("an ack took %s", took)
			}
		}
	})
}

func TestLateAckIsReported(t *testing.T) {
	for _, tc := range []struct {
		name          string
		begins, reads time.Duration // after the envelope came
		want          bool
	}{
		{"an ack that Slack reads in time", 0, ackTimeout - 1, true},
		{"an ack that Slack reads too late", ackTimeout - 100*time.Millisecond, ackTimeout + 100*time.Millisecond, false},
		{"an ack that begins too late is written all the same", ackTimeout + time.Second, ackTimeout + time.Second, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := openLine(t)
				received := time.Now()
				read := make(chan int64)
				time.AfterFunc(tc.reads, func() {
					n, _ := io.CopyN(io.Discard, l.slack, 10)
					read <- n
					_, _ = io.Copy(io.Discard, l.slack)
				})
				time.Sleep(tc.begins)
				acked := make(chan bool)
				go func() { acked <- l.ack(received) }()
				if n := <-read; n == 0 {
					t.Error("Slack reads nothing")
				}
				if got := <-acked; got != tc.want {
					t.Errorf("it counts: %v, want %v", got, tc.want)
				}
			})
		})
	}
}

func TestConnectionWithoutHelloIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLine(t)
		go func() { _, _ = io.Copy(io.Discard, l.slack) }()
		start, ended := time.Now(), make(chan struct{})
		go func() {
			defer close(ended)
			for range 60 {
				if _, err := l.slack.Write([]byte{0x89, 0}); err != nil { // a ping
					return
				}
				time.Sleep(time.Second)
			}
		}()
		l.acks.connections.read(t.Context(), l.conn)
		if took := time.Since(start); took > helloTimeout {
			t.Errorf("it is given up after %s", took)
		}
		<-ended
		select {
		case <-l.conn.ending:
		default:
			t.Error("the next one is not opened")
		}
	})
}

func TestPingsExtendReadDeadlineAfterHello(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := openLine(t)
		go func() { _, _ = io.Copy(io.Discard, l.slack) }()
		start := time.Now()
		go func() {
			hello := `{"type":"hello"}`
			_, _ = l.slack.Write(append([]byte{0x81, byte(len(hello))}, hello...))
			for range 5 {
				time.Sleep(idleTimeout - time.Second)
				_, _ = l.slack.Write([]byte{0x89, 0})
			}
		}()
		l.acks.connections.read(t.Context(), l.conn)
		if took, want := time.Since(start), 5*(idleTimeout-time.Second)+idleTimeout; took != want {
			t.Errorf("it is given up after %s, want %s", took, want)
		}
	})
}
