package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"catbot/demo/fakeslack"
)

// pageURL is the address that the demo prints for its user, complete with what ends it.
var pageURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+/\s`)

// startDemo runs the demo in a process of its own, and returns where its page is.
func startDemo(t *testing.T, env []string, args ...string) (d *replica, url string) {
	t.Helper()
	d = launch(t, env, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...)...)
	d.waitForOutput(t, "the page's address", func(output string) bool {
		url = pageURL.FindString(output)
		return url != ""
	})
	return d, strings.TrimSpace(url)
}

// interrupt ends the demo as Ctrl-C does.
func (r *replica) interrupt(t *testing.T) {
	t.Helper()
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case <-r.ended:
	case <-time.After(waitLimit):
		t.Fatal("the demo does not end")
	}
	if r.err != nil {
		t.Errorf("the demo ends with %v:\n%s", r.err, r.text())
	}
}

// answerInDemo types a command on the demo's page and returns the text of its answer.
func answerInDemo(t *testing.T, url, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
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
		act := fmt.Sprintf(`{"kind":"type","user":%q,"channel":%q,"text":"/cat %s"}`, fakeslack.Alice, fakeslack.Ops, command)
		text, err := io.ReadAll(do("POST", "act", act).Body)
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

func TestDemoPrintsItsAddressAndEnds(t *testing.T) {
	t.Parallel()
	d, _ := startDemo(t, nil)
	d.interrupt(t)
}

func TestDemoOpensBrowserWithOpen(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	opened := filepath.Join(folder, "opened")
	for _, name := range []string{"xdg-open", "open"} {
		script := "#!/bin/sh\necho \"$1\" > " + opened + ".new && mv " + opened + ".new " + opened + "\n"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	d, url := startDemo(t, []string{"PATH=" + folder + ":" + os.Getenv("PATH")}, "--open")
	d.interrupt(t) // it lets the browser open before it ends
	if to, err := os.ReadFile(opened); err != nil || strings.TrimSpace(string(to)) != url {
		t.Errorf("the browser was sent to %s, %v; the demo is at %s", to, err, url)
	}
}

func TestDemoContinuesWithoutBrowser(t *testing.T) {
	t.Parallel()
	d, _ := startDemo(t, []string{"PATH=" + t.TempDir()}, "--open")
	d.waitForLog(t, "go there by hand")
	d.interrupt(t)
}

// TestAskAndDemoAgree compares the answer in the terminal with the one in the browser.
func TestAskAndDemoAgree(t *testing.T) {
	t.Parallel()
	_, url := startDemo(t, nil)
	for _, question := range []string{
		"codes 126540 2025-06-01", "codes task-n6f8ye4d from 2025-06-01 19:00 to 2025-06-01 21:00",
	} {
		out, errs, code := catbot(t, nil, "ask", "--demo", "--format", "blocks", question)
		var printed struct{ Text string }
		if err := json.Unmarshal([]byte(out), &printed); err != nil || code != 0 {
			t.Fatalf("exit code %d, %v: %s%s", code, err, out, errs)
		}
		_, want, _ := strings.Cut(printed.Text, ": ") // the demo may know the task's name by then
		if shown := answerInDemo(t, url, question); want == "" || !strings.HasSuffix(shown, want) {
			t.Errorf("%s: in the terminal it is\n%s\nin the browser\n%s", question, printed.Text, shown)
		}
	}
}
