package bot

import (
	"context"
	"errors"
	"time"

	"catbot/bot/blockkit"
	"catbot/catapi"
	"catbot/commands"
	"catbot/tasks"
)

// ParseNamed parses text in which a task is called by its name.
// It returns the tasks that the name fits, in the order of the commands of the choice.
// It lists the tasks only if a name has to be looked up.
func ParseNamed(
	ctx context.Context, names *tasks.Directory, language commands.Language, text string, now time.Time,
) (commands.Choice, []catapi.Task, error) {
	var found []catapi.Task
	listed := false
	choice, err := language.ParseNamed(text, now, func(name string, whole bool) (ids []string) {
		if !listed {
			listed = true
			_, _ = names.Tasks(ctx) // where CAT can't be asked, what it listed before has to do
		}
		found = names.Index().Named(name, whole)
		for _, task := range found {
			ids = append(ids, task.ID)
		}
		return ids
	})
	return choice, found, err
}

// understand reads the command of r. Where its name fits several tasks there is a question in place of a command.
func (d *dispatcher) understand(
	ctx context.Context, r *request, language commands.Language,
) (command commands.Command, question *blockkit.Message, err error) {
	command, err = language.Parse(r.question(), d.runner.Now())
	if syntax, ok := errors.AsType[*commands.SyntaxError](err); ok && syntax.Problem == commands.NoTask {
		language.About = d.threadQuestion(ctx, r, language)
		command, err = language.Parse(r.question(), d.runner.Now())
	}
	if err == nil {
		command = r.visibly(command)
	}
	if err == nil || r.press != nil || r.access.limit != "" {
		return command, nil, err
	}
	choice, found, mistake := ParseNamed(ctx, d.tasks, language, r.question(), d.runner.Now())
	switch {
	case mistake != nil:
		return nil, nil, mistake
	case len(choice.Of) == 1:
		return r.visibly(choice.Of[0]), nil, nil
	case len(choice.Of) > 1:
		aliases := blockkit.TaskAliases{Tasks: d.tasks.Aliases(), TaskName: d.tasks.TaskName}
		m := blockkit.Choice(choice, found, aliases, r.words)
		return nil, &m, nil
	}
	return nil, nil, err
}

// runnable is the text of a button that runs what an error offers, with an answer for one person alone.
// It is empty for a command that changes something, and for one that access does not allow.
func runnable(language commands.Language, a access, offered string, now time.Time) string {
	command, err := language.Parse(offered, now)
	if err != nil || a.limit != "" && needsFullAccess(command) {
		return ""
	}
	switch c := command.(type) {
	case commands.Codes:
		c.Public = false
		return c.String()
	case commands.Trend:
		c.Public = false
		return c.String()
	case commands.AliasDo:
		if c.Verb != "list" {
			return ""
		}
	case commands.DigestAdd, commands.DigestDo, commands.DigestMute, commands.DigestUnmute, commands.IncidentTake:
		return ""
	}
	return command.String()
}
