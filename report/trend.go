package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

// A Trend holds failures over time.
type Trend struct {
	Request
	Buckets []Bucket // in order of time, without gaps
	Lines   []Line   // one for each ISP that fails, the worst first
	Total   int64    // of the buckets that are known
	Probed  int64    // as in Findings
	Choice  Choice
}

// A Bucket is one of the equal pieces of a window.
type Bucket struct {
	Begin, End time.Time
	Unfinished bool             // its time is not over, so its count can't be compared with the others
	ISPs       map[string]int64 // failures by ISP
	Total      int64
	Probed     int64
	Err        error // why it has no data; then the rest is empty

	others map[string]int64 // failures by ISP, of ISPs that were not requested
	places map[string]Place
}

// A Line is one ISP's failures.
type Line struct {
	ISP    string
	Total  int64
	Counts []int64 // one for each bucket; 0 if the bucket has no data
}

// Count fills s from the answers to its questions, for the ISPs that isp selects.
func (s *Bucket) Count(parts []catapi.History, isp func(string) bool) {
	s.ISPs, s.others, s.places = map[string]int64{}, map[string]int64{}, map[string]Place{}
	for _, h := range parts {
		for _, row := range h.Rows {
			switch {
			case row.Code == 0:
				continue
			case !isp(row.ISP):
				s.others[row.ISP] += row.Count
				continue
			}
			s.ISPs[row.ISP] += row.Count
			s.Total += row.Count
			place := s.places[cmp.Or(row.Province, row.ProvinceName)]
			place.Code, place.Name = row.Province, cmp.Or(row.ProvinceName, place.Name, row.Province)
			place.Count += row.Count
			s.places[cmp.Or(row.Province, row.ProvinceName)] = place
		}
		for _, p := range h.Probes {
			if isp(p.ISP) {
				s.Probed += p.Count
			}
		}
	}
}

// NewTrend draws a line for each ISP through the buckets.
func NewTrend(request Request, buckets []Bucket) Trend {
	t := Trend{Request: request, Buckets: buckets}
	lines := map[string]*Line{}
	for i, s := range buckets {
		t.Total += s.Total
		t.Probed += s.Probed
		for isp, count := range s.ISPs {
			if count == 0 {
				continue
			}
			if lines[isp] == nil {
				lines[isp] = &Line{ISP: isp, Counts: make([]int64, len(buckets))}
			}
			lines[isp].Counts[i] += count
			lines[isp].Total += count
		}
	}
	for _, line := range lines {
		t.Lines = append(t.Lines, *line)
	}
	slices.SortFunc(
		t.Lines,
		func(a, b Line) int { return cmp.Or(cmp.Compare(b.Total, a.Total), strings.Compare(a.ISP, b.ISP)) },
	)
	t.Choice = choiceOfBuckets(buckets)
	return t
}

// choiceOfBuckets adds up the ISPs and provinces of buckets.
func choiceOfBuckets(buckets []Bucket) Choice {
	isps, places := map[string]int64{}, map[string]Place{}
	for _, s := range buckets {
		for _, counts := range []map[string]int64{s.ISPs, s.others} {
			for isp, count := range counts {
				isps[isp] += count
			}
		}
		for key, place := range s.places {
			place.Count += places[key].Count
			places[key] = place
		}
	}
	return choiceOf(nil, sorted(slices.Collect(maps.Values(places))), isps)
}

// Unknown returns the number of buckets without data, and the reason of the first.
func (t Trend) Unknown() (n int, why error) {
	for _, s := range t.Buckets {
		if s.Err != nil {
			n++
			why = cmp.Or(why, s.Err)
		}
	}
	return n, why
}

// Err returns why no bucket has data, or nil.
func (t Trend) Err() error {
	if n, why := t.Unknown(); n == len(t.Buckets) {
		return why
	}
	return nil
}

// Peak returns the finished bucket with the most failures, the latest of several; nil if nothing failed.
func (t Trend) Peak() *Bucket {
	var worst *Bucket
	for i := range t.Buckets {
		if s := &t.Buckets[i]; s.Total > 0 && !s.Unfinished && (worst == nil || s.Total >= worst.Total) {
			worst = s
		}
	}
	return worst
}

// Severity returns the severity of t.
func (t Trend) Severity() Severity {
	s := severityOf(Findings{Total: t.Total, Probed: t.Probed, Counted: t.Probed > 0}, nil, false)
	if missing, _ := t.Unknown(); missing > 0 && NoData.worse(s) {
		return NoData
	}
	return s
}

// unfinished returns the last bucket if its time is not over, else nil.
func (t Trend) unfinished() *Bucket {
	if last := &t.Buckets[len(t.Buckets)-1]; last.Unfinished && last.Err == nil {
		return last
	}
	return nil
}

// Headline returns the total, the worst bucket and the latest one in a sentence.
func (t Trend) Headline(w i18n.Phrases) string {
	missing, _ := t.Unknown()
	line := ""
	switch {
	case t.Total == 0 && missing > 0:
		line = w.NoFailuresKnown()
	case t.Total == 0 && t.Probed > 0:
		line = w.NoneFailed(t.Probed)
	case t.Total == 0:
		line = w.NoneReported()
	default:
		line = w.TrendSentence(t.worst(w), t.now(w))
	}
	if missing > 0 {
		line = w.Sentences(line, w.UnknownBuckets(missing, len(t.Buckets)))
	}
	return line
}

// worst is the sentence on the total and the worst finished bucket.
func (t Trend) worst(w i18n.Phrases) string {
	peak := t.Peak()
	if peak == nil {
		return w.Failures(t.Total)
	}
	return w.Peak(t.Total, peak.Total, w.Span(peak.Begin, peak.End, t.days()))
}

// now is the sentence on the last bucket; empty if that is the worst.
func (t Trend) now(w i18n.Phrases) string {
	if s := t.unfinished(); s != nil {
		return w.Unfinished(t.Label(*s), s.End.Sub(s.Begin), s.Total)
	}
	last := t.Buckets[len(t.Buckets)-1]
	if peak := t.Peak(); last.Err != nil || last.Unfinished || peak == nil || peak.Begin.Equal(last.Begin) {
		return ""
	}
	return w.LastBucket(last.End.Sub(last.Begin), last.Total)
}

// days reports whether the window covers several days.
func (t Trend) days() bool {
	return t.Begin.In(
		catapi.Beijing,
	).Format(
		time.DateOnly,
	) != t.End.In(
		catapi.Beijing,
	).Add(
		-time.Second,
	).Format(
		time.DateOnly,
	)
}

// Row names a bucket in a table.
func (t Trend) Row(s Bucket, w i18n.Phrases) string {
	if s.Unfinished {
		return w.UnfinishedRow(t.Label(s), s.End.Sub(s.Begin))
	}
	return t.Label(s)
}

// Label names a bucket in a chart: by its beginning, with the day where there are several.
func (t Trend) Label(s Bucket) string {
	begin := s.Begin.In(catapi.Beijing)
	if t.days() {
		return begin.Format("01-02 15:04")
	}
	return begin.Format("15:04")
}

// trendColumns is the number of ISP columns in a terminal.
const trendColumns = 5

// TrendText writes t for a terminal: a line for each bucket, a column for each ISP.
func TrendText(t Trend, w i18n.Phrases) string {
	var out strings.Builder
	line := func(s string) { out.WriteString(i18n.Plain(s, 2000) + "\n") }
	line(t.Severity().Mark() + " " + w.TrendOf(t.Title(w)))
	line(w.Window(t.Begin, t.End))
	if err := t.Err(); err != nil {
		line(w.Upstream(err))
		return out.String()
	}
	line(t.Headline(w))
	if _, why := t.Unknown(); why != nil {
		line(w.Warning(w.Upstream(why)))
	}
	if len(t.Lines) == 0 {
		return out.String()
	}
	return out.String() + "\n" + trendGrid(t, w)
}

func trendGrid(t Trend, w i18n.Phrases) string {
	shown := t.Lines[:min(len(t.Lines), trendColumns)]
	titles := []string{w.FromTime(), " " + w.AllISPs()}
	for _, l := range shown {
		titles = append(titles, " "+i18n.Plain(w.ISP(l.ISP), maxCell/2))
	}
	grid := newGrid(titles...)
	for i, s := range t.Buckets {
		cells := []string{t.Row(s, w), "?"}
		if s.Err == nil {
			cells[1] = w.Count(s.Total)
		}
		for _, l := range shown {
			cell := "?"
			if s.Err == nil {
				cell = w.Count(l.Counts[i])
			}
			cells = append(cells, cell)
		}
		grid.add(cells...)
	}
	if more := len(t.Lines) - len(shown); more > 0 {
		var failures int64
		for _, l := range t.Lines[len(shown):] {
			failures += l.Total
		}
		grid.add(w.MoreISPs(more, failures))
	}
	return grid.String()
}
