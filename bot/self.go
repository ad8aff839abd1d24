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

// Self is who catbot is in Slack.
type Self struct {
	Team       string // id of its workspace
	TeamName   string
	Enterprise string // id of its Enterprise Grid organisation; empty for a workspace outside of one
	User       string // id of the bot's user
	Bot        string // id of the bot, under which its messages stand
}

// Space names what is kept for this installation of catbot, beside others on the same Redis: the bot in its workspace. A new
// token, of Slack's or of CAT's, leaves it as it is.
func (s Self) Space() string { return s.Team + "." + s.User }

const (
	// learnPause comes before the second question after oneself; it doubles up to learnMost.
	learnPause = 250 * time.Millisecond
	learnMost  = 30 * time.Second
)

// LearnSelf asks Slack who the bot token belongs to until Slack says so; its only error is that of ctx. A token that is
// refused is asked about again, too: a person may mend it in Slack. trouble hears of each question in vain.
func LearnSelf(ctx context.Context, s *Slack, trouble func(reason string), log *slog.Logger) (Self, error) {
	said := ""
	for pause := learnPause; ; pause = min(2*pause, learnMost) {
		self, err := askSelf(ctx, s.api)
		if err == nil {
			log.Info("slack says who catbot is", "team", self.Team, "team_name", self.TeamName, "enterprise", self.Enterprise, "user", self.User)
			return self, nil
		}
		if ctx.Err() != nil {
			return Self{}, ctx.Err()
		}
		reason, line := "slack does not say who catbot is: "+err.Error(), "slack does not say who catbot is; it is asked again and again"
		if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
			reason, line = "slack refuses the bot token: "+refused.Err, "slack refuses the bot token: look at SLACK_BOT_TOKEN; it is tried again and again"
		}
		trouble(reason)
		if line != said {
			log.Error(line, "error", err)
			said = line
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

func askSelf(ctx context.Context, api *slack.Client) (Self, error) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	who, err := api.AuthTestContext(ctx)
	if err != nil {
		return Self{}, fmt.Errorf("auth.test: %w", withoutURL(err))
	}
	if who.TeamID == "" || who.UserID == "" {
		return Self{}, errors.New("auth.test: the answer names no workspace or no user")
	}
	return Self{Team: who.TeamID, TeamName: cmp.Or(who.Team, who.TeamID), Enterprise: who.EnterpriseID, User: who.UserID, Bot: who.BotID}, nil
}
