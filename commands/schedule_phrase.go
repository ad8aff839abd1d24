package commands

import (
	"fmt"
	"time"

	"catbot/i18n"
)

// Phrase says in words when s runs: "daily at 09:00", "每 15 分钟". Its canonical text is String's.
func (s Schedule) Phrase(w i18n.Phrases) string {
	switch s.Kind {
	case AtTime:
		return w.AtTime(s.Days.phrase(w), fmt.Sprintf("%02d:%02d", s.Time/time.Hour, s.Time%time.Hour/time.Minute))
	case Interval:
		return w.Every(s.Every)
	case Cron:
		return w.ByCron()
	}
	return ""
}

func (s Weekdays) phrase(w i18n.Phrases) string {
	switch s {
	case EveryDay:
		return w.EveryDay()
	case Workdays:
		return w.OnWorkdays()
	}
	var days []time.Weekday
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); s.Has(day) {
			days = append(days, day)
		}
	}
	return w.OnDays(days)
}
