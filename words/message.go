package words

import "fmt"

// What a chart is labelled with; Slack takes 50 characters for a title and an axis, 20 for a series.
func (w Words) ChartTitle() string   { return "Failures by ISP and reason" }
func (w Words) AxisISP() string      { return "ISP" }
func (w Words) AxisFailures() string { return "failures" }
func (w Words) OtherReasons() string { return "other reasons" }

// ReadersTime stands before a window in the reader's own time zone.
func (w Words) ReadersTime(window string) string { return "your time: " + window }

// FetchedFormat is Fetched as Slack writes it for each reader; {ago} and {time} are Slack's.
func (w Words) FetchedFormat() string { return "fetched {ago}, at {time}" }

// FromCache says that nothing was fetched for this question.
func (w Words) FromCache() string { return "from the cache" }

// AskAgain stands before the command that an answer came from.
func (w Words) AskAgain(command string) string { return "Asked with " + command }

// MoreISPs counts the ISPs that found no room.
func (w Words) MoreISPs(n int, failures int64) string {
	return fmt.Sprintf("and %s with %s", w.plural(n, "more ISP", "more ISPs"), w.Failures(failures))
}

// MoreParts counts the tasks and provinces that found no room.
func (w Words) MoreParts(n int) string {
	return "and " + w.plural(n, "more", "more") + ": ask for fewer at once to see them"
}

// MoreNotes counts the notes that found no room.
func (w Words) MoreNotes(n int) string { return "and " + w.plural(n, "more note", "more notes") }

// MarkOf says in a sentence how a line of a comparison changed: "new", "gone, was 12", "was 40".
func (w Words) MarkOf(now, before int64) string {
	switch {
	case before == 0 && now > 0:
		return "· " + w.New()
	case now == 0 && before > 0:
		return "· " + w.Vanished() + ", was " + w.Count(before)
	case now == before:
		return "· as before"
	}
	return "· was " + w.Count(before)
}
