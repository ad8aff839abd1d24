package report

import (
	"slices"
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

// failuresOverTime are the bucket counts of h on the ISPs that q requests; nil where h has none.
func (q Question) failuresOverTime(h catapi.History) []catapi.BucketCount {
	if h.Buckets == nil || q.ISP == nil {
		return h.Buckets
	}
	counts := []catapi.BucketCount{}
	for _, c := range h.Buckets {
		if q.ISP(c.ISP) {
			counts = append(counts, c)
		}
	}
	return counts
}

// Trend returns the failures of a over time: those of the parts that have an answer. It is nil where nothing failed, where the
// time of a failure is not known, where the parts cover different windows, and where the window is too short for a trend.
func (a Answer) Trend() *Trend {
	if a.Total == 0 {
		return nil
	}
	var buckets []Bucket
	request := a.Request
	for _, part := range a.Parts {
		switch {
		case part.Err != nil:
			continue
		case part.overTime == nil:
			return nil
		case buckets == nil:
			request.Begin, request.End = part.Begin, part.End
			buckets = part.emptyBuckets()
		case !part.Begin.Equal(request.Begin) || !part.End.Equal(request.End):
			return nil
		}
		part.fill(buckets)
	}
	t := NewTrend(request, buckets)
	if len(t.Drawn()) < 2 {
		return nil
	}
	return &t
}

// emptyBuckets are the buckets of p's window without their failures.
func (p Part) emptyBuckets() []Bucket {
	length := p.bucketLength()
	var buckets []Bucket
	for begin := catapi.Floor(p.Begin, length); begin.Before(p.End); begin = begin.Add(length) {
		buckets = append(buckets, Bucket{Begin: begin, End: begin.Add(length), ISPs: map[string]int64{}})
	}
	if len(buckets) == 0 {
		return nil
	}
	first, last := &buckets[0], &buckets[len(buckets)-1]
	last.Unfinished = last.End.After(p.askedAt)
	first.Begin, last.End = p.Begin, p.End
	return buckets
}

func (p Part) bucketLength() time.Duration {
	return catapi.Query{Begin: p.Begin, End: p.End}.BucketLength()
}

// fill adds the failures of p to buckets of its window.
func (p Part) fill(buckets []Bucket) {
	length := p.bucketLength()
	first := catapi.Floor(p.Begin, length)
	for _, c := range p.overTime {
		if i := int(c.Begin.Sub(first) / length); i >= 0 && i < len(buckets) {
			buckets[i].ISPs[c.ISP] += c.Count
			buckets[i].Total += c.Count
		}
	}
}

// Drawn returns the indexes of the buckets that are drawn. It leaves out those without data. It also leaves out a first or last
// bucket that is shorter than the others, unless it has failures, and at least as many as the one beside it: a lower count
// would look like a rise or a recovery.
func (t Trend) Drawn() []int {
	length := t.bucketLength()
	var drawn []int
	for i, b := range t.Buckets {
		beside := i - 1
		if i == 0 {
			beside = min(1, len(t.Buckets)-1)
		}
		short := b.End.Sub(b.Begin) < length
		if b.Err == nil && (!short || b.Total >= max(t.Buckets[beside].Total, 1)) {
			drawn = append(drawn, i)
		}
	}
	return drawn
}

// Worst returns limit lines at most: those of the worst ISPs, and where some are left, their sum as the rest.
func (t Trend) Worst(limit int) (worst []Line, rest *Line) {
	if len(t.Lines) <= limit {
		return t.Lines, nil
	}
	rest = &Line{Counts: make([]int64, len(t.Buckets))}
	for _, line := range t.Lines[limit-1:] {
		rest.Total += line.Total
		for i, n := range line.Counts {
			rest.Counts[i] += n
		}
	}
	return t.Lines[:limit-1], rest
}

// A Sparkline is a Line in characters.
type Sparkline struct {
	Name  string
	Graph string // "▁▂▅█": a character for each bucket that is drawn; only 0 is ▁
	Peak  string // its highest bucket in words, which a screen reader can read
}

// maxSparklines is how many lines a text has.
const maxSparklines = 6

// Sparklines draws the worst ISPs of t on one scale. caption says what they are. There are none where no bucket that is
// drawn has failures.
func (t Trend) Sparklines(w i18n.Phrases) (caption string, sparklines []Sparkline) {
	drawn := t.Drawn()
	worst, rest := t.Worst(maxSparklines)
	if len(drawn) == 0 || len(worst) == 0 {
		return "", nil
	}
	lines := slices.Clone(worst)
	if rest != nil {
		lines = append(lines, *rest)
	}
	var most int64
	for _, line := range lines {
		at := t.highest(line, drawn)
		most = max(most, line.Counts[at])
	}
	for i, line := range lines {
		name := w.OtherISPs()
		if i < len(worst) {
			name = w.ISP(line.ISP)
		}
		if at := t.highest(line, drawn); line.Counts[at] > 0 {
			peak := t.peakText(t.Buckets[at], line.Counts[at], w)
			sparklines = append(sparklines, Sparkline{name, line.graph(drawn, most), peak})
		}
	}
	begin, end := t.Buckets[drawn[0]].Begin, t.Buckets[drawn[len(drawn)-1]].End
	return w.OverTime(begin, end, t.days(), t.bucketLength()), sparklines
}

// highest returns in which of the drawn buckets l has the most failures: the latest of several, but a finished one.
func (t Trend) highest(l Line, drawn []int) int {
	at := drawn[0]
	for _, i := range drawn[1:] {
		if l.Counts[i] > l.Counts[at] || l.Counts[i] == l.Counts[at] && !t.Buckets[i].Unfinished {
			at = i
		}
	}
	return at
}

// graph draws l; most is the count of the highest character.
func (l Line) graph(drawn []int, most int64) string {
	values := make([]float64, len(drawn))
	for i, at := range drawn {
		values[i] = float64(l.Counts[at])
	}
	return Graph(values, float64(most))
}

// Graph draws values as characters: "▁▂▅█". Only 0 is ▁, and most is █.
func Graph(values []float64, most float64) string {
	levels := []rune("▁▂▃▄▅▆▇█")
	graph := make([]rune, len(values))
	for i, value := range values {
		graph[i] = levels[0]
		if value > 0 {
			graph[i] = levels[1+int(value*float64(len(levels)-2)/most)]
		}
	}
	return string(graph)
}

// peakText says that a line has its most failures in b.
func (t Trend) peakText(b Bucket, failures int64, w i18n.Phrases) string {
	if b.Unfinished {
		return w.Unfinished(t.Label(b), b.End.Sub(b.Begin), failures)
	}
	return w.HighestIn(failures, w.Span(b.Begin, b.End, t.days()))
}

// bucketLength is the length of the buckets that the window does not cut.
func (t Trend) bucketLength() (longest time.Duration) {
	for _, b := range t.Buckets {
		longest = max(longest, b.End.Sub(b.Begin))
	}
	return longest
}
