package bot

import (
	"context"
	"errors"
	"slices"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/tasks"
)

// listTasks lists the tasks that match c's text, as many as a message can hold, each with a button for its codes.
func (h *answerHandler) listTasks(ctx context.Context, r *request, c commands.Tasks) (blockkit.Message, string) {
	all, err := h.tasks.Tasks(ctx)
	if panicked := h.panicked(r, err); err != nil && len(all) == 0 {
		if panicked {
			return blockkit.Sentence(r.words.Mistake(r.envelope)), "internal_error"
		}
		h.log.Warn("listing tasks failed", "envelope", r.envelope, "error", err)
		return blockkit.Sentence(r.words.Upstream(err)), "failed"
	}
	found := slices.Collect(h.tasks.Index().Find(c.Text))
	return blockkit.Tasks(c, found, h.aliases(h.tasks.Aliases()), err, r.words), "answered"
}

// handleAlias lists, sets or removes an alias.
func (h *answerHandler) handleAlias(ctx context.Context, r *request, c commands.AliasDo) (blockkit.Message, string) {
	var err error
	switch c.Verb {
	case "list":
		var known map[string]string
		if known, err = h.tasks.List(ctx); err == nil {
			return blockkit.Aliases(h.aliases(known), r.words), "answered"
		}
	case "set":
		if err = h.tasks.Set(ctx, c.Name, c.Task); err == nil {
			h.log.Info("alias set", "alias", c.Name, "task", c.Task, "user", r.to.User)
			done := r.words.AliasSet(c.Name, r.words.TaskName(c.Task, h.tasks.TaskName(c.Task)))
			undo := commands.AliasDo{Verb: "remove", Name: c.Name}
			return blockkit.WithUndo(done, undo.String(), r.words), "answered"
		}
	case "remove":
		var task string
		if task, err = h.tasks.Remove(ctx, c.Name); err == nil {
			h.log.Info("alias removed", "alias", c.Name, "user", r.to.User)
			undo := commands.AliasDo{Verb: "set", Name: c.Name, Task: task}
			return blockkit.WithUndo(r.words.AliasRemoved(c.Name), undo.String(), r.words), "answered"
		}
	}
	switch {
	case errors.Is(err, tasks.ErrUnknown):
		return blockkit.Sentence(r.words.UnknownAlias(c.Name)), "refused"
	case errors.Is(err, tasks.ErrFull):
		return blockkit.Sentence(r.words.TooManyAliases(tasks.MaxAliases)), "refused"
	}
	h.log.Error("alias store unavailable", "envelope", r.envelope, "error", err)
	return blockkit.Sentence(r.words.AliasesUnavailable()), "failed"
}
