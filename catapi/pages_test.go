package catapi

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// ofMany gives rows of n probes, a quarter of which failed.
func ofMany(n int) []string {
	rows := make([]string, n)
	for i := range rows {
		errorID := int64(0)
		if i%4 == 0 {
			errorID = 603
		}
		rows[i] = saw("移动", "江西", incident.Begin.Add(time.Duration(i)*time.Second), errorID)
	}
	return rows
}

func TestAPartIsNotShownAsTheWhole(t *testing.T) {
	without := func(rows []string) string {
		return `{"Response":{"DataSet":[` + strings.Join(rows, ",") + `],"ScrollID":"s","RequestId":"x"}}`
	}
	for name, pages := range map[string][]string{
		"later pages promise less":         {probesPage(1400, "s", ofMany(500)...), probesPage(800, "s", ofMany(500)...), probesPage(400, "s", ofMany(400)...)},
		"later pages promise nothing":      {probesPage(1400, "s", ofMany(500)...), without(ofMany(500)), without(ofMany(400))},
		"each page promises what it holds": {probesPage(500, "s", ofMany(500)...), probesPage(500, "s", ofMany(500)...), probesPage(400, "s", ofMany(400)...)},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake3(t, func(n int, _ map[string]any) string { return pages[n-1] })
			c := f.client(t)
			c.api3.page.Store(500)
			h, err := c.ReturnCodeHistory(t.Context(), incident)
			if err != nil || h.Rows[0].Count != 350 || h.Probed[0].Count != 1400 {
				t.Errorf("%+v of %+v, %v", h.Rows, h.Probed, err)
			}
		})
	}
}

func TestWhatCannotBeReadIsNoSuccess(t *testing.T) {
	at := incident.Begin.Add(time.Hour).UnixMilli()
	const ping = `"Labels":[{"Name":"Operator","Value":"移动"},{"Name":"District","Value":"江西"}]`
	for name, answer := range map[string]string{
		"no ErrorId":               fmt.Sprintf(`"DataSet":[{%s,"Fields":[{"Name":"ProbeTime","Value":%d}]}],"TotalNumber":1`, ping, at),
		"another name for ErrorId": fmt.Sprintf(`"DataSet":[{%s,"Fields":[{"Name":"ProbeTime","Value":%d},{"Name":"ErrorCode","Value":603}]}],"TotalNumber":1`, ping, at),
		"an ErrorId in words":      fmt.Sprintf(`"DataSet":[{%s,"Fields":[{"Name":"ErrorId","Value":"timeout"}]}],"TotalNumber":1`, ping),
		"an ErrorId of null":       fmt.Sprintf(`"DataSet":[{%s,"Fields":[{"Name":"ErrorId","Value":null}]}],"TotalNumber":1`, ping),
		"an ErrorId with a half":   fmt.Sprintf(`"DataSet":[{%s,"Fields":[{"Name":"ErrorId","Value":0.5}]}],"TotalNumber":1`, ping),
		"one legible among them":   fmt.Sprintf(`"DataSet":[%s,{%s,"Fields":[]}],"TotalNumber":2`, saw("移动", "江西", time.UnixMilli(at), 0), ping),
		"another name for DataSet": `"Rows":[{}]`,
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake3(t, func(int, map[string]any) string { return `{"Response":{` + answer + `,"RequestId":"x"}}` })
			h, err := f.client(t).ReturnCodeHistory(t.Context(), incident)
			if transport, ok := errors.AsType[*TransportError](err); !ok || !transport.Garbled() {
				t.Errorf("%+v of %+v, %v", h.Rows, h.Probed, err)
			}
		})
	}
}

func TestTheReasonThatIsThereIsTold(t *testing.T) {
	for name, infos := range map[string]string{
		"a ping's, and an empty one of DNS":  `{"Name":"PingErrorInfo","Value":"超时"},{"Name":"DNSErrorInfo","Value":""}`,
		"an empty one of a ping, and DNS's":  `{"Name":"PingErrorInfo","Value":""},{"Name":"DNSErrorInfo","Value":"超时"}`,
		"both, of which the first is told":   `{"Name":"PingErrorInfo","Value":"超时"},{"Name":"DNSErrorInfo","Value":"无"}`,
		"a ping's, and numbers for no words": `{"Name":"DNSErrorInfo","Value":0},{"Name":"PingErrorInfo","Value":"\u8d85时"},{"Name":"DNSErrorInfo","Value":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			row := `{"Labels":[{"Name":"Operator","Value":"移动"},` + infos + `],"Fields":[{"Name":"ErrorId","Value":603}]}`
			h, err := newFake3(t, func(int, map[string]any) string { return probesPage(1, "", row) }).client(t).ReturnCodeHistory(t.Context(), incident)
			if err != nil || h.Rows[0].Reason != "超时" {
				t.Errorf("%+v, %v", h.Rows, err)
			}
		})
	}
}
