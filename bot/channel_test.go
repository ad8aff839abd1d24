package bot_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"catbot/bot"
	"catbot/catapi"
	"catbot/commands"
	"catbot/demo/fakeslack"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

// language has the limits that catbot has by default.
var language = commands.Language{DefaultWindow: 8 * time.Hour, MaxWindow: 31 * 24 * time.Hour}

func TestUpdateOutageUpdatesItsMessage(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	log := slog.New(slog.DiscardHandler)
	people := bot.NewPeople(slackOf(r.Workspace), i18n.English, log)
	channel := bot.NewChannel(slackOf(r.Workspace), nil, people, log)
	d := aDigest("digest add every 15m tz Asia/Shanghai in <#C0OPS> codes 126531 last 15m")
	at := digest.Slot{
		Wall: "2026-11-23T09:00+08:00", Zone: "Asia/Shanghai", At: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC),
	}
	silent := report.NewAnswer(
		report.Request{Command: read("codes 126531 last 15m"), Tasks: []string{"126531"}},
		[]report.Part{{Task: "126531", Err: errors.New("the line is cut")}},
	)
	p := digest.Post{Digest: d, Slot: at, Outcome: digest.NoAnswer, Answer: silent, Due: at.At, Sent: at.At}
	id, err := channel.Post(t.Context(), p)
	if err != nil || id == "" {
		t.Fatal(id, err)
	}
	o := digest.Outage{Channel: fakeslack.Ops, At: id, Mark: p.Mark(), Since: at.At,
		Trouble: catapi.Trouble{Kind: catapi.TroubleUnreachable}, Digests: []digest.UnansweredDigest{
			{Digest: d, First: at.At, Last: at.At, Slots: 1}, {Digest: d, First: at.At, Last: at.At, Slots: 1},
		}}
	if err := channel.UpdateOutage(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for _, m := range r.Messages() {
		if m.TS == id && !strings.Contains(m.Text, "2 digests of this channel") {
			t.Errorf("the channel reads %s", m.Text)
		}
	}
	marks, err := channel.Marks(t.Context(), fakeslack.Ops, "", at.At.AddDate(-1, 0, 0))
	if err != nil || marks[p.Mark()] != id {
		t.Errorf("its mark is gone: %v, %v", marks, err)
	}
	o.At = "1.000001"
	if err := channel.UpdateOutage(t.Context(), o); err == nil || !strings.Contains(err.Error(), "message_not_found") {
		t.Errorf("a message that is gone: %v", err)
	}
}

func TestDigestFallsBackToTextWhenBlocksAreRefused(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	log := slog.New(slog.DiscardHandler)
	channel := bot.NewChannel(slackOf(r.Workspace), nil, bot.NewPeople(slackOf(r.Workspace), i18n.English, log), log)
	d := aDigest("digest add every 15m tz Asia/Shanghai in <#C0OPS> codes 126531 last 15m")
	silent := report.NewAnswer(
		report.Request{Command: read("codes 126531 last 15m"), Tasks: []string{"126531"}},
		[]report.Part{{Task: "126531", Err: errors.New("the line is cut")}},
	)
	at, err := channel.Post(t.Context(), digest.Post{Digest: d, Outcome: digest.NoAnswer, Answer: silent})
	if err != nil {
		t.Fatal(err)
	}
	r.Refuse("section", "context")
	if err := channel.NotifyOwner(
		t.Context(), d, digest.Result{Outcome: digest.Stopped, Reason: "not_in_channel"},
	); err != nil {
		t.Errorf("its owner is not told: %v", err)
	}
	twice := []digest.UnansweredDigest{{Digest: d, Slots: 1}, {Digest: d, Slots: 1}}
	o := digest.Outage{
		Channel: fakeslack.Ops, At: at, Trouble: catapi.Trouble{Kind: catapi.TroubleUnreachable}, Digests: twice,
	}
	if err := channel.UpdateOutage(t.Context(), o); err != nil {
		t.Errorf("the message of an outage is not changed: %v", err)
	}
}

func TestChannelAccessComesFromChannelOrOwner(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	log := slog.New(slog.DiscardHandler)
	people := bot.NewPeople(slackOf(r.Workspace), i18n.English, log)
	channel := bot.NewChannel(slackOf(r.Workspace), nil, people, log)
	for _, tc := range []struct {
		channel, owner string
		want           digest.Access
	}{
		{fakeslack.Ops, "U0NOBODY", digest.Member},
		{fakeslack.General, "U0NOBODY", digest.Visible},
		{fakeslack.WarRoom, fakeslack.Alice, digest.Visible}, // private, and the bot is not in it
		{fakeslack.WarRoom, "U0NOBODY", digest.NoAccess},
		{"C0ELSEWHERE", "U0NOBODY", digest.NoAccess},
	} {
		if got, err := channel.Access(t.Context(), tc.channel, tc.owner); err != nil || got != tc.want {
			t.Errorf("a digest of %s in %s: access %v, want %v, %v", tc.owner, tc.channel, got, tc.want, err)
		}
	}
}

func TestDigestPostsOnlyInAllowedChannels(t *testing.T) {
	t.Parallel()
	r := connect(t, setup{})
	log := slog.New(slog.DiscardHandler)
	people := bot.NewPeople(slackOf(r.Workspace), i18n.English, log)
	channel := bot.NewChannel(slackOf(r.Workspace), []string{fakeslack.General}, people, log)
	d := aDigest("digest add every 15m tz Asia/Shanghai in <#C0OPS> codes 126531 last 15m")
	_, err := channel.Post(t.Context(), digest.Post{Digest: d})
	if err == nil || !strings.Contains(err.Error(), "not_allowed_here") ||
		len(r.Marked(fakeslack.Ops, "catbot_digest")) != 0 {
		t.Errorf("in a channel that is not allowed any more: %v", err)
	}
}

func TestMetadataOfADigestsMessages(t *testing.T) {
	r := connect(t, setup{})
	log := slog.New(slog.DiscardHandler)
	people := bot.NewPeople(slackOf(r.Workspace), i18n.English, log)
	channel := bot.NewChannel(slackOf(r.Workspace), nil, people, log)
	d := aDigest("digest add every 15m tz Asia/Shanghai in <#C0OPS> if >100 codes 126531 last 15m")
	at := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	i := digest.Incident{ID: "k7m2-t5s3x0", Digest: d.ID, Begin: at, Opened: at, Channel: fakeslack.Ops,
		Now: digest.Reading{Slot: at, Value: 120}, Worst: digest.Reading{Slot: at, Value: 120}}
	p := digest.Post{Digest: d, Slot: digest.Slot{Wall: "2026-11-23T09:00+08:00", Zone: "Asia/Shanghai", At: at},
		Outcome: digest.Crossed, Incident: &i, Due: at, Sent: at.Add(time.Hour), Repeated: true}
	var err error
	if i.Root, err = channel.Post(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	i.RootMark, i.Now.Slot = p.Mark(), at.Add(15*time.Minute)
	i.Closed, i.End = i.Now.Slot, i.Now.Slot
	if err := channel.UpdateIncident(t.Context(), d, i); err != nil {
		t.Fatal(err)
	}
	m := r.Messages()[0]
	const mark = "digest:k7m2 incident:k7m2-t5s3x0"
	for name, tc := range map[string]struct {
		payload map[string]any
		want    string
	}{
		"the post": {m.Versions[0].Payload("catbot_digest"), "map[" + mark + " late:true outcome:crossed repeated:true " +
			"slot:2026-11-23T09:00+08:00 Asia/Shanghai]"},
		"its last edit": {m.Payload("catbot_digest"), "map[closed:true " + mark + " " +
			"slot:2026-11-23T09:00+08:00 Asia/Shanghai told:1.7953965e+09]"},
	} {
		if got := fmt.Sprint(tc.payload); got != tc.want {
			t.Errorf("%s has the metadata %s, want %s", name, got, tc.want)
		}
	}
}

// aDigest is one of Alice's.
func aDigest(text string) digest.Digest {
	return digest.Digest{ID: "k7m2", Owner: fakeslack.Alice, Add: read(text).(commands.DigestAdd)}
}

// read is the command that text is.
func read(text string) commands.Command {
	command, err := language.Parse(text, time.Now())
	if err != nil {
		panic(err)
	}
	return command
}
