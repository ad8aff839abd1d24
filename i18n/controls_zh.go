package i18n

// chineseControls has the labels of buttons, menus and tables.
var chineseControls = map[string]string{
	"Slack refused the file: catbot's app lacks the scopes `files:write` and `im:write`. A catbot admin can add them; `catbot doctor` says how.": "Slack 拒绝了文件：catbot 应用缺少 `files:write` 和 `im:write` 权限。请管理员添加；`catbot doctor` 会说明方法。",
	"Window": "时段", "Province": "省份", "Refresh": "刷新", "Trend": "趋势", "Reasons": "失败原因",
	"Share with channel": "分享到频道", "Show failures": "查看失败", "Compare": "对比", "Don't compare": "不对比",
	"More details": "更多明细", "Fewer details": "收起明细",
	"last hour": "最近 1 小时", "last 8 hours": "最近 8 小时", "last 24 hours": "最近 24 小时", "last 7 days": "最近 7 天", "today": "今天", "yesterday": "昨天",
	"shared by %s":                                    "由 %s 分享",
	"All %d rows, most failures first":                "全部 %d 行，按失败次数排序",
	"%d of %d rows, most failures first; CSV has all": "%[2]d 行中的 %[1]d 行，按失败次数排序；全部见 CSV",
	"Server": "服务器", "Reason": "原因", "Task": "任务",
	"%s, %s": "%s，%s",
	"The file is in your messages with catbot.":  "文件在你与 catbot 的私信里。",
	"The file is in the thread of this message.": "文件在这条消息的讨论串里。",
	"The file is in this channel.":               "文件在本频道里。",
	"Slack refused the file. Try again in a minute; `catbot ask` with `--format csv` gives the same in a terminal.": "Slack 拒绝了文件。请一分钟后再试；也可以在终端用 `catbot ask` 加 `--format csv` 得到同样的内容。",
	"This button no longer works. Ask again.": "该按钮已失效，请重新查询。",
	"before": "之前", "now": "现在", "Failures by ISP, before and now": "各运营商的失败：之前与现在",
	"Only members of %s can use catbot. Ask one of them to share the answer here.":                                                                                                    "只有 %s 的成员可以使用 catbot。请他们把结果分享到这里。",
	"Guests can't use digests, aliases or the list of tasks. Ask a member of %s.":                                                                                                     "访客不能使用定时报告、别名和任务列表。请联系 %s 的正式成员。",
	"Slack does not tell catbot right now who you are, so it can't do this for you. Try again in a minute. If this goes on, a catbot admin can find the reason with `catbot doctor`.": "Slack 暂时没有返回你的身份信息，因此无法执行。请一分钟后再试；如果持续如此，请管理员用 `catbot doctor` 查明原因。",
	"What fails on %s?": "%s 有哪些失败？",
	"%s over time":      "%s 的失败趋势",
	"All tasks":         "全部任务",
}
