package fakeslack_test

import (
	"net/url"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"catbot/demo/fakeslack"
)

// With Slack Connect people of another organisation are in a channel; an Enterprise Grid organisation has several
// workspaces.
func TestEnvelopesSayWhichTeamAPersonIsOf(t *testing.T) {
	w := start(t, fakeslack.Options{Enterprise: "E0GRID", OrgInstall: true})
	people := []fakeslack.User{
		{ID: fakeslack.Sam, Name: "sam"},
		{ID: "U0SISTER", Name: "sister", Team: "T0SISTER", Enterprise: "E0GRID"},
		{ID: "U0OTHER", Name: "other", Team: "T0OTHER"},
		{ID: "U0RIVAL", Name: "rival", Team: "T0RIVAL", Enterprise: "E0RIVAL"},
	}
	members := []string{}
	for _, u := range people {
		if err := w.AddUser(u); err != nil {
			t.Fatal(err)
		}
		members = append(members, u.ID)
	}
	if err := w.AddChannel(fakeslack.Channel{ID: "C0SHARED", Name: "shared", Members: members, HasBot: true}); err != nil {
		t.Fatal(err)
	}
	b := connect(t, w, ackAtOnce)
	for _, u := range people {
		team, enterprise := u.Team, u.Enterprise
		if team == "" {
			team, enterprise = fakeslack.TeamID, "E0GRID"
		}
		if _, err := w.Slash(u.ID, "C0SHARED", "/cat", "help"); err != nil {
			t.Fatal(err)
		}
		command := await[slack.SlashCommand](t, b, socketmode.EventTypeSlashCommand)
		if command.TeamID != team || command.EnterpriseID != enterprise || !command.IsEnterpriseInstall {
			t.Errorf("%s types %+v", u.ID, command)
		}
		if _, err := w.Shortcut(u.ID, "ask"); err != nil {
			t.Fatal(err)
		}
		used := await[slack.InteractionCallback](t, b, socketmode.EventTypeInteractive)
		if used.User.TeamID != team || used.Team.ID != "" || used.Enterprise.ID != "E0GRID" {
			t.Errorf("%s uses a shortcut: user of %q, team %q, enterprise %q", u.ID, used.User.TeamID, used.Team.ID,
				used.Enterprise.ID)
		}
		info, err := b.GetUserInfoContext(within(t), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		if info.TeamID != team || info.Enterprise.EnterpriseID != enterprise {
			t.Errorf("%s is %+v", u.ID, info)
		}
	}
}

func TestATokenOfAnOrganisationNamesTheWorkspaceForChannels(t *testing.T) {
	w := start(t, fakeslack.Options{Enterprise: "E0GRID", OrgInstall: true})
	for team, want := range map[string]string{"": "missing_argument", fakeslack.TeamID: ""} {
		args := url.Values{"user": {fakeslack.Alice}, "team_id": {team}}
		if got := call(t, w, "users.conversations", form, w.BotToken(), args.Encode()); got.Error != want {
			t.Errorf("with team %q: %+v", team, got)
		}
	}
}

// await takes events until one of a kind comes, and returns what it holds.
func await[T any](t *testing.T, b *bot, kind socketmode.EventType) T {
	t.Helper()
	for {
		event := b.next(t)
		if data, ok := event.Data.(T); ok && event.Type == kind {
			return data
		}
	}
}
