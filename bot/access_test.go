package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"catbot/bot"
	"catbot/catapi"
	"catbot/demo/fakeslack"
)

const (
	other  = "U0OTHER"  // of another organisation, in #shared by Slack Connect
	sister = "U0SISTER" // of another workspace of the same Enterprise Grid organisation
	shared = "C0SHARED"

	notOfHere = "Only members of workspace can use catbot"
)

// shares opens #shared to Alice, Sam and people.
func (r *testBot) shares(t *testing.T, people ...fakeslack.User) {
	t.Helper()
	members := []string{fakeslack.Alice, fakeslack.Sam}
	for _, u := range people {
		if err := r.AddUser(u); err != nil {
			t.Fatal(err)
		}
		members = append(members, u.ID)
	}
	if err := r.AddChannel(fakeslack.Channel{ID: shared, Name: "shared", Members: members, HasBot: true}); err != nil {
		t.Fatal(err)
	}
}

// refuses lets user do something, and waits for the sentence that says why nothing comes of it.
func (r *testBot) refuses(t *testing.T, user, sentence string, i *fakeslack.Invocation, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if m := r.reads(t, i, sentence); m.To != user && m.Channel != r.DM(user) {
		t.Errorf("all in %s read the refusal", m.Channel)
	}
	if v, open := r.Modal(user); open {
		t.Errorf("%s has a form open: %s", user, v.Blocks)
	}
	if n := len(i.Messages()); n != 1 {
		t.Errorf("%s reads %d messages", user, n)
	}
}

func TestPersonOfAnotherTeamGetsNoAnswer(t *testing.T) {
	t.Parallel()
	asked := 0
	r := connect(t, setup{digests: &bot.Digests{}, source: func(
		ctx context.Context, q catapi.Query,
	) (catapi.History, error) {
		asked++
		return example(ctx, q)
	}})
	r.shares(t, fakeslack.User{ID: other, Name: "other", Team: "T0OTHER", Locale: "en-US"})
	i, err := r.Slash(fakeslack.Alice, shared, "/cat", "codes 126531 last 8h public")
	if err != nil {
		t.Fatal(err)
	}
	m := r.reads(t, i, "Ping超时")
	before := asked

	for _, text := range []string{
		"", "help", "codes 126531 last 8h", "codes nonsense", "tasks", "alias set mine 126531",
		"digest add hourly codes 126531 last 1h", "digest list",
	} {
		i, err := r.Slash(other, shared, "/cat", text)
		r.refuses(t, other, notOfHere, i, err)
	}
	for action, choice := range map[string]string{
		"refresh:" + fakeslack.Alice + ":en": "", "window": "codes 126531 last 1h", "csv": "", "digest": "",
	} {
		i, err := r.Press(other, m, action, choice)
		r.refuses(t, other, notOfHere, i, err)
	}
	for _, form := range bot.Shortcuts {
		i, err := r.Shortcut(other, form)
		r.refuses(t, other, notOfHere, i, err)
	}
	for _, form := range bot.Shortcuts {
		ack := r.forges(t, "view_submission", map[string]any{"view": map[string]any{
			"type": "modal", "callback_id": form, "private_metadata": `{"channel":"` + shared + `"}`,
			"blocks": []any{
				map[string]any{
					"type": "input", "block_id": "task", "label": plain("Task"),
					"element": map[string]any{
						"type": "external_select", "action_id": "task", "placeholder": plain("x"),
					},
				},
			},
			"state": map[string]any{
				"values": map[string]any{
					"task": map[string]any{
						"task": map[string]any{
							"type":            "external_select",
							"selected_option": map[string]any{"value": "126531", "text": plain("x")},
						},
					},
				},
			},
		}})
		if !strings.Contains(ack, notOfHere) {
			t.Errorf("the form %s is acked with %s", form, ack)
		}
	}
	if ack := r.forges(
		t, "block_suggestion", map[string]any{"action_id": "task", "block_id": "task", "value": "126531"},
	); ack != `{"options":[]}` {
		t.Errorf("suggested is %s", ack)
	}
	if home := r.opensHome(t, other, notOfHere); strings.Contains(string(home), "/cat") ||
		strings.Contains(string(home), "button") {
		t.Errorf("the Home tab shows %s", home)
	}
	if asked != before {
		t.Errorf("CAT was asked %d times", asked-before)
	}
	r.says(t, fakeslack.Alice, shared, "digest list", "There are no digests")
	r.says(t, fakeslack.Alice, shared, "alias list", "There are no aliases yet")
}

// forges sends an interaction of other's for which the workspace has no view, and returns what its ack holds.
func (r *testBot) forges(t *testing.T, kind string, payload map[string]any) string {
	t.Helper()
	payload["type"], payload["team"] = kind, map[string]any{"id": fakeslack.TeamID}
	payload["user"] = map[string]any{"id": other, "team_id": "T0OTHER"}
	e, err := r.Send(fakeslack.Interactive, payload)
	if err != nil {
		t.Fatal(err)
	}
	<-e.Acked()
	return string(e.AckPayload())
}

func plain(text string) map[string]any { return map[string]any{"type": "plain_text", "text": text} }

func TestPersonOfAnotherTeamByUsersInfoGetsNoAnswer(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	r.shares(t, fakeslack.User{ID: other, Name: "other", Team: "T0OTHER"})
	e, err := r.Send(fakeslack.SlashCommands, map[string]any{
		"team_id": fakeslack.TeamID, "channel_id": shared, "user_id": other, "command": "/cat", "text": "codes 126531",
	})
	if err != nil {
		t.Fatal(err)
	}
	<-e.Acked()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := r.WaitMessage(ctx, func(m fakeslack.Message) bool {
		return m.To == other && strings.Contains(m.Text, notOfHere)
	}); err != nil {
		t.Errorf("%v\n%s", err, r.log)
	}
}

func TestOrgInstallAnswersWholeOrganisation(t *testing.T) {
	t.Parallel()
	for name, self := range map[string]bot.Self{
		"known by its workspace":    {Team: fakeslack.TeamID, TeamName: "workspace", Enterprise: "E0GRID", User: fakeslack.BotUserID},
		"known by its organisation": {Team: "E0GRID", TeamName: "workspace", Enterprise: "E0GRID", User: fakeslack.BotUserID},
	} {
		t.Run(name, func(t *testing.T) {
			r := connect(t, setup{
				self: self, workspace: fakeslack.Options{Enterprise: "E0GRID", OrgInstall: true},
				digests: &bot.Digests{},
			})
			r.shares(t, fakeslack.User{
				ID: sister, Name: "sister", Team: "T0SISTER", Enterprise: "E0GRID", Locale: "en-US",
			},
				fakeslack.User{ID: other, Name: "other", Team: "T0OTHER", Enterprise: "E0OTHER", Locale: "en-US"})
			i, err := r.Slash(sister, shared, "/cat", "codes 126531 last 8h public")
			if err != nil {
				t.Fatal(err)
			}
			m := r.reads(t, i, "Ping超时")
			r.reads(t, r.presses(t, fakeslack.Alice, m, "compare", ""), "before and now")
			r.reads(t, r.presses(t, sister, m, "compare", ""), "before and now")
			r.says(t, sister, shared, "digest add hourly codes 126531 last 1h", "is added")
			r.opensHome(t, sister, "codes 126531 last 1h")
			r.opensHome(t, fakeslack.Alice, "codes 126531 last 1h") // it is in a channel of hers
			if _, err := r.Shortcut(sister, "ask"); err != nil {
				t.Fatal(err)
			}
			r.form(t, sister)

			i, err = r.Slash(other, shared, "/cat", "codes 126531 last 8h")
			r.refuses(t, other, notOfHere, i, err)
			i, err = r.Press(other, m, "compare", "")
			r.refuses(t, other, notOfHere, i, err)
			r.opensHome(t, other, notOfHere)
		})
	}
}

func TestGuestsGetAnswersButNoDigestsOrTaskLists(t *testing.T) {
	t.Parallel()
	const guest, no = "U0GUEST", "Guests can't use digests"
	hold := fakeslack.User{ID: guest, Name: "guest", Guest: true, Locale: "en-US"}
	t.Run("unless they are allowed", func(t *testing.T) {
		r := connect(t, setup{guests: true, digests: &bot.Digests{}})
		r.shares(t, hold)
		r.says(t, guest, shared, "tasks", "3 tasks")
		r.says(t, guest, shared, "digest add hourly codes 126531 last 1h", "is added")
		r.opensHome(t, guest, "codes 126531 last 1h")
	})
	r := connect(t, setup{digests: &bot.Digests{}})
	r.shares(t, hold)
	r.says(t, fakeslack.Alice, shared, "digest add hourly codes 126531 last 1h", "is added")
	r.says(t, fakeslack.Alice, shared, "alias set kiosk 126540", "`kiosk` means task")
	r.says(t, fakeslack.Alice, shared, "tasks", "3 tasks")
	i, err := r.Slash(guest, shared, "/cat", "codes 126531 last 8h")
	if err != nil {
		t.Fatal(err)
	}
	m := r.reads(t, i, "Ping超时")
	r.says(t, guest, shared, "trend 126531 last 8h", "Failures over time")
	if help := r.says(t, guest, shared, "help", "which ISPs fail"); strings.Contains(help, "kiosk") {
		t.Errorf("help tells a guest of aliases: %s", help)
	}
	for _, text := range []string{"codes kiosc", "codes kiosk", "trend 126531 kiosc", "kiosk", "codes kiosk last 8h compare", "shop.example.com", "codes API",
		"codes last 8h"} {
		if said := r.says(t, guest, shared, text, "/cat"); strings.Contains(said, "Did you mean") ||
			strings.Contains(said, "126540") ||
			strings.Contains(said, "task-ab12cd34") && !strings.Contains(said, "such as 126531 or task-ab12cd34") {
			t.Errorf("%s tells a guest of an alias or a task: %s", text, said)
		}
	}
	for _, text := range []string{
		"tasks", "alias list", "alias set mine 126531", "digest list", "digest add hourly codes 126531 last 1h",
	} {
		r.says(t, guest, shared, text, no)
	}
	r.presses(t, guest, m, "digest", "")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := r.WaitModal(ctx, guest, func(v fakeslack.View) bool {
		return strings.Contains(string(v.Blocks), no) && v.SubmitLabel == ""
	}); err != nil {
		t.Errorf("the form for digests: %v\n%s", err, r.log)
	}
	home := string(r.opensHome(t, guest, no))
	for _, hidden := range []string{"digest run", "kiosk", "New digest"} {
		if strings.Contains(home, hidden) {
			t.Errorf("the Home tab shows a guest %q", hidden)
		}
	}
	r.pressesHome(t, guest, "ask")
	r.form(t, guest)
	for typed, want := range map[string][]string{"": nil, "kiosk": nil, "126540": {"126540"}} {
		options, err := r.Suggest(guest, "task", typed)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range options {
			got = append(got, o.Value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("a guest who types %q is offered %v", typed, got)
		}
	}
}

func TestAccessIsLimitedWhenUserLookupFails(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{digests: &bot.Digests{}})
	const unsure = "does not tell catbot right now who you are"
	r.says(t, fakeslack.Alice, fakeslack.Ops, "alias set kiosk 126540", "`kiosk` means task")
	r.Fail("users.info", fakeslack.Always, fakeslack.Fault{Status: 500})
	r.says(t, fakeslack.Sam, fakeslack.Ops, "codes 126531 last 8h", "Ping超时")
	r.says(t, fakeslack.Sam, fakeslack.Ops, "digest list", unsure)
	r.says(t, fakeslack.Sam, fakeslack.Ops, "tasks", unsure)
	r.says(t, fakeslack.Sam, fakeslack.Ops, "codes kiosk", unsure)
	r.says(t, fakeslack.Sam, fakeslack.Ops, "codes 126531 jiangxii", "Did you mean jiangxi?")
	if home := r.opensHome(t, fakeslack.Sam, unsure); strings.Contains(string(home), "button") {
		t.Errorf("the Home tab shows %s", home)
	}
	r.Heal("users.info")
	r.says(t, fakeslack.Alice, fakeslack.Ops, "digest list", "There are no digests")
}

func TestSuggestionsWaitForUserLookup(t *testing.T) {
	t.Parallel()
	claims := claims(t)
	first := connect(t, setup{claims: claims})
	if _, err := first.Shortcut(fakeslack.Alice, "ask"); err != nil {
		t.Fatal(err)
	}
	first.form(t, fakeslack.Alice)
	first.stop()
	second := connect(t, setup{claims: claims, join: first.Workspace}) // knows nobody yet
	second.says(t, fakeslack.Wei, fakeslack.Ops, "tasks", "3")
	options, err := second.Suggest(fakeslack.Alice, "task", "shop")
	if err != nil || len(options) != 1 || options[0].Value != "126540" {
		t.Errorf("suggested is %v, %v", options, err)
	}
}
