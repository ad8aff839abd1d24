package i18n

// Sentences on tasks and their aliases.

func (w Phrases) TasksFound(n int) string { return w.f("%d tasks", n) }
func (w Phrases) TasksFoundFor(n int, text string) string {
	return w.f("%d tasks for \"%s\"", n, text)
}

// NoTasksFound says that no task has text in it. The command that lists all follows.
func (w Phrases) NoTasksFound(text string) string {
	return w.f("No task has \"%s\" in its name, target or id. All tasks:", text)
}
func (w Phrases) MoreTasks(n int) string { return w.f("and %d more: search for part of a name", n) }

// TasksMissing says that the tasks of one of CAT's APIs are missing.
func (w Phrases) TasksMissing(why string) string {
	return w.f("The tasks of one of CAT's two APIs are missing: %s", why)
}

// AlsoCalled lists a task's aliases.
func (w Phrases) AlsoCalled(aliases []string) string {
	var copied []string
	for _, alias := range aliases {
		copied = append(copied, "`"+alias+"`")
	}
	return w.f("alias %s", w.names(copied))
}

func (w Phrases) AliasSet(name, task string) string {
	return w.f("From now on `%s` means task %s, for everyone.", name, task)
}
func (w Phrases) AliasRemoved(name string) string {
	return w.f("The alias `%s` is removed.", name)
}
func (w Phrases) UnknownAlias(name string) string {
	return w.f("There is no alias `%s`. `/cat alias list` shows them.", name)
}
func (w Phrases) TooManyAliases(most int) string {
	return w.f("There are %d aliases, which is the limit. Remove one first.", most)
}
func (w Phrases) AliasesUnavailable() string {
	return w.f("Aliases are not available right now: Redis does not answer. Nothing was changed; try again in a minute.")
}

// AliasesElsewhere says that a terminal has no access to the aliases.
func (w Phrases) AliasesElsewhere() string {
	return w.f("Aliases are stored with the bot: use `/cat alias` in Slack, or set `REDIS_URL` and `SLACK_BOT_TOKEN` here to the bot's values.")
}
func (w Phrases) NoAliases() string           { return w.f("There are no aliases yet.") }
func (w Phrases) AliasesKnown(n int) string   { return w.f("%d aliases", n) }
func (w Phrases) MoreAliases(n int) string    { return w.f("and %d more", n) }
func (w Phrases) AliasesHere(l string) string { return w.f("Task aliases: %s", l) }
