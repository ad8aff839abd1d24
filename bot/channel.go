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
	// markType is the metadata's event type; the payload holds the digest's id and the slot.
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
		_, at, err = c.api.PostMessageContext(ctx, p.Digest.Add.Channel, append(opts, withMark(p.Mark()))...)
		return err
	})
	return at, refusalOf(withoutURL(err))
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
func withMark(mark digest.Mark) slack.MsgOption {
	return slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: markType, EventPayload: map[string]any{"digest": mark.Digest, "slot": mark.Slot},
	})
}

// UpdateOutage updates the message of o in the language of the first digest of o.
func (c *Channel) UpdateOutage(ctx context.Context, o digest.Outage) error {
	if len(o.Digests) == 0 {
		return nil // all of them were removed
	}
	m := blockkit.Outage(o, c.digestWords(ctx, o.Digests[0].Digest))
	err := c.send(m, o.Digests[0].Digest.ID, func(opts []slack.MsgOption) error {
		_, _, _, err := c.api.UpdateMessageContext(ctx, o.Channel, o.At, append(opts, withMark(o.Mark))...)
		return err
	})
	return refusalOf(withoutURL(err))
}

// digestWords returns the language of d: the configured one, or else its owner's.
func (c *Channel) digestWords(ctx context.Context, d digest.Digest) i18n.Phrases {
	if told, ok := i18n.For(d.Add.Lang); ok {
		return told
	}
	return c.people.lookUp(ctx, d.Owner).words
}

// Marks returns the marks in the channel's messages after since, each with its message's timestamp. It reads the
// newest messages first.
func (c *Channel) Marks(ctx context.Context, channel string, since time.Time) (map[digest.Mark]string, error) {
	marks := map[digest.Mark]string{}
	params := &slack.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: strconv.FormatInt(since.Unix(), 10), Limit: pageSize, IncludeAllMetadata: true,
	}
	for range maxPages {
		page, err := c.api.GetConversationHistoryContext(ctx, params)
		if err != nil {
			return marks, fmt.Errorf("reading the channel's history: %w", asChannelRefusal(refusalOf(withoutURL(err))))
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
		params.Cursor = page.ResponseMetaData.NextCursor
	}
	return marks, &digest.Refusal{Reason: "too many messages to look through"}
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
