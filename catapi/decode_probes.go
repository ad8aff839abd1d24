package catapi

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// probesAnswer is a page of DescribeDetailedSingleProbeData.
type probesAnswer struct {
	header3
	DataSet     []wireProbe `json:"DataSet"`
	TotalNumber number      `json:"TotalNumber"`
	ScrollID    string      `json:"ScrollID"`
}

// A probe3 is the result of one probe.
type probe3 struct {
	at       time.Time // zero where the answer does not say
	operator string
	district string
	errorID  int64 // 0 is success
	info     string
}

// A wireProbe decodes a probe3. A probe without a result is an error, not a success.
type wireProbe struct{ probe3 }

func (w *wireProbe) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var row struct {
		ProbeTime jsontext.Value `json:"ProbeTime"`
		Labels    []pair3        `json:"Labels"`
		Fields    []pair3        `json:"Fields"`
	}
	err := json.UnmarshalDecode(dec, &row)
	if err == nil {
		w.probe3, err = read3(row.ProbeTime, row.Labels, row.Fields)
	}
	return err
}

// read3 decodes one probe. Its time is in the fields; that of the row is a placeholder in the vendor's example.
// No document says whether ErrorId is a label or a field, so read3 reads both, and uses the one that is not 0.
func read3(rowTime jsontext.Value, labels, fields []pair3) (p probe3, err error) {
	millis, _ := pair3{Value: rowTime}.number()
	hasResult := false
	for _, pair := range slices.Concat(labels, fields) {
		switch pair.Name {
		case "ProbeTime":
			millis, _ = pair.number()
		case "Operator":
			p.operator = pair.text()
		case "District":
			p.district = pair.text()
		case "ErrorId":
			if pair.text() == "" {
				continue // it may stand elsewhere
			}
			id, err := pair.number()
			if err != nil {
				return p, fmt.Errorf("ErrorId: %w", err)
			}
			p.errorID, hasResult = cmp.Or(p.errorID, id), true
		case "PingErrorInfo", "DNSErrorInfo":
			if info := pair.text(); p.info == "" && info != "0" {
				p.info = info
			}
		}
	}
	if millis > 1e12 {
		p.at = time.UnixMilli(millis).In(Beijing)
	}
	if !hasResult {
		return p, errors.New("a probe without ErrorId")
	}
	return p, nil
}

// A pair3 is a name and its value, which may be a string or a number wherever it stands.
type pair3 struct {
	Name  string         `json:"Name"`
	Value jsontext.Value `json:"Value"`
}

// text is the value as text; null is none.
func (p pair3) text() string {
	if p.Value.Kind() == 'n' {
		return ""
	}
	if p.Value.Kind() == '"' {
		unquoted, _ := jsontext.AppendUnquote(nil, p.Value) // an error means invalid UTF-8, which is replaced
		return string(unquoted)
	}
	return string(p.Value)
}

func (p pair3) number() (int64, error) { return wholeNumber(p.text()) }
