package bot

import (
	"context"
	"errors"
	"slices"

	"catbot/bot/blockkit"
	"catbot/commands"
	"catbot/tasks"
)

// tasks lists the tasks that hold c's text, as many as find room, each with a button to its codes.
func (h *answerHandler) tasks(ctx context.Context, r *request, c commands.Tasks) (blockkit.Message, string) {
	all, err := h.names.Tasks(ctx)
	if panicked := h.panicked(r, err); err != nil && len(all) == 0 {
		if panicked {
			return blockkit.Sentence(r.words.Mistake(r.envelope)), "internal_error"
		}
		h.log.Warn("tasks can't be listed", "envelope", r.envelope, "error", err)
		return blockkit.Sentence(r.words.Upstream(err)), "failed"
	}
	return blockkit.Tasks(c, slices.Collect(h.names.Index().Find(c.Text)), h.aliases(h.names.Aliases()), err, r.words), "answered"
}

// alias does what c asks of the names that people have given to tasks.
func (h *answerHandler) alias(ctx context.Context, r *request, c commands.AliasDo) (blockkit.Message, string) {
	var err error
	switch c.Verb {
	case "list":
		var known map[string]string
		if known, err = h.names.List(ctx); err == nil {
			return blockkit.Aliases(h.aliases(known), r.words), "answered"
		}
	case "set":
		if err = h.names.Set(ctx, c.Name, c.Task); err == nil {
			h.log.Info("an alias was set", "alias", c.Name, "task", c.Task, "user", r.to.User)
			return blockkit.WithUndo(r.words.AliasSet(c.Name, r.words.TaskName(c.Task, h.names.TaskName(c.Task))), commands.AliasDo{Verb: "remove", Name: c.Name}.String(), r.words), "answered"
		}
	case "remove":
		var task string
		if task, err = h.names.Remove(ctx, c.Name); err == nil {
			h.log.Info("an alias was removed", "alias", c.Name, "user", r.to.User)
			return blockkit.WithUndo(r.words.AliasRemoved(c.Name), commands.AliasDo{Verb: "set", Name: c.Name, Task: task}.String(), r.words), "answered"
		}
	}
	switch {
	case errors.Is(err, tasks.ErrUnknown):
		return blockkit.Sentence(r.words.UnknownAlias(c.Name)), "refused"
	case errors.Is(err, tasks.ErrFull):
		return blockkit.Sentence(r.words.TooManyAliases(tasks.MaxAliases)), "refused"
	}
	h.log.Error("aliases can't be reached", "envelope", r.envelope, "error", err)
	return blockkit.Sentence(r.words.AliasesAway()), "failed"
}
