package i18n

import (
	"slices"
	"strings"

	"catbot/catapi"
)

// maxSaid is the longest quotation of a message of the API, in characters.
const maxSaid = 280

// Upstream says why there is no answer, and what to do about it.
func (w Phrases) Upstream(err error) string { return w.Trouble(catapi.TroubleOf(err)) }

// Trouble is Upstream for an error that was stored.
func (w Phrases) Trouble(t catapi.Trouble) string {
	if said := w.tooLittle(t); said != "" {
		return said
	}
	if t.NoProbeRan() {
		return w.Sentences(w.noProbeRan(t), w.whyNoProbeRan(t))
	}
	tried := ""
	if t.Tries > 0 {
		tried = w.f("catbot tried %d times.", t.Tries)
	}
	switch t.Kind {
	case catapi.TroubleTimeout:
		return w.Sentences(w.f("CAT did not answer in time."), tried, w.f("Try again in a minute."))
	case catapi.TroubleGarbage:
		return w.Sentences(w.f("CAT sent an answer that catbot can't read."), tried, w.f("Try again in a few minutes. What arrived is in catbot's log."))
	case catapi.TroublePartial:
		return w.Sentences(w.f("CAT sent only a part of its data."), tried, w.f("Try again in a few minutes, or ask for a shorter window."))
	case catapi.TroubleHTTPError:
		return w.Sentences(w.f("Instead of CAT's answer, HTTP %d came back.", t.Status), tried, w.f("Try again in a few minutes. What arrived is in catbot's log."))
	case catapi.TroubleHTTPRefusal:
		return w.Sentences(w.f("Instead of CAT's answer, HTTP %d came back.", t.Status), tried, w.f("A catbot admin should check the URL of CAT's API and the proxy. What arrived is in catbot's log."))
	case catapi.TroubleUnreachable:
		return w.Sentences(w.f("CAT could not be reached."), tried, w.f("Try again in a few minutes."))
	case catapi.TroubleServerError:
		return w.Sentences(w.f("CAT reports an internal error (%s).", Plain(t.APIMessage, maxSaid)), tried, w.f("Try again in a few minutes."))
	case catapi.TroubleUnavailable:
		return w.f("CAT has not answered lately. catbot checks every few seconds whether it is back. Try again in a minute.")
	case catapi.TroubleQueueFull:
		return w.f("Too many questions for CAT are waiting, and this one did not get its turn. Try again in a minute.")
	case catapi.TroubleBusy:
		return w.Busy()
	case catapi.TroubleInterrupted:
		return w.f("catbot was stopped before CAT answered. Try again in a few seconds.")
	}
	return w.refused(t)
}

// leastProbes is the number of probes that a percentage needs, as in package commands.
const leastProbes = 20

// tooLittle says that there is data, but too little to judge by; empty for other troubles.
func (w Phrases) tooLittle(t catapi.Trouble) string {
	switch t.Kind {
	case catapi.TroubleFewProbes:
		if t.Group != "" {
			return w.f("%s failed before, but has too few probes now to tell (%d). The incident stays open until it has enough, or until its digest is changed or paused.",
				Plain(t.Group, 60), t.Probes)
		}
		return w.f("%d probes in the window: too few for a percentage (%d at least). A longer window has more.",
			t.Probes, leastProbes)
	case catapi.TroubleFewDays:
		return w.f("Too few of the last 7 days have data to tell what is usual (3 at least).")
	}
	return ""
}

// refused explains an error that another try can't help.
func (w Phrases) refused(t catapi.Trouble) string {
	switch t.Kind {
	case catapi.TroubleEmptyWindow:
		return w.f("This window has not begun yet. Try again in a minute, or ask for a longer one.")
	case catapi.TroubleTooLarge:
		return w.f("CAT's answer is too large for catbot. Ask for a shorter window, or for one province.")
	case catapi.TroubleBadCredentials:
		return w.f("CAT refuses catbot's credentials (%s). A catbot admin should check `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`; `catbot doctor` says more.", Plain(t.APIMessage, maxSaid))
	case catapi.TroubleClockSkew:
		return w.f("CAT says that catbot's clock is wrong (%s). A catbot admin should set the clock of its machine.", Plain(t.APIMessage, maxSaid))
	case catapi.TroubleOverQuota:
		return w.f("The quota of CAT's API is used up (%s). Try again in a minute.", Plain(t.APIMessage, maxSaid))
	case catapi.TroubleRetired:
		return w.f("CAT says that this API is not supported or in maintenance (%s). Tencent announced the end of API v2 for 2023.", Plain(t.APIMessage, maxSaid))
	case catapi.TroubleNoTask:
		return w.f("CAT has no such task (%s). Check its id: `tasks` lists those of the account.", Plain(t.APIMessage, maxSaid))
	case catapi.TroubleBadRequest:
		return w.f("CAT does not take this question (%s). Check the task's id and the province.", Plain(t.APIMessage, maxSaid))
	case catapi.TroubleRefused:
		return w.f("CAT refuses this query (%s).", Plain(t.APIMessage, maxSaid))
	}
	return w.f("Something went wrong inside catbot. A catbot admin finds the reason in its log.")
}

// Sentences joins sentences, without the empty ones.
func (w Phrases) Sentences(all ...string) string {
	said := slices.DeleteFunc(all, func(sentence string) bool { return sentence == "" })
	return strings.Join(said, w.say(keyed{betweenSentences, " "}))
}

// noProbeRan says that no probe ran in a window, or none up to its end.
func (w Phrases) noProbeRan(t catapi.Trouble) string {
	if t.Behind > 0 {
		return w.f("No probe ran in the last %s of this window.", w.Lasted(t.Behind))
	}
	if t.Kind == catapi.TroubleOtherISPs {
		return w.f("No probe of these ISPs ran in this window.")
	}
	return w.f("No probe ran in this window.")
}

// WhyNoData says in a few words why no probe of a task runs. It returns "" if CAT does not tell.
func (w Phrases) WhyNoData(err error) string {
	switch catapi.TroubleOf(err).Kind {
	case catapi.TroubleKind(catapi.Paused):
		return w.f("CAT has this task paused")
	case catapi.TroubleKind(catapi.OffHours):
		return w.f("CAT has this task paused outside its hours")
	case catapi.TroubleKind(catapi.Overdue):
		return w.f("the bill for this task is overdue")
	case catapi.TroubleKind(catapi.Starting):
		return w.f("this task is still being created")
	case catapi.TroubleKind(catapi.Deleted):
		return w.f("this task has been deleted")
	case catapi.TroubleKind(catapi.Failing):
		return w.f("CAT has this task in an error state")
	case catapi.TroubleOtherISPs:
		return w.f("only other ISPs were probed: check the ISP's name")
	}
	return ""
}

// whyNoProbeRan says why no probe ran, and what to do about it.
func (w Phrases) whyNoProbeRan(t catapi.Trouble) string {
	task := Plain(t.Task, 60)
	switch t.Kind {
	case catapi.TroubleKind(catapi.Paused):
		return w.f("Task %s is paused in CAT.", task)
	case catapi.TroubleKind(catapi.OffHours):
		return w.f("Task %s runs only at set hours and is paused until then.", task)
	case catapi.TroubleKind(catapi.Overdue):
		return w.f("The bill for task %s is overdue, so Tencent Cloud does not run it.", task)
	case catapi.TroubleKind(catapi.Starting):
		return w.f("Task %s is still being created.", task)
	case catapi.TroubleKind(catapi.Deleted):
		return w.f("Task %s has been deleted.", task)
	case catapi.TroubleKind(catapi.Failing):
		return w.f("CAT says that task %s is in an error state: look at it in the console.", task)
	case catapi.TroubleOtherISPs:
		return w.f("Task %s was probed from other ISPs only: check the ISP's name, or leave it out.", task)
	case catapi.TroubleSparse:
		return w.f("Task %s is probed only every %s: ask for a longer window.", task, w.Lasted(t.Interval))
	}
	if t.Interval > 0 {
		return w.f("Task %s should be probed every %s: its data may be late, or its probes may be down.", task, w.Lasted(t.Interval))
	}
	return w.f("Check the task, the province and the window.")
}
