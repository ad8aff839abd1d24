package commands

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"catbot/catapi"
)

// readCodes reads what follows the word codes, in any order.
func (p *parser) readCodes() (Command, error) {
	for {
		w, ok := p.next()
		if !ok {
			break
		}
		if err := p.readNext(w); err != nil {
			return nil, err
		}
	}
	if len(p.codes.Tasks) == 0 && len(p.About.Tasks) > 0 {
		p.codes.Tasks = slices.Clone(p.About.Tasks)
		if p.trend {
			p.codes.Tasks = p.codes.Tasks[:1]
		}
		if p.codes.Window == (Window{}) {
			p.codes.Window = p.About.Window
		}
	}
	if len(p.codes.Tasks) == 0 {
		return nil, p.fail(NoTask, word{}, nil)
	}
	if len(p.codes.Tasks)*max(1, len(p.codes.Provinces)) > p.maxParts() {
		return nil, p.fail(TooMany, p.words[len(p.words)-1], func(e *SyntaxError) {
			e.Limit = strconv.Itoa(p.maxParts())
		})
	}
	if p.codes.Window == (Window{}) {
		p.codes.Window = p.defaultWindow()
	}
	return p.codes, nil
}

// defaultWindow returns the window of the command so far, which names none.
func (p *parser) defaultWindow() Window {
	if p.draft != nil && p.draft.watch {
		return p.watchWindow()
	}
	return Last(p.DefaultWindow)
}

// maxParts bounds tasks times provinces.
func (p *parser) maxParts() int {
	if p.trend {
		return MaxTrendParts
	}
	return MaxParts
}

// readCodesWord reads the next word, w, and those that belong to it.
func (p *parser) readCodesWord(w word) error {
	switch w.keyword() {
	case "last", "last night", "today", "yesterday", "since", "from":
		return p.readWindow()
	case "isp":
		return p.readISPs()
	case "top", "compare", "rows", "csv":
		if p.trend {
			if w.keyword() == "compare" {
				p.readCompare() // its baseline is no window
			} else {
				p.advance()
			}
			if n, ok := p.next(); ok && w.keyword() == "top" && isDigits(n.text) {
				p.advance() // else it would be a task
			}
			return p.fail(NotInTrend, w, nil)
		}
	}
	switch w.keyword() {
	case "rows", "csv":
		p.advance()
		p.codes.Show = Show(w.keyword())
		return nil
	case "top":
		return p.readTop()
	case "compare":
		p.readCompare()
		return nil
	case "public":
		p.advance()
		p.codes.Public = true
		return nil
	case "province":
		return p.readNamedProvince()
	case "to":
		return p.fail(UnknownWord, w, nil)
	}
	switch {
	case commandWords[w.keyword()] != "":
		return p.fail(UnknownWord, w, nil)
	case p.isFiller(w):
		p.advance()
		return nil
	case w.key != "":
		return p.readPair(w)
	case w.quoted:
		return p.readBare(w)
	case p.startsWindow(w):
		return p.readWindow()
	case gluedTop.MatchString(w.text) && !p.trend:
		return p.readTop()
	}
	if id, ok := p.task(w); ok {
		p.advance()
		p.codes.addTask(id)
		return nil
	}
	return p.readBare(w)
}

// fillers are words without a meaning of their own.
var fillers = []string{
	"for", "in", "of", "on", "the", "and", "with", "task", "tasks", "please", "任务", "和", "的", "请", "(utc+8)", "utc+8",
}

// isFiller reports whether w may be left out: "the task 126531 in jiangxi". "china" is one before the rest of an
// ISP's name.
func (p *parser) isFiller(w word) bool {
	if w.quoted || w.key != "" {
		return false
	}
	if w.text == "china" && p.pos+1 < len(p.words) {
		_, isISP := knownISP(p.words[p.pos+1].text)
		return isISP
	}
	return slices.Contains(fillers, w.text)
}

func (c *Codes) addTask(id string) {
	if !slices.Contains(c.Tasks, id) {
		c.Tasks = append(c.Tasks, id)
	}
}

func (c *Codes) addProvince(name string) {
	if !slices.Contains(c.Provinces, name) {
		c.Provinces = append(c.Provinces, name)
	}
}

func (c *Codes) addISP(name string) {
	if !slices.Contains(c.ISPs, name) {
		c.ISPs = append(c.ISPs, name)
	}
}

// TaskID reads a task's id: task-ab12cd34 of API 3.0, or a positive whole number of v2, without zeros in front.
func TaskID(text string) (string, bool) {
	if catapi.IsAPI3(text) {
		return text, true
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	if err != nil || n <= 0 || strings.HasPrefix(text, "+") {
		return "", false
	}
	return strconv.FormatInt(n, 10), true
}

// readBare reads a word without a keyword: an ISP, a province, or an unknown word.
func (p *parser) readBare(w word) error {
	if isp, ok := knownISP(w.text); ok {
		p.advance()
		p.codes.addISP(isp)
		return nil
	}
	if province, ok := p.Names.Find(w.text); ok {
		p.advance()
		p.codes.addProvince(provinceValue(province, w))
		return nil
	}
	return p.readUnknown(w)
}

// provinceValue is what to ask CAT for: the province's code, or the typed name if it has none.
func provinceValue(province Province, w word) string {
	if province.Code != "" {
		return province.Code
	}
	return shortName(w.text)
}

// readUnknown reads a word that is in no table. If it resembles a name, the error suggests that. If it may be a code,
// it is sent to CAT as it is.
func (p *parser) readUnknown(w word) error {
	if strings.IndexFunc(w.text, func(r rune) bool { return !unicode.IsDigit(r) }) < 0 {
		return p.fail(BadTask, w, nil)
	}
	isCode := !w.quoted && looksLikeCode(w.text)
	p.unknown++
	switch { // a suggestion would not be shown
	case p.quiet && !isCode:
		return p.fail(UnknownWord, w, nil)
	case isCode && p.unknown > MaxParts: // more than a command may ask for
		p.advance()
		p.codes.addProvince(w.text)
		return nil
	}
	if names := p.nearProvinces(w.text); len(names) > 0 {
		province, _ := p.Names.Find(names[0])
		return p.fail(NearProvince, w, func(e *SyntaxError) {
			e.Near, e.Or = names[0], names[1:]
			p.suggest(e, func() { p.codes.addProvince(provinceValue(province, word{text: names[0]})) })
		})
	}
	if name := nearISP(w.text); name != "" {
		return p.failNearISP(w, name)
	}
	if name := nearest(w.text, p.aliasNames()); name != "" {
		return p.fail(NearWord, w, func(e *SyntaxError) {
			e.Near = name
			p.suggest(e, func() { p.codes.addTask(p.Aliases[name]) })
		})
	}
	if name := nearest(w.text, keywordNames); name != "" {
		return p.fail(NearWord, w, func(e *SyntaxError) {
			e.Near = name
			e.Try = p.respell(name)
		})
	}
	if isCode {
		p.advance()
		p.codes.addProvince(w.text)
		return nil
	}
	return p.fail(UnknownWord, w, nil)
}

// nearProvinces are the names of provinces that word resembles most, the best known first.
func (p *parser) nearProvinces(word string) []string {
	if name := nearest(word, p.Names.spellings()); name != "" {
		return []string{name}
	}
	names := nearSecond(word, p.Names.spellings())
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return names
}

// nearISP is the name of an ISP that word resembles, or "".
func nearISP(word string) string {
	if name := nearest(word, ispNames); name != "" {
		return name
	}
	if names := nearSecond(word, ISPs); len(names) > 0 {
		return names[0]
	}
	return ""
}

func (p *parser) failNearISP(w word, name string) error {
	return p.fail(NearISP, w, func(e *SyntaxError) {
		e.Near = name
		p.suggest(e, func() { p.codes.addISP(isps[name]) })
	})
}

// readNamedProvince takes "province jiangxi", where the name may be anything.
func (p *parser) readNamedProvince() error {
	key := p.advance()
	w, ok := p.next()
	if ok && w.raw == "=" {
		p.advance()
		w, ok = p.next()
	}
	if !ok || w.keyword() != "" || w.key != "" || !nameFits(w.plain) {
		return p.fail(NoProvince, key, nil)
	}
	if _, known := p.Names.Find(w.text); known {
		return p.readBare(w)
	}
	p.advance()
	p.codes.addProvince(w.plain)
	return nil
}

// nameFits bounds the length of a name that is sent as it is.
func nameFits(name string) bool { return name != "" && utf8.RuneCountInString(name) <= 64 }

// readPair reads province=value, whose value is sent as it is, and isp=value.
func (p *parser) readPair(w word) error {
	switch keywords[w.key] {
	case "province":
		if !nameFits(w.plain) {
			return p.fail(NoProvince, w, nil)
		}
		p.advance()
		p.codes.addProvince(w.plain)
		return nil
	case "isp":
		if !nameFits(w.plain) {
			return p.fail(NoISP, w, nil)
		}
		p.advance()
		p.codes.addISP(ispValue(w))
		return nil
	case "top":
		return p.setTop(p.advance(), w.text)
	}
	return p.fail(UnknownWord, w, nil)
}

// readISPs takes "isp" and the names after it, up to a word that can only be something else.
func (p *parser) readISPs() error {
	key := p.advance()
	for taken := 0; ; taken++ {
		w, ok := p.next()
		if ok && w.text == "china" && p.isFiller(w) {
			p.advance()
			taken--
			continue
		}
		if !ok || !p.couldBeISP(w) {
			if taken == 0 {
				return p.fail(NoISP, key, nil)
			}
			return nil
		}
		if _, known := knownISP(w.text); !known && !w.quoted {
			if name := nearISP(w.text); name != "" {
				return p.failNearISP(w, name)
			}
		}
		p.advance()
		p.codes.addISP(ispValue(w))
	}
}

func ispValue(w word) string {
	if isp, ok := knownISP(w.text); ok {
		return isp
	}
	return w.plain
}

func (p *parser) couldBeISP(w word) bool {
	if w.quoted && w.key == "" {
		return nameFits(w.plain)
	}
	if p.draft != nil && p.part(w) != "" {
		return false
	}
	if w.key != "" || w.keyword() != "" || p.startsWindow(w) || gluedTop.MatchString(w.text) {
		return false
	}
	if slices.Contains(fillers, w.text) {
		return false
	}
	if _, ok := knownISP(w.text); ok {
		return true
	}
	_, isTask := p.task(w)
	_, isProvince := p.Names.Find(w.text)
	return !isTask && !isProvince && nameFits(w.plain)
}

// gluedTop is "top" and its number in one word, as Chinese writes it: 前5.
var gluedTop = regexp.MustCompile(`^(?:top|前)(\d+)(?:个|位|名)?$`)

func (p *parser) readTop() error {
	w := p.advance()
	digits := w.text
	if parts := gluedTop.FindStringSubmatch(w.text); parts != nil {
		digits = parts[1]
	} else if value, ok := p.next(); ok {
		w, digits = p.advance(), value.text
	}
	return p.setTop(w, digits)
}

func (p *parser) setTop(w word, digits string) error {
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > MaxTop {
		return p.fail(BadTop, w, func(e *SyntaxError) { e.Limit = strconv.Itoa(MaxTop) })
	}
	p.codes.Top = n
	return nil
}
