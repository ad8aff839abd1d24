package commands

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// runs returns how many runs in a row the words from pos on say, and the number of these words: 2, 2x, 2 runs, twice
// in a row, 2 次. There may be none.
func (p *parser) runs(pos int) (n, words int) {
	w := p.at(pos)
	if w.quoted || w.key != "" {
		return 0, 0
	}
	digits := strings.TrimRight(w.text, "x×")
	switch {
	case onceWords[w.text] > 0:
		n = onceWords[w.text]
	case numerals[w.text] > 0:
		n = int(numerals[w.text])
	case isDigits(digits) && len(digits) <= 3 && len(w.text) <= len(digits)+len("×"):
		n, _ = strconv.Atoi(digits)
	default:
		return 0, 0
	}
	words = 1
	if p.at(pos + words).is(runsWords) {
		words++
	}
	if p.at(pos+words).text == "in" && p.at(pos+words+1).text == "a" && p.at(pos+words+2).text == "row" {
		words += 3
	}
	return n, words
}

// startsRuns reports whether a number of runs in a row comes next that needs no "for": twice in a row, 2x.
func (p *parser) startsRuns() bool {
	w := p.at(p.pos)
	_, words := p.runs(p.pos)
	return words > 3 || words > 0 && (onceWords[w.text] > 0 || strings.HasSuffix(w.text, "x"))
}

// readFor reads how many runs in a row open and close an incident.
func (p *parser) readFor() error {
	first := p.at(p.pos)
	if partWords[first.text] == "for" {
		p.advance()
	}
	n, words := p.runs(p.pos)
	if words == 0 {
		return p.fail(BadRuns, first, func(e *SyntaxError) { e.Limit = strconv.Itoa(maxFor) })
	}
	p.pos += words
	if n < 1 || n > maxFor {
		return p.failSpan(BadRuns, first, func(e *SyntaxError) {
			e.Limit = strconv.Itoa(maxFor)
			p.suggest(e, func() { p.draft.forRuns = min(max(1, n), maxFor) })
		})
	}
	if p.draft.forRuns != 0 && p.draft.forRuns != n {
		return p.failSpan(Twice, first, nil)
	}
	p.draft.forRuns = n
	return nil
}

// readUntil reads the closing line: until <5%.
func (p *parser) readUntil() error {
	first := p.advance()
	over := p.at(p.pos).is(overWords)
	if over || p.at(p.pos).is(belowWords) {
		p.advance()
	}
	w := p.at(p.pos)
	l, ok := limitOver(Everything, w)
	if isNumber := amountPattern.MatchString(w.text); isNumber || ok {
		p.advance()
	}
	line := ClosingLine{Percent: l.Kind == OverPercent, Below: l.Percent}
	if !line.Percent {
		line.Below = float64(l.Failures)
	}
	if !ok || line.Below <= 0 || line.Below > maxBelow {
		return p.failSpan(BadClosing, first, nil)
	}
	if over {
		return p.failSpan(BadClosing, first, func(e *SyntaxError) {
			p.suggest(e, func() { p.draft.condition.Until, p.draft.untilAt = &line, p.span(first) })
		})
	}
	if p.draft.condition.Until != nil && *p.draft.condition.Until != line {
		return p.failSpan(Twice, first, nil)
	}
	if line.Percent && p.draft.percentAt.raw == "" {
		p.draft.percentAt = p.span(first)
	}
	p.draft.condition.Until, p.draft.untilAt = &line, p.span(first)
	return nil
}

// mention is a person, a user group or @here as Slack sends them: <@U0123|name>, <!subteam^S0123|@oncall>, <!here>.
var mention = regexp.MustCompile(`^(<(?:@[UW][A-Z0-9]+|!subteam\^[A-Z0-9]+|!here))(?:\|[^<>]*)?>$`)

// readNotify reads whom the opening message calls.
func (p *parser) readNotify() error {
	key := p.advance()
	for taken := 0; ; taken++ {
		if taken > 0 && p.at(p.pos).is(joinedWords) && isCallable(p.at(p.pos+1)) {
			p.advance()
		}
		w := p.at(p.pos)
		parts := mention.FindStringSubmatch(w.raw)
		switch {
		case w.is(everybodyWords):
			p.advance()
			return p.fail(NotifyAll, w, func(e *SyntaxError) { p.suggest(e, func() { p.draft.call("<!here>") }) })
		case w.is(hereWords):
			parts = []string{"", "<!here"}
		case parts == nil && (isCallable(w) || taken == 0 && p.mayBeName(w)):
			p.advance()
			return p.fail(NotPicked, w, nil)
		case parts == nil && taken == 0:
			return p.fail(NoNotified, key, nil)
		case parts == nil:
			return nil
		}
		p.advance()
		if !p.draft.call(parts[1] + ">") {
			return p.fail(TooManyNotified, w, func(e *SyntaxError) { e.Limit = strconv.Itoa(maxNotified) })
		}
	}
}

// mayBeName reports whether w, which follows the word notify, is meant for a person: it is nothing else.
func (p *parser) mayBeName(w word) bool {
	_, isTask := p.task(w)
	return w.raw != "" && !isTask && w.keyword() == "" && w.command() == "" && p.part(w) == "" && !p.startsWindow(w)
}

func isCallable(w word) bool {
	return w.is(hereWords) || w.is(everybodyWords) || strings.HasPrefix(w.raw, "@") || strings.HasPrefix(w.raw, "<")
}

// reminderPattern is a reminder as Chinese writes it: 每4小时提醒, 每隔 1 天 提醒一次.
var reminderPattern = regexp.MustCompile(`^每隔?((?:\d+|[一二两三四五六七八九十半])?` + lengthUnits + `)(?:再|重复)?提醒(?:一次)?$`)

// reminder returns the length of the reminder that comes next, and the number of its words, which may be 0.
func (p *parser) reminder() (length string, words int) {
	if w := p.at(p.pos); w.quoted || !strings.HasPrefix(w.text, "每") {
		return "", 0
	}
	joined := ""
	for words = 1; words <= 5; words++ {
		joined += p.at(p.pos + words - 1).text
		if parts := reminderPattern.FindStringSubmatch(joined); parts != nil {
			return parts[1], words
		}
	}
	return "", 0
}

// readAgain reads how often the channel is reminded: again every 4h.
func (p *parser) readAgain() error {
	first := p.at(p.pos)
	text, words := p.reminder()
	if p.pos += words; words == 0 {
		p.advance()
		text = p.everyLength()
	}
	if units[text] > 0 {
		text = "1" + text
	}
	length, shaped := readLength(text)
	if !shaped || length < minAgain || length > maxAgain {
		return p.failSpan(BadAgain, first, func(e *SyntaxError) {
			e.Limit = PrintLength(maxAgain)
			if shaped {
				p.suggest(e, func() { p.draft.condition.Again = min(max(length, minAgain), maxAgain) })
			}
		})
	}
	if p.draft.condition.Again != 0 && p.draft.condition.Again != length {
		return p.failSpan(Twice, first, nil)
	}
	p.draft.condition.Again = length
	return nil
}

// everyLength reads a length that may stand behind "every", and in two words: every 4 hours, 每4小时. It is "" if none is
// next.
func (p *parser) everyLength() string {
	w := p.at(p.pos)
	rest, isEach := each(w.text)
	switch {
	case isEach && (rest == "" || rest == w.text):
		p.advance()
		w = p.at(p.pos)
	case isEach:
		w.text = rest
	}
	if unit := p.at(p.pos + 1); isDigits(w.text) && units[unit.text] > 0 && !unit.quoted {
		p.pos += 2
		return w.text + unit.text
	}
	if _, shaped := readLength(w.text); !shaped && units[w.text] == 0 || w.quoted || w.key != "" {
		return ""
	}
	p.advance()
	return w.text
}

// readQuiet reads the hours in which a digest says nothing: quiet 23:00-08:00.
func (p *parser) readQuiet() error {
	first := p.advance()
	if p.at(p.pos).keyword() == "from" {
		p.advance()
	}
	from, to, ok := p.quietHours()
	if !ok || from == to {
		return p.failSpan(BadQuiet, first, nil)
	}
	q := QuietHours{from, to}
	if p.draft.condition.Quiet != (QuietHours{}) && p.draft.condition.Quiet != q {
		return p.failSpan(Twice, first, nil)
	}
	p.draft.condition.Quiet = q
	return nil
}

// quietHours reads two times of day: 23:00-08:00 in one word, or with "to" or a dash between them.
func (p *parser) quietHours() (from, to time.Duration, ok bool) {
	text := p.at(p.pos).text
	if before, after, joined := strings.Cut(text, "-"); joined && before != "" && after != "" {
		p.advance()
		from, ok = clockOf(word{text: before})
		to, ok2 := clockOf(word{text: after})
		return from, to, ok && ok2
	}
	if from, ok = p.clock(); !ok {
		return 0, 0, false
	}
	if w := p.at(p.pos); w.keyword() == "to" || w.text == "-" {
		p.advance()
	}
	to, ok = p.clock()
	return from, to, ok
}

// clock reads a time of day. It moves past any word that stands for one.
func (p *parser) clock() (time.Duration, bool) {
	w := p.at(p.pos)
	clock, ok := clockOf(w)
	if _, shaped, _ := readMoment(w.text); shaped {
		p.advance()
	}
	return clock, ok
}

// clockOf reads a word as a time of day in whole minutes. 24:00 is midnight.
func clockOf(w word) (time.Duration, bool) {
	m, shaped, exists := readMoment(w.text)
	ok := shaped && exists && !m.dated() && m.Zone == "" && m.Seconds%60 == 0 && !w.quoted && w.key == ""
	return time.Duration(m.Seconds) * time.Second % day, ok
}
