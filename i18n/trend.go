package i18n

// TrendOf heads a trend; title says of what.
func (w Phrases) TrendOf(title string) string { return w.f("%s · trend", title) }

// Peak says when it was worst.
func (w Phrases) Peak(total, most int64, window string) string {
	return w.f("%s, at most %d: %s.", w.Failures(total), most, window)
}

// PeakAndNow says also how the last bucket is.
func (w Phrases) PeakAndNow(total, most int64, window string, last int64) string {
	return w.f("%s, at most %d: %s. In the last stretch: %d.", w.Failures(total), most, window, last)
}

// UnknownBuckets says that a trend has holes.
func (w Phrases) UnknownBuckets(n, of int) string {
	return w.f("But %d of %d stretches could not be had.", n, of)
}

// LastNotOver says that the last bucket still grows.
func (w Phrases) LastNotOver() string { return w.f("The last stretch is not over yet.") }

// What the columns and the chart of a trend are called.
func (w Phrases) FromTime() string    { return w.f("from") }
func (w Phrases) AllISPs() string     { return w.f("all ISPs") }
func (w Phrases) OtherISPs() string   { return w.f("other ISPs") }
func (w Phrases) TrendTitle() string  { return w.f("Failures over time by ISP") }
func (w Phrases) BeijingTime() string { return w.f("time in Beijing (UTC+8)") }
