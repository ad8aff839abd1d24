package commands

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxLimits   = 2
	maxFor      = 12
	maxNotified = 5
	minAgain    = 15 * time.Minute
	maxAgain    = 7 * day
	maxTimes    = 1000
	// maxBelow keeps a closing line exact as a float64.
	maxBelow = 1e15
)

// The words of a condition, beside those of a digest's parts.
var (
	overWords  = wordSet("> over above 超过 大于 高于 多于")
	belowWords = wordSet("< below under 低于 小于 少于")
	anyWords   = wordSet("any 任一 任何 任意 某个 某一 单个")
	usualWords = wordSet("usual 平时 往常 平常")
	timesWords = wordSet("x × 倍 times")
	// failureWords may stand before or after a number without changing its meaning.
	failureWords = wordSet("failures 失败 失败数 失败次数 失败率 次 个")
	// sameHours may follow a baseline: 上周同期的 2 倍.
	sameHours   = wordSet("同期 的")
	runsWords   = wordSet("x × times time runs run slots slot 次 周期 个周期")
	onceWords   = map[string]int{"once": 1, "twice": 2, "thrice": 3}
	hereWords   = wordSet("here @here")
	theseWords  = wordSet("channel @channel everyone @everyone <!channel> <!everyone>")
	joinedWords = wordSet("and 和 与")
)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// is reports whether w is in set and not in quotes.
func (w word) is(set map[string]bool) bool { return !w.quoted && w.key == "" && set[w.text] }

// at returns the word at pos, which is empty behind the last.
func (p *parser) at(pos int) word {
	if pos < len(p.words) {
		return p.words[pos]
	}
	return word{}
}

// skip moves past words of set.
func (p *parser) skip(set map[string]bool) {
	for p.at(p.pos).is(set) {
		p.advance()
	}
}

// span returns the words from first up to the last one read as one.
func (p *parser) span(first word) word { return word{raw: p.spanFrom(first), at: first.at} }

// failSpan is fail for the words from first up to the last one read.
func (p *parser) failSpan(problem Problem, first word, set func(*SyntaxError)) error {
	return p.fail(problem, p.span(first), set)
}

// startsLimit reports whether a limit begins at pos: ">100", "any isp", 失败率 >5%. "<" is none, but it stands for one.
func (p *parser) startsLimit(pos int) bool {
	for p.at(pos).is(failureWords) {
		pos++
	}
	w := p.at(pos)
	_, _, scoped := p.scope(pos)
	return scoped || w.is(overWords) || !w.quoted && comparison.MatchString(w.text)
}

// comparison is a sign that compares. Only ">" is one of the language.
var comparison = regexp.MustCompile(`^[<>]=?$`)

// scope returns the scope whose words begin at pos, and their number: any isp, 任一运营商.
func (p *parser) scope(pos int) (of Scope, words int, ok bool) {
	if !p.at(pos).is(anyWords) {
		return Everything, 0, false
	}
	switch p.at(pos + 1).keyword() {
	case "isp":
		return AnyISP, 2, true
	case "province":
		return AnyProvince, 2, true
	}
	if slices.Contains([]string{"provinces", "个省"}, p.at(pos+1).text) {
		return AnyProvince, 2, true
	}
	return Everything, 0, false
}

// readIf reads "if" and the limits behind it.
func (p *parser) readIf() error {
	at := p.advance()
	if p.startsLimit(p.pos) {
		return p.readLimits(false)
	}
	return p.fail(BadCondition, at, p.offerLimit(Everything))
}

// offerLimit offers what stands next as a limit, if it is a number: "if 100" may be meant as ">100".
func (p *parser) offerLimit(of Scope) func(*SyntaxError) {
	return func(e *SyntaxError) {
		w, _ := p.next()
		if l, ok := limitOver(of, w); ok {
			p.advance() // else it would be a task
			p.suggest(e, func() { p.draft.offer(l) })
		}
	}
}

// readLimits reads a limit, and others after "and". joined says that "and" stands before the first.
func (p *parser) readLimits(joined bool) error {
	for {
		if err := p.readLimit(joined); err != nil {
			return err
		}
		if !p.startsJoinedLimit() {
			return nil
		}
		p.advance()
		joined = true
	}
}

// startsJoinedLimit reports whether "and" and a limit come next.
func (p *parser) startsJoinedLimit() bool {
	w, ok := p.next()
	return ok && !w.quoted && partWords[w.text] == "and" && p.startsLimit(p.pos+1)
}

func (p *parser) readLimit(joined bool) error {
	p.skip(failureWords)
	first := p.at(p.pos)
	of, words, _ := p.scope(p.pos)
	p.pos += words
	p.skip(failureWords)
	w := p.at(p.pos)
	switch {
	case w.is(overWords):
		p.advance()
	case !w.quoted && comparison.MatchString(w.text):
		return p.failComparison(first, of)
	default:
		return p.failSpan(BadCondition, first, p.offerLimit(of))
	}
	l, err := p.readAmount(first, of)
	if err != nil {
		return err
	}
	return p.addLimit(l, first, joined)
}

// failComparison refuses ">=100", "<100" and the like.
func (p *parser) failComparison(first word, of Scope) error {
	sign := p.advance()
	l, ok := limitOver(of, p.at(p.pos))
	if ok || isDigits(p.at(p.pos).text) {
		p.advance()
	}
	return p.failSpan(BadCondition, first, func(e *SyntaxError) {
		if !ok || sign.text != ">=" {
			return
		}
		if l.Kind == OverFailures {
			l.Failures-- // at least 100 is more than 99
		}
		if l.Failures >= 0 {
			p.suggest(e, func() { p.draft.offer(l) })
		}
	})
}

// amountPattern is a number, perhaps a percentage.
var amountPattern = regexp.MustCompile(`^(\d{1,19})(\.\d{1,18})?(%?)$`)

// limitOver returns the limit that w, a number or a percentage, is the line of.
func limitOver(of Scope, w word) (Limit, bool) {
	parts := amountPattern.FindStringSubmatch(w.text)
	if parts == nil || w.quoted || w.key != "" {
		return Limit{}, false
	}
	if parts[3] != "" {
		percent, ok := readPercent(parts[1] + parts[2])
		return Limit{Of: of, Kind: OverPercent, Percent: percent}, ok
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	return Limit{Of: of, Failures: n}, err == nil && n < math.MaxInt64 && parts[2] == ""
}

// readPercent reads a percentage between 0 and 100, of two decimals at most.
func readPercent(digits string) (float64, bool) {
	_, decimals, _ := strings.Cut(digits, ".")
	percent, err := strconv.ParseFloat(digits, 64)
	return percent, err == nil && percent > 0 && percent < 100 && len(decimals) <= 2
}

// readAmount reads what follows ">": 100, 5%, usual, x2 yesterday, 昨天 2 倍.
func (p *parser) readAmount(first word, of Scope) (Limit, error) {
	w := p.at(p.pos)
	if w.is(usualWords) {
		p.advance()
		return p.wholeLimit(first, Limit{Of: of, Kind: OverUsual})
	}
	if factor, words := p.factor(); words > 0 {
		p.pos += words
		return p.readTimes(first, of, factor)
	}
	if base, ok := p.readBase(); ok {
		factor, words := p.factor()
		p.pos += words
		return p.timesLimit(first, of, factor, base)
	}
	if !amountPattern.MatchString(w.text) || w.quoted || w.key != "" {
		if isDigits(w.text) {
			p.advance()
		}
		return Limit{}, p.failSpan(BadCondition, first, nil)
	}
	p.advance()
	if next, ok := p.next(); ok && next.text == "%" && !strings.HasSuffix(w.text, "%") {
		p.advance()
		w.text += "%"
	}
	p.skip(failureWords)
	l, ok := limitOver(of, w)
	switch {
	case ok && l.Kind == OverPercent && p.draft.percentAt.raw == "":
		p.draft.percentAt = p.span(first)
	case !ok && strings.HasSuffix(w.text, "%"):
		return Limit{}, p.failSpan(BadPercent, first, p.offerPercent(of, w.text))
	case !ok:
		return Limit{}, p.failSpan(BadCondition, first, p.offerWhole(of, w.text))
	}
	return l, nil
}

// offerPercent offers the nearest percentage: of two decimals, below 100. Above 0 is any failure.
func (p *parser) offerPercent(of Scope, text string) func(*SyntaxError) {
	return func(e *SyntaxError) {
		percent, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
		l := Limit{Of: of, Kind: OverPercent, Percent: min(99, math.Round(percent*100)/100)}
		if l.Percent == 0 {
			l = Limit{Of: of}
		}
		if err == nil {
			p.suggest(e, func() { p.draft.offer(l) })
		}
	}
}

// offerWhole offers a number of failures without its decimals.
func (p *parser) offerWhole(of Scope, text string) func(*SyntaxError) {
	return func(e *SyntaxError) {
		whole, _, _ := strings.Cut(text, ".")
		if l, ok := limitOver(of, word{text: whole}); ok {
			p.suggest(e, func() { p.draft.offer(l) })
		}
	}
}

// wholeLimit refuses a limit that compares all failures, but was typed for each ISP or province.
func (p *parser) wholeLimit(first word, l Limit) (Limit, error) {
	if l.Of == Everything {
		return l, nil
	}
	return Limit{}, p.failSpan(NotPerGroup, first, func(e *SyntaxError) {
		l.Of = Everything
		p.suggest(e, func() { p.draft.offer(l) })
	})
}

// factorPattern is a factor in one word: x2, 2x, 2.5倍.
var factorPattern = regexp.MustCompile(`^(?:[x×](\d{1,6}(?:\.\d{1,6})?)|(\d{1,6}(?:\.\d{1,6})?)[x×倍])$`)

// factor returns the digits of the factor that comes next, and the number of its words, which may be 0.
func (p *parser) factor() (digits string, words int) {
	w, next := p.at(p.pos), p.at(p.pos+1)
	if w.quoted || w.key != "" {
		return "", 0
	}
	if parts := factorPattern.FindStringSubmatch(w.text); parts != nil {
		return parts[1] + parts[2], 1
	}
	isNumber := func(w word) bool { return factorPattern.MatchString("x" + w.text) }
	switch {
	case w.is(timesWords) && isNumber(next):
		return next.text, 2
	case isNumber(w) && next.is(timesWords):
		return w.text, 2
	}
	return "", 0
}

// readTimes reads the baseline behind a factor.
func (p *parser) readTimes(first word, of Scope, factor string) (Limit, error) {
	p.skip(sameHours)
	base, ok := p.readBase()
	if !ok {
		return Limit{}, p.failSpan(BadTimes, first, p.offerTimes(factor, DayBefore))
	}
	return p.timesLimit(first, of, factor, base)
}

// readBase reads a baseline if it comes next.
func (p *parser) readBase() (Baseline, bool) {
	base, ok := p.baseline()
	if ok {
		p.skip(sameHours)
	}
	return base, ok
}

// timesLimit returns the limit of factor times base.
func (p *parser) timesLimit(first word, of Scope, factor string, base Baseline) (Limit, error) {
	times, ok := readFactor(factor)
	switch {
	case base == JustBefore:
		return Limit{}, p.failSpan(BeforeAsBase, first, p.offerTimes(factor, DayBefore))
	case base == OfLastDays:
		return Limit{}, p.failSpan(BadTimes, first, p.offerTimes(factor, DayBefore))
	case !ok:
		return Limit{}, p.failSpan(BadTimes, first, p.offerTimes("2", base))
	}
	if p.draft.timesAt.raw == "" {
		p.draft.timesAt = p.span(first)
	}
	return p.wholeLimit(first, Limit{Of: of, Kind: OverTimes, Times: times, Base: base})
}

// readFactor reads a factor of 1 at least, of two decimals at most.
func readFactor(digits string) (float64, bool) {
	_, decimals, _ := strings.Cut(digits, ".")
	times, err := strconv.ParseFloat(digits, 64)
	return times, err == nil && times >= 1 && times <= maxTimes && len(decimals) <= 2
}

func (p *parser) offerTimes(factor string, base Baseline) func(*SyntaxError) {
	return func(e *SyntaxError) {
		times, ok := readFactor(factor)
		if !ok {
			times = 2
		}
		p.suggest(e, func() { p.draft.offer(Limit{Kind: OverTimes, Times: times, Base: base}) })
	}
}

// addLimit adds l, whose words begin with first, to the draft.
func (p *parser) addLimit(l Limit, first word, joined bool) error {
	limits := p.draft.condition.Limits
	switch {
	case slices.Contains(limits, l):
		return nil
	case len(limits) > 0 && !joined:
		return p.failSpan(Twice, first, nil)
	case len(limits) == maxLimits:
		return p.failSpan(TooManyLimits, first, nil)
	}
	p.draft.condition.Limits = append(slices.Clip(limits), l)
	return nil
}

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
	if p.at(p.pos).is(belowWords) {
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
		case w.is(theseWords):
			p.advance()
			return p.fail(NotifyAll, w, func(e *SyntaxError) { p.suggest(e, func() { p.draft.call("<!here>") }) })
		case w.is(hereWords):
			parts = []string{"", "<!here"}
		case parts == nil && (strings.HasPrefix(w.raw, "@") || strings.HasPrefix(w.raw, "<")):
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

func isCallable(w word) bool {
	return w.is(hereWords) || w.is(theseWords) || strings.HasPrefix(w.raw, "@") || strings.HasPrefix(w.raw, "<")
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
