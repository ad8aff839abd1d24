package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/digest"
	"catbot/i18n"
)

// A Channel posts digests to Slack channels.
type Channel struct {
	api     *slack.Client
	allowed []string // ids of channels that may have digests; none means all
	people  *People
	log     *slog.Logger
}

// NewChannel returns a Channel for digests in the allowed channels, or in all when none is named.
func NewChannel(s *Slack, allowed []string, people *People, log *slog.Logger) *Channel {
	return &Channel{api: s.api, allowed: allowed, people: people, log: log}
}

const (
	// markType is the metadata's event type; the payload holds the digest's id and the slot, which identify a post.
	markType = "catbot_digest"
	// maxPages bounds a search of a channel's history to 2,000 messages.
	maxPages = 10
	pageSize = 200
)

// errPastDeadline is the error of a request that was not sent because its deadline had passed.
var errPastDeadline = fmt.Errorf("the request was not sent: %w", context.DeadlineExceeded)

// Post posts p with its mark. It falls back to plainer blocks where Slack refuses the rich ones.
func (c *Channel) Post(ctx context.Context, p digest.Post) (at string, err error) {
	if !channelAllowed(c.allowed, p.Digest.Add.Channel) {
		return "", &digest.Refusal{Reason: digest.ReasonNotAllowed, Scope: digest.ScopeChannel}
	}
	m := blockkit.DigestPost(p, c.digestWords(ctx, p.Digest))
	err = c.send(m, p.Digest.ID, func(opts []slack.MsgOption) error {
		opts = append(opts, postMetadata(p))
		if p.Thread != "" {
			opts = append(opts, slack.MsgOptionTS(p.Thread), slack.MsgOptionBroadcast())
		}
		_, at, err = c.api.PostMessageContext(ctx, p.Digest.Add.Channel, opts...)
		return err
	})
	return at, refusalOf(withoutURL(err))
}

// UpdateIncident updates the message of i. Its metadata says which slot it tells of, and whether i is closed.
func (c *Channel) UpdateIncident(ctx context.Context, d digest.Digest, i digest.Incident) error {
	m := blockkit.Incident(d, i, c.digestWords(ctx, d))
	told := map[string]any{"incident": i.ID, "told": i.Now.Slot.Unix()}
	if !i.IsOpen() {
		told["closed"] = true
	}
	return c.update(ctx, d.ID, i.Channel, i.Root, m, metadata(i.RootMark, told))
}

// EndNote updates a message that said that d's condition could not be evaluated.
func (c *Channel) EndNote(ctx context.Context, d digest.Digest, n digest.Note) error {
	return c.update(ctx, d.ID, n.Channel, n.At, blockkit.NoteEnded(d, n, c.digestWords(ctx, d)), withMark(n.Mark))
}

// update replaces a message of a digest, which keeps its mark.
func (c *Channel) update(ctx context.Context, id, channel, at string, m blockkit.Message, mark slack.MsgOption) error {
	err := c.send(m, id, func(opts []slack.MsgOption) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, channel, at, append(opts, mark)...)
		return err
	})
	return refusalOf(withoutURL(err))
}

// send sends m: with its rich blocks, then with the plain ones, then with none, until Slack refuses no blocks.
func (c *Channel) send(m blockkit.Message, digest string, send func([]slack.MsgOption) error) (err error) {
	for _, blocks := range [][]slack.Block{m.Rich, m.Plain, nil} {
		if err = send(options(m, blocks)); !refusesBlocks(err) {
			break
		}
		c.log.Warn("slack refused the blocks, sending plainer ones", "digest", digest, "error", detail(err))
	}
	return err
}

// withMark adds mark to a message as metadata.
func withMark(mark digest.Mark) slack.MsgOption { return metadata(mark, nil) }

// postMetadata adds to a post as metadata: its mark, why it was posted, its incident, and what is doubtful about it.
func postMetadata(p digest.Post) slack.MsgOption {
	more := map[string]any{"outcome": string(p.Outcome)}
	if p.Incident != nil {
		more["incident"] = p.Incident.ID
	}
	if p.Late() {
		more["late"] = true
	}
	if p.Repeated {
		more["repeated"] = true
	}
	return metadata(p.Mark(), more)
}

// metadata adds mark and more to a message as metadata.
func metadata(mark digest.Mark, more map[string]any) slack.MsgOption {
	payload := map[string]any{"digest": mark.Digest, "slot": mark.Slot}
	maps.Copy(payload, more)
	return slack.MsgOptionMetadata(slack.SlackMetadata{EventType: markType, EventPayload: payload})
}

// UpdateOutage updates the message of o in the language of the first digest of o.
func (c *Channel) UpdateOutage(ctx context.Context, o digest.Outage) error {
	if len(o.Digests) == 0 {
		return nil // all of them were removed
	}
	first := o.Digests[0].Digest
	return c.update(ctx, first.ID, o.Channel, o.At, blockkit.Outage(o, c.digestWords(ctx, first)), withMark(o.Mark))
}

// digestWords returns the language of d: the configured one, or else its owner's.
func (c *Channel) digestWords(ctx context.Context, d digest.Digest) i18n.Phrases {
	if told, ok := i18n.For(d.Add.Lang); ok {
		return told
	}
	return c.people.lookUp(ctx, d.Owner).words
}

// Marks returns the marks in the channel's messages after since, and in the answers to the message thread if that is
// not empty, each with its message's timestamp. It reads the newest messages of the channel first.
func (c *Channel) Marks(
	ctx context.Context, channel, thread string, since time.Time,
) (map[digest.Mark]string, error) {
	marks := map[digest.Mark]string{}
	if thread != "" {
		if err := c.addReplies(ctx, marks, channel, thread, since); err != nil {
			return marks, err
		}
	}
	params := &slack.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: strconv.FormatInt(since.Unix(), 10), Limit: pageSize, IncludeAllMetadata: true,
	}
	for range maxPages {
		page, err := c.api.GetConversationHistoryContext(ctx, params)
		if err != nil {
			return marks, fmt.Errorf("reading the channel's history: %w", asChannelRefusal(refusalOf(withoutURL(err))))
		}
		addMarks(marks, page.Messages)
		if !page.HasMore || page.ResponseMetaData.NextCursor == "" {
			return marks, nil
		}
		params.Cursor = page.ResponseMetaData.NextCursor
	}
	return marks, &digest.Refusal{Reason: "too many messages to look through"}
}

// addReplies adds the marks in the answers to a message. A message that is gone has none.
func (c *Channel) addReplies(
	ctx context.Context, marks map[digest.Mark]string, channel, thread string, since time.Time,
) error {
	params := &slack.GetConversationRepliesParameters{
		ChannelID: channel, Timestamp: thread, Oldest: strconv.FormatInt(since.Unix(), 10), Limit: pageSize,
		IncludeAllMetadata: true,
	}
	for range maxPages {
		messages, more, cursor, err := c.api.GetConversationRepliesContext(ctx, params)
		refusal, refused := errors.AsType[*digest.Refusal](refusalOf(err))
		if refused && refusal.Gone {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading a thread: %w", asChannelRefusal(refusalOf(withoutURL(err))))
		}
		addMarks(marks, messages)
		if !more || cursor == "" {
			return nil
		}
		params.Cursor = cursor
	}
	return &digest.Refusal{Reason: "too many messages to look through"}
}

func addMarks(marks map[digest.Mark]string, messages []slack.Message) {
	for _, m := range messages {
		id, _ := m.Metadata.EventPayload["digest"].(string)
		slot, _ := m.Metadata.EventPayload["slot"].(string)
		if m.Metadata.EventType == markType {
			marks[digest.Mark{Digest: id, Slot: slot}] = m.Timestamp
		}
	}
}

// Access returns the bot's access to channel. A channel that Slack does not find may be a private one without the bot:
// it counts as visible if owner is of the bot's workspace.
func (c *Channel) Access(ctx context.Context, channel, owner string) (digest.Access, error) {
	info, err := c.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
	refusal, refused := errors.AsType[*digest.Refusal](refusalOf(err))
	switch {
	case err == nil && info.IsMember:
		return digest.Member, nil
	case err == nil:
		return digest.Visible, nil
	case !refused || refusal.Reason != "channel_not_found":
		return digest.NoAccess, withoutURL(err)
	}
	_, err = c.api.GetUserInfoContext(ctx, owner)
	refusal, refused = errors.AsType[*digest.Refusal](refusalOf(err))
	if refused && refusal.Reason == "user_not_found" {
		return digest.NoAccess, nil
	}
	if err != nil {
		return digest.NoAccess, withoutURL(err)
	}
	return digest.Visible, nil
}

// asChannelRefusal limits a missing scope to the channel: only reading its history needs that scope.
func asChannelRefusal(err error) error {
	if refusal, ok := errors.AsType[*digest.Refusal](err); ok && refusal.Reason == "missing_scope" {
		return &digest.Refusal{Reason: refusal.Reason, Scope: digest.ScopeChannel}
	}
	return err
}

// NotifyOwner sends d's owner a direct message that says how a slot ended.
func (c *Channel) NotifyOwner(ctx context.Context, d digest.Digest, r digest.Result) error {
	m := blockkit.DigestTrouble(d, r, c.people.lookUp(ctx, d.Owner).words)
	err := c.send(m, d.ID, func(opts []slack.MsgOption) error {
		_, _, err := c.api.PostMessageContext(ctx, d.Owner, opts...)
		return err
	})
	return withoutURL(err)
}
