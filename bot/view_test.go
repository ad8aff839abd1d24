package bot_test

import (
	"context"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"catbot/demo/fakeslack"
)

var update = flag.Bool("update", false, "write the golden files")

// readers are a person for each language, and the folder of what they see.
var readers = map[string]string{fakeslack.Alice: "testdata", fakeslack.Wei: "testdata/zh"}

// form waits for a form that is filled in.
func (r *testBot) form(t *testing.T, user string) fakeslack.View {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	v, err := r.WaitModal(ctx, user, func(v fakeslack.View) bool { return v.SubmitLabel != "" })
	if err != nil {
		t.Fatalf("no form opens for %s: %v\n%s", user, err, r.log)
	}
	return v
}

// enters fills in a form.
func (r *testBot) enters(t *testing.T, user string, fields map[string]string) {
	t.Helper()
	for id, value := range fields {
		if err := r.Fill(user, id, value); err != nil {
			t.Fatalf("filling in %s: %v", id, err)
		}
	}
}

// sends sends off the form that user has open.
func (r *testBot) sends(t *testing.T, user string) {
	t.Helper()
	e, err := r.Submit(user)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-e.Acked():
	case <-ctx.Done():
		t.Fatalf("the form is not acked\n%s", r.log)
	}
}

// sendsInVain sends off a form in which something is wrong, and returns what stands at its fields.
func (r *testBot) sendsInVain(t *testing.T, user string) map[string]string {
	t.Helper()
	r.sends(t, user)
	v, open := r.Modal(user)
	if !open || len(v.Errors) == 0 {
		t.Fatalf("the form was taken\n%s", r.log)
	}
	return v.Errors
}

// opensHome lets a person look at their Home tab, and returns it when it holds text.
func (r *testBot) opensHome(t *testing.T, user, text string) json.RawMessage {
	t.Helper()
	if _, err := r.Send(fakeslack.EventsAPI, map[string]any{
		"type": "event_callback", "team_id": fakeslack.TeamID, "api_app_id": fakeslack.AppID,
		"event": map[string]any{"type": "app_home_opened", "user": user, "channel": r.DM(user), "tab": "home"},
	}); err != nil {
		t.Fatal(err)
	}
	return r.homeReads(t, user, text)
}

// homeReads waits until a Home tab holds text.
func (r *testBot) homeReads(t *testing.T, user, text string) json.RawMessage {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	home, err := r.WaitHome(ctx, user, func(blocks json.RawMessage) bool {
		return strings.Contains(string(blocks), text)
	})
	if err != nil {
		t.Fatalf("the Home tab of %s never reads %q: %v\n%s\n%s", user, text, err, r.Home(user), r.log)
	}
	return home
}

// pressesHome uses a control of a person's Home tab.
func (r *testBot) pressesHome(t *testing.T, user, action string) {
	t.Helper()
	if _, err := r.PressHome(user, action, ""); err != nil {
		t.Fatalf("pressing %s on the Home tab: %v\n%s", action, err, r.Home(user))
	}
}

var (
	anyDate   = regexp.MustCompile(`<!date\^\d+\^([^|]*)\|[^>]*>`)
	anyDigest = regexp.MustCompile("`[a-z0-9]{4}`|digest (?:run|show|pause|resume|remove) [a-z0-9]{4}|digest:[a-z0-9]{4}|(Digest|定时报告) [a-z0-9]{4}")
	lastFour  = regexp.MustCompile("[a-z0-9]{4}(`?)$")
)

// goldenView compares a view with the file of that name, but for ids and times that are new each time.
func goldenView(t *testing.T, folder, name string, view map[string]any, blocks json.RawMessage) {
	t.Helper()
	var list []map[string]any
	if err := json.Unmarshal(blocks, &list); err != nil {
		t.Fatal(err)
	}
	for _, block := range list {
		if kind := block["type"]; kind != "input" && kind != "actions" {
			delete(block, "block_id")
		}
	}
	whole := map[string]any{"blocks": list}
	maps.Copy(whole, view)
	var wire strings.Builder
	encoder := json.NewEncoder(&wire)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(whole); err != nil {
		t.Fatal(err)
	}
	text := anyDate.ReplaceAllString(wire.String(), "<!date^0^$1|then>")
	text = anyDigest.ReplaceAllStringFunc(text, func(found string) string {
		return lastFour.ReplaceAllString(found, "k7m2$1")
	})
	path := filepath.Join(folder, name+".json")
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s (-want +got; run with -update when it is meant):\n%s", path, diff)
	}
}

func goldenForm(t *testing.T, folder, name string, v fakeslack.View) {
	t.Helper()
	goldenView(t, folder, name, map[string]any{"title": v.Title, "submit": v.SubmitLabel, "close": v.CloseLabel}, v.Blocks)
}
