package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"catbot/i18n"
)

// Text writes a for a terminal: sentences, then aligned columns. now is the moment of reading.
func Text(a Answer, w i18n.Phrases, now time.Time) string {
	var out strings.Builder
	line := func(s string) {
		if s != "" {
			out.WriteString(i18n.Plain(s, 2000) + "\n")
		}
	}
	line(a.Severity().Mark() + " " + a.Title(w))
	line(w.Window(a.Begin, a.End))
	if len(a.Parts) > 1 && !a.Failed() {
		line(a.Headline(w))
		line(a.Verdict.WhereToLook(w))
		line(a.Hint(w))
		out.WriteString("\n")
		for _, part := range a.Parts {
			line(part.Severity().Mark() + " " + w.About(part.Title(w), part.Line(w)))
		}
		out.WriteString(sparklineGrid(a, w))
	}
	for _, part := range a.Parts {
		if part.Err != nil && len(a.Parts) > 1 && !a.Failed() {
			continue // its line says all
		}
		if len(a.Parts) > 1 {
			out.WriteString("\n")
			line("— " + part.Title(w))
		}
		if part.Err != nil {
			line(w.Upstream(part.Err))
			continue
		}
		line(part.Freshness(w, now))
		line(part.Headline(w))
		line(part.Verdict.WhereToLook(w))
		if len(a.Parts) == 1 {
			line(a.Hint(w))
		}
		for _, warning := range part.Warnings(w, now) {
			line(w.Warning(warning))
		}
		out.WriteString(ispTable(part, a.Top, a.Rows, w))
	}
	if len(a.Parts) == 1 {
		out.WriteString(sparklineGrid(a, w))
	}
	return out.String()
}

// sparklineGrid draws the failures over time; nothing where they are not known.
func sparklineGrid(a Answer, w i18n.Phrases) string {
	over := a.Trend()
	if over == nil {
		return ""
	}
	caption, lines := over.Sparklines(w)
	if len(lines) == 0 {
		return ""
	}
	grid := &grid{right: make([]bool, 3)}
	grid.add(caption)
	for _, line := range lines {
		grid.add(i18n.Plain(line.Name, maxCell), line.Graph, line.Peak)
	}
	return "\n" + grid.String()
}

// Headline is the verdict over all parts in one line, with the comparison if there is one, and the number of parts
// without an answer.
func (a Answer) Headline(w i18n.Phrases) string {
	return w.Sentences(a.lasting().Sentence(w), a.findings(w))
}

// HeadlineAndBrief returns both, which mostly say the same.
func (a Answer) HeadlineAndBrief(w i18n.Phrases) (headline, brief string) {
	if a.Err() != nil {
		return a.Headline(w), a.Brief(w, "")
	}
	findings, lasting := a.findings(w), a.lasting().Sentence(w)
	return w.Sentences(lasting, findings), a.brief(w, findings, lasting)
}

// findings is the headline without the sentence on whether it still fails.
func (a Answer) findings(w i18n.Phrases) string {
	line := a.headline(w, a.Severity(), slices.ContainsFunc(a.Parts, Part.elsewhere))
	line = w.Sentences(line, a.against(w, a.Compared(), a.Baseline, a.Usual(), a.End.Sub(a.Begin)))
	if n := a.Unanswered(); n > 0 {
		line = w.Sentences(line, w.Unanswered(n, len(a.Parts)))
	}
	return line
}

// Headline is the verdict on a part.
func (p Part) Headline(w i18n.Phrases) string {
	for _, note := range p.Notes {
		if note.Kind == Unwatched && p.Probed == 0 {
			return w.NoData(w.WhyNoData(note.Err))
		}
	}
	return w.Sentences(p.Lasting.Sentence(w), p.headline(w, p.Severity(), p.elsewhere()),
		p.against(w, p.Compared, p.Baseline, p.Usual, p.End.Sub(p.Begin)))
}

// Severity returns the severity of a. A part without data is worse than single failures.
func (a Answer) Severity() Severity {
	switch {
	case a.Failed():
		return NoData
	case len(a.Parts) == 1:
		return a.Parts[0].Severity()
	case a.Doubtful() && NoData.worse(a.Verdict.Severity):
		return NoData
	}
	return a.Verdict.Severity
}

// Severity returns the severity of p.
func (p Part) Severity() Severity {
	if p.Err != nil || p.Doubtful() && NoData.worse(p.Verdict.Severity) {
		return NoData
	}
	if p.Verdict.Severity == Warning && !p.Counted && p.Total < outageCount && p.Usual.covers(p.Total) {
		return Background // where probes are not counted, a few failures as on the days before are no news
	}
	return p.Verdict.Severity
}

// Line is a part in a few words, for a list of parts: its verdict, or why there is none.
func (p Part) Line(w i18n.Phrases) string {
	switch {
	case p.Err != nil:
		return w.Upstream(p.Err)
	case p.Total == 0:
		return p.Headline(w)
	}
	return p.Verdict.Sentence(w)
}

// elsewhere reports whether p surely has failures only on ISPs that were not requested.
func (p Part) elsewhere() bool { return p.noted(NoSuchISP) && !p.Doubtful() }

func (f Findings) headline(w i18n.Phrases, s Severity, elsewhere bool) string {
	line := f.Verdict.Sentence(w)
	switch {
	case f.Total == 0 && s == NoData && (f.Probed > 0 || !f.Counted):
		line = w.NoFailuresKnown()
	case f.Total == 0 && elsewhere:
		line = w.NoFailuresThere()
	}
	if f.Total > 0 && f.Probed > 0 {
		line = w.Sentences(line, w.OfProbes(f.Total, f.Probed))
	}
	return line
}

// ispTable lists the worst ISPs, or all, and indented below each its reasons and the provinces that fail most.
func ispTable(p Part, top int, all bool, w i18n.Phrases) string {
	if len(p.ISPs) == 0 {
		return ""
	}
	const indent = "  "
	t := newGrid(w.Columns(p.Compared)...)
	row := func(lead, name, code string, count, total, before int64) {
		cells := []string{lead + i18n.Plain(name, maxCell), code, w.Count(count), w.Share(count, total)}
		if p.Compared {
			cells = append(cells, w.Count(before), w.Mark(count, before))
		}
		t.add(cells...)
	}
	listed := p.ISPs
	if !all {
		listed = p.Worst(mostISPs)
	}
	for _, isp := range listed {
		row("", w.ISP(isp.Name), "", isp.Count, p.Total, isp.Before)
		for i, reason := range isp.Reasons {
			if i == top {
				t.add(indent + w.MoreReasons(len(isp.Reasons)-top))
				break
			}
			row(indent, w.ReasonName(reason.Text, reason.Kind, reason.Code), fmt.Sprint(reason.Code), reason.Count,
				isp.Count, reason.Before)
		}
		if places := p.Places(isp, w); places != "" {
			t.add(indent + places)
		}
		if isp.Probed > 0 {
			t.add(indent + w.RateOf(isp.Count, isp.Probed))
		}
	}
	if left := len(p.ISPs) - len(listed); left > 0 {
		t.add(w.MoreISPs(left, p.Beside(listed)) + " (`rows`)")
	}
	return "\n" + t.String()
}

// mostISPs is the number of ISPs that a terminal lists without rows.
const mostISPs = 10

// Worst are the ISPs that a short answer lists: the worst until most of the failures are named, limit of them at most,
// and those that the verdict names.
func (p Part) Worst(limit int) []ISP {
	var sum int64
	var listed []ISP
	for i, isp := range p.ISPs {
		short := i < limit && (i == 0 || p.Total == 0 || !isMost(sum, p.Total))
		if short ||
			slices.ContainsFunc(
				p.Verdict.Groups,
				func(g Group) bool { return g.Kind != OfProvince && g.ISP == isp.Name },
			) {
			listed = append(listed, isp)
			sum += isp.Count
		}
	}
	return listed
}

// Beside counts the failures of p on ISPs that are not listed.
func (p Part) Beside(listed []ISP) int64 {
	rest := p.Total
	for _, isp := range listed {
		rest -= isp.Count
	}
	return rest
}

// maxCell is the length of a name in a table, in characters.
const maxCell = 60

// shownPlaces is the number of provinces named per ISP.
const shownPlaces = 3

// Places names the provinces of i that fail most: "江西 982, 广东 13 and 4 more". A requested province is left out.
func (p Part) Places(i ISP, w i18n.Phrases) string {
	if p.Province != "" {
		return ""
	}
	var names []string
	for _, place := range i.Provinces {
		if place.Count == 0 {
			break
		}
		names = append(names, i18n.Plain(place.Label(w), 60)+" "+w.Count(place.Count))
	}
	if len(names) == 0 {
		return ""
	}
	shown := min(len(names), shownPlaces)
	return w.MostIn(names[:shown], len(names)-shown)
}

// A grid aligns columns by the width that a terminal gives them: a Chinese character takes two cells.
type grid struct {
	rows  [][]string
	right []bool // columns of numbers
}

// newGrid begins with a row of titles; the columns of a title that begins with a space are numbers.
func newGrid(titles ...string) *grid {
	t := &grid{}
	cells := make([]string, len(titles))
	for i, title := range titles {
		t.right = append(t.right, strings.HasPrefix(title, " "))
		cells[i] = strings.TrimSpace(title)
	}
	t.add(cells...)
	return t
}

// add takes cells that are safe to show. A row of one cell is a remark, which runs on over the columns beside it.
func (t *grid) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *grid) String() string {
	widths := make([]int, len(t.right))
	for _, row := range t.rows {
		if len(row) == 1 {
			continue
		}
		for i, cell := range row {
			widths[i] = max(widths[i], i18n.Cells(cell))
		}
	}
	var out strings.Builder
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", max(0, widths[i]-i18n.Cells(cell)))
			if t.right[i] {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
			line.WriteString("  ")
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return out.String()
}
