package i18n

// What is wrong with a condition, a mute, or a list of incidents.

func (w Phrases) BadPercent(word string) string {
	return w.f("\"%s\" is not a percentage of the probes. Expected more than 0 and less than 100, with two decimals at most, such as `>5%%`.", word)
}

func (w Phrases) BadTimes(word string) string {
	return w.f("\"%s\" is not a multiple. Expected a factor from 1 on and what it multiplies: `>x2 yesterday` or `>x2 last week`.", word)
}

func (w Phrases) BeforeAsBase() string {
	return w.f("A condition can't compare with the window just before: the incident itself soon fills that window, and would end it. Compare with yesterday or last week.")
}

func (w Phrases) NotPerGroup(word string) string {
	return w.f("\"%s\" can't be checked for each ISP or province. any isp and any province take `>50` or `>20%%`.", word)
}

func (w Phrases) TooManyLimits() string {
	return w.f("That is one comparison too many: a condition can join two.")
}

func (w Phrases) BadRuns(word, limit string) string {
	return w.f("\"%s\" is not a number of runs in a row. Expected `for` and a number from 1 to %s.", word, limit)
}

func (w Phrases) BadClosing(word string) string {
	return w.f("\"%s\" does not say when an incident ends. Expected a number of failures or a percentage to fall below, such as `until <20` or `until <5%%`.", word)
}

func (w Phrases) NoNotified() string {
	return w.f("Whom to notify is missing: a person, a user group, or `here`.")
}

func (w Phrases) NotPicked(word string) string {
	return w.f("I can't read whom \"%s\" means. Type @ and pick the person or group from Slack's list.", word)
}

func (w Phrases) NotifyAll(word string) string {
	return w.f("\"%s\" would call the whole channel. Use `here` for those who are online, or pick people or a user group.", word)
}

func (w Phrases) TooManyNotified(limit string) string {
	return w.f("That is too many to notify: %s people or groups at most. A user group counts as one.", limit)
}

func (w Phrases) BadAgain(word, least, most string) string {
	return w.f("\"%s\" does not say how often to remind. Expected a time from %s to %s, such as `again every 4h`.", word, least, most)
}

func (w Phrases) BadQuiet(word string) string {
	return w.f("\"%s\" is not a time of silence. Expected two different times of day, such as `quiet 23:00-08:00`.", word)
}

func (w Phrases) NeedsLimit(word, offer string) string {
	return w.f("\"%s\" belongs to a condition, which is missing, such as `%s`.", word, offer)
}

func (w Phrases) NoLimit(offer string) string {
	return w.f("When to speak is missing, such as `%s`.", offer)
}

func (w Phrases) NoFloor(word, offer string) string {
	return w.f("\"%s\" needs a floor: at a quiet hour, twice a few failures is still a few. Add one, such as `%s`.", word, offer)
}

func (w Phrases) PercentOfV2(word, task string) string {
	return w.f("\"%s\" takes a percentage, but task %s is of API v2, which counts no probes. Use a number of failures, such as `>100`.", word, task)
}

func (w Phrases) ClosingTooHigh(word, offer string) string {
	return w.f("\"%s\" closes above the line that opens. Expected `%s` at most.", word, offer)
}

func (w Phrases) NoMuted() string {
	return w.f("What to mute is missing: a digest's id, such as k7m2, or `here` for this channel.")
}

func (w Phrases) NoMuteEnd() string {
	return w.f("How long to mute is missing, such as `2h`, `until 18:00` or `until tomorrow 09:00`.")
}

func (w Phrases) BadMuteEnd(word string) string {
	return w.f("\"%s\" does not say how long to mute. Expected `2h`, `until 18:00` or `until tomorrow 09:00`.", word)
}

func (w Phrases) MuteTooLong(limit string) string {
	return w.f("That is too long: a mute lasts %s at most. To stop a digest, use `digest pause`.", limit)
}

func (w Phrases) BadIncident(word string) string {
	if word == "" {
		return w.f("The incident's id is missing. `incidents` shows them.")
	}
	return w.f("\"%s\" is not an incident's id. `incidents` shows them.", word)
}

func (w Phrases) NotInIncidents(word string) string {
	return w.f("I don't understand \"%s\" here. incidents takes tasks, a window such as `last 7d`, and `here`.", word)
}
