package i18n

// chineseMutes is what is said of mutes, and to whoever takes an incident.
var chineseMutes = map[string]string{
	"The conditions of this channel are muted until %s. If one still fails then, it speaks.": "本频道的告警已静默至 %s。届时若仍未恢复，会再告警。",
	"Digest %s is muted until %s. If its condition still holds then, it speaks.":             "定时报告 %s 已静默至 %s。届时若仍未恢复，会再告警。",
	"This channel is no longer muted. A digest that is muted by itself stays so.":            "本频道已解除静默。单独静默的定时报告不受影响。",
	"Digest %s is no longer muted.": "定时报告 %s 已解除静默。",
	"Digest %s stays silent: its channel is muted until %s. To end that, type this in the channel:":                                        "定时报告 %s 仍处于静默：所在频道已静默至 %s。要解除，请在该频道输入：",
	"Digest %s has no condition, so there is nothing to mute. To stop it for a while, pause it:":                                           "定时报告 %s 没有条件，无需静默。要暂时停用，请暂停：",
	"`here` is for channels. Type this in one.":                                                                                            "`本频道` 只能在频道中使用，请在频道里输入。",
	"Incidents are stored with the bot: use `/cat incidents` in Slack, or set `REDIS_URL` and `SLACK_BOT_TOKEN` here to the bot's values.": "故障记录由机器人保存：请在 Slack 中使用 `/cat incidents`，或将此处的 `REDIS_URL` 和 `SLACK_BOT_TOKEN` 设为与机器人相同的值。",
	"There is no incident %s. `/cat incidents` lists them.":                                                                                "没有故障 %s。`/cat incidents` 可列出全部故障。",
	"This incident is over.":                            "该故障已恢复。",
	"You are on it. The incident's message shows that.": "已标记由你处理，故障消息会显示。",
}
