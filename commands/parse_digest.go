package commands

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"catbot/i18n"
)

// ForDigest is c as a digest runs it: everybody in the channel sees its answer, and sees what has changed.
func ForDigest(c Codes) Codes {
	if c.Compare == NoBaseline {
		c.Compare = JustBefore
	}
	c.Public, c.Show = false, Summary
	return c
}

// digestWords are the verbs of digest, by what people type.
var digestWords = map[string]string{
	"add": "add", "new": "add", "create": "add", "添加": "add", "新建": "add",
	"list": "list", "ls": "list", "列表": "list",
	"show": "show", "查看": "show", "run": "run", "运行": "run", "pause": "pause", "暂停": "pause",
	"resume": "resume", "恢复": "resume", "remove": "remove", "delete": "remove", "rm": "remove", "删除": "remove",
	"mute": "mute", "silence": "mute", "snooze": "mute", "静默": "mute", "静音": "mute",
	"unmute": "unmute", "取消静默": "unmute", "解除静默": "unmute",
}

// partWords are those for the parts of one.
var partWords = map[string]string{
	"tz": "tz", "timezone": "tz", "时区": "tz",
	"in": "in", "在": "in",
	"lang": "lang", "language": "lang", "语言": "lang",
	"at": "at",
	"if": "if", "when": "if", "如果": "if", "若": "if", "当": "if",
	"and": "and", "和": "and", "且": "and", "并且": "and", "而且": "and",
	"for": "for", "连续": "for", "持续": "for",
	"until": "until", "till": "until", "直到": "until",
	"notify": "notify", "ping": "notify", "通知": "notify", "呼叫": "notify",
	"again": "again", "remind": "again", "提醒": "again", "再提醒": "again",
	"quiet": "quiet", "静默": "quiet", "免打扰": "quiet",
}

// readDigest reads what follows the word digest. Nothing means help.
func (p *parser) readDigest() (Command, error) {
	w, ok := p.next()
	if !ok {
		return Help{Topic: "digest"}, nil
	}
	p.advance()
	switch verb := digestWords[w.text]; {
	case w.quoted || verb == "":
		return nil, p.fail(UnknownVerb, w, func(e *SyntaxError) {
			e.Near, e.Try = nearest(w.text, sortedKeys(digestWords)), "digest list"
		})
	case verb == "add":
		p.draft = &draft{}
		return p.readDigestAdd()
	case verb == "list":
		return DigestList{}, nil
	case verb == "mute", verb == "unmute":
		return p.readMute(verb)
	default:
		return p.readDigestDo(verb)
	}
}

// digestID is the form of an id, with room for a slip of the finger, which the bot answers better.
var digestID = regexp.MustCompile(`^[a-z0-9-]{1,20}$`)

func (p *parser) readDigestDo(verb string) (Command, error) {
	toList := func(e *SyntaxError) { e.Try = "digest list" }
	w, ok := p.next()
	if !ok {
		return nil, p.fail(NoDigestID, word{}, toList)
	}
	p.advance()
	if w.key != "" || !digestID.MatchString(w.text) {
		return nil, p.fail(BadDigestID, w, toList)
	}
	return DigestDo{Verb: verb, ID: w.text}, nil
}

// readDigestAdd reads a schedule and the other parts, in any order, up to the command, and the command.
func (p *parser) readDigestAdd() (Command, error) {
	p.unglue()
	for !p.draft.inCommand {
		w, ok := p.next()
		if !ok {
			return nil, p.fail(NoDigestCommand, word{}, nil)
		}
		if err := p.readNext(w); err != nil {
			return nil, err
		}
	}
	return p.readDigestCommand()
}

// readWatch reads what follows the word watch: the command and the parts of its digest, in any order.
func (p *parser) readWatch() (Command, error) {
	if _, ok := p.next(); !ok {
		return Help{Topic: "watch"}, nil
	}
	p.draft = &draft{inCommand: true, watch: true}
	p.unglue()
	return p.readDigestCommand()
}

// readDigestCommand reads the command of the draft. The parts of a digest may stand in it, too.
func (p *parser) readDigestCommand() (Command, error) {
	command, err := p.readCodes()
	if err != nil {
		return nil, err
	}
	if p.draft.Schedule == (Schedule{}) && !p.draft.watch {
		return nil, p.fail(NoSchedule, word{}, nil)
	}
	d := p.draft.with(ForDigest(command.(Codes)))
	if err := p.checkDigest(d); err != nil {
		return nil, err
	}
	return d, nil
}

// ParseDigestCommand reads the command of a digest that stands alone, as typed at now. Its error is a *SyntaxError.
func (l Language) ParseDigestCommand(text string, now time.Time) (Codes, error) {
	p := l.reader(text, now)
	w, ok := p.next()
	switch {
	case !ok:
		return Codes{}, p.fail(NoDigestCommand, word{}, nil)
	case w.keyword() == "codes":
	case w.command() != "":
		return Codes{}, p.fail(NotInDigest, w, nil)
	default:
		if _, isTask := p.task(w); isTask {
			return p.digestCodes()
		}
		if w.keyword() != "" { // the task was forgotten, most likely
			return Codes{}, p.fail(NoDigestCommand, w, nil)
		}
		return Codes{}, p.fail(OnlyACommand, w, nil)
	}
	p.advance()
	return p.digestCodes()
}

// digestCodes reads the command of a digest from its first task on.
func (p *parser) digestCodes() (Codes, error) {
	command, err := p.readCodes()
	if err != nil {
		return Codes{}, err
	}
	return ForDigest(command.(Codes)), nil
}

// readDigestWord reads the next word, w, before the command, and those that belong to it.
func (p *parser) readDigestWord(w word) error {
	switch part := p.part(w); {
	case w.quoted:
		return p.fail(BadSchedule, w, nil)
	case part != "":
		return p.readPart(w, part)
	case w.keyword() == "help", w.keyword() == "digest":
		return p.fail(NotInDigest, w, nil)
	}
	if _, isTask := p.task(w); isTask && !p.codesFollows() { // the word codes is left out
		p.draft.inCommand = true
		return nil
	}
	if w.keyword() != "" {
		return p.fail(NoDigestCommand, w, func(e *SyntaxError) { // the task stands later, most likely
			p.draft.inCommand = true
			e.Try = p.example()
		})
	}
	return p.fail(BadSchedule, w, nil)
}

// part returns the part of a digest that the next word, w, begins, or "". In the command it must be plain that the word
// is none of the command's own.
func (p *parser) part(w word) string {
	if w.quoted || w.key != "" {
		return ""
	}
	part, inCommand := partWords[w.text], p.draft.inCommand
	_, reminds := p.reminder()
	_, runs := p.runs(p.pos + 1)
	_, isMoment, _ := readMoment(w.text)
	next := p.at(p.pos + 1)
	switch {
	case reminds > 0:
		return "again"
	case p.startsLimit(p.pos):
		return "limit"
	case p.startsRuns():
		return "for"
	case part == "and" && !p.startsLimit(p.pos+1),
		part == "for" && inCommand && runs == 0,
		part == "until" && inCommand && !next.is(belowWords) && !next.is(overWords) && !amountPattern.MatchString(next.text),
		part == "in" && inCommand && !strings.HasPrefix(next.raw, "<#") && !strings.HasPrefix(next.raw, "#"),
		part == "at" && inCommand, isMoment && inCommand:
		return ""
	case part != "" && part != "at":
		return part
	case p.startsSchedule(w):
		return "schedule"
	}
	return ""
}

// readPart reads the part of a digest that the next word, w, begins.
func (p *parser) readPart(w word, part string) error {
	if !slices.Contains([]string{"tz", "in", "lang", "schedule"}, part) && p.draft.partAt.raw == "" {
		p.draft.partAt = w
	}
	switch part {
	case "tz":
		return p.readZone()
	case "in":
		return p.readChannel()
	case "lang":
		return p.readLanguage()
	case "if":
		return p.readIf()
	case "limit":
		return p.readLimits(false)
	case "and":
		p.advance()
		return p.readLimits(true)
	case "for":
		return p.readFor()
	case "until":
		return p.readUntil()
	case "notify":
		return p.readNotify()
	case "again":
		return p.readAgain()
	case "quiet":
		return p.readQuiet()
	}
	return p.readSchedule()
}

// codesFollows reports whether the command of a digest is still to come.
func (p *parser) codesFollows() bool {
	return slices.ContainsFunc(p.words[p.pos:], func(w word) bool { return w.keyword() == "codes" })
}

func (p *parser) readZone() error {
	key := p.advance()
	w, ok := p.next()
	if !ok || w.key != "" {
		return p.fail(BadZone, key, nil)
	}
	p.advance()
	name, ok := zoneName(w.plain)
	if !ok {
		return p.fail(BadZone, w, func(e *SyntaxError) {
			if e.Near = nearZone(w.text); e.Near != "" {
				p.suggest(e, func() { p.draft.Zone = e.Near })
			}
		})
	}
	if p.draft.Zone != "" && p.draft.Zone != name {
		return p.fail(Twice, w, nil)
	}
	p.draft.Zone = name
	return nil
}

// languageNames are what people call the languages that catbot speaks.
var languageNames = map[string]string{
	"en": "en", "english": "en", "英文": "en", "英语": "en",
	"zh": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh", "简体中文": "zh",
}

func (p *parser) readLanguage() error {
	key := p.advance()
	w, ok := p.next()
	if !ok {
		return p.fail(BadLanguage, key, nil)
	}
	p.advance()
	name := languageNames[w.text]
	if spoken, ok := i18n.For(w.text); ok && name == "" { // zh-CN
		name = spoken.Name()
	}
	if name == "" || w.key != "" {
		return p.fail(BadLanguage, w, nil)
	}
	if p.draft.Lang != "" && p.draft.Lang != name {
		return p.fail(Twice, w, nil)
	}
	p.draft.Lang = name
	return nil
}

// channelLink is a channel as Slack sends it, when it was picked from its list: <#C0123|ops>.
var channelLink = regexp.MustCompile(`^<#([CG][A-Z0-9]+)(?:\|[^>]*)?>$`)

func (p *parser) readChannel() error {
	key := p.advance()
	w, ok := p.next()
	if !ok {
		return p.fail(BadChannel, key, nil)
	}
	link := channelLink.FindStringSubmatch(w.plain)
	if link == nil || w.key != "" {
		if strings.HasPrefix(w.plain, "#") || strings.HasPrefix(w.plain, "<") {
			p.advance()
		}
		return p.fail(BadChannel, w, nil)
	}
	p.advance()
	if p.draft.Channel != "" && p.draft.Channel != link[1] {
		return p.fail(Twice, w, nil)
	}
	p.draft.Channel = link[1]
	return nil
}
