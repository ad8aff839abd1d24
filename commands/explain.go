package commands

import (
	"cmp"
	"regexp"
	"strings"

	"catbot/i18n"
)

// Explain describes the error in one paragraph.
func (e *SyntaxError) Explain(w i18n.Phrases) string {
	word := i18n.Plain(named(e.Word), 60)
	switch e.Problem {
	case UnknownCommand:
		return w.UnknownCommand(word, e.Near)
	case NearWord:
		return w.NearWord(word, e.Near)
	case NearProvince:
		return w.NearProvince(word, e.Near, e.Or...)
	case NearISP:
		return w.NearISP(word, e.Near)
	case NoTask:
		return w.NoTask()
	case BadTask:
		return w.BadTask(word)
	case NoWindow:
		return w.NoWindow(word)
	case NoEnd:
		return w.NoEnd(word)
	case BadTime:
		return w.BadTime(word)
	case BadLength:
		return w.BadLength(word)
	case Reversed:
		return w.Reversed(word)
	case Empty:
		return w.Empty(word)
	case Future:
		return w.Future(word)
	case TooLong:
		return w.TooLong(word, e.Limit)
	case TwoWindows:
		return w.TwoWindows(word)
	case NoISP:
		return w.NoISP()
	case NoProvince:
		return w.NoProvince()
	case BadTop:
		return w.BadTop(e.Limit)
	case TooMany:
		return w.TooMany(e.Limit)
	case UnknownTopic:
		return w.UnknownTopic(word)
	case TextTooLong:
		return w.TextTooLong(e.Limit)
	case NotInTrend:
		return w.NotInTrend(word)
	case BadAliasVerb:
		return w.BadAliasVerb(word)
	case NoAlias:
		return w.NoAlias()
	case Surplus:
		return w.Surplus(word)
	case BadAlias:
		return w.BadAlias(word)
	case UnknownWord:
		return w.UnknownWord(word)
	}
	return e.explainDigest(w, word)
}

// explainDigest is Explain for errors of digests.
func (e *SyntaxError) explainDigest(w i18n.Phrases, word string) string {
	switch e.Problem {
	case UnknownVerb:
		return w.UnknownVerb(word, e.Near)
	case NoDigestID:
		return w.NoDigestID()
	case BadDigestID:
		return w.BadDigestID(word)
	case NoSchedule:
		return w.NoSchedule()
	case NoTimeOfDay:
		return w.NoTimeOfDay(word)
	case BadInterval:
		return w.BadInterval(word, e.Near)
	case BadCron:
		return w.BadCron(word)
	case TooOften:
		return w.TooOften(e.Limit)
	case NeverComes:
		return w.NeverComes(word)
	case Twice:
		return w.Twice(word)
	case BadZone:
		return w.BadZone(word, e.Near)
	case BadChannel:
		return w.BadChannel(word)
	case BadLanguage:
		return w.BadLanguage(word)
	case BadCondition:
		return w.BadCondition(word)
	case NoDigestCommand:
		return w.NoDigestCommand()
	case OnlyACommand:
		return w.OnlyACommand()
	case NotInDigest:
		return w.NotInDigest(word)
	case NotSchedule:
		return w.NotSchedule(word)
	case BadSchedule:
		return w.BadSchedule(word)
	}
	return e.explainCondition(w, word)
}

// explainCondition is Explain for errors of conditions, mutes and incidents.
func (e *SyntaxError) explainCondition(w i18n.Phrases, word string) string {
	switch e.Problem {
	case BadPercent:
		return w.BadPercent(word)
	case BadTimes:
		return w.BadTimes(word)
	case BeforeAsBase:
		return w.BeforeAsBase()
	case NotPerGroup:
		return w.NotPerGroup(word)
	case TooManyLimits:
		return w.TooManyLimits()
	case BadRuns:
		return w.BadRuns(word, e.Limit)
	case BadClosing:
		return w.BadClosing(word)
	case NoNotified:
		return w.NoNotified()
	case NotPicked:
		return w.NotPicked(word)
	case NotifyAll:
		return w.NotifyAll(word)
	case TooManyNotified:
		return w.TooManyNotified(e.Limit)
	case BadAgain:
		return w.BadAgain(word, PrintLength(minAgain), e.Limit)
	case BadQuiet:
		return w.BadQuiet(word)
	case NeedsLimit:
		return w.NeedsLimit(word, e.Near)
	case NoLimit:
		return w.NoLimit(e.Near)
	case NoFloor:
		return w.NoFloor(word, e.Near)
	case PercentOfV2:
		return w.PercentOfV2(word, e.Near)
	case ClosingTooHigh:
		return w.ClosingTooHigh(word, e.Near)
	case NoMuted:
		return w.NoMuted()
	case NoMuteEnd:
		return w.NoMuteEnd()
	case BadMuteEnd:
		return w.BadMuteEnd(word)
	case MuteTooLong:
		return w.MuteTooLong(e.Limit)
	case BadIncident:
		return w.BadIncident(word)
	}
	return w.NotInIncidents(word)
}

// Pointer is the command and, under the word at fault, a line of carets; both empty when there is nothing to point at.
func (e *SyntaxError) Pointer() (text, carets string) {
	runes := []rune(e.Text)
	if len(runes) == 0 || e.At > len(runes) {
		return "", ""
	}
	end := min(len(runes), e.At+len([]rune(e.Word)))
	const around = 60 // characters shown on either side
	lead := []rune(named(string(runes[:e.At])))
	if len(lead) > around {
		lead = append([]rune("…"), lead[len(lead)-around:]...)
	}
	fault := []rune(named(string(runes[e.At:end])))
	rest := append(fault[min(len(fault), around):], []rune(named(string(runes[end:])))...)
	fault = fault[:min(len(fault), around)]
	if len(rest) > around {
		rest = append(rest[:around:around], '…')
	}
	width := max(1, i18n.Cells(string(fault)))
	carets = strings.Repeat(" ", i18n.Cells(string(lead))) + strings.Repeat("^", width)
	return string(lead) + string(fault) + string(rest), carets
}

// named writes channels and people in typed text as people do, #ops and @oncall, where Slack has sent <#C0123|ops> and
// <!subteam^S0123|@oncall>. Where it left out the name, the id has to do.
func named(text string) string {
	return slackLinks.ReplaceAllStringFunc(text, func(link string) string {
		sign := "@"
		if link[1] == '#' {
			sign = "#"
		}
		id, name, _ := strings.Cut(strings.Trim(link, "<#@!>"), "|")
		return sign + cmp.Or(strings.TrimPrefix(name, sign), id)
	})
}

var slackLinks = regexp.MustCompile(
	`<(?:#[CG][A-Z0-9]+|@[UW][A-Z0-9]+|!subteam\^[A-Z0-9]+|!here|!channel|!everyone)(?:\|[^>]*)?>`,
)
