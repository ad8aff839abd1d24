package commands

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxLength keeps lengths far from overflow. MaxWindow is the limit that people see.
const maxLength = 100 * 365 * 24 * time.Hour

// startsWindow reports whether w begins a window without a keyword: 8h, a date, a time of day.
func (p *parser) startsWindow(w word) bool {
	if w.quoted || w.key != "" {
		return false
	}
	if _, shaped := readLength(w.text); shaped || gluedLast.MatchString(w.text) {
		return true
	}
	_, shaped, _ := readMoment(w.text)
	return shaped
}

// readWindow reads a window into the command.
func (p *parser) readWindow() error {
	first, _ := p.next()
	window, err := p.window()
	if err != nil {
		return err
	}
	if p.codes.Window != (Window{}) && p.codes.Window != window {
		return p.fail(TwoWindows, first, nil)
	}
	if err := p.check(window, first); err != nil {
		return err
	}
	p.codes.Window = window
	return nil
}

func (p *parser) window() (Window, error) {
	w := p.advance()
	switch w.keyword() {
	case "last night":
		return Window{Kind: LastNight}, nil
	case "today":
		return Window{Kind: Today}, nil
	case "yesterday":
		return Window{Kind: Yesterday}, nil
	case "last":
		return p.rolling(w)
	case "since":
		from, err := p.moment(w)
		return Window{Kind: Since, From: from}, err
	case "from":
		from, err := p.moment(w)
		if err != nil {
			return Window{}, err
		}
		if !p.atTo() {
			return Window{Kind: Since, From: from}, nil
		}
		return p.between(from)
	}
	if parts := gluedLast.FindStringSubmatch(w.text); parts != nil {
		w.text = parts[1] + parts[2]
		return p.length(w)
	}
	if _, shaped := readLength(w.text); shaped {
		return p.length(w)
	}
	p.pos--
	from, err := p.moment(w)
	if err != nil {
		return Window{}, err
	}
	if p.atTo() {
		return p.between(from)
	}
	if !from.Timed {
		return Window{Kind: Day, From: from}, nil
	}
	if until, ok := from.hyphenated(); ok {
		from.Zone = ""
		return Window{Kind: Between, From: from, To: until}, nil
	}
	return Window{}, p.fail(NoEnd, w, func(e *SyntaxError) {
		e.Word = p.spanFrom(w)
		offer := Window{Kind: Since, From: from}
		if from.dated() && !p.fits(offer) {
			offer = Window{Kind: Day, From: Moment{Year: from.Year, Month: from.Month, Day: from.Day}}
		}
		p.suggest(e, func() { p.codes.Window = offer })
	})
}

// atTo reports whether a window goes on here: at "to", or at "and" with a moment after it.
func (p *parser) atTo() bool {
	w, ok := p.next()
	if !ok || w.keyword() == "to" {
		return ok
	}
	if p.pos+1 == len(p.words) || w.text != "and" && w.text != "和" && w.text != "-" {
		return false
	}
	_, shaped, _ := readMoment(p.words[p.pos+1].text)
	return shaped
}

// between reads "to" and the moment after it.
func (p *parser) between(from Moment) (Window, error) {
	to, err := p.moment(p.advance())
	return Window{Kind: Between, From: from, To: to}, err
}

// moment reads a date, a time of day, or a date and then a time of day; before is the word that asked for it.
func (p *parser) moment(before word) (Moment, error) {
	w, ok := p.next()
	if !ok {
		return Moment{}, p.fail(NoWindow, before, nil)
	}
	m, shaped, exists := readMoment(w.text)
	if w.quoted || w.key != "" || !shaped {
		p.skipInvalidTime()
		if next, ok := p.next(); ok && next.keyword() == "to" {
			p.advance()
			p.skipInvalidTime()
		}
		return Moment{}, p.fail(NoWindow, w, nil)
	}
	if !exists {
		return Moment{}, p.fail(BadTime, w, nil)
	}
	p.advance()
	if m.Timed {
		p.readOffset(&m)
		return m, nil
	}
	if w, ok := p.next(); ok && !w.quoted && w.key == "" {
		clock, shaped, exists := readMoment(w.text)
		if shaped && !clock.dated() {
			if !exists {
				return Moment{}, p.fail(BadTime, w, nil)
			}
			p.advance()
			m.Seconds, m.Timed, m.Zone = clock.Seconds, true, clock.Zone
			p.readOffset(&m)
		}
	}
	return m, nil
}

// skipInvalidTime moves past a word that stands where a time should, so it is not read as something else. A long
// number is not skipped, because it is a task.
func (p *parser) skipInvalidTime() {
	if w, ok := p.next(); ok && w.keyword() == "" && !(isDigits(w.text) && len(w.text) > len("2017")) {
		p.advance()
	}
}

// offsets are what may stand after a time, as RFC 3339 writes them: an offset, or UTC.
var offsets = regexp.MustCompile(`^(?:utc|gmt|z|[+-]\d{2}:?\d{2})$`)

// readOffset reads an offset apart from its time: 08:00 +08:00, 08:00 UTC.
func (p *parser) readOffset(m *Moment) {
	w, ok := p.next()
	if !ok || m.Zone != "" || w.quoted || w.key != "" || !offsets.MatchString(w.text) {
		return
	}
	text := w.text
	if text == "utc" || text == "gmt" {
		text = "z"
	}
	if zone, ok := readZone(text); ok {
		p.advance()
		m.Zone = zone
	}
}

// rolling reads what follows "last": 8h, 8 hours, hour, 8小时.
func (p *parser) rolling(last word) (Window, error) {
	w, ok := p.next()
	if !ok {
		return Window{}, p.fail(BadLength, last, nil)
	}
	p.advance()
	if w.text == "night" && !w.quoted {
		return Window{Kind: LastNight}, nil
	}
	if unit, ok := p.next(); ok && isDigits(w.text) && units[unit.text] > 0 && !unit.quoted {
		p.advance()
		w.raw, w.text = w.raw+" "+unit.raw, w.text+unit.text
	} else if unit := units[w.text]; unit > 0 {
		w.text = "1" + w.text
	}
	return p.length(w)
}

func (p *parser) length(w word) (Window, error) {
	length, shaped := readLength(w.text)
	if !shaped || length <= 0 {
		return Window{}, p.fail(BadLength, w, nil)
	}
	return Last(length), nil
}

var units = map[string]time.Duration{
	"m": time.Minute, "min": time.Minute, "mins": time.Minute, "minute": time.Minute, "minutes": time.Minute,
	"分": time.Minute, "分钟": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hrs": time.Hour, "hour": time.Hour, "hours": time.Hour,
	"时": time.Hour, "小时": time.Hour, "个小时": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour, "天": 24 * time.Hour, "日": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour, "weeks": 7 * 24 * time.Hour,
	"周": 7 * 24 * time.Hour, "星期": 7 * 24 * time.Hour,
}

const lengthUnits = `(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|分钟|分|个小时|小时|时|天|日|周|星期)`

// gluedLast is "last" and its length in one word, as Chinese writes it: 最近8小时.
var gluedLast = regexp.MustCompile(`^(?:(?:last|past)(\d.*)|(?:最近|过去|近)(.+))$`)

var numerals = map[string]time.Duration{"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

// readLength reads 8h, 90m, 1h30m, 8小时, 半小时. shaped reports whether text has that form; a length out of all reason is
// cut to maxLength. Nearly every command has one, so it does without a regular expression.
func readLength(text string) (length time.Duration, shaped bool) {
	if text == "" || len(text) > 64 {
		return 0, false
	}
	for text != "" {
		number, rest := cutNumber(text)
		end := strings.IndexFunc(rest, startsNumber)
		if end < 0 {
			end = len(rest)
		}
		unit := units[rest[:end]]
		if number == "" || unit == 0 {
			return 0, false
		}
		text = rest[end:]
		switch n, err := strconv.Atoi(number); {
		case number == "半":
			length += unit / 2
		case numerals[number] > 0:
			length += numerals[number] * unit
		case err != nil || time.Duration(n) > maxLength/unit:
			length = maxLength
		default:
			length += time.Duration(n) * unit
		}
		length = min(length, maxLength)
	}
	return length.Truncate(time.Minute), true
}

// cutNumber cuts the number off with which text begins: digits, or one character of Chinese. It may be empty.
func cutNumber(text string) (number, rest string) {
	rest = strings.TrimLeft(text, digits)
	if first, size := utf8.DecodeRuneInString(text); rest == text && startsNumber(first) {
		rest = text[size:]
	}
	return text[:len(text)-len(rest)], rest
}

func startsNumber(r rune) bool {
	return strings.ContainsRune(digits+"半一二两三四五六七八九十", r)
}

// ReadLength reads the length of a window as a command writes it: 8h, 31d, 1w.
func ReadLength(text string) (time.Duration, bool) {
	length, shaped := readLength(strings.ToLower(text))
	return length, shaped && length > 0
}

const digits = "0123456789"

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, digits) == ""
}

// check refuses a window that can't be answered, and suggests the nearest one that can.
func (p *parser) check(w Window, at word) error {
	begin, end := w.Resolve(p.now)
	offer := func(offers ...Window) func(*SyntaxError) {
		return func(e *SyntaxError) {
			e.Limit = PrintLength(p.MaxWindow)
			e.Word, e.At = p.spanFrom(at), at.at
			for _, window := range offers {
				if p.fits(window) {
					p.suggest(e, func() { p.codes.Window = window })
					return
				}
			}
		}
	}
	lastNight := Window{Kind: Between, From: momentAt(begin.AddDate(0, 0, -1)), To: momentAt(end)}
	swapped := Window{Kind: Between, From: w.To, To: w.From}
	switch {
	case w.Kind == Between && begin.After(w.To.on(begin)): // a bare date counts from its beginning here
		return p.fail(Reversed, at, offer(swapped, lastNight))
	case begin.After(p.now):
		return p.fail(Future, at, offer())
	case end.After(p.now):
		return p.fail(Future, at, offer(Window{Kind: Since, From: w.From}))
	case !begin.Before(end):
		return p.fail(Empty, at, offer(Window{Kind: Yesterday}))
	case end.Sub(begin) > p.MaxWindow && w.Kind == Between:
		return p.fail(TooLong, at, offer(Window{Kind: Between, From: w.From, To: momentAt(begin.Add(p.MaxWindow))}))
	case end.Sub(begin) > p.MaxWindow:
		return p.fail(TooLong, at, offer(Last(p.MaxWindow)))
	}
	return nil
}

// fits reports whether w can be answered.
func (p *parser) fits(w Window) bool {
	begin, end := w.Resolve(p.now)
	return begin.Before(end) && !end.After(p.now) && end.Sub(begin) <= p.MaxWindow
}

// spanFrom is the text from w up to the last word read.
func (p *parser) spanFrom(w word) string {
	last := p.words[p.pos-1]
	text := []rune(p.text)
	return string(text[w.at : last.at+len([]rune(last.raw))])
}
