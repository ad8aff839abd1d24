package i18n

// chineseNames has the sentences on tasks and their aliases.
var chineseNames = map[string]string{
	"%d tasks for \"%s\"": "%d 个任务符合“%s”",
	"No task has \"%s\" in its name, target or id. All tasks:": "没有名称、目标或 ID 包含“%s”的任务。全部任务：",
	"and %d more: search for part of a name":                   "另有 %d 个：请输入名称的一部分查找",
	"The tasks of one of CAT's two APIs are missing: %s":       "缺少 CAT 两个 API 之一的任务：%s",
	"alias %s": "别名 %s",
	"From now on `%s` means task %s, for everyone.":                                                                                  "从现在起，`%s` 代表任务 %s，对所有人生效。",
	"The alias `%s` is removed.":                                                                                                     "已删除别名 `%s`。",
	"There is no alias `%s`. `/cat alias list` shows them.":                                                                          "没有别名 `%s`。`/cat alias list` 列出全部别名。",
	"There are %d aliases, which is the limit. Remove one first.":                                                                    "已有 %d 个别名，达到上限。请先删除一个。",
	"Aliases are not available right now: Redis does not answer. Nothing was changed; try again in a minute.":                        "别名暂时不可用：Redis 没有响应。未做任何修改，请一分钟后再试。",
	"Aliases are stored with the bot: use `/cat alias` in Slack, or set `REDIS_URL` and `SLACK_BOT_TOKEN` here to the bot's values.": "别名保存在 bot 那里：请在 Slack 里使用 `/cat alias`，或在这里设置与 bot 相同的 `REDIS_URL` 和 `SLACK_BOT_TOKEN`。",
	"There are no aliases yet.":                                                                                                      "还没有别名。",
	"%d aliases":                                                                                                                     "%d 个别名",
	"and %d more":                                                                                                                    "另有 %d 个",
	"Task aliases: %s":                                                                                                               "任务别名：%s",
}
