package fakeslack_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"catbot/demo/fakeslack"
)

func TestWaitingForAMessageThatIsStillToCome(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	var waiters sync.WaitGroup
	for n := range 10 {
		waiters.Go(func() {
			want := fmt.Sprint("message ", n)
			if m, err := w.WaitMessage(within(t), func(m fakeslack.Message) bool { return m.Text == want }); err != nil ||
				m.Text != want {
				t.Errorf("got %q, %v", m.Text, err)
			}
		})
	}
	for n := range 10 {
		if _, _, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText(fmt.Sprint("message ", n), false)); err != nil {
			t.Fatal(err)
		}
	}
	waiters.Wait()
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	w := start(t, fakeslack.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.WaitMessage(ctx, func(fakeslack.Message) bool { return true }); err == nil {
		t.Error("a message was found")
	}
	if err := w.Until(ctx, func(fakeslack.Stats) bool { return false }); err == nil {
		t.Error("the count was reached")
	}
}

func TestAFeedHasEveryStateInOrder(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	if _, _, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText("before", false)); err != nil {
		t.Fatal(err)
	}
	feed := w.Watch()
	channel, ts, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText("one", false))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := api.UpdateMessage(channel, ts, slack.MsgOptionText("two", false)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"one", "two"} {
		if m, err := feed.Next(within(t)); err != nil || m.Text != want || m.TS != ts {
			t.Errorf("got %q, %v, want %q", m.Text, err, want)
		}
	}
}

func TestAFeedThatFellBehindSaysSoAndGoesOn(t *testing.T) {
	w := start(t, fakeslack.Options{HistorySize: 3})
	api := client(t, w)
	feed := w.Watch()
	for n := range 5 {
		if _, _, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText(fmt.Sprint(n), false)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := feed.Next(within(t)); err == nil || !strings.Contains(err.Error(), "2 states were dropped") {
		t.Errorf("got %v", err)
	}
	if m, err := feed.Next(within(t)); err != nil || m.Text != "2" {
		t.Errorf("then got %q, %v", m.Text, err)
	}
}

// The law of the journal: what it lists is what a plain list of messages would hold, cut to those whose last
// state is among the last Keep states.
func TestTheJournalIsAListOfMessagesThatForgets(t *testing.T) {
	type entry struct {
		ts, text string
		state    int
	}
	rapid.Check(t, func(rt *rapid.T) {
		keep := rapid.IntRange(1, 6).Draw(rt, "keep")
		w, err := fakeslack.Start(fakeslack.Options{HistorySize: keep, Now: newClock().now})
		if err != nil {
			rt.Fatal(err)
		}
		defer w.Close()
		api := client(t, w)
		var all []entry
		states := 0
		for range rapid.IntRange(0, 20).Draw(rt, "steps") {
			text := fmt.Sprint("state ", states)
			if len(all) > 0 && rapid.Bool().Draw(rt, "update") {
				n := rapid.IntRange(0, len(all)-1).Draw(rt, "which")
				_, _, _, err := api.UpdateMessage(fakeslack.Ops, all[n].ts, slack.MsgOptionText(text, false))
				if forgotten := states-all[n].state > keep; forgotten != (err != nil) {
					rt.Fatalf("updating state %d of %d with %d kept: %v", all[n].state, states, keep, err)
				}
				if err == nil {
					all[n].text, all[n].state = text, states
					states++
				}
				continue
			}
			_, ts, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText(text, false))
			if err != nil {
				rt.Fatal(err)
			}
			all = append(all, entry{ts, text, states})
			states++
		}
		var want, got []string
		for _, e := range all {
			if states-e.state <= keep {
				want = append(want, e.ts+" "+e.text)
			}
		}
		for _, m := range w.Messages() {
			got = append(got, m.TS+" "+m.Text)
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("got %q, want %q", got, want)
		}
	})
}

func TestForgottenEnvelopesTakeNoAckAndNoAnswer(t *testing.T) {
	w := start(t, fakeslack.Options{HistorySize: 2})
	first := invoke(t, w)
	for range 2 {
		slash(t, w, "")
	}
	if status, body := post(t, first.ResponseURL(), `{"text":"x"}`); status != 404 || body != "expired_url" {
		t.Errorf("answered %d %s", status, body)
	}
}
