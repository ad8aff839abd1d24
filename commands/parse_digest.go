package commands

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"catbot/i18n"
)

// A draft is a digest while it is parsed.
type draft struct {
	DigestAdd
	inCommand bool // what stands before the command has been read
}

// ForDigest is c as a digest runs it: everybody in the channel sees its answer, and sees what has changed.
func ForDigest(c Codes) Codes {
	if c.Compare == NoBaseline {
		c.Compare = JustBefore
	}
	c.Public, c.Show = false, Summary
	return c
}

// with completes d with its command. A schedule that is missing is that of most digests.
func (d draft) with(c Codes) DigestAdd {
	d.Command = c
	if d.Schedule == (Schedule{}) {
		d.Schedule = Schedule{Kind: AtTime, Days: EveryDay, Time: nineOClock}
	}
	return d.DigestAdd
}

// digestWords are the verbs of digest, by what people type.
var digestWords = map[string]string{
	"add": "add", "new": "add", "create": "add", "添加": "add", "新建": "add",
	"list": "list", "ls": "list", "列表": "list",
	"show": "show", "查看": "show", "run": "run", "运行": "run", "pause": "pause", "暂停": "pause",
	"resume": "resume", "恢复": "resume", "remove": "remove", "delete": "remove", "rm": "remove", "删除": "remove",
}

// partWords are those for the parts of one.
var partWords = map[string]string{
	"tz": "tz", "timezone": "tz", "时区": "tz",
	"in": "in", "在": "in",
	"lang": "lang", "language": "lang", "语言": "lang",
	"if": "if", "when": "if", "如果": "if", "若": "if",
	"at": "at",
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
	for !p.draft.inCommand {
		w, ok := p.next()
		if !ok {
			return nil, p.fail(NoDigestCommand, word{}, nil)
		}
		if err := p.readNext(w); err != nil {
			return nil, err
		}
	}
	if p.draft.Schedule == (Schedule{}) {
		return nil, p.fail(NoSchedule, word{}, nil)
	}
	command, err := p.readCodes()
	if err != nil {
		return nil, err
	}
	return p.draft.with(ForDigest(command.(Codes))), nil
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
	if w.quoted {
		return p.fail(BadSchedule, w, nil)
	}
	switch partWords[w.text] {
	case "tz":
		return p.readZone()
	case "in":
		return p.readChannel()
	case "lang":
		return p.readLanguage()
	case "if":
		return p.readCondition(true)
	}
	switch {
	case isCondition(w):
		return p.readCondition(false)
	case w.keyword() == "help", w.keyword() == "digest":
		return p.fail(NotInDigest, w, nil)
	case p.startsSchedule(w):
		return p.readSchedule()
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
	"en": "en", "english": "en", "英文": "en", "英语": "en", "zh": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh", "简体中文": "zh",
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

// conditions is a condition in one word: >100, over100, 超过100.
var conditions = regexp.MustCompile(`^(?:>|over|above|超过|大于)(\d*)$`)

func isCondition(w word) bool {
	return w.key == ">" || strings.HasPrefix(w.text, "<") && channelLink.FindString(w.plain) == "" || conditions.MatchString(w.text)
}

// readCondition takes "if >100" and its other forms; named says that it begins with if.
func (p *parser) readCondition(named bool) error {
	at := p.words[p.pos]
	if named {
		p.advance()
	}
	w, ok := p.next()
	if !ok || !isCondition(w) {
		return p.fail(BadCondition, at, func(e *SyntaxError) {
			if over, err := strconv.ParseInt(w.text, 10, 64); err == nil && over >= 0 && over < math.MaxInt64 && w.key == "" {
				p.advance() // else it would be a task
				p.suggest(e, func() { p.draft.If = OverCount(over) })
			}
		})
	}
	p.advance()
	parts := conditions.FindStringSubmatch(w.text)
	if parts == nil { // >=100, <100
		return p.fail(BadCondition, w, func(e *SyntaxError) {
			if n, err := strconv.ParseInt(w.text, 10, 64); w.key == ">" && err == nil && n > 0 {
				p.suggest(e, func() { p.draft.If = OverCount(n - 1) })
			}
		})
	}
	digits := parts[1]
	if number, ok := p.next(); ok && digits == "" && isDigits(number.text) {
		digits = p.advance().text
	}
	over, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || over == math.MaxInt64 {
		return p.fail(BadCondition, w, nil)
	}
	if p.draft.If != nil && p.draft.If.Limits[0].Failures != over {
		return p.fail(Twice, w, nil)
	}
	p.draft.If = OverCount(over)
	return nil
}
