package digest

import (
	"testing"
	"time"
	_ "time/tzdata"

	"catbot/commands"
)

func TestSlotsFollowTheClocksOnTheWall(t *testing.T) {
	daily := func(hour, minute int) commands.Schedule {
		return commands.Schedule{Kind: commands.AtTime, Days: commands.EveryDay, Time: time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute}
	}
	every := func(d time.Duration) commands.Schedule { return commands.Schedule{Kind: commands.Interval, Every: d} }
	cron := func(text string) commands.Schedule { return commands.Schedule{Kind: commands.Cron, Cron: text} }
	for _, tc := range []struct {
		name     string
		schedule commands.Schedule
		zone     string
		after    string
		want     []string // instants, in the zone
	}{
		{"a morning in Shanghai", daily(9, 0), "Asia/Shanghai", "2026-11-23T09:00:00+08:00",
			[]string{"2026-11-24T09:00:00+08:00", "2026-11-25T09:00:00+08:00"}},
		{"working days skip the weekend", commands.Schedule{Kind: commands.AtTime, Days: commands.Workdays, Time: 9 * time.Hour}, "Asia/Shanghai", "2026-11-27T08:00:00+08:00",
			[]string{"2026-11-27T09:00:00+08:00", "2026-11-30T09:00:00+08:00"}},
		{"spring in New York skips 02:30, which runs at 03:00", daily(2, 30), "America/New_York", "2026-03-07T12:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"}},
		{"autumn in New York has 01:30 twice, which runs once", daily(1, 30), "America/New_York", "2026-10-31T12:00:00-04:00",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
		{"asked between the two 01:30, the next is tomorrow's", daily(1, 30), "America/New_York", "2026-11-01T01:45:00-04:00",
			[]string{"2026-11-02T01:30:00-05:00"}},
		{"a cron for each half hour in spring", cron("*/30 * * * *"), "America/New_York", "2026-03-08T01:20:00-05:00",
			[]string{"2026-03-08T01:30:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T03:30:00-04:00"}},
		{"a cron for each half hour in autumn runs the doubled hour once", cron("*/30 * * * *"), "America/New_York", "2026-11-01T00:45:00-04:00",
			[]string{"2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-01T02:00:00-05:00"}},
		{"São Paulo's midnight that was not", daily(0, 0), "America/Sao_Paulo", "2017-10-14T12:00:00-03:00",
			[]string{"2017-10-15T01:00:00-02:00", "2017-10-16T00:00:00-02:00"}},
		{"half past that midnight", daily(0, 30), "America/Sao_Paulo", "2017-10-14T12:00:00-03:00",
			[]string{"2017-10-15T01:00:00-02:00", "2017-10-16T00:30:00-02:00"}},
		{"Lord Howe skips half an hour", daily(2, 15), "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"}},
		{"Lord Howe repeats half an hour", daily(1, 45), "Australia/Lord_Howe", "2026-04-04T12:00:00+11:00",
			[]string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"}},
		{"Samoa skipped a day", daily(9, 0), "Pacific/Apia", "2011-12-29T12:00:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T09:00:00+14:00"}},
		{"quarters of an hour go straight on in spring", every(15 * time.Minute), "America/New_York", "2026-03-08T01:40:00-05:00",
			[]string{"2026-03-08T01:45:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T03:15:00-04:00"}},
		{"and in autumn", every(15 * time.Minute), "America/New_York", "2026-11-01T01:40:00-04:00",
			[]string{"2026-11-01T01:45:00-04:00", "2026-11-01T01:00:00-05:00", "2026-11-01T01:15:00-05:00"}},
		{"hourly in autumn", every(time.Hour), "America/New_York", "2026-11-01T00:30:00-04:00",
			[]string{"2026-11-01T01:00:00-04:00", "2026-11-01T01:00:00-05:00", "2026-11-01T02:00:00-05:00"}},
		{"each 90 minutes the doubled hour is one", every(90 * time.Minute), "America/New_York", "2026-11-01T00:00:00-04:00",
			[]string{"2026-11-01T01:30:00-04:00", "2026-11-01T03:00:00-05:00"}},
		{"each two hours, one of them skipped", every(2 * time.Hour), "America/New_York", "2026-03-08T00:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-08T04:00:00-04:00"}},
		{"hourly where the half hour is the zone's", every(time.Hour), "Asia/Kolkata", "2026-11-23T00:10:00+05:30",
			[]string{"2026-11-23T01:00:00+05:30"}},
		{"hourly in Lord Howe's autumn", every(time.Hour), "Australia/Lord_Howe", "2026-04-05T00:59:00+11:00",
			[]string{"2026-04-05T01:00:00+11:00", "2026-04-05T02:00:00+10:30"}},
		{"a leap day", cron("0 9 29 2 *"), "Asia/Shanghai", "2026-11-23T00:00:00+08:00", []string{"2028-02-29T09:00:00+08:00"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			zone, err := time.LoadLocation(tc.zone)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, tc.after)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range tc.want {
				slot, ok := Next(tc.schedule, zone, at)
				if !ok || slot.At.In(zone).Format(time.RFC3339) != want {
					t.Fatalf("after %s comes %s, %v; want %s", at.In(zone).Format(time.RFC3339), slot.At.In(zone).Format(time.RFC3339), ok, want)
				}
				at = slot.At
			}
		})
	}
}
