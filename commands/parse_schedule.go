package commands

import (
	"regexp"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

const (
	day        = 24 * time.Hour
	nineOClock = 9 * time.Hour
)

// dayWords are the words for days.
var dayWords = map[string]Weekdays{
	"daily": EveryDay, "everyday": EveryDay, "day": EveryDay, "天": EveryDay, "日": EveryDay,
	"weekdays": Workdays, "weekday": Workdays, "workdays": Workdays, "workday": Workdays, "工作日": Workdays,
	"weekends": weekend, "weekend": weekend, "周末": weekend,
}

const weekend Weekdays = 1<<time.Saturday | 1<<time.Sunday

// oneDay is a single day: mon, monday, mondays, 周一, 星期一, 礼拜一.
var oneDay = regexp.MustCompile(`^(?:(sun|mon|tue|wed|thu|fri|sat)[a-z]*|(?:周|星期|礼拜)([日天一二三四五六]))$`)

// readDay reads one day. What follows the first three letters must be the rest of the name: month is no Monday.
func readDay(text string) (time.Weekday, bool) {
	parts := oneDay.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	if parts[2] != "" {
		if parts[2] == "天" {
			return time.Sunday, true
		}
		return time.Weekday(strings.Index("日一二三四五六", parts[2]) / len("日")), true
	}
	for weekday := time.Sunday; weekday <= time.Saturday; weekday++ {
		name := strings.ToLower(weekday.String())
		if text == name || text == name+"s" || text == dayNames[weekday] || text == "tues" && weekday == time.Tuesday ||
			text == "weds" && weekday == time.Wednesday || text == "thur" && weekday == time.Thursday || text == "thurs" && weekday == time.Thursday {
			return weekday, true
		}
	}
	return 0, false
}

// dayRange is two days and what stands between them: mon-fri, 周一到周五.
var dayRange = regexp.MustCompile(`^(.+?)(?:-|到|至)(.+)$`)

// readDays reads a word for one day or several.
func readDays(text string) (Weekdays, bool) {
	if days, ok := dayWords[text]; ok {
		return days, true
	}
	if weekday, ok := readDay(text); ok {
		return 1 << weekday, true
	}
	parts := dayRange.FindStringSubmatch(text)
	if parts == nil {
		return 0, false
	}
	from, ok := readDay(parts[1])
	to, ok2 := readDay(parts[2])
	if !ok || !ok2 {
		return 0, false
	}
	var days Weekdays
	for weekday := from; ; weekday = (weekday + 1) % 7 {
		days |= 1 << weekday
		if weekday == to {
			return days, true
		}
	}
}

// each cuts "every" off a word that has it in one, as Chinese writes it: 每天, 每15分钟.
func each(text string) (rest string, ok bool) {
	for _, lead := range []string{"每隔", "每"} {
		if rest, ok := strings.CutPrefix(text, lead); ok {
			return rest, true
		}
	}
	return text, text == "every" || text == "each"
}

// ParseSchedule reads a schedule that stands alone, as typed at now: "weekdays 09:00". Its error is a *SyntaxError.
func ParseSchedule(text string, now time.Time) (Schedule, error) {
	p := &parser{now: now, text: Clean(text), draft: &draft{}}
	p.words = split(p.text)
	for w, more := p.next(); more; w, more = p.next() {
		if w.quoted || !p.startsSchedule(w) {
			return Schedule{}, p.fail(NotSchedule, w, nil)
		}
		if err := p.readSchedule(); err != nil {
			return Schedule{}, err
		}
	}
	if p.draft.Schedule == (Schedule{}) {
		return Schedule{}, p.fail(NoSchedule, word{}, nil)
	}
	return p.draft.Schedule, nil
}

// startsSchedule reports whether w begins a schedule.
func (p *parser) startsSchedule(w word) bool {
	if w.key != "" {
		return false
	}
	_, isDays := readDays(w.text)
	_, isEach := each(w.text)
	_, shaped, _ := readMoment(w.text)
	return isDays || isEach || shaped || w.text == "hourly" || w.text == "cron" || partWords[w.text] == "at"
}

// readSchedule reads a schedule into the draft.
func (p *parser) readSchedule() error {
	first, _ := p.next()
	schedule, err := p.schedule()
	if err != nil {
		return err
	}
	if p.draft.Schedule != (Schedule{}) && p.draft.Schedule != schedule {
		return p.fail(Twice, first, nil)
	}
	p.draft.Schedule = schedule
	return nil
}

func (p *parser) schedule() (Schedule, error) {
	w := p.advance()
	switch rest, isEach := each(w.text); {
	case w.text == "hourly":
		return Schedule{Kind: Interval, Every: time.Hour}, nil
	case w.text == "cron":
		return p.cron(w)
	case isEach && (rest == "every" || rest == "each"):
		return p.every(w)
	case isEach:
		if rest == "" {
			return p.every(w)
		}
		w.text = rest
		if _, isDays := readDays(rest); !isDays {
			return p.interval(w)
		}
	}
	p.pos--
	p.words[p.pos] = w
	return p.atTime()
}

// every reads what follows "every": 15m, 2 hours, hour, day, monday.
func (p *parser) every(key word) (Schedule, error) {
	w, ok := p.next()
	if !ok {
		return Schedule{}, p.fail(NoSchedule, key, nil)
	}
	if _, isDays := readDays(w.text); isDays {
		return p.atTime()
	}
	p.advance()
	if unit, ok := p.next(); ok && isDigits(w.text) && units[unit.text] > 0 && !unit.quoted {
		p.advance()
		w.raw, w.text = w.raw+" "+unit.raw, w.text+unit.text
	}
	return p.interval(w)
}

// interval reads a length that divides a day.
func (p *parser) interval(w word) (Schedule, error) {
	text := w.text
	if units[text] > 0 {
		text = "1" + text
	}
	length, shaped := readLength(text)
	if !shaped {
		return Schedule{}, p.fail(BadSchedule, w, nil)
	}
	nearby := nearInterval(length)
	offer := func(e *SyntaxError) {
		e.Near, e.Limit = PrintLength(nearby), PrintLength(minInterval)
		p.suggest(e, func() { p.draft.Schedule = Schedule{Kind: Interval, Every: nearby} })
	}
	switch {
	case length < minInterval:
		return Schedule{}, p.fail(TooOften, w, offer)
	case length != nearby:
		return Schedule{}, p.fail(BadInterval, w, offer)
	}
	return Schedule{Kind: Interval, Every: length}, nil
}

// nearInterval returns the interval nearest to d: of those that divide a day, for every day is to be like the other.
func nearInterval(d time.Duration) time.Duration {
	best := minInterval
	for candidate := minInterval; candidate <= day; candidate += time.Minute {
		if day%candidate == 0 && (candidate-d).Abs() < (best-d).Abs() {
			best = candidate
		}
	}
	return best
}

// atTime reads days and a time of day: daily 09:00, mon,wed at 9:30, 09:00.
func (p *parser) atTime() (Schedule, error) {
	s := Schedule{Kind: AtTime}
	for {
		w, ok := p.next()
		if !ok || w.quoted || w.key != "" {
			return Schedule{}, p.fail(NoTimeOfDay, word{}, p.atNine(s.Days))
		}
		if days, isDays := readDays(w.text); isDays {
			p.advance()
			s.Days |= days
			continue
		}
		if partWords[w.text] == "at" || s.Days != 0 && w.text == "and" {
			p.advance()
			continue
		}
		m, shaped, exists := readMoment(w.text)
		switch {
		case !shaped || m.dated():
			if isDigits(w.text) && len(w.text) <= len("0900") {
				p.advance() // else it would be a task
			}
			return Schedule{}, p.fail(NoTimeOfDay, w, p.atNine(s.Days))
		case !exists || m.Zone != "" || m.Seconds%60 != 0 || m.Seconds >= 24*3600:
			p.advance()
			return Schedule{}, p.fail(NoTimeOfDay, w, p.atNine(s.Days))
		}
		p.advance()
		s.Time = time.Duration(m.Seconds) * time.Second
		if s.Days == 0 {
			s.Days = EveryDay
		}
		return s, nil
	}
}

// atNine offers nine o'clock on days.
func (p *parser) atNine(days Weekdays) func(*SyntaxError) {
	return func(e *SyntaxError) {
		if days == 0 {
			days = EveryDay
		}
		p.suggest(e, func() { p.draft.Schedule = Schedule{Kind: AtTime, Days: days, Time: nineOClock} })
	}
}

// fiveFields reads cron's classic form alone: no seconds, no @daily, no zone of its own.
var fiveFields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// cron reads the expression after the word cron.
func (p *parser) cron(key word) (Schedule, error) {
	w, ok := p.next()
	if !ok {
		return Schedule{}, p.fail(BadCron, key, nil)
	}
	p.advance()
	fields := strings.Fields(w.text)
	expression := strings.Join(fields, " ")
	parsed, err := fiveFields.Parse(expression)
	spec, ok := parsed.(*cron.SpecSchedule)
	switch {
	case !w.quoted || len(fields) != 5 || strings.ContainsAny(expression, "=@") || err != nil || !ok:
		return Schedule{}, p.fail(BadCron, w, nil)
	case tooOften(spec):
		return Schedule{}, p.fail(TooOften, w, func(e *SyntaxError) {
			e.Limit = PrintLength(minInterval)
			p.suggest(e, func() { p.draft.Schedule = Schedule{Kind: Interval, Every: minInterval} })
		})
	case spec.Next(p.now).IsZero():
		return Schedule{}, p.fail(NeverComes, w, nil)
	}
	return Schedule{Kind: Cron, Cron: expression}, nil
}

// tooOften reports whether two times of s may lie closer together than minInterval.
func tooOften(s *cron.SpecSchedule) bool {
	const least = int(minInterval / time.Minute)
	first, last := -1, -1
	for minute := range 60 {
		if s.Minute&(1<<minute) == 0 {
			continue
		}
		if last >= 0 && minute-last < least {
			return true
		}
		if first < 0 {
			first = minute
		}
		last = minute
	}
	if first+60-last >= least {
		return false
	}
	for hour := range 24 {
		if next := (hour + 1) % 24; s.Hour&(1<<hour) != 0 && s.Hour&(1<<next) != 0 {
			return true
		}
	}
	return false
}
