package fakeslack_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

func home(label string) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, CallbackID: "home",
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewActionBlock("acts", slack.NewButtonBlockElement("refresh", "now", words(label))),
		}}}
}

func TestAHomeTabIsDrawnAndDrawnAgain(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	publish := func(user, label, hash string) (*slack.ViewResponse, error) {
		req := slack.PublishViewContextRequest{UserID: user, View: home(label)}
		if hash != "" {
			req.Hash = &hash
		}
		return api.PublishViewContext(within(t), req)
	}
	if w.Home(fakeslack.Alice) != nil {
		t.Error("a Home tab is drawn before any")
	}
	first, err := publish(fakeslack.Alice, "Refresh", "")
	if err != nil {
		t.Fatal(err)
	}
	second, err := publish(fakeslack.Alice, "Again", first.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if second.View.ID != first.View.ID || second.Hash == first.Hash {
		t.Errorf("view %s %s became %s %s", first.View.ID, first.Hash, second.View.ID, second.Hash)
	}
	if _, err := publish(fakeslack.Alice, "Late", first.Hash); refused(t, err) != "hash_conflict" {
		t.Errorf("with the old hash: %v", err)
	}
	if _, err := publish("U0X", "x", ""); refused(t, err) != "user_not_found" {
		t.Errorf("for nobody: %v", err)
	}
	blocks, err := w.WaitHome(within(t), fakeslack.Alice,
		func(b json.RawMessage) bool { return strings.Contains(string(b), "Again") })
	if err != nil || string(blocks) != string(w.Home(fakeslack.Alice)) {
		t.Errorf("Alice sees %s, %v", blocks, err)
	}
}

func TestAButtonOnTheHomeTab(t *testing.T) {
	w := start(t, fakeslack.Options{})
	dial(t, w)
	if _, err := w.PressHome(fakeslack.Alice, "refresh", ""); err == nil {
		t.Error("a button was pressed before there was one")
	}
	drawn, err := client(t, w).PublishViewContext(within(t),
		slack.PublishViewContextRequest{UserID: fakeslack.Alice, View: home("Refresh")})
	if err != nil {
		t.Fatal(err)
	}
	i, err := w.PressHome(fakeslack.Alice, "refresh", "")
	if err != nil {
		t.Fatal(err)
	}
	c := told(t, i.Envelope)
	if c.Container.Type != "view" || c.Container.ViewID != drawn.View.ID || c.View.ID != drawn.View.ID ||
		c.View.Type != slack.VTHomeTab || c.View.Hash != drawn.Hash ||
		c.View.CallbackID != "home" || c.TriggerID == "" || c.ResponseURL != "" ||
		c.ActionCallback.BlockActions[0].Value != "now" {
		t.Errorf("the app is told %s", i.Payload)
	}
	if _, err := client(t, w).OpenViewContext(within(t), c.TriggerID, loading()); err != nil {
		t.Errorf("its trigger opens nothing: %v", err)
	}
}
