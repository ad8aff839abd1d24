package fakeslack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

func TestOptionsAreSuggested(t *testing.T) {
	option := func(text, value string) string {
		return `{"text":{"type":"plain_text","text":"` + text + `"},"value":"` + value + `"}`
	}
	for _, tc := range []struct {
		name, ack string
		want      string // the options
		refused   string // part of the error
	}{
		{"some", `{"options":[` + option("Ping", "1") + `,` + option("Page", "2") + `]}`, "[{Ping 1} {Page 2}]", ""},
		{"none", `{"options":[]}`, "[]", ""},
		{"in groups", `{"option_groups":[{"label":{"type":"plain_text","text":"A"},"options":[` + option("Ping", "1") +
			`]},{"label":{"type":"plain_text","text":"B"},"options":[` + option("Page", "2") + `]}]}`,
			"[{Ping 1} {Page 2}]",
			""},
		{"100", `{"options":[` + repeat(100, option("x", "%d")) + `]}`, "", ""},
		{"101", `{"options":[` + repeat(101, option("x", "%d")) + `]}`, "",
			"no more than 100 items allowed [json-pointer:/options]"},
		{"a long text", `{"options":[` + option(chars(76), "1") + `]}`, "",
			"must be less than 76 characters [json-pointer:/options/0/text/text]"},
		{"a long value", `{"options":[` + option("x", chars(151)) + `]}`, "",
			"must be less than 151 characters [json-pointer:/options/0/value]"},
		{"both kinds", `{"options":[],"option_groups":[{"label":{"type":"plain_text","text":"A"},"options":[` +
			option("Ping", "1") + `]}]}`, "", "either `options` or `option_groups`"},
		{"an empty ack", ``, "", "must provide an object"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, b := answering(t, fakeslack.Options{}, tc.ack)
			got, err := w.Suggest(fakeslack.Alice, "task", "pi")
			if (err == nil) != (tc.refused == "") || err != nil && !strings.Contains(err.Error(), tc.refused) {
				t.Fatalf("Alice sees %v, %v", got, err)
			}
			if tc.want != "" && fmt.Sprint(got) != tc.want {
				t.Errorf("Alice sees %v, want %s", got, tc.want)
			}
			c := b.next(t).Data.(slack.InteractionCallback)
			if c.Type != slack.InteractionTypeBlockSuggestion || c.ActionID != "task" || c.BlockID != "task" ||
				c.Value != "pi" || c.View.ID == "" || c.Container.ViewID != c.View.ID {
				t.Errorf("the app is told %+v", c)
			}
		})
	}
}

func TestASuggestedOptionIsSentAsItIs(t *testing.T) {
	w, _ := answering(t, fakeslack.Options{},
		`{"options":[{"text":{"type":"plain_text","text":"Ping Jiangxi"},"value":"126531"}]}`)
	if _, err := w.Suggest(fakeslack.Alice, "task", "ping"); err != nil {
		t.Fatal(err)
	}
	fill(t, w, "task", "126531")
	e, err := w.Submit(fakeslack.Alice)
	if err != nil {
		t.Fatal(err)
	}
	if got := told(t, e).View.State.Values["task"]["task"].SelectedOption; got.Value != "126531" ||
		got.Text.Text != "Ping Jiangxi" {
		t.Errorf("the app is told %+v", got)
	}
}

func TestSlackAsksNothingBeforeThereIsEnoughToAsk(t *testing.T) {
	w, _ := answering(t, fakeslack.Options{}, `{"options":[]}`)
	sent := w.Stats().Envelopes
	if got, err := w.Suggest(fakeslack.Alice, "task", "字"); err != nil || got != nil {
		t.Errorf("Alice sees %v, %v", got, err)
	}
	if w.Stats().Envelopes != sent {
		t.Error("the app was asked")
	}
}

func TestSuggestionsThatNeverCome(t *testing.T) {
	w, _ := answering(t, fakeslack.Options{AckTimeout: 20 * time.Millisecond}, "never")
	if got, err := w.Suggest(fakeslack.Alice, "task", "ping"); err == nil ||
		!strings.Contains(err.Error(), "operation_timeout") {
		t.Errorf("Alice sees %v, %v", got, err)
	}
	for _, action := range []string{"name", "nothing"} {
		if _, err := w.Suggest(fakeslack.Alice, action, "ping"); err == nil {
			t.Errorf("%s suggests options", action)
		}
	}
	if _, err := w.Suggest(fakeslack.Wei, "task", "ping"); err == nil {
		t.Error("Wei has no modal and got options")
	}
}

func TestAnAckTooBigForTheSocketSuggestsNothing(t *testing.T) {
	w := start(t, fakeslack.Options{AckTimeout: 300 * time.Millisecond})
	conn := dial(t, w)
	openRaw(t, w, wizard)
	frame(t, conn) // the shortcut
	failed := make(chan error, 1)
	go func() {
		_, err := w.Suggest(fakeslack.Alice, "task", "ping")
		failed <- err
	}()
	envelope := between(string(frame(t, conn)), `"envelope_id":"`, `"`)
	_ = conn.WriteMessage(1, []byte(`{"envelope_id":"`+envelope+`","payload":{"options":[],"pad":"`+strings.Repeat("x",
		20_480)+`"}}`))
	if err := <-failed; err == nil {
		t.Error("Alice got options")
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}
