package fakeslack_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

// call sends one request by hand and returns the answer as JSON.
func call(t testing.TB, w *fakeslack.Workspace, method, kind, auth, body string) (answer struct {
	OK               bool
	Error            string
	Needed, Provided string
	Errors           []string
	Channel, TS      string
	ResponseMetadata struct{ Messages []string } `json:"response_metadata"`
}) {
	t.Helper()
	req, err := http.NewRequestWithContext(within(t), http.MethodPost, w.APIURL()+method, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if auth != "" {
		req.Header.Set("Authorization", "Bearer "+auth)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatalf("answered %s: %v", raw, err)
	}
	return answer
}

const (
	form     = "application/x-www-form-urlencoded"
	jsonBody = "application/json; charset=utf-8"
)

func TestTokens(t *testing.T) {
	w := start(t, fakeslack.Options{})
	for _, tc := range []struct{ name, method, kind, auth, body, want string }{
		{"the bot token in a form", "auth.test", form, "", "token=" + w.BotToken(), ""},
		{"the bot token in the header", "auth.test", form, w.BotToken(), "", ""},
		{"the bot token in the header of a JSON request", "auth.test", jsonBody, w.BotToken(), "{}", ""},
		{"the bot token in a JSON body", "auth.test", jsonBody, "", `{"token":"` + w.BotToken() + `"}`, "not_authed"},
		{"no token", "auth.test", form, "", "", "not_authed"},
		{"a token of somebody else", "auth.test", form, "xoxb-1", "", "invalid_auth"},
		{"the app token where the bot's is due", "auth.test", form, w.AppToken(), "", "not_allowed_token_type"},
		{"the app token where it belongs", "apps.connections.open", form, w.AppToken(), "", ""},
		{"the bot token where the app's is due", "apps.connections.open", jsonBody, w.BotToken(), "",
			"not_allowed_token_type"},
		{"a method that is not there", "views.close", jsonBody, w.BotToken(), "{}", "unknown_method"},
		{"a body that is no JSON", "auth.test", jsonBody, w.BotToken(), "{", "invalid_json"},
		{"a body that is no form", "auth.test", form, w.BotToken(), "%zz", "invalid_form_data"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := call(t, w, tc.method, tc.kind, tc.auth, tc.body)
			if got.Error != tc.want || got.OK != (tc.want == "") {
				t.Errorf("got %+v, want %q", got, tc.want)
			}
		})
	}
}

func TestScopes(t *testing.T) {
	w := start(t, fakeslack.Options{Scopes: []string{"commands", "chat:write"}})
	api := client(t, w)
	me, err := api.AuthTestContext(within(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := me.Header.Get("X-OAuth-Scopes"); got != "commands,chat:write" {
		t.Errorf("the scopes are %q", got)
	}
	if me.UserID != fakeslack.BotUserID || me.TeamID != fakeslack.TeamID {
		t.Errorf("the bot is %+v", me)
	}
	_, err = api.GetUserInfoContext(within(t), fakeslack.Wei)
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Err != "missing_scope" || refused.Needed != "users:read" ||
		refused.Provided != "commands,chat:write" {
		t.Errorf("got %#v", err)
	}
}

func TestPeopleAreDescribed(t *testing.T) {
	clock := newClock()
	w := start(t, fakeslack.Options{Now: clock.now})
	if err := w.AddUser(fakeslack.User{ID: "U0GHOST", Name: "ghost", Deleted: true}); err != nil {
		t.Fatal(err)
	}
	api := client(t, w)
	wei, err := api.GetUserInfoContext(within(t), fakeslack.Wei)
	if err != nil {
		t.Fatal(err)
	}
	if wei.Name != "wei" || wei.TZ != "Asia/Shanghai" || wei.TZOffset != 8*3600 || wei.Locale != "zh-CN" {
		t.Errorf("Wei is %+v", wei)
	}
	sam, err := api.GetUserInfoContext(within(t), fakeslack.Sam, slack.GetUserInfoOptionIncludeLocale(false))
	if err != nil {
		t.Fatal(err)
	}
	if sam.TZOffset != -5*3600 || sam.Locale != "" {
		t.Errorf("Sam in November is %+v", sam)
	}
	ghost, err := api.GetUserInfoContext(within(t), "U0GHOST")
	if err != nil {
		t.Fatal(err)
	}
	if !ghost.Deleted || ghost.TZ != "" {
		t.Errorf("the ghost is %+v", ghost)
	}
	if _, err := api.GetUserInfoContext(within(t), "U0NOBODY"); err == nil || err.Error() != "user_not_found" {
		t.Errorf("nobody is %v", err)
	}
}

func TestPeopleAndChannelsThatCannotBe(t *testing.T) {
	w := start(t, fakeslack.Options{})
	if w.AddUser(fakeslack.User{ID: "X1"}) == nil || w.AddUser(fakeslack.User{ID: fakeslack.BotUserID}) == nil ||
		w.AddUser(fakeslack.User{ID: "U1", TZ: "Mars/Olympus"}) == nil {
		t.Error("an impossible person was added")
	}
	if w.AddChannel(fakeslack.Channel{}) == nil || w.AddChannel(fakeslack.Channel{ID: "ops"}) == nil {
		t.Error("an impossible channel was added")
	}
	if len(w.Users()) != 3 || len(w.Channels()) != 3 {
		t.Errorf("there are %v and %v", w.Users(), w.Channels())
	}
}

func TestRequestsAreRecordedWithoutTokens(t *testing.T) {
	var heard []fakeslack.Call
	w := start(t, fakeslack.Options{OnRequest: func(c fakeslack.Call) { heard = append(heard, c) }})
	call(t, w, "chat.postMessage", form, "", "channel="+fakeslack.Ops+"&text=hi&token="+w.BotToken())
	call(t, w, "conversations.kick", jsonBody, w.BotToken(), `{"channel":"C0OPS","limit":5,"token":"`+w.BotToken()+`"}`)
	call(t, w, "apps.connections.open", jsonBody, w.AppToken(), "")
	call(t, w, "auth.test", form, "xoxb-unknown", "")

	got := fmt.Sprintf("%+v", w.Calls(""))
	for _, secret := range []string{w.BotToken(), w.AppToken(), "xoxb", "xapp"} {
		if strings.Contains(got, secret) {
			t.Errorf("a token is in %s", got)
		}
	}
	calls := w.Calls("")
	var summary []string
	for _, c := range calls {
		summary = append(summary, c.Method+" "+c.Token+" "+c.Outcome)
	}
	want := []string{"chat.postMessage bot ok", "conversations.kick bot unknown_method", "apps.connections.open app ok",
		"auth.test  invalid_auth"}
	if !slices.Equal(summary, want) {
		t.Errorf("recorded %q", summary)
	}
	if calls[1].Args["limit"] != "5" || len(heard) != 4 || heard[0].Args["text"] != "hi" || heard[0].Outcome != "" {
		t.Errorf("recorded %+v, heard %+v", calls[1], heard)
	}
	if n := w.Stats().Calls["conversations.kick"]; n != 1 {
		t.Errorf("counted %d", n)
	}
}

func TestCallsAreBounded(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	for range 1001 {
		if _, err := api.AuthTestContext(within(t)); err != nil {
			t.Fatal(err)
		}
	}
	if kept, counted := len(w.Calls("")), w.Stats().Calls["auth.test"]; kept != 501 || counted != 1001 {
		t.Errorf("kept %d of %d", kept, counted)
	}
}

func TestABodyThatIsTooBig(t *testing.T) {
	w := start(t, fakeslack.Options{})
	big := bytes.Repeat([]byte("a"), 2<<20)
	for _, kind := range []string{form, jsonBody} {
		if got := call(t, w, "chat.postMessage", kind, w.BotToken(), "text="+string(big)); got.OK {
			t.Errorf("%s: got %+v", kind, got)
		}
	}
	if status, _ := post(t, invoke(t, w).ResponseURL(), string(big)); status != 400 {
		t.Errorf("the response_url answered %d", status)
	}
}
