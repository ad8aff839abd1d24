package i18n

import (
	"time"

	"catbot/catapi"
)

// Help is the help on one topic: a sentence, and examples with a line on what each does.
type Help struct {
	Title    string
	Intro    string
	Before   string // what people type before an example in Slack; empty means /cat
	Examples []Example
	Notes    []string
}

// mention is how people call catbot in a channel.
const mention = "@catbot"

// An Example is a command ready to copy.
type Example struct{ Command, Does string }

// Help returns the help on a topic, or the overview if topic is empty. All examples are valid at the time now.
func (w Phrases) Help(topic string, now time.Time) Help {
	day := now.In(catapi.Beijing).AddDate(0, 0, -1).Format(time.DateOnly)
	switch topic {
	case "codes":
		return Help{
			Title: w.f("codes: the top error reasons per ISP"),
			Intro: w.f("The words after codes can come in any order, in English or Chinese."),
			Examples: []Example{
				{"codes 126531", w.f("all provinces, the default window: 8 hours unless set otherwise")},
				{"126531 last 24h", w.f("the same without the word codes; instead of its id, a task's alias, name or target")},
				{"codes 126531 last 24h jiangxi gd", w.f("two provinces")},
				{"codes 126531,126532 today", w.f("two tasks")},
				{"codes task-ab12cd34 last 8h", w.f("a task of CAT's API 3.0, with the failure rate")},
				{"codes 126531 isp 移动 电信 top 5", w.f("two ISPs, five reasons each")},
				{"codes 126531 last 8h compare", w.f("against the 8 hours before")},
				{"codes 126531 last 8h compare yesterday", w.f("against the same hours of the day before; also `compare last week`, `compare usual`")},
				{"codes 126531 yesterday public", w.f("visible to everyone in the channel")},
				{"codes 126531 last 8h rows", w.f("also the rows as CAT reports them; csv sends all of them as a file")},
				{"返回码 126531 最近8小时 江西", w.f("the same in Chinese")},
			},
			Notes: []string{w.f("A share is a part of the failures shown. CAT's API v2 reports failures only, so there is no failure rate.")},
		}
	case "window":
		return Help{
			Title: w.f("Windows: the time to look at"),
			Intro: w.f("Times are Beijing time (UTC+8), as in CAT's console, unless you write an offset."),
			Examples: []Example{
				{"codes 126531 last 30m", w.f("also 8h, 2d, 1w, last hour, 最近8小时; up to the current minute")},
				{"codes 126531 today", w.f("also yesterday, last night, 今天, 昨天, 昨晚; a night is from 18:00 to 06:00")},
				{"codes 126531 since 09:00", w.f("the last time it was 09:00; also since 9am, since %s", day)},
				{"codes 126531 " + day, w.f("that day")},
				{"codes 126531 from " + day + " 00:00 to " + day + " 08:10", w.f("from and to")},
				{"codes 126531 " + day + " 00:00..08:10", w.f("the same, shorter")},
				{"codes 126531 " + day + "T00:00Z.." + day + "T08:10Z", w.f("in UTC")},
			},
		}
	case "province":
		return Help{
			Title: w.f("Provinces: where the probes are"),
			Intro: w.f("Write CAT's own code, the Chinese name, or CAT's map key: jiangxi, gd, 江西, 江西省, guangDong."),
			Examples: []Example{
				{"codes 126531 jiangxi", w.f("one province")},
				{"codes 126531 江西 广东", w.f("two")},
				{"codes 126531 hongkong-1", w.f("one of CAT's own nodes")},
				{"codes 126531 province=anything", w.f("sends any value as it is")},
			},
			Notes: []string{
				w.f("CAT's codes mix pinyin and abbreviations, and there is no complete list: sx is 陕西. catbot learns the names from CAT's answers."),
				w.f("When CAT refuses a province, catbot fetches all provinces and filters them, and says so."),
			},
		}
	}
	switch topic {
	case "digest":
		return w.helpDigest()
	case "watch":
		return w.helpWatch()
	case "incidents":
		return w.helpIncidents()
	case "trend":
		return w.helpTrend()
	case "tasks", "alias":
		return w.helpTasks()
	case "mention":
		return w.helpMention()
	}
	return Help{
		Title: w.f("catbot: which ISPs fail, where, and why"),
		Intro: w.f("Asks Tencent Cloud CAT (云拨测) for a task's return codes and shows the top error reasons per ISP."),
		Examples: []Example{
			{"codes 126531 last 8h jiangxi", w.f("a task, a window, a province")},
			{"codes 126531 last 24h compare", w.f("against the window before")},
			{"codes 126531 today isp 移动 public", w.f("one ISP, visible to everyone in the channel")},
			{"trend 126531 last 24h", w.f("failures over time, per ISP")},
			{"tasks shop", w.f("finds tasks by name, target or id")},
			{"digest add weekdays 09:00 codes 126531 last 24h", w.f("the answer in this channel, every working day")},
			{"watch 126531 if >100", w.f("speaks when a task fails, and when it recovers")},
			{"incidents last 7d", w.f("what failed, how long, who was on it")},
			{"help codes", w.f("more on codes; also help window, province, trend, tasks, digest, watch, incidents, alias, mention")},
		},
		Notes: []string{
			w.f("`/cat` alone opens a form. catbot's Home tab has your digests."),
			w.f("In threads, mention it: `@catbot trend`; first invite it to the channel: `/invite @catbot`. In its messages, write without `/cat`."),
		},
	}
}

func (w Phrases) helpDigest() Help {
	return Help{
		Title: w.f("Digests: answers on a schedule"),
		Intro: w.f("A digest posts a command's answer to a channel, with the change against the window before."),
		Examples: []Example{
			{"digest add weekdays 09:00 codes 126531 last 24h", w.f("in this channel; also `daily 09:00`, `mon,wed 09:30`, `hourly`, `every 15m`, `每天 09:00`")},
			{"digest add daily 09:00 tz Asia/Tokyo codes 126531 last 24h", w.f("in another time zone")},
			{"digest add daily 09:00 lang zh codes 126531 last 24h", w.f("in Chinese; without lang, in its owner's language")},
			{"digest add every 15m if >100 codes 126531 last 15m", w.f("silent, except when failures pass 100 and when they recover")},
			{"digest add cron \"30 8 1 * *\" codes 126531 last 30d", w.f("minute, hour, day, month, weekday")},
			{"digest list", w.f("those of this channel, and your own")},
			{"digest show k7m2", w.f("one digest, with its last runs")},
			{"digest run k7m2", w.f("runs it now, outside its schedule")},
			{"digest pause k7m2", w.f("also resume, remove")},
			{"digest mute k7m2 2h", w.f("silence for a while; more in help incidents")},
		},
		Notes: []string{
			w.f("To post in another channel, write in #channel before codes and pick the channel from Slack's list. You and catbot must be members."),
			w.f("The shortest interval is 5 minutes, and a channel can have 50 digests. The owner and catbot's admins can change a digest."),
		},
	}
}

func (w Phrases) helpWatch() Help {
	return Help{
		Title: w.f("watch: conditions that open incidents"),
		Intro: w.f("watch adds a digest that speaks only while its condition holds: one message when it begins, kept up to date, and one when it ends."),
		Examples: []Example{
			{"watch task-ab12cd34 if any isp >20%", w.f("every 5 minutes, twice in a row; also `any province`, `>5%%` of all probes (API 3.0)")},
			{"watch 126531 every 15m if >100", w.f("by the number of failures; also `any isp >50`")},
			{"watch 126531 if >usual", w.f("worse than at this hour on the last 7 days")},
			{"watch 126531 if >x2 yesterday and >20", w.f("a multiple needs a floor; also `last week`; `and` joins two comparisons")},
			{"watch task-ab12cd34 if any isp >20% for 3 until <5%", w.f("3 runs in a row to begin and to end; it ends below 5%% only")},
			{"watch 126531 if >100 notify here again every 4h", w.f("calls people in the first message; reminds while it lasts")},
			{"watch 126531 if >100 quiet 23:00-08:00", w.f("watches at night, but speaks in the morning")},
			{"digest add weekdays 09:00 if >1000 codes 126531 last 24h", w.f("a condition on any schedule")},
			{"监控 task-ab12cd34 如果 任一运营商 >20%", w.f("the same in Chinese")},
		},
		Notes: []string{
			w.f("To notify people, type @ and pick them or a user group from Slack's list."),
			w.f("Without a window, watch looks at three periods of its schedule, or at the task's probing interval if that is longer."),
		},
	}
}

func (w Phrases) helpIncidents() Help {
	return Help{
		Title: w.f("incidents: what failed, and silence"),
		Intro: w.f("An incident lasts from the first run over a condition's limits to the first below its closing line."),
		Examples: []Example{
			{"incidents", w.f("of the last 7 days, in the channels that you share with catbot")},
			{"incidents last 24h here", w.f("in this channel")},
			{"incidents 126531 last 30d", w.f("of one task")},
			{"digest mute k7m2 2h", w.f("silences a digest; it still watches, and speaks at the end if it still fails")},
			{"digest mute here until tomorrow 09:00", w.f("silences all digests with a condition in this channel")},
			{"digest unmute k7m2", w.f("ends the silence; also `digest unmute here`")},
			{"故障 最近7天 本频道", w.f("the same in Chinese")},
		},
		Notes: []string{w.f("Incidents are kept 90 days. Everybody in a channel can mute its digests.")},
	}
}

func (w Phrases) helpTrend() Help {
	return Help{
		Title: w.f("trend: failures over time"),
		Intro: w.f("A line for each ISP over at most 20 equal intervals of the window."),
		Examples: []Example{
			{"trend 126531", w.f("all provinces, the default window: 8 hours unless set otherwise")},
			{"trend 126531 last 24h jiangxi", w.f("a task, a window, a province")},
			{"trend 126531 today isp 移动 public", w.f("one ISP, visible to everyone in the channel")},
		},
	}
}

func (w Phrases) helpTasks() Help {
	return Help{
		Title: w.f("Tasks and their aliases"),
		Intro: w.f("An alias can be used wherever a task can."),
		Examples: []Example{
			{"tasks", w.f("all tasks of the account")},
			{"tasks shop", w.f("finds tasks by name, target or id")},
			{"alias set shop 126531", w.f("from now on shop means 126531, for everyone")},
			{"alias list", w.f("all aliases")},
			{"alias remove shop", w.f("removes an alias")},
		},
		Notes: []string{w.f("A digest keeps the task that the alias meant when the digest was added.")},
	}
}

func (w Phrases) helpMention() Help {
	return Help{
		Title:  w.f("Mentions and messages: ask where people talk"),
		Intro:  w.f("Write to catbot in a channel, in a thread or in its messages. The commands are the same, without `/cat`."),
		Before: mention,
		Examples: []Example{
			{"codes 126531 last 8h", w.f("in a channel: the answer opens a thread that everybody sees")},
			{"trend", w.f("in a thread under an incident, a digest or an answer: about its task and window")},
			{"compare yesterday", w.f("in such a thread; also `rows`, `csv`, `last 24h`")},
			{"help", w.f("for you alone, as all that lists or changes something")},
		},
		Notes: []string{
			w.f("catbot hears mentions only in channels that it is in. Invite it: `/invite @catbot`."),
			w.f("In catbot's messages no mention is needed: `126531 last 8h`. An edited message is not answered again."),
			w.f("Look into this, in the menu of any message, finds tasks and a time in it and fills in the form."),
		},
	}
}
