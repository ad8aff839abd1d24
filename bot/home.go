package bot

import (
	"context"

	"github.com/slack-go/slack"
)

// home draws the Home tab of the person of j: what catbot is, and what to type.
func (b *Bot) home(ctx context.Context, j job) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	view := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: b.help("", j.words).Rich}}
	if _, err := b.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: j.to.User, View: view}); err != nil {
		b.log.Warn("the home tab was not drawn", "user", j.to.User, "error", detail(withoutURL(err)))
		return "failed"
	}
	return "answered"
}
