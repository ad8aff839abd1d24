package fakeslack_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"catbot/demo/fakeslack"
)

// marked is metadata with a payload.
func marked(payload string) slack.MsgOption {
	return slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: "mark", EventPayload: map[string]any{"n": payload},
	})
}

// say posts a text with its own metadata.
func say(t *testing.T, api *slack.Client, text string, opts ...slack.MsgOption) (ts string) {
	t.Helper()
	opts = append(opts, slack.MsgOptionText(text, false), marked(text))
	_, ts, err := api.PostMessageContext(within(t), fakeslack.Ops, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return ts
}

// texts are the texts of messages, each with its subtype and its metadata.
func texts(messages []slack.Message) (all []string) {
	for _, m := range messages {
		mark := ""
		if n := m.Metadata.EventPayload["n"]; n != nil {
			mark = fmt.Sprint(" #", n)
		}
		all = append(all, strings.TrimSpace(m.SubType+" "+m.Text+mark))
	}
	return all
}

func channelReads(t *testing.T, api *slack.Client) []slack.Message {
	t.Helper()
	got, err := api.GetConversationHistoryContext(within(t), &slack.GetConversationHistoryParameters{
		ChannelID: fakeslack.Ops, IncludeAllMetadata: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return got.Messages
}

func threadReads(t *testing.T, api *slack.Client, p slack.GetConversationRepliesParameters) (all []slack.Message) {
	t.Helper()
	p.ChannelID, p.IncludeAllMetadata = fakeslack.Ops, true
	for {
		messages, more, cursor, err := api.GetConversationRepliesContext(within(t), &p)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, messages...); !more {
			return all
		}
		p.Cursor = cursor
	}
}

func TestRepliesAreInTheThreadAndBroadcastOnesInTheChannelToo(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	root := say(t, api, "root")
	say(t, api, "silent", slack.MsgOptionTS(root))
	loud := say(t, api, "loud", slack.MsgOptionTS(root), slack.MsgOptionBroadcast())
	say(t, api, "answer to a reply", slack.MsgOptionTS(loud))
	last := w.Replies(w.Messages()[0])[2].TS
	say(t, api, "beside", slack.MsgOptionBroadcast())

	channel := channelReads(t, api)
	if got := texts(channel); !slices.Equal(got, []string{"beside #beside", "thread_broadcast loud #loud", "root #root"}) {
		t.Errorf("the channel reads %q", got)
	}
	first := channel[2]
	if first.ThreadTimestamp != root || first.ReplyCount != 3 || first.LatestReply != last ||
		!slices.Equal(first.ReplyUsers, []string{fakeslack.BotUserID}) {
		t.Errorf("the first message of the thread is %+v", first)
	}
	if root := channel[1].Root; channel[1].ThreadTimestamp != first.Timestamp || root == nil || root.Text != "root" {
		t.Errorf("the reply that the channel sees is %+v", channel[1])
	}
	want := []string{"root #root", "silent #silent", "thread_broadcast loud #loud", "answer to a reply #answer to a reply"}
	if got := texts(threadReads(t, api, slack.GetConversationRepliesParameters{Timestamp: root})); !slices.Equal(got, want) {
		t.Errorf("the thread reads %q", got)
	}
	paged := threadReads(t, api, slack.GetConversationRepliesParameters{Timestamp: root, Limit: 2})
	if got := texts(paged); !slices.Equal(got, want) {
		t.Errorf("two by two the thread reads %q", got)
	}
	since := threadReads(t, api, slack.GetConversationRepliesParameters{Timestamp: root, Oldest: loud})
	if got := texts(since); !slices.Equal(got, []string{want[0], want[3]}) {
		t.Errorf("since a reply the thread reads %q", got)
	}
	alone := threadReads(t, api, slack.GetConversationRepliesParameters{Timestamp: loud})
	if got := texts(alone); !slices.Equal(got, want[2:3]) {
		t.Errorf("asked by a reply, Slack returns %q", got)
	}
}

func TestAThreadOutlivesItsFirstMessage(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	root, bare := say(t, api, "root"), say(t, api, "bare")
	say(t, api, "reply", slack.MsgOptionTS(root), slack.MsgOptionBroadcast())
	for _, ts := range []string{root, bare} {
		if err := w.Delete(fakeslack.Alice, fakeslack.Message{Channel: fakeslack.Ops, TS: ts}); err != nil {
			t.Fatal(err)
		}
		_, _, _, err := api.UpdateMessageContext(within(t), fakeslack.Ops, ts, slack.MsgOptionText("again", false))
		if err == nil || err.Error() != "message_not_found" {
			t.Errorf("an update of a deleted message: %v", err)
		}
	}
	say(t, api, "later", slack.MsgOptionTS(root))
	say(t, api, "alone", slack.MsgOptionTS(bare), slack.MsgOptionBroadcast())

	const stone = "tombstone This message was deleted."
	if got := texts(channelReads(t, api)); !slices.Equal(got, []string{"alone #alone", "thread_broadcast reply #reply", stone}) {
		t.Errorf("the channel reads %q", got)
	}
	thread := threadReads(t, api, slack.GetConversationRepliesParameters{Timestamp: root})
	if got := texts(thread); !slices.Equal(got, []string{stone, "thread_broadcast reply #reply", "later #later"}) {
		t.Errorf("the thread reads %q", got)
	}
	for _, m := range w.Sees(fakeslack.Alice, fakeslack.Ops) {
		if m.Text == "alone" && (m.ThreadTS != "" || m.Broadcast) {
			t.Errorf("the reply to a message that is gone is in a thread: %+v", m)
		}
	}
}

func TestWhatThreadsRefuse(t *testing.T) {
	w := town(t, fakeslack.Options{})
	api := client(t, w)
	gone := say(t, api, "gone")
	if err := w.Delete(fakeslack.Alice, w.Messages()[0]); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		args url.Values
		want string
	}{
		{"a message that is not there", url.Values{"channel": {fakeslack.Ops}, "ts": {"1.0"}}, "thread_not_found"},
		{"a message of another channel", url.Values{"channel": {secret}, "ts": {gone}}, "thread_not_found"},
		{"a deleted message without replies", url.Values{"channel": {fakeslack.Ops}, "ts": {gone}}, "thread_not_found"},
		{"a channel without the bot", url.Values{"channel": {fakeslack.General}, "ts": {gone}}, "not_in_channel"},
		{"a channel that is not there", url.Values{"channel": {"C0X"}, "ts": {gone}}, "channel_not_found"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := call(t, w, "conversations.replies", form, w.BotToken(), tc.args.Encode())
			if got.Error != tc.want {
				t.Errorf("got %+v, want %s", got, tc.want)
			}
		})
	}
}

func TestWhoMayDelete(t *testing.T) {
	w := town(t, fakeslack.Options{})
	if err := w.PostAsUser(fakeslack.Wei, fakeslack.Ops, "mine"); err != nil {
		t.Fatal(err)
	}
	m := w.Messages()[0]
	for _, user := range []string{fakeslack.Alice, "U0X"} {
		if err := w.Delete(user, m); err == nil {
			t.Errorf("%s deletes the message of Wei", user)
		}
	}
	if err := w.Delete(fakeslack.Wei, m); err != nil {
		t.Error(err)
	}
	if err := w.Delete(fakeslack.Wei, m); err == nil {
		t.Error("it is deleted twice")
	}
	if seen := w.Sees(fakeslack.Alice, fakeslack.Ops); len(seen) != 0 {
		t.Errorf("Alice sees %+v", seen)
	}
}

func TestEditsTellInWhichOrderTheyCame(t *testing.T) {
	w := start(t, fakeslack.Options{})
	api := client(t, w)
	feed := w.Watch()
	root := say(t, api, "0")
	for n := range 3 {
		text := fmt.Sprint(n + 1)
		_, _, _, err := api.UpdateMessageContext(within(t), fakeslack.Ops, root, slack.MsgOptionText(text, false), marked(text))
		if err != nil {
			t.Fatal(err)
		}
	}
	var told []any
	for range 4 {
		m, err := feed.Next(within(t))
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, m.Payload("mark")["n"])
	}
	if !slices.Equal(told, []any{"0", "1", "2", "3"}) {
		t.Errorf("the states tell of %v", told)
	}
	if v := w.Messages()[0].Versions; len(v) != 3 || v[2].Payload("mark")["n"] != "2" || v[2].Payload("other") != nil {
		t.Errorf("the versions are %+v", v)
	}
	got := call(t, w, "chat.update", form, w.BotToken(),
		url.Values{"channel": {fakeslack.Ops}, "ts": {root}, "text": {"bare"}, "metadata": {"{}"}}.Encode())
	if m := w.Messages()[0]; !got.OK || m.Text != "bare" || m.Metadata != nil {
		t.Errorf("an empty object leaves %+v", m)
	}
}

func TestUpdatesAreLimited(t *testing.T) {
	clock := newClock()
	w := start(t, fakeslack.Options{LimitPosts: true, Now: clock.now})
	api := client(t, w)
	root := say(t, api, "0")
	update := func() error {
		_, _, _, err := api.UpdateMessageContext(within(t), fakeslack.Ops, root, slack.MsgOptionText("1", false))
		return err
	}
	for n := range 50 {
		if err := update(); err != nil {
			t.Fatalf("update %d: %v", n, err)
		}
	}
	if err := update(); err == nil || !strings.Contains(err.Error(), "rate limit") {
		t.Errorf("one more in the same minute: %v", err)
	}
	clock.forward(time.Minute)
	if err := update(); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}
