package blockkit

import (
	"strings"
	"testing"
	"time"

	"catbot/commands"
	"catbot/i18n"
)

func TestConditionsReadAsASentence(t *testing.T) {
	isp := commands.Limit{Of: commands.AnyISP, Kind: commands.OverPercent, Percent: 20}
	for _, tc := range []struct {
		name, english, chinese string
		condition              commands.Condition
	}{
		{"a number of failures",
			"I speak when there are more than 100 failures, and end when this is no longer so.",
			"失败超过 100 次，即告警；不再满足，即恢复。", commands.Condition{Limits: []commands.Limit{{Failures: 100}}}},
		{"an ISP, twice, with a closing line",
			"I speak when any ISP fails more than 20% of its probes twice in a row, and end when all are below 5% twice in a row.",
			"连续 2 次任一运营商失败率超过 20%，即告警；连续 2 次全部低于 5%，即恢复。",
			commands.Condition{Limits: []commands.Limit{isp}, For: 2, Until: &commands.ClosingLine{Percent: true, Below: 5}}},
		{"a share of all, three times",
			"I speak when more than 2.5% of the probes fail 3 times in a row, and end when it is below 20 failures 3 times in a row.",
			"连续 3 次失败率超过 2.5%，即告警；连续 3 次低于 20 次失败，即恢复。",
			commands.Condition{
				Limits: []commands.Limit{{Kind: commands.OverPercent, Percent: 2.5}}, For: 3,
				Until: &commands.ClosingLine{Below: 20},
			}},
		{"times yesterday with a floor, calling people",
			"I speak when there are more than 2 times as many failures as yesterday and there are more than 20 failures, " +
				"and end when this is no longer so. When it begins, I call <@U0ALICE>, <!subteam^S0ONCALL>, @here.",
			"失败超过昨天同时段的 2 倍，且失败超过 20 次，即告警；不再满足，即恢复。告警时通知 <@U0ALICE>、<!subteam^S0ONCALL>、@here。",
			commands.Condition{
				Limits: []commands.Limit{
					{Kind: commands.OverTimes, Times: 2, Base: commands.DayBefore}, {Failures: 20},
				},
				Notify: []string{"<@U0ALICE>", "<!subteam^S0ONCALL>", "<!here>"},
			}},
		{"more than usual, with reminders and quiet hours",
			"I speak when there are more failures than usual, and end when this is no longer so. While it lasts, I remind " +
				"every 4 h. From 23:00 to 08:00 I am silent; if it still lasts then, I speak.",
			"失败多于平时，即告警；不再满足，即恢复。未恢复时每 4 小时提醒一次。23:00 至 08:00 静默，结束时若仍未恢复则告警。",
			commands.Condition{
				Limits: []commands.Limit{{Kind: commands.OverUsual}}, Again: 4 * time.Hour,
				Quiet: commands.QuietHours{From: 23 * time.Hour, To: 8 * time.Hour},
			}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := plain(conditionText(tc.condition, i18n.English)); got != tc.english {
				t.Errorf("%q", got)
			}
			if got := plain(conditionText(tc.condition, i18n.Chinese)); got != tc.chinese {
				t.Errorf("%q", got)
			}
		})
	}
}

func plain(text string) string { return strings.ReplaceAll(text, "&gt;", ">") }
