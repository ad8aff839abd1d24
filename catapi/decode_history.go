package catapi

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxCount bounds what the counts of one answer add up to, far below overflow and far above what probes can do.
const maxCount = 1e15

var errAbsurd = errors.New("its counts are absurdly large")

// A historyAnswer is what GetCatReturnCodeHistory answers. The API's table makes data an array, its example
// an object; other CAT actions have no data and put its fields beside the code.
type historyAnswer struct {
	envelope
	historyFields
	Data historyData `json:"data"`
}

// historyFields has the rows under the name of the API's example, and under that of its table and its successor.
// The window that comes with them is the one that was asked for, and not read.
type historyFields struct {
	Detail   wireRows        `json:"detail"`
	Details  wireRows        `json:"details"`
	Summary  list[wireTotal] `json:"summary"`
	Summarys list[wireTotal] `json:"summarys"`
}

type wireTotal struct {
	ResultCode  number `json:"resultCode"`
	ResultCount number `json:"resultCount"`
	ErrorReason string `json:"errorReason"`
}

type wireRow struct {
	wireTotal
	ISPName      string
	Province     string
	ProvinceName string
	MapKey       string
	ServerIP     string
	StartTime    string
	EndTime      string
}

// decodeHistory decodes a response of GetCatReturnCodeHistory to q: its rows and its summary, joined and sorted.
// It drops rows that began at end or later; the zero Time means none. No rows mean that nothing failed.
// Its errors are those of decode.
func decodeHistory(body []byte, q Query, end time.Time) (History, error) {
	var answer historyAnswer
	if err := decode(body, &answer, &answer.envelope); err != nil {
		return History{}, err
	}
	if answer.Data.unknownLists && len(answer.Data.rows) == 0 {
		return History{}, errors.New("data holds lists, and none of a known name")
	}
	rows, totals := answer.historyFields.rowsAndTotals()
	rows = joinLists(answer.Data.rows, rows)
	totals = append(answer.Data.totals, totals...)

	var sum int64
	for i := range rows {
		if sum += rows[i].Count; sum > maxCount {
			return History{}, errAbsurd
		}
	}
	for _, total := range totals {
		if err := total.check(); err != nil {
			return History{}, fmt.Errorf("summary: %w", err)
		}
	}
	if err := checkRowless(rows, totals); err != nil {
		return History{}, err
	}
	if !end.IsZero() {
		rows, totals = dropAfter(end, rows, totals)
	}
	h := History{Query: q, Rows: joinRows(rows), Buckets: q.bucketsOf(rows)}
	sum = 0
	for _, total := range totals {
		if sum += total.ResultCount.value; sum > maxCount {
			return History{}, errAbsurd
		}
		h.Summary = append(h.Summary, CodeTotal{total.ResultCode.value, total.ErrorReason, total.ResultCount.value})
	}
	h.Summary = joinTotals(h.Summary)
	return h, nil
}

// checkRowless returns an error if totals count failures and there are no rows: the rows have an unknown name.
func checkRowless(rows wireRows, totals list[wireTotal]) error {
	if len(rows) > 0 {
		return nil
	}
	for _, total := range totals {
		if total.ResultCode.value != 0 && total.ResultCount.value > 0 {
			return errors.New("its summary counts failures, and it has no rows")
		}
	}
	return nil
}

// rowsAndTotals returns the rows and totals of f. It uses one spelling of each only: the other would repeat them.
func (f *historyFields) rowsAndTotals() (wireRows, list[wireTotal]) {
	rows, totals := f.Detail, f.Summary
	if len(rows) == 0 {
		rows = f.Details
	}
	if len(totals) == 0 {
		totals = f.Summarys
	}
	return rows, totals
}

// historyData is data: an object or an array of them. In an array the rows may also stand alone.
type historyData struct {
	rows         wireRows
	totals       list[wireTotal]
	unknownLists bool // it holds lists that are not empty, and none of a known name
}

func (d *historyData) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*d = historyData{}
	r := newObjectReader(dec)
	return each(dec, func() error { return d.readItem(r) })
}

// readItem reads an object of data.
func (d *historyData) readItem(r *objectReader) error {
	var lists historyFields
	var row wireRow
	unknownList := false
	err := r.each(&memberNames{}, func(name string) error {
		if list := lists.named(name); list != nil {
			return json.UnmarshalDecode(r.dec, list)
		}
		known, err := row.readMember(r, name)
		if known || err != nil {
			return err
		}
		value, err := r.dec.ReadValue()
		unknownList = unknownList || err == nil && isFullList(value)
		return err
	})
	if err != nil {
		return err
	}
	rows, totals := lists.rowsAndTotals()
	d.rows, d.totals = joinLists(d.rows, rows), append(d.totals, totals...)
	if lists.Detail == nil && lists.Details == nil {
		d.unknownLists = d.unknownLists || unknownList
	}
	if row.ISPName == "" && !row.ResultCode.given && !row.ResultCount.given {
		return nil
	}
	alone, err := row.toRow()
	d.rows = append(d.rows, alone)
	return err
}

// named returns the list with this name, in the form of memberNames, or nil if there is none.
func (f *historyFields) named(name string) any {
	switch name {
	case "detail":
		return &f.Detail
	case "details":
		return &f.Details
	case "summary":
		return &f.Summary
	case "summarys":
		return &f.Summarys
	}
	return nil
}

// joinLists returns rows and more. It does not copy more, which may be long, where rows is empty.
func joinLists(rows, more wireRows) wireRows {
	if len(rows) == 0 {
		return more
	}
	return append(rows, more...)
}

// isFullList reports whether value is a list that is not empty.
func isFullList(value jsontext.Value) bool {
	return value.Kind() == '[' && len(bytes.TrimSpace(value[1:len(value)-1])) > 0
}

// wireRows decodes rows one by one, without a copy of all rows in the API's form, which would double
// the cost for 10,000 rows.
type wireRows []Row

func (rows *wireRows) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*rows = wireRows{} // even when none follow: the list was there
	r := newObjectReader(dec)
	var item wireRow
	var names memberNames
	readMember := func(name string) error {
		known, err := item.readMember(r, name)
		if !known && err == nil {
			err = r.skip()
		}
		return err
	}
	return each(dec, func() error {
		item = wireRow{}
		if err := r.each(&names, readMember); err != nil {
			return err
		}
		row, err := item.toRow()
		if len(*rows) == cap(*rows) {
			*rows = slices.Grow(*rows, len(*rows)+16) // append alone grows long slices by a quarter at a time
		}
		*rows = append(*rows, row)
		return err
	})
}

// readMember reads the value of a member of a row if it is a known one, and reports whether it is.
func (r *wireRow) readMember(from *objectReader, name string) (known bool, err error) {
	switch name {
	case "resultcode":
		r.ResultCode, err = from.number()
	case "resultcount":
		r.ResultCount, err = from.number()
	case "errorreason":
		r.ErrorReason, err = from.text()
	case "ispname":
		r.ISPName, err = from.text()
	case "province":
		r.Province, err = from.text()
	case "provincename":
		r.ProvinceName, err = from.text()
	case "mapkey":
		r.MapKey, err = from.text()
	case "serverip":
		r.ServerIP, err = from.text()
	case "starttime":
		r.StartTime, err = from.text()
	case "endtime":
		r.EndTime, err = from.text()
	default:
		return false, nil
	}
	return true, err
}

func (t *wireTotal) check() error {
	switch {
	case !t.ResultCode.given:
		return errors.New("a row without resultCode")
	case !t.ResultCount.given:
		return errors.New("a row without resultCount")
	case t.ResultCount.value < 0 || t.ResultCount.value > maxCount:
		return errors.New("resultCount is no count")
	}
	return nil
}

func (r *wireRow) toRow() (Row, error) {
	address := r.ServerIP
	if strings.EqualFold(address, "NULL") {
		address = ""
	}
	return Row{
		ISP: r.ISPName, Province: r.Province, ProvinceName: r.ProvinceName, MapKey: r.MapKey, ServerIP: address,
		Code: r.ResultCode.value, Reason: r.ErrorReason, Count: r.ResultCount.value,
		First: wireTime(r.StartTime), Last: wireTime(r.EndTime),
	}, r.check()
}

// wireTime parses a time of the API, which is in Beijing's zone and names none: "2017-05-25 08:10:00", or without
// seconds. For other text it returns the zero Time: a row without a time still counts.
func wireTime(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	layout := time.DateTime
	if len(text) == len("2006-01-02 15:04") {
		layout = "2006-01-02 15:04"
	}
	t, err := time.ParseInLocation(layout, text, Beijing)
	if err != nil {
		return time.Time{}
	}
	return t
}
