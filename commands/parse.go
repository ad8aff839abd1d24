package commands

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Language holds what Parse needs beside the text: names of provinces and tasks, and limits.
type Language struct {
	Names         Provinces         // names learned from the API; the built-in ones are always known
	Aliases       map[string]string // names that stand for tasks' ids, in lower case; not changed while it is used
	About         Codes             // the question that the text follows up: its task and window are meant where no task is named
	Task          string            // one that there is, for commands that are offered; "" means that of CAT's document
	DefaultWindow time.Duration     // of a command that names none; whole minutes; required
	MaxWindow     time.Duration     // the longest window that a command may name; required
	// Interval returns a task's probing interval, or 0 if it is not known; may be nil. It does not wait.
	Interval func(task string) time.Duration
}

// maxText bounds the text of a command, in characters.
const maxText = 2000

// Parse reads text as typed at now. Its error is a *SyntaxError.
func (l Language) Parse(text string, now time.Time) (Command, error) {
	if len(text) > 4*maxText {
		text = strings.ToValidUTF8(text[:4*maxText], "")
	}
	p := l.reader(text, now)
	if utf8.RuneCountInString(p.text) > maxText {
		return nil, p.fail(TextTooLong, word{}, func(e *SyntaxError) {
			e.Text, e.At, e.Limit, e.Try = "", 0, strconv.Itoa(maxText), "help"
		})
	}
	return p.command()
}

// reader returns a parser of text.
func (l Language) reader(text string, now time.Time) *parser {
	text = Clean(text)
	return &parser{Language: l, now: now, text: text, words: split(text)}
}

// Default returns the window of a command that names none.
func (l Language) Default() Window { return Last(l.DefaultWindow) }

// ParseWindow parses a window without a command, as typed at now: "last 8h". Empty text is the default window. Its
// error is a *SyntaxError.
func (l Language) ParseWindow(text string, now time.Time) (Window, error) {
	p := l.reader(text, now)
	for w, more := p.next(); more; w, more = p.next() {
		if !slices.Contains(windowWords, w.keyword()) && !p.startsWindow(w) {
			return Window{}, p.fail(UnknownWord, w, nil)
		}
		if err := p.readWindow(); err != nil {
			return Window{}, err
		}
	}
	if p.codes.Window == (Window{}) {
		return Last(p.DefaultWindow), nil
	}
	return p.codes.Window, nil
}

// Check reports whether c can be run at now. Its window may be too long by now, or in the future. Its error is a
// *SyntaxError.
func (l Language) Check(c Codes, now time.Time) error {
	if c.Window == (Window{}) {
		return nil
	}
	p := l.reader(c.Window.String(), now)
	p.codes, p.pos = c, len(p.words)
	return p.check(c.Window, p.words[0])
}

// A parser reads one command.
type parser struct {
	Language
	now       time.Time
	text      string
	words     []word
	pos       int // of the next word
	codes     Codes
	trend     bool       // the command is a trend, which allows fewer words
	draft     *draft     // the digest that the command is part of; nil without one
	incidents *Incidents // the list of incidents that is read; nil without one
	quiet     bool       // errors are not shown, so they need no explanation
	unknown   int        // number of words so far that are in no table
}

// next returns the next word without moving on.
func (p *parser) next() (word, bool) {
	if p.pos < len(p.words) {
		return p.words[p.pos], true
	}
	return word{}, false
}

// advance returns the next word and moves on to the one after it.
func (p *parser) advance() word {
	p.pos++
	return p.words[p.pos-1]
}

// fail returns the error for w. Its Try is the command so far without the error, unless set gives a better one.
func (p *parser) fail(problem Problem, w word, set func(*SyntaxError)) error {
	if p.quiet {
		return errQuiet
	}
	e := &SyntaxError{Problem: problem, Text: p.text, At: w.at, Word: w.raw}
	if w.raw == "" {
		e.At = utf8.RuneCountInString(p.text)
	}
	if set != nil {
		set(e)
	}
	if e.Try == "" {
		e.Try = p.example()
	}
	return e
}

// keywords are the words that mean something in a command. Those of the commands themselves come from Table.
var keywords = map[string]string{
	"last": "last", "past": "last", "最近": "last", "过去": "last",
	"today": "today", "今天": "today", "今日": "today",
	"yesterday": "yesterday", "昨天": "yesterday", "昨日": "yesterday",
	"昨晚": "last night", "昨夜": "last night", "lastnight": "last night",
	"since": "since", "自": "since", "自从": "since",
	"from": "from", "从": "from", "between": "from",
	"to": "to", "until": "to", "till": "to", "到": "to", "至": "to", "..": "to",
	"isp": "isp", "isps": "isp", "运营商": "isp",
	"top": "top", "前": "top",
	"public": "public", "公开": "public",
	"rows": "rows", "table": "rows", "明细": "rows", "表格": "rows",
	"csv": "csv", "导出": "csv",
	"province": "province", "省份": "province", "省": "province",
}

// windowWords begin a window.
var windowWords = []string{"last", "last night", "today", "yesterday", "since", "from"}

// keyword returns the language's own word for w, or "".
func (w word) keyword() string {
	if w.quoted || w.key != "" {
		return ""
	}
	return keywords[w.text]
}

func (p *parser) command() (Command, error) {
	first, ok := p.next()
	if !ok {
		return Help{}, nil
	}
	if spec, ok := specOf(first.command()); ok {
		p.advance()
		command, err := spec.parse(p)
		if w, more := p.next(); more && err == nil {
			return nil, p.fail(Surplus, w, func(e *SyntaxError) { e.Try = command.String() })
		}
		return command, err
	}
	if p.startsCodes(first) {
		return p.readCodes()
	}
	return nil, p.fail(UnknownCommand, first, func(e *SyntaxError) {
		p.advance()
		e.Near = nearest(first.text, commandNames())
		near, _ := specOf(e.Near)
		p.trend = near.Name == "trend"
		if near.Name == "watch" {
			p.draft = &draft{inCommand: true, watch: true}
			p.unglue()
		}
		switch {
		case near.Try != "":
			e.Try = near.Try
		case e.Near == "" && !p.hasTask():
			e.Try = "help"
		}
	})
}

// startsCodes reports whether w begins a codes command whose first word was left out: it is a task, or a part of a
// question.
func (p *parser) startsCodes(w word) bool {
	_, isTask := p.task(w)
	return isTask && w.key == "" || p.hasMeaning(w)
}

// readTrend reads what follows the word trend.
func (p *parser) readTrend() (Command, error) {
	p.trend = true
	codes, err := p.readCodes()
	if err != nil {
		return nil, err
	}
	return Trend{codes.(Codes)}, nil
}

func (p *parser) hasTask() bool {
	return slices.ContainsFunc(p.words, func(w word) bool {
		_, ok := p.task(w)
		return ok
	})
}

// maxTasksText bounds the text of tasks, in characters.
const maxTasksText = 100

// readTasks reads the rest as the text to search for.
func (p *parser) readTasks() (Command, error) {
	w, ok := p.next()
	if !ok {
		return Tasks{}, nil
	}
	text := string([]rune(p.text)[w.at:])
	if utf8.RuneCountInString(text) > maxTasksText {
		return nil, p.fail(TextTooLong, w, func(e *SyntaxError) {
			e.Limit, e.Try = strconv.Itoa(maxTasksText), "tasks"
		})
	}
	p.pos = len(p.words)
	return Tasks{Text: text}, nil
}

// Topics are the topics of help, in the order of the overview.
var Topics = []string{"codes", "window", "province", "trend", "tasks", "digest", "watch", "incidents", "alias", "mention"}

var topicWords = map[string]string{
	"window": "window", "windows": "window", "time": "window", "时间": "window", "窗口": "window",
	"isp": "codes", "isps": "codes", "运营商": "codes", "top": "codes", "compare": "codes", "public": "codes",
	"rows": "codes", "csv": "codes",
	"task": "tasks", "tasks": "tasks", "任务": "tasks",
	"province": "province", "provinces": "province", "省份": "province",
	"watch": "watch", "monitor": "watch", "监控": "watch", "盯": "watch", "if": "watch", "如果": "watch",
	"condition": "watch", "conditions": "watch", "条件": "watch", "notify": "watch", "quiet": "watch",
	"incidents": "incidents", "incident": "incidents", "故障": "incidents", "告警": "incidents",
	"mute": "incidents", "unmute": "incidents", "静默": "incidents",
	"mention": "mention", "mentions": "mention", "thread": "mention", "threads": "mention", "讨论串": "mention",
	"私信": "mention",
}

func (p *parser) readHelp() (Command, error) {
	w, ok := p.next()
	if !ok {
		return Help{}, nil
	}
	topic := w.keyword()
	if known, ok := topicWords[w.text]; ok && !w.quoted {
		topic = known
	}
	if !slices.Contains(Topics, topic) {
		return nil, p.fail(UnknownTopic, w, func(e *SyntaxError) {
			e.Try, e.Near = "help", nearest(w.text, Topics)
			if e.Near != "" {
				e.Try = "help " + e.Near
			}
		})
	}
	p.pos = len(p.words) // "help codes last 8h" is help, too
	return Help{Topic: topic}, nil
}
