package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A notepad is written to by one goroutine and read by another.
type notepad struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

func (n *notepad) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	select {
	case n.news <- struct{}{}:
	default:
	}
	return n.text.Write(p)
}

func (n *notepad) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

// says runs the demo until it has said what is wanted, and ends it as Ctrl-C does.
func demoSays(t *testing.T, want string, args ...string) string {
	t.Helper()
	out := &notepad{news: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	command := newCommand(out, out)
	command.SetArgs(append([]string{"demo", "--addr", "127.0.0.1:0"}, args...))
	ended := make(chan error, 1)
	go func() { ended <- command.ExecuteContext(ctx) }()
	timeout := time.After(patience)
	for !strings.Contains(out.String(), want) {
		select {
		case <-out.news:
		case err := <-ended:
			t.Fatalf("the demo ended: %v\n%s", err, out)
		case <-timeout:
			t.Fatalf("the demo never says %q:\n%s", want, out)
		}
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-timeout:
		t.Error("the demo does not end")
	}
	return out.String()
}

func TestTheDemoSaysWhereItIsAndEnds(t *testing.T) {
	if said := demoSays(t, "Ctrl-C ends it."); !strings.Contains(said, "http://127.0.0.1:") {
		t.Errorf("it says %s", said)
	}
}

func TestTheDemoOpensTheBrowserWhenAsked(t *testing.T) {
	folder := t.TempDir()
	opened := filepath.Join(folder, "opened")
	for _, name := range []string{"xdg-open", "open"} {
		script := "#!/bin/sh\necho \"$1\" > " + opened + ".new && mv " + opened + ".new " + opened + "\necho opening\n"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	said := demoSays(t, "Ctrl-C ends it.", "--open")
	url, err := os.ReadFile(opened)
	if err != nil || !strings.Contains(said, strings.TrimSpace(string(url))) {
		t.Errorf("the browser was sent to %s, %v; the demo says %s", url, err, said)
	}
}

func TestTheDemoGoesOnWithoutABrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	demoSays(t, "go there by hand", "--open")
}
