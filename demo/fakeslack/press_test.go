package fakeslack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

// panel is a message with one control of each kind.
const panel = `[
{"type":"section","text":{"type":"mrkdwn","text":"codes"},"accessory":{"type":"overflow","action_id":"more","options":[
	{"text":{"type":"plain_text","text":"Mute"},"value":"mute"},{"text":{"type":"plain_text","text":"Delete"},"value":"delete"}]}},
{"type":"actions","block_id":"acts","elements":[
	{"type":"button","action_id":"again","value":"codes 126531","text":{"type":"plain_text","text":"Again"}},
	{"type":"button","action_id":"mine","text":{"type":"plain_text","text":"Mine"},"visible_to_user_ids":["U0WEI"]},
	{"type":"static_select","action_id":"window","placeholder":{"type":"plain_text","text":"Window"},"option_groups":[
		{"label":{"type":"plain_text","text":"Hours"},"options":[{"text":{"type":"plain_text","text":"8 hours"},"value":"8h"}]},
		{"label":{"type":"plain_text","text":"Days"},"options":[{"text":{"type":"plain_text","text":"1 day"},"value":"1d"}]}]},
	{"type":"radio_buttons","action_id":"radio","options":[{"text":{"type":"plain_text","text":"A"},"value":"a"}]},
	{"type":"external_select","action_id":"task"},
	{"type":"users_select","action_id":"who"},
	{"type":"conversations_select","action_id":"where"},
	{"type":"channels_select","action_id":"channel"},
	{"type":"datepicker","action_id":"day","initial_date":"2026-11-22"},
	{"type":"timepicker","action_id":"time"},
	{"type":"datetimepicker","action_id":"moment"},
	{"type":"multi_static_select","action_id":"isps","options":[
		{"text":{"type":"plain_text","text":"Telecom"},"value":"ct"},{"text":{"type":"plain_text","text":"Unicom"},"value":"cu"}]},
	{"type":"checkboxes","action_id":"flags","options":[
		{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"}]}]},
{"type":"input","dispatch_action":true,"label":{"type":"plain_text","text":"Note"},"element":{"type":"plain_text_input","action_id":"note"}}
]`

// show posts blocks to #ops and returns the message.
func show(t testing.TB, w *fakeslack.Workspace, blocks string) fakeslack.Message {
	t.Helper()
	return posted(t, w, "chat.postMessage", `{"channel":"C0OPS","text":"x","blocks":`+blocks+`}`)
}

// posted asks a method that posts and returns the last message then.
func posted(t testing.TB, w *fakeslack.Workspace, method, body string) fakeslack.Message {
	t.Helper()
	if got := call(t, w, method, jsonBody, w.BotToken(), body); !got.OK {
		t.Fatalf("refused: %+v", got)
	}
	all := w.Messages()
	return all[len(all)-1]
}

// told is the payload of an envelope as slack-go reads it.
func told(t testing.TB, e *fakeslack.Envelope) slack.InteractionCallback {
	t.Helper()
	var c slack.InteractionCallback
	if err := json.Unmarshal(e.Payload, &c); err != nil {
		t.Fatalf("slack-go cannot read %s: %v", e.Payload, err)
	}
	return c
}

// raw is the payload of an envelope as it is.
func raw(t testing.TB, e *fakeslack.Envelope) map[string]any {
	t.Helper()
	var p map[string]any
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func press(t testing.TB, w *fakeslack.Workspace, m fakeslack.Message, actionID, choice string) *fakeslack.Invocation {
	t.Helper()
	i, err := w.Press(fakeslack.Alice, m, actionID, choice)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestEveryControlTellsWhatWasChosen(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	m := show(t, w, panel)
	for _, tc := range []struct{ name, action, choice, want string }{
		{"a button sends its own value", "again", "ignored", `"value":"codes 126531"`},
		{"a menu", "window", "1d", `"selected_option":{"text":{"text":"1 day","type":"plain_text"},"value":"1d"}`},
		{"an overflow menu", "more", "mute", `"selected_option":{"text":{"text":"Mute","type":"plain_text"},"value":"mute"}`},
		{"radio buttons", "radio", "a", `"selected_option":{"text":{"text":"A","type":"plain_text"},"value":"a"}`},
		{"an external menu", "task", "126531",
			`"selected_option":{"text":{"emoji":true,"text":"126531","type":"plain_text"},"value":"126531"}`},
		{"a person", "who", fakeslack.Wei, `"selected_user":"U0WEI"`},
		{"a conversation", "where", fakeslack.Ops, `"selected_conversation":"C0OPS"`},
		{"a channel", "channel", fakeslack.Ops, `"selected_channel":"C0OPS"`},
		{"a day", "day", "2026-11-23", `"selected_date":"2026-11-23"`},
		{"a time", "time", "09:30", `"selected_time":"09:30"`},
		{"a moment", "moment", "1795316400", `"selected_date_time":1795316400`},
		{"several boxes", "flags", "a,b",
			`"selected_options":[{"text":{"text":"A","type":"plain_text"},"value":"a"},{"text":{"text":"B","type":"plain_text"},"value":"b"}]`},
		{"no box", "flags", "", `"selected_options":[]`},
		{"several options", "isps", "cu", `"selected_options":[{"text":{"text":"Unicom","type":"plain_text"},"value":"cu"}]`},
		{"a text", "note", "hello", `"value":"hello"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			i := press(t, w, m, tc.action, tc.choice)
			var p struct{ Actions []map[string]any }
			if err := json.Unmarshal(i.Payload, &p); err != nil || len(p.Actions) != 1 {
				t.Fatalf("the payload is %s", i.Payload)
			}
			got, _ := json.Marshal(p.Actions[0])
			if p.Actions[0]["action_id"] != tc.action || !strings.Contains(string(got), tc.want) {
				t.Errorf("the action is %s, want %s", got, tc.want)
			}
			if c := told(t, i.Envelope); c.Type != slack.InteractionTypeBlockActions ||
				c.ActionCallback.BlockActions[0].ActionID != tc.action {
				t.Errorf("slack-go reads %+v", c)
			}
		})
	}
}

func TestWhatCannotBePressed(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	m := show(t, w, panel)
	private := posted(t, w, "chat.postEphemeral", `{"channel":"C0OPS","user":"U0WEI","blocks":`+panel+`}`)
	elsewhere := m
	elsewhere.Channel = fakeslack.WarRoom
	gone := m
	gone.TS = "1.0"
	for _, tc := range []struct {
		name, user     string
		message        fakeslack.Message
		action, choice string
	}{
		{"by nobody", "U0X", m, "again", ""},
		{"by a person who is not in the channel", fakeslack.Sam, elsewhere, "again", ""},
		{"what only somebody else sees", fakeslack.Alice, private, "again", ""},
		{"a message that is gone", fakeslack.Alice, gone, "again", ""},
		{"a control that is not there", fakeslack.Alice, m, "encore", ""},
		{"a button for somebody else", fakeslack.Alice, m, "mine", ""},
		{"an option that is not there", fakeslack.Alice, m, "window", "9h"},
		{"no option", fakeslack.Alice, m, "window", ""},
		{"a box that is not there", fakeslack.Alice, m, "flags", "a,c"},
		{"a day that is none", fakeslack.Alice, m, "day", "tomorrow"},
		{"a time that is none", fakeslack.Alice, m, "time", "25:00"},
		{"a moment that is none", fakeslack.Alice, m, "moment", "now"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := w.Press(tc.user, tc.message, tc.action, tc.choice); err == nil {
				t.Error("it was pressed")
			}
		})
	}
	if n := w.Stats().Envelopes; n != 0 {
		t.Errorf("the app was told %d times", n)
	}
	if _, err := w.Press(fakeslack.Wei, private, "mine", ""); err != nil {
		t.Errorf("Wei cannot press her own button: %v", err)
	}
}

func TestAPressSaysWhereItWasMade(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	m := show(t, w, panel)
	c := told(t, press(t, w, m, "again", "").Envelope)
	if c.User.ID != fakeslack.Alice || c.User.Name != "alice" || c.Team.ID != fakeslack.TeamID ||
		c.APIAppID != fakeslack.AppID || c.TriggerID == "" || c.ResponseURL == "" ||
		c.Channel.ID != fakeslack.Ops || c.Channel.Name != "ops" || c.Container.Type != "message" ||
		c.Container.MessageTs != m.TS || c.Container.ChannelID != fakeslack.Ops ||
		c.Container.IsEphemeral || c.Message.Timestamp != m.TS || c.ActionCallback.BlockActions[0].BlockID != "acts" {
		t.Errorf("the app is told %+v", c)
	}
	private := posted(t, w, "chat.postEphemeral",
		`{"channel":"C0OPS","user":"U0ALICE","thread_ts":"`+m.TS+`","blocks":`+panel+`}`)
	i := press(t, w, private, "again", "")
	if c := told(t, i.Envelope); !c.Container.IsEphemeral || c.Container.ThreadTs != m.TS ||
		raw(t, i.Envelope)["message"] != nil {
		t.Errorf("of an ephemeral message the app is told %s", i.Payload)
	}
}

func TestTheStateOfAMessageIsWhatThePersonPicked(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	m := show(t, w, panel)
	press(t, w, m, "window", "8h")
	c := told(t, press(t, w, m, "again", "").Envelope)
	in := c.BlockActionState.Values["acts"]
	if in["window"].SelectedOption.Value != "8h" || in["day"].SelectedDate != "2026-11-22" ||
		in["flags"].Type != "checkboxes" {
		t.Errorf("Alice's state is %+v", in)
	}
	if _, ok := in["again"]; ok {
		t.Error("a button has a state")
	}
	i, err := w.Press(fakeslack.Wei, m, "again", "")
	if err != nil {
		t.Fatal(err)
	}
	if got := told(t, i.Envelope).BlockActionState.Values["acts"]["window"].SelectedOption.Value; got != "" {
		t.Errorf("Wei's menu says %q", got)
	}
}

func TestBlocksWithoutAnIDGetOne(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	m := show(t, w, panel)
	c := told(t, press(t, w, m, "note", "hello").Envelope)
	id := c.ActionCallback.BlockActions[0].BlockID
	if id == "" || c.BlockActionState.Values[id]["note"].Value != "hello" {
		t.Errorf("block_id %q, state %+v", id, c.BlockActionState.Values)
	}
	if got := c.Message.Blocks.BlockSet[2].ID(); got != id {
		t.Errorf("in the message it is %q, in the action %q", got, id)
	}
}

func TestAnsweringAPressThroughItsResponseURL(t *testing.T) {
	for _, tc := range []struct {
		name, method string
		bodies       []string
		sees         string // that Alice sees in the end
		others       int    // messages that Wei sees
	}{
		{"replacing a message", "chat.postMessage", []string{`{"text":"new","replace_original":true}`}, "new", 1},
		{"replacing an ephemeral message", "chat.postEphemeral",
			[]string{`{"text":"new","replace_original":true,"response_type":"in_channel"}`}, "new", 0},
		{"an answer beside it", "chat.postMessage",
			[]string{`{"text":"new","replace_original":false,"response_type":"ephemeral"}`}, "x|new", 1},
		{"a public answer beside it", "chat.postMessage", []string{`{"text":"new","response_type":"in_channel"}`}, "x|new",
			2},
		{"an answer beside it, and then replacing", "chat.postMessage",
			[]string{`{"text":"beside"}`, `{"text":"new","replace_original":true}`}, "new|beside", 1},
		{"deleting it", "chat.postMessage", []string{`{"delete_original":true}`}, "", 0},
		{"deleting an ephemeral message", "chat.postEphemeral", []string{`{"delete_original":true}`}, "", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := start(t, fakeslack.Options{})
			dial(t, w)
			m := posted(t, w, tc.method, `{"channel":"C0OPS","user":"U0ALICE","text":"x","blocks":`+panel+`}`)
			i := press(t, w, m, "again", "")
			for _, body := range tc.bodies {
				if _, answer := post(t, i.ResponseURL(), body); answer != "ok" {
					t.Fatalf("%s was answered %s", body, answer)
				}
			}
			var texts []string
			for _, m := range w.Sees(fakeslack.Alice, fakeslack.Ops) {
				texts = append(texts, m.Text)
			}
			if got := strings.Join(texts, "|"); got != tc.sees {
				t.Errorf("Alice sees %q, want %q", got, tc.sees)
			}
			if n := len(w.Sees(fakeslack.Wei, fakeslack.Ops)); n != tc.others {
				t.Errorf("Wei sees %d messages, want %d", n, tc.others)
			}
			if _, err := i.Wait(within(t), nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAResponseURLAnswersInAThread(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	m := show(t, w, panel)
	i := press(t, w, m, "again", "")
	post(t, i.ResponseURL(), `{"text":"inside","response_type":"in_channel","thread_ts":"`+m.TS+`"}`)
	if got, err := i.Wait(within(t), nil); err != nil || got.Text != "inside" || got.ThreadTS != m.TS {
		t.Errorf("the answer is %+v, %v", got, err)
	}
}

func TestAPressIsAnsweredByAnUpdateOfItsMessage(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	m := show(t, w, panel)
	i := press(t, w, m, "again", "")
	if n := len(i.Messages()); n != 0 {
		t.Fatalf("%d answers before any", n)
	}
	posted(t, w, "chat.update", `{"channel":"C0OPS","ts":"`+m.TS+`","text":"fresh"}`)
	if got, err := i.Wait(within(t), nil); err != nil || got.Text != "fresh" || got.TS != m.TS {
		t.Errorf("the answer is %+v, %v", got, err)
	}
	if _, err := w.Press(fakeslack.Alice, m, "again", ""); err == nil {
		t.Error("a control was pressed that the update had taken away")
	}
}

func TestTheResponseURLOfAPressAgesToo(t *testing.T) {
	clock := newClock()
	w := start(t, fakeslack.Options{Now: clock.now})
	dial(t, w)
	i := press(t, w, show(t, w, panel), "again", "")
	clock.forward(30*time.Minute + time.Second)
	if status, body := post(t, i.ResponseURL(), `{"text":"late"}`); status != 404 || body != "expired_url" {
		t.Errorf("answered %d %s", status, body)
	}
}

func TestSeveralButtonsWithOneActionIDAreToldApartByTheirValues(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	button := func(value string) string {
		return `{"type":"actions","elements":[{"type":"button","action_id":"run","value":"` + value +
			`","text":{"type":"plain_text","text":"Run"}}]}`
	}
	m := show(t, w, "["+button("one")+","+button("two")+"]")
	for choice, want := range map[string]string{"": "one", "two": "two"} {
		if got := told(t, press(t, w, m, "run", choice).Envelope).ActionCallback.BlockActions[0].Value; got != want {
			t.Errorf("choosing %q sends %q", choice, got)
		}
	}
}
