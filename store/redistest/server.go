// Package redistest starts real Redis servers on the loopback for tests.
package redistest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Server is a redis-server process that ends with its test. Its methods are for one goroutine.
type Server struct {
	t     testing.TB
	port  int
	url   string
	args  []string
	ready string // what it prints when it is

	cmd     *exec.Cmd       // nil while killed
	output  strings.Builder // of this run; complete when drained is closed
	drained chan struct{}
}

// startTime bounds the start of a server, which takes some 10 ms.
const startTime = 10 * time.Second

// Start starts a redis-server on a free port that keeps nothing on disk but what args tell it to, as in
// "--appendonly", "yes". The test fails when it can't.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	return start(t, "redis://%s/0", ready, func(dir string, port int) []string {
		return append(plain(dir, "--port", strconv.Itoa(port)), args...)
	})
}

// StartTLS starts one that speaks TLS only, with the certificate and key in the named PEM files.
func StartTLS(t testing.TB, certFile, keyFile string) *Server {
	t.Helper()
	return start(t, "rediss://%s/0", ready, func(dir string, port int) []string {
		return plain(dir, "--port", "0", "--tls-port", strconv.Itoa(port), "--tls-auth-clients", "no",
			"--tls-cert-file", certFile, "--tls-key-file", keyFile, "--tls-ca-cert-file", certFile)
	})
}

// ready is what a server prints when it is.
const ready = "Ready to accept connections"

// plain gives args after those that each server but a Sentinel gets.
func plain(dir string, args ...string) []string {
	return append([]string{"--dir", dir, "--bind", "127.0.0.1", "--save", ""}, args...)
}

// start runs redis-server with args. It tries some ports: between finding a free one and the server's listening on
// it, another may take it.
func start(t testing.TB, url, ready string, args func(dir string, port int) []string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("this test needs redis-server: apt-get install redis-server, or brew install redis")
	}
	s := &Server{t: t, ready: ready}
	dir := t.TempDir()
	t.Cleanup(s.Kill) // before its directory goes
	for try := 1; ; try++ {
		s.port = freePort(t)
		s.args = args(dir, s.port)
		s.url = fmt.Sprintf(url, s.Addr())
		err := s.run()
		if err == nil {
			return s
		}
		if try == 5 || !strings.Contains(err.Error(), "in use") {
			t.Fatal(err)
		}
	}
}

// freePort gives a port of the loopback that nobody listens on now.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Addr is the server's host:port.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is the server's address in the form that store.Open takes.
func (s *Server) URL() string { return s.url }

// Client returns a client of the server that sees what the tested code does. It ends with the test.
func (s *Server) Client() *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: s.Addr()})
	s.t.Cleanup(func() { client.Close() })
	return client
}

// Await returns when done returns true, and fails the test after 10 s. what names the condition in the failure.
func Await(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); {
		if time.Now().After(end) {
			t.Fatal("waited too long: " + what)
		}
		runtime.Gosched()
	}
}

// Kill ends the server at once, as kill -9 does.
func (s *Server) Kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	<-s.drained
	_ = s.cmd.Wait()
	s.cmd = nil
}

// Restart kills the server and starts it again on the same port, with what it kept on disk.
func (s *Server) Restart() {
	s.t.Helper()
	s.Kill()
	if err := s.run(); err != nil {
		s.t.Fatal(err)
	}
}

// Stop makes the server hang, with its connections open, until Continue.
func (s *Server) Stop() { s.signal(syscall.SIGSTOP) }

// Continue ends Stop.
func (s *Server) Continue() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(signal syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
}

// run starts the process, and returns when it says that it is ready.
func (s *Server) run() error {
	cmd := exec.Command("redis-server", s.args...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd = cmd
	s.output.Reset()
	isReady := make(chan struct{})
	s.drained = make(chan struct{})
	go func() {
		defer close(s.drained)
		s.drain(stdout, isReady)
	}()
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	select {
	case <-isReady:
		return nil
	case <-s.drained:
	case <-ctx.Done():
	}
	s.Kill()
	return fmt.Errorf("redis-server %s did not start: %s", strings.Join(s.args, " "), s.output.String())
}

// drain reads what the server prints until it ends.
func (s *Server) drain(output io.Reader, isReady chan<- struct{}) {
	lines := bufio.NewScanner(output)
	for told := false; lines.Scan(); {
		fmt.Fprintln(&s.output, lines.Text())
		if !told && strings.Contains(lines.Text(), s.ready) {
			told = true
			close(isReady)
		}
	}
}
