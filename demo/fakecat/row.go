package fakecat

import (
	"strconv"
	"time"
)

// A Row counts how often one return code came from one ISP, province and server address.
type Row struct {
	ISP          string // "移动"
	Province     string // its code: "jiangxi"
	ProvinceName string
	MapKey       string
	ServerIP     string // "NULL" where the probe found no address
	Code         int64
	Reason       string
	Count        int64
	First, Last  time.Time // the minutes in which it was first and last seen
}

// A Shape is the JSON form of the answers to questions. The zero value is the example of the API document. The
// document's
// tables, similar actions and API 3.0 differ from it in all these ways.
type Shape struct {
	Details    bool // the rows under "details", not "detail"
	Array      bool // data as an array of one object
	Strings    bool // counts and return codes as strings
	StringCode bool // the code of the envelope as a string
	RowTimes   bool // startTime and endTime in each row, not beside the rows
	NoSummary  bool
	NoCodeDesc bool
}

// SetShape sets the shape of later answers.
func (a *API) SetShape(s Shape) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shape = s
}

// An envelope is the outer object of every answer.
type envelope struct {
	Code     any    `json:"code"` // a number, or a string of one
	Message  string `json:"message"`
	CodeDesc string `json:"codeDesc,omitempty"`
}

func (s Shape) envelope(r refusal) envelope {
	e := envelope{Code: r.code, Message: r.message, CodeDesc: codeNames[r.code]}
	if s.StringCode {
		e.Code = strconv.FormatInt(r.code, 10)
	}
	if s.NoCodeDesc {
		e.CodeDesc = ""
	}
	return e
}

type wireHistory struct {
	envelope
	Data any `json:"data"` // a wireData or an array of one
}

type wireData struct {
	Detail    []wireRow   `json:"detail,omitzero"`
	Details   []wireRow   `json:"details,omitzero"`
	Summary   []wireTotal `json:"summary,omitzero"`
	StartTime string      `json:"startTime,omitempty"`
	EndTime   string      `json:"endTime,omitempty"`
}

type wireRow struct {
	ISPName      string `json:"ispName"`
	Province     string `json:"province"`
	ProvinceName string `json:"provinceName"`
	MapKey       string `json:"mapKey"`
	ServerIP     string `json:"serverIp"`
	ResultCount  any    `json:"resultCount"` // a number, or a string of one
	ResultCode   any    `json:"resultCode"`
	ErrorReason  string `json:"errorReason"`
	StartTime    string `json:"startTime,omitempty"`
	EndTime      string `json:"endTime,omitempty"`
}

type wireTotal struct {
	ResultCount any    `json:"resultCount"`
	ErrorReason string `json:"errorReason"`
	ResultCode  any    `json:"resultCode"`
}

// history returns the answer to q with rows. Without rows it has empty arrays, which is a guess: no page has an answer
// without failures.
func (s Shape) history(q Question, rows []Row) wireHistory {
	detail := make([]wireRow, len(rows))
	for i, row := range rows {
		detail[i] = wireRow{
			ISPName: row.ISP, ServerIP: row.ServerIP,
			Province: row.Province, ProvinceName: row.ProvinceName, MapKey: row.MapKey,
			ResultCount: s.number(row.Count), ResultCode: s.number(row.Code), ErrorReason: row.Reason,
		}
		if s.RowTimes && !row.First.IsZero() {
			detail[i].StartTime, detail[i].EndTime = formatTime(row.First), formatTime(row.Last)
		}
	}
	data := wireData{Detail: detail}
	if s.Details {
		data = wireData{Details: detail}
	}
	if !s.NoSummary {
		data.Summary = s.summary(rows)
	}
	if !s.RowTimes {
		data.StartTime, data.EndTime = formatTime(q.Begin), formatTime(q.End)
	}
	answer := wireHistory{s.envelope(refusal{}), data}
	if s.Array {
		answer.Data = []wireData{data}
	}
	return answer
}

// summary returns the sum of the rows of each code, in the order of the rows.
func (s Shape) summary(rows []Row) []wireTotal {
	totals := []wireTotal{}
	sums := map[int64]int64{}
	for _, row := range rows {
		if _, known := sums[row.Code]; !known {
			totals = append(totals, wireTotal{ErrorReason: row.Reason, ResultCode: row.Code})
		}
		sums[row.Code] += row.Count
	}
	for i, total := range totals {
		code := total.ResultCode.(int64)
		totals[i].ResultCode, totals[i].ResultCount = s.number(code), s.number(sums[code])
	}
	return totals
}

func (s Shape) number(n int64) any {
	if s.Strings {
		return strconv.FormatInt(n, 10)
	}
	return n
}

func formatTime(t time.Time) string { return t.In(beijing).Format(time.DateTime) }

// parseTime reads a time with or without seconds: the document's table has seconds, its example has none.
func parseTime(text string) (time.Time, error) {
	if t, err := time.ParseInLocation("2006-01-02 15:04", text, beijing); err == nil {
		return t, nil
	}
	return time.ParseInLocation(time.DateTime, text, beijing)
}
