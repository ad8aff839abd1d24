package report

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"catbot/i18n"
)

// columns are the CSV's. The probes and their rate are only known of API 3.0, before and the baseline in a comparison,
// the error where a part has no answer.
var columns = []string{
	"task",
	"begin",
	"end",
	"isp",
	"province",
	"province_name",
	"server",
	"code",
	"reason",
	"failures",
	"before",
	"error",
	"baseline",
	"baseline_begin",
	"baseline_end",
	"probes",
	"rate",
}

// ByteOrderMark begins a CSV for a spreadsheet: without it Excel reads Chinese in the encoding of its machine.
const ByteOrderMark = "\ufeff"

// CSV writes the rows of a, one for each ISP, province, server address and code. The parts without an answer come
// first, one row each with the reason, then all others, the most failures first. Times are RFC 3339 in UTC+8.
func CSV(out io.Writer, a Answer, w i18n.Phrases) error {
	type line struct {
		part *Part
		row  Row
	}
	records := [][]string{columns}
	var lines []line
	for i := range a.Parts {
		part := &a.Parts[i]
		if part.Err != nil {
			records = append(records, errorRecord(a, part, w))
			continue
		}
		for _, row := range part.Rows {
			lines = append(lines, line{part, row})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(b.row.Count, a.row.Count), cmp.Compare(b.row.Before, a.row.Before))
	})
	for _, l := range lines {
		records = append(records, l.part.record(l.row))
	}
	return csv.NewWriter(out).WriteAll(records)
}

func errorRecord(a Answer, p *Part, w i18n.Phrases) []string {
	record := []string{Cell(p.Task), stamp(a.Begin), stamp(a.End), "", Cell(p.Province), "", "", "", "", "", "",
		Cell(w.Upstream(p.Err))}
	return append(record, make([]string, len(columns)-len(record))...)
}

func (p *Part) record(row Row) []string {
	var before, baseline, begin, end, probes, rate string
	if p.Compared {
		before = strconv.FormatInt(row.Before, 10)
		baseline, begin, end = p.baselineName(), stamp(p.BaseBegin), stamp(p.BaseEnd)
	}
	if n := p.probesAt(row); n > 0 {
		probes, rate = strconv.FormatInt(n, 10), strconv.FormatFloat(float64(row.Count)/float64(n), 'f', 4, 64)
	}
	return []string{
		Cell(p.Task), stamp(p.Begin), stamp(p.End),
		Cell(row.ISP), Cell(row.Province), Cell(row.ProvinceName), Cell(row.ServerIP),
		strconv.FormatInt(row.Code, 10), Cell(row.Reason), strconv.FormatInt(row.Count, 10), before, "",
		baseline, begin, end, probes, rate,
	}
}

// probesAt counts the probes of row's ISP in its province, 0 where they are not counted.
func (p *Part) probesAt(row Row) int64 {
	for _, n := range p.nodes {
		if n.isp == row.ISP && n.place == cmp.Or(row.ProvinceName, row.Province) {
			return n.probes
		}
	}
	return 0
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

// Cell defuses text that a spreadsheet would run as a formula, by the rule of OWASP's page on CSV injection: an
// apostrophe in front makes it text. Numbers that catbot counted itself, a negative code among them, stay numbers.
func Cell(text string) string {
	text = i18n.Plain(text, 5000)
	if strings.IndexAny(strings.TrimLeft(text, "\u2068"), "=+-@＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}
