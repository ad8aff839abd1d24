package blockkit

import (
	"slices"
	"time"

	"github.com/slack-go/slack"

	"catbot/digest"
	"catbot/i18n"
)

// IncidentList lists incidents between begin and end, as many as a message can hold.
func IncidentList(all []digest.Incident, begin, end time.Time, w i18n.Phrases) Message {
	window := contextLine(mrkdwn(w.Window(begin, end)) + " · " + w.ReadersTime(readersWindow(begin, end)))
	if len(all) == 0 {
		none := mrkdwn(w.NoIncidents())
		return Message{Text: none, Rich: []slack.Block{section(none), window}}
	}
	title := w.Incidents(len(all))
	blocks := appendWithinLimits([]slack.Block{header(title), window}, len(all),
		func(n int) slack.Block { return section(incidentLines(all[n], w)) }, w.MoreIncidents)
	return Message{Text: mrkdwn(title), Rich: blocks}
}

// incidentLines describes one incident of a list: its task and time, how bad it was and where, and who was on it.
func incidentLines(i digest.Incident, w i18n.Phrases) string {
	lines := []string{
		incidentMark(i) + " *" + mrkdwnUpTo(tasksOf(i, w), maxName) + "* · " + incidentTime(i, w) + " · " +
			reference("#", i.Channel),
		mrkdwn(w.AtWorst(level(i.Limit, i.Worst, w))),
	}
	if groups := groupNames(i, w); groups != "" {
		lines[1] += " · " + groups
	}
	if on := responders(i, w); on != "" {
		lines = append(lines, ":raising_hand: "+on)
	}
	return joinWithin(lines, maxSection, nothingMore)
}

// WorstText says how bad i was at its worst, without markup.
func WorstText(i digest.Incident, w i18n.Phrases) string {
	return w.AtWorst(level(i.Limit, i.Worst, w))
}

// incidentMark shows how an incident stands at a glance.
func incidentMark(i digest.Incident) string {
	switch {
	case i.IsOpen() && i.Now.Passed:
		return "🚨"
	case i.IsOpen():
		return "🟡"
	case i.Why == digest.ClosedRecovered:
		return "✅"
	}
	return "⚪"
}

// incidentTime says when an incident was, and for how long.
func incidentTime(i digest.Incident, w i18n.Phrases) string {
	lasted := mrkdwn(w.Lasted(i.Lasted()))
	if i.IsOpen() {
		return fill(w.SinceMoment(), i18n.Moment, when(i.Begin)) + " · " + lasted
	}
	return span(i.Begin, endOf(i)) + " · " + lasted
}

// groupNames names the groups that were in an incident beside the worst, which its level names.
func groupNames(i digest.Incident, w i18n.Phrases) string {
	worst := level(i.Limit, i.Worst, w).Where
	var names []string
	for _, a := range i.Groups {
		if name := a.Group.Label(w); name != worst {
			names = append(names, mrkdwnUpTo(name, maxName))
		}
	}
	names = names[:min(len(names), maxListed)]
	if len(names) == 0 {
		return ""
	}
	if worst == "" {
		return w.List(names)
	}
	return fill(w.Also(), i18n.What, w.List(names))
}

const maxMeanwhile = 3 // incidents that a scheduled digest names

// meanwhile tells of the incidents in the window of a digest's answer.
func meanwhile(p digest.Post, w i18n.Phrases) string {
	var told []string
	for _, i := range p.Meanwhile[:min(len(p.Meanwhile), maxMeanwhile)] {
		bad := mrkdwn(w.Level(level(i.Limit, i.Worst, w)))
		if len(p.Digest.Add.Command.Tasks) > 1 {
			bad = w.About(mrkdwnUpTo(tasksOf(i, w), maxName), bad)
		}
		told = append(told, w.With(bad, span(i.Begin, endOf(i))))
		if i.IsOpen() {
			told[len(told)-1] = w.With(bad, fill(w.SinceMoment(), i18n.Moment, when(i.Begin)))
		}
	}
	if left := len(p.Meanwhile) - len(told); left > 0 {
		told = append(told, mrkdwn(w.AndMore(left)))
	}
	return fill(w.Meanwhile(len(p.Meanwhile)), i18n.What, w.Clauses(told))
}

// burningFirst returns digests with those whose incident is open first.
func burningFirst(all []digest.Digest) []digest.Digest {
	ordered := slices.Clone(all)
	slices.SortStableFunc(ordered, func(x, y digest.Digest) int {
		switch {
		case isBurning(x) == isBurning(y):
			return 0
		case isBurning(x):
			return -1
		}
		return 1
	})
	return ordered
}

func isBurning(d digest.Digest) bool { return d.State != nil && d.State.Incident.IsOpen() }
