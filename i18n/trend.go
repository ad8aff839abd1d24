package i18n

import "time"

// TrendOf is the title of a trend. title names the task and the rest of the question.
func (w Phrases) TrendOf(title string) string { return w.f("%s · trend", title) }

// Peak says how many failures there are, and when there were most.
func (w Phrases) Peak(total, most int64, span string) string {
	return w.f("%s, at most %d (%s)", w.Failures(total), most, span)
}

// HighestIn says how many failures the highest bucket of a line has, and when it is.
func (w Phrases) HighestIn(failures int64, span string) string {
	return w.f("at most %d (%s)", failures, span)
}

// OverTime heads lines of failures in buckets of a length, with the day where dated is set.
func (w Phrases) OverTime(begin, end time.Time, dated bool, length time.Duration) string {
	return w.f("%s, %s, %s each:", w.TrendTitle(), w.Span(begin, end, dated), w.length(length))
}

// LastBucket says how many failures the last bucket has, if that is over.
func (w Phrases) LastBucket(length time.Duration, failures int64) string {
	return w.f("in the last %s %d", w.length(length), failures)
}

// Unfinished says how many failures the last bucket has since begin. It names the length, which is less than the others'.
func (w Phrases) Unfinished(begin string, length time.Duration, failures int64) string {
	return w.f("since %s, %s: %d", begin, w.length(length), failures)
}

// UnfinishedRow names the last bucket in a table if it is not over.
func (w Phrases) UnfinishedRow(begin string, length time.Duration) string {
	return w.f("since %s, %s", begin, w.length(length))
}

// length writes a number of whole minutes: "90 min", "2 h", "43 h 1 min".
func (w Phrases) length(d time.Duration) string {
	hours, minutes := int(d.Hours()), int(d.Minutes())%60
	switch {
	case hours > 0 && minutes == 0:
		return w.f("%d h", hours)
	case hours >= 2:
		return w.f("%d h %d min", hours, minutes)
	}
	return w.f("%d min", int(d.Minutes()))
}

// TrendSentence joins clauses on a trend into a sentence.
func (w Phrases) TrendSentence(clauses ...string) string {
	line := ""
	for _, clause := range clauses {
		switch {
		case line == "":
			line = clause
		case clause != "":
			line = w.f("%s; %s", line, clause)
		}
	}
	return w.sentence(line)
}

// UnknownBuckets says how many buckets of a trend have no data.
func (w Phrases) UnknownBuckets(n, of int) string {
	return w.f("No data for %d of %d intervals.", n, of)
}

// LastNotOver says that the last bucket is not over.
func (w Phrases) LastNotOver() string { return w.f("The last interval is not over yet.") }

// Titles of the columns and of the chart of a trend.
func (w Phrases) FromTime() string    { return w.f("from") }
func (w Phrases) AllISPs() string     { return w.f("all ISPs") }
func (w Phrases) OtherISPs() string   { return w.f("other ISPs") }
func (w Phrases) TrendTitle() string  { return w.f("Failures over time by ISP") }
func (w Phrases) BeijingTime() string { return w.f("time in Beijing (UTC+8)") }
