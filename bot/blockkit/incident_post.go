package blockkit

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
)

// incidentPost is the message about an incident that a slot posts: its own message, or a reply to that.
func incidentPost(p digest.Post, w i18n.Phrases) Message {
	var m Message
	switch p.Outcome {
	case digest.Reminded:
		m = reminder(*p.Incident, w)
	case digest.Recovered:
		m = recovery(*p.Incident, w)
	case digest.WasOver:
		m = wasOver(p, w)
	default:
		m = opening(p, w)
	}
	if marks := postMarks(p, w); len(marks) > 0 {
		mark := contextLine(strings.Join(marks, "\n"))
		m.Rich = slices.Insert(m.Rich, 1, mark)
		if m.Plain != nil {
			m.Plain = slices.Insert(m.Plain, 1, mark)
		}
	}
	return m
}

// opening is the first message of an incident. It alone calls people: an edit that named them would call them again.
func opening(p digest.Post, w i18n.Phrases) Message {
	m := Incident(p.Digest, *p.Incident, w)
	var top []slack.Block
	if called := calls(p.Digest.Add.If.Notify); called != "" && !p.Incident.Continued {
		top = append(top, section(":mega: "+called))
		m.Text += " " + called
	}
	if len(p.Was) > 0 {
		top = append(top, contextLine(fill(w.EarlierInSilence(), i18n.What, spans(p.Was, w))))
	}
	m.Rich, m.Plain = slices.Insert(m.Rich, 1, top...), slices.Insert(m.Plain, 1, top...)
	return m
}

// called matches whom a condition may call: a person, a group of people, or those who are in the channel now.
var called = regexp.MustCompile(`^<(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!here)(?:\|[^<>]*)?>$`)

// calls mentions those who are to be called.
func calls(notify []string) string {
	var all []string
	for _, whom := range notify {
		if m := called.FindStringSubmatch(whom); m != nil {
			all = append(all, "<"+m[1]+">")
		}
	}
	return strings.Join(all, " ")
}

// reminder is the reply that says that an incident lasts.
func reminder(i digest.Incident, w i18n.Phrases) Message {
	head := w.About(tasksOf(i, w), w.StillOver(i.Lasted()))
	now := w.LevelAndLimit(level(i.Limit, i.Now, w))
	lines := []string{"🚨 *" + mrkdwn(head) + "*", mrkdwn(now)}
	if i.Worst.Value > i.Now.Value {
		lines = append(lines, worstAt(i, w))
	}
	return reply("🚨 "+w.About(head, now), lines)
}

// recovery is the reply that says that an incident is over.
func recovery(i digest.Incident, w i18n.Phrases) Message {
	head := w.About(tasksOf(i, w), w.RecoveredAfter(i.Lasted(), level(i.Limit, i.Worst, w)))
	return reply("✅ "+head, []string{"✅ *" + mrkdwn(head) + "*", span(i.Begin, i.End)})
}

// wasOver tells of incidents that began and ended while nothing could be said.
func wasOver(p digest.Post, w i18n.Phrases) Message {
	i := *p.Incident
	head := w.About(tasksOf(i, w), w.WasOver(len(p.Was), i.Lasted(), beganInQuietHours(p.Digest, p.Was)))
	lines := []string{"✅ *" + mrkdwn(head) + "*", spans(p.Was, w), worstAt(i, w)}
	m := reply("✅ "+head, lines)
	m.Rich = append(m.Rich, contextLine(incidentFoot(p.Digest, i, w)))
	m.Rich = append(m.Rich, incidentControls(p.Digest, i, w)...)
	return m
}

func reply(text string, lines []string) Message {
	return Message{Text: mrkdwn(text), Rich: []slack.Block{section(joinWithin(lines, maxSection, nothingMore))}}
}

// beganInQuietHours reports whether the first of the spans began in the quiet hours of d, else d was muted.
func beganInQuietHours(d digest.Digest, was []digest.Span) bool {
	if d.Add.If == nil || d.Add.If.Quiet == (commands.QuietHours{}) || len(was) == 0 {
		return false
	}
	at := was[0].Begin.In(d.Zone())
	return d.Add.If.Quiet.IsOn(time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute)
}

// spans names times of incidents.
func spans(all []digest.Span, w i18n.Phrases) string {
	var times []string
	for _, s := range all {
		times = append(times, span(s.Begin, s.End))
	}
	return w.List(times)
}

// NoteEnded is the note n about missing data after there is data again.
func NoteEnded(d digest.Digest, n digest.Note, w i18n.Phrases) Message {
	head := "⚪ " + fill(w.EvaluatedAgain(), i18n.What, span(n.Unknown.Since, n.Until))
	text := mrkdwn("⚪ " + w.About(w.DigestName(d.ID), w.EvaluatedAgainShort()))
	return Message{Text: text, Rich: []slack.Block{
		section(head + "\n" + mrkdwnUpTo(w.Trouble(n.Unknown.Why), 500)),
		contextLine(mrkdwn(w.DigestName(d.ID)) + " · " + slash(commands.DigestDo{Verb: "show", ID: d.ID}.String())),
	}}
}
