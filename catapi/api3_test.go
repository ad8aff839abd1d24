package catapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// incident is a query of API 3.0.
var incident = Query{Task: "task-ab12cd34", Begin: beijing("2026-11-20 00:00:00"), End: beijing("2026-11-20 08:00:00")}

// A fake3 is an API 3.0 with one network task, whose answers to DescribeDetailedSingleProbeData come from pages.
type fake3 struct {
	*httptest.Server
	mu    sync.Mutex       // held while pages is called, since parts of a day are asked for at once
	asked []map[string]any // of DescribeDetailedSingleProbeData
	tasks atomic.Int64     // calls of DescribeProbeTasks
}

func newFake3(t *testing.T, pages func(n int, asked map[string]any) string) *fake3 {
	f := &fake3{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-TC-Action") == "DescribeProbeTasks" {
			f.tasks.Add(1)
			io.WriteString(w, `{"Response":{"TaskSet":[{"TaskId":"task-ab12cd34","Name":"官网","TaskType":5,"TargetAddress":"www.example.com"}],"Total":1,"RequestId":"x"}}`)
			return
		}
		var asked map[string]any
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.asked = append(f.asked, asked)
		io.WriteString(w, pages(len(f.asked), asked))
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *fake3) client(t *testing.T) *Client {
	c, _ := newTestClient(t, Config{URL3: f.URL})
	return c
}

// saw writes a probe as the vendor's example does.
func saw(operator, district string, at time.Time, errorID int64) string {
	return fmt.Sprintf(`{"ProbeTime":1,"Labels":[{"ID":0,"Name":"Operator","Value":%q},{"ID":1,"Name":"District","Value":%q}],"Fields":[{"ID":0,"Name":"ProbeTime","Value":%d},{"ID":1,"Name":"ErrorId","Value":%d}]}`,
		operator, district, at.UnixMilli(), errorID)
}

func probesPage(total int, scroll string, rows ...string) string {
	return fmt.Sprintf(`{"Response":{"DataSet":[%s],"TotalNumber":%d,"ScrollID":%q,"RequestId":"x"}}`,
		strings.Join(rows, ","), total, scroll)
}

func refused3(code, message string) string {
	return fmt.Sprintf(`{"Response":{"Error":{"Code":%q,"Message":%q},"RequestId":"x"}}`, code, message)
}

func TestProbesAreCountedByOperatorDistrictAndError(t *testing.T) {
	at := incident.Begin.Add(time.Hour)
	f := newFake3(t, func(n int, _ map[string]any) string {
		if n%2 == 1 {
			return probesPage(6, "s1", saw("中国移动", "江西", at, 603), saw("中国移动", "江西", at.Add(time.Minute), 603),
				saw("中国移动", "江西", at, 0))
		}
		return probesPage(6, "s1", saw("中国移动", "广东", at, 601), saw("中国电信", "江西", at, 0), saw("中国电信", "江西", incident.End, 603)) // the last is of the next window
	})
	c := f.client(t)
	h, err := c.ReturnCodeHistory(t.Context(), incident)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range h.Rows {
		got = append(got, fmt.Sprintf("%s %s %d %d %d %s-%s", r.ISP, r.ProvinceName, r.Code, r.Kind, r.Count, r.First.Format("15:04"), r.Last.Format("15:04")))
	}
	for _, p := range h.Probes {
		got = append(got, fmt.Sprintf("%s %s of %d, last %s", p.ISP, p.Province, p.Count, p.Last.Format("15:04")))
	}
	want := "中国移动 广东 601 5 1 01:00-01:00\n中国移动 江西 603 5 2 01:00-01:01\n中国电信 江西 of 1, last 01:00\n中国移动 广东 of 1, last 01:00\n中国移动 江西 of 3, last 01:01"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	first, second := f.asked[0], f.asked[1]
	if first["BeginTime"] != float64(incident.Begin.UnixMilli()) ||
		first["EndTime"] != float64(incident.End.UnixMilli()) || first["TaskType"] != "AnalyzeTaskType_Network" ||
		first["ScrollID"] != nil {
		t.Errorf("first asked %v", first)
	}
	if second["ScrollID"] != "s1" || second["Offset"] != 3.0 {
		t.Errorf("then asked %v", second)
	}
	if _, err := c.ReturnCodeHistory(t.Context(), incident); err != nil || f.tasks.Load() != 1 {
		t.Errorf("%v, the task was asked for %d times", err, f.tasks.Load())
	}
}

func TestTheFailuresOfTheLastQuarterOfAnHourAreCountedApart(t *testing.T) {
	ago := func(d time.Duration) string { return saw("中国移动", "江西", incident.End.Add(-d), 603) }
	f := newFake3(t, func(int, map[string]any) string {
		return probesPage(4, "", ago(time.Hour), ago(RecentTime+time.Second), ago(RecentTime), ago(time.Minute))
	})
	h, err := f.client(t).ReturnCodeHistory(t.Context(), incident)
	if err != nil || len(h.Rows) != 1 || h.Rows[0].Count != 4 || h.Rows[0].Recent != 2 {
		t.Fatalf("%v, %+v", err, h.Rows)
	}
	next := h
	next.Query.Begin, next.Query.End = h.Query.End, h.Query.End.Add(time.Hour)
	both := merge(Query{Task: h.Query.Task, Begin: h.Query.Begin, End: next.Query.End}, []History{h, next})
	if both.Rows[0].Count != 8 || both.Rows[0].Recent != 2 || h.Rows[0].Recent != 2 {
		t.Errorf("together %+v, before %+v", both.Rows, h.Rows)
	}
}

func TestWhereThingsStandAndHowTheyAreWrittenDoesNotMatter(t *testing.T) {
	at := incident.Begin.Add(time.Hour)
	for name, row := range map[string]string{
		"ErrorId as a label":                       fmt.Sprintf(`{"ProbeTime":1,"Labels":[{"Name":"Operator","Value":"移动"},{"Name":"District","Value":"江西"},{"Name":"ErrorId","Value":"603"}],"Fields":[{"Name":"ProbeTime","Value":%d}]}`, at.UnixMilli()),
		"ErrorId twice, the failure first":         fmt.Sprintf(`{"ProbeTime":%d,"Labels":[{"Name":"Operator","Value":"移动"},{"Name":"District","Value":"江西"},{"Name":"ErrorId","Value":"603"}],"Fields":[{"Name":"ErrorId","Value":0}]}`, at.UnixMilli()),
		"ErrorId twice, the failure last":          fmt.Sprintf(`{"ProbeTime":%d,"Labels":[{"Name":"Operator","Value":"移动"},{"Name":"District","Value":"江西"},{"Name":"ErrorId","Value":"0"}],"Fields":[{"Name":"ErrorId","Value":603}]}`, at.UnixMilli()),
		"numbers as strings":                       fmt.Sprintf(`{"ProbeTime":"1","Labels":[{"Name":"Operator","Value":"移动"},{"Name":"District","Value":"江西"}],"Fields":[{"Name":"ProbeTime","Value":"%d"},{"Name":"ErrorId","Value":"603.0"}]}`, at.UnixMilli()),
		"the row's own time is real":               fmt.Sprintf(`{"ProbeTime":%d,"Labels":[{"Name":"Operator","Value":"移动"},{"Name":"District","Value":"江西"}],"Fields":[{"Name":"ErrorId","Value":603}]}`, at.UnixMilli()),
		"values before their names, in other case": fmt.Sprintf(`{"fields":[{"value":603,"NAME":"ErrorId"},{"value":%d,"name":"ProbeTime"}],"labels":[{"value":"\u79fb动","name":"Operator"},{"value":"江西","name":"District"}],"probe_time":null}`, at.UnixMilli()),
		"no time at all, and more":                 `{"Labels":[{"Name":"Operator","Value":"移动"},{"Name":"District","Value":"江西"},{"Name":"City","Value":"南昌"}],"Fields":[{"Name":"ErrorId","Value":603}],"New":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := newFake3(t, func(int, map[string]any) string { return probesPage(1, "", row) }).client(t)
			h, err := c.ReturnCodeHistory(t.Context(), incident)
			if err != nil || len(h.Rows) != 1 || h.Rows[0].Code != 603 || h.Rows[0].ISP != "移动" ||
				h.Rows[0].ProvinceName != "江西" {
				t.Errorf("%+v, %v", h.Rows, err)
			}
		})
	}
}

func TestThePageIsHalvedUntilTheAPITakesIt(t *testing.T) {
	f := newFake3(t, func(_ int, asked map[string]any) string {
		if asked["Limit"].(float64) > 1000 {
			return refused3("InvalidParameterValue", "Limit is from 1 to 1000")
		}
		return probesPage(0, "")
	})
	c := f.client(t)
	for range 2 {
		if _, err := c.ReturnCodeHistory(t.Context(), incident); err != nil {
			t.Fatal(err)
		}
	}
	var limits []any
	for _, asked := range f.asked {
		limits = append(limits, asked["Limit"])
	}
	if fmt.Sprint(limits) != "[5000 2500 1250 625 625]" {
		t.Errorf("asked for %v", limits)
	}
}

func TestAWindowThatIsTooLargeIsCutAndPutTogether(t *testing.T) {
	f := newFake3(t, func(_ int, asked map[string]any) string {
		begin, end := int64(asked["BeginTime"].(float64)), int64(asked["EndTime"].(float64))
		if end-begin > 3*3600_000 {
			return refused3("InvalidParameterValue", "the range is too long")
		}
		return probesPage(1, "", saw("移动", "江西", time.UnixMilli(begin), 603))
	})
	h, err := f.client(t).ReturnCodeHistory(t.Context(), incident)
	if err != nil || len(h.Rows) != 1 || h.Rows[0].Count != 4 || len(h.Probes) != 1 || h.Probes[0].Count != 4 {
		t.Errorf("%+v, %+v, %v", h.Rows, h.Probes, err)
	}
}

func TestWhatIsRefusedForGoodIsNotAskedForEver(t *testing.T) {
	f := newFake3(t, func(int, map[string]any) string { return refused3("InvalidParameter", "no") })
	_, err := f.client(t).ReturnCodeHistory(t.Context(), incident)
	api, ok := errors.AsType[*Error](err)
	if !ok || !api.Refused() || api.Retryable() || len(f.asked) > 6 {
		t.Errorf("%v after %d calls", err, len(f.asked))
	}
}

func TestPagesThatDoNotAddUpAreAnErrorNotASmallerNumber(t *testing.T) {
	at := incident.Begin.Add(time.Hour)
	for name, tc := range map[string]struct {
		cure  bool
		calls int
	}{"for good": {false, 4}, "once": {true, 4}} {
		t.Run(name, func(t *testing.T) {
			f := newFake3(t, func(n int, _ map[string]any) string {
				if n == 2 || n == 4 && !tc.cure {
					return probesPage(3, "s")
				}
				if n%2 == 1 {
					return probesPage(3, "s", saw("移动", "江西", at, 603), saw("移动", "江西", at, 603))
				}
				return probesPage(3, "s", saw("移动", "江西", at, 603))
			})
			h, err := f.client(t).ReturnCodeHistory(t.Context(), incident)
			if len(f.asked) != tc.calls || tc.cure != (err == nil) || err == nil && h.Rows[0].Count != 3 {
				t.Errorf("%d calls, %+v, %v", len(f.asked), h.Rows, err)
			}
			if transport, ok := errors.AsType[*TransportError](err); err != nil &&
				(!ok || !transport.Retryable() || !transport.Partial() || Tries(err) != 2) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestErrorsOfAPI3SayWhatToDo(t *testing.T) {
	type verdict struct{ retryable, refused, unauthorized, skew, quota bool }
	for code, want := range map[string]verdict{
		"RequestLimitExceeded":              {retryable: true, quota: true},
		"RequestLimitExceeded.UinLimit":     {retryable: true, quota: true},
		"InternalError":                     {retryable: true},
		"FailedOperation.DbQueryFailed":     {retryable: true},
		"FailedOperation.ESQueryError":      {retryable: true},
		"FailedOperation":                   {},
		"FailedOperation.ResourceNotFound":  {refused: true},
		"ResourceNotFound":                  {refused: true},
		"InvalidParameterValue":             {refused: true},
		"AuthFailure.SignatureFailure":      {unauthorized: true},
		"AuthFailure.SecretIdNotFound":      {unauthorized: true},
		"AuthFailure.UnauthorizedOperation": {unauthorized: true},
		"AuthFailure.SignatureExpire":       {retryable: true, skew: true},
		"ActionOffline":                     {},
	} {
		e := &Error{CodeDesc: code}
		if got := (verdict{e.Retryable(), e.Refused(), e.Unauthorized(), e.ClockSkew(), e.OverQuota()}); got != want {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
	}
}

func TestTheWayToAPI3FailsAsTheWayToV2Does(t *testing.T) {
	for name, tc := range map[string]struct {
		answer  http.HandlerFunc
		garbled bool
		status  int
		tries   int64
	}{
		"a page of html":    {page(http.StatusOK, "text/html", "<html>"+testKey), true, 200, 4},
		"half an answer":    {text(`{"Response":{"TaskSet":[`), true, 200, 4},
		"a gateway's error": {page(http.StatusBadGateway, "text/html", "<html>bad gateway"), false, 502, 4},
		"a cut connection":  {reset, false, 0, 4},
		"too large":         {text(`{"Response":{"RequestId":"` + strings.Repeat("x", 2000) + `"}}`), true, 200, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				tc.answer(w, r)
			}))
			defer server.Close()
			c, _ := newTestClient(t, Config{URL3: server.URL, MaxResponse: 1000})
			_, err := c.ReturnCodeHistory(t.Context(), incident)
			transport, ok := errors.AsType[*TransportError](err)
			if !ok || transport.Unreadable() != tc.garbled || calls.Load() != tc.tries ||
				tc.status > 0 && transport.Status != tc.status && name != "half an answer" {
				t.Errorf("%v (%+v) after %d calls", err, transport, calls.Load())
			}
			if strings.Contains(fmt.Sprint(err), testKey) {
				t.Errorf("the key is in %v", err)
			}
		})
	}
}

func TestWhoAsksAPI3MayGiveUp(t *testing.T) {
	gate := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gate }))
	defer server.Close()
	defer close(gate)
	c, _ := newTestClient(t, Config{URL3: server.URL})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := c.ReturnCodeHistory(ctx, incident); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestAPI3IsSignedAsTheVendorSigns: time in the bubble goes on to the moment of each vector at once.
func TestAPI3IsSignedAsTheVendorSigns(t *testing.T) {
	data, err := os.ReadFile("testdata/tc3_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Name, Host, Action, Payload, Signature string
		Timestamp                              int64
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, v := range all {
		if v.Action != "DescribeDetailedSingleProbeData" { // others hold payloads that the library writes differently
			continue
		}
		checked++
		t.Run(v.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				<-time.After(time.Until(time.Unix(v.Timestamp, 0)))
				c, err := New(complete(Config{URL3: "https://" + v.Host}))
				if err != nil {
					t.Fatal(err)
				}
				var got, sent string
				c.api3.sdk.WithHttpTransport(captureTransport{c, roundTrip(func(r *http.Request) (*http.Response, error) {
					body, _ := io.ReadAll(r.Body)
					got, sent = r.Header.Get("Authorization"), string(body)
					return respond(`{"Response":{"RequestId":"x"}}`), nil
				})})
				var params map[string]any
				if err := json.Unmarshal([]byte(v.Payload), &params); err != nil {
					t.Fatal(err)
				}
				for _, name := range []string{"BeginTime", "EndTime", "Limit", "Offset"} {
					params[name] = int64(params[name].(float64))
				}
				if _, err := call3[probesAnswer](t.Context(), c.api3, v.Action, params); err != nil {
					t.Fatal(err)
				}
				if sent != v.Payload || !strings.HasSuffix(got, "Signature="+v.Signature) {
					t.Errorf("sent %s\nwith %s\nwant %s", sent, got, v.Signature)
				}
			})
		})
	}
	if checked != 2 {
		t.Errorf("%d vectors", checked)
	}
}

func TestTheVendorsExamplesAreUnderstood(t *testing.T) {
	data, err := os.ReadFile("testdata/api3_examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var examples map[string][]string
	if err := json.Unmarshal(data, &examples); err != nil {
		t.Fatal(err)
	}
	for _, answer := range examples["DescribeProbeTasks"] {
		if tasks, err := decode3[tasksAnswer]([]byte(answer)); err != nil ||
			len(tasks.TaskSet) > 0 && tasks.TaskSet[0].TaskID != "task-xx" {
			t.Errorf("%+v, %v", tasks, err)
		}
	}
	for _, answer := range examples["DescribeDetailedSingleProbeData"] {
		asked := strings.Replace(answer, `"Fields": [`, `"Fields": [{"ID":1,"Name":"ErrorId","Value":0},`, 1) // the example's asker left it out
		probes, err := decode3[probesAnswer]([]byte(asked))
		if err != nil || len(probes.DataSet) != 1 || probes.TotalNumber.value != 10 ||
			probes.DataSet[0].at.UnixMilli() != 1679903537000 {
			t.Errorf("%+v, %v", probes, err)
		}
	}
	if len(examples["DescribeProbeTasks"]) == 0 || len(examples["DescribeDetailedSingleProbeData"]) == 0 {
		t.Error("examples are missing")
	}
}

func FuzzReadProbe(f *testing.F) {
	f.Add([]byte(saw("移动", "江西", incident.Begin, 603)))
	f.Add([]byte(`{"Labels":null,"Fields":[{"Name":"ErrorId","Value":null}]}`))
	f.Fuzz(func(t *testing.T, row []byte) {
		server := roundTrip(func(*http.Request) (*http.Response, error) {
			return respond(`{"Response":{"RequestId":"x","TotalNumber":1,"DataSet":[` + string(row) + `]}}`), nil
		})
		c, err := New(complete(Config{Rate: 1e6}))
		if err != nil {
			t.Fatal(err)
		}
		c.sleep = func(context.Context, time.Duration) error { return nil }
		c.api3.limits.rate = 1e6
		c.api3.sdk.WithHttpTransport(captureTransport{c, server})
		tally := newProbeTally(incident, Task{Kind: Network}, incident.End)
		_ = c.api3.eachProbe(t.Context(), incident, Task{Kind: Network}, false, probeTallies{tally})
		for _, p := range tally.history().Probes {
			if p.Count > 1000 {
				t.Errorf("%d probes of one page", p.Count)
			}
		}
	})
}

func TestAWindowWithMoreProbesThanAreCountedIsCut(t *testing.T) {
	f := newFake3(t, func(_ int, asked map[string]any) string {
		begin, end := int64(asked["BeginTime"].(float64)), int64(asked["EndTime"].(float64))
		if end-begin > 3*3600_000 {
			return probesPage(10_000, "s", saw("移动", "江西", time.UnixMilli(begin), 603)) // there are more
		}
		return probesPage(1, "s", saw("移动", "江西", time.UnixMilli(begin), 603))
	})
	h, err := f.client(t).ReturnCodeHistory(t.Context(), incident)
	if err != nil || len(h.Rows) != 1 || h.Rows[0].Count != 4 {
		t.Errorf("%+v, %v", h.Rows, err)
	}
}

func TestTasksArePagedAndRemembered(t *testing.T) {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		var asked struct{ Offset, Limit int }
		_ = json.NewDecoder(r.Body).Decode(&asked)
		var set []string
		for n := asked.Offset; n < min(asked.Offset+asked.Limit, 250); n++ {
			set = append(set, fmt.Sprintf(`{"TaskId":"task-%d","Name":"site %d","TaskType":1,"TargetAddress":"https://%d.example.com"}`, n, n, n))
		}
		fmt.Fprintf(w, `{"Response":{"TaskSet":[%s],"Total":250,"RequestId":"x"}}`, strings.Join(set, ","))
	}))
	defer server.Close()
	c, _ := newTestClient(t, Config{URL3: server.URL})
	tasks, err := c.ProbeTasks(t.Context())
	if err != nil || len(tasks) != 250 || calls.Load() != 3 || tasks[249] != (Task{ID: "task-249", Name: "site 249", Target: "https://249.example.com", Kind: Page}) {
		t.Fatalf("%d tasks after %d calls, %v", len(tasks), calls.Load(), err)
	}
	if task, err := c.api3.getTask(t.Context(), "task-7", taskTTL); err != nil || task.Name != "site 7" || calls.Load() != 3 {
		t.Errorf("%+v after %d calls, %v", task, calls.Load(), err)
	}
}

func TestAPI3IsAskedTwentyTimesASecondAtMost(t *testing.T) {
	for asked, want := range map[float64]float64{100: 20, 5: 5} {
		c, err := New(complete(Config{Rate: asked}))
		if err != nil {
			t.Fatal(err)
		}
		p := c.api3.limits.pacer("DescribeProbeTasks")
		if got := float64(p.slots) / p.period.Seconds(); got != want || p.slots > 20 {
			t.Errorf("%v a second, and up to %d in one, for a rate of %v", got, p.slots, asked)
		}
	}
}
