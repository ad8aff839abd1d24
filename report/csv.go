package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"catbot/i18n"
)

// columns are the CSV's; before and the baseline's have values in a comparison, error where a part has no answer. New ones come last.
var columns = []string{"task", "begin", "end", "isp", "province", "province_name", "server", "code", "reason", "failures", "before", "error", "baseline", "baseline_begin", "baseline_end"}

// CSV writes the rows of a, one for each ISP, province, server address and code; a part without an answer is one
// row with the reason. Times are RFC 3339 in UTC+8.
func CSV(out io.Writer, a Answer, w i18n.Phrases) error {
	c := csv.NewWriter(out)
	if err := c.Write(columns); err != nil {
		return err
	}
	for _, part := range a.Parts {
		if part.Err != nil {
			err := c.Write([]string{cell(part.Task), stamp(a.Begin), stamp(a.End), "", cell(part.Province), "", "", "", "", "", "", cell(w.Upstream(part.Err)), "", "", ""})
			if err != nil {
				return err
			}
			continue
		}
		for _, row := range part.Rows {
			var before, baseline, begin, end string
			if part.Compared {
				before = strconv.FormatInt(row.Before, 10)
				baseline, begin, end = part.baselineName(), stamp(part.BaseBegin), stamp(part.BaseEnd)
			}
			err := c.Write([]string{
				cell(part.Task), stamp(part.Begin), stamp(part.End),
				cell(row.ISP), cell(row.Province), cell(row.ProvinceName), cell(row.ServerIP),
				strconv.FormatInt(row.Code, 10), cell(row.Reason), strconv.FormatInt(row.Count, 10), before, "", baseline, begin, end,
			})
			if err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

// cell defuses text that a spreadsheet would run as a formula, by the rule of OWASP's page on CSV injection: an
// apostrophe in front makes it text. Numbers that catbot counted itself, a negative code among them, stay numbers.
func cell(text string) string {
	text = i18n.Plain(text, 5000)
	if strings.IndexAny(strings.TrimLeft(text, "\u2068"), "=+-@＝＋－＠") == 0 {
		return "'" + text
	}
	return text
}
