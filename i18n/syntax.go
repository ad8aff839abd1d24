package i18n

// Mistakes in a command, one sentence each. The word at fault is shown beside the sentence, with a caret under it.

func (w Phrases) UnknownCommand(word, near string) string {
	if near != "" {
		return w.f("There is no command \"%s\". Did you mean %s?", word, near)
	}
	return w.f("There is no command \"%s\". The commands are codes, trend, tasks, digest, watch, incidents, alias and help.", word)
}

func (w Phrases) UnknownWord(word string) string {
	return w.f("I don't understand \"%s\" here. Expected a task, a window, a province, or one of isp, top, compare, public, rows, csv. For a province that I don't know, write `province=%s`.", word, word)
}

func (w Phrases) NearWord(word, near string) string {
	return w.f("I don't know \"%s\". Did you mean %s?", word, near)
}

func (w Phrases) NearProvince(word, near string, or ...string) string {
	for _, other := range or {
		near = w.f("%s or %s", near, other)
	}
	return w.f("I don't know the province \"%s\". Did you mean %s? To send it as it is, write `province=%s`.", word, near, word)
}

func (w Phrases) NearISP(word, near string) string {
	return w.f("I don't know the ISP \"%s\". Did you mean %s? To use it as it is, write `isp=%s`.", word, near, word)
}

func (w Phrases) NoTask() string {
	return w.f("The task is missing: its id from CAT's console, such as 126531 or task-ab12cd34.")
}

func (w Phrases) BadTask(word string) string {
	return w.f("%s is not a task id. A task id is a positive whole number, or looks like task-ab12cd34.", word)
}

func (w Phrases) NoWindow(word string) string {
	return w.f("The window is incomplete at \"%s\". Expected a date, a time of day, or both, such as 2017-05-25 08:10.", word)
}

func (w Phrases) NoEnd(word string) string {
	return w.f("The window begins at \"%s\" but has no end. Write since before it, or to and an end after it.", word)
}

func (w Phrases) BadTime(word string) string {
	return w.f("%s is not a date or time. Expected something like 2017-05-25 or 08:10.", word)
}

func (w Phrases) BadLength(word string) string {
	return w.f("\"%s\" is not a length of time. Expected a number with m, h, d or w, at least one minute, such as 8h.", word)
}

func (w Phrases) Reversed(word string) string {
	return w.f("The window \"%s\" ends before it begins. A window across midnight needs dates.", word)
}

func (w Phrases) Empty(word string) string {
	return w.f("The window \"%s\" is empty: it ends where it begins.", word)
}

func (w Phrases) Future(word string) string {
	return w.f("The window \"%s\" reaches into the future. Times are Beijing time (UTC+8) unless you write an offset.", word)
}

func (w Phrases) TooLong(word, limit string) string {
	return w.f("The window \"%s\" is too long. The longest is %s.", word, limit)
}

func (w Phrases) TwoWindows(word string) string {
	return w.f("There are two windows: \"%s\" is the second. Keep one.", word)
}

func (w Phrases) NoISP() string { return w.f("The name of an ISP is missing, such as `isp 移动`.") }
func (w Phrases) NoProvince() string {
	return w.f("The name of a province is missing, such as `province=jiangxi`.")
}

func (w Phrases) BadTop(limit string) string {
	return w.f("top takes the number of reasons to list per ISP, from 1 to %s.", limit)
}

func (w Phrases) TooMany(limit string) string {
	return w.f("That is too much at once: tasks × provinces may be %s at most.", limit)
}

func (w Phrases) UnknownTopic(word string) string {
	return w.f("There is no help on \"%s\". Topics: codes, window, province, trend, tasks, digest, watch, incidents, alias, mention.", word)
}

func (w Phrases) TextTooLong(limit string) string {
	return w.f("That command is too long: %s characters at most.", limit)
}

func (w Phrases) NotInTrend(word string) string {
	return w.f("\"%s\" is for codes only. trend takes a task, a window, provinces, isp and public.", word)
}

func (w Phrases) BadAliasVerb(word string) string {
	return w.f("alias can't \"%s\". It can set, list and remove.", word)
}

func (w Phrases) NoAlias() string {
	return w.f("The alias is missing, such as `alias set shop 126531`.")
}

func (w Phrases) Surplus(word string) string {
	return w.f("The command is complete before \"%s\". Leave that out.", word)
}

func (w Phrases) BadAlias(word string) string {
	return w.f("\"%s\" can't be an alias. An alias begins with a letter, has at most 32 characters and no spaces, and is not a word of this language.", word)
}

// RunThis is the label of the button that runs the corrected command.
func (w Phrases) RunThis() string { return w.f("Run this") }

// WhichTask asks which of several tasks a name means.
func (w Phrases) WhichTask(n int, name string) string {
	return w.f("%d tasks fit \"%s\". Which one?", n, name)
}

// TaskTaken says which task catbot chose for a name.
func (w Phrases) TaskTaken(name, task string) string {
	return w.f("\"%s\" is taken as task %s.", name, task)
}

// TryThis introduces a command that works.
func (w Phrases) TryThis() string { return w.f("Try:") }
