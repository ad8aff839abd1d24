package bot

import (
	"context"

	"catbot/bot/blockkit"
	"catbot/commands"
)

// A slackHandler does what a command asks for, and delivers what came of it. Its results are outcomes, for the log and metrics.
type slackHandler struct {
	*Bot
	job job
}

var _ commands.Handler[string] = slackHandler{}

func (h slackHandler) Codes(ctx context.Context, c commands.Codes) string {
	outcome, _ := h.codes(ctx, h.job, c)
	return outcome
}
func (h slackHandler) Trend(ctx context.Context, t commands.Trend) string {
	outcome, _ := h.trend(ctx, h.job, t)
	return outcome
}

func (h slackHandler) Tasks(ctx context.Context, c commands.Tasks) string {
	outcome, _ := h.answering(ctx, h.job, c, func(ctx context.Context) (blockkit.Message, string) {
		return h.tasks(ctx, h.job, c)
	})
	return outcome
}

func (h slackHandler) Alias(ctx context.Context, c commands.AliasDo) string {
	outcome, _ := h.answering(ctx, h.job, c, func(ctx context.Context) (blockkit.Message, string) {
		return h.alias(ctx, h.job, c)
	})
	return outcome
}

func (h slackHandler) Help(_ context.Context, c commands.Help) string {
	return h.reply(h.job, h.help(h.job, c.Topic), "answered")
}

func (h slackHandler) DigestAdd(ctx context.Context, c commands.DigestAdd) string {
	return h.working(ctx, func(ctx context.Context) (blockkit.Message, string) { return h.digestAdd(ctx, h.job, c) })
}

func (h slackHandler) DigestList(ctx context.Context, _ commands.DigestList) string {
	return h.working(ctx, func(ctx context.Context) (blockkit.Message, string) { return h.digestList(ctx, h.job) })
}

func (h slackHandler) DigestDo(ctx context.Context, c commands.DigestDo) string {
	return h.working(ctx, func(ctx context.Context) (blockkit.Message, string) { return h.digestDo(ctx, h.job, c) })
}

// working does something within the time that a command may take, and delivers what came of it.
func (h slackHandler) working(ctx context.Context, do func(context.Context) (blockkit.Message, string)) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	m, outcome := do(ctx)
	return h.reply(h.job, m, outcome)
}
