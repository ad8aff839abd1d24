package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A replica is a catbot process. Its methods are for one goroutine at a time.
type replica struct {
	bot, log string
	env      []string
	cmd      *exec.Cmd
	ended    chan struct{}
}

func (r *replica) start() error {
	log, err := os.OpenFile(r.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening a replica's log: %w", err)
	}
	defer log.Close() // the process has a copy
	cmd := exec.Command(r.bot)
	cmd.Env, cmd.Stderr = r.env, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting a replica: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // the log has the reason
	}()
	r.cmd, r.ended = cmd, ended
	return nil
}

func (r *replica) signal(signal syscall.Signal) { _ = r.cmd.Process.Signal(signal) }

// kill sends SIGKILL.
func (r *replica) kill() {
	r.signal(syscall.SIGKILL)
	<-r.ended
}

// end sends SIGTERM, and SIGKILL when the replica does not stop within 30 s.
func (r *replica) end() {
	if r.cmd == nil {
		return
	}
	r.signal(syscall.SIGCONT)
	r.signal(syscall.SIGTERM)
	select {
	case <-r.ended:
	case <-time.After(30 * time.Second):
		r.kill()
	}
}

// A redisServer is a redis-server that writes to disk before it confirms, as in compose.yaml.
type redisServer struct {
	dir   string
	addr  string
	cmd   *exec.Cmd
	ended chan struct{}
}

func startRedis(ctx context.Context) (*redisServer, error) {
	dir, err := os.MkdirTemp("", "catbot-soak-redis-*")
	if err != nil {
		return nil, err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &redisServer{dir: dir, addr: free.Addr().String()}
	_ = free.Close()
	if err := s.start(ctx); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return s, nil
}

func (s *redisServer) url() string { return "redis://" + s.addr + "/0" }

// start starts the server with the data on its disk, and returns when it answers.
func (s *redisServer) start(ctx context.Context) error {
	_, port, _ := net.SplitHostPort(s.addr)
	s.cmd = exec.Command("redis-server", "--dir", s.dir, "--bind", "127.0.0.1", "--port", port, "--save", "",
		"--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction")
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("starting redis-server: %w", err)
	}
	ended := make(chan struct{})
	s.ended = ended
	go func(cmd *exec.Cmd) {
		defer close(ended)
		_ = cmd.Wait()
	}(s.cmd)
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for !s.answers() {
		select {
		case <-poll.C:
		case <-ended:
			return fmt.Errorf("starting redis-server: the process has ended")
		case <-ctx.Done():
			s.kill()
			return fmt.Errorf("waiting for redis-server: %w", ctx.Err())
		}
	}
	return nil
}

// answers reports whether the server accepts commands: while it loads its data it answers LOADING.
func (s *redisServer) answers() bool {
	conn, err := net.DialTimeout("tcp", s.addr, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	answer := make([]byte, 16)
	n, _ := conn.Read(answer)
	return strings.HasPrefix(string(answer[:n]), "+PONG")
}

func (s *redisServer) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

func (s *redisServer) end() {
	s.kill()
	_ = os.RemoveAll(s.dir)
}
