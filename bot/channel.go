package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"catbot/digest"
	"catbot/words"
)

// A Channel posts digests to Slack's channels.
type Channel struct {
	api    *slack.Client
	people *People
	log    *slog.Logger
}

// NewChannel makes a Channel of the Web API at apiURL, which ends in "/".
func NewChannel(botToken, apiURL string, people *People, log *slog.Logger) *Channel {
	return &Channel{api: newAPI(NewHTTPClient(maxPosting), "", botToken, apiURL), people: people, log: log}
}

const (
	// maxPosting is how many connections are kept for digests.
	maxPosting = 16
	// markType is the metadata's event type; the payload holds digest and slot.
	markType = "catbot_digest"
	// maxPages bounds a look into a channel: 2,000 messages.
	maxPages = 10
	pageSize = 200
)

// errTooLate ends a request that would leave after its deadline.
var errTooLate = fmt.Errorf("the request was not sent: %w", context.DeadlineExceeded)

// Post posts p with its mark, with plainer blocks where Slack refuses the rich ones.
func (c *Channel) Post(ctx context.Context, p digest.Post) error {
	m := DigestMessage(p, c.wordsOf(ctx, p.Digest))
	mark := p.Mark()
	metadata := slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: markType, EventPayload: map[string]any{"digest": mark.Digest, "slot": mark.Slot},
	})
	var err error
	for _, blocks := range [][]slack.Block{m.Rich, m.Plain, nil} {
		_, _, err = c.api.PostMessageContext(ctx, p.Digest.Add.Channel, append(options(m, blocks), metadata)...)
		if !refusesBlocks(err) {
			break
		}
		c.log.Warn("slack refused blocks, sending plainer ones", "digest", p.Digest.ID, "error", detail(err))
	}
	return refusalOf(withoutURL(err))
}

// wordsOf speaks the digest's language: the one it was told, or else its owner's.
func (c *Channel) wordsOf(ctx context.Context, d digest.Digest) words.Words {
	if told, ok := words.For(d.Add.Lang); ok {
		return told
	}
	return c.people.ask(ctx, d.Owner).words
}

// Find looks through the channel's messages after since, the newest first.
func (c *Channel) Find(ctx context.Context, channel string, mark digest.Mark, since time.Time) (bool, error) {
	ask := &slack.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: strconv.FormatInt(since.Unix(), 10), Limit: pageSize, IncludeAllMetadata: true,
	}
	for range maxPages {
		page, err := c.api.GetConversationHistoryContext(ctx, ask)
		if err != nil {
			return false, fmt.Errorf("looking into the channel: %w", refusalOf(withoutURL(err)))
		}
		for _, m := range page.Messages {
			said := m.Metadata
			if said.EventType == markType && said.EventPayload["digest"] == mark.Digest && said.EventPayload["slot"] == mark.Slot {
				return true, nil
			}
		}
		if !page.HasMore || page.ResponseMetaData.NextCursor == "" {
			return false, nil
		}
		ask.Cursor = page.ResponseMetaData.NextCursor
	}
	return false, &digest.Refusal{Reason: "too many messages to look through"}
}

// Tell tells d's owner in a direct message how a slot of theirs ended.
func (c *Channel) Tell(ctx context.Context, d digest.Digest, r digest.Result) error {
	m := troubleMessage(d, r, c.people.ask(ctx, d.Owner).words)
	_, _, err := c.api.PostMessageContext(ctx, d.Owner, options(m, m.Rich)...)
	return withoutURL(err)
}

// pauses are Slack's refusals that stay until a person does something about them.
var pauses = []string{"not_in_channel", "channel_not_found", "is_archived", "token_revoked", "account_inactive", "restricted_action"}

// doubtful are errors of Slack's own, after which nobody knows whether a message was taken.
var doubtful = []string{"internal_error", "fatal_error", "service_unavailable", "request_timeout"}

// refusalOf makes a *digest.Refusal of Slack's word that it did not take a message, and leaves doubt as it is.
func refusalOf(err error) error {
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &digest.Refusal{Reason: "ratelimited", Wait: max(limited.RetryAfter, time.Second)}
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok && status.Code == http.StatusTooManyRequests {
		return &digest.Refusal{Reason: "ratelimited", Wait: 30 * time.Second}
	}
	if said, ok := errors.AsType[slack.SlackErrorResponse](err); ok && !slices.Contains(doubtful, said.Err) {
		return &digest.Refusal{Reason: said.Err, Pauses: slices.Contains(pauses, said.Err)}
	}
	return err
}
