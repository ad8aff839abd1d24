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

// TaskAliases are the names that people have given to tasks.
type TaskAliases struct {
	Tasks    map[string]string      // the task's id, by alias
	TaskName func(id string) string // empty when it is not known
}

// of lists the aliases of one task, in order.
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

// text says which task each alias stands for, as many as find room.
func (a TaskAliases) text(w i18n.Phrases) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(a.Tasks)) {
		id := a.Tasks[name]
		lines = append(lines, code(name)+" "+escape(w.TaskName(id, a.TaskName(id)), maxName))
	}
	return joinWithin(lines, maxSection, func(left int) string { return say(w.MoreAliases(left)) })
}

// Tasks lists the tasks that c finds, as many as find room, each with a button to its codes. missing is why some may not be listed.
func Tasks(c commands.Tasks, found []catapi.Task, aliases TaskAliases, missing error, w i18n.Phrases) Message {
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
	blocks = appendWithinLimits(blocks, len(found),
		func(i int) slack.Block { return taskBlock(found[i], aliases.of(found[i].ID), w) }, w.MoreTasks)
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
	accessory := slack.NewAccessory(slack.NewButtonBlockElement(ActionTask, show.String(), plainText(w.CodesButton())))
	return slack.NewSectionBlock(markdown(cutEscaped(text)), nil, accessory)
}

// WithUndo is a sentence with the command that takes back what it tells of.
func WithUndo(sentence, undo string, w i18n.Phrases) Message {
	m := Sentence(sentence)
	m.Rich = append(m.Rich, contextLine(w.Undo(slash(undo))))
	return m
}

// Aliases lists the names that people have given to tasks.
func Aliases(a TaskAliases, w i18n.Phrases) Message {
	if len(a.Tasks) == 0 {
		m := Sentence(w.NoAliases())
		m.Rich = append(m.Rich, contextLine(say(w.ToAddOne())+" "+slash("alias set shop 126531")))
		return m
	}
	title := w.AliasesKnown(len(a.Tasks))
	return Message{Text: say(title), Rich: []slack.Block{header(title), section(a.text(w))}}
}

// aliasLine is for help: the first few aliases, in order.
func aliasLine(known map[string]string) string {
	all := slices.Sorted(maps.Keys(known))
	shown := all[:min(len(all), 20)]
	for i, name := range shown {
		shown[i] = "`" + name + "` = " + known[name]
	}
	return strings.Join(shown, ", ")
}
