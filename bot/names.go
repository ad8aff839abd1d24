package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
	"catbot/tasks"
)

// tasks lists the tasks that hold c's text, as many as find room, each with a button to its codes.
func (b *Bot) tasks(ctx context.Context, j job, c commands.Tasks) (Message, string) {
	all, err := b.names.Tasks(ctx)
	if panicked := b.panicked(j, err); err != nil && len(all) == 0 {
		if panicked {
			return sentenceMessage(j.words.Mistake(j.envelope)), "mistake"
		}
		b.log.Warn("tasks can't be listed", "envelope", j.envelope, "error", err)
		return sentenceMessage(j.words.Upstream(err)), "failed"
	}
	aliases := b.names.Aliases()
	return tasksMessage(c, slices.Collect(b.names.Index().Find(c.Text)), aliases, err, j.words), "answered"
}

func tasksMessage(c commands.Tasks, found []catapi.Task, aliases map[string]string, missing error, w i18n.Phrases) Message {
	title := w.TasksFound(len(found))
	if c.Text != "" {
		title = w.TasksFoundFor(len(found), i18n.Plain(c.Text, maxName))
	}
	blocks := []slack.Block{header(title)}
	if missing != nil {
		blocks = append(blocks, contextLine(":warning: "+say(w.TasksMissing(w.Upstream(missing)))))
	}
	if len(found) == 0 {
		blocks = append(blocks, section(say(w.NoTasksFound())+" "+slash("tasks")))
	}
	blocks = asFarAsThereIsRoom(blocks, len(found),
		func(i int) slack.Block { return taskBlock(found[i], tasks.AliasesOf(aliases, found[i].ID), w) }, w.MoreTasks)
	return Message{Text: say(title), Rich: blocks}
}

// taskBlock is one task: its name, id and target, and a button to its codes.
func taskBlock(t catapi.Task, aliases []string, w i18n.Phrases) slack.Block {
	name := escape(t.Name, maxName)
	if i18n.Blank(t.Name) {
		name = say(w.NoName())
	}
	text := "*" + name + "* · " + code(t.ID)
	if t.Target != "" {
		text += "\n" + escape(t.Target, 2*maxName)
	}
	if len(aliases) > 0 {
		text += " · " + say(w.AlsoCalled(aliases))
	}
	show := commands.Codes{Tasks: []string{t.ID}}
	accessory := slack.NewAccessory(slack.NewButtonBlockElement(pushTask, show.String(), plainText(w.CodesButton())))
	return slack.NewSectionBlock(markdown(cutEscaped(text)), nil, accessory)
}

// alias does what c asks of the names that people have given to tasks.
func (b *Bot) alias(ctx context.Context, j job, c commands.AliasDo) (Message, string) {
	var err error
	switch c.Verb {
	case "list":
		var known map[string]string
		if known, err = b.names.List(ctx); err == nil {
			return b.aliasesMessage(known, j.words), "answered"
		}
	case "set":
		if err = b.names.Set(ctx, c.Name, c.Task); err == nil {
			b.log.Info("an alias was set", "alias", c.Name, "task", c.Task, "user", j.to.User)
			return withUndo(j.words.AliasSet(c.Name, j.words.TaskName(c.Task, b.names.TaskName(c.Task))), commands.AliasDo{Verb: "remove", Name: c.Name}.String(), j.words), "answered"
		}
	case "remove":
		var task string
		if task, err = b.names.Remove(ctx, c.Name); err == nil {
			b.log.Info("an alias was removed", "alias", c.Name, "user", j.to.User)
			return withUndo(j.words.AliasRemoved(c.Name), commands.AliasDo{Verb: "set", Name: c.Name, Task: task}.String(), j.words), "answered"
		}
	}
	switch {
	case errors.Is(err, tasks.ErrUnknown):
		return sentenceMessage(j.words.UnknownAlias(c.Name)), "refused"
	case errors.Is(err, tasks.ErrFull):
		return sentenceMessage(j.words.TooManyAliases(tasks.MaxAliases)), "refused"
	}
	b.log.Error("aliases can't be reached", "envelope", j.envelope, "error", err)
	return sentenceMessage(j.words.AliasesAway()), "failed"
}

func withUndo(sentence, undo string, w i18n.Phrases) Message {
	m := sentenceMessage(sentence)
	m.Rich = append(m.Rich, contextLine(w.Undo(slash(undo))))
	return m
}

func (b *Bot) aliasesMessage(known map[string]string, w i18n.Phrases) Message {
	if len(known) == 0 {
		m := sentenceMessage(w.NoAliases())
		m.Rich = append(m.Rich, contextLine(say(w.ToAddOne())+" "+slash("alias set shop 126531")))
		return m
	}
	title := w.AliasesKnown(len(known))
	return Message{Text: say(title), Rich: []slack.Block{header(title), section(b.aliasText(known, slices.Sorted(maps.Keys(known)), w))}}
}

// aliasText says what names stand for, as many as find room.
func (b *Bot) aliasText(known map[string]string, in []string, w i18n.Phrases) string {
	var lines []string
	for _, name := range in {
		lines = append(lines, code(name)+" "+escape(w.TaskName(known[name], b.names.TaskName(known[name])), maxName))
	}
	return joinWithin(lines, maxSection, func(left int) string { return say(w.MoreAliases(left)) })
}

// aliasLines are for help: the first few names, in order.
func aliasLines(known map[string]string) string {
	all := slices.Sorted(maps.Keys(known))
	shown := all[:min(len(all), 20)]
	for i, name := range shown {
		shown[i] = "`" + name + "` = " + known[name]
	}
	return strings.Join(shown, ", ")
}
