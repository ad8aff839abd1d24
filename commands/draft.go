package commands

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"catbot/catapi"
)

// A draft is a digest while it is parsed.
type draft struct {
	DigestAdd
	condition Condition // becomes If
	forRuns   int       // as typed; 0 means not yet
	inCommand bool      // what stands before the command has been read
	watch     bool      // it was typed as watch, which has its own schedule, window and number of runs

	partAt    word // the first part of a condition, with or without a limit
	timesAt   word // the limit that is a multiple
	percentAt word // the first percentage
	untilAt   word
}

const (
	// watchPeriod is the schedule of a watch that names none.
	watchPeriod = 5 * time.Minute
	// watchPeriods is the window of a watch that names none, in periods of its schedule.
	watchPeriods = 3
	// watchRuns is the number of runs in a row that open and close an incident of a watch that names none.
	watchRuns = 2
)

// floor is offered to a condition that needs one.
var floor = Limit{Failures: 20}

// offer makes l a limit of d, for an example.
func (d *draft) offer(l Limit) {
	limits := d.condition.Limits[:min(len(d.condition.Limits), maxLimits-1)]
	d.condition.Limits = append(slices.Clip(limits), l)
}

// call adds one who is called, and reports whether there is room.
func (d *draft) call(who string) bool {
	called := d.condition.Notify
	if slices.Contains(called, who) {
		return true
	}
	if len(called) == maxNotified {
		return false
	}
	d.condition.Notify = append(slices.Clip(called), who)
	return true
}

// isConditional reports whether d has a condition, or a part of one.
func (d draft) isConditional() bool {
	c := d.condition
	return len(c.Limits) > 0 || c.Until != nil || len(c.Notify) > 0 || c.Again > 0 || c.Quiet != (QuietHours{}) ||
		d.forRuns > 0 || d.watch
}

// with completes d with its command. A schedule that is missing is that of most digests, or of most watches.
func (d draft) with(c Codes) DigestAdd {
	d.Command = c
	switch {
	case d.Schedule != (Schedule{}):
	case d.watch:
		d.Schedule = Schedule{Kind: Interval, Every: watchPeriod}
	default:
		d.Schedule = Schedule{Kind: AtTime, Days: EveryDay, Time: nineOClock}
	}
	if d.isConditional() {
		condition := d.condition
		condition.For = d.forRuns
		if d.watch {
			condition.For = cmp.Or(d.forRuns, watchRuns)
		}
		if condition.For == 1 {
			condition.For = 0
		}
		d.If = &condition
	}
	return d.DigestAdd
}

// watchText prints a watch of c as it is typed: without the schedule, window and number of runs that it has by itself.
func (d draft) watchText(c Codes) string {
	add := d.with(c).repaired()
	add.If.For = d.forRuns
	text := add.Command.text("watch")
	if d.Schedule != (Schedule{}) {
		text += " " + d.Schedule.String()
	}
	text += add.rest()
	if d.forRuns == 1 { // which a condition does not print
		text += " for 1"
	}
	return text
}

// watchWindow returns the window of a watch that names none: three periods of its schedule or the longest probing
// interval of its tasks, whichever is longer.
func (p *parser) watchWindow() Window {
	schedule := p.draft.with(Codes{}).Schedule
	if schedule.Kind != Interval {
		return Last(p.DefaultWindow)
	}
	length := watchPeriods * schedule.Every
	for _, task := range p.codes.Tasks {
		if p.Interval != nil {
			length = max(length, p.Interval(task))
		}
	}
	if rest := length % time.Minute; rest > 0 {
		length += time.Minute - rest
	}
	return Last(min(length, p.MaxWindow))
}

// checkDigest refuses a digest each of whose words is understood, but whose condition can't be evaluated.
func (p *parser) checkDigest(d DigestAdd) error {
	c := p.draft.condition
	v2 := firstOfV2(d.Command.Tasks)
	switch {
	case d.If == nil:
		return nil
	case len(c.Limits) == 0 && p.draft.watch:
		return p.fail(NoLimit, word{}, func(e *SyntaxError) { e.Near = "if " + usefulLimit(v2).String() })
	case len(c.Limits) == 0:
		return p.fail(NeedsLimit, p.draft.partAt, func(e *SyntaxError) { e.Near = "if " + usefulLimit(v2).String() })
	case d.If.needsFloor():
		return p.fail(NoFloor, p.draft.timesAt, func(e *SyntaxError) { e.Near = "and " + floor.String() })
	case d.If.NeedsProbes() && v2 != "":
		return p.fail(PercentOfV2, p.draft.percentAt, func(e *SyntaxError) { e.Near = v2 })
	case d.If.closesAboveOpening():
		return p.fail(ClosingTooHigh, p.draft.untilAt, func(e *SyntaxError) { e.Near = "<" + c.openingLine() })
	}
	return nil
}

// firstOfV2 returns the first of tasks that is one of API v2, or "".
func firstOfV2(tasks []string) string {
	for _, task := range tasks {
		if !catapi.IsAPI3(task) {
			return task
		}
	}
	return ""
}

// usefulLimit is offered where a limit is missing. v2 is a task of API v2, or "".
func usefulLimit(v2 string) Limit {
	if v2 != "" {
		return Limit{Failures: 100}
	}
	return Limit{Of: AnyISP, Kind: OverPercent, Percent: 20}
}

// needsFloor reports whether c compares with a multiple alone. A few failures would pass it at a quiet hour.
func (c Condition) needsFloor() bool {
	isFloor := func(l Limit) bool { return l.Kind == OverFailures || l.Kind == OverPercent }
	isMultiple := func(l Limit) bool { return l.Kind == OverTimes }
	return slices.ContainsFunc(c.Limits, isMultiple) && !slices.ContainsFunc(c.Limits, isFloor)
}

// closesAboveOpening reports whether the closing line of c is above its opening line, where both have one unit.
func (c Condition) closesAboveOpening() bool {
	if c.Until == nil || len(c.Limits) == 0 {
		return false
	}
	switch l := c.Limits[0]; l.Kind {
	case OverFailures:
		return !c.Until.Percent && c.Until.Below > float64(l.Failures)
	case OverPercent:
		return c.Until.Percent && c.Until.Below > l.Percent
	}
	return false
}

// openingLine prints the line of the first limit.
func (c Condition) openingLine() string {
	if l := c.Limits[0]; l.Kind == OverPercent {
		return printNumber(l.Percent) + "%"
	}
	return fmt.Sprint(c.Limits[0].Failures)
}

// repaired returns d with the nearest condition that can be evaluated, for an example.
func (d DigestAdd) repaired() DigestAdd {
	if d.If == nil {
		return d
	}
	c := *d.If
	c.Limits = slices.Clone(c.Limits)
	v2 := firstOfV2(d.Command.Tasks)
	if len(c.Limits) == 0 {
		c.Limits = []Limit{usefulLimit(v2)}
	}
	if c.needsFloor() {
		c.Limits = append(c.Limits[:1], floor)
	}
	if v2 != "" {
		for i, l := range c.Limits {
			if l.Kind == OverPercent {
				c.Limits[i] = Limit{Of: l.Of, Failures: int64(math.Ceil(l.Percent))}
			}
		}
		if c.Until != nil && c.Until.Percent {
			c.Until = nil
		}
	}
	c.Limits = distinct(c.Limits)
	if c.closesAboveOpening() {
		c.Until = c.closingAtOpening()
	}
	d.If = &c
	return d
}

func distinct(limits []Limit) (out []Limit) {
	for _, l := range limits {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// closingAtOpening returns the closing line at the opening line, or nil if nothing could be below it.
func (c Condition) closingAtOpening() *ClosingLine {
	if l := c.Limits[0]; l.Kind == OverPercent {
		return &ClosingLine{Percent: true, Below: l.Percent}
	}
	if c.Limits[0].Failures == 0 {
		return nil
	}
	return &ClosingLine{Below: float64(c.Limits[0].Failures)}
}

// glued are the pieces of words that people write without a space between them: 如果任一运营商超过20%, over100, >x2.
// Where one piece begins another, the longer stands first.
var glued = regexp.MustCompile(`(?i)^(?:<[@#!][^<>]*>|[<>]=?|\d+(?:\.\d+)?%?|%|[x×倍]|` +
	`if|when|over|above|below|under|any|isps?|provinces?|usual|` +
	`每隔?(?:\d+|[一二两三四五六七八九十半])?(?:分钟|小时|个小时|天)(?:再|重复)?(?:提醒(?:一次)?)?|` +
	`如果|若|当|任一|任何|任意|某个|某一|单个|运营商|个?省份?|失败次数|失败[率数]?|超过|大于|高于|多于|低于|小于|少于|` +
	`平时|往常|平常|昨[天日]|上周|同期|的|之前|上一时段|连续|持续|[一二两三四五六七八九十]|次|个?周期|个|直到|` +
	`并且|而且|且|和|通知|呼叫|静默|免打扰)`)

// couldBeGlued matches the words that are taken apart, if they are made of pieces.
var couldBeGlued = regexp.MustCompile(`[<>%\p{Han}]|^(?i:over|above|below|under)\d`)

// unglue takes the words from here on apart that are made of pieces.
func (p *parser) unglue() {
	words := slices.Clone(p.words[:p.pos])
	for _, w := range p.words[p.pos:] {
		pieces := piecesOf(w)
		if _, isAlias := p.Aliases[w.text]; len(pieces) < 2 || isAlias {
			words = append(words, w)
			continue
		}
		words = append(words, pieces...)
	}
	p.words = words
}

// piecesOf returns the pieces that w is made of, or nil if it is made of anything else, too.
func piecesOf(w word) (pieces []word) {
	if strings.ContainsAny(w.raw, `"'`) || !couldBeGlued.MatchString(w.raw) {
		return nil
	}
	at := w.at
	for rest := w.raw; rest != ""; {
		piece := glued.FindString(rest)
		if piece == "" {
			return nil
		}
		pieces = append(pieces, word{raw: piece, text: strings.ToLower(piece), plain: piece, at: at})
		rest, at = rest[len(piece):], at+len([]rune(piece))
	}
	return pieces
}
