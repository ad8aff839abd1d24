package i18n

import (
	"time"
)

// Warning marks a remark on an answer.
func (w Phrases) Warning(text string) string { return w.f("Note: %s", text) }

// Stale says how old an answer is, which window it covers, and why there is no newer one.
func (w Phrases) Stale(age time.Duration, window, why string) string {
	return w.f("This is %s old and covers %s. Newer data is not available: %s", w.Age(age), window, why)
}

// SummaryDiffers says that the API's summary and its rows differ.
func (w Phrases) SummaryDiffers(api, rows int64) string {
	if api == rows {
		return w.f("CAT's own summary and its rows differ in the return codes; the rows are shown.")
	}
	return w.f("CAT's own summary counts %s, its rows add up to %s; the rows are shown.", w.Failures(api), w.Count(rows))
}

// ProvinceRefused says that the API refused a province, and that catbot filtered all provinces instead.
func (w Phrases) ProvinceRefused(province, said string) string {
	return w.f("CAT refused the province \"%s\" (%s), so catbot fetched all provinces and filtered them.", Plain(province, 60), Plain(said, maxSaid))
}

// NoSuchISP says that only other ISPs have failures.
func (w Phrases) NoSuchISP() string {
	return w.f("Other ISPs have failures in this window: leave out the ISP to see them.")
}

// Unanswered says how many tasks and provinces have no answer.
func (w Phrases) Unanswered(n, of int) string {
	return w.f("%d of %d could not be answered, see below.", n, of)
}
