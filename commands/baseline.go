package commands

// A Baseline is what an answer is compared with. Its value is its text in a command.
type Baseline string

const (
	NoBaseline Baseline = ""
	JustBefore Baseline = "before"    // the window of the same length that ends where the one asked about begins
	DayBefore  Baseline = "yesterday" // the same hours of the day before
	WeekBefore Baseline = "last week" // the same hours seven days before
	OfLastDays Baseline = "usual"     // the range of the same hours of the last seven days
)

// compareWords ask for a comparison, and with what unless a baseline follows. 环比 is the period before; 同比 is the same
// period of an earlier cycle, which among people who watch sites is the week, as its days differ.
var compareWords = map[string]Baseline{
	"compare": JustBefore, "对比": JustBefore, "比较": JustBefore, "环比": JustBefore,
	"同比": WeekBefore, "周同比": WeekBefore, "日同比": DayBefore,
	"对比昨天": DayBefore, "对比昨日": DayBefore, "对比上周": WeekBefore, "对比平时": OfLastDays, "对比往常": OfLastDays,
}

// baselineWords name a baseline behind "compare", where the same word may mean a window elsewhere.
var baselineWords = map[string]Baseline{
	"before": JustBefore, "之前": JustBefore, "上一时段": JustBefore,
	"yesterday": DayBefore, "昨天": DayBefore, "昨日": DayBefore,
	"上周": WeekBefore, "usual": OfLastDays, "平时": OfLastDays, "往常": OfLastDays,
}

// joiners may stand between "compare" and its baseline.
var joiners = map[string]bool{"with": true, "to": true, "和": true, "与": true}

// openCompareWords are those that a baseline may follow.
var openCompareWords = map[string]bool{"compare": true, "对比": true, "比较": true, "同比": true}

func init() {
	for typed := range compareWords {
		keywords[typed] = "compare"
	}
}

// readCompare takes "compare" and the baseline that may follow it.
func (p *parser) readCompare() {
	w := p.advance()
	p.codes.Compare = compareWords[w.text]
	if !openCompareWords[w.text] {
		return
	}
	start := p.pos
	if next, ok := p.next(); ok && !next.quoted && joiners[next.text] {
		p.advance()
	}
	b, ok := p.baseline()
	if !ok {
		p.pos = start
		return
	}
	p.codes.Compare = b
}

// baseline reads the words of a baseline if they come next.
func (p *parser) baseline() (Baseline, bool) {
	next := p.at(p.pos)
	if next.quoted || next.key != "" {
		return NoBaseline, false
	}
	if b, ok := baselineWords[next.text]; ok {
		p.advance()
		return b, true
	}
	if week := p.at(p.pos + 1); next.text == "last" && week.text == "week" && !week.quoted {
		p.pos += 2
		return WeekBefore, true
	}
	return NoBaseline, false
}

// printCompare prints b as a part of a command; the window just before needs no name.
func printCompare(b Baseline) string {
	if b == JustBefore {
		return "compare"
	}
	return "compare " + string(b)
}
