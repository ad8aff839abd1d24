package i18n

import "time"

// AtTime says when a digest with a time of day runs. days is from EveryDay, OnWorkdays or OnDays.
func (w Phrases) AtTime(days, clock string) string { return w.f("%s at %s", days, clock) }
func (w Phrases) EveryDay() string                 { return w.f("daily") }
func (w Phrases) OnWorkdays() string               { return w.f("on working days") }
func (w Phrases) OnDays(days []time.Weekday) string {
	names := make([]string, len(days))
	for i, day := range days {
		names[i] = w.day(day)
	}
	return w.f("on %s", w.names(names))
}

func (w Phrases) day(day time.Weekday) string {
	switch day {
	case time.Monday:
		return w.f("Mon")
	case time.Tuesday:
		return w.f("Tue")
	case time.Wednesday:
		return w.f("Wed")
	case time.Thursday:
		return w.f("Thu")
	case time.Friday:
		return w.f("Fri")
	case time.Saturday:
		return w.f("Sat")
	}
	return w.f("Sun")
}

// Every says how often a digest runs, in whole minutes.
func (w Phrases) Every(interval time.Duration) string {
	switch {
	case interval == time.Hour:
		return w.f("every hour")
	case interval%time.Hour == 0:
		return w.f("every %d hours", int(interval/time.Hour))
	}
	return w.f("every %d minutes", int(interval/time.Minute))
}

// ByCron says that a digest runs by a cron expression, which is shown beside it.
func (w Phrases) ByCron() string { return w.f("by a cron expression") }
