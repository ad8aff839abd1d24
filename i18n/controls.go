package i18n

// Labels of controls. Slack allows 75 characters.
func (w Phrases) WindowPick() string    { return w.f("Window") }
func (w Phrases) ProvincePick() string  { return w.f("Province") }
func (w Phrases) ISPPick() string       { return w.f("ISP") }
func (w Phrases) Refresh() string       { return w.f("Refresh") }
func (w Phrases) TrendButton() string   { return w.f("Trend") }
func (w Phrases) ReasonsButton() string { return w.f("Reasons") }
func (w Phrases) ShareButton() string   { return w.f("Share with channel") }
func (w Phrases) CodesButton() string   { return w.f("Show failures") }

// CompareButton is the label of the button that turns the comparison on or off.
func (w Phrases) CompareButton(on bool) string {
	if on {
		return w.f("Compare")
	}
	return w.f("Don't compare")
}

// RowsButton is the label of the button that shows all ISPs and the rows, or only the worst ISPs.
func (w Phrases) RowsButton(show bool) string {
	if show {
		return w.f("More details")
	}
	return w.f("Fewer details")
}

// WindowName returns a readable name for a window; its argument is the canonical text, such as "last 8h".
func (w Phrases) WindowName(window string) string {
	switch window {
	case "last 1h":
		return w.f("last hour")
	case "last 8h":
		return w.f("last 8 hours")
	case "last 24h":
		return w.f("last 24 hours")
	case "last 7d":
		return w.f("last 7 days")
	case "today":
		return w.f("today")
	case "yesterday":
		return w.f("yesterday")
	}
	return window
}

// SharedBy says who shared an answer with the channel.
func (w Phrases) SharedBy() string { return w.f("shared by %s", Person) }

// RowsCaption is the caption of the table of rows. all is the number of rows, also of those not shown.
func (w Phrases) RowsCaption(shown, all int) string {
	if shown == all {
		return w.f("All %d rows, most failures first", all)
	}
	return w.f("%d of %d rows, most failures first; CSV has all", shown, all)
}

// RowColumns returns the column titles of the table of rows.
func (w Phrases) RowColumns(several, compare bool) []string {
	columns := []string{w.f("ISP"), w.f("Province"), w.f("Server"), w.f("Reason"), w.f("Code"), w.f("Failures")}
	if several {
		columns = append([]string{w.f("Task")}, columns...)
	}
	if compare {
		columns = append(columns, w.f("Before"))
	}
	return columns
}

// FileTitle is the title of a file of rows. FileSent, FileInThread and FileInChannel say where the file is.
func (w Phrases) FileTitle(title, window string) string { return w.f("%s, %s", title, window) }
func (w Phrases) FileSent() string                      { return w.f("The file is in your messages with catbot.") }
func (w Phrases) FileInThread() string                  { return w.f("The file is in the thread of this message.") }
func (w Phrases) FileInChannel() string                 { return w.f("The file is in this channel.") }
func (w Phrases) FileRefused() string {
	return w.f("Slack refused the file. Try again in a minute; `catbot ask` with `--format csv` gives the same in a terminal.")
}

// FileNeedsScopes says that the Slack app lacks the scopes that files need.
func (w Phrases) FileNeedsScopes() string {
	return w.f("Slack refused the file: catbot's app lacks the scopes `files:write` and `im:write`. A catbot admin can add them; `catbot doctor` says how.")
}

// OldControl says that catbot no longer understands the command of a control.
func (w Phrases) OldControl() string {
	return w.f("This button no longer works. Ask again.")
}

// Labels of the chart of a comparison.
func (w Phrases) BeforeBars() string { return w.f("before") }
func (w Phrases) NowBars() string    { return w.f("now") }
func (w Phrases) CompareTitle() string {
	return w.f("Failures by ISP, before and now")
}

// FirstCodes, FirstTrend and FirstTasks are the first steps that a greeting offers; task is the name of a task.
func (w Phrases) FirstCodes(task string) string { return w.f("What fails on %s?", task) }
func (w Phrases) FirstTrend(task string) string { return w.f("%s over time", task) }
func (w Phrases) FirstTasks() string            { return w.f("All tasks") }
