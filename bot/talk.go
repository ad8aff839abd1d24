package bot

import (
	"context"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"catbot/bot/blockkit"
	"catbot/commands"
)

// A talk is a message that a person wrote to catbot: a mention in a channel or a thread, or a direct message.
type talk struct {
	direct bool   // in the direct messages
	thread string // timestamp of the message that began the thread in which it stands; empty outside of threads
	id     string // names the message in all deliveries: its channel and its timestamp
}

// parseTalk makes the request of an event. It ignores what needs no answer: messages of bots, of catbot itself and of
// Slack, and changes of messages.
func (l *listener) parseTalk(ack *pendingAck, event slackevents.EventsAPIEvent) (request, bool) {
	var m slackevents.MessageEvent
	direct := false
	switch e := event.InnerEvent.Data.(type) {
	case *slackevents.AppMentionEvent:
		m.User, m.Text, m.BotID, m.UserTeam = e.User, e.Text, e.BotID, e.UserTeam
		m.Channel, m.TimeStamp, m.ThreadTimeStamp = e.Channel, e.TimeStamp, e.ThreadTimeStamp
		if e.Edited != nil || strings.HasPrefix(e.Channel, "D") { // the direct message has an event of its own
			return request{}, false
		}
	case *slackevents.MessageEvent:
		m, direct = *e, true
		if e.ChannelType != slackevents.ChannelTypeIM || e.SubType != "" || e.Message != nil && e.Message.Edited != nil {
			return request{}, false
		}
	default:
		return request{}, false
	}
	if m.User == "" || m.User == l.self.User || m.BotID != "" || m.Channel == "" || m.TimeStamp == "" {
		return request{}, false
	}
	r := request{
		envelope: ack.envelope, received: ack.received, membership: membership{team: m.UserTeam},
		text: withoutMention(m.Text, l.self.User),
		talk: &talk{direct: direct, thread: m.ThreadTimeStamp, id: m.Channel + ":" + m.TimeStamp},
		to:   Address{Channel: m.Channel, User: m.User, Thread: m.ThreadTimeStamp, Direct: direct},
	}
	if !direct && r.to.Thread == "" {
		r.to.Thread = m.TimeStamp // the answer opens a thread
	}
	return r, true
}

// withoutMention removes mentions of user from text.
func withoutMention(text, user string) string {
	for {
		at := strings.Index(text, "<@"+user)
		if at < 0 {
			return strings.TrimSpace(text)
		}
		end := strings.IndexByte(text[at:], '>')
		if end < 0 {
			return strings.TrimSpace(text[:at])
		}
		text = text[:at] + " " + text[at+end+1:]
	}
}

// answersAll makes c's answer visible to all who read the talk.
func answersAll(c commands.Command) commands.Command {
	switch c := c.(type) {
	case commands.Codes:
		c.Public = true
		return c
	case commands.Trend:
		c.Public = true
		return c
	}
	return c
}

// maxThread bounds the messages of a thread that are searched for the question that it is about.
const maxThread = 200

// threadQuestion returns the question that the thread of r is about: that of catbot's latest message in it which has
// one. It is empty when there is none, or when Slack does not tell.
func (d *dispatcher) threadQuestion(ctx context.Context, r *request, language commands.Language) commands.Codes {
	if r.talk == nil || r.talk.thread == "" {
		return commands.Codes{}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	messages, _, _, err := d.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
		ChannelID: r.to.Channel, Timestamp: r.talk.thread, Limit: maxThread,
	})
	if err != nil {
		d.log.Warn("reading a thread failed", "envelope", r.envelope, "error", withoutURL(err))
		return commands.Codes{}
	}
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].User != d.self.User && (d.self.Bot == "" || messages[i].BotID != d.self.Bot) {
			continue
		}
		for _, text := range blockkit.Commands(messages[i].Blocks.BlockSet) {
			command, err := language.Parse(text, d.runner.Now())
			if err != nil {
				continue
			}
			switch c := command.(type) {
			case commands.Codes:
				return c
			case commands.Trend:
				return c.Codes
			}
		}
	}
	return commands.Codes{}
}
