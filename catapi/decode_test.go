package catapi

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// row is the one row of the API document's own example.
var row = Row{
	ISP: "移动", Province: "jiangxi", ProvinceName: "江西", MapKey: "jiangXi", ServerIP: "119.28.20.246",
	Code: 10016, Reason: "Ping超时", Count: 982,
}

// documented is the answer of the API document's own example.
const documented = `{
	"code": 0, "message": "", "codeDesc": "Success",
	"data": {
		"detail": [{"ispName": "移动", "province": "jiangxi", "provinceName": "江西", "mapKey": "jiangXi",
			"serverIp": "119.28.20.246", "resultCount": 982, "resultCode": 10016, "errorReason": "Ping超时"}],
		"summary": [{"resultCount": 982, "errorReason": "Ping超时", "resultCode": 10016}],
		"startTime": "2017-05-25 00:00:00", "endTime": "2017-05-25 08:10:00"
	}
}`

func with(change func(*Row)) Row {
	changed := row
	change(&changed)
	return changed
}

func TestHistoryDecoding(t *testing.T) {
	const fields = `"ispName":"移动","province":"jiangxi","provinceName":"江西","mapKey":"jiangXi",` +
		`"serverIp":"119.28.20.246","errorReason":"Ping超时"`
	const line = `{` + fields + `,"resultCount":982,"resultCode":10016}`
	total := []CodeTotal{{10016, "Ping超时", 982}}
	for _, tc := range []struct {
		name, body string
		rows       []Row
		summary    []CodeTotal
	}{
		{"the document's example", documented, []Row{row}, total},
		{"details, as the document's table says", `{"code":0,"data":{"details":[` + line + `]}}`, []Row{row}, nil},
		{"details beside an empty detail", `{"code":0,"data":{"detail":[],"details":[` + line + `]}}`, []Row{row}, nil},
		{"detail and details that say the same count once", `{"code":0,"data":{"detail":[` + line + `],"details":[` + line + `]}}`, []Row{row}, nil},
		{"data as an array of answers", `{"code":0,"data":[{"details":[` + line + `],"summary":[{"resultCode":10016,"resultCount":982,"errorReason":"Ping超时"}]}]}`, []Row{row}, total},
		{"data as an array of rows", `{"code":0,"data":[` + line + `]}`, []Row{row}, nil},
		{"fields beside the code instead of in data", `{"code":0,"detail":[` + line + `],"summary":[{"resultCode":10016,"resultCount":982,"errorReason":"Ping超时"}]}`, []Row{row}, total},
		{"the successor's spelling", `{"code":0,"Details":[{"IspName":"移动","Province":"jiangxi","ProvinceName":"江西","Mapkey":"jiangXi","ServerIp":"119.28.20.246","ResultCount":982,"ResultCode":10016,"ErrorReason":"Ping超时"}],"Summarys":[{"ResultCode":10016,"ResultCount":982,"ErrorReason":"Ping超时"}],"BeginTime":"2017-05-25 00:00:00"}`, []Row{row}, total},
		{"numbers as strings", `{"code":"0","data":{"detail":[{` + fields + `,"resultCount":"982","resultCode":"10016"}]}}`, []Row{row}, nil},
		{"numbers with a fraction of zeros", `{"code":0,"data":{"detail":[{` + fields + `,"resultCount":"982.0000","resultCode":10016.0}]}}`, []Row{row}, nil},
		{"numbers with an exponent", `{"code":0,"data":{"detail":[{` + fields + `,"resultCount":9.82e2,"resultCode":10016}]}}`, []Row{row}, nil},
		{"a negative code", `{"code":0,"data":{"detail":[{` + fields + `,"resultCount":982,"resultCode":-17}]}}`, []Row{with(func(r *Row) { r.Code = -17 })}, nil},
		{"text in escapes, as PHP writes it", `{"code":0,"data":{"detail":[{"ispName":"\u79fb\u52a8","province":"jiangxi","provinceName":"\u6c5f\u897f","mapKey":"jiangXi","serverIp":"119.28.20.246","resultCount":982,"resultCode":10016,"errorReason":"Ping\u8d85\u65f6"}]}}`, []Row{row}, nil},
		{"no address, written NULL", `{"code":0,"data":{"detail":[{"ispName":"移动","serverIp":"NULL","resultCount":1,"resultCode":2}]}}`, []Row{{ISP: "移动", Code: 2, Count: 1}}, nil},
		{"no address, no name and no reason, written null", `{"code":0,"data":{"detail":[{"ispName":"移动","serverIp":null,"provinceName":null,"errorReason":null,"resultCount":1,"resultCode":2}]}}`, []Row{{ISP: "移动", Code: 2, Count: 1}}, nil},
		{"times in the row", `{"code":0,"data":{"detail":[{` + fields + `,"resultCount":982,"resultCode":10016,"startTime":"2017-05-25 02:08:00","endTime":"2017-05-25 02:09"}]}}`,
			[]Row{with(func(r *Row) {
				r.First, r.Last = beijing("2017-05-25 02:08:00"), beijing("2017-05-25 02:09:00")
			})}, nil},
		{"times that are none", `{"code":0,"data":{"detail":[{` + fields + `,"resultCount":982,"resultCode":10016,"startTime":"0000-00-00 00:00:00","endTime":""}]}}`, []Row{row}, nil},
		{"a row that comes twice is added up", `{"code":0,"data":{"detail":[` + line + `,` + line + `]}}`, []Row{with(func(r *Row) { r.Count = 2 * 982 })}, nil},
		{"two addresses are two rows, in order", `{"code":0,"data":{"detail":[` + strings.Replace(line, "119.28.20.246", "NULL", 1) + `,` + line + `,` + strings.Replace(line, "119.28.20.246", "10.0.0.1", 1) + `]}}`,
			[]Row{with(func(r *Row) { r.ServerIP = "" }), with(func(r *Row) { r.ServerIP = "10.0.0.1" }), row}, nil},
		{"a summary that comes in two parts", `{"code":0,"data":[{"details":[` + line + `],"summary":[{"resultCode":1,"resultCount":"2"}]},{"summary":[{"resultCode":-1,"resultCount":3},{"resultCode":1,"resultCount":4}]}]}`, []Row{row}, []CodeTotal{{-1, "", 3}, {1, "", 6}}},
		{"a detail that is one object", `{"code":0,"data":{"detail":` + line + `}}`, []Row{row}, nil},
		{"fields nobody knows", `{"code":0,"requestId":"x","data":{"page":{"a":[1]},"detail":[{"x":null,` + line[1:] + `]}}`, []Row{row}, nil},
		{"the code at the end", `{"data":{"detail":[` + line + `]},"code":0}`, []Row{row}, nil},
		{"nothing failed: an empty array", `{"code":0,"data":[]}`, nil, nil},
		{"nothing failed: an empty object", `{"code":0,"data":{}}`, nil, nil},
		{"nothing failed: null", `{"code":0,"data":null}`, nil, nil},
		{"nothing failed: an empty string", `{"code":0,"data":""}`, nil, nil},
		{"nothing failed: no data", `{"code":0,"message":""}`, nil, nil},
		{"nothing failed: null for the rows", `{"code":0,"data":{"detail":null,"summary":null}}`, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h, err := decodeHistory([]byte(tc.body), morning, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.rows, h.Rows); len(tc.rows)+len(h.Rows) > 0 && diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.summary, h.Summary); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnAnswerWithACodeIsAnError(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		want       Error
	}{
		{"as a number", `{"code":10001,"message":"no such province","codeDesc":"InvalidParameter"}`, Error{10001, "InvalidParameter", "no such province"}},
		{"as a string", `{"code":"5100","message":"(100004)projectId 不正确","codeDesc":"ResourceOpFailed"}`, Error{5100, "ResourceOpFailed", "(100004)projectId 不正确"}},
		{"without codeDesc, escaped", `{"code":4100,"message":"\u7b7e\u540d"}`, Error{4100, "", "签名"}},
		{"a negative code", `{"code":-514,"message":"x"}`, Error{-514, "", "x"}},
		{"whatever data is", `{"code":6000,"message":"x","data":"try later"}`, Error{6000, "", "x"}},
		{"data before it", `{"data":{"detail":[{"resultCount":-1}]},"code":6000,"message":"x"}`, Error{6000, "", "x"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := decodeHistory([]byte(tc.body), morning, time.Time{})
			got, ok := errors.AsType[*Error](err)
			if !ok || *got != tc.want {
				t.Errorf("got %v, want %v", err, &tc.want)
			}
		})
	}
}

func TestGarbageIsNamed(t *testing.T) {
	for _, tc := range []struct{ name, body, want string }{
		{"nothing", ``, "cut off"},
		{"a page", `<html><body>Bad Gateway</body></html>`, "invalid character '<'"},
		{"a cut answer", documented[:len(documented)/2], "cut off"},
		{"more than an answer", documented + `{}`, "after top-level value"},
		{"null", `null`, "no code"},
		{"an array", `[]`, "/: unexpected ["},
		{"another API's answer", `{"Response":{"Error":{"Code":"AuthFailure"}}}`, "no code"},
		{"a code that is no number", `{"code":"InvalidParameter"}`, "/code: not a whole number"},
		{"data that is text", `{"code":0,"data":"oops"}`, "/data: neither an object nor an array"},
		{"rows that are numbers", `{"code":0,"data":{"detail":[1]}}`, "/data/detail/0: unexpected number"},
		{"a name that is an object", `{"code":0,"data":{"detail":[{"ispName":{}}]}}`, "/data/detail/0/ispName: unexpected"},
		{"a row without code", `{"code":0,"data":{"detail":[{"resultCount":1}]}}`, "/data/detail: a row without resultCode"},
		{"a row without count", `{"code":0,"data":{"detail":[{"resultCode":1}]}}`, "without resultCount"},
		{"a row whose count is null", `{"code":0,"data":{"detail":[{"resultCode":1,"resultCount":null}]}}`, "without resultCount"},
		{"a negative count", `{"code":0,"data":{"detail":[{"resultCode":1,"resultCount":"-5"}]}}`, "no count"},
		{"a negative count in the summary", `{"code":0,"data":{"summary":[{"resultCode":1,"resultCount":-5}]}}`, "no count"},
		{"half a failure", `{"code":0,"data":{"detail":[{"resultCode":1,"resultCount":"982.5"}]}}`, "not a whole number"},
		{"a count in words", `{"code":0,"data":{"detail":[{"resultCode":1,"resultCount":"many"}]}}`, "not a whole number"},
		{"a count beyond reason", `{"code":0,"data":{"detail":[{"resultCode":1,"resultCount":1000000000000001}]}}`, "no count"},
		{"a count beyond numbers", `{"code":0,"data":{"detail":[{"resultCode":1,"resultCount":1e99}]}}`, "not a whole number"},
		{"a count that is a truth", `{"code":0,"data":{"detail":[{"resultCode":1,"resultCount":true}]}}`, "not a whole number"},
		{"counts whose sum is beyond reason", `{"code":0,"data":{"detail":[{"resultCode":1,"resultCount":600000000000000},{"resultCode":2,"resultCount":600000000000000}]}}`, "absurdly large"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h, err := decodeHistory([]byte(tc.body), morning, time.Time{})
			if err == nil {
				t.Fatalf("read as %+v", h)
			}
			if _, ok := errors.AsType[*Error](err); ok {
				t.Errorf("taken for a word of the API: %v", err)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q does not say %q", err, tc.want)
			}
			if strings.Contains(err.Error(), "catapi") || strings.Contains(err.Error(), "Go ") {
				t.Errorf("error %q talks of Go's types", err)
			}
		})
	}
}

func TestAgentsDecoding(t *testing.T) {
	const line = `{"province":"sichuan","provinceName":"四川","isp":"cmc","ispName":"移动"}`
	want := []Agent{{Province: "sichuan", ProvinceName: "四川", ISP: "cmc", ISPName: "移动"}}
	for _, tc := range []struct {
		name, body string
		want       []Agent
	}{
		{"the document's form", `{"code":0,"message":"","codeDesc":"Success","data":{"agent":[` + line + `]}}`, want},
		{"an array of lists", `{"code":0,"data":[{"agent":[` + line + `]}]}`, want},
		{"an array of agents", `{"code":0,"data":[` + line + `]}`, want},
		{"agents beside the code", `{"code":0,"agents":[` + line + `]}`, want},
		{"no agents", `{"code":0,"data":{"agent":[]}}`, nil},
		{"no data", `{"code":0}`, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := decodeAgents([]byte(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
