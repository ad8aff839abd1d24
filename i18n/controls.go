package i18n

// What controls are called; Slack takes 75 characters.
func (w Phrases) WindowPick() string    { return w.f("Window") }
func (w Phrases) ProvincePick() string  { return w.f("Province") }
func (w Phrases) ISPPick() string       { return w.f("ISP") }
func (w Phrases) Refresh() string       { return w.f("Refresh") }
func (w Phrases) TrendButton() string   { return w.f("Trend") }
func (w Phrases) ReasonsButton() string { return w.f("Reasons") }
func (w Phrases) ShareButton() string   { return w.f("Share with channel") }
func (w Phrases) CodesButton() string   { return w.f("Show failures") }

// CompareButton switches the comparison on or off.
func (w Phrases) CompareButton(on bool) string {
	if on {
		return w.f("Compare")
	}
	return w.f("Don't compare")
}

// RowsButton shows all ISPs and the rows, or the worst ISPs alone.
func (w Phrases) RowsButton(show bool) string {
	if show {
		return w.f("More details")
	}
	return w.f("Fewer details")
}

// WindowName calls a window by its canonical text, as a person would.
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

// SharedBy says who made an answer visible to all.
func (w Phrases) SharedBy() string { return w.f("shared by %s", Person) }

// RowsCaption titles the table of rows; all is how many there are.
func (w Phrases) RowsCaption(shown, all int) string {
	if shown == all {
		return w.f("All %d rows, most failures first", all)
	}
	return w.f("%d of %d rows, most failures first; CSV has all", shown, all)
}

// RowColumns are the titles of the table of rows.
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

// FileTitle names a file of rows, FileSent says where it went.
func (w Phrases) FileTitle(title, window string) string { return w.f("%s, %s", title, window) }
func (w Phrases) FileSent() string                      { return w.f("The file is in your messages with catbot.") }
func (w Phrases) FileInThread() string                  { return w.f("The file is in the thread of this message.") }
func (w Phrases) FileInChannel() string                 { return w.f("The file is in this channel.") }
func (w Phrases) FileRefused() string {
	return w.f("Slack refused the file. Try again in a minute; `catbot ask` with `--format csv` gives the same in a terminal.")
}

// FileNeedsScopes says that the Slack app was installed without what files need.
func (w Phrases) FileNeedsScopes() string {
	return w.f("Slack refused the file: catbot's app lacks the scopes `files:write` and `im:write`. A catbot admin can add them; `catbot doctor` says how.")
}

// OldControl says that a control's command is not understood any more.
func (w Phrases) OldControl() string {
	return w.f("This button no longer works. Ask again.")
}

// Before and Now are the bars of a comparison.
func (w Phrases) BeforeBars() string { return w.f("before") }
func (w Phrases) NowBars() string    { return w.f("now") }
func (w Phrases) CompareTitle() string {
	return w.f("Failures by ISP, before and now")
}
