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
	sameHours      = wordSet("同期 的")
	runsWords      = wordSet("x × times time runs run slots slot 次 周期 个周期")
	onceWords      = map[string]int{"once": 1, "twice": 2, "thrice": 3}
	hereWords      = wordSet("here @here")
	everybodyWords = wordSet("channel @channel everyone @everyone <!channel> <!everyone>")
	joinedWords    = wordSet("and 和 与")
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
	if p.at(p.pos).is(anyWords) { // any city
		at = p.advance()
		if w, more := p.next(); more && w.keyword() == "" && !w.is(overWords) {
			p.advance()
		}
		return p.failSpan(BadCondition, at, p.offerLimit(Everything))
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
