package blockkit

import (
	"regexp"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/digest"
	"catbot/i18n"
)

// fillReferences replaces the placeholders in an escaped sentence by Slack's references to a person, a channel and a
// time.
func fillReferences(sentence, person, channel string, moment time.Time) string {
	pairs := []string{
		i18n.Person, reference("@", person), i18n.Channel, reference("#", channel), i18n.Moment, when(moment),
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// reference returns a mention of a person or a channel. An invalid id, as in a damaged digest, is shown as text.
func reference(kind, id string) string {
	if !slackID.MatchString(id) {
		return escape(kind+id, maxName)
	}
	return "<" + kind + id + ">"
}

var slackID = regexp.MustCompile(`^[A-Z0-9]+$`)

// when formats an instant, which Slack shows in the reader's time zone.
func when(t time.Time) string {
	return date(t, "{date_short_pretty} {time}", t.UTC().Format("2006-01-02 15:04 UTC"))
}

// fill escapes a sentence of catbot's own and fills its places in. pairs are places and what replaces them, which is
// escaped already.
func fill(sentence string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(mrkdwn(sentence))
}

// span formats the time from begin to end, the day once where it is the same for most readers.
func span(begin, end time.Time) string {
	if !end.After(begin) {
		return when(begin)
	}
	if end.Sub(begin) < 18*time.Hour {
		return when(begin) + "–" + clockTime(end)
	}
	return when(begin) + " – " + when(end)
}

// clockTime formats an instant without its day.
func clockTime(t time.Time) string { return date(t, "{time}", t.UTC().Format("15:04 UTC")) }

// digestSentence fills a sentence about d.
func digestSentence(d digest.Digest, sentence string, moment time.Time) string {
	return fillReferences(mrkdwn(sentence), d.Owner, d.Add.Channel, moment)
}

// DigestPost is the message that a digest posts.
func DigestPost(p digest.Post, w i18n.Phrases) Message {
	if p.Incident != nil {
		return incidentPost(p, w)
	}
	emoji, head := digestHeadline(p, w)
	footer := []string{w.AskAgain(slash(p.Answer.Command.String())), digestFooter(p.Digest, w)}
	var top []slack.Block
	if head != "" {
		top = append(top, section(emoji+" *"+mrkdwn(head)+"*"))
	}
	if marks := postMarks(p, w); len(marks) > 0 {
		top = append(top, contextLine(strings.Join(marks, "\n")))
	}
	if len(p.Meanwhile) > 0 {
		top = append(top, contextLine(meanwhile(p, w)))
	}
	posted := p.Answer
	posted.Public = true // no button to share it; its other controls answer each person alone
	bottom := append([]slack.Block{contextLine(footer...)}, answerControls(posted, "", w)...)
	m := answerBlocks(p.Answer, w, p.Sent, top, bottom)
	m.Text = mrkdwn(p.Answer.Brief(w, head)) + " · " + mrkdwn(w.DigestName(p.Digest.ID))
	return m
}

// postMarks says what is special about a post: that it is late, may stand there twice, or was asked for by a person.
func postMarks(p digest.Post, w i18n.Phrases) (marks []string) {
	if p.Late() {
		marks = append(marks, ":hourglass: "+digestSentence(p.Digest, w.LatePost(), p.Slot.At))
	}
	if p.Repeated {
		marks = append(marks, ":warning: "+mrkdwn(w.MaybeRepeated()))
	}
	if p.By != "" {
		marks = append(marks, fillReferences(mrkdwn(w.RunBy()), p.By, "", time.Time{}))
	}
	return marks
}

// digestHeadline says why a digest posts when the reason is not its schedule, with an emoji for it.
func digestHeadline(p digest.Post, w i18n.Phrases) (emoji, head string) {
	switch p.Outcome {
	case digest.NoAnswer:
		head = w.NoDigestAnswer()
		if p.Digest.Add.If != nil && p.By == "" {
			head = w.Sentences(head, w.StillWatching())
		}
		return ":warning:", head
	case digest.Unwatched:
		return ":warning:", w.Sentences(w.Unwatched(*p.Trouble), w.StaysQuiet(*p.Trouble))
	}
	return "", ""
}

func digestFooter(d digest.Digest, w i18n.Phrases) string {
	footer := mrkdwn(w.DigestFoot(d.ID, d.Add.Schedule.Phrase(w), d.Add.Schedule.String(), d.Add.Zone))
	if !d.Next.IsZero() {
		footer += " · " + digestSentence(d, w.NextRun(), d.Next)
	}
	return footer + " · " + slash(commands.DigestDo{Verb: "show", ID: d.ID}.String())
}

// DigestSaved confirms that d is saved, with the sentence done, the next runs and the warnings. A condition is checked
// settle after each run.
func DigestSaved(
	d digest.Digest,
	done string,
	runs []time.Time,
	warnings []string,
	settle time.Duration,
	durable bool,
	w i18n.Phrases,
) Message {
	lines := []string{digestSentence(d, done, time.Time{})}
	if d.Add.If != nil {
		speaks := conditionText(*d.Add.If, w)
		if settle > 0 {
			speaks = w.Sentences(speaks, mrkdwn(w.SettlesAfter(settle)))
		}
		lines = append(lines, speaks)
	}
	if d.Paused != nil {
		lines = append(lines, digestState(d, w))
	} else {
		var next []string
		for _, run := range runs {
			next = append(next, when(run))
		}
		lines = append(lines, mrkdwn(w.NextRuns())+" "+strings.Join(next, ", "))
	}
	lines = append(lines, w.RunItNow(slash(commands.DigestDo{Verb: "run", ID: d.ID}.String())))
	blocks := []slack.Block{section(strings.Join(lines, "\n"))}
	if !durable {
		warnings = append(warnings, w.NotDurable())
	}
	for _, warning := range warnings {
		blocks = append(blocks, contextLine(":warning: "+mrkdwn(warning)))
	}
	blocks = append(blocks, contextLine(definition(d.Add)))
	return Message{Text: digestSentence(d, done, time.Time{}), Rich: blocks}
}

// DigestList lists digests, as many as a message can hold.
func DigestList(all []digest.Digest, w i18n.Phrases) Message {
	if len(all) == 0 {
		example := slash("digest add weekdays 09:00 codes 126531 last 24h")
		none := mrkdwn(w.NoDigests())
		return Message{Text: none, Rich: []slack.Block{section(none + "\n" + mrkdwn(w.ToAddOne()) + " " + example)}}
	}
	title := w.DigestsHere(len(all))
	blocks := []slack.Block{header(title)}
	blocks = appendWithinLimits(blocks, len(all),
		func(i int) slack.Block { return section(digestLines(all[i], w)) }, w.MoreDigests)
	return Message{Text: mrkdwn(title), Rich: blocks}
}

// digestLines describes one digest of a list: schedule, channel and owner, command, next run and last result.
func digestLines(d digest.Digest, w i18n.Phrases) string {
	return strings.Join([]string{
		"`" + d.ID + "` · " + digestSchedule(d, w),
		digestCommand(d),
		digestState(d, w) + " · " + lastResult(d, w),
	}, "\n")
}

// digestSchedule says when d runs, in words, on what condition, and where it posts, and ends with the schedule as it is typed.
func digestSchedule(d digest.Digest, w i18n.Phrases) string {
	where := digestSentence(d, w.InChannelBy(), time.Time{})
	if d.Broken != "" {
		return where
	}
	said := []string{mrkdwn(d.Add.Schedule.Phrase(w))}
	if d.Add.If != nil {
		said = append(said, mrkdwn(w.OnlyIf(watchOf(*d.Add.If).Limits)))
	}
	return strings.Join(append(said, where, code(d.Add.Schedule.String()+" tz "+d.Add.Zone)), " · ")
}

func digestCommand(d digest.Digest) string {
	if d.Broken != "" {
		return copyable(d.Broken)
	}
	return code(i18n.Plain(d.Add.Command.String(), 150))
}

// digestState says when d runs next, or why it does not.
func digestState(d digest.Digest, w i18n.Phrases) string {
	switch {
	case d.Paused != nil && d.Paused.By != "":
		return ":double_vertical_bar: " + fillReferences(mrkdwn(w.PausedBy()), d.Paused.By, "", d.Paused.At)
	case d.Paused != nil:
		return ":warning: " + digestSentence(d, w.PausedItself(refusalText(d.Paused.Reason, w)), d.Paused.At)
	case d.Next.IsZero():
		return mrkdwn(w.NeverAgain())
	}
	state := digestSentence(d, w.NextRun(), d.Next)
	if now := conditionState(d, w); now != "" {
		state = now + " · " + state
	}
	if d.Muted != nil {
		until := fill(w.MutedUntil(), i18n.Moment, when(d.Muted.Until), i18n.Person, reference("@", d.Muted.By))
		state += " · :no_bell: " + until
	}
	return state
}

// conditionState says that d's condition is over its limits: since when and how bad, or in how many runs so far. Else
// it is empty.
func conditionState(d digest.Digest, w i18n.Phrases) string {
	switch s := d.State; {
	case s == nil || d.Add.If == nil:
		return ""
	case s.Over && s.Incident != nil:
		i := *s.Incident
		bad := w.NowAndWorst(level(i.Limit, i.Now, w), level(i.Limit, i.Worst, w))
		return ":red_circle: " + fill(w.OverSince(), i18n.Moment, when(i.Begin)) + " · " + mrkdwn(bad)
	case s.Over:
		return ":red_circle: " + fill(w.OverSince(), i18n.Moment, when(s.Since))
	case s.Streak > 0:
		return fill(w.PendingSince(s.Streak, d.Add.If.Slots()), i18n.Moment, when(s.StreakSince))
	}
	return ""
}

func lastResult(d digest.Digest, w i18n.Phrases) string {
	if len(d.Last) == 0 {
		return mrkdwn(w.NeverRan())
	}
	return resultLine(d.Last[0], w)
}

func resultLine(r digest.Result, w i18n.Phrases) string {
	return w.About(when(r.Slot), mrkdwnUpTo(outcomeText(r, w), 200))
}

// DigestDetails describes one digest in full.
func DigestDetails(d digest.Digest, w i18n.Phrases) Message {
	title := w.DigestName(d.ID)
	blocks := []slack.Block{header(title), section(digestLines(d, w))}
	if d.Broken == "" && d.Add.If != nil {
		blocks = append(blocks, section(conditionText(*d.Add.If, w)))
	}
	if d.Broken != "" {
		blocks = append(blocks, section(":warning: "+mrkdwn(w.BrokenDigest())))
	}
	if d.Missed != nil {
		missed := w.MissedSlots(d.Missed.Count, d.Missed.Count >= digest.MaxMissed, d.Missed.Jumped)
		blocks = append(blocks, contextLine(":hourglass: "+digestSentence(d, missed, d.Missed.To)))
	}
	if len(d.Last) > 0 {
		lines := []string{"*" + mrkdwn(w.LastRuns()) + "*"}
		for _, r := range d.Last {
			lines = append(lines, "• "+resultLine(r, w))
		}
		blocks = append(blocks, section(strings.Join(lines, "\n")))
	}
	if d.Broken == "" {
		blocks = append(blocks, contextLine(definition(d.Add)))
	}
	return Message{Text: mrkdwn(title), Rich: blocks}
}

// DigestDone confirms what was done with d, and shows the command that undoes it.
func DigestDone(d digest.Digest, verb string, w i18n.Phrases) Message {
	var sentence, undo string
	switch verb {
	case "run":
		sentence = w.DigestRuns(d.ID)
	case "pause":
		sentence, undo = w.DigestPaused(d.ID), slash(commands.DigestDo{Verb: "resume", ID: d.ID}.String())
	case "resume":
		sentence, undo = w.DigestResumed(d.ID), slash(commands.DigestDo{Verb: "pause", ID: d.ID}.String())
	case "remove":
		sentence, undo = w.DigestRemoved(d.ID), definition(d.Add)
	}
	text := digestSentence(d, sentence, d.Next)
	blocks := []slack.Block{section(text)}
	if undo != "" && d.Broken == "" {
		blocks = append(blocks, contextLine(w.Undo(undo)))
	}
	return Message{Text: text, Rich: blocks}
}

// DigestTrouble tells an owner that a slot of their digest failed.
func DigestTrouble(d digest.Digest, r digest.Result, w i18n.Phrases) Message {
	reason := refusalText(r.Reason, w)
	sentence, next := w.DigestFailed(d.ID, reason), commands.DigestDo{Verb: "show", ID: d.ID}.String()
	if r.Outcome == digest.Stopped {
		sentence, next = w.DigestStopped(d.ID, reason), commands.DigestDo{Verb: "resume", ID: d.ID}.String()
	}
	text := digestSentence(d, sentence, r.Slot)
	return Message{Text: text, Rich: []slack.Block{section(text), contextLine(w.WhenMended(slash(next)))}}
}

// NotOwner says that only its owner may change the digest id.
func NotOwner(id, owner string, w i18n.Phrases) Message {
	text := fillReferences(mrkdwn(w.NotYours(id)), owner, "", time.Time{})
	return Message{Text: text, Rich: []slack.Block{section(text)}}
}
