package commands

import (
	"slices"
	"testing"
	"time"

	"catbot/catapi"
)

func TestMentionedFindsTasksAndTimesInAlerts(t *testing.T) {
	sent := time.Date(2026, 11, 23, 10, 0, 0, 0, catapi.Beijing)
	known := map[string]string{"shop": "126531", "www.example.com": "task-ab12cd34", "126540": "126540", "官网": "126532", "https://pay.example.com/v1?a=b": "126533", "pay.example.com": "126534"}
	find := func(word string) (string, bool) { id, ok := known[word]; return id, ok }
	for _, tc := range []struct {
		name, text string
		tasks      []string
		window     string
	}{
		{"an id of API 3.0", "Alert: task-n6f8ye4d is down since 09:45.", []string{"task-n6f8ye4d"}, "since 2026-11-23 09:30"},
		{"an address in a link", "[FIRING:1] Probe failed <https://www.example.com/login|www.example.com>", []string{"task-ab12cd34"}, "since 2026-11-23 09:45"},
		{"an address with a path", "https://PAY.example.com/v1?a=b/: timeout", []string{"126533"}, "since 2026-11-23 09:45"},
		{"an address that nobody probes", "http://pay.example.com/v2 fails", []string{"126534"}, "since 2026-11-23 09:45"},
		{"words with a slash between them", "shop/126540:down", []string{"126531", "126540"}, "since 2026-11-23 09:45"},
		{"an alias and its capitals", "SHOP 5xx > 3% at 2026-11-22T22:10:05Z", []string{"126531"}, "since 2026-11-23 05:55"},
		{"a time of yesterday", "官网 异常，开始时间 23:50", []string{"126532"}, "since 2026-11-22 23:35"},
		{"a number that is a task", "check 126540, 8080, 99", []string{"126540"}, "since 2026-11-23 09:45"},
		{"nothing", "lunch?", nil, "since 2026-11-23 09:45"},
		{"a time too long ago", "task-n6f8ye4d 2024-01-01 00:00", []string{"task-n6f8ye4d"}, ""},
		{"no time at all that is one", "task-n6f8ye4d 99:99 2026-13-77 10:00", []string{"task-n6f8ye4d"}, "since 2026-11-23 09:45"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := testLanguage.Mentioned(tc.text, find, sent, sent.Add(time.Minute))
			if !slices.Equal(got.Tasks, tc.tasks) || got.Window.String() != tc.window {
				t.Errorf("found %v %q", got.Tasks, got.Window)
			}
		})
	}
}

func FuzzMentioned(f *testing.F) {
	f.Add("Alert: task-n6f8ye4d is down since 09:45.")
	f.Add("2026-13-77 10:00Z")
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, catapi.Beijing)
	f.Fuzz(func(t *testing.T, text string) {
		c := testLanguage.Mentioned(text, func(string) (string, bool) { return "", false }, now, now)
		if c.Window == (Window{}) || len(c.Tasks) == 0 {
			return
		}
		if _, err := testLanguage.Parse(c.String(), now); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	})
}
