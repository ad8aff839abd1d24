package i18n

// Labels of a chart. Slack allows 50 characters for a title and an axis, and 20 for a series.
func (w Phrases) ChartTitle() string   { return w.f("Failures by ISP and reason") }
func (w Phrases) AxisISP() string      { return w.f("ISP") }
func (w Phrases) AxisFailures() string { return w.f("failures") }
func (w Phrases) OtherReasons() string { return w.f("other reasons") }

// ReadersTime introduces a window in the reader's own time zone.
func (w Phrases) ReadersTime(window string) string { return w.f("your time: %s", window) }

// FetchedFormat is Fetched as a format of Slack, which fills in {ago} and {time} for each reader.
func (w Phrases) FetchedFormat() string { return w.f("fetched {ago}, at {time}") }

// FromCache says that an answer comes from the cache.
func (w Phrases) FromCache() string { return w.f("from the cache") }

// AskAgain shows the command of an answer.
func (w Phrases) AskAgain(command string) string { return w.f("Asked with %s", command) }

// About puts a task or a run before a sentence about it. With puts a share in brackets after its number.
func (w Phrases) About(task, said string) string   { return w.f("%s: %s", task, said) }
func (w Phrases) With(number, share string) string { return w.f("%s (%s)", number, share) }

// MoreISPs says how many ISPs are not shown.
func (w Phrases) MoreISPs(n int, failures int64) string {
	return w.f("and %d more ISPs with %s", n, w.Failures(failures))
}

// MoreParts says how many tasks and provinces are not shown.
func (w Phrases) MoreParts(n int) string {
	return w.f("and %d more: ask for fewer at once to see them", n)
}

// MoreNotes says how many notes are not shown.
func (w Phrases) MoreNotes(n int) string { return w.f("and %d more notes", n) }

// MarkOf writes the change of a line in a comparison, for use in a sentence: "new", "gone, was 12", "was 40".
func (w Phrases) MarkOf(now, before int64) string {
	switch {
	case before == 0 && now > 0:
		return "· " + w.New()
	case now == 0 && before > 0:
		return w.f("· %s, was %s", w.Vanished(), w.Count(before))
	case now == before:
		return w.f("· as before")
	}
	return w.f("· was %s", w.Count(before))
}
