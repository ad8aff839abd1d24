package workspace_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"catbot/demo/workspace"
)

// What is new in every run.
var random = regexp.MustCompile(`[A-Z2-7]{26}|[0-9a-f]{8}-[0-9a-f-]{27}|127\.0\.0\.1:\d+`)

// The wire format is kept in a file: it is what Slack's clients rely on, and it changes on purpose or not at all.
func TestTheWireFormat(t *testing.T) {
	clock := newClock()
	w := start(t, workspace.Options{Now: clock.now})
	var out bytes.Buffer
	show := func(title string, raw []byte) {
		t.Helper()
		var indented bytes.Buffer
		if err := json.Indent(&indented, random.ReplaceAll(raw, []byte("…")), "", "  "); err != nil {
			t.Fatalf("%s: %s: %v", title, raw, err)
		}
		out.WriteString("# " + title + "\n" + indented.String() + "\n\n")
	}
	ask := func(method, token, args string) {
		t.Helper()
		show(method+" "+args, answer(t, w, method, token, args))
	}

	conn := dialURL(t, ticketURL(t, w))
	show("hello", frame(t, conn))
	slash(t, w, "codes 126531 &lt;x&gt;")
	show("slash command", frame(t, conn))
	event, err := w.Send(workspace.EventsAPI, map[string]any{"type": "event_callback"})
	if err != nil {
		t.Fatal(err)
	}
	show("event", frame(t, conn))
	if err := event.Redeliver(); err != nil {
		t.Fatal(err)
	}
	show("event that comes again", frame(t, conn))
	if _, err := w.Send(workspace.Interactive, map[string]any{"type": "block_actions"}); err != nil {
		t.Fatal(err)
	}
	show("interaction", frame(t, conn))
	w.Disconnect(workspace.Warning)
	show("disconnect", frame(t, conn))

	ask("apps.connections.open", w.AppToken(), "")
	ask("auth.test", w.BotToken(), "")
	ask("users.info", w.BotToken(), "user=U0WEI&include_locale=true")
	ask("chat.postMessage", w.BotToken(), "channel=C0OPS&text=982&blocks=[{\"type\":\"divider\"}]")
	ask("chat.postEphemeral", w.BotToken(), "channel=C0OPS&user=U0WEI&text=982")
	ask("chat.update", w.BotToken(), "channel=C0OPS&ts=1795316400.000000&text=983")
	ask("chat.postMessage", w.BotToken(), "channel=C0OPS&blocks=[{\"type\":\"alert\"}]")
	ask("chat.postMessage", "", "channel=C0OPS&text=982")
	golden(t, "wire.txt", out.Bytes())
}

// answer asks a method by hand, with the token in the header.
func answer(t *testing.T, w *workspace.Workspace, method, token, args string) []byte {
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
