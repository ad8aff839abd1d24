package i18n

import (
	"strings"
	"time"

	"catbot/catapi"
)

// Places in a sentence that whoever sends it fills in, as Slack writes people, channels and times.
const (
	Person  = "{person}"
	Channel = "{channel}"
	Moment  = "{moment}"
)

// DigestName names a digest.
func (w Phrases) DigestName(id string) string { return w.f("Digest %s", id) }

// DigestAdded says that a digest is kept.
func (w Phrases) DigestAdded(id string) string {
	return w.f("Digest %s is added: it will post in %s.", id, Channel)
}

// NextRuns stands before the next runs of a digest.
func (w Phrases) NextRuns() string { return w.f("Next:") }

// RunItNow offers to see a digest at once; command runs it.
func (w Phrases) RunItNow(command string) string { return w.f("To see it now: %s", command) }

// NotDurable warns that a digest will be forgotten.
func (w Phrases) NotDurable() string {
	return w.f("catbot has neither `REDIS_URL` nor `DATA_DIR`, so this digest is lost when catbot restarts. A catbot admin can set one of them.")
}

// WindowTooShort warns that probes may not look in each window of a condition; better is one in which they do.
func (w Phrases) WindowTooShort(task string, interval, window time.Duration, better string) string {
	return w.f("Task %s is probed every %s, but the window is only %s. When no probe falls into the window, the condition can't be evaluated. Better: `%s`",
		Plain(task, 60), w.Lasted(interval), w.Lasted(window), better)
}

// IntervalUnknown warns that nobody can say whether probes look in each window of a condition.
func (w Phrases) IntervalUnknown(task string) string {
	return w.f("catbot can't find out now how often task %s is probed. When no probe falls into the window, the condition can't be judged.", Plain(task, 60))
}

// WindowTooLong warns that failures count in a condition long after they have stopped; better is a shorter window.
func (w Phrases) WindowTooLong(window, period time.Duration, better string) string {
	return w.f("The digest runs every %s, but its window is %s. A failure counts for that long, so recovery can be reported that late. Sooner: `%s`",
		w.Lasted(period), w.Lasted(window), better)
}

// DigestFoot ends each post of a digest: which one it is, and when it runs, in words and as it is typed.
func (w Phrases) DigestFoot(id, phrase, schedule, zone string) string {
	return w.f("Digest %s · %s · `%s tz %s`", id, phrase, schedule, zone)
}

// NextRun says when a digest speaks next.
func (w Phrases) NextRun() string { return w.f("next %s", Moment) }

// Lasted writes a length of time roughly: "45 min", "3 h", "2 days".
func (w Phrases) Lasted(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return w.f("%d min", int(d/time.Minute))
	case d < 48*time.Hour:
		return w.f("%d h", int(d/time.Hour))
	}
	return w.f("%d days", int(d/(24*time.Hour)))
}

// NoDigestAnswer heads the post of a slot that CAT did not answer.
func (w Phrases) NoDigestAnswer() string { return w.f("There is no answer from CAT for this digest.") }

// OutageOf heads the message of a channel whose n digests have no answer from CAT; OutageWas heads it when they have one again.
func (w Phrases) OutageOf(n int) string {
	return w.f("CAT does not answer: %d digests of this channel have had no data since %s.", n, Moment)
}
func (w Phrases) OutageWas(n int) string {
	return w.f("CAT answers again: %d digests of this channel had no data since %s.", n, Moment)
}

// OutageEnded says when that was.
func (w Phrases) OutageEnded() string { return w.f("Answered again at %s.", Moment) }

// RunUnanswered and RunsUnanswered say which runs of a digest have no answer.
func (w Phrases) RunUnanswered() string { return w.f("no data for its run at %s", Moment) }
func (w Phrases) RunsUnanswered(n int) string {
	return w.f("no data for %d runs, the latest at %s", n, Moment)
}

// StillWatching ends it for a condition, which is silent after.
func (w Phrases) StillWatching() string {
	return w.f("catbot keeps asking and stays silent until CAT answers and the condition changes.")
}

// Unwatched heads the post of a condition that can't be judged because no probe looked; why says more.
func (w Phrases) Unwatched(why catapi.Trouble) string {
	if said := w.tooLittle(why); said != "" {
		return w.Sentences(w.f("The condition for task %s can't be evaluated.", Plain(why.Task, 60)), said)
	}
	return w.f("Nobody is watching task %s. %s", Plain(why.Task, 60), w.Trouble(why))
}

// StaysQuiet ends it.
func (w Phrases) StaysQuiet(why catapi.Trouble) string {
	if w.tooLittle(why) != "" {
		return w.f("catbot stays silent until there is enough and this changes.")
	}
	return w.f("catbot stays silent until probes run again and this changes.")
}

// LatePost marks a post that is late.
func (w Phrases) LatePost() string { return w.f("Late: this was due at %s.", Moment) }

// MaybeRepeated marks a post that may stand in the channel already.
func (w Phrases) MaybeRepeated() string {
	return w.f("This may be a duplicate: catbot could not check whether it was posted before.")
}

// RunBy marks a post that a person asked for.
func (w Phrases) RunBy() string { return w.f("Run by %s, outside its schedule.", Person) }

// DigestsHere heads the list of digests.
func (w Phrases) DigestsHere(n int) string { return w.f("%d digests", n) }

// NoDigests stands where there are none.
func (w Phrases) NoDigests() string {
	return w.f("There are no digests in this channel, and you have none elsewhere.")
}

// ToAddOne stands before an example.
func (w Phrases) ToAddOne() string { return w.f("To add one:") }

// InChannelBy says where a digest posts and whose it is.
func (w Phrases) InChannelBy() string { return w.f("in %s, by %s", Channel, Person) }

// OverSince says that a condition is passed.
func (w Phrases) OverSince() string { return w.f("over since %s", Moment) }

// PendingSince says that a condition is over its limits, but in too few runs so far.
func (w Phrases) PendingSince(so, of int) string {
	return w.f("over the limit in %d of %d runs since %s", so, of, Moment)
}

// NowAndWorst is how bad an incident is.
func (w Phrases) NowAndWorst(now, worst Level) string {
	return w.f("now %s, worst %s", w.Level(now), w.Level(worst))
}

// MutedUntil says that a person silenced a digest.
func (w Phrases) MutedUntil() string { return w.f("muted until %s by %s", Moment, Person) }

// NeverRan says that a digest has no last result.
func (w Phrases) NeverRan() string { return w.f("not run yet") }

// MoreDigests counts those that found no room.
func (w Phrases) MoreDigests(n int) string {
	return w.f("and %d more digests: `digest show <id>` shows one", n)
}

// How a slot of a digest ended.
func (w Phrases) EndedPosted(total int64) string { return w.f("posted, %s", w.Failures(total)) }
func (w Phrases) EndedOver(total int64) string {
	return w.f("posted an alert, %s", w.Failures(total))
}
func (w Phrases) EndedRecovered(total int64) string {
	return w.f("posted the recovery, %s", w.Failures(total))
}
func (w Phrases) EndedReminded(total int64) string {
	return w.f("posted a reminder, %s", w.Failures(total))
}
func (w Phrases) EndedWasOver(total int64) string {
	return w.f("told of what was over in silence, %s", w.Failures(total))
}
func (w Phrases) EndedPending(total int64) string {
	return w.f("over the limit, waiting for the next run, %s", w.Failures(total))
}
func (w Phrases) EndedSilenced(total int64) string {
	return w.f("over the limit, but silent, %s", w.Failures(total))
}
func (w Phrases) EndedQuiet(total int64) string {
	return w.f("not triggered, %s", w.Failures(total))
}
func (w Phrases) EndedUnanswered(reason string) string { return w.f("no answer: %s", reason) }
func (w Phrases) EndedUnknown(reason string) string    { return w.f("unknown: %s", reason) }
func (w Phrases) EndedOvertaken() string {
	return w.f("skipped: a later run was evaluated first")
}
func (w Phrases) EndedAbandoned() string {
	return w.f("not finished: the digest was paused or changed first")
}
func (w Phrases) EndedUnposted(reason string) string { return w.f("not posted: %s", reason) }
func (w Phrases) EndedFailed(reason string) string   { return w.f("failed: %s", reason) }

// Why Slack does not take a digest's post.
func (w Phrases) BotNotInChannel() string {
	return w.f("catbot is no longer in the channel (type `/invite @catbot` there)")
}
func (w Phrases) ChannelGone() string {
	return w.f("the channel is gone, or catbot is not in it")
}
func (w Phrases) ArchivedChannel() string { return w.f("the channel is archived") }
func (w Phrases) TokenRefused(reason string) string {
	return w.f("Slack did not accept catbot's token (%s)", reason)
}
func (w Phrases) TooOldToPost() string {
	return w.f("catbot was down for longer than `DIGEST_CATCH_UP`")
}
func (w Phrases) SlackUnreachable() string { return w.f("Slack could not be reached") }
func (w Phrases) DigestsNotAllowed() string {
	return w.f("digests are not allowed in this channel (`ALLOWED_CHANNELS`)")
}
func (w Phrases) PauseDamaged() string { return w.f("the stored pause is damaged") }
func (w Phrases) PostingRestricted() string {
	return w.f("the workspace does not allow catbot to post there")
}

// PausedBy says that a person paused a digest; PausedItself that it paused itself, and why.
func (w Phrases) PausedBy() string { return w.f("paused by %s at %s", Person, Moment) }
func (w Phrases) PausedItself(reason string) string {
	return w.f("paused by catbot at %s: %s", Moment, reason)
}

// MissedSlots says that catbot was down, or that its clock has jumped.
func (w Phrases) MissedSlots(n int, many, jumped bool) string {
	switch {
	case many && jumped:
		return w.f("more than %d runs skipped: the machine slept or its clock was set forward, until %s", n, Moment)
	case jumped:
		return w.f("%d runs skipped: the machine slept or its clock was set forward, until %s", n, Moment)
	case many:
		return w.f("more than %d runs missed while catbot could not post, until %s", n, Moment)
	}
	return w.f("%d runs missed while catbot could not post, until %s", n, Moment)
}

// BrokenDigest says that a digest's text is not understood any more.
func (w Phrases) BrokenDigest() string {
	return w.f("catbot does not understand this digest at the moment, so it says nothing. It runs again by itself once its text is understood. To replace it, remove it and add it anew.")
}

// LastRuns heads a digest's latest results.
func (w Phrases) LastRuns() string { return w.f("Last runs") }

// What a person did to a digest.
func (w Phrases) DigestRuns(id string) string {
	return w.f("Digest %s runs now and will post in %s.", id, Channel)
}
func (w Phrases) DigestPaused(id string) string { return w.f("Digest %s is paused.", id) }
func (w Phrases) DigestResumed(id string) string {
	return w.f("Digest %s is resumed. Next run: %s.", id, Moment)
}
func (w Phrases) DigestRemoved(id string) string { return w.f("Digest %s is removed.", id) }

// Undo stands before the command that takes something back.
func (w Phrases) Undo(command string) string { return w.f("To undo: %s", command) }

// DigestStopped tells an owner that a digest paused itself, and how to go on.
func (w Phrases) DigestStopped(id, reason string) string {
	return w.f("catbot has paused your digest %s in %s: %s.", id, Channel, reason)
}

// DigestFailed tells an owner that one post failed for good.
func (w Phrases) DigestFailed(id, reason string) string {
	return w.f("Your digest %s in %s could not be posted at %s: %s. Its next run is not affected.",
		id, Channel, Moment, reason)
}

// WhenMended stands before the command that resumes.
func (w Phrases) WhenMended(command string) string { return w.f("Once that is fixed: %s", command) }

// Refusals of what was asked about digests.
func (w Phrases) UnknownDigest(id string) string {
	return w.f("There is no digest %s that you can see. `/cat digest list` shows those of this channel and your own.", id)
}
func (w Phrases) NotYours(id string) string {
	return w.f("Digest %s belongs to %s. Only its owner and the people in `ADMIN_USERS` can change it.", id, Person)
}
func (w Phrases) ChannelFull(most int) string {
	return w.f("This channel has %d digests, which is the limit. `/cat digest list` shows them; remove one first.", most)
}
func (w Phrases) ChannelNotAllowed() string {
	return w.f("Digests are not allowed in %s: `ALLOWED_CHANNELS` does not list it. Ask a catbot admin.", Channel)
}
func (w Phrases) NotInChannel() string {
	return w.f("catbot is not in %s. Type `/invite @catbot` there, then try again.", Channel)
}
func (w Phrases) YouAreNotInChannel() string {
	return w.f("You are not in %s. Only its members can add a digest to it.", Channel)
}
func (w Phrases) NotAChannel() string {
	return w.f("Digests post to channels. Type this in one, or name one: in #channel, picked from Slack's list.")
}
func (w Phrases) ChannelArchived() string {
	return w.f("catbot can't post there: %s is archived.", Channel)
}
func (w Phrases) UnknownZone(zone string) string {
	return w.f("I don't know the time zone \"%s\".", zone)
}
func (w Phrases) NeverAgain() string { return w.f("That schedule has no future runs.") }
func (w Phrases) MissingScopes() string {
	return w.f("catbot lacks a permission that this needs. A catbot admin can install the app again from `manifest.yaml`; `catbot doctor` names the missing scope.")
}
func (w Phrases) SlackTrouble() string {
	return w.f("Slack gave no information about %s. Nothing was added; try again in a minute.", Channel)
}
func (w Phrases) MembershipNotTold() string {
	return w.f("Slack did not tell whether you are in that digest's channel. Nothing was done; try again in a minute.")
}
func (w Phrases) DigestsAway() string {
	return w.f("Digests are not available right now: Redis does not answer. Nothing was changed; try again in a minute.")
}

// NotAtItsSlots says that a digest's command would not be understood when it runs.
func (w Phrases) NotAtItsSlots(why string) string {
	return w.f("That command can't work at the times when the digest runs. %s", strings.TrimSpace(why))
}

// OnlyInDemo refuses, in the terminal of the demonstration, what needs a workspace.
func (w Phrases) OnlyInDemo() string {
	return w.f("Digests, incidents and aliases need a workspace: run `catbot demo`, and type this there, after `/cat`.")
}

// OnlyInSlack refuses digests in the terminal.
func (w Phrases) OnlyInSlack() string {
	return w.f("Digests post to Slack channels: type this in Slack, after `/cat`.")
}
