package i18n

// What a chart is labelled with; Slack takes 50 characters for a title and an axis, 20 for a series.
func (w Phrases) ChartTitle() string   { return w.f("Failures by ISP and reason") }
func (w Phrases) AxisISP() string      { return w.f("ISP") }
func (w Phrases) AxisFailures() string { return w.f("failures") }
func (w Phrases) OtherReasons() string { return w.f("other reasons") }

// ReadersTime stands before a window in the reader's own time zone.
func (w Phrases) ReadersTime(window string) string { return w.f("your time: %s", window) }

// FetchedFormat is Fetched as Slack writes it for each reader; {ago} and {time} are Slack's.
func (w Phrases) FetchedFormat() string { return w.f("fetched {ago}, at {time}") }

// FromCache says that nothing was fetched for this question.
func (w Phrases) FromCache() string { return w.f("from the cache") }

// AskAgain stands before the command that an answer came from.
func (w Phrases) AskAgain(command string) string { return w.f("Asked with %s", command) }

// About is what is said of a task or a run; With is a number with its share in brackets.
func (w Phrases) About(task, said string) string   { return w.f("%s: %s", task, said) }
func (w Phrases) With(number, share string) string { return w.f("%s (%s)", number, share) }

// MoreISPs counts the ISPs that found no room.
func (w Phrases) MoreISPs(n int, failures int64) string {
	return w.f("and %d more ISPs with %s", n, w.Failures(failures))
}

// MoreParts counts the tasks and provinces that found no room.
func (w Phrases) MoreParts(n int) string {
	return w.f("and %d more: ask for fewer at once to see them", n)
}

// MoreNotes counts the notes that found no room.
func (w Phrases) MoreNotes(n int) string { return w.f("and %d more notes", n) }

// MarkOf says in a sentence how a line of a comparison changed: "new", "gone, was 12", "was 40".
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
