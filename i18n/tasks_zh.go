package i18n

// chineseNames is what is said of tasks and their names.
var chineseNames = map[string]string{
	"%d tasks for \"%s\"": "%d 个任务符合“%s”",
	"No task has that in its name, target or id. All of them:": "没有名称、目标或 ID 包含它的任务。全部任务：",
	"and %d more: look for a part of a name":                   "另有 %d 个：请按名称的一部分查找",
	"One of CAT's two APIs did not tell its tasks: %s":         "CAT 的两个 API 之一没有给出任务：%s",
	"also called %s": "别名 %s",
	"`%s` stands for task %s from now on, for everybody.":                                                                                  "从现在起，对所有人 `%s` 代表任务 %s。",
	"`%s` stands for no task any more.":                                                                                                    "`%s` 不再代表任何任务。",
	"There is no alias `%s`. `/cat alias list` shows them.":                                                                                "没有别名 `%s`。`/cat alias list` 会列出它们。",
	"There are %d aliases, and that is the most. Remove one first.":                                                                        "已有 %d 个别名，达到上限。请先删除一个。",
	"Aliases can't be reached right now: Redis does not answer. Nothing was changed; try again in a minute.":                               "暂时取不到别名：Redis 没有响应。什么都没有改变；请一分钟后再试。",
	"Names for tasks are kept with the bot: use `/cat alias` in Slack, or set `REDIS_URL` and `SLACK_BOT_TOKEN` here as the bot has them.": "任务的别名保存在 bot 那里：请在 Slack 里使用 `/cat alias`，或在这里设置与 bot 相同的 `REDIS_URL` 和 `SLACK_BOT_TOKEN`。",
	"No names are set for tasks yet.":                                                                                                      "还没有为任务设置名称。",
	"%d aliases":                                                                                                                           "%d 个别名",
	"and %d more":                                                                                                                          "另有 %d 个",
	"Names for tasks: %s":                                                                                                                  "任务的名称：%s",
}
