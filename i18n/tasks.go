package i18n

// What is said of tasks and of the names that people give them.

func (w Phrases) TasksFound(n int) string { return w.f("%d tasks", n) }
func (w Phrases) TasksFoundFor(n int, text string) string {
	return w.f("%d tasks for \"%s\"", n, text)
}
func (w Phrases) NoTasksFound() string {
	return w.f("No task has that in its name, target or id. All of them:")
}
func (w Phrases) MoreTasks(n int) string { return w.f("and %d more: look for a part of a name", n) }

// TasksMissing says that one of CAT's APIs did not tell its tasks.
func (w Phrases) TasksMissing(why string) string {
	return w.f("One of CAT's two APIs did not tell its tasks: %s", why)
}

// AlsoCalled lists a task's aliases.
func (w Phrases) AlsoCalled(aliases []string) string {
	var copied []string
	for _, alias := range aliases {
		copied = append(copied, "`"+alias+"`")
	}
	return w.f("also called %s", w.names(copied))
}

func (w Phrases) AliasSet(name, task string) string {
	return w.f("`%s` stands for task %s from now on, for everybody.", name, task)
}
func (w Phrases) AliasRemoved(name string) string {
	return w.f("`%s` stands for no task any more.", name)
}
func (w Phrases) UnknownAlias(name string) string {
	return w.f("There is no alias `%s`. `/cat alias list` shows them.", name)
}
func (w Phrases) TooManyAliases(most int) string {
	return w.f("There are %d aliases, and that is the most. Remove one first.", most)
}
func (w Phrases) AliasesAway() string {
	return w.f("Aliases can't be reached right now: Redis does not answer. Nothing was changed; try again in a minute.")
}

// AliasesElsewhere says that a terminal does not reach the aliases.
func (w Phrases) AliasesElsewhere() string {
	return w.f("Names for tasks are kept with the bot: use `/cat alias` in Slack, or set `REDIS_URL` and `SLACK_BOT_TOKEN` here as the bot has them.")
}
func (w Phrases) NoAliases() string           { return w.f("No names are set for tasks yet.") }
func (w Phrases) AliasesKnown(n int) string   { return w.f("%d aliases", n) }
func (w Phrases) MoreAliases(n int) string    { return w.f("and %d more", n) }
func (w Phrases) AliasesHere(l string) string { return w.f("Names for tasks: %s", l) }
