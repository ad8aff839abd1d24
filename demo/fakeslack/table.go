package fakeslack

import "math"

// The blocks table and data_table (docs.slack.dev/reference/block-kit/blocks/table-block and data-table-block).

const maxColumns = 20

var (
	rawText    = of(required("text", visibleText(1, maxText)))
	rawNumber  = of(required("value", number), optional("text", visibleText(0, maxText)))
	actionCell = of(
		required("element", oneOf(only(elements, "button"))),
		optional("fallback", oneOf(map[string]shape{"raw_text": rawText, "raw_number": rawNumber})),
	)
)

var table = of(idProp,
	required("rows", cellsOf(func(v *validator) *int { return &v.tableCells },
		list(1, 100, list(1, maxColumns, oneOf(map[string]shape{
			"raw_text": rawText, "raw_number": rawNumber, "rich_text": richText,
		}))))),
	optional("column_settings", list(0, maxColumns, object(of(
		optional("align", enum("left", "center", "right")), optional("is_wrapped", boolean),
	)))),
)

var dataTable = of(idProp, required("caption", visibleText(1, maxText)),
	required("rows", cellsOf(func(v *validator) *int { return &v.dataCells }, dataRows)),
	optional("page_size", integer(1, 100)), optional("row_header_column_index", integer(0, math.MaxInt32)),
)

var (
	headerCells = list(1, maxColumns, oneOf(map[string]shape{"raw_text": rawText}))
	dataCells   = list(1, maxColumns, oneOf(map[string]shape{
		"raw_text": rawText, "raw_number": rawNumber, "rich_text": richText, "action_cell": actionCell,
	}))
)

// dataRows checks 2 to 201 rows of the same length. The first is the header.
func dataRows(v *validator, value any) {
	row, columns := 0, 0
	list(2, 201, func(v *validator, value any) {
		each := dataCells
		if row == 0 {
			each = headerCells
		}
		each(v, value)
		cells, _ := value.([]any)
		if row == 0 {
			columns = len(cells)
		} else if len(cells) != columns {
			v.note("must have as many cells as the header")
		}
		row++
	})(v, value)
}

// cellsOf checks rows and counts the characters of their cells separately from those of the message.
func cellsOf(counter func(*validator) *int, rows check) check {
	return func(v *validator, value any) {
		v.cells = counter(v)
		rows(v, value)
		v.cells = nil
	}
}
