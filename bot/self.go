package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/slack-go/slack"
)

// Self is catbot's identity in Slack.
type Self struct {
	Team       string // id of its workspace
	TeamName   string
	Enterprise string // id of its Enterprise Grid organisation; empty when the workspace is in none
	User       string // id of the bot's user
	Bot        string // id of the bot, the author of its messages
}

// Space is the namespace of this installation's keys in Redis: the bot in its workspace. It stays the same when a
// token of Slack or of CAT is replaced.
func (s Self) Space() string { return s.Team + "." + s.User }

const (
	// minAuthPause comes before the second attempt; the pause doubles up to maxAuthPause.
	minAuthPause = 250 * time.Millisecond
	maxAuthPause = 30 * time.Second
)

// FetchSelf calls auth.test until it succeeds; its only error is that of ctx. It also repeats the call when Slack
// refuses the token: an admin may repair the app in Slack. onFailure gets the reason of each failed attempt.
func FetchSelf(ctx context.Context, s *Slack, onFailure func(reason string), log *slog.Logger) (Self, error) {
	lastLogged := ""
	for pause := minAuthPause; ; pause = min(2*pause, maxAuthPause) {
		self, err := authTest(ctx, s.api)
		if err == nil {
			log.Info("authenticated with slack", "team", self.Team, "team_name", self.TeamName,
				"enterprise", self.Enterprise, "user", self.User)
			return self, nil
		}
		if ctx.Err() != nil {
			return Self{}, ctx.Err()
		}
		reason, line := "authenticating with slack failed: "+err.Error(), "authenticating with slack failed, retrying"
		if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
			reason = "slack refuses the bot token: " + refused.Err
			line = "slack refuses the bot token, retrying; check SLACK_BOT_TOKEN"
		}
		onFailure(reason)
		if line != lastLogged {
			log.Error(line, "error", err)
			lastLogged = line
		}
		wait := pause
		if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
			wait = max(wait, limited.RetryAfter)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return Self{}, ctx.Err()
		}
	}
}

func authTest(ctx context.Context, api *slack.Client) (Self, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	who, err := api.AuthTestContext(ctx)
	if err != nil {
		return Self{}, fmt.Errorf("auth.test: %w", withoutURL(err))
	}
	if who.TeamID == "" || who.UserID == "" {
		return Self{}, errors.New("auth.test: the answer names no workspace or no user")
	}
	return Self{
		Team: who.TeamID, TeamName: cmp.Or(who.Team, who.TeamID), Enterprise: who.EnterpriseID,
		User: who.UserID, Bot: who.BotID,
	}, nil
}
