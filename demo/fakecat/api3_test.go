package fakecat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestTheVendorsTC3SignaturesAreGenuine(t *testing.T) {
	data, err := os.ReadFile("testdata/tc3_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Name, Service, Host, Payload, Signature string
		SecretKey                               string `json:"secret_key"`
		ContentType                             string `json:"content_type"`
		Timestamp                               int64
	}
	if err := json.Unmarshal(data, &all); err != nil || len(all) < 4 {
		t.Fatal(len(all), err)
	}
	for _, v := range all {
		t.Run(v.Name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "https://"+v.Host+"/", nil)
			r.Header.Set("Content-Type", v.ContentType)
			if got := sign3(r, []byte(v.Payload), v.Timestamp, v.Service, v.SecretKey); got != v.Signature {
				t.Errorf("signature %s, want %s", got, v.Signature)
			}
		})
	}
}

// ask3 sends a request of API 3.0, signed but for what spoil does to it, and returns the answer.
func ask3(t *testing.T, a *API, action, body string, spoil func(*http.Request)) (answer struct {
	Response struct {
		Error       refusal3
		TaskSet     []map[string]any
		Total       int
		DataSet     []map[string]any
		TotalNumber int
		ScrollID    string
	}
}) {
	t.Helper()
	now := time.Now().Unix()
	r, err := http.NewRequest(http.MethodPost, a.URL3()+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = strings.TrimPrefix(a.URL3(), "http://")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-TC-Action", action)
	r.Header.Set("X-TC-Version", "2018-04-09")
	r.Header.Set("X-TC-Timestamp", strconv.FormatInt(now, 10))
	r.Header.Set("Authorization",
		fmt.Sprintf("TC3-HMAC-SHA256 Credential=%s/%s/cat/tc3_request, SignedHeaders=content-type;host, Signature=%s",
			secretID, time.Unix(now, 0).UTC().Format(time.DateOnly), sign3(r, []byte(body), now, "cat", secretKey)))
	if spoil != nil {
		spoil(r)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestWhatAPI3Refuses(t *testing.T) {
	a, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	const data, whole = "DescribeDetailedSingleProbeData",
		`{"BeginTime":1779899994107,"EndTime":1779903594107,"TaskType":"AnalyzeTaskType_Network","SortField":"ProbeTime","SelectedFields":["ErrorId"],"TaskID":["task-00002pmr"],"Offset":0,"Limit":10}`
	for _, tc := range []struct {
		name, action, body, want string
		spoil                    func(*http.Request)
	}{
		{"another body than was signed", data, whole, "AuthFailure.SignatureFailure", func(r *http.Request) {
			r.Body = io.NopCloser(bytes.NewReader([]byte(strings.Replace(whole, "10}", "11}", 1))))
		}},
		{"an old timestamp", data, whole, "AuthFailure.SignatureExpire",
			func(r *http.Request) { r.Header.Set("X-TC-Timestamp", "1551113065") }},
		{"no signature", data, whole, "AuthFailure.SignatureFailure",
			func(r *http.Request) { r.Header.Del("Authorization") }},
		{"a token that nobody gave out", data, whole, "AuthFailure.TokenFailure",
			func(r *http.Request) { r.Header.Set("X-TC-Token", "x") }},
		{"an action of nobody's", "RunTask", "{}", "InvalidAction", nil},
		{"too many probes at once", data, strings.Replace(whole, `"Limit":10`, `"Limit":5001`, 1), "InvalidParameterValue",
			nil},
		{"seconds for milliseconds", data, strings.Replace(whole, "1779899994107", "1779899994", 1), "InvalidParameterValue",
			nil},
		{"another kind of task", data, strings.Replace(whole, "_Network", "_Browse", 1), "InvalidParameterValue", nil},
		{"a task of nobody's", data, strings.Replace(whole, "task-00002pmr", "task-zzzz", 1), "ResourceNotFound", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := ask3(t, a, tc.action, tc.body, tc.spoil); got.Response.Error.Code != tc.want {
				t.Errorf("%+v, want %s", got.Response.Error, tc.want)
			}
		})
	}
}

func TestAPI3ListsTheTasksOfV2InAnotherGuise(t *testing.T) {
	a, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	got := ask3(t, a, "DescribeProbeTasks", `{"Limit":100}`, nil).Response
	if all := len(sharedTasks) + len(tasksOnly3); got.Total != all || len(got.TaskSet) != all {
		t.Fatalf("%d of %d tasks", len(got.TaskSet), got.Total)
	}
	if id, ok := number3("task-00002pmr"); !ok || id != taskExample || name3(id) != "task-00002pmr" {
		t.Errorf("task-00002pmr is %d", id)
	}
	one := ask3(t, a, "DescribeProbeTasks", `{"TaskIDs":["task-00002pmr"]}`, nil).Response
	if len(one.TaskSet) != 1 || one.TaskSet[0]["TaskType"] != 5.0 {
		t.Errorf("the example is %v", one.TaskSet)
	}
}

func TestScrollsAndOffsetsGiveTheSameProbesOnce(t *testing.T) {
	a, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	begin := time.Date(2026, 1, 5, 0, 0, 0, 0, beijing).UnixMilli()
	ask := func(offset int, scroll string) (answer []map[string]any, total int, next string) {
		body := fmt.Sprintf(`{"BeginTime":%d,"EndTime":%d,"TaskType":"AnalyzeTaskType_Network","SortField":"ProbeTime","SelectedFields":["ErrorId"],"TaskID":["task-00002pmr"],"Districts":["江西"],"Offset":%d,"Limit":7,"ScrollID":%q}`,
			begin, begin+10*60_000, offset, scroll)
		got := ask3(t, a, "DescribeDetailedSingleProbeData", body, nil).Response
		return got.DataSet, got.TotalNumber, got.ScrollID
	}
	var scrolled, offset []string
	for scroll := ""; ; {
		rows, total, next := ask(0, scroll)
		for _, row := range rows {
			scrolled = append(scrolled, fmt.Sprint(row))
		}
		if scroll = next; len(scrolled) >= total || len(rows) == 0 {
			break
		}
	}
	for {
		rows, total, _ := ask(len(offset), "")
		for _, row := range rows {
			offset = append(offset, fmt.Sprint(row))
		}
		if len(offset) >= total || len(rows) == 0 {
			break
		}
	}
	if len(scrolled) == 0 || strings.Join(scrolled, "\n") != strings.Join(offset, "\n") {
		t.Errorf("%d scrolled, %d by offset", len(scrolled), len(offset))
	}
}
