package bot

import (
	"context"

	"catbot/bot/blockkit"
	"catbot/commands"
)

// A commandHandler runs a command and delivers its result. Each method returns the outcome for the log and the
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
	outcome, _ := h.d.answers.answerWithPlaceholder(ctx, h.r, c, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.answers.listTasks(ctx, h.r, c)
	})
	return outcome
}

func (h commandHandler) Alias(ctx context.Context, c commands.AliasDo) string {
	outcome, _ := h.d.answers.answerWithPlaceholder(ctx, h.r, c, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.answers.handleAlias(ctx, h.r, c)
	})
	return outcome
}

func (h commandHandler) Help(ctx context.Context, c commands.Help) string {
	if h.r.to.Direct && c.Topic == "" { // its buttons need a task
		waitForTasks(ctx, h.d.tasks)
	}
	return h.d.reply(h.r, h.d.help(h.r, c.Topic), "answered")
}

func (h commandHandler) DigestAdd(ctx context.Context, c commands.DigestAdd) string {
	return h.runWithTimeout(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.digests.addDigest(ctx, h.r, c)
	})
}

func (h commandHandler) DigestList(ctx context.Context, _ commands.DigestList) string {
	return h.runWithTimeout(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.digests.listDigests(ctx, h.r)
	})
}

func (h commandHandler) DigestDo(ctx context.Context, c commands.DigestDo) string {
	return h.runWithTimeout(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.digests.changeDigest(ctx, h.r, c)
	})
}

func (h commandHandler) DigestMute(ctx context.Context, c commands.DigestMute) string {
	return h.runWithTimeout(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.incidents.mute(ctx, h.r, c)
	})
}

func (h commandHandler) DigestUnmute(ctx context.Context, c commands.DigestUnmute) string {
	return h.runWithTimeout(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.incidents.unmute(ctx, h.r, c)
	})
}

func (h commandHandler) Incidents(ctx context.Context, c commands.Incidents) string {
	return h.runWithTimeout(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.incidents.listIncidents(ctx, h.r, c)
	})
}

func (h commandHandler) IncidentTake(ctx context.Context, c commands.IncidentTake) string {
	return h.runWithTimeout(ctx, func(ctx context.Context) (blockkit.Message, string) {
		return h.d.incidents.takeIncident(ctx, h.r, c)
	})
}

// runWithTimeout calls do with commandTimeout and delivers its message.
func (h commandHandler) runWithTimeout(
	ctx context.Context, do func(context.Context) (blockkit.Message, string),
) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	m, outcome := do(ctx)
	return h.d.reply(h.r, m, outcome)
}
