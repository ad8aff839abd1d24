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
	return replyTo(ctx, h, c, h.d.digests.addDigest)
}

func (h commandHandler) DigestList(ctx context.Context, c commands.DigestList) string {
	return replyTo(ctx, h, c, h.d.digests.listDigests)
}

func (h commandHandler) DigestDo(ctx context.Context, c commands.DigestDo) string {
	return replyTo(ctx, h, c, h.d.digests.changeDigest)
}

func (h commandHandler) DigestMute(ctx context.Context, c commands.DigestMute) string {
	return replyTo(ctx, h, c, h.d.incidents.mute)
}

func (h commandHandler) DigestUnmute(ctx context.Context, c commands.DigestUnmute) string {
	return replyTo(ctx, h, c, h.d.incidents.unmute)
}

func (h commandHandler) Incidents(ctx context.Context, c commands.Incidents) string {
	return replyTo(ctx, h, c, h.d.incidents.listIncidents)
}

func (h commandHandler) IncidentTake(ctx context.Context, c commands.IncidentTake) string {
	return replyTo(ctx, h, c, h.d.incidents.takeIncident)
}

// replyTo runs c with do, within commandTimeout, and delivers the message.
func replyTo[C commands.Command](
	ctx context.Context, h commandHandler, c C, do func(context.Context, *request, C) (m blockkit.Message, outcome string),
) (outcome string) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	m, outcome := do(ctx, h.r, c)
	return h.d.reply(h.r, m, outcome)
}
