package i18n

import (
	"time"
)

// Warning sets a remark apart from the answer.
func (w Phrases) Warning(text string) string { return w.f("Note: %s", text) }

// Stale says that an answer is old, what it covers and why it is all there is.
func (w Phrases) Stale(age time.Duration, window, why string) string {
	return w.f("This is %s old and covers %s. Newer data is not available: %s", w.Age(age), window, why)
}

// SummaryDiffers says that the API contradicts itself.
func (w Phrases) SummaryDiffers(api, rows int64) string {
	if api == rows {
		return w.f("CAT's own summary and its rows differ in the return codes; the rows are shown.")
	}
	return w.f("CAT's own summary counts %s, its rows add up to %s; the rows are shown.", w.Failures(api), w.Count(rows))
}

// ProvinceRefused says that the province was picked out of all here.
func (w Phrases) ProvinceRefused(province, said string) string {
	return w.f("CAT refused the province \"%s\" (%s), so catbot fetched all provinces and filtered them.", Plain(province, 60), Plain(said, maxSaid))
}

// NoSuchISP says that others fail.
func (w Phrases) NoSuchISP() string {
	return w.f("Other ISPs have failures in this window: leave out the ISP to see them.")
}

// Unanswered counts the tasks and provinces that an answer says nothing of.
func (w Phrases) Unanswered(n, of int) string {
	return w.f("%d of %d could not be answered, see below.", n, of)
}
