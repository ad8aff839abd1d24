package words

// Help is one topic: a sentence and lines of examples, each a command and what it does.
type Help struct {
	Title    string
	Intro    string
	Examples []Example
	Notes    []string
}

// An Example is a command ready to copy.
type Example struct{ Command, Does string }

// Help returns the help on a topic; empty is the overview.
func (w Words) Help(topic string) Help {
	switch topic {
	case "codes":
		return Help{
			Title: "codes: the top error reasons per ISP",
			Intro: "Words after codes come in any order, in English or Chinese.",
			Examples: []Example{
				{"codes 126531", "everywhere, the usual window: 8 hours unless it is set otherwise"},
				{"codes 126531 last 24h jiangxi gd", "two provinces"},
				{"codes 126531,126532 today", "two tasks"},
				{"codes task-ab12cd34 last 8h", "a task of CAT's API 3.0, with the failure rate"},
				{"codes 126531 isp 移动 电信 top 5", "two ISPs, five reasons each"},
				{"codes 126531 last 8h compare", "against the 8 hours before"},
				{"codes 126531 yesterday public", "for all in the channel to see"},
				{"返回码 126531 最近8小时 江西", "the same in Chinese"},
			},
			Notes: []string{"A share is of the failures that are shown. CAT's API v2 counts failures only, so there is no failure rate."},
		}
	case "window":
		return Help{
			Title: "Windows: which stretch of time",
			Intro: "Times are Beijing's (UTC+8), as in CAT's console, unless you write an offset.",
			Examples: []Example{
				{"codes 126531 last 30m", "also 8h, 2d, 1w, last hour, 最近8小时; up to the current minute"},
				{"codes 126531 today", "also yesterday, 今天, 昨天"},
				{"codes 126531 since 09:00", "the last time it was 09:00; also since 2017-05-25"},
				{"codes 126531 2017-05-25", "that day"},
				{"codes 126531 from 2017-05-25 00:00 to 2017-05-25 08:10", "from and to"},
				{"codes 126531 2017-05-25 00:00..08:10", "the same, shorter"},
				{"codes 126531 2017-05-25T00:00Z..2017-05-25T08:10Z", "in UTC"},
			},
		}
	case "province":
		return Help{
			Title: "Provinces: where the probes stand",
			Intro: "Write CAT's own code, the Chinese name, or CAT's map key: jiangxi, gd, 江西, 江西省, guangDong.",
			Examples: []Example{
				{"codes 126531 jiangxi", "one province"},
				{"codes 126531 江西 广东", "two"},
				{"codes 126531 hongkong-1", "one of CAT's own nodes"},
				{"codes 126531 province=anything", "sends any value as it is"},
			},
			Notes: []string{
				"CAT's codes mix pinyin and abbreviations, and there is no complete list: sx is 陕西. catbot learns the names from CAT's answers.",
				"A province that CAT does not take is picked out of all provinces, and the answer says so.",
			},
		}
	}
	if topic == "digest" {
		return w.helpDigest()
	}
	return Help{
		Title: "catbot: which ISPs fail, where, and why",
		Intro: "Asks Tencent Cloud CAT (云拨测) for a task's return codes and shows the top error reasons per ISP.",
		Examples: []Example{
			{"codes 126531 last 8h jiangxi", "a task, a window, a province"},
			{"codes 126531 last 24h compare", "against the window before"},
			{"codes 126531 today isp 移动 public", "one ISP, for all in the channel to see"},
			{"digest add weekdays 09:00 codes 126531 last 24h", "the answer in this channel, every working day"},
			{"help codes", "more on codes; also help window, help province, help digest"},
		},
	}
}

func (w Words) helpDigest() Help {
	return Help{
		Title: "Digests: answers on a schedule",
		Intro: "A digest posts a command's answer to a channel, with the change against the window before.",
		Examples: []Example{
			{"digest add weekdays 09:00 codes 126531 last 24h", "in this channel; also daily, mon,wed 09:30, hourly, every 15m, 每天 09:00"},
			{"digest add daily 09:00 tz Asia/Tokyo codes 126531 last 24h", "by the clock of another time zone"},
			{"digest add every 15m if >100 codes 126531 last 15m", "silent until the failures pass 100, then again until they recover"},
			{"digest add cron \"30 8 1 * *\" codes 126531 last 30d", "minute, hour, day, month, weekday"},
			{"digest list", "those of this channel, and your own"},
			{"digest show k7m2", "one of them, with its last runs"},
			{"digest run k7m2", "now, beside its schedule"},
			{"digest pause k7m2", "also resume, remove"},
		},
		Notes: []string{
			"To post in another channel, put in and the channel, picked from Slack's list, before codes. catbot and you must be in it.",
			"A digest runs every 5 minutes at most, and a channel has 50 at most. Its owner can change it, and catbot's admins.",
		},
	}
}
