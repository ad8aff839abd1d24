package blockkit

import (
	"cmp"
	"slices"

	"github.com/slack-go/slack"

	"catbot/i18n"
	"catbot/report"
)

const (
	// maxTableRows is Slack's limit of rows in a data_table, without the header.
	maxTableRows = 200
	// maxTableText is Slack's limit of characters in its cells, from older documents; newer ones allow more.
	maxTableText = 10_000
	pageOfRows   = 10
)

// rowsTable returns the rows of a, those with the most failures first, as many as fit into room characters; nil when
// there are none.
func rowsTable(a report.Answer, w i18n.Phrases, room int) slack.Block {
	type line struct {
		task string
		report.Row
	}
	var all []line
	for _, part := range a.Parts {
		for _, row := range part.Rows {
			all = append(all, line{part.Task, row})
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b line) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(b.Before, a.Before))
	})
	several, compare := len(a.Tasks) > 1, a.Compared()
	var rows [][]slack.DataTableCell
	var header []slack.DataTableCell
	text := 0
	for _, title := range w.RowColumns(several, compare) {
		header = append(header, slack.NewDataTableRawTextCell(title))
	}
	rows = append(rows, header)
	build := func() *slack.DataTableBlock {
		table := slack.NewDataTableBlock(w.RowsCaption(len(rows)-1, len(all))).WithPageSize(pageOfRows)
		table.Rows = rows
		return table
	}
	room -= size(build())
	for _, l := range all[:min(len(all), maxTableRows)] {
		var cells []slack.DataTableCell
		if several {
			cells = append(cells, textCell(l.task))
		}
		place := report.Place{Code: l.Province, Name: l.ProvinceName}
		cells = append(cells, textCell(w.ISP(l.ISP)), textCell(place.Label(w)), textCell(l.ServerIP),
			textCell(w.ReasonName(l.Reason, l.Kind, l.Code)), textCell(itoa(l.Code)), numberCell(l.Count, w))
		if compare {
			cells = append(cells, numberCell(l.Before, w))
		}
		weight := cellsSize(cells)
		if room -= weight; room < 0 {
			break
		}
		if text += weight; text > maxTableText {
			break
		}
		rows = append(rows, cells)
	}
	if len(rows) == 1 {
		return nil
	}
	return build()
}

// textCell is never empty: Slack refuses an empty cell.
func textCell(text string) slack.DataTableCell {
	return slack.NewDataTableRawTextCell(cmp.Or(plainReplacer.Replace(i18n.Plain(text, maxName)), "–"))
}

func numberCell(n int64, w i18n.Phrases) slack.DataTableCell {
	return slack.NewDataTableRawNumberCell(float64(n)).WithText(w.Count(n))
}

// cellOverhead is added to each cell's text: no document says how Slack counts cells.
const cellOverhead = 10

func cellsSize(cells []slack.DataTableCell) int {
	sum := 0
	for _, cell := range cells {
		switch c := cell.(type) {
		case *slack.DataTableRawTextCell:
			sum += len([]rune(c.Text)) + cellOverhead
		case *slack.DataTableRawNumberCell:
			sum += len(c.Text) + cellOverhead
		}
	}
	return sum
}
