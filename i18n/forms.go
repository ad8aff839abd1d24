package i18n

import "strings"

// Texts of forms. Slack allows 24 characters for titles and buttons of a form, and 2,000 for labels and hints.
func (w Phrases) AskTitle() string    { return w.f("Which ISPs fail?") }
func (w Phrases) DigestTitle() string { return w.f("New digest") }
func (w Phrases) EditTitle() string   { return w.f("Change a digest") }
func (w Phrases) AskSubmit() string   { return w.f("Ask") }
func (w Phrases) AddSubmit() string   { return w.f("Add") }
func (w Phrases) SaveSubmit() string  { return w.f("Save") }
func (w Phrases) CloseForm() string   { return w.f("Close") }
func (w Phrases) OneMoment() string   { return w.f("One moment …") }
func (w Phrases) TaskLabel() string   { return w.f("Task") }
func (w Phrases) TaskHint() string {
	return w.f("Type a part of its name, its target, its id or an alias.")
}
func (w Phrases) WindowLabel() string   { return w.f("Window") }
func (w Phrases) ProvinceLabel() string { return w.f("Province") }
func (w Phrases) ISPLabel() string      { return w.f("ISP") }
func (w Phrases) CompareLabel() string  { return w.f("Compare") }
func (w Phrases) CompareOption() string {
	return w.f("with the window of the same length before")
}
func (w Phrases) WhereLabel() string { return w.f("Channel") }
func (w Phrases) WhereHint() string {
	return w.f("Everyone in it sees the answer. Left empty, only you do.")
}
func (w Phrases) CommandLabel() string { return w.f("Command") }
func (w Phrases) CommandHint() string {
	return w.f("As after `/cat`. The change from the window before is always shown.")
}
func (w Phrases) ScheduleLabel() string { return w.f("When") }
func (w Phrases) TimeLabel() string     { return w.f("Time of day") }
func (w Phrases) TimeHint() string {
	return w.f("For daily, weekdays and one day of the week.")
}
func (w Phrases) OwnScheduleLabel() string { return w.f("Another schedule") }
func (w Phrases) OwnScheduleHint() string {
	return w.f("Instead of the two above, as after `digest add`: `mon,wed 09:30`, `every 2h`, `cron \"30 8 1 * *\"`.")
}
func (w Phrases) WatchLabel() string { return w.f("Condition") }

// WatchName says what a form's condition compares.
func (w Phrases) WatchName(watch string) string {
	switch watch {
	case "isp":
		return w.f("any ISP is over the limit")
	case "province":
		return w.f("any province is over the limit")
	case "usual":
		return w.f("more failures than usual")
	case "yesterday":
		return w.f("times the failures of yesterday")
	case "last week":
		return w.f("times the failures of last week")
	}
	return w.f("all probes together are over the limit")
}
func (w Phrases) OverLabel() string { return w.f("Limit") }
func (w Phrases) OverHint() string {
	return w.f("`100` failures, or `20%%` of the probes (tasks of API 3.0 only), or `2` times. Left empty, each run posts.")
}
func (w Phrases) RunsLabel() string { return w.f("Runs in a row") }
func (w Phrases) RunsHint() string {
	return w.f("So many runs over the limit begin an incident, and as many below it end one. 2 saves most false alarms.")
}
func (w Phrases) FloorLabel() string { return w.f("And also over") }
func (w Phrases) FloorHint() string {
	return w.f("A second limit for all probes, `20` or `5%%`. Times yesterday or last week need one.")
}
func (w Phrases) UntilLabel() string { return w.f("Ends below") }
func (w Phrases) UntilHint() string {
	return w.f("`5%%` or `20`: lower than the limit, so that it does not end and begin again and again.")
}
func (w Phrases) CallsLabel() string { return w.f("Call people") }
func (w Phrases) GroupLabel() string { return w.f("Call others") }
func (w Phrases) GroupHint() string {
	return w.f("`here`, or the id of a user group, such as `S0123ABCD`. Only the message that begins an incident calls.")
}
func (w Phrases) AgainLabel() string { return w.f("Remind while it lasts") }
func (w Phrases) QuietLabel() string { return w.f("Quiet hours") }
func (w Phrases) QuietHint() string {
	return w.f("`23:00-08:00` in the time zone above. What still lasts at their end is told then.")
}

// EachRunPosts is said of a form without a condition.
func (w Phrases) EachRunPosts() string {
	return w.f("Without a limit, the answer is posted after each run.")
}

// What is wrong with a field of a condition.
func (w Phrases) NotANumber() string {
	return w.f("Expected a number, such as 100 or 20%%.")
}
func (w Phrases) NotTimes() string { return w.f("Expected how many times, such as 2 or 1.5.") }
func (w Phrases) UsualHasNoLimit() string {
	return w.f("What is usual needs no limit: leave this empty, or choose another condition.")
}
func (w Phrases) LimitMissing() string {
	return w.f("Without a limit there is no condition. Enter one, or empty the fields below.")
}
func (w Phrases) NotAGroup() string {
	return w.f("Expected `here` or the id of a user group, such as `S0123ABCD`.")
}
func (w Phrases) NotQuietHours() string { return w.f("Expected hours, such as 23:00-08:00.") }
func (w Phrases) ZoneLabel() string     { return w.f("Time zone") }
func (w Phrases) ChannelLabel() string  { return w.f("Post in") }
func (w Phrases) AnsweredDirectly() string {
	return w.f("The answer is in your messages with catbot.")
}
func (w Phrases) FailedThere() string {
	return w.f("There is no answer, so nothing was posted. The reason is in %s, visible only to you.", Channel)
}
func (w Phrases) FailedDirectly() string {
	return w.f("There is no answer, so nothing was posted. The reason is in your messages with catbot.")
}
func (w Phrases) AnsweredThere() string { return w.f("The answer is posted in %s.", Channel) }
func (w Phrases) NotAnsweredThere() string {
	return w.f("Slack did not post the answer in %s. It is in your messages with catbot.", Channel)
}

// AnswerUnconfirmed says that it is unknown whether Slack posted an answer in a channel.
func (w Phrases) AnswerUnconfirmed() string {
	return w.f("Slack did not confirm that it posted the answer in %s. If it isn't there in a minute, ask again.", Channel)
}
func (w Phrases) AnsweredNowhere() string {
	return w.f("Slack took the answer neither for %s nor as a direct message. Ask again in a minute.", Channel)
}
func (w Phrases) NotAnsweredDirectly() string {
	return w.f("Slack did not take the answer as a direct message. Ask again in a minute.")
}
func (w Phrases) FormTooLate() string {
	return w.f("That took too long, so Slack would not open the form. Try again.")
}

// ScheduleName returns a readable name for a schedule that a form offers.
func (w Phrases) ScheduleName(schedule string) string {
	switch schedule {
	case "daily":
		return w.f("daily")
	case "weekdays":
		return w.f("on working days")
	case "mon":
		return w.f("on Mondays")
	case "fri":
		return w.f("on Fridays")
	case "hourly":
		return w.f("every hour")
	case "every 30m":
		return w.f("every 30 minutes")
	case "every 15m":
		return w.f("every 15 minutes")
	case "every 5m":
		return w.f("every 5 minutes")
	}
	return schedule
}

// OnlyACommand explains that a field takes a digest's command and nothing else.
func (w Phrases) OnlyACommand() string {
	return w.f("Only the digest's command goes here, such as codes 126531 last 24h. Schedule, time zone, channel and number of failures have their own fields.")
}

// FormAgain asks a person to send a form again that Slack delivered twice.
func (w Phrases) FormAgain() string { return w.f("catbot took too long. Send the form again.") }

// FormTooSlow says that a form was handled too late: Slack has shown an error, so nothing is saved.
func (w Phrases) FormTooSlow() string {
	return w.f("catbot took too long, so nothing was saved. Send the form again.")
}

// Texts of the Home tab.
func (w Phrases) HomeDigests(n int) string {
	return w.f("%d digests: yours and those of your channels", n)
}
func (w Phrases) HomeNoDigests() string {
	return w.f("You have no digests, and there are none in the channels that you share with catbot.")
}
func (w Phrases) HomeAliases() string  { return w.f("Task aliases") }
func (w Phrases) HomeAsk() string      { return w.f("Ask") }
func (w Phrases) HomeNew() string      { return w.f("New digest") }
func (w Phrases) HomePause() string    { return w.f("Pause") }
func (w Phrases) HomeResume() string   { return w.f("Resume") }
func (w Phrases) HomeRun() string      { return w.f("Run now") }
func (w Phrases) HomeEdit() string     { return w.f("Edit") }
func (w Phrases) HomeRemove() string   { return w.f("Remove") }
func (w Phrases) HomePrevious() string { return w.f("Previous") }
func (w Phrases) HomeNext() string     { return w.f("Next") }
func (w Phrases) HomePage(page, of int) string {
	return w.f("page %d of %d", page, of)
}
func (w Phrases) SureToRemove() string { return w.f("Remove this digest?") }
func (w Phrases) RemoveFor(id string) string {
	return w.f("Digest %s will not post any more. The Home tab then shows the command that adds it again.", id)
}
func (w Phrases) Keep() string         { return w.f("Keep it") }
func (w Phrases) DigestButton() string { return w.f("Make it a digest") }
func (w Phrases) DigestChanged(id string) string {
	return w.f("Digest %s is changed. It posts to %s.", id, Channel)
}
func (w Phrases) MoreHelp(command string) string { return w.f("More: %s", command) }

// OfChosenChannel says "the chosen channel" where sentence names the channel.
func (w Phrases) OfChosenChannel(sentence string) string {
	if w == Chinese { // which has no spaces between words
		sentence = strings.ReplaceAll(strings.ReplaceAll(sentence, " "+Channel, Channel), Channel+" ", Channel)
	}
	return strings.ReplaceAll(sentence, Channel, w.f("the chosen channel"))
}
