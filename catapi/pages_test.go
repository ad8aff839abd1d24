package catapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// ofMany gives rows of n probes that follow the first ones, a quarter of which failed.
func ofMany(first, n int) []string {
	rows := make([]string, n)
	for i := range rows {
		errorID := int64(0)
		if i%4 == 0 {
			errorID = 603
		}
		rows[i] = saw("移动", "江西", incident.Begin.Add(time.Duration(first+i)*time.Second), errorID)
	}
	return rows
}

func TestAPartIsNotShownAsTheWhole(t *testing.T) {
	without := func(rows []string) string {
		return `{"Response":{"DataSet":[` + strings.Join(rows, ",") + `],"ScrollID":"s","RequestId":"x"}}`
	}
	for name, pages := range map[string][]string{
		"later pages promise less":         {probesPage(1400, "s", ofMany(0, 500)...), probesPage(800, "s", ofMany(500, 500)...), probesPage(400, "s", ofMany(1000, 400)...)},
		"later pages promise nothing":      {probesPage(1400, "s", ofMany(0, 500)...), without(ofMany(500, 500)), without(ofMany(1000, 400))},
		"each page promises what it holds": {probesPage(500, "s", ofMany(0, 500)...), probesPage(500, "s", ofMany(500, 500)...), probesPage(400, "s", ofMany(1000, 400)...)},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake3(t, func(n int, _ map[string]any) string { return pages[n-1] })
			c := f.client(t)
			c.api3.pageSize.Store(500)
			h, err := c.ReturnCodeHistory(t.Context(), incident)
			if err != nil || h.Rows[0].Count != 350 || h.Probes[0].Count != 1400 {
				t.Errorf("%+v of %+v, %v", h.Rows, h.Probes, err)
			}
		})
	}
}

func TestAListThatDoesNotEndIsNotFollowedForEver(t *testing.T) {
	again := func(int) []string { return ofMany(0, 500) }
	more := func(n int) []string { return ofMany(500*n, 500) }
	for name, tc := range map[string]struct {
		total     int
		scroll    string // of each page
		rows      func(n int) []string
		wantCalls int
		wantErr   bool
	}{
		"a total of full pages, no scroll, and the offset is ignored": {500, "", again, 1, false},
		"a total of full pages and no scroll":                         {1000, "", more, 2, false},
		"the same page again, of which there is one":                  {500, "s", again, 4, true},
		"the same page again, of many":                                {1400, "s", again, 4, true},
		"more than was promised":                                      {1000, "s", more, 8, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0 // of the page, in its list
			f := newFake3(t, func(call int, asked map[string]any) string {
				if n++; call > 20 {
					return refused3("InternalError", "asked for ever")
				}
				if asked["Offset"] == 0.0 {
					n = 0
				}
				return probesPage(tc.total, tc.scroll, tc.rows(n)...)
			})
			c := f.client(t)
			c.api3.pageSize.Store(500)
			h, err := c.ReturnCodeHistory(t.Context(), incident)
			if len(f.asked) != tc.wantCalls || (err != nil) != tc.wantErr ||
				TroubleOf(err).Kind != TroublePartial && tc.wantErr {
				t.Errorf("%d calls, %+v, %v", len(f.asked), h.Probes, err)
			}
			if !tc.wantErr && err == nil && h.Probes[0].Count != int64(tc.total) {
				t.Errorf("%d of %d probes", h.Probes[0].Count, tc.total)
			}
		})
	}
}

func TestAListOfTasksComesWholeOrNotAtAll(t *testing.T) {
	from := func(first, n int) (ids []int) {
		for i := range n {
			ids = append(ids, first+i)
		}
		return ids
	}
	for name, tc := range map[string]struct {
		totals    []int // of the pages; -1 is none
		pages     [][]int
		wantTasks int // 0 is an error
		wantCalls int
	}{
		"two pages":                                {[]int{150, 150}, [][]int{from(1, 100), from(101, 50)}, 150, 2},
		"one full page, which is all":              {[]int{100}, [][]int{from(1, 100)}, 100, 1},
		"no total":                                 {[]int{-1, -1}, [][]int{from(1, 100), from(101, 50)}, 150, 2},
		"the API gives less at once":               {[]int{30, 30}, [][]int{from(1, 20), from(21, 10)}, 30, 2},
		"one deleted meanwhile":                    {[]int{101, 100}, [][]int{from(1, 100), nil}, 100, 2},
		"one added meanwhile":                      {[]int{150, 151}, [][]int{from(1, 100), from(100, 51)}, 150, 2},
		"the offset is ignored":                    {[]int{250, 250}, [][]int{from(1, 100), from(1, 100)}, 0, 2},
		"the offset is ignored, and no total":      {[]int{-1, -1}, [][]int{from(1, 100), from(1, 100)}, 0, 2},
		"the offset is ignored where little comes": {[]int{40, 40}, [][]int{from(1, 20), from(1, 20)}, 0, 2},
		"a page without tasks before the end":      {[]int{250, 250}, [][]int{from(1, 100), nil}, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			calls, v2 := 0, true
			answer := func(w http.ResponseWriter, _ *http.Request) {
				n := min(calls, len(tc.pages)-1)
				calls++
				var tasks []string
				for _, id := range tc.pages[n] {
					tasks = append(tasks, fmt.Sprintf(`{"taskId":%d}`, id))
				}
				total := ""
				if tc.totals[n] >= 0 {
					total = fmt.Sprintf(`"total":%d,`, tc.totals[n])
				}
				list := fmt.Sprintf(`%s"%%s":[%s]`, total, strings.Join(tasks, ","))
				if v2 {
					fmt.Fprintf(w, `{"code":0,`+list+`}`, "tasks")
					return
				}
				ids := regexp.MustCompile(`"taskId":(\d+)`).ReplaceAllString(list, `"TaskId":"task-$1"`)
				fmt.Fprintf(w, `{"Response":{`+ids+`,"RequestId":"x"}}`, "TaskSet")
			}
			api := newFakeAPI(t, answer)
			c, _ := newTestClient(t, Config{URL: api.URL, URL3: api.URL})
			for _, list := range []func(context.Context) ([]Task, error){c.Tasks, c.ProbeTasks} {
				tasks, err := list(t.Context())
				if len(tasks) != tc.wantTasks || (err != nil) != (tc.wantTasks == 0) || calls != tc.wantCalls {
					t.Errorf("v2 %v: %d tasks in %d calls, %v", v2, len(tasks), calls, err)
				}
				calls, v2 = 0, false
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
		"one legible among them": fmt.Sprintf(`"DataSet":[%s,{%s,"Fields":[]}],"TotalNumber":2`,
			saw("移动", "江西", time.UnixMilli(at), 0), ping),
		"another name for DataSet": `"Rows":[{}]`,
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake3(t, func(int, map[string]any) string {
				return `{"Response":{` + answer + `,"RequestId":"x"}}`
			})
			h, err := f.client(t).ReturnCodeHistory(t.Context(), incident)
			if transport, ok := errors.AsType[*TransportError](err); !ok || !transport.Unreadable() {
				t.Errorf("%+v of %+v, %v", h.Rows, h.Probes, err)
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
			row := `{"Labels":[{"Name":"Operator","Value":"移动"},` + infos +
				`],"Fields":[{"Name":"ErrorId","Value":603}]}`
			api := newFake3(t, func(int, map[string]any) string { return probesPage(1, "", row) })
			h, err := api.client(t).ReturnCodeHistory(t.Context(), incident)
			if err != nil || h.Rows[0].Reason != "超时" {
				t.Errorf("%+v, %v", h.Rows, err)
			}
		})
	}
}
