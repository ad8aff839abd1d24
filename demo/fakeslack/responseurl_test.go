package fakeslack_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

// post sends a body to a response_url by hand and returns the status and the text of the answer.
func post(t testing.TB, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(within(t), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(answer))
}

// invoke types a command to a socket that nobody reads.
func invoke(t testing.TB, w *fakeslack.Workspace) *fakeslack.Invocation {
	t.Helper()
	dial(t, w)
	return slash(t, w, "help")
}

func TestAResponseURLIsGoodForFivePosts(t *testing.T) {
	w := start(t, fakeslack.Options{})
	i := invoke(t, w)
	for range 5 {
		if status, body := post(t, i.ResponseURL(), `{"text":"again"}`); status != 200 || body != "ok" {
			t.Fatalf("answered %d %s", status, body)
		}
	}
	if status, body := post(t, i.ResponseURL(), `{"text":"again"}`); status != 404 || body != "used_url" {
		t.Errorf("the sixth post was answered %d %s", status, body)
	}
	_, _, err := client(t, w).PostMessageContext(within(t), "",
		slack.MsgOptionResponseURL(i.ResponseURL(), "ephemeral"),
		slack.MsgOptionText("x", false))
	var status slack.StatusCodeError
	if !errors.As(err, &status) || status.Code != 404 {
		t.Errorf("slack-go makes of it: %v", err)
	}
	if n := len(i.Messages()); n != 5 {
		t.Errorf("Alice sees %d messages", n)
	}
}

func TestARefusedPostUsesNothingUp(t *testing.T) {
	w := start(t, fakeslack.Options{})
	i := invoke(t, w)
	for range 7 {
		if _, body := post(t, i.ResponseURL(), `{}`); body != `{"error":"no_text","ok":false}` {
			t.Fatalf("answered %s", body)
		}
	}
	if _, body := post(t, i.ResponseURL(), `{"text":"good"}`); body != "ok" {
		t.Errorf("answered %s", body)
	}
}

func TestAResponseURLLivesHalfAnHour(t *testing.T) {
	clock := newClock()
	w := start(t, fakeslack.Options{Now: clock.now})
	i := invoke(t, w)
	clock.forward(30 * time.Minute)
	if _, body := post(t, i.ResponseURL(), `{"text":"late"}`); body != "ok" {
		t.Errorf("after half an hour: %s", body)
	}
	clock.forward(time.Second)
	if status, body := post(t, i.ResponseURL(), `{"text":"too late"}`); status != 404 || body != "expired_url" {
		t.Errorf("after more than half an hour: %d %s", status, body)
	}
}

func TestAResponseURLThatWasNeverGiven(t *testing.T) {
	w := start(t, fakeslack.Options{})
	if status, body := post(t, invoke(t, w).ResponseURL()+"X", `{"text":"x"}`); status != 404 || body != "expired_url" {
		t.Errorf("answered %d %s", status, body)
	}
}

func TestReplacingThroughAResponseURL(t *testing.T) {
	const replace = `{"text":"new","replace_original":true`
	for _, tc := range []struct {
		name   string
		bodies []string
		sees   []string // texts that Alice sees in the end
		others int      // messages that Wei sees
	}{
		{"an ephemeral message stays one, whatever is asked",
			[]string{`{"text":"old"}`, replace + `,"response_type":"in_channel"}`}, []string{"new"}, 0},
		{"a message in the channel stays there", []string{`{"text":"old","response_type":"in_channel"}`, replace +
			`,"response_type":"ephemeral"}`}, []string{"new"}, 1},
		{"the last message is meant", []string{`{"text":"a"}`, `{"text":"b"}`, replace + `}`}, []string{"a", "new"}, 0},
		{"with nothing there it is posted", []string{replace + `}`}, []string{"new"}, 0},
		{"a flag may be a string", []string{`{"text":"old"}`, `{"text":"new","replace_original":"true"}`}, []string{"new"},
			0},
		{"a deleted message is gone", []string{`{"text":"old"}`, `{"delete_original":true}`}, nil, 0},
		{"what was deleted is not replaced", []string{`{"text":"old"}`, `{"delete_original":true}`, replace + `}`},
			[]string{"new"}, 0},
		{"a thread that is not there is not followed",
			[]string{`{"text":"a","thread_ts":"1.0","response_type":"in_channel"}`}, []string{"a"}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := start(t, fakeslack.Options{})
			i := invoke(t, w)
			for _, body := range tc.bodies {
				if status, answer := post(t, i.ResponseURL(), body); status != 200 || answer != "ok" {
					t.Fatalf("%s was answered %d %s", body, status, answer)
				}
			}
			var texts []string
			for _, m := range w.Sees(fakeslack.Alice, fakeslack.Ops) {
				texts = append(texts, m.Text)
				if m.ThreadTS != "" {
					t.Error("the message is in a thread")
				}
			}
			if strings.Join(texts, "|") != strings.Join(tc.sees, "|") {
				t.Errorf("Alice sees %q, want %q", texts, tc.sees)
			}
			if n := len(w.Sees(fakeslack.Wei, fakeslack.Ops)); n != tc.others {
				t.Errorf("Wei sees %d messages, want %d", n, tc.others)
			}
		})
	}
}

func TestAMessageKeepsWhatItSaidBefore(t *testing.T) {
	w := start(t, fakeslack.Options{})
	i := invoke(t, w)
	post(t, i.ResponseURL(), `{"text":"Fetching …"}`)
	post(t, i.ResponseURL(), `{"text":"982 failures","blocks":[{"type":"divider"}],"replace_original":true}`)

	placeholder, err := i.Wait(within(t), func(m fakeslack.Message) bool { return m.Text == "Fetching …" })
	if err != nil {
		t.Fatal("the placeholder is not found any more:", err)
	}
	got := i.Messages()
	if len(got) != 1 || got[0].Text != "982 failures" || got[0].TS != placeholder.TS ||
		len(got[0].Versions) != 1 || got[0].Versions[0].Text != "Fetching …" ||
		strings.Join(got[0].BlockTypes(), " ") != "divider" {
		t.Errorf("Alice sees %+v", got)
	}
}

func TestSlackGoReplacesAndDeletesThroughAResponseURL(t *testing.T) {
	w := start(t, fakeslack.Options{})
	i := invoke(t, w)
	api := client(t, w)
	for _, opts := range [][]slack.MsgOption{
		{slack.MsgOptionResponseURL(i.ResponseURL(), "in_channel"), slack.MsgOptionText("one", false)},
		{slack.MsgOptionReplaceOriginal(i.ResponseURL()), slack.MsgOptionText("two", false),
			slack.MsgOptionBlocks(slack.NewDividerBlock())},
		{slack.MsgOptionDeleteOriginal(i.ResponseURL())},
	} {
		if _, _, err := api.PostMessageContext(within(t), "", opts...); err != nil {
			t.Fatal(err)
		}
	}
	got := i.Messages()
	if len(got) != 1 || !got[0].Deleted || got[0].Text != "two" || got[0].Metadata != nil {
		t.Errorf("the message is %+v", got)
	}
}

func TestHowAResponseURLRefusesBlocks(t *testing.T) {
	const bad = `{"text":"x","blocks":[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]}`
	t.Run("with status 200 and JSON", func(t *testing.T) {
		w := start(t, fakeslack.Options{})
		i := invoke(t, w)
		status, body := post(t, i.ResponseURL(), bad)
		if status != 200 || !strings.Contains(body, `"error":"invalid_blocks"`) ||
			!strings.Contains(body, "[json-pointer:/blocks/0/text/type]") {
			t.Errorf("answered %d %s", status, body)
		}
		_, _, err := client(t, w).PostMessageContext(within(t), "",
			slack.MsgOptionResponseURL(i.ResponseURL(), "ephemeral"),
			slack.MsgOptionText("x", false),
			slack.MsgOptionBlocks(slack.NewHeaderBlock(slack.NewTextBlockObject("mrkdwn", "x",
				false, false))))
		var refused slack.SlackErrorResponse
		if !errors.As(err, &refused) || refused.Err != "invalid_blocks" {
			t.Errorf("slack-go makes of it: %v", err)
		}
	})
	t.Run("with status 400 and text", func(t *testing.T) {
		w := start(t, fakeslack.Options{RefuseStatus: 400})
		if status, body := post(t, invoke(t, w).ResponseURL(), bad); status != 400 || body != "invalid_blocks" {
			t.Errorf("answered %d %s", status, body)
		}
	})
	t.Run("while the block has not reached the workspace", func(t *testing.T) {
		w := start(t, fakeslack.Options{})
		w.Refuse("divider")
		i := invoke(t, w)
		if _, body := post(t, i.ResponseURL(), `{"blocks":[{"type":"divider"}]}`); !strings.Contains(body,
			"unsupported type: divider") {
			t.Errorf("answered %s", body)
		}
		w.Refuse()
		if _, body := post(t, i.ResponseURL(), `{"blocks":[{"type":"divider"}]}`); body != "ok" {
			t.Errorf("then answered %s", body)
		}
	})
}

func TestFaultsOfAResponseURL(t *testing.T) {
	for _, tc := range []struct {
		name   string
		fault  fakeslack.Fault
		status int
		body   string
	}{
		{"a refusal", fakeslack.Fault{Error: "invalid_blocks"}, 200, `{"error":"invalid_blocks","ok":false}`},
		{"a refusal with a status", fakeslack.Fault{Error: "used_url", Status: 404}, 404, "used_url"},
		{"a server error", fakeslack.Fault{Status: 500}, 500, "<!DOCTYPE html><title>Slack</title>"},
		{"a rate limit", fakeslack.Fault{RetryAfter: time.Second}, 429, `{"error":"ratelimited","ok":false}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := start(t, fakeslack.Options{})
			i := invoke(t, w)
			w.Fail(fakeslack.ResponseURL, 1, tc.fault)
			if status, body := post(t, i.ResponseURL(), `{"text":"x"}`); status != tc.status || body != tc.body {
				t.Errorf("answered %d %s", status, body)
			}
			if len(i.Messages()) != 0 {
				t.Error("a message was posted all the same")
			}
			if _, body := post(t, i.ResponseURL(), `{"text":"x"}`); body != "ok" {
				t.Errorf("then answered %s", body)
			}
		})
	}
}

func TestNoResponseURLIsRecorded(t *testing.T) {
	w := start(t, fakeslack.Options{})
	i := invoke(t, w)
	post(t, i.ResponseURL(), `{"text":"x"}`)
	calls := w.Calls(fakeslack.ResponseURL)
	if len(calls) != 1 || calls[0].Args["envelope"] != i.ID || calls[0].Args["text"] != "x" ||
		calls[0].Outcome != "ok" {
		t.Errorf("recorded %+v", calls)
	}
	if strings.Contains(i.String(), "/commands/") {
		t.Errorf("an invocation prints as %s", i)
	}
}

// A clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
