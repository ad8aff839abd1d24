package i18n

// Fetching is shown until a slow answer arrives.
func (w Phrases) Fetching(command string) string { return w.f("Fetching `%s` …", command) }

// Busy says that the queue is full.
func (w Phrases) Busy() string {
	return w.f("catbot is busy: too many commands are waiting, so this one was not run. Try again in a few seconds.")
}

// Restarting says that catbot stopped before it ran a command.
func (w Phrases) Restarting() string { return w.f("catbot is restarting. Try again in a few seconds.") }

// Mistake says that catbot itself failed. The log has id.
func (w Phrases) Mistake(id string) string {
	return w.f("Something went wrong inside catbot, and this was not finished. A catbot admin finds it in the log under `%s`.", id)
}

// FileUnconfirmed says that it is unknown whether Slack posted a file.
func (w Phrases) FileUnconfirmed() string {
	return w.f("Slack did not confirm that it took the file for the channel. If it isn't there in a minute, ask again.")
}
