package fakeslack_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

func TestWhatConversationsRefuse(t *testing.T) {
	w := town(t, fakeslack.Options{})
	poor := town(t, fakeslack.Options{Scopes: []string{"chat:write", "channels:read"}})
	for _, tc := range []struct {
		name, method string
		in           *fakeslack.Workspace
		args         url.Values
		want         string
	}{
		{"info on a channel that is not there", "conversations.info", w, url.Values{"channel": {"C0X"}}, "channel_not_found"},
		{"info on a private channel without the bot", "conversations.info", w, url.Values{"channel": {fakeslack.WarRoom}},
			"channel_not_found"},
		{"info on a private channel without the scope", "conversations.info", poor, url.Values{"channel": {secret}},
			"missing_scope"},
		{"members of a private channel without the bot", "conversations.members", w,
			url.Values{"channel": {fakeslack.WarRoom}}, "channel_not_found"},
		{"history where the bot is not", "conversations.history", w, url.Values{"channel": {fakeslack.General}},
			"not_in_channel"},
		{"history without the scope", "conversations.history", poor, url.Values{"channel": {fakeslack.Ops}}, "missing_scope"},
		{"history with a limit too high", "conversations.history", w,
			url.Values{"channel": {fakeslack.Ops}, "limit": {"1001"}}, "invalid_limit"},
		{"the channels of nobody", "users.conversations", w, url.Values{"user": {"U0X"}}, "user_not_found"},
		{"channels of no kind", "users.conversations", w, url.Values{"user": {fakeslack.Alice}, "types": {"secret"}},
			"invalid_types"},
		{"private channels without the scope", "users.conversations", poor,
			url.Values{"user": {fakeslack.Alice}, "types": {"public_channel,private_channel"}}, "missing_scope"},
		{"history with a cursor of nobody's", "conversations.history", w,
			url.Values{"channel": {fakeslack.Ops}, "cursor": {"x"}}, "invalid_cursor"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := call(t, tc.in, tc.method, form, tc.in.BotToken(), tc.args.Encode()); got.Error != tc.want {
				t.Errorf("got %+v, want %s", got, tc.want)
			}
		})
	}
}

func TestAChannelIsDescribed(t *testing.T) {
	w := town(t, fakeslack.Options{})
	for id, want := range map[string]struct{ private, archived, member bool }{
		fakeslack.Ops: {member: true}, fakeslack.General: {}, archived: {archived: true, member: true},
		secret: {private: true, member: true},
	} {
		c, err := client(t, w).GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: id})
		if err != nil {
			t.Fatal(err)
		}
		if c.ID != id || c.IsPrivate != want.private || c.IsArchived != want.archived || c.IsMember != want.member {
			t.Errorf("%s: %+v", id, c)
		}
	}
}

func TestMembersComeInPages(t *testing.T) {
	w := town(t, fakeslack.Options{})
	ask := &slack.GetUsersInConversationParameters{ChannelID: fakeslack.Ops, Limit: 3}
	first, cursor, err := client(t, w).GetUsersInConversation(ask)
	if err != nil || cursor == "" || len(first) != 3 {
		t.Fatalf("%v, %q, %v", first, cursor, err)
	}
	ask.Cursor = cursor
	rest, cursor, err := client(t, w).GetUsersInConversation(ask)
	if err != nil || cursor != "" || !slices.Equal(rest, []string{fakeslack.BotUserID}) {
		t.Errorf("%v, %q, %v", rest, cursor, err)
	}
}

func TestHistoryHasWhatWasPostedTheNewestFirst(t *testing.T) {
	now := time.Unix(1_795_424_400, 0)
	w := town(t, fakeslack.Options{Now: func() time.Time { return now }, HistoryLag: 2 * time.Second})
	api := client(t, w)
	var stamps []string
	for i := range 5 {
		_, ts, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText(fmt.Sprint(i), false),
			slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "mark", EventPayload: map[string]any{"n": i}}))
		if err != nil {
			t.Fatal(err)
		}
		stamps = append(stamps, ts)
		now = now.Add(time.Second)
	}
	if _, err := api.PostEphemeral(fakeslack.Ops, fakeslack.Alice, slack.MsgOptionText("psst", false)); err != nil {
		t.Fatal(err)
	}
	read := func(p slack.GetConversationHistoryParameters) (texts []string) {
		t.Helper()
		p.ChannelID = fakeslack.Ops
		for {
			got, err := api.GetConversationHistory(&p)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range got.Messages {
				texts = append(texts, m.Text)
				if marked := m.Metadata.EventType == "mark"; marked != p.IncludeAllMetadata {
					t.Errorf("message %s has the metadata %+v", m.Text, m.Metadata)
				}
			}
			if !got.HasMore {
				return texts
			}
			p.Cursor = got.ResponseMetaData.NextCursor
		}
	}
	if got := read(slack.GetConversationHistoryParameters{Limit: 2}); !slices.Equal(got, []string{"3", "2", "1", "0"}) {
		t.Errorf("while it lags: %v", got)
	}
	now = now.Add(time.Minute)
	if got := read(slack.GetConversationHistoryParameters{Limit: 2, IncludeAllMetadata: true}); !slices.Equal(got,
		[]string{"4", "3", "2", "1", "0"}) {
		t.Errorf("all: %v", got)
	}
	if got := read(slack.GetConversationHistoryParameters{Oldest: stamps[1], Latest: stamps[3]}); !slices.Equal(got,
		[]string{"2"}) {
		t.Errorf("between: %v", got)
	}
	if got := read(slack.GetConversationHistoryParameters{Oldest: stamps[1], Latest: stamps[3],
		Inclusive: true}); !slices.Equal(got, []string{"3", "2", "1"}) {
		t.Errorf("between, inclusive: %v", got)
	}
	if marked := w.Marked(fakeslack.Ops, "mark"); len(marked) != 5 || marked[4]["n"] != 4.0 {
		t.Errorf("marked %v", marked)
	}
}

func TestAPersonsChannelsAreThoseThatTheBotMayKnow(t *testing.T) {
	w := town(t, fakeslack.Options{})
	for _, tc := range []struct {
		user  string
		types []string
		has   []string
		not   []string
	}{
		{fakeslack.Alice, []string{"public_channel", "private_channel"}, []string{fakeslack.Ops, fakeslack.General},
			[]string{fakeslack.WarRoom, w.DM(fakeslack.Alice)}},
		{fakeslack.Alice, nil, []string{fakeslack.Ops}, []string{secret}},
	} {
		channels, _, err := client(t, w).GetConversationsForUser(&slack.GetConversationsForUserParameters{UserID: tc.user,
			Types: tc.types, Limit: 200, ExcludeArchived: true})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, c := range channels {
			ids = append(ids, c.ID)
		}
		for _, id := range tc.has {
			if !slices.Contains(ids, id) {
				t.Errorf("%s of %v has no %s: %v", tc.user, tc.types, id, ids)
			}
		}
		for _, id := range append(tc.not, archived) {
			if slices.Contains(ids, id) {
				t.Errorf("%s of %v has %s", tc.user, tc.types, id)
			}
		}
	}
}
