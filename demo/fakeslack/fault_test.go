package fakeslack_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

func TestFaultsOfTheWebAPI(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	ask := func() error {
		_, err := api.AuthTestContext(within(t))
		return err
	}
	t.Run("a rate limit", func(t *testing.T) {
		w.Fail("auth.test", 1, fakeslack.Fault{RetryAfter: 1500 * time.Millisecond})
		var limited *slack.RateLimitedError
		if err := ask(); !errors.As(err, &limited) || limited.RetryAfter != 2*time.Second {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a rate limit without a time", func(t *testing.T) {
		w.Fail("auth.test", 1, fakeslack.Fault{Status: 429})
		var status slack.StatusCodeError
		if err := ask(); !errors.As(err, &status) || status.Code != 429 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a server error", func(t *testing.T) {
		w.Fail("auth.test", 1, fakeslack.Fault{Status: 503})
		var status slack.StatusCodeError
		if err := ask(); !errors.As(err, &status) || status.Code != 503 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("an error by name", func(t *testing.T) {
		w.Fail("auth.test", 1, fakeslack.Fault{Error: "token_revoked"})
		if err := ask(); err == nil || err.Error() != "token_revoked" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a broken line", func(t *testing.T) {
		w.Fail("auth.test", 1, fakeslack.Fault{Drop: true})
		if err := ask(); err == nil {
			t.Error("got an answer")
		}
	})
	t.Run("several in a row, then health", func(t *testing.T) {
		w.Fail("auth.test", 2, fakeslack.Fault{Error: "fatal_error"})
		w.Fail("auth.test", 1, fakeslack.Fault{Error: "internal_error"})
		var got []string
		for range 4 {
			got = append(got, fmt.Sprint(ask()))
		}
		if want := []string{"fatal_error", "fatal_error", "internal_error", "<nil>"}; !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
	})
	t.Run("for ever, until healed", func(t *testing.T) {
		w.Fail("auth.test", fakeslack.Always, fakeslack.Fault{Error: "fatal_error"})
		for range 3 {
			if ask() == nil {
				t.Error("got an answer")
			}
		}
		w.Heal("auth.test")
		if err := ask(); err != nil {
			t.Error(err)
		}
	})
	if calls := w.Calls("auth.test"); calls[2].Outcome != "http 503" || calls[4].Outcome != "dropped" {
		t.Errorf("recorded %+v", calls)
	}
}

func TestAHeldRequestTakesEffectWhenItIsReleased(t *testing.T) {
	arrived := make(chan string, 1)
	w := start(t, fakeslack.Options{OnRequest: func(c fakeslack.Call) { arrived <- c.Method }})
	gate := make(chan struct{})
	w.Fail("chat.postMessage", 1, fakeslack.Fault{Hold: gate})
	done := make(chan error)
	ctx, giveUp := context.WithCancel(t.Context())
	api := client(t, w)
	go func() {
		_, _, err := api.PostMessageContext(ctx, fakeslack.Ops, slack.MsgOptionText("slow", false))
		done <- err
	}()
	if m := <-arrived; m != "chat.postMessage" {
		t.Fatalf("%s arrived", m)
	}
	if len(w.Messages()) != 0 || w.Calls("")[0].Outcome != "" {
		t.Error("the post is through")
	}
	giveUp() // the client stops waiting and cannot know what became of its post
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(gate)
	if _, err := w.WaitMessage(within(t), func(m fakeslack.Message) bool { return m.Text == "slow" }); err != nil {
		t.Error(err)
	}
}

func TestAnAnswerIsLostAfterItsRequestTookEffect(t *testing.T) {
	w := start(t, fakeslack.Options{})
	w.Fail("chat.postMessage", 1, fakeslack.Fault{Drop: true, Applied: true})
	_, _, err := client(t, w).PostMessageContext(within(t), fakeslack.Ops, slack.MsgOptionText("once", false))
	if err == nil {
		t.Error("the answer came")
	}
	if m := w.Messages(); len(m) != 1 || m[0].Text != "once" {
		t.Errorf("posted %+v", m)
	}
}

func TestClosingReleasesWhatIsHeld(t *testing.T) {
	arrived := make(chan struct{}, 1)
	w := start(t, fakeslack.Options{OnRequest: func(fakeslack.Call) { arrived <- struct{}{} }})
	w.Fail("auth.test", 1, fakeslack.Fault{Hold: make(chan struct{})})
	api := client(t, w)
	var waiting sync.WaitGroup
	waiting.Go(func() { _, _ = api.AuthTestContext(within(t)) })
	<-arrived
	waiting.Go(func() {
		if _, err := w.WaitMessage(t.Context(), func(fakeslack.Message) bool { return true }); !errors.Is(err,
			fakeslack.ErrClosed) {
			t.Errorf("waiting for a message ended with %v", err)
		}
	})
	waiting.Go(func() {
		if err := w.Until(t.Context(), func(fakeslack.Stats) bool { return false }); !errors.Is(err, fakeslack.ErrClosed) {
			t.Errorf("waiting for a count ended with %v", err)
		}
	})
	w.Close()
	waiting.Wait()
	w.Close() // again is no harm
}
