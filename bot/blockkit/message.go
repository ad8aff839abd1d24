package blockkit

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/i18n"
)

// Refusal explains a command that was not understood, to the person who typed it.
// run is the text of the button beside the example; if it is empty, there is no button.
func Refusal(e *commands.SyntaxError, run string, w i18n.Phrases) Message {
	explained := e.Explain(w)
	blocks := []slack.Block{section(":warning: " + mrkdwn(explained))}
	if text, carets := e.Pointer(); text != "" {
		blocks = append(blocks, section(fence(text, carets)))
	}
	try := slack.NewSectionBlock(textObject(cutEscaped(mrkdwn(w.TryThis())+" "+slash(e.Try))), nil, nil)
	if run != "" && utf8.RuneCountInString(run) <= maxValue {
		try.Accessory = slack.NewAccessory(slack.NewButtonBlockElement(ActionTry, run, plainText(w.RunThis())))
	}
	blocks = append(blocks, try)
	return Message{Text: mrkdwn(explained+" "+w.TryThis()) + " " + slash(e.Try), Rich: blocks}
}

// Notice is a message of one sentence that does not replace the message whose control was pressed.
func Notice(sentence string) Message {
	m := Sentence(sentence)
	m.Separate = true
	return m
}

// OldControl explains why a control does not work any more, such as one of an earlier version whose command is not
// valid now.
func OldControl(e *commands.SyntaxError, w i18n.Phrases) Message {
	m := Refusal(e, "", w)
	m.Text = mrkdwn(w.OldControl()) + " " + m.Text
	m.Rich = append([]slack.Block{section(mrkdwn(w.OldControl()))}, m.Rich...)
	return m
}

// Help is the help on a topic: examples that work at now, and the aliases of tasks.
func Help(topic string, now time.Time, aliases map[string]string, w i18n.Phrases) Message {
	help := w.Help(topic, now)
	blocks := []slack.Block{header(help.Title), section(mrkdwn(help.Intro) + "\n" + examples(help))}
	for _, note := range help.Notes {
		blocks = append(blocks, contextLine(mrkdwn(note)))
	}
	if len(aliases) > 0 {
		blocks = append(blocks, contextLine(mrkdwn(w.AliasesHere(aliasLine(aliases)))))
	}
	return Message{Text: mrkdwn(help.Title), Rich: blocks}
}

// WithFirstSteps adds to a help three buttons that work: on task, which is called name, and on the list of tasks.
func (m Message) WithFirstSteps(task, name string, w i18n.Phrases) Message {
	codes := commands.Codes{Tasks: []string{task}}
	called := i18n.Plain(cmp.Or(name, task), maxFirstStep)
	m.Rich = append(slices.Clone(m.Rich), actions("first",
		button(ActionCodes, w.FirstCodes(called), codes.String()),
		button(ActionTrend, w.FirstTrend(called), commands.Trend{Codes: codes}.String()),
		button(ActionTask, w.FirstTasks(), commands.Tasks{}.String()))...)
	return m
}

// maxFirstStep bounds a task's name on a button, in characters.
const maxFirstStep = 40

// examples lists the commands of a help to copy, each with what it does.
func examples(help i18n.Help) string {
	var lines []string
	for _, example := range help.Examples {
		lines = append(lines, copyable(cmp.Or(help.Before, "/cat")+" "+example.Command)+" – "+mrkdwn(example.Does))
	}
	return strings.Join(lines, "\n")
}

// appendWithinLimits appends up to n blocks within Slack's limits. When some are left out, it appends the line rest,
// with their number.
func appendWithinLimits(
	blocks []slack.Block, n int, block func(i int) slack.Block, rest func(left int) string,
) []slack.Block {
	room := maxTotal - size(blocks...)
	for i := range n {
		next, last := block(i), contextLine(mrkdwn(rest(n-i)))
		if size(next)+size(last) > room || len(blocks) == maxBlocks-1 {
			return append(blocks, last)
		}
		blocks = append(blocks, next)
		room -= size(next)
	}
	return blocks
}

// Sentence is a message of one sentence.
func Sentence(sentence string) Message {
	return Message{Text: mrkdwn(sentence), Rich: []slack.Block{section(mrkdwn(sentence))}}
}
