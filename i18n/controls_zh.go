package i18n

// chineseControls is what stands on buttons, in selects and in tables.
var chineseControls = map[string]string{
	"Slack did not take the file: catbot's app lacks the scopes `files:write` and `im:write`. Whoever runs catbot can add them; `catbot doctor` says how.": "Slack 没有接收文件：catbot 应用缺少 `files:write` 和 `im:write` 权限。运维 catbot 的人可以添加；`catbot doctor` 会说明方法。",
	"Window": "时间", "Province": "省份", "Refresh": "刷新", "Trend": "趋势", "Reasons": "失败原因",
	"Share with channel": "分享到频道", "Show failures": "查看失败", "Compare": "对比", "Don't compare": "不对比",
	"Show rows": "显示明细", "Hide rows": "隐藏明细",
	"last hour": "最近 1 小时", "last 8 hours": "最近 8 小时", "last 24 hours": "最近 24 小时", "last 7 days": "最近 7 天", "today": "今天", "yesterday": "昨天",
	"shared by %s":                                        "由 %s 分享",
	"All %d rows, the most failures first":                "全部 %d 行，按失败次数排序",
	"%d of %d rows, the most failures first; CSV has all": "%[2]d 行中的 %[1]d 行，按失败次数排序；全部见 CSV",
	"Server": "服务器", "Reason": "原因", "Task": "任务",
	"%s, %s": "%s，%s",
	"The file is in your messages with catbot.":  "文件在你与 catbot 的私信里。",
	"The file is in the thread of this message.": "文件在这条消息的讨论串里。",
	"The file is in this channel.":               "文件在本频道里。",
	"Slack did not take the file. Try again in a minute; `catbot ask` with `--format csv` gives the same in a terminal.": "Slack 没有接收文件。请一分钟后再试；在终端里 `catbot ask` 加 `--format csv` 可得到同样的内容。",
	"This button is of another time: its command is not understood any more.":                                            "这个按钮已过时：它的命令不再能被理解。",
	"before": "之前", "now": "现在", "Failures by ISP, before and now": "各运营商的失败，之前与现在",
	"Only people of %s can use catbot. Ask one of them to share the answer here.":                                                                                                             "只有 %s 的成员可以使用 catbot。请他们把结果分享到这里。",
	"Guests can't use digests, aliases or the list of tasks. Ask a member of %s.":                                                                                                             "访客不能使用定时报告、别名和任务列表。请联系 %s 的正式成员。",
	"Slack does not tell catbot right now who you are, so it can't do this for you. Try again in a minute; if it stays like this, whoever runs catbot finds the reason with `catbot doctor`.": "Slack 暂时没有告诉 catbot 你是谁，所以无法执行。请一分钟后再试；如果一直这样，运维 catbot 的人可以用 `catbot doctor` 查明原因。",
}
