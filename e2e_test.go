package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"catbot/cache/redistest"
	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

// TestMain lets the test's own binary be catbot, so that replicas are real processes.
func TestMain(m *testing.M) {
	if os.Getenv("CATBOT_TEST_AS_MAIN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// patience bounds every wait of a test that would otherwise hang.
const patience = 60 * time.Second

// A town is the two outside systems, for replicas to live in.
type town struct {
	*fakeslack.Workspace
	api *fakecat.API
}

func newTown(t *testing.T, options fakecat.Options) *town {
	t.Helper()
	return newTownOf(t, fakeslack.Options{}, options)
}

// newTownOf is newTown with a workspace of its own kind.
func newTownOf(t *testing.T, of fakeslack.Options, options fakecat.Options) *town {
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
	return &town{w, api}
}

// A replica is one catbot process.
type replica struct {
	cmd   *exec.Cmd
	mu    sync.Mutex
	log   strings.Builder
	lines chan struct{} // one element at least for lines that came since it was last empty
	read  chan struct{} // closed when the log has ended
}

// start runs catbot in tn with more environment, and waits until it is connected.
func (tn *town) start(t *testing.T, env ...string) *replica {
	t.Helper()
	before := tn.Stats().Connects
	r := tn.launch(t, env...)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := tn.Until(ctx, func(s fakeslack.Stats) bool { return s.Connects > before }); err != nil {
		t.Fatalf("the replica does not connect: %v\n%s", err, r.text())
	}
	return r
}

// launch runs catbot in tn with more environment.
func (tn *town) launch(t *testing.T, env ...string) *replica {
	t.Helper()
	r := &replica{cmd: exec.Command(os.Args[0]), lines: make(chan struct{}, 1), read: make(chan struct{})}
	r.cmd.Env = append([]string{
		"CATBOT_TEST_AS_MAIN=1", "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(),
		"SLACK_APP_TOKEN=" + tn.AppToken(), "SLACK_BOT_TOKEN=" + tn.BotToken(), "SLACK_API_URL=" + tn.APIURL(),
		"TENCENTCLOUD_SECRET_ID=" + tn.api.SecretID(), "TENCENTCLOUD_SECRET_KEY=" + tn.api.SecretKey(), "CAT_API_URL=" + tn.api.URL(), "CAT_API3_URL=" + tn.api.URL3(),
		"HTTP_ADDR=127.0.0.1:0",
	}, env...)
	stderr, err := r.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go r.follow(stderr)
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill() // an error means that it has ended already
		<-r.read
		_ = r.cmd.Wait()
	})
	return r
}

func (r *replica) follow(log io.Reader) {
	defer close(r.read)
	scanner := bufio.NewScanner(log)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		r.mu.Lock()
		r.log.WriteString(scanner.Text() + "\n")
		r.mu.Unlock()
		select {
		case r.lines <- struct{}{}:
		default:
		}
	}
}

func (r *replica) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log.String()
}

// logs waits for a line that holds text.
func (r *replica) logs(t *testing.T, text string) {
	t.Helper()
	r.logsTimes(t, text, 1)
}

// logsTimes waits for n lines that hold text.
func (r *replica) logsTimes(t *testing.T, text string, n int) {
	t.Helper()
	timeout := time.After(patience)
	for strings.Count(r.text(), text) < n {
		select {
		case <-r.lines:
		case <-timeout:
			t.Fatalf("the log never says %q:\n%s", text, r.text())
		}
	}
}

func (tn *town) types(t *testing.T, user, text string) *fakeslack.Invocation {
	t.Helper()
	i, err := tn.Slash(user, fakeslack.Ops, "/cat", text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (tn *town) reads(t *testing.T, i *fakeslack.Invocation, text string) fakeslack.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	m, err := i.Wait(ctx, func(m fakeslack.Message) bool { return strings.Contains(m.Text+string(m.Blocks), text) })
	if err != nil {
		t.Fatalf("nobody reads %q: %v; there is %+v", text, err, i.Messages())
	}
	return m
}

const documented = "codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10 jiangxi"

// histories counts the calls for return codes.
func (tn *town) histories() int {
	n := 0
	for _, call := range tn.api.Calls() {
		if call.Action == "GetCatReturnCodeHistory" {
			n++
		}
	}
	return n
}

func TestTheDocumentsExampleInSlackWhateverTheZone(t *testing.T) {
	for _, zone := range []string{"UTC", "America/New_York", "Asia/Shanghai"} {
		t.Run(zone, func(t *testing.T) {
			tn := newTown(t, fakecat.Options{})
			tn.start(t, "TZ="+zone)
			m := tn.reads(t, tn.types(t, fakeslack.Alice, documented), "Ping超时")
			for _, want := range []string{"移动", "10016", "982", "江西", "2017-05-25 00:00–08:10 (UTC+8)"} {
				if !strings.Contains(string(m.Blocks), want) {
					t.Errorf("the answer has no %s:\n%s", want, m.Blocks)
				}
			}
			if problems := fakeslack.ValidateMessage(m.Blocks); len(problems) > 0 {
				t.Errorf("slack would refuse it: %v", problems)
			}
		})
	}
}

func TestFiftyPeopleOverTwoReplicasCostOneCall(t *testing.T) {
	redis := redistest.Start(t)
	tn := newTown(t, fakecat.Options{})
	tn.start(t, "REDIS_URL="+redis.URL())
	tn.start(t, "REDIS_URL="+redis.URL())
	var asked []*fakeslack.Invocation
	for n := range 50 {
		user := fmt.Sprintf("U0PERSON%d", n)
		if err := tn.AddUser(fakeslack.User{ID: user, Name: user}); err != nil {
			t.Fatal(err)
		}
		channel := fakeslack.Channel{ID: fmt.Sprintf("C0ROOM%d", n), Name: "room", Members: []string{user}, HasBot: true}
		if err := tn.AddChannel(channel); err != nil {
			t.Fatal(err)
		}
		i, err := tn.Slash(user, channel.ID, "/cat", documented)
		if err != nil {
			t.Fatal(err)
		}
		asked = append(asked, i)
	}
	for _, i := range asked {
		tn.reads(t, i, "982")
	}
	if n := tn.histories(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestRedisKilledInTheMiddleIsNoticedByNobody(t *testing.T) {
	redis := redistest.Start(t)
	tn := newTown(t, fakecat.Options{})
	tn.start(t, "REDIS_URL="+redis.URL())
	ask := func(day int) {
		t.Helper()
		m := tn.reads(t, tn.types(t, fakeslack.Alice, fmt.Sprintf("codes 126531 2017-05-%02d jiangxi", day)), "126531")
		for m.Text != "" && strings.Contains(m.Text, "Fetching") {
			t.Fatalf("it stays at %q", m.Text)
		}
		if strings.Contains(string(m.Blocks), ":warning:") {
			t.Errorf("somebody notices: %s", m.Blocks)
		}
	}
	for day := 1; day <= 5; day++ {
		ask(day)
	}
	redis.Kill()
	for day := 1; day <= 20; day++ {
		ask(day)
	}
	redis.Restart()
	for day := 1; day <= 25; day++ {
		ask(day)
	}
}

func TestAnUpstreamThatFailsOnceIsRetried(t *testing.T) {
	tn := newTown(t, fakecat.Options{})
	tn.start(t)
	tn.api.Fail(1, fakecat.Fault{Code: 6000, Message: "内部错误"})
	m := tn.reads(t, tn.types(t, fakeslack.Alice, documented), "982")
	if strings.Contains(string(m.Blocks), ":warning:") {
		t.Errorf("it is told of: %s", m.Blocks)
	}
}

func TestAnUpstreamThatKeepsFailingIsNamedInPlainWords(t *testing.T) {
	for name, tc := range map[string]struct {
		fault fakecat.Fault
		says  string
	}{
		"an internal error":   {fakecat.Fault{Code: 6000, Message: "内部错误"}, "CAT has trouble of its own (6000"},
		"a gateway's page":    {fakecat.Fault{Status: http.StatusBadGateway}, "HTTP 502 came instead of an answer of CAT"},
		"half an answer":      {fakecat.Fault{Truncate: true}, "something that can't be read"},
		"a cut connection":    {fakecat.Fault{Drop: true}, "CAT could not be reached"},
		"refused credentials": {fakecat.Fault{Code: 4100, Message: "鉴权失败"}, "`catbot doctor` says more"},
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTown(t, fakecat.Options{})
			tn.start(t)
			tn.api.Fail(fakecat.Always, tc.fault)
			m := tn.reads(t, tn.types(t, fakeslack.Alice, documented), tc.says)
			if m.To != fakeslack.Alice {
				t.Errorf("it is for %q", m.To)
			}
		})
	}
}

func TestSIGTERMWithTenCommandsInFlightLosesNone(t *testing.T) {
	tn := newTown(t, fakecat.Options{})
	gate := make(chan struct{})
	r := tn.start(t)
	r.logs(t, "connected to slack")
	tn.api.Fail(fakecat.Always, fakecat.Fault{Hold: gate})
	var asked []*fakeslack.Invocation
	for n := range 10 {
		i := tn.types(t, fakeslack.Alice, fmt.Sprintf("codes 126531 2017-05-%02d", n+1))
		<-i.Acked()
		asked = append(asked, i)
	}
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	r.logs(t, "finishing what was taken")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := tn.Until(ctx, func(s fakeslack.Stats) bool { return s.Open == 0 }); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", documented); err == nil {
		t.Error("a stopping replica still takes commands")
	}
	tn.api.Heal()
	close(gate)
	for _, i := range asked {
		tn.reads(t, i, "failures")
	}
	<-r.read
	if err := r.cmd.Wait(); err != nil {
		t.Errorf("it ends with %v:\n%s", err, r.text())
	}
}

func TestATokenThatSlackRefusesIsToldByReadyzUntilItIsMended(t *testing.T) {
	tn := newTown(t, fakecat.Options{})
	tn.Fail("auth.test", fakeslack.Always, fakeslack.Fault{Error: "invalid_auth"})
	r := tn.launch(t, "LOG_FORMAT=json")
	r.logs(t, "slack refuses the bot token")
	_, rest, _ := strings.Cut(r.text(), `"http":"`)
	addr, _, _ := strings.Cut(rest, `"`)
	if err := health(t.Context(), addr); err != nil {
		t.Errorf("health: %v", err)
	}
	response, err := http.Get("http://" + addr + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(said), "slack refuses the bot token: invalid_auth") {
		t.Errorf("readyz: status %d: %s", response.StatusCode, said)
	}
	tn.Heal("auth.test")
	r.logs(t, "connected to slack")
	tn.reads(t, tn.types(t, fakeslack.Alice, documented), "982")
	if strings.Contains(r.text(), tn.BotToken()) {
		t.Error("the log holds the bot token")
	}
}

func TestHealthAndMetrics(t *testing.T) {
	tn := newTown(t, fakecat.Options{})
	r := tn.start(t, "LOG_FORMAT=json")
	r.logs(t, `"http":"127.0.0.1:`)
	_, rest, _ := strings.Cut(r.text(), `"http":"`)
	addr, _, _ := strings.Cut(rest, `"`)
	if err := health(t.Context(), addr); err != nil {
		t.Errorf("health: %v", err)
	}
	r.logs(t, "connected to slack")
	tn.reads(t, tn.types(t, fakeslack.Alice, documented), "982")
	r.logs(t, `"msg":"command"`)
	if body := get(t, addr, "/readyz"); !strings.Contains(body, `"slack":"connected"`) {
		t.Errorf("readyz says %s", body)
	}
	metrics := get(t, addr, "/metrics")
	for _, want := range []string{
		`catbot_commands_total{kind="codes",outcome="answered"} 1`, `catbot_upstream_calls_total{outcome="ok"}`,
		`catbot_cache_lookups_total{outcome="miss"} 1`, `catbot_ack_seconds_count 1`, `catbot_answer_seconds_count{kind="codes"} 1`,
		`catbot_queue_depth 0`, `catbot_slack_connects_total 1`, `catbot_deliveries_total{way="response_url"} 1`, `catbot_redis_degraded 0`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics have no %s", want)
		}
	}
	log := r.text()
	for _, secret := range []string{tn.AppToken(), tn.BotToken(), tn.api.SecretKey(), tn.api.SecretID(), "Signature"} {
		if strings.Contains(log+metrics, secret) {
			t.Errorf("a secret shows: %s", secret)
		}
	}
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

// catbot runs a subcommand in this process and returns what it prints and its exit code.
func catbot(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs strings.Builder
	code = execute(t.Context(), args, &out, &errs)
	return out.String(), errs.String(), code
}

// clean takes every variable of catbot's out of the environment.
func clean(t *testing.T) {
	t.Helper()
	for name := range settings() {
		t.Setenv(name, "")
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAskDemo(t *testing.T) {
	clean(t)
	for _, format := range []string{"text", "json", "csv", "blocks"} {
		out, errs, code := catbot(t, "ask", "--demo", "--format", format, documented)
		if code != 0 || errs != "" {
			t.Errorf("%s: exit code %d, and it says %q", format, code, errs)
		}
		for _, want := range []string{"移动", "Ping超时", "10016", "982", "江西"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s has no %s:\n%s", format, want, out)
			}
		}
	}
	for text, want := range map[string]string{"help": "codes 126531 last 8h jiangxi", "": "codes 126531 last 8h jiangxi", "codes 126531 last 24h compare": "Compared with the window before"} {
		if out, errs, code := catbot(t, "ask", "--demo", text); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%q: exit code %d\n%s%s", text, code, out, errs)
		}
	}
}

func TestAskRefuses(t *testing.T) {
	clean(t)
	out, errs, code := catbot(t, "ask", "--demo", "codes 126531 jiangxii")
	if code != 2 || out != "" {
		t.Errorf("exit code %d, printed %q", code, out)
	}
	for _, want := range []string{"Did you mean jiangxi?", "  codes 126531 jiangxii\n               ^^^^^^^^\n", "Try: codes 126531 last 8h jiangxi"} {
		if !strings.Contains(errs, want) {
			t.Errorf("it does not say %q:\n%s", want, errs)
		}
	}
	if _, errs, code := catbot(t, "ask", "--demo", "--format", "xml", documented); code != 2 || !strings.Contains(errs, "text, json, csv or blocks") {
		t.Errorf("an unknown format: exit code %d, %s", code, errs)
	}
	if out, _, code := catbot(t, "ask", "--demo", "codes 999999999 2017-05-25"); code != 1 || !strings.Contains(out, "CAT does not take this question") {
		t.Errorf("an unknown task: exit code %d, %s", code, out)
	}
}

func TestMissingSettingsAreNamed(t *testing.T) {
	clean(t)
	_, errs, code := catbot(t)
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY",
		"api.slack.com/apps", "console.cloud.tencent.com/cam/capi", "catbot ask --demo"} {
		if !strings.Contains(errs, want) {
			t.Errorf("it does not say %s:\n%s", want, errs)
		}
	}
	t.Setenv("SLACK_APP_TOKEN", "xoxb-mixed-up")
	if _, errs, _ := catbot(t); !strings.Contains(errs, "SLACK_APP_TOKEN holds a bot token") || strings.Contains(errs, "mixed-up") {
		t.Errorf("tokens mixed up: %s", errs)
	}
	t.Setenv("CAT_RATE", "fast")
	if _, errs, _ := catbot(t); !strings.Contains(errs, "CAT_RATE") || !strings.Contains(errs, "fast") {
		t.Errorf("a rate that is no number: %s", errs)
	}
}

func TestDoctor(t *testing.T) {
	tn := newTown(t, fakecat.Options{})
	clean(t)
	set := func(pairs ...string) {
		for n := 0; n < len(pairs); n += 2 {
			t.Setenv(pairs[n], pairs[n+1])
		}
	}
	set("SLACK_APP_TOKEN", tn.AppToken(), "SLACK_BOT_TOKEN", tn.BotToken(), "SLACK_API_URL", tn.APIURL(), "CAT_API_URL", tn.api.URL(), "CAT_API3_URL", tn.api.URL3(),
		"TENCENTCLOUD_SECRET_ID", tn.api.SecretID(), "TENCENTCLOUD_SECRET_KEY", tn.api.SecretKey())
	out, errs, code := catbot(t, "doctor")
	if code != 0 || strings.Contains(out, "FAIL") || !strings.Contains(out, "All is well") || !strings.Contains(out, "counts nothing twice: task ") {
		t.Fatalf("exit code %d:\n%s%s", code, out, errs)
	}
	for _, tc := range []struct{ name, variable, value, says, mend string }{
		{"a wrong secret key", "TENCENTCLOUD_SECRET_KEY", "nonsense", "CAT refuses catbot's credentials", "4100"},
		{"a wrong app token", "SLACK_APP_TOKEN", "xapp-nonsense", "invalid_auth", "connections:write"},
		{"a wrong bot token", "SLACK_BOT_TOKEN", "xoxb-nonsense", "invalid_auth", "OAuth & Permissions"},
		{"a redis that is not there", "REDIS_URL", "redis://user:sesame@127.0.0.1:1/0", "redis", "REDIS_URL"},
		{"a number that is none", "WORKERS", "many", "WORKERS: is \"many\"", "a whole number"},
		{"a placeholder", "SLACK_APP_TOKEN", "xapp-…", "placeholder", "Generate"},
		{"a redis address that is none", "REDIS_URL", "http://user:sesame@127.0.0.1", "redis", "REDIS_URL"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Setenv(tc.variable, tc.value)
			out, errs, code := catbot(t, "doctor")
			if code != 1 || !strings.Contains(out, "FAIL") || !strings.Contains(out, tc.says) || !strings.Contains(out, tc.mend) {
				t.Errorf("exit code %d:\n%s%s", code, out, errs)
			}
			if strings.Contains(out+errs, "sesame") || strings.Contains(out+errs, "nonsense") {
				t.Errorf("a secret shows:\n%s%s", out, errs)
			}
		})
	}
	t.Run("an address that is not safe gets no token", func(t *testing.T) {
		before := tn.Stats()
		t.Setenv("SLACK_API_URL", strings.Replace(tn.APIURL(), "127.0.0.1", "0.0.0.0", 1))
		if out, _, code := catbot(t, "doctor"); code != 1 || !strings.Contains(out, "SLACK_API_URL") {
			t.Errorf("exit code %d:\n%s", code, out)
		}
		if after := tn.Stats(); !maps.Equal(before.Calls, after.Calls) {
			t.Errorf("it was asked: %v, before %v", after.Calls, before.Calls)
		}
	})
	t.Run("a missing scope", func(t *testing.T) {
		bare, err := fakeslack.Start(fakeslack.Options{Scopes: []string{"commands"}})
		if err != nil {
			t.Fatal(err)
		}
		defer bare.Close()
		t.Setenv("SLACK_APP_TOKEN", bare.AppToken())
		t.Setenv("SLACK_BOT_TOKEN", bare.BotToken())
		t.Setenv("SLACK_API_URL", bare.APIURL())
		if out, _, code := catbot(t, "doctor"); code != 1 || !strings.Contains(out, "missing: chat:write") {
			t.Errorf("exit code %d:\n%s", code, out)
		}
	})
}

func TestVersionHelpAndCompletion(t *testing.T) {
	clean(t)
	if out, _, code := catbot(t, "version"); code != 0 || !strings.HasPrefix(out, "catbot ") {
		t.Errorf("version: %d, %q", code, out)
	}
	if out, _, code := catbot(t, "--help"); code != 0 || !strings.Contains(out, "doctor") || !strings.Contains(out, "ask --demo") {
		t.Errorf("help: %d, %s", code, out)
	}
	if out, _, code := catbot(t, "completion", "bash"); code != 0 || !strings.Contains(out, "catbot") {
		t.Errorf("completion: %d, %.100s", code, out)
	}
}
