package i18n

// Mistakes in a command about digests.

func (w Phrases) UnknownVerb(word, near string) string {
	if near != "" {
		return w.f("digest can't \"%s\". Did you mean %s?", word, near)
	}
	return w.f("digest can't \"%s\". It can add, list, show, run, pause, resume, mute, unmute and remove.", word)
}

func (w Phrases) NoDigestID() string {
	return w.f("The digest's id is missing, such as k7m2. `digest list` shows them.")
}

func (w Phrases) BadDigestID(word string) string {
	return w.f("\"%s\" is not a digest id. `digest list` shows them.", word)
}

func (w Phrases) NoSchedule() string {
	return w.f("The schedule is missing: `daily 09:00`, `weekdays 09:00`, `mon,wed 09:30`, `hourly`, `every 15m` or `cron \"0 9 * * 1-5\"`.")
}

func (w Phrases) NoTimeOfDay(word string) string {
	if word == "" {
		return w.f("The time of day is missing, such as 09:00.")
	}
	return w.f("\"%s\" is not a time of day. Expected hours and minutes, such as 09:00.", word)
}

func (w Phrases) BadSchedule(word string) string {
	return w.f("I don't understand \"%s\" before the digest's command. Expected a schedule (`daily 09:00`), tz, in #channel, a condition (`if >100`) and its parts, and then codes and the rest.", word)
}

// NotSchedule explains that a field takes a schedule and nothing else.
func (w Phrases) NotSchedule(word string) string {
	return w.f("\"%s\" is not part of a schedule. Expected only `daily 09:00`, `mon,wed 09:30`, `every 2h` or `cron \"0 9 * * 1-5\"`. Time zone, channel and number of failures have their own fields.", word)
}

func (w Phrases) BadInterval(word, near string) string {
	return w.f("\"%s\" does not divide a day evenly. The nearest interval that does is `%s`.", word, near)
}

func (w Phrases) BadCron(word string) string {
	return w.f("%s is not a cron expression. Expected five fields in quotes: minute, hour, day, month, weekday, such as `cron \"0 9 * * 1-5\"`.", word)
}

func (w Phrases) TooOften(limit string) string {
	return w.f("That is too often: the shortest interval is %s.", limit)
}

func (w Phrases) NeverComes(word string) string {
	return w.f("%s never happens.", word)
}

func (w Phrases) Twice(word string) string {
	return w.f("\"%s\" is given twice. Keep one.", word)
}

func (w Phrases) BadZone(word, near string) string {
	if near != "" {
		return w.f("I don't know the time zone \"%s\". Did you mean `%s`?", word, near)
	}
	return w.f("I don't know the time zone \"%s\". Expected a name such as `Asia/Shanghai`, `America/New_York` or UTC.", word)
}

func (w Phrases) BadChannel(word string) string {
	return w.f("I can't read the channel \"%s\". Type # and pick it from Slack's list.", word)
}

func (w Phrases) BadLanguage(word string) string {
	return w.f("\"%s\" is not a language that catbot speaks. Expected en or zh.", word)
}

func (w Phrases) BadCondition(word string) string {
	return w.f("\"%s\" is not a condition. Expected `if` and one of `>100`, `>5%%`, `any isp >20%%`, `>usual`, or `>x2 yesterday and >20`.", word)
}

func (w Phrases) NoDigestCommand() string {
	return w.f("The digest's command is missing, such as `codes 126531 last 24h`.")
}

func (w Phrases) NotInDigest(word string) string {
	return w.f("A digest can't run %s, only codes.", word)
}
