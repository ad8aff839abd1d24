package fakecat

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// outcome asks for the list of probes and says how it went.
func (c caller) outcome(t *testing.T) string {
	t.Helper()
	status, body, err := c.post(c.form("DescribeAgentList"))
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return "dropped"
	case err != nil:
		t.Fatal(err)
	case status != http.StatusOK:
		return http.StatusText(status) + ": " + string(body)
	case !strings.HasSuffix(strings.TrimSpace(string(body)), "}"):
		return "cut: " + string(body)
	}
	return string(body)
}

func TestFaults(t *testing.T) {
	for _, tc := range []struct {
		name  string
		fault Fault
		want  string
		count string // how it is counted
	}{
		{"none", Fault{}, `{"code":0,"message":"","codeDesc":"Success","data":{"agent":[`, "code 0"},
		{"a code with its usual message", Fault{Code: 4400},
			`{"code":4400,"message":"(4400)请求次数超过配额限制","codeDesc":"QuotaOverflow"}`, "code 4400"},
		{"a code with another message", Fault{Code: 11000, Message: "DB 忙"},
			`{"code":11000,"message":"(11000)DB 忙","codeDesc":"InternalError.DBoperationFail"}`, "code 11000"},
		{"a code that nobody knows", Fault{Code: -514}, `{"code":-514,"message":"(-514)错误 -514"}`, "code -514"},
		{"a gateway that is broken", Fault{Status: 502}, "Bad Gateway: <html>", "http 502"},
		{"an answer that is cut off", Fault{Truncate: true}, `cut: {"code":0,"message"`, "truncated"},
		{"a lost connection", Fault{Drop: true}, "dropped", "dropped"},
		{"an API that is gone", Gone, "dropped", "dropped"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := start(t, Options{})
			c.Fail(1, tc.fault)
			if got := c.outcome(t); !strings.HasPrefix(got, tc.want) {
				t.Errorf("got %.200s, want %s", got, tc.want)
			}
			if stats := c.Stats(); stats.Outcomes[tc.count] != 1 || len(stats.Outcomes) != 1 || stats.Open != 0 {
				t.Errorf("counted as %+v, want one %q", stats, tc.count)
			}
			if got := c.outcome(t); !strings.HasPrefix(got, `{"code":0`) {
				t.Errorf("the second call got %.200s", got)
			}
		})
	}
}

func TestFaultsQueueUpOverTheStateOfHealth(t *testing.T) {
	c := start(t, Options{})
	code := func() int64 { return c.call(t, "DescribeAgentList").Code }
	c.SetHealth(Fault{Code: 6200})
	c.Fail(2, Fault{Code: 5100})
	c.Fail(0, Fault{Code: 1})
	c.Fail(1, Fault{Code: 6000})
	for i, want := range []int64{5100, 5100, 6000, 6200, 6200} {
		if got := code(); got != want {
			t.Errorf("call %d: code %d, want %d", i, got, want)
		}
	}
	c.Fail(Always, Fault{Code: 4400})
	for range 3 {
		if got := code(); got != 4400 {
			t.Errorf("code %d, want 4400 always", got)
		}
	}
	c.Heal()
	if got := code(); got != 0 {
		t.Errorf("code %d after healing", got)
	}
}

func TestAFaultCanPickItsCalls(t *testing.T) {
	c := start(t, Options{})
	c.Fail(1, Fault{Code: 11000, When: func(call Call) bool { return call.Province == "gd" }})
	ask := func(province string) int64 {
		return c.codes(t, "126531", "2026-03-05 00:00", "2026-03-05 08:00", province).Code
	}
	for i, got := range []int64{ask("jiangxi"), ask("gd"), ask("gd")} {
		if want := []int64{0, 11000, 0}[i]; got != want {
			t.Errorf("call %d: code %d, want %d", i, got, want)
		}
	}
}

func TestALatencyIsWaitedForByTheGivenSleep(t *testing.T) {
	var slept []time.Duration
	c := start(t, Options{Sleep: func(_ context.Context, d time.Duration) error {
		slept = append(slept, d)
		return nil
	}})
	c.SetHealth(Fault{Latency: 800 * time.Millisecond})
	c.Fail(1, Fault{Latency: time.Minute, Code: 6000})
	c.outcome(t)
	c.outcome(t)
	c.Heal()
	c.outcome(t)
	if len(slept) != 2 || slept[0] != time.Minute || slept[1] != 800*time.Millisecond {
		t.Errorf("slept %v", slept)
	}
}

func TestTheUsualSleepIsOfThatLengthAndEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		if err := sleep(t.Context(), time.Hour); err != nil || time.Since(begin) != time.Hour {
			t.Errorf("slept %s: %v", time.Since(begin), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := sleep(ctx, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ended with %v", err)
		}
	})
}

func TestAHeldCallWaitsForTheGate(t *testing.T) {
	arrived, gate := make(chan Call, 1), make(chan struct{})
	c := start(t, Options{OnCall: func(call Call) { arrived <- call }})
	c.Fail(1, Fault{Hold: gate})
	answered := make(chan string, 1)
	form := c.form("DescribeAgentList")
	go func() {
		_, body, _ := c.post(form)
		answered <- string(body)
	}()
	<-arrived
	if stats := c.Stats(); stats.Open != 1 || stats.Calls != 1 || len(stats.Outcomes) != 0 {
		t.Errorf("while it is held: %+v", stats)
	}
	select {
	case body := <-answered:
		t.Errorf("answered before the gate opened: %.100s", body)
	default:
	}
	close(gate)
	if body := <-answered; !strings.HasPrefix(body, `{"code":0`) {
		t.Errorf("got %.100s", body)
	}
}

func TestAClientThatGivesUpEndsItsCall(t *testing.T) {
	arrived, left := make(chan Call, 1), make(chan error, 1)
	c := start(t, Options{
		OnCall: func(call Call) { arrived <- call },
		Sleep: func(ctx context.Context, _ time.Duration) error {
			<-ctx.Done()
			left <- ctx.Err()
			return ctx.Err()
		},
	})
	c.Fail(1, Fault{Latency: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL(),
		strings.NewReader(c.form("DescribeAgentList").Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := c.http.Do(req); !errors.Is(err, context.Canceled) {
		t.Errorf("the client got %v", err)
	}
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the call ended with %v", err)
	}
}

func TestCloseCutsHeldCallsOff(t *testing.T) {
	arrived := make(chan Call, 1)
	c := start(t, Options{OnCall: func(call Call) { arrived <- call }})
	c.Fail(1, Fault{Hold: make(chan struct{})})
	form := c.form("DescribeAgentList")
	failed := make(chan error, 1)
	go func() {
		_, _, err := c.post(form)
		failed <- err
	}()
	<-arrived
	c.Close()
	if err := <-failed; err == nil {
		t.Error("the held call was answered")
	}
	if stats := c.Stats(); stats.Open != 0 || stats.Outcomes["cut off"] != 1 {
		t.Errorf("after Close: %+v", stats)
	}
	_, _, err := c.post(c.form("DescribeAgentList"))
	if failure, ok := errors.AsType[*url.Error](err); !ok || !isRefused(failure) {
		t.Errorf("after Close a call got %v", err)
	}
	c.Close()
}

func isRefused(err error) bool {
	_, dial := errors.AsType[*net.OpError](err)
	return dial && errors.Is(err, syscall.ECONNREFUSED)
}
