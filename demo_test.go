package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"catbot/demo/fakeslack"
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

// startDemo runs the demo until it has said what is wanted. end ends it as Ctrl-C does.
func startDemo(t *testing.T, want string, args ...string) (said string, end func()) {
	t.Helper()
	out := &notepad{news: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(t.Context())
	command := newCommand(out, out)
	command.SetArgs(append([]string{"demo", "--addr", "127.0.0.1:0"}, args...))
	ended := make(chan error, 1)
	go func() { ended <- command.ExecuteContext(ctx) }()
	end = func() {
		t.Helper()
		stop()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(patience):
			t.Error("the demo does not end")
		}
	}
	timeout := time.After(patience)
	for !strings.Contains(out.String(), want) {
		select {
		case <-out.news:
		case err := <-ended:
			stop()
			t.Fatalf("the demo ended: %v\n%s", err, out)
		case <-timeout:
			stop()
			t.Fatalf("the demo never says %q:\n%s", want, out)
		}
	}
	return out.String(), end
}

// demoSays is what the demo has said when it has said what is wanted.
func demoSays(t *testing.T, want string, args ...string) string {
	t.Helper()
	said, end := startDemo(t, want, args...)
	end()
	return said
}

// TestAskAndTheDemoTellTheSameNumbers: who has seen an answer in the terminal finds it again in the browser.
func TestAskAndTheDemoTellTheSameNumbers(t *testing.T) {
	clean(t)
	said, end := startDemo(t, "Ctrl-C ends it.")
	defer end()
	url := regexp.MustCompile(`http://\S+/`).FindString(said)
	for _, question := range []string{"codes 126540 2025-06-01", "codes task-n6f8ye4d 2025-06-01"} {
		out, errs, code := catbot(t, "ask", "--demo", "--format", "blocks", question)
		var told struct{ Text string }
		if err := json.Unmarshal([]byte(out), &told); err != nil || code != 0 {
			t.Fatalf("exit code %d, %v: %s%s", code, err, out, errs)
		}
		_, want, _ := strings.Cut(told.Text, "(UTC+8): ") // the demo may know the task's name by then
		if shown := answerInDemo(t, url, question); want == "" || !strings.HasSuffix(shown, want) {
			t.Errorf("%s: in the terminal it is\n%s\nin the browser\n%s", question, told.Text, shown)
		}
	}
}

// answerInDemo types a command on the demo's page and returns the text of its answer.
func answerInDemo(t *testing.T, url, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	do := func(method, path, body string) *http.Response {
		request, err := http.NewRequestWithContext(ctx, method, url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = response.Body.Close() })
		return response
	}
	for failure := "is not connected"; strings.Contains(failure, "is not connected"); {
		text, err := io.ReadAll(do("POST", "act", fmt.Sprintf(`{"kind":"type","user":%q,"channel":%q,"text":"/cat %s"}`, fakeslack.Alice, fakeslack.Ops, command)).Body)
		if err != nil {
			t.Fatal(err)
		}
		failure = string(text)
	}
	events := bufio.NewScanner(do("GET", "events?user="+fakeslack.Alice, "").Body)
	events.Buffer(nil, 16<<20)
	for events.Scan() {
		line, _ := strings.CutPrefix(events.Text(), "data: ")
		var parts map[string]struct {
			Text   string
			Blocks json.RawMessage
		}
		_ = json.Unmarshal([]byte(line), &parts) // parts of other shapes are left empty
		for name, part := range parts {
			if strings.HasPrefix(name, "m:") && strings.Contains(string(part.Blocks), "/cat "+command) {
				return part.Text
			}
		}
	}
	t.Fatalf("the demo never answers %s: %v", command, events.Err())
	return ""
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
