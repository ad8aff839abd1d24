package blockkit

import (
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
	"catbot/report"
)

// Incident is the message that lives as long as an incident, in its present state.
func Incident(d digest.Digest, i digest.Incident, w i18n.Phrases) Message {
	head := incidentHead(i, w)
	top := []slack.Block{header(head), section(joinWithin(incidentStory(d, i, w), maxSection/2, nothingMore))}
	if lists := incidentLists(i, w); len(lists) > 0 {
		top = append(top, section(joinWithin(lists, maxSection, nothingMore)))
	}
	if state := incidentState(i, w); len(state) > 0 {
		top = append(top, contextLine(joinWithin(state, maxSection/2, nothingMore)))
	}
	bottom := append([]slack.Block{contextLine(incidentFoot(d, i, w))}, incidentControls(d, i, w)...)
	m := Message{Text: mrkdwn(head), Rich: slices.Concat(top, bottom), Plain: slices.Concat(top, bottom)}
	if c := incidentChart(i, w); c != nil {
		m.Rich = append(m.Rich, c)
		m.Plain = slices.Concat(top, []slack.Block{contextLine(sparkLine(i, w))}, bottom)
	}
	return m
}

// nothingMore ends a list that is cut.
func nothingMore(int) string { return "…" }

// incidentHead names the task, how bad it is, and the limit. A phone shows its first words.
func incidentHead(i digest.Incident, w i18n.Phrases) string {
	said := w.NoLongerWatched()
	switch {
	case i.IsOpen() && !i.Now.Passed:
		said = w.BelowTheLimit(level(i.Limit, i.Now, w))
	case i.IsOpen():
		said = w.LevelAndLimit(level(i.Limit, i.Now, w))
	case i.Why == digest.ClosedRecovered:
		said = w.RecoveredAfter(i.Lasted(), level(i.Limit, i.Worst, w))
	}
	return incidentMark(i) + " " + w.About(tasksOf(i, w), said)
}

// tasksOf names the tasks of an incident.
func tasksOf(i digest.Incident, w i18n.Phrases) string {
	if len(i.Tasks) == 1 {
		task := i.Tasks[0]
		if i18n.Blank(task.Name) {
			return w.Task(task.ID)
		}
		return w.TaskName(task.ID, task.Name)
	}
	var ids []string
	for _, task := range i.Tasks {
		ids = append(ids, task.ID)
	}
	return w.Tasks(ids)
}

// incidentStory says since when an incident lasts or how long it lasted, how bad it was, and what is usual.
func incidentStory(d digest.Digest, i digest.Incident, w i18n.Phrases) []string {
	var lines []string
	switch {
	case i.IsOpen():
		line := fill(w.OverSinceFor(i.Lasted()), i18n.Moment, when(i.Begin))
		if !i.Now.Passed && d.Add.If != nil {
			line = w.Sentences(line, mrkdwn(endsWhen(*d.Add.If, w)))
		}
		lines = append(lines, line)
	case i.Why == digest.ClosedRecovered:
		lines = append(lines, fill(w.WasOverFor(i.Lasted()), i18n.What, span(i.Begin, i.End)))
	default:
		left := fill(w.LeftBecause(string(i.Why)), i18n.Moment, when(i.Closed))
		lines = append(lines, w.Sentences(left, fill(w.OverSinceFor(i.Lasted()), i18n.Moment, when(i.Begin))))
	}
	if !i.IsOpen() || i.Worst.Value > i.Now.Value {
		lines = append(lines, worstAt(i, w))
	}
	if now := nowText(d, i, w); now != "" && i.IsOpen() {
		lines = append(lines, mrkdwn(now))
	}
	return lines
}

// endsWhen says what ends an incident that is not over its limits any more.
func endsWhen(c commands.Condition, w i18n.Phrases) string {
	if c.Until == nil {
		return w.EndsWhen("", c.Slots())
	}
	return w.EndsWhen(w.ClosingLine(i18n.ClosingLine{Below: c.Until.Below, Percent: c.Until.Percent}), c.Slots())
}

// worstAt tells of the worst reading of an incident.
func worstAt(i digest.Incident, w i18n.Phrases) string {
	worst := mrkdwn(w.Level(level(i.Limit, i.Worst, w)))
	return fill(w.WorstAt(), i18n.What, worst, i18n.Moment, when(i.Worst.Slot))
}

// nowText counts the latest failures of all probes where the head does not, and says what is usual.
func nowText(d digest.Digest, i digest.Incident, w i18n.Phrases) string {
	all := ""
	if i.Limit.Of != commands.Everything || i.Now.All.Probes > 0 {
		all = w.InAll(i.Now.All.Failures, i.Now.All.Probes)
	}
	return w.Sentences(all, usualText(d, i.Now, w))
}

// usualText says how many failures are usual at the hours of r; empty where that is not known.
func usualText(d digest.Digest, r digest.Reading, w i18n.Phrases) string {
	if r.Usual == nil {
		return ""
	}
	const asked = 7 // days
	begin, end := d.Add.Command.Window.Resolve(r.Slot)
	return w.Usual(i18n.UsualRange{
		Least: r.Usual.Least, Most: r.Usual.Most, Known: r.Usual.Days, Days: max(asked, r.Usual.Days),
		Window: end.Sub(begin), Worse: r.Passed && r.All.Failures > r.Usual.Most,
	})
}

// incidentLists names the groups that are or were in an incident, then the worst ISPs, provinces and reasons: of now
// while it lasts, of its worst reading afterwards.
func incidentLists(i digest.Incident, w i18n.Phrases) []string {
	var now, over []string
	for _, a := range i.Groups {
		switch {
		case i.IsOpen() && a.Until.IsZero():
			now = append(now, "• "+affectedNow(a, i, w))
		case i.IsOpen():
			over = append(over, "• "+affectedUntil(a, a.Until, w))
		case a.Until.IsZero():
			now = append(now, "• "+affectedUntil(a, endOf(i), w))
		default:
			now = append(now, "• "+affectedUntil(a, a.Until, w))
		}
	}
	r, head := i.Now, w.AffectedNow()
	if !i.IsOpen() {
		r, head = i.Worst, w.Affected()
	}
	lines := withHead(head, now)
	lines = append(lines, withHead(w.NoLongerAffected(), over)...)
	named := namedGroups(i)
	isps, otherISPs := besides(r.ISPs, named)
	provinces, otherProvinces := besides(r.Provinces, named)
	lines = append(lines, listed(w.ISPsHead(otherISPs), isps, moreThan(isps, otherISPs, r.Failing.ISPs), w)...)
	lines = append(lines,
		listed(w.ProvincesHead(otherProvinces), provinces, moreThan(provinces, otherProvinces, r.Failing.Provinces), w)...)
	var reasons []string
	for _, reason := range r.Reasons {
		name := w.Reason(i18n.Plain(reason.Text, maxName), reason.Kind, reason.Code)
		reasons = append(reasons, mrkdwn(name)+" "+w.Count(reason.Count))
	}
	if len(reasons) > 0 {
		lines = append(lines, "*"+mrkdwn(w.ReasonsHead())+"* "+w.List(reasons))
	}
	return lines
}

// namedGroups returns the groups that are named as affected.
func namedGroups(i digest.Incident) (named []report.Group) {
	for _, a := range i.Groups {
		if a.Until.IsZero() || !i.IsOpen() {
			named = append(named, a.Group)
		}
	}
	return named
}

func withHead(head string, lines []string) []string {
	if len(lines) == 0 {
		return nil
	}
	return append([]string{"*" + mrkdwn(head) + "*"}, lines...)
}

// affectedNow is a group that is in an incident, as its latest reading has it.
func affectedNow(a digest.Affected, i digest.Incident, w i18n.Phrases) string {
	for _, g := range i.Now.Over {
		if g.Same(a.Group) {
			a.Group = g
		}
	}
	if a.Since.Equal(i.Begin) {
		return groupText(a.Group, w)
	}
	return fill(w.Since(), i18n.What, groupText(a.Group, w), i18n.Moment, clockTime(a.Since))
}

// affectedUntil is a group that was in an incident, at its worst.
func affectedUntil(a digest.Affected, until time.Time, w i18n.Phrases) string {
	return fill(w.About(i18n.What, i18n.Moment), i18n.What, groupText(a.Group, w), i18n.Moment, span(a.Since, until))
}

func endOf(i digest.Incident) time.Time {
	if i.End.IsZero() {
		return i.Now.Slot
	}
	return i.End
}

const maxListed = 3 // ISPs or provinces beside those that are affected

// besides returns the worst of groups that are not named, and whether others of their kind are.
func besides(groups, named []report.Group) (rest []report.Group, others bool) {
	for _, g := range groups {
		switch {
		case slices.ContainsFunc(named, g.Same):
			others = true
		case len(rest) < maxListed:
			rest = append(rest, g)
		}
	}
	return rest, others
}

// moreThan returns how many of the failing groups are not in listed; 0 where that is not known, and where others of
// their kind are named as affected.
func moreThan(listed []report.Group, others bool, failing int) int {
	if others {
		return 0
	}
	return max(0, failing-len(listed))
}

// listed is a line with groups, and with the number of those that fail, too.
func listed(head string, groups []report.Group, more int, w i18n.Phrases) []string {
	var names []string
	for _, g := range groups {
		names = append(names, groupText(g, w))
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"*" + mrkdwn(head) + "* " + w.ListWithMore(names, more)}
}

// groupText is a group with its failure rate, or its failures where probes are not counted.
func groupText(g report.Group, w i18n.Phrases) string {
	rate := w.Count(g.Failures)
	if g.Probes > 0 {
		rate = w.RateOf(g.Failures, g.Probes)
	}
	return mrkdwnUpTo(g.Label(w), maxName) + " " + mrkdwn(rate)
}

// incidentState says what keeps an incident's message from being all: no data, a mute, who works on it.
func incidentState(i digest.Incident, w i18n.Phrases) []string {
	var lines []string
	if i.Unknown != nil && i.IsOpen() {
		why := mrkdwnUpTo(w.Trouble(i.Unknown.Why), 500)
		lines = append(lines, ":grey_question: "+
			fill(w.UnknownSince(i.Unknown.Why), i18n.What, why, i18n.Moment, when(i.Unknown.Since)))
	}
	if i.Mute != nil && i.IsOpen() {
		lines = append(lines, ":no_bell: "+
			fill(w.MutedBy(), i18n.Person, reference("@", i.Mute.By), i18n.Moment, when(i.Mute.Until)))
	}
	if on := responders(i, w); on != "" {
		lines = append(lines, ":raising_hand: "+on)
	}
	if i.Continued {
		lines = append(lines, fill(w.ContinuedSince(), i18n.Moment, when(i.Begin)))
	}
	return lines
}

// responders names who works on i; empty when nobody does.
func responders(i digest.Incident, w i18n.Phrases) string {
	var people []string
	for _, r := range i.On {
		people = append(people, fill(w.OnSince(), i18n.Person, reference("@", r.User), i18n.Moment, clockTime(r.At)))
	}
	if len(people) == 0 {
		return ""
	}
	return fill(w.OnIt(), i18n.What, w.List(people))
}

// incidentFoot names the digest, its condition, and the run that the message tells of.
func incidentFoot(d digest.Digest, i digest.Incident, w i18n.Phrases) string {
	foot := []string{mrkdwn(w.DigestName(i.Digest))}
	if c := d.Add.If; c != nil {
		silent := *c
		silent.Notify = nil
		foot = append(foot, code(silent.String()))
	}
	if i.IsOpen() {
		foot = append(foot, fill(w.LatestRun(), i18n.Moment, when(i.Now.Slot)))
	}
	return strings.Join(append(foot, slash(commands.DigestDo{Verb: "show", ID: i.Digest}.String())), " · ")
}
