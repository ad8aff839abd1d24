package fakeslack_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

func words(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject("plain_text", s, false, false)
}

// loading is a modal that says only that another is on its way.
func loading() slack.ModalViewRequest {
	return slack.ModalViewRequest{Type: slack.VTModal, Title: words("New digest"), CallbackID: "digest",
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(words("Loading …"), nil, nil)}}}
}

// digest is a modal with one input.
func digest() slack.ModalViewRequest {
	v := loading()
	v.Submit, v.Close, v.PrivateMetadata, v.NotifyOnClose = words("Save"), words("Cancel"), `{"channel":"C0OPS"}`, true
	v.Blocks.BlockSet = []slack.Block{slack.NewInputBlock("task", words("Task"), nil,
		slack.NewPlainTextInputBlockElement(nil, "task"))}
	return v
}

// shortcut uses a shortcut and returns its trigger_id.
func shortcut(t testing.TB, w *fakeslack.Workspace) string {
	t.Helper()
	i, err := w.Shortcut(fakeslack.Alice, "new_digest")
	if err != nil {
		t.Fatal(err)
	}
	return told(t, i.Envelope).TriggerID
}

// open shows Alice a modal.
func open(t testing.TB, w *fakeslack.Workspace, v slack.ModalViewRequest) *slack.View {
	t.Helper()
	resp, err := client(t, w).OpenViewContext(within(t), shortcut(t, w), v)
	if err != nil {
		t.Fatal(err, resp.ResponseMetadata.Messages)
	}
	return &resp.View
}

// refused is the name of Slack's error, or empty.
func refused(t testing.TB, err error) string {
	t.Helper()
	var said slack.SlackErrorResponse
	if err != nil && !errors.As(err, &said) {
		t.Fatal(err)
	}
	return said.Err
}

func TestAShortcutBelongsToNoChannel(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	i, err := w.Shortcut(fakeslack.Alice, "new_digest")
	if err != nil {
		t.Fatal(err)
	}
	c := told(t, i.Envelope)
	if c.Type != slack.InteractionTypeShortcut || c.CallbackID != "new_digest" || c.User.ID != fakeslack.Alice ||
		c.TriggerID == "" || c.ActionTs == "" {
		t.Errorf("the app is told %s", i.Payload)
	}
	for _, none := range []string{"channel", "response_url", "message"} {
		if _, ok := raw(t, i.Envelope)[none]; ok {
			t.Errorf("a shortcut has a %s", none)
		}
	}
	if i.ResponseURL() != "" {
		t.Error("a shortcut can be answered")
	}
	if _, err := w.Shortcut("U0X", "new_digest"); err == nil {
		t.Error("nobody used a shortcut")
	}
	posted(t, w, "chat.postMessage", `{"channel":"U0ALICE","text":"done"}`)
	if m, err := i.Wait(within(t), nil); err != nil || m.Text != "done" {
		t.Errorf("Alice's answer is %+v, %v", m, err)
	}
}

func TestATriggerOpensOneViewWithinThreeSeconds(t *testing.T) {
	clock := newClock()
	w := start(t, fakeslack.Options{Now: clock.now})
	dial(t, w)
	m := show(t, w, panel)
	for _, tc := range []struct {
		name    string
		trigger func() string
	}{
		{"of a command", func() string { return raw(t, slash(t, w, "help").Envelope)["trigger_id"].(string) }},
		{"of a button", func() string { return told(t, press(t, w, m, "again", "").Envelope).TriggerID }},
		{"of a shortcut", func() string { return shortcut(t, w) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			api := client(t, w)
			trigger, late := tc.trigger(), tc.trigger()
			clock.forward(3 * time.Second)
			if _, err := api.OpenViewContext(within(t), trigger, loading()); err != nil {
				t.Errorf("after 3 s: %v", err)
			}
			if _, err := api.OpenViewContext(within(t), trigger, loading()); refused(t, err) != "exchanged_trigger_id" {
				t.Errorf("a second time: %v", err)
			}
			clock.forward(time.Millisecond)
			if _, err := api.OpenViewContext(within(t), late, loading()); refused(t, err) != "expired_trigger_id" {
				t.Errorf("after more than 3 s: %v", err)
			}
			if _, err := api.OpenViewContext(within(t), trigger+"x", loading()); refused(t, err) != "invalid_trigger_id" {
				t.Errorf("one that was never given: %v", err)
			}
		})
	}
}

func TestARefusedViewUsesNoTriggerUp(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	trigger := shortcut(t, w)
	bad := loading()
	bad.Title = words(chars(25))
	if _, err := client(t, w).OpenViewContext(within(t), trigger, bad); refused(t, err) != "invalid_arguments" {
		t.Fatal(err)
	}
	if _, err := client(t, w).OpenViewContext(within(t), trigger, loading()); err != nil {
		t.Error(err)
	}
}

func TestAPersonSeesTheModalThatWasOpened(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	if _, ok := w.Modal(fakeslack.Alice); ok {
		t.Fatal("a modal is open before any")
	}
	answered := open(t, w, digest())
	v, ok := w.Modal(fakeslack.Alice)
	if !ok || v.ID != answered.ID || v.Hash != answered.Hash || v.Title != "New digest" || v.SubmitLabel != "Save" ||
		v.CloseLabel != "Cancel" || v.CallbackID != "digest" || v.PrivateMetadata != `{"channel":"C0OPS"}` ||
		v.RootID != v.ID || v.PreviousID != "" ||
		!strings.Contains(string(v.Blocks), `"plain_text_input"`) {
		t.Errorf("Alice sees %+v", v)
	}
	if answered.RootViewID != v.ID || answered.PrivateMetadata != v.PrivateMetadata ||
		answered.Title.Text != "New digest" || answered.AppID != fakeslack.AppID {
		t.Errorf("slack-go reads %+v", answered)
	}
	if _, ok := w.Modal(fakeslack.Wei); ok {
		t.Error("Wei sees a modal too")
	}
}

func TestALoadingViewIsUpdated(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	first := open(t, w, loading())
	resp, err := client(t, w).UpdateViewContext(within(t), digest(), "", first.Hash, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if resp.ID != first.ID || resp.Hash == first.Hash {
		t.Errorf("view %s %s became %s %s", first.ID, first.Hash, resp.ID, resp.Hash)
	}
	v, err := w.WaitModal(within(t), fakeslack.Alice, func(v fakeslack.View) bool { return v.SubmitLabel == "Save" })
	if err != nil || v.ID != first.ID {
		t.Errorf("Alice sees %+v, %v", v, err)
	}
	if _, err := client(t, w).UpdateViewContext(within(t), loading(), "", first.Hash, first.ID); refused(t,
		err) != "hash_conflict" {
		t.Errorf("with the old hash: %v", err)
	}
	if _, err := client(t, w).UpdateViewContext(within(t), loading(), "", "", "V0NONE"); refused(t, err) != "not_found" {
		t.Errorf("of a view that is not there: %v", err)
	}
}

func TestAViewIsFoundByItsExternalID(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	named := loading()
	named.ExternalID = "digest-1"
	open(t, w, named)
	if _, err := client(t, w).OpenViewContext(within(t), shortcut(t, w), named); refused(t,
		err) != "duplicate_external_id" {
		t.Errorf("a second one with that name: %v", err)
	}
	next := digest()
	next.ExternalID = "digest-1"
	if _, err := client(t, w).UpdateViewContext(within(t), next, "digest-1", "", ""); err != nil {
		t.Fatal(err)
	}
	if v, _ := w.Modal(fakeslack.Alice); v.SubmitLabel != "Save" {
		t.Errorf("Alice sees %+v", v)
	}
}

// linked is a modal with a button in it.
func linked(title string) slack.ModalViewRequest {
	v := loading()
	v.Title = words(title)
	v.Blocks.BlockSet = []slack.Block{slack.NewActionBlock("acts",
		slack.NewButtonBlockElement("more", "1", words("More")))}
	return v
}

func TestModalsStackThreeHigh(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	api := client(t, w)
	root := open(t, w, linked("one"))
	previous := root.ID
	push := func(title string) (*slack.ViewResponse, error) {
		i, err := w.PressView(fakeslack.Alice, "more", "")
		if err != nil {
			t.Fatal(err)
		}
		return api.PushViewContext(within(t), told(t, i.Envelope).TriggerID, linked(title))
	}
	for _, title := range []string{"two", "three"} {
		resp, err := push(title)
		if err != nil {
			t.Fatal(err)
		}
		if resp.RootViewID != root.ID || resp.PreviousViewID != previous {
			t.Errorf("view %s has root %s and stands on %s", title, resp.RootViewID, resp.PreviousViewID)
		}
		previous = resp.View.ID
	}
	if _, err := push("four"); refused(t, err) != "push_limit_reached" {
		t.Errorf("a fourth: %v", err)
	}
	for _, want := range []string{"three", "two", "one"} {
		if v, _ := w.Modal(fakeslack.Alice); v.Title != want {
			t.Errorf("Alice sees %q, want %q", v.Title, want)
		}
		if _, err := w.CloseModal(fakeslack.Alice); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WaitNoModal(within(t), fakeslack.Alice); err != nil {
		t.Error(err)
	}
	if _, err := api.PushViewContext(within(t), shortcut(t, w), linked("two")); refused(t, err) != "invalid_trigger_id" {
		t.Errorf("a push onto nothing: %v", err)
	}
}

func TestWhatViewsRefuse(t *testing.T) {
	const (
		head    = `"type":"modal","title":{"type":"plain_text","text":"x"}`
		divider = `{"type":"divider"}`
		input   = `{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input"}}`
	)
	title := func(n int) string { return `{"type":"plain_text","text":"` + chars(n) + `"}` }
	for _, tc := range []struct{ name, kind, view, want string }{
		{"all at their limits", fakeslack.Modal, `{"type":"modal","title":` + title(24) + `,"submit":` + title(24) +
			`,"close":` + title(24) + `,"callback_id":"` + chars(255) +
			`","private_metadata":"` + chars(3000) + `","blocks":[` + repeat(99, divider) + `,` + input + `]}`, ""},
		{"an alert in a modal", fakeslack.Modal, `{` + head +
			`,"blocks":[{"type":"alert","level":"error","text":{"type":"mrkdwn","text":"x"}}]}`, ""},
		{"a form on the Home tab needs no button", fakeslack.HomeTab, `{"type":"home","blocks":[` + input + `]}`, ""},
		{"charts on the Home tab", fakeslack.HomeTab, `{"type":"home","blocks":[` + smallChart + `]}`, ""},
		{"no object", fakeslack.Modal, `[]`, "must provide an object [json-pointer:/view]"},
		{"no type", fakeslack.Modal, `{}`, "missing required field: type [json-pointer:/view]"},
		{"a type that is none", fakeslack.Modal, `{"type":"message"}`, "unsupported type: message [json-pointer:/view/type]"},
		{"no title", fakeslack.Modal, `{"type":"modal","blocks":[` + divider + `]}`,
			"missing required field: title [json-pointer:/view]"},
		{"a long title", fakeslack.Modal, `{"type":"modal","title":` + title(25) + `,"blocks":[` + divider + `]}`,
			"must be less than 25 characters [json-pointer:/view/title/text]"},
		{"a title with markup", fakeslack.Modal, `{"type":"modal","title":{"type":"mrkdwn","text":"x"},"blocks":[` + divider +
			`]}`, "unsupported type: mrkdwn [json-pointer:/view/title/type]"},
		{"a long label to submit", fakeslack.Modal, `{` + head + `,"submit":` + title(25) + `,"blocks":[` + divider + `]}`,
			"must be less than 25 characters [json-pointer:/view/submit/text]"},
		{"a long label to close", fakeslack.Modal, `{` + head + `,"close":` + title(25) + `,"blocks":[` + divider + `]}`,
			"must be less than 25 characters [json-pointer:/view/close/text]"},
		{"a long callback_id", fakeslack.Modal, `{` + head + `,"callback_id":"` + chars(256) + `","blocks":[` + divider +
			`]}`, "must be less than 256 characters [json-pointer:/view/callback_id]"},
		{"long private_metadata", fakeslack.Modal, `{` + head + `,"private_metadata":"` + chars(3001) + `","blocks":[` +
			divider + `]}`, "must be less than 3001 characters [json-pointer:/view/private_metadata]"},
		{"no blocks", fakeslack.Modal, `{` + head + `,"blocks":[]}`,
			"must provide at least 1 items [json-pointer:/view/blocks]"},
		{"101 blocks", fakeslack.Modal, `{` + head + `,"blocks":[` + repeat(101, divider) + `]}`,
			"no more than 100 items allowed [json-pointer:/view/blocks]"},
		{"a form that cannot be sent", fakeslack.Modal, `{` + head + `,"blocks":[` + input + `]}`,
			"must define `submit` to use an `input` block in modals [json-pointer:/view]"},
		{"a chart in a modal", fakeslack.Modal, `{` + head + `,"blocks":[` + smallChart + `]}`,
			"unsupported type: data_visualization [json-pointer:/view/blocks/0/type]"},
		{"a table in a modal", fakeslack.Modal, `{` + head + `,"blocks":[` + smallTable + `]}`,
			"unsupported type: table [json-pointer:/view/blocks/0/type]"},
		{"markdown in a modal", fakeslack.Modal, `{` + head + `,"blocks":[{"type":"markdown","text":"x"}]}`,
			"unsupported type: markdown [json-pointer:/view/blocks/0/type]"},
		{"an alert on the Home tab", fakeslack.HomeTab,
			`{"type":"home","blocks":[{"type":"alert","text":{"type":"mrkdwn","text":"x"}}]}`,
			"unsupported type: alert [json-pointer:/view/blocks/0/type]"},
		{"markdown on the Home tab", fakeslack.HomeTab, `{"type":"home","blocks":[{"type":"markdown","text":"x"}]}`,
			"unsupported type: markdown [json-pointer:/view/blocks/0/type]"},
		{"a title on the Home tab", fakeslack.HomeTab, `{"type":"home","title":` + title(1) + `,"blocks":[` + divider + `]}`,
			"invalid additional property: title [json-pointer:/view]"},
		{"a long alert", fakeslack.Modal, `{` + head + `,"blocks":[{"type":"alert","text":{"type":"mrkdwn","text":"` +
			chars(201) + `"}}]}`, "must be less than 201 characters [json-pointer:/view/blocks/0/text/text]"},
		{"two blocks of one id", fakeslack.Modal, `{` + head +
			`,"blocks":[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]}`,
			"`block_id` already exists [json-pointer:/view/blocks/1/block_id]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got string
			for _, p := range fakeslack.ValidateView(json.RawMessage(tc.view), tc.kind) {
				got += p.String()
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestARefusedViewIsExplained(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	ask := func(view string) (name string, messages []string) {
		got := call(t, w, "views.open", jsonBody, w.BotToken(), `{"trigger_id":"`+shortcut(t, w)+`","view":`+view+`}`)
		return got.Error, got.ResponseMetadata.Messages
	}
	if name, messages := ask(`{"type":"modal","blocks":[{"type":"divider"}]}`); name != "invalid_arguments" ||
		strings.Join(messages, "") != "[ERROR] missing required field: title [json-pointer:/view]" {
		t.Errorf("answered %s %q", name, messages)
	}
	if name, _ := ask(`{"type":"modal","private_metadata":"` + strings.Repeat("x", 250_000) +
		`"}`); name != "view_too_large" {
		t.Errorf("answered %s", name)
	}
}
