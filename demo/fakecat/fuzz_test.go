package fakecat

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// FuzzRequest sends any request and wants JSON with a code.
func FuzzRequest(f *testing.F) {
	f.Add("GET", "Action=DescribeAgentList&Timestamp=1&Nonce=1&SecretId=x&Signature=y", "", "")
	f.Add("POST", "", "application/x-www-form-urlencoded", "Action=GetCatReturnCodeHistory&taskId=126531&beginTime=%zz")
	f.Add("POST", "a=b", "multipart/form-data; boundary=x", "--x\r\n")
	f.Add("PATCH", "%", "text/plain", "\x00")
	c := start(f, Options{})
	f.Fuzz(func(t *testing.T, method, query, kind, body string) {
		req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		req.Method, req.URL.RawQuery = method, query
		req.Header.Set("Content-Type", kind)
		wantJSON(t, c, req)
	})
}

// FuzzParameters signs any parameters well, so that they reach the actions.
func FuzzParameters(f *testing.F) {
	f.Add("GetCatReturnCodeHistory", "126531", "2017-05-25 00:00", "2017-05-25 08:10", "jiangxi", "", "")
	f.Add("GetCatReturnCodeHistory", "126531", "0000-01-01 00:00", "9999-12-31 23:59:59", "", "", "")
	f.Add("GetCatReturnCodeHistory", "9223372036854775807", "2026-03-05 00:00", "2026-03-05 00:01", "\xff", "", "")
	f.Add("DescribeCatTaskList", "", "", "", "", "3", "9223372036854775807")
	f.Add("DescribeAgentList", "", "", "", "", "", "")
	c := start(f, Options{})
	nonce := 0
	f.Fuzz(func(t *testing.T, action, task, begin, end, province, offset, limit string) {
		nonce++
		form := signForm(http.MethodPost, "example.com", map[string]string{
			"Action": action, "Timestamp": strconv.FormatInt(c.opts.Now().Unix(), 10), "Nonce": strconv.Itoa(nonce),
			"SecretId": secretID,
			"taskId":   task, "beginTime": begin, "endTime": end, "province": province,
			"offset": offset, "limit": limit,
		})
		req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if got := wantJSON(t, c, req); got.Code == 4100 {
			t.Errorf("the signature of %v is refused", url.Values(form))
		}
	})
}

func wantJSON(t *testing.T, c caller, req *http.Request) (got struct{ Code int64 }) {
	t.Helper()
	w := httptest.NewRecorder()
	c.handle(w, req)
	if !json.Valid(w.Body.Bytes()) || w.Code != http.StatusOK {
		t.Fatalf("status %d: %.200s", w.Code, w.Body)
	}
	var envelope map[string]json.RawMessage
	if err := json.Unmarshal(w.Body.Bytes(), &envelope); err != nil || envelope["code"] == nil {
		t.Fatalf("no code: %.200s", w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	return got
}
