package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
	"catbot/store/redistest"
)

func TestDocumentedExampleInAnyTimeZone(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"UTC", "America/New_York", "Asia/Shanghai"} {
		t.Run(zone, func(t *testing.T) {
			f := startFakes(t, fakecat.Options{})
			f.start(t, "TZ="+zone)
			m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, documentedQuery), "Ping超时")
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

func TestFiftyPeopleOnTwoReplicasMakeOneCall(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	f := startFakes(t, fakecat.Options{})
	const noUsual = "USUAL_CALLS=0" // the days before would be called for, too
	f.start(t, "REDIS_URL="+redis.URL(), noUsual)
	f.start(t, "REDIS_URL="+redis.URL(), noUsual)
	var asked []*fakeslack.Invocation
	for n := range 50 {
		user := fmt.Sprintf("U0PERSON%d", n)
		if err := f.AddUser(fakeslack.User{ID: user, Name: user}); err != nil {
			t.Fatal(err)
		}
		channel := fakeslack.Channel{
			ID: fmt.Sprintf("C0ROOM%d", n), Name: "room", Members: []string{user}, HasBot: true,
		}
		if err := f.AddChannel(channel); err != nil {
			t.Fatal(err)
		}
		i, err := f.Slash(user, channel.ID, "/cat", documentedQuery)
		if err != nil {
			t.Fatal(err)
		}
		asked = append(asked, i)
	}
	for _, i := range asked {
		f.waitForAnswer(t, i, "982")
	}
	if n := f.historyCalls(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestAnswersAreTheSameWithoutRedis(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	f := startFakes(t, fakecat.Options{})
	f.start(t, "REDIS_URL="+redis.URL())
	ask := func(day int) {
		t.Helper()
		sent := f.send(t, fakeslack.Alice, fmt.Sprintf("codes 126531 2017-05-%02d jiangxi", day))
		m := f.waitForAnswer(t, sent, "failures")
		if strings.Contains(string(m.Blocks), ":warning:") {
			t.Errorf("the answer has a warning: %s", m.Blocks)
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

func TestFailedCallIsRetried(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	f.start(t)
	f.api.Fail(1, fakecat.Fault{Code: 6000, Message: "内部错误"})
	m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, documentedQuery), "982")
	if strings.Contains(string(m.Blocks), ":warning:") {
		t.Errorf("the answer has a warning: %s", m.Blocks)
	}
}

func TestCATErrorsAreExplained(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault fakecat.Fault
		want  string
	}{
		"an internal error":   {fakecat.Fault{Code: 6000, Message: "内部错误"}, "CAT reports an internal error (6000"},
		"a gateway's page":    {fakecat.Fault{Status: http.StatusBadGateway}, "HTTP 502 came back"},
		"half an answer":      {fakecat.Fault{Truncate: true}, "an answer that catbot can't read"},
		"a cut connection":    {fakecat.Fault{Drop: true}, "CAT could not be reached"},
		"refused credentials": {fakecat.Fault{Code: 4100, Message: "鉴权失败"}, "`catbot doctor` says more"},
	} {
		t.Run(name, func(t *testing.T) {
			f := startFakes(t, fakecat.Options{})
			f.start(t)
			f.api.Fail(fakecat.Always, tc.fault)
			m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, documentedQuery), tc.want)
			if m.To != fakeslack.Alice {
				t.Errorf("the answer is for %q", m.To)
			}
		})
	}
}

func TestSIGTERMLosesNoCommandInFlight(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	gate := make(chan struct{})
	r := f.start(t)
	f.api.Fail(fakecat.Always, fakecat.Fault{Hold: gate})
	var asked []*fakeslack.Invocation
	for n := range 10 {
		i := f.send(t, fakeslack.Alice, fmt.Sprintf("codes 126531 2017-05-%02d", n+1))
		<-i.Acked()
		asked = append(asked, i)
	}
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	r.waitForLog(t, "draining accepted commands")
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	defer cancel()
	if err := f.Until(ctx, func(s fakeslack.Stats) bool { return s.Open == 0 }); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", documentedQuery); err == nil {
		t.Error("a stopping replica still receives commands")
	}
	f.api.Heal()
	close(gate)
	for _, i := range asked {
		f.waitForAnswer(t, i, "failures")
	}
	<-r.ended
	if r.err != nil {
		t.Errorf("the process ended with %v:\n%s", r.err, r.text())
	}
}

func TestReadyzReportsRefusedToken(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	f.Fail("auth.test", fakeslack.Always, fakeslack.Fault{Error: "invalid_auth"})
	addr := freeAddr(t)
	r := f.launch(t, "HTTP_ADDR="+addr)
	// The second call comes after the first refusal was reported.
	f.waitFor(t, r, "a refused token", func(s fakeslack.Stats) bool { return s.Calls["auth.test"] > 1 })
	if _, errs, code := catbot(t, []string{"HTTP_ADDR=" + addr}, "health"); code != 0 {
		t.Errorf("health: exit code %d: %s", code, errs)
	}
	response, err := http.Get("http://" + addr + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	const reason = "slack refuses the bot token: invalid_auth"
	if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(body), reason) {
		t.Errorf("readyz: status %d: %s", response.StatusCode, body)
	}
	f.Heal("auth.test")
	f.waitFor(t, r, "a connection", func(s fakeslack.Stats) bool { return s.Open > 0 })
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, documentedQuery), "982")
	if strings.Contains(r.text(), f.BotToken()) {
		t.Error("the log holds the bot token")
	}
}

func TestHealthAndMetrics(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	addr := freeAddr(t)
	r := f.start(t, "HTTP_ADDR="+addr, "USUAL_CALLS=0") // the days before would be counted, too
	if _, errs, code := catbot(t, []string{"HTTP_ADDR=" + addr}, "health"); code != 0 {
		t.Errorf("health: exit code %d: %s", code, errs)
	}
	f.waitForAnswer(t, f.send(t, fakeslack.Alice, documentedQuery), "982")
	r.waitForLog(t, `"msg":"command"`) // the metrics are counted by then
	if body := get(t, addr, "/readyz"); !strings.Contains(body, `"slack":"connected"`) {
		t.Errorf("readyz says %s", body)
	}
	metrics := get(t, addr, "/metrics")
	for _, want := range []string{
		`catbot_commands_total{kind="codes",outcome="answered"} 1`, `catbot_upstream_calls_total{api="v2",outcome="ok"}`,
		`catbot_cache_lookups_total{outcome="miss"} 1`, `catbot_ack_seconds_count 1`,
		`catbot_answer_seconds_count{kind="codes"} 1`,
		`catbot_queue_depth 0`, `catbot_slack_connects_total 1`, `catbot_slack_connected 1`,
		`catbot_build_info{goversion="go`, `catbot_digest_slots_total{event="failed"} 0`,
		`catbot_deliveries_total{route="response_url"} 1`, `catbot_redis_degraded 0`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics have no %s", want)
		}
	}
	log := r.text()
	for _, secret := range []string{f.AppToken(), f.BotToken(), f.api.SecretKey(), f.api.SecretID(), "Signature"} {
		if strings.Contains(log+metrics, secret) {
			t.Errorf("the log or the metrics contain a secret: %s", secret)
		}
	}
}

func TestAPI3TaskInSlack(t *testing.T) {
	t.Parallel()
	f := startFakes(t, fakecat.Options{})
	f.start(t)
	const text = "codes task-00002pmr from 2026-11-20 00:00 to 2026-11-20 04:00 江西"
	m := f.waitForAnswer(t, f.send(t, fakeslack.Alice, text), "probes")
	for _, want := range []string{"task-00002pmr", "移动", "Ping超时", "2026-11-20 00:00–04:00"} {
		if !strings.Contains(string(m.Blocks), want) {
			t.Errorf("the answer has no %s:\n%s", want, m.Blocks)
		}
	}
	if problems := fakeslack.ValidateMessage(m.Blocks); len(problems) > 0 {
		t.Errorf("slack would refuse it: %v", problems)
	}
}
