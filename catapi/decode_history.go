package catapi

import (
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
	ISPName      string `json:"ispName"`
	Province     string `json:"province"`
	ProvinceName string `json:"provinceName"`
	MapKey       string `json:"mapKey"`
	ServerIP     string `json:"serverIp"`
	StartTime    string `json:"startTime"`
	EndTime      string `json:"endTime"`
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
	rows = append(answer.Data.rows, rows...)
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
	return each(dec, func() error {
		var item struct {
			historyFields
			wireRow
			Others map[string]jsontext.Value `json:",embed"`
		}
		if err := json.UnmarshalDecode(dec, &item); err != nil {
			return err
		}
		rows, totals := item.rowsAndTotals()
		d.rows, d.totals = append(d.rows, rows...), append(d.totals, totals...)
		if item.Detail == nil && item.Details == nil {
			d.unknownLists = d.unknownLists || holdsList(item.Others)
		}
		if item.ISPName == "" && !item.ResultCode.given && !item.ResultCount.given {
			return nil
		}
		row, err := item.toRow()
		d.rows = append(d.rows, row)
		return err
	})
}

// holdsList reports whether a list that is not empty is among members.
func holdsList(members map[string]jsontext.Value) bool {
	for _, value := range members {
		if value.Kind() == '[' && value.Compact() == nil && len(value) > len("[]") {
			return true
		}
	}
	return false
}

// wireRows decodes rows one by one, without a copy of all rows in the API's form, which would double
// the cost for 10,000 rows.
type wireRows []Row

func (rows *wireRows) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*rows = wireRows{} // even when none follow: the list was there
	var item wireRow
	return each(dec, func() error {
		item = wireRow{}
		if err := json.UnmarshalDecode(dec, &item); err != nil {
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
