package commands

import (
	"testing"

	"catbot/i18n"
)

func TestAScheduleReadsAsPeopleSayIt(t *testing.T) {
	for _, tc := range []struct{ text, english, chinese string }{
		{"daily 09:00", "daily at 09:00", "每天 09:00"},
		{"weekdays 09:05", "on working days at 09:05", "工作日 09:05"},
		{"mon,wed 21:30", "on Mon, Wed at 21:30", "每周一、周三 21:30"},
		{"sun 00:00", "on Sun at 00:00", "每周日 00:00"},
		{"hourly", "every hour", "每小时"},
		{"every 15m", "every 15 minutes", "每 15 分钟"},
		{"every 2h", "every 2 hours", "每 2 小时"},
		{"every 90m", "every 90 minutes", "每 90 分钟"},
		{`cron "0 9 * * 1-5"`, "by a cron expression", "按 cron 表达式"},
	} {
		t.Run(tc.text, func(t *testing.T) {
			command, err := testLanguage.Parse("digest add "+tc.text+" codes 126531 last 15m", night)
			if err != nil {
				t.Fatal(err)
			}
			schedule := command.(DigestAdd).Schedule
			if got := schedule.Phrase(i18n.English); got != tc.english {
				t.Errorf("English: %q, want %q", got, tc.english)
			}
			if got := schedule.Phrase(i18n.Chinese); got != tc.chinese {
				t.Errorf("Chinese: %q, want %q", got, tc.chinese)
			}
		})
	}
}
