package fakeslack_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

const (
	archived = "C0OLD"
	secret   = "C0SECRET" // private, the bot is in
)

// town is a workspace with more places in it.
func town(t testing.TB, opts fakeslack.Options) *fakeslack.Workspace {
	t.Helper()
	w := start(t, opts)
	for _, c := range []fakeslack.Channel{
		{ID: archived, Name: "old", Archived: true, HasBot: true, Members: []string{fakeslack.Alice}},
		{ID: secret, Name: "secret", Private: true, HasBot: true, Members: []string{fakeslack.Wei}},
	} {
		if err := w.AddChannel(c); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func TestWhatChatRefuses(t *testing.T) {
	w := town(t, fakeslack.Options{})
	_, ts, err := client(t, w).PostMessage(fakeslack.Ops, slack.MsgOptionText("first", false))
	if err != nil {
		t.Fatal(err)
	}
	ephemeral, err := client(t, w).PostEphemeral(fakeslack.Ops, fakeslack.Alice, slack.MsgOptionText("psst", false))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, method string
		args         url.Values
		want         string
	}{
		{"a post to no channel", "chat.postMessage", url.Values{"text": {"x"}}, "channel_not_found"},
		{"a post to a channel that is not there", "chat.postMessage", url.Values{"channel": {"C0X"}, "text": {"x"}},
			"channel_not_found"},
		{"a post to a private channel without the bot", "chat.postMessage",
			url.Values{"channel": {fakeslack.WarRoom}, "text": {"x"}}, "channel_not_found"},
		{"a post to a public channel without the bot", "chat.postMessage",
			url.Values{"channel": {fakeslack.General}, "text": {"x"}}, "not_in_channel"},
		{"a post to an archived channel", "chat.postMessage", url.Values{"channel": {archived}, "text": {"x"}},
			"is_archived"},
		{"a post that says nothing", "chat.postMessage", url.Values{"channel": {fakeslack.Ops}}, "no_text"},
		{"a post with an empty list of blocks", "chat.postMessage", url.Values{"channel": {fakeslack.Ops}, "blocks": {"[]"}},
			"no_text"},
		{"a post with blocks that are no list", "chat.postMessage", url.Values{"channel": {fakeslack.Ops}, "blocks": {"{}"}},
			"invalid_blocks_format"},
		{"a post with a bad block", "chat.postMessage",
			url.Values{"channel": {fakeslack.Ops}, "blocks": {`[{"type":"alert"}]`}}, "invalid_blocks"},
		{"a post with two tables", "chat.postMessage",
			url.Values{"channel": {fakeslack.Ops}, "blocks": {"[" + smallTable + "," + smallTable + "]"}},
			"invalid_attachments"},
		{"a post that is too much in all", "chat.postMessage",
			url.Values{"channel": {fakeslack.Ops}, "blocks": {sections(5, 2700)}}, "msg_blocks_too_long"},
		{"a post with metadata that are none", "chat.postMessage",
			url.Values{"channel": {fakeslack.Ops}, "text": {"x"}, "metadata": {"x"}}, "invalid_metadata_format"},
		{"an ephemeral post to a stranger", "chat.postEphemeral",
			url.Values{"channel": {fakeslack.Ops}, "user": {"U0X"}, "text": {"x"}}, "user_not_in_channel"},
		{"an ephemeral post to somebody elsewhere", "chat.postEphemeral",
			url.Values{"channel": {secret}, "user": {fakeslack.Sam}, "text": {"x"}}, "user_not_in_channel"},
		{"an ephemeral post where the bot is not", "chat.postEphemeral",
			url.Values{"channel": {fakeslack.General}, "user": {fakeslack.Sam}, "text": {"x"}}, "not_in_channel"},
		{"an ephemeral post that says nothing", "chat.postEphemeral",
			url.Values{"channel": {fakeslack.Ops}, "user": {fakeslack.Sam}}, "no_text"},
		{"an update of nothing", "chat.update", url.Values{"channel": {fakeslack.Ops}, "ts": {"1.0"}, "text": {"x"}},
			"message_not_found"},
		{"an update in a channel that is not there", "chat.update", url.Values{"channel": {"C0X"}, "ts": {ts}, "text": {"x"}},
			"channel_not_found"},
		{"an update of an ephemeral message", "chat.update",
			url.Values{"channel": {fakeslack.Ops}, "ts": {ephemeral}, "text": {"x"}}, "message_not_found"},
		{"an update that says nothing", "chat.update", url.Values{"channel": {fakeslack.Ops}, "ts": {ts}}, "no_text"},
		{"an update with a long text", "chat.update",
			url.Values{"channel": {fakeslack.Ops}, "ts": {ts}, "text": {chars(4001)}}, "msg_too_long"},
		{"an update with a bad block", "chat.update", url.Values{"channel": {fakeslack.Ops}, "ts": {ts}, "blocks": {`[7]`}},
			"invalid_blocks"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := call(t, w, tc.method, form, w.BotToken(), tc.args.Encode()); got.Error != tc.want {
				t.Errorf("got %+v, want %s", got, tc.want)
			}
		})
	}
	if n := len(w.Messages()); n != 2 {
		t.Errorf("%d messages are there", n)
	}
}

func TestSlackGoLearnsWhichBlockIsBad(t *testing.T) {
	w := start(t, fakeslack.Options{})
	_, _, err := client(t, w).PostMessageContext(within(t), fakeslack.Ops, slack.MsgOptionText("x", false),
		slack.MsgOptionBlocks(slack.NewDividerBlock(),
			slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", chars(3001), false, false), nil, nil)))
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	const want = "must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
	if refused.Err != "invalid_blocks" || refused.ResponseMetadata.Messages[0] != "[ERROR] "+want ||
		*refused.Errors[0].Message != want {
		t.Errorf("got %+v", refused)
	}
}

func TestAPostToAPersonIsADirectMessage(t *testing.T) {
	w := start(t, fakeslack.Options{})
	channel, _, err := client(t, w).PostMessageContext(within(t), fakeslack.Wei, slack.MsgOptionText("hi", false))
	if err != nil || channel != w.DM(fakeslack.Wei) {
		t.Fatalf("posted to %s, %v", channel, err)
	}
	if seen := w.Sees(fakeslack.Wei, channel); len(seen) != 1 || seen[0].Text != "hi" ||
		seen[0].From != fakeslack.BotUserID {
		t.Errorf("Wei sees %+v", seen)
	}
}

func TestThePublicScopeOpensPublicChannels(t *testing.T) {
	w := start(t, fakeslack.Options{Scopes: []string{"chat:write", "chat:write.public"}})
	if _, _, err := client(t, w).PostMessage(fakeslack.General, slack.MsgOptionText("hi", false)); err != nil {
		t.Error(err)
	}
	if _, _, err := client(t, w).PostMessage(fakeslack.WarRoom, slack.MsgOptionText("hi", false)); err == nil {
		t.Error("a private channel was opened too")
	}
}

func TestAMessageIsUpdated(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	blocks := slack.MsgOptionBlocks(slack.NewDividerBlock())
	channel, ts, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText("one", false), blocks,
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "digest", EventPayload: map[string]any{"slot": "1"}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name         string
		opts         []slack.MsgOption
		text, blocks string
	}{
		{"blocks alone leave the text", []slack.MsgOption{blocks, blocks}, "one", "divider divider"},
		{"text alone removes the blocks", []slack.MsgOption{slack.MsgOptionText("two", false)}, "two", ""},
		{"both replace both", []slack.MsgOption{slack.MsgOptionText("three", false), blocks}, "three", "divider"},
		{"an empty list clears the blocks", []slack.MsgOption{slack.MsgOptionText("four", false), slack.MsgOptionBlocks()},
			"four", ""},
	} {
		if _, _, _, err := api.UpdateMessage(channel, ts, tc.opts...); err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		m := w.Messages()[0]
		if m.Text != tc.text || strings.Join(m.BlockTypes(), " ") != tc.blocks {
			t.Errorf("%s: the message says %q with %v", tc.name, m.Text, m.BlockTypes())
		}
		if !strings.Contains(string(m.Metadata), `"slot":"1"`) {
			t.Errorf("%s: the metadata are %s", tc.name, m.Metadata)
		}
	}
	if m := w.Messages(); len(m) != 1 || len(m[0].Versions) != 4 || m[0].Versions[0].Text != "one" {
		t.Errorf("the history is %+v", m)
	}
}

func TestOnlyTheLastVersionsAreKept(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	channel, ts, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText("0", false))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 30 {
		if _, _, _, err := api.UpdateMessage(channel, ts, slack.MsgOptionText(strings.Repeat("x", n+1), false)); err != nil {
			t.Fatal(err)
		}
	}
	if v := w.Messages()[0].Versions; len(v) != 20 || len(v[19].Text) != 29 {
		t.Errorf("%d versions, the last %q", len(v), v[len(v)-1].Text)
	}
}

func TestALongTextIsCut(t *testing.T) {
	w := start(t, fakeslack.Options{})
	if _, _, err := client(t, w).PostMessage(fakeslack.Ops, slack.MsgOptionText(chars(40_001), false)); err != nil {
		t.Fatal(err)
	}
	if got := w.Messages()[0].Text; got != chars(40_000) {
		t.Errorf("%d bytes are left", len(got))
	}
}

func TestMetadataWithoutATypeIsNone(t *testing.T) {
	w := start(t, fakeslack.Options{})
	got := call(t, w, "chat.postMessage", jsonBody, w.BotToken(),
		`{"channel":"C0OPS","text":"x","blocks":[{"type":"divider"}],"metadata":{"event_type":"","event_payload":null}}`)
	m := w.Messages()
	if !got.OK || got.TS != m[0].TS || m[0].Metadata != nil || len(m[0].Decoded()) != 1 {
		t.Errorf("got %+v, posted %+v", got, m)
	}
}

func TestBlocksMayComeAsJSONInAString(t *testing.T) {
	w := start(t, fakeslack.Options{})
	blocks, _ := json.Marshal(`[{"type":"divider"}]`)
	if got := call(t, w, "chat.postMessage", jsonBody, w.BotToken(),
		`{"channel":"C0OPS","blocks":`+string(blocks)+`}`); !got.OK {
		t.Errorf("got %+v", got)
	}
}

func TestPostsToOneChannelAreLimited(t *testing.T) {
	clock := newClock()
	w := town(t, fakeslack.Options{LimitPosts: true, Now: clock.now})
	api := client(t, w)
	post := func(channel string) error {
		_, _, err := api.PostMessage(channel, slack.MsgOptionText("x", false))
		return err
	}
	if err := errors.Join(post(fakeslack.Ops), post(secret)); err != nil {
		t.Fatal(err)
	}
	var limited *slack.RateLimitedError
	if err := post(fakeslack.Ops); !errors.As(err, &limited) || limited.RetryAfter != time.Second {
		t.Errorf("got %v", err)
	}
	clock.forward(time.Second)
	if err := post(fakeslack.Ops); err != nil {
		t.Errorf("a second later: %v", err)
	}
	if n := len(w.Messages()); n != 3 {
		t.Errorf("%d messages are there", n)
	}
}

func TestTimestampsRiseWhileTheClockStands(t *testing.T) {
	clock := newClock()
	w := start(t, fakeslack.Options{Now: clock.now})
	api := client(t, w)
	last := ""
	for range 3 {
		_, ts, err := api.PostMessage(fakeslack.Ops, slack.MsgOptionText("x", false))
		if err != nil || ts <= last || !strings.HasPrefix(ts, "1795316400.") {
			t.Errorf("ts %s after %s, %v", ts, last, err)
		}
		last = ts
	}
}

func TestAFallbackByTheWebAPIAnswersTheCommand(t *testing.T) {
	w := start(t, fakeslack.Options{})
	i := invoke(t, w)
	api := client(t, w)
	for _, to := range []string{fakeslack.Alice, fakeslack.Wei} {
		if _, err := api.PostEphemeral(fakeslack.Ops, to, slack.MsgOptionText("for "+to, false)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := api.PostMessage(fakeslack.Alice, slack.MsgOptionText("direct", false)); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range i.Messages() {
		texts = append(texts, m.Text)
	}
	if strings.Join(texts, "|") != "for "+fakeslack.Alice+"|direct" {
		t.Errorf("Alice sees %q", texts)
	}
	other := slash(t, w, "help")
	if n := len(other.Messages()); n != 0 {
		t.Errorf("a later command has %d answers", n)
	}
}
