package cli

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"catbot/bot"
	"catbot/catapi"
	"catbot/commands"
	"catbot/i18n"
	"catbot/tasks"
)

// redisReachable reports whether the aliases of tasks and the incidents can be read.
// They are in the bot's Redis, under keys that contain the bot's identity in Slack.
func (c Config) redisReachable() bool {
	tokenOK := len(tokenProblems("SLACK_BOT_TOKEN", c.SlackBotToken, "xoxb-", "", "")) == 0
	return c.RedisURL != "" && tokenOK && safeURL(c.SlackAPIURL)
}

// authTimeout bounds the call of Slack's auth.test, which returns the bot's identity.
const authTimeout = 5 * time.Second

// fetchSelf returns the bot's identity in Slack, with which the keys of aliases and digests begin.
func (a *app) fetchSelf(ctx context.Context) (bot.Self, error) {
	ctx, cancel := context.WithTimeout(ctx, authTimeout)
	defer cancel()
	reason := ""
	self, err := bot.FetchSelf(ctx, a.slack, func(why string) { reason = why }, discardLog())
	if err != nil {
		return self, fmt.Errorf("reading the bot's identity from Slack: %s", cmp.Or(reason, err.Error()))
	}
	return self, nil
}

// aliasDirectory returns the directory of tasks and aliases of this bot.
func (a *app) aliasDirectory(ctx context.Context) (*tasks.Directory, error) {
	self, err := a.fetchSelf(ctx)
	if err != nil {
		return nil, err
	}
	return a.newDirectory(self), nil
}

// maxNameShown is how much of a typed name a sentence shows, in characters.
const maxNameShown = 80

// A namedCommand is a command that was parsed with the aliases and the names of tasks.
type namedCommand struct {
	commands.Choice // of several tasks or of one; empty when the text has no name of a task
	found           []catapi.Task
	command         commands.Command // nil when there are several tasks, and with an error
	err             error
}

// parseWithNames parses text with the aliases and the names of tasks. The error is syntaxError if they can't be read.
func parseWithNames(ctx context.Context, cfg Config, text string, syntaxError error, log *slog.Logger) namedCommand {
	app, err := newApp(cfg, log)
	if err != nil {
		return namedCommand{err: syntaxError}
	}
	defer app.close()
	directory := app.newDirectory(bot.Self{}) // it has the tasks, but no aliases
	if cfg.redisReachable() {
		if full, err := app.aliasDirectory(ctx); err == nil {
			directory = full
			_, _ = directory.List(ctx) // without the aliases, the names of tasks still help
		}
	}
	command, err := app.runner.Parse(text)
	if err == nil {
		return namedCommand{command: command}
	}
	choice, found, mistake := bot.ParseNamed(ctx, directory, app.runner.Language(), text, cfg.now())
	parsed := namedCommand{Choice: choice, found: found, err: cmp.Or(mistake, err)}
	if len(choice.Of) == 1 {
		parsed.command, parsed.err = choice.Of[0], nil
	}
	return parsed
}

// whichTask asks which of several tasks a name means.
func whichTask(format string, read namedCommand, w i18n.Phrases) output {
	title := w.WhichTask(len(read.found), i18n.Plain(read.Name, maxNameShown))
	if format == "json" {
		e := jsonError{Message: title, Word: read.Name}
		for i, task := range read.found {
			e.Choices = append(e.Choices, jsonChoice{jsonTask{task.ID, task.Name, task.Target}, read.Of[i].String()})
		}
		return output{exitCode: 2, stdout: encodeJSON(jsonErrorAnswer{e})}
	}
	var out strings.Builder
	fmt.Fprintln(&out, title)
	for i, task := range read.found {
		fmt.Fprintf(&out, "  %s\t%s\t%s\n", read.Of[i], i18n.Plain(task.Name, 100), i18n.Plain(task.Target, 200))
	}
	return output{exitCode: 2, stderr: out.String()}
}
