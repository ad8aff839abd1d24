package i18n

import "time"

// A Watch is the condition of a digest, to be said.
type Watch struct {
	Limits []Limit // one or two
	Runs   int     // in a row that open and close an incident
	Until  *ClosingLine
	Calls  bool // people are called
	Again  time.Duration
	Quiet  [2]string // hours of the day, "23:00" and "08:00"; empty without quiet hours
}

// A Limit is one comparison of a condition.
type Limit struct {
	Kind  LevelKind
	Of    LimitScope
	Value float64 // of Kind's unit; of none for LevelUsual
	Week  bool    // of LevelTimes: compared with last week, not with yesterday
}

// A LimitScope is what a Limit looks at.
type LimitScope int

const (
	OfAll LimitScope = iota
	OfAnyISP
	OfAnyProvince
)

// A ClosingLine is the line below which an incident ends.
type ClosingLine struct {
	Below   float64
	Percent bool
}

// Speaks says in plain words when a digest with a condition posts. What stands for those whom it calls.
func (w Phrases) Speaks(c Watch) string {
	said := []string{w.f("%s, and %s.", w.opens(c), w.ends(c))}
	if c.Calls {
		said = append(said, w.f("When it begins, I call %s.", What))
	}
	if c.Again > 0 {
		said = append(said, w.f("While it lasts, I remind every %s.", w.Lasted(c.Again)))
	}
	if c.Quiet != [2]string{} {
		said = append(said, w.f("From %s to %s I am silent; if it still lasts then, I speak.", c.Quiet[0], c.Quiet[1]))
	}
	return w.Sentences(said...)
}

// SettlesAfter says how long after its time a run is evaluated.
func (w Phrases) SettlesAfter(settle time.Duration) string {
	return w.f("Each run is evaluated %s after its time, because results arrive late.", w.Lasted(settle))
}

func (w Phrases) opens(c Watch) string {
	when := w.limit(c.Limits[0])
	if len(c.Limits) > 1 {
		when = w.f("%s and %s", when, w.limit(c.Limits[1]))
	}
	if c.Runs > 1 {
		return w.f("I speak when %s %s in a row", when, w.inARow(c.Runs))
	}
	return w.f("I speak when %s", when)
}

func (w Phrases) ends(c Watch) string {
	below := w.f("this is no longer so")
	if c.Until != nil {
		line := w.ClosingLine(*c.Until)
		if below = w.f("it is below %s", line); c.Limits[0].Of != OfAll {
			below = w.f("all are below %s", line)
		}
	}
	if c.Runs > 1 {
		return w.f("end when %s %s in a row", below, w.inARow(c.Runs))
	}
	return w.f("end when %s", below)
}

func (w Phrases) inARow(runs int) string {
	if runs == 2 {
		return w.f("twice")
	}
	return w.f("%d times", runs)
}

// limit says when l is passed.
func (w Phrases) limit(l Limit) string {
	number := w.LimitNumber(l)
	switch {
	case l.Kind == LevelUsual:
		return w.f("there are more failures than usual")
	case l.Kind == LevelTimes && l.Week:
		return w.f("there are more than %s times as many failures as last week", number)
	case l.Kind == LevelTimes:
		return w.f("there are more than %s times as many failures as yesterday", number)
	case l.Kind == LevelPercent && l.Of == OfAnyISP:
		return w.f("any ISP fails more than %s of its probes", number)
	case l.Kind == LevelPercent && l.Of == OfAnyProvince:
		return w.f("any province fails more than %s of its probes", number)
	case l.Kind == LevelPercent:
		return w.f("more than %s of the probes fail", number)
	case l.Of == OfAnyISP:
		return w.f("any ISP has more than %s failures", number)
	case l.Of == OfAnyProvince:
		return w.f("any province has more than %s failures", number)
	}
	return w.f("there are more than %s failures", number)
}

// LimitNumber writes the value of l: "20%", "100", "2.5".
func (w Phrases) LimitNumber(l Limit) string {
	switch l.Kind {
	case LevelPercent:
		return roundTo(l.Value, 2) + "%"
	case LevelTimes:
		return roundTo(l.Value, 2)
	}
	return w.Count(int64(l.Value))
}

// OnlyIf names the limits of a condition in a few words.
func (w Phrases) OnlyIf(limits []Limit) string {
	short := w.shortLimit(limits[0])
	if len(limits) > 1 {
		short = w.f("%s and %s", short, w.shortLimit(limits[1]))
	}
	return w.f("only if %s", short)
}

func (w Phrases) shortLimit(l Limit) string {
	number := w.LimitNumber(l)
	switch {
	case l.Kind == LevelUsual:
		return w.f("more than usual")
	case l.Kind == LevelTimes && l.Week:
		return w.f("over %s times last week", number)
	case l.Kind == LevelTimes:
		return w.f("over %s times yesterday", number)
	case l.Of == OfAnyISP:
		return w.f("any ISP >%s", number)
	case l.Of == OfAnyProvince:
		return w.f("any province >%s", number)
	case l.Kind == LevelPercent:
		return w.f("over %s of the probes", number)
	}
	return w.f("over %s failures", number)
}

// ClosingLine writes the line below which an incident ends.
func (w Phrases) ClosingLine(l ClosingLine) string {
	if l.Percent {
		return roundTo(l.Below, 2) + "%"
	}
	return w.Failures(int64(l.Below))
}
