package blockkit

import (
	"maps"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
)

// TaskAliases maps aliases to tasks.
type TaskAliases struct {
	Tasks    map[string]string      // the task's id, by alias
	TaskName func(id string) string // empty when it is not known
}

// of returns the aliases of one task, sorted.
func (a TaskAliases) of(task string) []string {
	var names []string
	for name, id := range a.Tasks {
		if id == task {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// text lists the aliases with their tasks, as many as a section can hold.
func (a TaskAliases) text(w i18n.Phrases) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(a.Tasks)) {
		id := a.Tasks[name]
		lines = append(lines, code(name)+" "+escape(w.TaskName(id, a.TaskName(id)), maxName))
	}
	return joinWithin(lines, maxSection, func(left int) string { return mrkdwn(w.MoreAliases(left)) })
}

// Tasks lists the tasks that c finds, as many as a message can hold, each with a button for its codes. missing is why
// some tasks may not be listed.
func Tasks(c commands.Tasks, found []catapi.Task, aliases TaskAliases, missing error, w i18n.Phrases) Message {
	title := w.TasksFound(len(found))
	if c.Text != "" {
		title = w.TasksFoundFor(len(found), i18n.Plain(c.Text, maxName))
	}
	blocks := []slack.Block{header(title)}
	if missing != nil {
		blocks = append(blocks, contextLine(":warning: "+mrkdwn(w.TasksMissing(w.Upstream(missing)))))
	}
	if len(found) == 0 && c.Text != "" {
		blocks = append(blocks, section(mrkdwn(w.NoTasksFound(i18n.Plain(c.Text, maxName)))+" "+slash("tasks")))
	}
	blocks = appendWithinLimits(blocks, len(found),
		func(i int) slack.Block { return taskBlock(found[i], aliases.of(found[i].ID), w) }, w.MoreTasks)
	return Message{Text: mrkdwn(title), Rich: blocks}
}

// taskBlock describes one task: name, id, target and aliases, with a button for its codes.
func taskBlock(t catapi.Task, aliases []string, w i18n.Phrases) slack.Block {
	return taskWith(t, aliases, commands.Codes{Tasks: []string{t.ID}}.String(), w)
}

// taskWith describes one task, with a button for command.
func taskWith(t catapi.Task, aliases []string, command string, w i18n.Phrases) slack.Block {
	name := escape(t.Name, maxName)
	if i18n.Blank(t.Name) {
		name = mrkdwn(w.NoName())
	}
	text := "*" + name + "* · " + code(t.ID)
	if t.Target != "" {
		text += "\n" + escape(t.Target, 2*maxName)
	}
	if len(aliases) > 0 {
		text += " · " + mrkdwn(w.AlsoCalled(aliases))
	}
	accessory := slack.NewAccessory(slack.NewButtonBlockElement(ActionTask, command, plainText(w.CodesButton())))
	return slack.NewSectionBlock(textObject(cutEscaped(text)), nil, accessory)
}

// maxChoices is how many tasks a name lists.
const maxChoices = 10

// Choice asks which of the found tasks a name means. Each has a button for its command of choice.
func Choice(choice commands.Choice, found []catapi.Task, aliases TaskAliases, w i18n.Phrases) Message {
	title := w.WhichTask(len(found), i18n.Plain(choice.Name, maxName))
	blocks := []slack.Block{section(mrkdwn(title))}
	for i, task := range found[:min(len(found), maxChoices)] {
		blocks = append(blocks, taskWith(task, aliases.of(task.ID), choice.Of[i].String(), w))
	}
	if left := len(found) - maxChoices; left > 0 {
		blocks = append(blocks, contextLine(mrkdwn(w.MoreTasks(left))))
	}
	return Message{Text: mrkdwn(title), Rich: blocks}
}

// WithUndo is a sentence with the command that undoes what it confirms.
func WithUndo(sentence, undo string, w i18n.Phrases) Message {
	m := Sentence(sentence)
	m.Rich = append(m.Rich, contextLine(w.Undo(slash(undo))))
	return m
}

// Aliases lists all aliases.
func Aliases(a TaskAliases, w i18n.Phrases) Message {
	if len(a.Tasks) == 0 {
		m := Sentence(w.NoAliases())
		m.Rich = append(m.Rich, contextLine(mrkdwn(w.ToAddOne())+" "+slash("alias set shop 126531")))
		return m
	}
	title := w.AliasesKnown(len(a.Tasks))
	return Message{Text: mrkdwn(title), Rich: []slack.Block{header(title), section(a.text(w))}}
}

// aliasLine lists the first aliases, for the help.
func aliasLine(aliases map[string]string) string {
	all := slices.Sorted(maps.Keys(aliases))
	shown := all[:min(len(all), 20)]
	for i, name := range shown {
		shown[i] = "`" + name + "` = " + aliases[name]
	}
	return strings.Join(shown, ", ")
}
