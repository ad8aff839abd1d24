package fakeslack_test

import (
	"testing"

	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"catbot/demo/fakeslack"
)

func TestAPersonPostsWhereTheyAre(t *testing.T) {
	w := town(t, fakeslack.Options{})
	seen := w.Stats().Changes
	if err := w.PostAsUser(fakeslack.Alice, fakeslack.Ops, "hello"); err != nil {
		t.Fatal(err)
	}
	all := w.Sees(fakeslack.Wei, fakeslack.Ops)
	if last := all[len(all)-1]; last.Text != "hello" || last.From != fakeslack.Alice {
		t.Errorf("Wei sees %+v", last)
	}
	if w.Stats().Changes == seen {
		t.Error("nobody who waits for a change hears of it")
	}
	for _, channel := range []string{archived, "C0NOWHERE", w.DM(fakeslack.Wei)} {
		if err := w.PostAsUser(fakeslack.Alice, channel, "hello"); err == nil {
			t.Errorf("it was posted in %s", channel)
		}
	}
}

func TestTheAppHearsOfItsHomeTabAndItsAckIsTimed(t *testing.T) {
	w := start(t, fakeslack.Options{})
	b := connect(t, w, ackAtOnce)
	if _, err := w.OpenHome("U0NOBODY"); err == nil {
		t.Error("nobody opened it")
	}
	e, err := w.OpenHome(fakeslack.Wei)
	if err != nil {
		t.Fatal(err)
	}
	var opened *slackevents.AppHomeOpenedEvent
	for opened == nil {
		event := b.next(t)
		if outer, ok := event.Data.(slackevents.EventsAPIEvent); ok && event.Type == socketmode.EventTypeEventsAPI {
			opened, _ = outer.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
		}
	}
	if opened.User != fakeslack.Wei || opened.Tab != "home" || opened.Channel != w.DM(fakeslack.Wei) {
		t.Errorf("it hears %+v", opened)
	}
	<-e.Acked()
	if err := w.Until(within(t), func(fakeslack.Stats) bool { return len(w.AckTimes()) == 1 }); err != nil {
		t.Errorf("the ack's time is not told: %v", err)
	}
}
