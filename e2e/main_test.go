package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"catbot/cli"
	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

// TestMain runs catbot when the test binary is started as a replica, so replicas are real processes.
func TestMain(m *testing.M) {
	if os.Getenv("CATBOT_TEST_AS_MAIN") != "" {
		os.Exit(cli.Main(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// waitLimit bounds every wait of a test that would otherwise hang.
const waitLimit = 60 * time.Second

// fakes are the simulated Slack and CAT that the replicas of a test use.
type fakes struct {
	*fakeslack.Workspace
	api *fakecat.API
}

func startFakes(t *testing.T, options fakecat.Options) *fakes {
	t.Helper()
	return startFakesWith(t, fakeslack.Options{}, options)
}

// startFakesWith is startFakes with options for Slack.
func startFakesWith(t *testing.T, of fakeslack.Options, options fakecat.Options) *fakes {
	t.Helper()
	w, err := fakeslack.Start(of)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	api, err := fakecat.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.Close)
	return &fakes{w, api}
}

// A replica is one catbot process.
type replica struct {
	cmd   *exec.Cmd
	mu    sync.Mutex
	log   strings.Builder // standard output and standard error
	grown chan struct{}   // holds an element when log has grown since it was last received
	ended chan struct{}   // closed when the process has ended
	err   error           // of the process, set before ended is closed
}

func (r *replica) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case r.grown <- struct{}{}:
	default:
	}
	return r.log.Write(p)
}

// program returns a command that runs catbot with only env in its environment.
func program(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append([]string{"CATBOT_TEST_AS_MAIN=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}, env...)
	return cmd
}

// catbot runs a command until it ends, and returns what it prints and its exit code.
func catbot(t *testing.T, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs strings.Builder
	cmd := program(t, env, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// launch starts catbot and kills it at the end of the test.
func launch(t *testing.T, env []string, args ...string) *replica {
	t.Helper()
	r := &replica{cmd: program(t, env, args...), grown: make(chan struct{}, 1), ended: make(chan struct{})}
	r.cmd.Stdout, r.cmd.Stderr = r, r
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.ended)
		r.err = r.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill() // an error means that it has ended already
		<-r.ended
	})
	return r
}

// env returns the environment in which catbot uses f.
func (f *fakes) env() []string {
	return []string{
		"SLACK_APP_TOKEN=" + f.AppToken(), "SLACK_BOT_TOKEN=" + f.BotToken(), "SLACK_API_URL=" + f.APIURL(),
		"TENCENTCLOUD_SECRET_ID=" + f.api.SecretID(), "TENCENTCLOUD_SECRET_KEY=" + f.api.SecretKey(),
		"CAT_API_URL=" + f.api.URL(), "CAT_API3_URL=" + f.api.URL3(), "HTTP_ADDR=127.0.0.1:0",
	}
}

// start runs the bot on f, with env added to its environment, and waits until it is connected.
func (f *fakes) start(t *testing.T, env ...string) *replica {
	t.Helper()
	before := f.Stats().Connects
	r := f.launch(t, env...)
	f.waitFor(t, r, "a connection", func(s fakeslack.Stats) bool { return s.Connects > before })
	return r
}

// waitFor waits until the simulated Slack's counters satisfy reached. what names the condition in the failure.
func (f *fakes) waitFor(t *testing.T, r *replica, what string, reached func(fakeslack.Stats) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	if err := f.Until(ctx, reached); err != nil {
		t.Fatalf("waiting for %s: %v\n%s", what, err, r.text())
	}
}

// freeAddr returns a loopback address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// launch runs the bot on f, with env added to its environment.
func (f *fakes) launch(t *testing.T, env ...string) *replica {
	t.Helper()
	return launch(t, append(f.env(), env...))
}

func (r *replica) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.String()
}

// waitForReady waits until /readyz on addr says that the bot is ready.
func (r *replica) waitForReady(t *testing.T, addr string) {
	t.Helper()
	for deadline := time.Now().Add(waitLimit); ; {
		response, err := http.Get("http://" + addr + "/readyz")
		if err != nil {
			t.Fatalf("%v\n%s", err, r.text())
		}
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waiting for the bot to be ready: status %d:\n%s", response.StatusCode, r.text())
		}
	}
}

// waitForLog waits until the log contains text.
func (r *replica) waitForLog(t *testing.T, text string) {
	t.Helper()
	r.waitForLogTimes(t, text, 1)
}

// waitForLogTimes waits until the log contains text n times.
func (r *replica) waitForLogTimes(t *testing.T, text string, n int) {
	t.Helper()
	r.waitForOutput(t, fmt.Sprintf("%q in the log", text), func(output string) bool {
		return strings.Count(output, text) >= n
	})
}

// waitForOutput waits until all that the process has written satisfies reached. what names the condition in the
// failure.
func (r *replica) waitForOutput(t *testing.T, what string, reached func(output string) bool) {
	t.Helper()
	deadline := time.After(waitLimit)
	for ended := false; !reached(r.text()); {
		select {
		case <-r.grown:
		case <-r.ended:
			if ended {
				t.Fatalf("the process ended (%v) before %s:\n%s", r.err, what, r.text())
			}
			ended = true // check once more: all output is in the log now
		case <-deadline:
			t.Fatalf("waiting for %s:\n%s", what, r.text())
		}
	}
}

// send types a command of /cat in #ops.
func (f *fakes) send(t *testing.T, user, text string) *fakeslack.Invocation {
	t.Helper()
	i, err := f.Slash(user, fakeslack.Ops, "/cat", text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// waitForAnswer waits for a message of i that contains text.
func (f *fakes) waitForAnswer(t *testing.T, i *fakeslack.Invocation, text string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	m, err := i.Wait(ctx, func(m fakeslack.Message) bool { return strings.Contains(m.Text+string(m.Blocks), text) })
	if err != nil {
		t.Fatalf("waiting for an answer with %q: %v; messages: %+v", text, err, i.Messages())
	}
	return m
}

// documentedQuery is the example of the API document.
const documentedQuery = "codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi"

// historyCalls counts the calls of GetCatReturnCodeHistory.
func (f *fakes) historyCalls() int {
	n := 0
	for _, call := range f.api.Calls() {
		if call.Action == "GetCatReturnCodeHistory" {
			n++
		}
	}
	return n
}

func get(t *testing.T, addr, path string) string {
	t.Helper()
	response, err := http.Get("http://" + addr + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
