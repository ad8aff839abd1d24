package demo

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/demo/fakeslack"
)

// patience bounds every wait of a test that would otherwise hang.
const waitLimit = 20 * time.Second

func start(t *testing.T, addr string) *Demo {
	t.Helper()
	d, err := Start(Options{Addr: addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func TestAPortThatIsTakenGivesWayAndOtherMachinesAreRefused(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	d := start(t, taken.Addr().String())
	if strings.Contains(d.URL(), taken.Addr().String()) || !strings.HasPrefix(d.URL(), "http://127.0.0.1:") {
		t.Errorf("the page is at %s", d.URL())
	}
	for _, addr := range []string{"0.0.0.0:8126", ":8126", "192.0.2.1:80", "nonsense"} {
		if d, err := Start(Options{Addr: addr}); err == nil {
			d.Close()
			t.Errorf("a page at %s is open to others", addr)
		}
	}
}

// asks sends a request to the page with a header set.
func requestPage(t *testing.T, d *Demo, method, path, header, value, body string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), waitLimit)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(d.URL(), "/")+path,
		strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if header == "Host" {
		request.Host = value
	} else if header != "" {
		request.Header.Set(header, value)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func TestOtherPagesCannotDriveThisOne(t *testing.T) {
	d := start(t, "127.0.0.1:0")
	move := `{"kind":"forward","choice":"1h"}`
	for _, tc := range []struct {
		name, method, path, header, value string
		status                            int
	}{
		{"the page itself", "POST", "/act", "Sec-Fetch-Site", "same-origin", 200},
		{"another page", "POST", "/act", "Sec-Fetch-Site", "cross-site", 403},
		{"another page in an old browser", "POST", "/act", "Origin", "http://other.example", 403},
		{"a name of another for this machine", "GET", "/events?user=U0ALICE", "Host", "other.example:8126", 403},
		{"no act", "POST", "/act", "", "", 200},
		{"a file that there is not", "GET", "/files/F0NONE", "", "", 404},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := requestPage(t, d, tc.method, tc.path, tc.header, tc.value, move).StatusCode; got != tc.status {
				t.Errorf("status %d, want %d", got, tc.status)
			}
		})
	}
	if ahead := d.Clock.Ahead(); ahead != 2*time.Hour {
		t.Errorf("the clock was moved by %s", ahead)
	}
	policy := requestPage(t, d, "GET", "/", "", "", "").Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "http") {
		t.Errorf("the page may load from elsewhere: %s", policy)
	}
}

func TestWhatIsNotUnderstoodIsSaid(t *testing.T) {
	d := start(t, "127.0.0.1:0")
	for body, want := range map[string]string{
		`{"kind":"dance"}`:                                                                     "load it again",
		`{"kind":"health","choice":"moody"}`:                                                   "load it again",
		`{"kind":"forward","choice":"soon"}`:                                                   "load it again",
		`{"kind":"type","user":"U0ALICE","text":"/cat"}`:                                       "in no channel",
		`{"kind":"type","user":"U0ALICE","channel":"C0OPS","text":"/cat help"}`:                "not connected", // no bot runs here
		`{"kind":"type","user":"U0ALICE","channel":"C0OPS","text":"/dog"}`:                     "/dog is not a command",
		`{"kind":"type","user":"U0ALICE","channel":"C0OPS","thread":"1.2","text":"/cat help"}`: "no commands in threads",
		`{"kind":"type","user":"U0ALICE","channel":"C0OPS","text":"@catbot help"}`:             "does not hear of it",
		`{"kind":"message shortcut","user":"U0ALICE","channel":"C0OPS","ts":"1.2"}`:            "",
		`{"kind":"press","user":"U0ALICE","channel":"C0OPS","ts":"1.2"}`:                       "",
		`{"kind":"submit","user":"U0ALICE"}`:                                                   "",
	} {
		var o outcome
		if err := json.NewDecoder(requestPage(t, d, "POST", "/act", "", "", body).Body).Decode(&o); err != nil {
			t.Fatal(err)
		}
		if o.Error == "" || !strings.Contains(o.Error, want) {
			t.Errorf("%s is answered with %q", body, o.Error)
		}
	}
	if status := requestPage(t, d, "POST", "/act", "", "", "[").StatusCode; status != 400 {
		t.Errorf("no JSON: status %d", status)
	}
}

// TestTheStreamSendsWhatChanges follows the stream and puts its pieces together: they are the whole.
func TestTheStreamSendsWhatChanges(t *testing.T) {
	d := start(t, "127.0.0.1:0")
	lines := bufio.NewScanner(requestPage(t, d, "GET", "/events?user="+fakeslack.Alice, "", "", "").Body)
	lines.Buffer(nil, 1<<20)
	page := Parts{}
	until := func(reached func() bool) {
		t.Helper()
		for !reached() && lines.Scan() {
			body, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var news Parts
			if err := json.Unmarshal([]byte(body), &news); err != nil {
				t.Fatal(err)
			}
			for name, part := range news {
				if page[name] = part; string(part) == "null" && name != "home" && name != "modal" {
					delete(page, name)
				}
			}
		}
		if !reached() {
			t.Fatalf("the stream ended: %v", lines.Err())
		}
	}
	messages := func() (n int) {
		for name := range page {
			if strings.HasPrefix(name, "m:") {
				n++
			}
		}
		return n
	}
	until(func() bool { return len(page) > 5 })
	for _, text := range []string{"one", "two <b>"} {
		if err := d.sendText(act{User: fakeslack.Alice, Channel: fakeslack.Ops, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.sendText(act{User: fakeslack.Wei, Channel: fakeslack.WarRoom, Text: "hidden from Sam"}); err != nil {
		t.Fatal(err)
	}
	until(func() bool { return messages() == 3 })
	d.Clock.Forward(time.Hour)
	until(func() bool { return string(page["clock"]) == `{"ahead":3600000}` })
	for name, part := range d.parts(fakeslack.Alice) {
		if name != "figures" && string(page[name]) != string(part) {
			t.Errorf("the page has %s for %s, want %s", page[name], name, part)
		}
	}
	for name := range d.parts(fakeslack.Sam) {
		if strings.HasPrefix(name, "m:"+fakeslack.WarRoom) {
			t.Error("Sam sees a channel that he is not in")
		}
	}
}

func TestTheClockGoesForwardAlone(t *testing.T) {
	wall := time.Date(2026, 11, 23, 10, 30, 0, 0, time.UTC)
	c := newClock(func() time.Time { return wall })
	c.Forward(-time.Hour)
	if c.Now() != wall {
		t.Errorf("it went back to %s", c.Now())
	}
	beijing := time.FixedZone("UTC+8", 8*60*60)
	c.ForwardTo(9, beijing)
	if want := time.Date(2026, 11, 24, 9, 0, 0, 0, beijing); !c.Now().Equal(want) {
		t.Errorf("the next morning is %s, want %s", c.Now(), want)
	}
	c.ForwardTo(9, beijing)
	if want := time.Date(2026, 11, 25, 9, 0, 0, 0, beijing); !c.Now().Equal(want) {
		t.Errorf("the morning after is %s, want %s", c.Now(), want)
	}
}

func TestRedisComesBackWithItsData(t *testing.T) {
	d := start(t, "127.0.0.1:0")
	options, err := redis.ParseURL(d.Redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	options.MaxRetries = -1
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	if err := client.Set(t.Context(), "a", "1", 0).Err(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // twice is no more than once
		if err := d.Redis.SetGone(true); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Get(t.Context(), "a").Err(); err == nil {
		t.Error("it answers though it is gone")
	}
	if err := d.Redis.SetGone(false); err != nil {
		t.Fatal(err)
	}
	again := redis.NewClient(options)
	t.Cleanup(func() { _ = again.Close() })
	if got, err := again.Get(t.Context(), "a").Result(); got != "1" {
		t.Errorf("it came back with %q, %v", got, err)
	}
}

func TestTheLogIsReadLineByLine(t *testing.T) {
	l := newLog()
	for _, piece := range []string{`{"time":"2026-11-23T10:00:00Z","level":"INFO","msg":"star`,
		`ting","http":"127.0.0.1:99"}` + "\n" + `not JSON` + "\n",
		`{"level":"WARN","msg":"a question was not answered","error":"<gone>"}` + "\n"} {
		if n, err := l.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	var texts []string
	for _, line := range l.Lines() {
		texts = append(texts, line.Level+" "+line.Text)
	}
	want := "INFO starting|INFO not JSON|WARN a question was not answered error=<gone>"
	if got := strings.Join(texts, "|"); got != want {
		t.Errorf("read\n%s, want\n%s", got, want)
	}
}

func TestTheFiguresAreThoseOfTheBotThatListens(t *testing.T) {
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "# TYPE catbot_redis_degraded gauge\ncatbot_redis_degraded %d\n", len(r.URL.Path)) // /metrics
	}))
	t.Cleanup(bot.Close)
	d := start(t, "127.0.0.1:0")
	d.ReadMetrics(bot.Listener.Addr())
	values, err := fetchMetrics(t.Context(), *d.figures.url.Load())
	if err != nil || values["catbot_redis_degraded "] != 8 {
		t.Errorf("the bot tells %v, %v", values, err)
	}
}

func FuzzLog(f *testing.F) {
	f.Add([]byte(`{"msg":"starting","http":"x"}` + "\n"))
	f.Add([]byte("\n\n{]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l := newLog()
		if n, err := l.Write(text); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
		if len(l.Lines()) > maxLines {
			t.Errorf("%d lines are kept", len(l.Lines()))
		}
	})
}

func FuzzAct(f *testing.F) {
	d, err := Start(Options{Addr: "127.0.0.1:0"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(d.Close)
	f.Add("type", "U0ALICE", "C0OPS", "/cat #ops @wei <&>", "", "")
	f.Add("press", "U0ALICE", "C0OPS", "", "refresh", "x")
	f.Add("forward", "", "", "", "", "1h")
	f.Fuzz(func(t *testing.T, kind, user, channel, text, action, choice string) {
		a := act{Kind: kind, User: user, Channel: channel, Text: text, Action: action, Choice: choice}
		_ = d.perform(a)
		_ = d.operate(a)
		for name, part := range d.parts(fakeslack.Alice) {
			if !json.Valid(part) {
				t.Errorf("%s is no JSON: %s", name, part)
			}
		}
	})
}
