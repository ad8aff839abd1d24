package i18n

// What is wrong with a command about digests.

func (w Phrases) UnknownVerb(word, near string) string {
	if near != "" {
		return w.f("digest can't \"%s\". Did you mean %s?", word, near)
	}
	return w.f("digest can't \"%s\". It can add, list, show, run, pause, resume and remove.", word)
}

func (w Phrases) NoDigestID() string {
	return w.f("The digest's id is missing, such as k7m2. `digest list` shows them.")
}

func (w Phrases) BadDigestID(word string) string {
	return w.f("\"%s\" is no digest's id. `digest list` shows them.", word)
}

func (w Phrases) NoSchedule() string {
	return w.f("When shall it run? Say `daily 09:00`, `weekdays 09:00`, `mon,wed 09:30`, `hourly`, `every 15m` or `cron \"0 9 * * 1-5\"`.")
}

func (w Phrases) NoTimeOfDay(word string) string {
	if word == "" {
		return w.f("The time of day is missing, such as 09:00.")
	}
	return w.f("\"%s\" is no time of day. Expected hours and minutes, such as 09:00.", word)
}

func (w Phrases) BadSchedule(word string) string {
	return w.f("\"%s\" is nothing I know before a digest's command. Expected when it runs (`daily 09:00`), tz, in #channel, if >100, and then codes and the rest.", word)
}

// NotSchedule is said of a field that takes a schedule and nothing else.
func (w Phrases) NotSchedule(word string) string {
	return w.f("\"%s\" is no part of a schedule. Expected `daily 09:00`, `mon,wed 09:30`, `every 2h` or `cron \"0 9 * * 1-5\"`, and nothing else: time zone, channel and number of failures have fields of their own.", word)
}

func (w Phrases) BadInterval(word, near string) string {
	return w.f("\"%s\" is no interval that fits evenly into a day. The nearest is `%s`.", word, near)
}

func (w Phrases) BadCron(word string) string {
	return w.f("%s is no cron expression. Expected five fields in quotes: minute, hour, day, month, weekday, such as `cron \"0 9 * * 1-5\"`.", word)
}

func (w Phrases) TooOften(limit string) string {
	return w.f("That is too often: a digest runs each %s at most.", limit)
}

func (w Phrases) NeverComes(word string) string {
	return w.f("The time %s never comes.", word)
}

func (w Phrases) Twice(word string) string {
	return w.f("\"%s\" is the second of its kind. Keep one.", word)
}

func (w Phrases) BadZone(word, near string) string {
	if near != "" {
		return w.f("I don't know the time zone \"%s\". Did you mean `%s`?", word, near)
	}
	return w.f("I don't know the time zone \"%s\". Expected a name such as `Asia/Shanghai`, `America/New_York` or UTC.", word)
}

func (w Phrases) BadChannel(word string) string {
	return w.f("\"%s\" is no channel that I can read. Type # and pick it from Slack's list.", word)
}

func (w Phrases) BadLanguage(word string) string {
	return w.f("\"%s\" is no language that I speak. Expected en or zh.", word)
}

func (w Phrases) BadCondition(word string) string {
	return w.f("\"%s\" is no condition. Expected if and a whole number that the failures must pass, such as `if >100`.", word)
}

func (w Phrases) NoDigestCommand() string {
	return w.f("What shall it run? Its command is missing, such as `codes 126531 last 24h`.")
}

func (w Phrases) NotInDigest(word string) string {
	return w.f("A digest can't run %s, only codes.", word)
}
