package bot_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"catbot/bot"
	"catbot/demo/fakeslack"
)

// draws opens the form for a digest, filled in but not sent.
func (r *testBot) draws(t *testing.T) {
	t.Helper()
	r.presses(t, fakeslack.Alice, r.reads(t, r.types(t, "codes 126531 last 8h"), "Ping超时"), "digest", "")
	r.form(t, fakeslack.Alice)
}

// checked holds the look at a form that is sent, does something meanwhile, and lets it go on.
func (r *testBot) checked(t *testing.T, meanwhile func(*fakeslack.Envelope)) *fakeslack.Envelope {
	t.Helper()
	gate := make(chan struct{})
	looks := r.Stats().Calls["conversations.info"]
	r.Fail("conversations.info", 1, fakeslack.Fault{Hold: gate})
	e, err := r.Submit(fakeslack.Alice)
	if err != nil {
		t.Fatal(err)
	}
	r.until(t, func(s fakeslack.Stats) bool { return s.Calls["conversations.info"] > looks })
	meanwhile(e)
	close(gate)
	return e
}

func TestLateFormSavesNothing(t *testing.T) {
	var late atomic.Bool
	r := connect(t, setup{digests: &bot.Digests{}, now: func() time.Time {
		if late.Load() {
			return time.Now().Add(3 * time.Second)
		}
		return time.Now()
	}})
	r.draws(t)
	e := r.checked(t, func(*fakeslack.Envelope) { late.Store(true) })
	<-e.Acked()
	if v, _ := r.Modal(fakeslack.Alice); len(v.Errors) != 1 ||
		!strings.Contains(v.Errors["command"], "nothing was saved") {
		t.Errorf("the fields say %v", v.Errors)
	}
	late.Store(false)
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "There are no digests")
	r.sends(t, fakeslack.Alice)
	r.settled(t, 5)
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "1 digest")
}

func TestResentFormSavesOneDigest(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	r.draws(t)
	e, err := r.Submit(fakeslack.Alice)
	if err != nil {
		t.Fatal(err)
	}
	<-e.Acked()
	again, err := r.Send(fakeslack.Interactive, e.Payload)
	if err != nil {
		t.Fatal(err)
	}
	<-again.Acked()
	r.settled(t, 4)
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "1 digest")
}

func TestFormDuringShutdownSavesNothing(t *testing.T) {
	digests := &bot.Digests{}
	r := connect(t, setup{digests: digests})
	r.draws(t)
	r.checked(t, func(*fakeslack.Envelope) {
		r.stop()
		r.until(t, func(s fakeslack.Stats) bool { return s.Open == 0 })
	})
	r.settled(t, 3)
	kept, err := digests.Engine.Store.List(t.Context(), fakeslack.Alice, fakeslack.Ops)
	if err != nil || len(kept) != 0 {
		t.Errorf("kept is %v, %v", kept, err)
	}
}

// Slack delivers a form again when it has not seen the ack. An empty ack would close a form that may still be refused.
func TestRedeliveredFormStaysOpenDuringCheck(t *testing.T) {
	r := connect(t, setup{digests: &bot.Digests{}})
	r.draws(t)
	done := r.Stats().Acks
	e := r.checked(t, func(e *fakeslack.Envelope) {
		if err := e.Redeliver(); err != nil {
			t.Fatal(err)
		}
		r.until(t, func(s fakeslack.Stats) bool { return s.Acks > done })
	})
	<-e.Acked()
	v, open := r.Modal(fakeslack.Alice)
	if !open || len(v.Errors) != 1 {
		t.Fatalf("the form is open: %v; its fields say %v", open, v.Errors)
	}
	r.sends(t, fakeslack.Alice)
	r.settled(t, 5)
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "1 digest")
}
