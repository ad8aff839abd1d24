package bot

import (
	"strings"

	"github.com/slack-go/slack"

	"catbot/commands"
	"catbot/i18n"
)

// RefusalMessage explains a command that was not understood, to the person who typed it.
func RefusalMessage(e *commands.SyntaxError, w i18n.Phrases) Message {
	explained := e.Explain(w)
	blocks := []slack.Block{section(":warning: " + say(explained))}
	if text, carets := e.Pointer(); text != "" {
		blocks = append(blocks, section(fence(text, carets)))
	}
	blocks = append(blocks, section(say(w.TryThis())+" "+slash(e.Try)))
	return Message{Text: say(explained+" "+w.TryThis()) + " " + slash(e.Try), Rich: blocks}
}

// beside is a sentence that leaves the message alone whose control was pressed.
func beside(sentence string) Message {
	m := sentenceMessage(sentence)
	m.Beside = true
	return m
}

// oldControlMessage explains a control whose command is not understood any more, as when it is of before an update.
func oldControlMessage(e *commands.SyntaxError, w i18n.Phrases) Message {
	m := RefusalMessage(e, w)
	m.Text = say(w.OldControl()) + " " + m.Text
	m.Rich = append([]slack.Block{section(say(w.OldControl()))}, m.Rich...)
	return m
}

// HelpMessage is help with examples to copy.
func HelpMessage(topic string, w i18n.Phrases) Message {
	help := w.Help(topic)
	blocks := []slack.Block{header(help.Title), section(say(help.Intro) + "\n" + examples(help.Examples))}
	for _, note := range help.Notes {
		blocks = append(blocks, contextLine(say(note)))
	}
	return Message{Text: say(help.Title), Rich: blocks}
}

// examples are commands to copy, each with what it does.
func examples(all []i18n.Example) string {
	var lines []string
	for _, example := range all {
		lines = append(lines, slash(example.Command)+" – "+say(example.Does))
	}
	return strings.Join(lines, "\n")
}

// help is HelpMessage with the names that people have given to tasks.
func (b *Bot) help(j job, topic string) Message {
	m := HelpMessage(topic, j.words)
	if known := b.names.Aliases(); len(known) > 0 && j.may.limit == "" {
		m.Rich = append(m.Rich, contextLine(say(j.words.AliasesHere(aliasLines(known)))))
	}
	return m
}

// asFarAsThereIsRoom adds the first of n blocks to a message's, and then what rest says of the number that found no room.
func asFarAsThereIsRoom(blocks []slack.Block, n int, block func(i int) slack.Block, rest func(left int) string) []slack.Block {
	room := maxTotal - size(blocks...)
	for i := range n {
		next, last := block(i), contextLine(say(rest(n-i)))
		if size(next)+size(last) > room || len(blocks) == maxBlocks-1 {
			return append(blocks, last)
		}
		blocks = append(blocks, next)
		room -= size(next)
	}
	return blocks
}

// sentenceMessage is one sentence of catbot's.
func sentenceMessage(sentence string) Message {
	return Message{Text: say(sentence), Rich: []slack.Block{section(say(sentence))}}
}
