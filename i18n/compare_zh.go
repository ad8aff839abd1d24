package i18n

// chineseCompare has the sentences of comparisons and trends.
var chineseCompare = map[string]string{
	"what is usual":                               "平时",
	"the window before":                           "上一时段",
	"the same hours of the day before":            "昨天同一时段",
	"the same hours of the week before":           "上周同一时段",
	"Compared with %s: the same.":                 "与%s持平。",
	"Compared with %s: none then.":                "%s无失败。",
	"Compared with %s: down from %d to %d.":       "较%s减少（%d → %d）。",
	"Compared with %s: down from %d to %d (-%s).": "较%[1]s减少 %[4]s（%[2]d → %[3]d）。",
	"Compared with %s: up from %d to %d.":         "较%s增加（%d → %d）。",
	"Compared with %s: up from %d to %d (+%s).":   "较%[1]s增加 %[4]s（%[2]d → %[3]d）。",

	"There is no comparison with %s: its data could not be had. %s":                     "未能与%s对比：取不到该时段的数据。%s",
	"There is no comparison with the day before: that is for windows of up to a day.":   "未与昨天对比：仅适用于不超过 1 天的时段。",
	"There is no comparison with the week before: that is for windows of up to 7 days.": "未与上周对比：仅适用于不超过 7 天的时段。",
	"What is usual is told for windows of up to a day.":                                 "平时的水平仅适用于不超过 1 天的时段。",
	"What is usual is not known: none of the %d days before has data for these hours.":  "平时的水平未知：此前 %d 天同一时段均无数据。",

	"at these hours":           "同一时段",
	"at this hour":             "同一时段",
	"the last %d days":         "近 %d 天",
	"the %d days before":       "此前 %d 天",
	"%d of %s":                 "%[2]s中有 %[1]d 天",
	"%s %s had %s":             "%[2]s%[1]s%[3]s",
	"none":                     "均无失败",
	"%d each":                  "均为 %d 次",
	"%d–%d":                    "为 %d–%d 次",
	"the others are not known": "其余无数据",
	"%s, at most %d (%s)":      "%s，峰值 %d（%s）",
	"in the last %s %d":        "最近 %s %d",
	"since %s, %s: %d":         "当前时段（%s 起 %s，未结束）%d",
	"since %s, %s":             "%s 起 %s（未结束）",
	"%s; %s":                   "%s；%s",
	"Worse than usual: %s.":    "高于平时：%s。",
}
