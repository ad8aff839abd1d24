package fakeslack_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"catbot/demo/fakeslack"
)

// What is new in every run.
var random = regexp.MustCompile(`[A-Z2-7]{26}|[VF]0[A-Z2-7]{9}|\d{10}\.[A-Z2-7]{8}|[0-9a-f]{8}-[0-9a-f-]{27}|127\.0\.0\.1:\d+`)

// The wire format is kept in a file: it is what Slack's clients rely on, and it changes on purpose or not at all.
func TestTheWireFormat(t *testing.T) {
	clock := newClock()
	w := start(t, fakeslack.Options{Now: clock.now})
	var out bytes.Buffer
	display := func(title string, raw []byte) {
		t.Helper()
		var indented bytes.Buffer
		if err := json.Indent(&indented, random.ReplaceAll(raw, []byte("…")), "", "  "); err != nil {
			t.Fatalf("%s: %s: %v", title, raw, err)
		}
		out.WriteString("# " + title + "\n" + indented.String() + "\n\n")
	}
	ask := func(method, token, args string) {
		t.Helper()
		display(string(random.ReplaceAll([]byte(method+" "+args), []byte("…"))), answer(t, w, method, token, args))
	}

	conn := dialURL(t, ticketURL(t, w))
	display("hello", frame(t, conn))
	slash(t, w, "codes 126531 &lt;x&gt;")
	display("slash command", frame(t, conn))
	event, err := w.Send(fakeslack.EventsAPI, map[string]any{"type": "event_callback"})
	if err != nil {
		t.Fatal(err)
	}
	display("event", frame(t, conn))
	if err := event.Redeliver(); err != nil {
		t.Fatal(err)
	}
	display("event that comes again", frame(t, conn))
	if _, err := w.Send(fakeslack.Interactive, map[string]any{"type": "block_actions"}); err != nil {
		t.Fatal(err)
	}
	display("interaction", frame(t, conn))
	press(t, w, show(t, w,
		`[{"type":"actions","block_id":"acts","elements":[{"type":"button","action_id":"again","value":"1","text":{"type":"plain_text","text":"Again"}}]}]`), "again", "")
	display("button", frame(t, conn))
	trigger := shortcut(t, w)
	display("shortcut", frame(t, conn))
	ask("views.open", w.BotToken(),
		`view={"type":"modal","title":{"type":"plain_text","text":"New"},"submit":{"type":"plain_text","text":"Save"},"notify_on_close":true,"blocks":[`+
			`{"type":"input","block_id":"task","label":{"type":"plain_text","text":"Task"},"element":{"type":"external_select","action_id":"task"}}]}&trigger_id=`+trigger)
	fill(t, w, "task", "126531")
	if _, err := w.Submit(fakeslack.Alice); err != nil {
		t.Fatal(err)
	}
	display("submission", frame(t, conn))
	if _, err := w.CloseModal(fakeslack.Alice); err != nil {
		t.Fatal(err)
	}
	display("closed modal", frame(t, conn))
	w.Disconnect(fakeslack.Warning)
	display("disconnect", frame(t, conn))

	ask("apps.connections.open", w.AppToken(), "")
	ask("auth.test", w.BotToken(), "")
	ask("users.info", w.BotToken(), "user=U0WEI&include_locale=true")
	ask("chat.postMessage", w.BotToken(), "channel=C0OPS&text=982&blocks=[{\"type\":\"divider\"}]")
	ask("chat.postEphemeral", w.BotToken(), "channel=C0OPS&user=U0WEI&text=982")
	ask("chat.update", w.BotToken(), "channel=C0OPS&ts=1795316400.000000&text=983")
	ask("chat.postMessage", w.BotToken(), "channel=C0OPS&blocks=[{\"type\":\"alert\"}]")
	ask("chat.postMessage", "", "channel=C0OPS&text=982")
	ask("files.getUploadURLExternal", w.BotToken(), "filename=codes.csv&length=3")
	ask("conversations.open", w.BotToken(), "users=U0WEI")
	golden(t, "wire.txt", out.Bytes())
}

// answer asks a method by hand, with the token in the header.
func answer(t *testing.T, w *fakeslack.Workspace, method, token, args string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(within(t), http.MethodPost, w.APIURL()+method, strings.NewReader(args))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", form)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
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
	return raw
}
