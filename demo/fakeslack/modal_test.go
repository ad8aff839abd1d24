package fakeslack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"catbot/demo/fakeslack"
)

// wizard is a modal with an input of each kind that matters.
const wizard = `{"type":"modal","title":{"type":"plain_text","text":"New digest"},"submit":{"type":"plain_text","text":"Save"},"callback_id":"digest","private_metadata":"meta","blocks":[
{"type":"input","block_id":"task","label":{"type":"plain_text","text":"Task"},"element":{"type":"external_select","action_id":"task","min_query_length":2}},
{"type":"input","block_id":"name","label":{"type":"plain_text","text":"Name"},"element":{"type":"plain_text_input","action_id":"name","initial_value":"daily","min_length":3,"max_length":8}},
{"type":"input","block_id":"top","optional":true,"label":{"type":"plain_text","text":"Top"},"element":{"type":"number_input","action_id":"top","is_decimal_allowed":false,"min_value":"1","max_value":"9"}},
{"type":"input","block_id":"window","dispatch_action":true,"optional":true,"label":{"type":"plain_text","text":"Window"},"element":{"type":"static_select","action_id":"window","options":[
	{"text":{"type":"plain_text","text":"8 hours"},"value":"8h"},{"text":{"type":"plain_text","text":"1 day"},"value":"1d"}]}},
{"type":"input","block_id":"isps","optional":true,"label":{"type":"plain_text","text":"ISPs"},"element":{"type":"checkboxes","action_id":"isps","options":[
	{"text":{"type":"plain_text","text":"Telecom"},"value":"ct"},{"text":{"type":"plain_text","text":"Unicom"},"value":"cu"}]}},
{"type":"section","block_id":"place","text":{"type":"mrkdwn","text":"Where"},"accessory":{"type":"conversations_select","action_id":"place"}}
]}`

// answering is a workspace with a bot that answers each interaction by ack, and Alice's modal open in it.
func answering(t *testing.T, opts fakeslack.Options, ack string) (*fakeslack.Workspace, *bot) {
	t.Helper()
	w := start(t, opts)
	b := connect(t, w, func(c *socketmode.Client, r socketmode.Request) {
		if ack == "never" && r.Type == socketmode.RequestTypeInteractive &&
			!strings.Contains(string(r.Payload), `"shortcut"`) {
			return
		}
		if ack == "" || ack == "never" || strings.Contains(string(r.Payload), `"shortcut"`) {
			_ = c.Ack(r)
			return
		}
		_ = c.Ack(r, json.RawMessage(ack))
	})
	openRaw(t, w, wizard)
	b.next(t) // the shortcut
	return w, b
}

func openRaw(t testing.TB, w *fakeslack.Workspace, view string) {
	t.Helper()
	if got := call(t, w, "views.open", jsonBody, w.BotToken(),
		`{"trigger_id":"`+shortcut(t, w)+`","view":`+view+`}`); !got.OK {
		t.Fatalf("refused: %+v", got)
	}
}

func fill(t testing.TB, w *fakeslack.Workspace, actionID, value string) {
	t.Helper()
	if err := w.Fill(fakeslack.Alice, actionID, value); err != nil {
		t.Fatal(err)
	}
}

// submit sends Alice's modal and waits for its ack.
func submit(t testing.TB, w *fakeslack.Workspace) *fakeslack.Envelope {
	t.Helper()
	e, err := w.Submit(fakeslack.Alice)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-e.Acked():
	case <-within(t).Done():
		t.Fatal("the submission was not acked")
	}
	return e
}

func TestASubmissionHoldsWhatWasEntered(t *testing.T) {
	w, b := answering(t, fakeslack.Options{}, "")
	fill(t, w, "task", "126531")
	fill(t, w, "top", "5")
	fill(t, w, "isps", "ct,cu")
	c := told(t, submit(t, w))
	values := c.View.State.Values
	if c.Type != slack.InteractionTypeViewSubmission || c.View.CallbackID != "digest" ||
		c.View.PrivateMetadata != "meta" || c.View.Hash == "" || c.TriggerID == "" ||
		values["task"]["task"].SelectedOption.Value != "126531" || values["name"]["name"].Value != "daily" ||
		values["top"]["top"].Value != "5" ||
		len(values["isps"]["isps"].SelectedOptions) != 2 || values["window"]["window"].SelectedOption.Value != "" {
		t.Errorf("the app is told %+v", c)
	}
	if got := b.next(t); got.Type != socketmode.EventTypeInteractive {
		t.Errorf("slack-go hands on %+v", got)
	}
	if _, ok := w.Modal(fakeslack.Alice); ok {
		t.Error("an empty ack leaves the modal open")
	}
}

func TestWhatAnAckMakesOfASubmission(t *testing.T) {
	after := func(title string) string { return strings.Replace(wizard, "New digest", title, 1) }
	for _, tc := range []struct {
		name, ack string
		title     string // of the modal that Alice sees then; empty for none
		errors    string
		failure   string // part of it
	}{
		{"an empty object closes it", `{}`, "", "", ""},
		{"errors are shown", `{"response_action":"errors","errors":{"name":"taken"}}`, "New digest", "map[name:taken]", ""},
		{"errors for what is no input", `{"response_action":"errors","errors":{"name":"taken","place":"x"}}`, "New digest",
			"", "block_id of no input"},
		{"no errors", `{"response_action":"errors"}`, "New digest", "", "no errors are named"},
		{"an update", `{"response_action":"update","view":` + after("Saved") + `}`, "Saved", "", ""},
		{"a push", `{"response_action":"push","view":` + after("Next") + `}`, "Next", "", ""},
		{"a clear", `{"response_action":"clear"}`, "", "", ""},
		{"a view that Slack refuses", `{"response_action":"update","view":` + after(chars(25)) + `}`, "New digest", "",
			"[json-pointer:/view/title/text]"},
		{"an action that there is not", `{"response_action":"open"}`, "New digest", "", "invalid_response"},
		{"no object", `[1]`, "New digest", "", "invalid_response"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, _ := answering(t, fakeslack.Options{}, tc.ack)
			fill(t, w, "task", "126531")
			e := submit(t, w)
			v, _ := w.Modal(fakeslack.Alice)
			if v.Title != tc.title || tc.errors != "" && fmt.Sprint(v.Errors) != tc.errors || tc.errors == "" &&
				v.Errors != nil {
				t.Errorf("Alice sees %q with errors %v", v.Title, v.Errors)
			}
			if got := e.Failure(); (got == "") != (tc.failure == "") || !strings.Contains(got, tc.failure) {
				t.Errorf("the failure is %q", got)
			}
		})
	}
}

func TestClosingTheModalOnTopShowsTheOneBeneath(t *testing.T) {
	w, b := answering(t, fakeslack.Options{},
		`{"response_action":"push","view":{"type":"modal","title":{"type":"plain_text","text":"Sure?"},"notify_on_close":true,"blocks":[{"type":"divider"}]}}`)
	fill(t, w, "task", "126531")
	submit(t, w)
	b.next(t)
	if v, _ := w.Modal(fakeslack.Alice); v.Title != "Sure?" || v.PreviousID == "" {
		t.Fatalf("Alice sees %+v", v)
	}
	e, err := w.CloseModal(fakeslack.Alice)
	if err != nil || e == nil {
		t.Fatal(e, err)
	}
	if c := told(t, e); c.Type != slack.InteractionTypeViewClosed || c.View.Title.Text != "Sure?" || c.IsCleared {
		t.Errorf("the app is told %s", e.Payload)
	}
	if v, _ := w.Modal(fakeslack.Alice); v.Title != "New digest" || v.Value("task") != "126531" {
		t.Errorf("Alice sees %+v", v)
	}
	if e, err := w.CloseModal(fakeslack.Alice); err != nil || e != nil {
		t.Errorf("without notify_on_close: %v, %v", e, err)
	}
	if _, err := w.CloseModal(fakeslack.Alice); err == nil {
		t.Error("nothing was closed")
	}
}

func TestClearOnCloseClosesAll(t *testing.T) {
	w, b := answering(t, fakeslack.Options{},
		`{"response_action":"push","view":{"type":"modal","title":{"type":"plain_text","text":"Sure?"},"notify_on_close":true,"clear_on_close":true,"blocks":[{"type":"divider"}]}}`)
	fill(t, w, "task", "126531")
	submit(t, w)
	b.next(t)
	e, err := w.CloseModal(fakeslack.Alice)
	if err != nil || !told(t, e).IsCleared {
		t.Errorf("the app is told %v, %v", e, err)
	}
	if v, ok := w.Modal(fakeslack.Alice); ok {
		t.Errorf("Alice sees %+v", v)
	}
}

func TestSlackItselfHoldsABadFormBack(t *testing.T) {
	for _, tc := range []struct{ name, action, value, want string }{
		{"a required menu is empty", "task", "", "task: please complete this required field"},
		{"a required text is empty", "name", "", "name: please complete this required field"},
		{"a text too short", "name", "字字", "name: at least 3 characters"},
		{"a text too long", "name", "far too long", "name: at most 8 characters"},
		{"no number", "top", "five", "top: no number"},
		{"no whole number", "top", "2.5", "top: no number"},
		{"a number too small", "top", "0", "top: at least 1"},
		{"a number too big", "top", "10", "top: at most 9"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, _ := answering(t, fakeslack.Options{}, "")
			fill(t, w, "task", "126531")
			fill(t, w, tc.action, tc.value)
			sent := w.Stats().Envelopes
			if _, err := w.Submit(fakeslack.Alice); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Slack says %v", err)
			}
			if w.Stats().Envelopes != sent {
				t.Error("the app was told")
			}
			v, open := w.Modal(fakeslack.Alice)
			if !open {
				t.Error("the modal was closed")
			}
			if shown := tc.action + ": " + v.Errors[tc.action]; len(v.Errors) != 1 ||
				!strings.HasPrefix(shown, tc.want) {
				t.Errorf("the modal has the errors %v", v.Errors)
			}
		})
	}
}

func TestWhatCannotBeSubmitted(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	if _, err := w.Submit(fakeslack.Alice); err == nil {
		t.Error("no modal was submitted")
	}
	open(t, w, loading())
	if _, err := w.Submit(fakeslack.Alice); err == nil {
		t.Error("a modal without a button was submitted")
	}
}

func TestAnErrorGoesWhenThePersonChangesTheInput(t *testing.T) {
	w, _ := answering(t, fakeslack.Options{}, `{"response_action":"errors","errors":{"name":"taken","task":"unknown"}}`)
	fill(t, w, "task", "126531")
	submit(t, w)
	fill(t, w, "name", "weekly")
	if v, _ := w.Modal(fakeslack.Alice); fmt.Sprint(v.Errors) != "map[task:unknown]" {
		t.Errorf("Alice sees %v", v.Errors)
	}
}

func TestASubmissionThatNobodyAcks(t *testing.T) {
	w, b := answering(t, fakeslack.Options{AckTimeout: 50 * time.Millisecond}, "never")
	fill(t, w, "task", "126531")
	e, err := w.Submit(fakeslack.Alice)
	if err != nil {
		t.Fatal(err)
	}
	for b.next(t); e.Failure() == ""; b.next(t) {
		slash(t, w, "")
	}
	w.Ack(e.ID, nil)
	if _, ok := w.Modal(fakeslack.Alice); !ok || e.Failure() != "operation_timeout" {
		t.Errorf("a late ack closed the modal, or the failure is %q", e.Failure())
	}
}

func TestFillingInIsSilentUnlessTheInputDispatches(t *testing.T) {
	w, b := answering(t, fakeslack.Options{}, "")
	sent := w.Stats().Envelopes
	fill(t, w, "name", "weekly")
	fill(t, w, "task", "126531")
	if w.Stats().Envelopes != sent {
		t.Error("the app was told of a silent input")
	}
	for action, value := range map[string]string{"window": "8h", "place": fakeslack.Ops} {
		fill(t, w, action, value)
		c := b.next(t).Data.(slack.InteractionCallback)
		if c.Type != slack.InteractionTypeBlockActions || c.Container.Type != "view" || c.ResponseURL != "" ||
			c.TriggerID == "" ||
			c.ActionCallback.BlockActions[0].ActionID != action || c.ActionCallback.BlockActions[0].BlockID != action ||
			c.View.State.Values["name"]["name"].Value != "weekly" {
			t.Errorf("for %s the app is told %+v", action, c)
		}
		if v, _ := w.Modal(fakeslack.Alice); v.Value(action) != value {
			t.Errorf("Alice sees %q in %s", v.Value(action), action)
		}
	}
	for action, value := range map[string]string{"window": "9h", "nothing": "x", "place": ""} {
		if err := w.Fill(fakeslack.Alice, action, value); err == nil {
			t.Errorf("%s took %q", action, value)
		}
	}
	fill(t, w, "name", "")
	if v, _ := w.Modal(fakeslack.Alice); v.Value("name") != "" {
		t.Error("an input was not emptied")
	}
	if _, err := w.PressView(fakeslack.Alice, "name", "x"); err == nil {
		t.Error("a silent input was pressed")
	}
	if _, err := w.PressView(fakeslack.Wei, "window", "8h"); err == nil {
		t.Error("Wei has no modal and pressed in it")
	}
}

func TestWhatWasEnteredStaysWhenTheAppUpdatesTheModal(t *testing.T) {
	w, _ := answering(t, fakeslack.Options{}, "")
	fill(t, w, "name", "weekly")
	fill(t, w, "task", "126531")
	v, _ := w.Modal(fakeslack.Alice)
	changed := strings.Replace(wizard, `"block_id":"task"`, `"block_id":"other"`, 1)
	if got := call(t, w, "views.update", jsonBody, w.BotToken(),
		`{"view_id":"`+v.ID+`","hash":"`+v.Hash+`","view":`+changed+`}`); !got.OK {
		t.Fatalf("refused: %+v", got)
	}
	v, _ = w.Modal(fakeslack.Alice)
	if v.Value("name") != "weekly" || v.Value("task") != "" {
		t.Errorf("Alice sees name %q and task %q", v.Value("name"), v.Value("task"))
	}
}

// For the race detector: a person, the app and a test look at one modal and change it at the same time.
func TestOneModalInManyHands(t *testing.T) {
	w, b := answering(t, fakeslack.Options{}, `{"response_action":"errors","errors":{"name":"taken"}}`)
	fill(t, w, "task", "126531")
	v, _ := w.Modal(fakeslack.Alice)
	var hands sync.WaitGroup
	for _, do := range []func(){
		func() { _ = w.Fill(fakeslack.Alice, "name", "weekly") },
		func() { _, _ = w.PressView(fakeslack.Alice, "place", fakeslack.Ops) },
		func() { _, _ = w.Submit(fakeslack.Alice) },
		func() { v, _ := w.Modal(fakeslack.Alice); _ = v.Value("name") + fmt.Sprint(v.Errors) },
		func() {
			call(t, w, "views.update", jsonBody, w.BotToken(), `{"view_id":"`+v.ID+`","view":`+wizard+`}`)
		},
	} {
		hands.Go(func() {
			for range 20 {
				do()
			}
		})
	}
	hands.Wait()
	for range 40 {
		b.next(t)
	}
	if v, _ := w.Modal(fakeslack.Alice); v.Value("name") != "weekly" || v.Value("task") != "126531" ||
		v.Value("place") != fakeslack.Ops {
		t.Errorf("Alice sees %s", v.State)
	}
}
