package bot

import (
	"context"

	"catbot/bot/blockkit"
	"catbot/commands"
)

// A commandHandler does what a command asks for and delivers what came of it. Its results are outcomes, for the log and the
// metrics.
type commandHandler struct {
	d *dispatcher
	r *request
}

var _ commands.Handler[string] = commandHandler{}

func (h commandHandler) Codes(ctx context.Context, c commands.Codes) string {
	outcome, _ := h.d.answers.codes(ctx, h.r, c)
	return outcome
}

func (h commandHandler) Trend(ctx context.Context, t commands.Trend) string {
	outcome, _ := h.d.answers.trend(ctx, h.r, t)
	return outcome
}

func (h commandHandler) Tasks(ctx context.Context, c commands.Tasks) string {
	outcome, _ := h.d.answers.answering(ctx, h.r, c, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.answers.tasks(ctx, h.r, c)
	})
	return outcome
}

func (h commandHandler) Alias(ctx context.Context, c commands.AliasDo) string {
	outcome, _ := h.d.answers.answering(ctx, h.r, c, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.answers.alias(ctx, h.r, c)
	})
	return outcome
}

func (h commandHandler) Help(_ context.Context, c commands.Help) string {
	return h.d.reply(h.r, h.d.help(h.r, c.Topic), "answered")
}

func (h commandHandler) DigestAdd(ctx context.Context, c commands.DigestAdd) string {
	return h.inTime(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.digests.digestAdd(ctx, h.r, c)
	})
}

func (h commandHandler) DigestList(ctx context.Context, _ commands.DigestList) string {
	return h.inTime(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.digests.digestList(ctx, h.r)
	})
}

func (h commandHandler) DigestDo(ctx context.Context, c commands.DigestDo) string {
	return h.inTime(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.digests.digestDo(ctx, h.r, c)
	})
}

// inTime does something within the time that a command may take, and delivers what came of it.
func (h commandHandler) inTime(ctx context.Context, do func(context.Context) (blockkit.Message, string)) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	m, outcome := do(ctx)
	return h.d.reply(h.r, m, outcome)
}
