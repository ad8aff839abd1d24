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
func (b *Bot) tasks(ctx context.Context, j job, c commands.Tasks) (blockkit.Message, string) {
	all, err := b.names.Tasks(ctx)
	if panicked := b.panicked(j, err); err != nil && len(all) == 0 {
		if panicked {
			return blockkit.Sentence(j.words.Mistake(j.envelope)), "internal_error"
		}
		b.log.Warn("tasks can't be listed", "envelope", j.envelope, "error", err)
		return blockkit.Sentence(j.words.Upstream(err)), "failed"
	}
	return blockkit.Tasks(c, slices.Collect(b.names.Index().Find(c.Text)), b.aliases(b.names.Aliases()), err, j.words), "answered"
}

// alias does what c asks of the names that people have given to tasks.
func (b *Bot) alias(ctx context.Context, j job, c commands.AliasDo) (blockkit.Message, string) {
	var err error
	switch c.Verb {
	case "list":
		var known map[string]string
		if known, err = b.names.List(ctx); err == nil {
			return blockkit.Aliases(b.aliases(known), j.words), "answered"
		}
	case "set":
		if err = b.names.Set(ctx, c.Name, c.Task); err == nil {
			b.log.Info("an alias was set", "alias", c.Name, "task", c.Task, "user", j.to.User)
			return blockkit.WithUndo(j.words.AliasSet(c.Name, j.words.TaskName(c.Task, b.names.TaskName(c.Task))), commands.AliasDo{Verb: "remove", Name: c.Name}.String(), j.words), "answered"
		}
	case "remove":
		var task string
		if task, err = b.names.Remove(ctx, c.Name); err == nil {
			b.log.Info("an alias was removed", "alias", c.Name, "user", j.to.User)
			return blockkit.WithUndo(j.words.AliasRemoved(c.Name), commands.AliasDo{Verb: "set", Name: c.Name, Task: task}.String(), j.words), "answered"
		}
	}
	switch {
	case errors.Is(err, tasks.ErrUnknown):
		return blockkit.Sentence(j.words.UnknownAlias(c.Name)), "refused"
	case errors.Is(err, tasks.ErrFull):
		return blockkit.Sentence(j.words.TooManyAliases(tasks.MaxAliases)), "refused"
	}
	b.log.Error("aliases can't be reached", "envelope", j.envelope, "error", err)
	return blockkit.Sentence(j.words.AliasesAway()), "failed"
}

// aliases is what a message shows of known, the task of each alias.
func (b *Bot) aliases(known map[string]string) blockkit.TaskAliases {
	return blockkit.TaskAliases{Tasks: known, TaskName: b.names.TaskName}
}

// help is the help on a topic, with the names that people have given to tasks.
func (b *Bot) help(j job, topic string) blockkit.Message {
	if j.may.limit != "" {
		return blockkit.Help(topic, b.now(), nil, j.words)
	}
	return blockkit.Help(topic, b.now(), b.names.Aliases(), j.words)
}
