package bot

import (
	"cmp"
	"context"
	"regexp"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"catbot/bot/blockkit"
	"catbot/commands"
)

// A talk is a message that a person wrote to catbot: a mention in a channel or a thread, or a direct message.
type talk struct {
	text   string // without the mention; it is logged only as the command that it is
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
		if e.Edited != nil || isDirect(e.Channel) { // the direct message has an event of its own
			return request{}, false
		}
	case *slackevents.MessageEvent:
		m, direct = *e, true
		if e.ChannelType != slackevents.ChannelTypeIM || !isNew(e) {
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
		talk: &talk{
			text: questionIn(m.Text, l.self.User), direct: direct, thread: m.ThreadTimeStamp, id: m.Channel + ":" + m.TimeStamp,
		},
		to: Address{Channel: m.Channel, User: m.User, Thread: m.ThreadTimeStamp, Direct: direct},
	}
	if !direct && r.to.Thread == "" {
		r.to.Thread = m.TimeStamp // the answer opens a thread
	}
	return r, true
}

// isNew reports whether m is a new message, not an edit or a deletion. A shared file counts if it comes with text, which
// may be a question.
func isNew(m *slackevents.MessageEvent) bool {
	switch m.SubType {
	case "", slack.MsgSubTypeThreadBroadcast:
		return m.Message == nil || m.Message.Edited == nil
	case slack.MsgSubTypeFileShare:
		return strings.TrimSpace(m.Text) != ""
	}
	return false
}

// question returns what the person of r wrote: a command, or a part of one.
func (r *request) question() string {
	if r.talk != nil {
		return r.talk.text
	}
	return r.text
}

// questionIn returns what text asks user: what follows the first mention of user, or precedes it if nothing follows.
// Backquotes are of people who format a command as code.
func questionIn(text, user string) string {
	mention := regexp.MustCompile(`<@` + user + `(?:\|[^<>]*)?>`)
	before, after := text, ""
	if at := mention.FindStringIndex(text); at != nil {
		before, after = text[:at[0]], mention.ReplaceAllString(text[at[1]:], " ")
	}
	return strings.TrimSpace(strings.ReplaceAll(cmp.Or(strings.TrimSpace(after), before), "`", ""))
}

// visibly returns c with an answer that all see who read the talk; in direct messages nothing is hidden from anybody.
func (r *request) visibly(c commands.Command) commands.Command {
	if r.talk == nil && !r.to.Direct {
		return c
	}
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

// isDirect reports whether channel is somebody's direct messages.
func isDirect(channel string) bool { return strings.HasPrefix(channel, "D") }

// threadOf returns the thread in which a message stands: none if it began the thread itself.
func threadOf(thread, message string) string {
	if thread == message {
		return ""
	}
	return thread
}

const (
	// threadPage is how many messages of a thread are read at once, and maxThreadPages how often, the oldest first.
	threadPage     = 200
	maxThreadPages = 5
)

// threadQuestion returns the question that the thread of r is about: that of catbot's latest message in it which has
// one. It is empty when there is none, or when Slack does not tell.
func (d *dispatcher) threadQuestion(ctx context.Context, r *request, language commands.Language) (about commands.Codes) {
	if r.talk == nil || r.talk.thread == "" {
		return commands.Codes{}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	of := slack.GetConversationRepliesParameters{ChannelID: r.to.Channel, Timestamp: r.talk.thread, Limit: threadPage}
	for range maxThreadPages {
		messages, more, next, err := d.api.GetConversationRepliesContext(ctx, &of)
		if err != nil {
			d.log.Warn("reading a thread failed", "envelope", r.envelope, "error", withoutURL(err))
			return about
		}
		for _, m := range messages {
			if c, ok := d.questionOf(m, language); ok {
				about = c
			}
		}
		if !more || next == "" {
			break
		}
		of.Cursor = next
	}
	return about
}

// questionOf returns the question of a message of catbot's; false if it has none.
func (d *dispatcher) questionOf(m slack.Message, language commands.Language) (commands.Codes, bool) {
	if m.User != d.self.User && (d.self.Bot == "" || m.BotID != d.self.Bot) {
		return commands.Codes{}, false
	}
	for _, text := range blockkit.Commands(m.Blocks.BlockSet) {
		command, err := language.Parse(text, d.runner.Now())
		if err != nil {
			continue
		}
		switch c := command.(type) {
		case commands.Codes:
			return c, true
		case commands.Trend:
			return c.Codes, true
		}
	}
	return commands.Codes{}, false
}
