package i18n

import (
	"time"

	"catbot/catapi"
)

// Help is the help on one topic: a sentence, and examples with a line on what each does.
type Help struct {
	Title    string
	Intro    string
	Examples []Example
	Notes    []string
}

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
	case "trend":
		return w.helpTrend()
	case "tasks", "alias":
		return w.helpTasks()
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
			{"help codes", w.f("more on codes; also help window, province, trend, tasks, digest, alias")},
		},
		Notes: []string{w.f("`/cat` alone opens a form. catbot's Home tab has your digests.")},
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
		},
		Notes: []string{
			w.f("To post in another channel, write in #channel before codes and pick the channel from Slack's list. You and catbot must be members."),
			w.f("The shortest interval is 5 minutes, and a channel can have 50 digests. The owner and catbot's admins can change a digest."),
		},
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
