package digest

import (
	"slices"
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

// The law behind where a walk begins: no wall time from before a moment, or of that moment, has its instant after it.
func TestWhereAWalkBeginsMakesNoDifference(t *testing.T) {
	zones := []string{"Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin", "Asia/Kolkata", "America/St_Johns"}
	crons := []string{"* * * * *", "*/5 * * * *", "30 1 * * *", "15 2 * * *", "0 0 * * *", "45 23 * * 6", "*/45 0-3 * * *"}
	// Around the changes of clocks of these zones, and in quiet times.
	moments := []string{"2011-12-30T10:00:00Z", "2017-10-15T03:00:00Z", "2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z",
		"2026-10-03T15:30:00Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-11-23T01:00:00Z"}
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, expression := range crons {
			s := commands.Schedule{Kind: commands.Cron, Cron: expression}
			for _, moment := range moments {
				around, _ := time.Parse(time.RFC3339, moment)
				first, last := around.Add(-150*time.Minute+13*time.Second), around.Add(150*time.Minute)
				walk := longWalk(t, s, zone, first, last)
				for after := first; after.Before(last); after = after.Add(7 * time.Minute) {
					want := walk[slices.IndexFunc(walk, func(s Slot) bool { return s.At.After(after) })]
					if got, ok := Next(s, zone, after); got != want || !ok {
						t.Fatalf("%s in %s after %s: %v %s, want %v %s", expression, name, after, got, got.At, want, want.At)
					}
				}
			}
		}
	}
}

// longWalk returns the slots of s from two days of wall times before first until one that is after last.
func longWalk(t *testing.T, s commands.Schedule, zone *time.Location, first, last time.Time) (walk []Slot) {
	t.Helper()
	walls, err := wallClock(s)
	if err != nil {
		t.Fatal(err)
	}
	for wall := walls.Next(floating(first.In(zone)).Add(-48 * time.Hour)); !wall.IsZero(); wall = walls.Next(wall) {
		at := instant(wall, zone)
		walk = append(walk, Slot{Wall: wall.Format(wallForm), Zone: zone.String(), At: at})
		if at.After(last) {
			return walk
		}
	}
	t.Fatalf("%s ends", s)
	return nil
}

// The law behind intervals: going from minute to minute and reckoning agree wherever no clock is changed.
func TestAnIntervalIsTheSameReckonedOrWalked(t *testing.T) {
	for _, name := range []string{"Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, every := range []time.Duration{time.Minute, 5 * time.Minute, 7 * time.Minute, time.Hour, 90 * time.Minute, 5 * time.Hour, 24 * time.Hour} {
			after := time.Date(2026, 3, 6, 0, 0, 13, 0, time.UTC)
			for range 200 {
				after = after.Add(47 * time.Minute)
				if got, want := nextInterval(every, zone, after).At, changingInterval(every, after.In(zone)); !got.Equal(want) {
					t.Fatalf("every %s in %s after %s: %s, want %s", every, name, after, got, want)
				}
			}
		}
	}
}

func TestAWeekOfMissedSlotsCostsOneWalk(t *testing.T) {
	d := Digest{}
	d.Add.Schedule, d.Add.Zone = commands.Schedule{Kind: commands.Cron, Cron: "*/5 * * * *"}, "Asia/Shanghai"
	now := start.AddDate(0, 0, 7)
	count, latest, next := passed(d, start, now, time.Hour)
	if count < MaxMissed || now.Sub(latest.At) > 5*time.Minute || !next.After(now) {
		t.Fatalf("counted %d, latest %s, next %s", count, latest, next)
	}
	// A walk makes a slot's name for each slot; to begin anew for each would read its schedule each time and a day before it.
	if made := testing.AllocsPerRun(1, func() { passed(d, start, now, time.Hour) }); made > 4*(MaxMissed+20) {
		t.Errorf("%.0f allocations for %d slots", made, count)
	}
}
