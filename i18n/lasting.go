package i18n

import (
	"time"

	"catbot/catapi"
)

// Sentences on whether failures go on at the end of a window. first and last are the times of the first and the last
// failure.
func (w Phrases) StillFailing(n int64, span time.Duration, first string) string {
	return w.f("Still failing: %d in the last %s, first seen at %s.", n, w.Age(span), first)
}
func (w Phrases) StillFailingAt(last, first string) string {
	return w.f("Still failing: last seen at %s, first at %s.", last, first)
}
func (w Phrases) NearlyQuiet(n int64, span time.Duration, first string) string {
	return w.f("Nearly quiet: %d in the last %s, first seen at %s.", n, w.Age(span), first)
}
func (w Phrases) QuietSince(last, first string) string {
	return w.f("Quiet since %s; first seen at %s.", last, first)
}
func (w Phrases) FailedToTheEnd(first string) string {
	return w.f("It failed to the end of this window; first seen at %s.", first)
}
func (w Phrases) FailedUntil(last, first string) string {
	return w.f("Last seen at %s, first at %s.", last, first)
}

// ClockOn writes a time in Beijing. It adds the day unless a window that ends at end ends on it.
func (w Phrases) ClockOn(t, end time.Time) string {
	t, end = t.In(catapi.Beijing), end.In(catapi.Beijing).Add(-time.Second)
	if sameDay(t, end) {
		return t.Format("15:04")
	}
	return t.Format("01-02 15:04")
}
