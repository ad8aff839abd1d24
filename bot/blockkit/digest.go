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

// fill puts Slack's marks where a sentence, escaped already, has places for them.
func fill(sentence, person, channel string, moment time.Time) string {
	pairs := []string{i18n.Person, reference("@", person), i18n.Channel, reference("#", channel), i18n.Moment, when(moment)}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// reference lets Slack show the name of a person or a channel. What is no id, as in a damaged digest, is shown as text.
func reference(kind, id string) string {
	if !slackID.MatchString(id) {
		return escape(kind+id, maxName)
	}
	return "<" + kind + id + ">"
}

var slackID = regexp.MustCompile(`^[A-Z0-9]+$`)

// when writes an instant in the reader's own time zone.
func when(t time.Time) string {
	return date(t, "{date_short_pretty} {time}", t.UTC().Format("2006-01-02 15:04 UTC"))
}

// about fills a sentence of d.
func about(d digest.Digest, sentence string, moment time.Time) string {
	return fill(say(sentence), d.Owner, d.Add.Channel, moment)
}

// DigestPost is what a digest posts.
func DigestPost(p digest.Post, w i18n.Phrases) Message {
	emoji, head := digestHead(p, w)
	foot := []string{w.AskAgain(slash(p.Answer.Command.String())), digestFoot(p.Digest, w)}
	var top []slack.Block
	text := say(w.DigestName(p.Digest.ID)) + ": "
	if head != "" {
		top = append(top, section(emoji+" *"+say(head)+"*"))
		text += say(head) + " "
	}
	var marks []string
	if p.Late() {
		marks = append(marks, ":hourglass: "+about(p.Digest, w.LatePost(), p.Slot.At))
	}
	if p.Repeated {
		marks = append(marks, ":warning: "+say(w.MaybeRepeated()))
	}
	if p.By != "" {
		marks = append(marks, fill(say(w.RunBy()), p.By, "", time.Time{}))
	}
	if len(marks) > 0 {
		top = append(top, contextLine(strings.Join(marks, "\n")))
	}
	posted := p.Answer
	posted.Public = true // so that nothing offers to share it; its controls answer each person alone
	bottom := append([]slack.Block{contextLine(foot...)}, answerControls(posted, "", w)...)
	m := answerBlocks(p.Answer, w, p.Sent, top, bottom)
	m.Text = text + m.Text
	return m
}

// digestHead says why a digest speaks, where that is not just its schedule, and the emoji that says it at a glance.
func digestHead(p digest.Post, w i18n.Phrases) (emoji, head string) {
	switch p.Outcome {
	case digest.Crossed:
		return ":rotating_light:", w.OverNow(p.Digest.Add.If.Over, p.Answer.Total)
	case digest.Recovered:
		return ":white_check_mark:", w.NoLongerOver(p.Digest.Add.If.Over, p.Answer.Total, p.Slot.At.Sub(p.Since))
	case digest.NoAnswer:
		head = w.NoDigestAnswer()
		if p.Digest.Add.If != nil && p.By == "" {
			head += " " + w.StillWatching()
		}
		return ":warning:", head
	case digest.Unwatched:
		head = w.Unwatched(*p.Trouble) + " "
		switch state := p.Digest.State; {
		case state != nil && state.Over:
			head += w.StillOver(p.Digest.Add.If.Over) + " "
		case state != nil:
			head += w.StillNotOver(p.Digest.Add.If.Over) + " "
		}
		return ":warning:", head + w.StaysQuiet()
	}
	return "", ""
}

func digestFoot(d digest.Digest, w i18n.Phrases) string {
	foot := say(w.DigestFoot(d.ID, d.Add.Schedule.String(), d.Add.Zone))
	if !d.Next.IsZero() {
		foot += " · " + about(d, w.NextRun(), d.Next)
	}
	return foot + " · " + slash(commands.DigestDo{Verb: "show", ID: d.ID}.String())
}

// DigestSaved says that d is kept, which is what done says, when it will speak (a condition settle after its runs), and what may keep it
// from telling in time.
func DigestSaved(d digest.Digest, done string, runs []time.Time, cautions []string, settle time.Duration, durable bool, w i18n.Phrases) Message {
	lines := []string{about(d, done, time.Time{})}
	if d.Add.If != nil {
		lines = append(lines, say(w.Speaks(d.Add.If.Over, settle)))
	}
	if d.Paused != nil {
		lines = append(lines, digestState(d, w))
	} else {
		var next []string
		for _, run := range runs {
			next = append(next, when(run))
		}
		lines = append(lines, say(w.NextRuns())+" "+strings.Join(next, ", "))
	}
	lines = append(lines, w.RunItNow(slash(commands.DigestDo{Verb: "run", ID: d.ID}.String())))
	blocks := []slack.Block{section(strings.Join(lines, "\n"))}
	if !durable {
		cautions = append(cautions, w.NotDurable())
	}
	for _, caution := range cautions {
		blocks = append(blocks, contextLine(":warning: "+say(caution)))
	}
	blocks = append(blocks, contextLine(slash(d.Add.String())))
	return Message{Text: about(d, done, time.Time{}), Rich: blocks}
}

// DigestList lists digests, as many as find room.
func DigestList(all []digest.Digest, w i18n.Phrases) Message {
	if len(all) == 0 {
		example := slash("digest add weekdays 09:00 codes 126531 last 24h")
		return Message{Text: say(w.NoDigests()), Rich: []slack.Block{section(say(w.NoDigests()) + "\n" + say(w.ToAddOne()) + " " + example)}}
	}
	title := w.DigestsHere(len(all))
	blocks := []slack.Block{header(title)}
	blocks = appendWithinLimits(blocks, len(all), func(i int) slack.Block { return section(digestLines(all[i], w)) }, w.MoreDigests)
	return Message{Text: say(title), Rich: blocks}
}

// digestLines is one digest in a list: what it does, where and whose it is, when it speaks next and how it ended last.
func digestLines(d digest.Digest, w i18n.Phrases) string {
	return strings.Join([]string{
		"`" + d.ID + "` · " + digestSchedule(d, w) + " " + about(d, w.InChannelBy(), time.Time{}),
		digestCommand(d),
		digestState(d, w) + " · " + lastResult(d, w),
	}, "\n")
}

func digestSchedule(d digest.Digest, w i18n.Phrases) string {
	if d.Broken != "" {
		return "?"
	}
	text := code(d.Add.Schedule.String() + " tz " + d.Add.Zone)
	if d.Add.If != nil {
		text += " " + say(w.OnlyOver(d.Add.If.Over))
	}
	return text
}

func digestCommand(d digest.Digest) string {
	if d.Broken != "" {
		return copyable(d.Broken)
	}
	return code(i18n.Plain(d.Add.Command.String(), 150))
}

// digestState says when d speaks next, or why it does not.
func digestState(d digest.Digest, w i18n.Phrases) string {
	switch {
	case d.Paused != nil && d.Paused.By != "":
		return ":double_vertical_bar: " + fill(say(w.PausedBy()), d.Paused.By, "", d.Paused.At)
	case d.Paused != nil:
		return ":warning: " + about(d, w.PausedItself(refusal(d.Paused.Reason, w)), d.Paused.At)
	case d.Next.IsZero():
		return say(w.NeverAgain())
	case d.State != nil && d.State.Over:
		return ":red_circle: " + about(d, w.OverSince(), d.State.Since) + " · " + about(d, w.NextRun(), d.Next)
	}
	return about(d, w.NextRun(), d.Next)
}

func lastResult(d digest.Digest, w i18n.Phrases) string {
	if len(d.Last) == 0 {
		return say(w.NeverRan())
	}
	return resultLine(d.Last[0], w)
}

func resultLine(r digest.Result, w i18n.Phrases) string {
	return when(r.Slot) + ": " + sayUpTo(ended(r, w), 200)
}

// DigestDetails tells all of one digest.
func DigestDetails(d digest.Digest, w i18n.Phrases) Message {
	title := w.DigestName(d.ID)
	blocks := []slack.Block{header(title), section(digestLines(d, w))}
	if d.Broken != "" {
		blocks = append(blocks, section(":warning: "+say(w.BrokenDigest())))
	}
	if d.Missed != nil {
		blocks = append(blocks, contextLine(":hourglass: "+about(d, w.MissedSlots(d.Missed.Count, d.Missed.Count >= digest.MaxMissed), d.Missed.To)))
	}
	if len(d.Last) > 0 {
		lines := []string{"*" + say(w.LastRuns()) + "*"}
		for _, r := range d.Last {
			lines = append(lines, "• "+resultLine(r, w))
		}
		blocks = append(blocks, section(strings.Join(lines, "\n")))
	}
	if d.Broken == "" {
		blocks = append(blocks, contextLine(slash(d.Add.String())))
	}
	return Message{Text: say(title), Rich: blocks}
}

// DigestDone says what became of d, and how to take it back.
func DigestDone(d digest.Digest, verb string, w i18n.Phrases) Message {
	var sentence, undo string
	switch verb {
	case "run":
		sentence = w.DigestRuns(d.ID)
	case "pause":
		sentence, undo = w.DigestPaused(d.ID), commands.DigestDo{Verb: "resume", ID: d.ID}.String()
	case "resume":
		sentence, undo = w.DigestResumed(d.ID), commands.DigestDo{Verb: "pause", ID: d.ID}.String()
	case "remove":
		sentence, undo = w.DigestRemoved(d.ID), d.Add.String()
	}
	text := about(d, sentence, d.Next)
	blocks := []slack.Block{section(text)}
	if undo != "" && d.Broken == "" {
		blocks = append(blocks, contextLine(w.Undo(slash(undo))))
	}
	return Message{Text: text, Rich: blocks}
}

// DigestTrouble tells an owner that a digest's slot did not end well.
func DigestTrouble(d digest.Digest, r digest.Result, w i18n.Phrases) Message {
	reason := refusal(r.Reason, w)
	sentence, next := w.DigestFailed(d.ID, reason), commands.DigestDo{Verb: "show", ID: d.ID}.String()
	if r.Outcome == digest.Stopped {
		sentence, next = w.DigestStopped(d.ID, reason), commands.DigestDo{Verb: "resume", ID: d.ID}.String()
	}
	text := about(d, sentence, r.Slot)
	return Message{Text: text, Rich: []slack.Block{section(text), contextLine(w.WhenMended(slash(next)))}}
}

// NotYours says that the digest id is its owner's to change.
func NotYours(id, owner string, w i18n.Phrases) Message {
	text := fill(say(w.NotYours(id)), owner, "", time.Time{})
	return Message{Text: text, Rich: []slack.Block{section(text)}}
}
