package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"catbot/bot/blockkit"
	"catbot/digest"
	"catbot/i18n"
)

// A Channel posts digests to Slack's channels.
type Channel struct {
	api     *slack.Client
	allowed []string // ids of channels that digests may be in; none means all
	people  *People
	log     *slog.Logger
}

// NewChannel makes a Channel for digests in the channels allowed, or in all.
func NewChannel(s *Slack, allowed []string, people *People, log *slog.Logger) *Channel {
	return &Channel{api: s.api, allowed: allowed, people: people, log: log}
}

const (
	// markType is the metadata's event type; the payload holds digest and slot.
	markType = "catbot_digest"
	// maxPages bounds a look into a channel: 2,000 messages.
	maxPages = 10
	pageSize = 200
)

// errTooLate ends a request that would leave after its deadline.
var errTooLate = fmt.Errorf("the request was not sent: %w", context.DeadlineExceeded)

// Post posts p with its mark, with plainer blocks where Slack refuses the rich ones.
func (c *Channel) Post(ctx context.Context, p digest.Post) (at string, err error) {
	if !mayHold(c.allowed, p.Digest.Add.Channel) {
		return "", &digest.Refusal{Reason: digest.ReasonNotAllowed, Scope: digest.ScopeChannel}
	}
	m := blockkit.DigestPost(p, c.wordsOf(ctx, p.Digest))
	err = c.send(m, p.Digest.ID, func(said []slack.MsgOption) error {
		_, at, err = c.api.PostMessageContext(ctx, p.Digest.Add.Channel, append(said, marked(p.Mark()))...)
		return err
	})
	return at, refusalOf(withoutURL(err))
}

// send sends m for a digest: with its rich blocks, with plainer ones, or none, where Slack refuses them.
func (c *Channel) send(m blockkit.Message, digest string, send func([]slack.MsgOption) error) (err error) {
	for _, blocks := range [][]slack.Block{m.Rich, m.Plain, nil} {
		if err = send(options(m, blocks)); !refusesBlocks(err) {
			break
		}
		c.log.Warn("slack refused blocks, sending plainer ones", "digest", digest, "error", detail(err))
	}
	return err
}

// marked lets a message carry mark.
func marked(mark digest.Mark) slack.MsgOption {
	return slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: markType, EventPayload: map[string]any{"digest": mark.Digest, "slot": mark.Slot},
	})
}

// UpdateOutage updates the message of o, in the language of the digest that opened it.
func (c *Channel) UpdateOutage(ctx context.Context, o digest.Outage) error {
	if len(o.Digests) == 0 {
		return nil // all of them were removed
	}
	m := blockkit.Outage(o, c.wordsOf(ctx, o.Digests[0].Digest))
	err := c.send(m, o.Digests[0].Digest.ID, func(said []slack.MsgOption) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, o.Channel, o.At, append(said, marked(o.Mark))...)
		return err
	})
	return refusalOf(withoutURL(err))
}

// wordsOf speaks the digest's language: the one it was told, or else its owner's.
func (c *Channel) wordsOf(ctx context.Context, d digest.Digest) i18n.Phrases {
	if told, ok := i18n.For(d.Add.Lang); ok {
		return told
	}
	return c.people.ask(ctx, d.Owner).words
}

// Marks looks through the channel's messages after since, the newest first.
func (c *Channel) Marks(ctx context.Context, channel string, since time.Time) (map[digest.Mark]string, error) {
	marks := map[digest.Mark]string{}
	ask := &slack.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: strconv.FormatInt(since.Unix(), 10), Limit: pageSize, IncludeAllMetadata: true,
	}
	for range maxPages {
		page, err := c.api.GetConversationHistoryContext(ctx, ask)
		if err != nil {
			return marks, fmt.Errorf("looking into the channel: %w", unreadable(refusalOf(withoutURL(err))))
		}
		for _, m := range page.Messages {
			id, _ := m.Metadata.EventPayload["digest"].(string)
			slot, _ := m.Metadata.EventPayload["slot"].(string)
			if m.Metadata.EventType == markType {
				marks[digest.Mark{Digest: id, Slot: slot}] = m.Timestamp
			}
		}
		if !page.HasMore || page.ResponseMetaData.NextCursor == "" {
			return marks, nil
		}
		ask.Cursor = page.ResponseMetaData.NextCursor
	}
	return marks, &digest.Refusal{Reason: "too many messages to look through"}
}

// Access asks Slack for channel. One that Slack does not find may be a private channel without the bot: then it counts
// as visible if owner is of the bot's workspace.
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
	if refusal, ok := errors.AsType[*digest.Refusal](refusalOf(err)); ok && refusal.Reason == "user_not_found" {
		return digest.NoAccess, nil
	}
	if err != nil {
		return digest.NoAccess, withoutURL(err)
	}
	return digest.Visible, nil
}

// unreadable says of a refusal for want of a scope that it concerns reading the channel alone.
func unreadable(err error) error {
	if refusal, ok := errors.AsType[*digest.Refusal](err); ok && refusal.Reason == "missing_scope" {
		return &digest.Refusal{Reason: refusal.Reason, Scope: digest.ScopeChannel}
	}
	return err
}

// NotifyOwner sends d's owner a direct message that says how a slot ended.
func (c *Channel) NotifyOwner(ctx context.Context, d digest.Digest, r digest.Result) error {
	m := blockkit.DigestTrouble(d, r, c.people.ask(ctx, d.Owner).words)
	err := c.send(m, d.ID, func(said []slack.MsgOption) error {
		_, _, err := c.api.PostMessageContext(ctx, d.Owner, said...)
		return err
	})
	return withoutURL(err)
}
