package fakecat

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestWhatTheAPIRefuses(t *testing.T) {
	now := at(t, "2026-03-05 09:00")
	ago := func(d time.Duration) string { return strconv.FormatInt(now.Add(-d).Unix(), 10) }
	for _, tc := range []struct {
		name    string
		action  string
		pairs   []string
		code    int64
		message string
	}{
		{"no Action", "", []string{"Action", ""}, 4000, "Action"},
		{"no Timestamp", "DescribeAgentList", []string{"Timestamp", ""}, 4000, "Timestamp"},
		{"no Nonce", "DescribeAgentList", []string{"Nonce", ""}, 4000, "Nonce"},
		{"no SecretId", "DescribeAgentList", []string{"SecretId", ""}, 4000, "SecretId"},
		{"a blank Signature", "DescribeAgentList", []string{"Signature", " "}, 4100, "签名"},
		{"a Timestamp that is no number", "DescribeAgentList", []string{"Timestamp", "now"}, 4000, "Timestamp"},
		{"a Nonce that is no number", "DescribeAgentList", []string{"Nonce", "abc"}, 4000, "Nonce"},
		{"a Nonce of zero", "DescribeAgentList", []string{"Nonce", "0"}, 4000, "Nonce"},
		{"somebody else's SecretId", "DescribeAgentList", []string{"SecretId", "AKIDother"}, 4104, "SecretId"},
		{"a wrong signature", "DescribeAgentList", []string{"Signature", "AAAA"}, 4100, "签名"},
		{"the signature with SHA1", "DescribeAgentList", []string{"SignatureMethod", "HmacSHA1"}, 0, ""},
		{"no SignatureMethod, which is SHA1", "DescribeAgentList", []string{"SignatureMethod", ""}, 0, ""},
		{"five minutes late", "DescribeAgentList", []string{"Timestamp", ago(5 * time.Minute)}, 0, ""},
		{"later than that", "DescribeAgentList", []string{"Timestamp", ago(5*time.Minute + time.Second)}, 4500, "Timestamp"},
		{"five minutes early", "DescribeAgentList", []string{"Timestamp", ago(-5 * time.Minute)}, 0, ""},
		{"earlier than that", "DescribeAgentList", []string{"Timestamp", ago(-5*time.Minute - time.Second)}, 4500,
			"Timestamp"},
		{"a Timestamp in milliseconds", "DescribeAgentList", []string{"Timestamp", ago(0) + "000"}, 4500, "Timestamp"},
		{"a Token where none is due", "DescribeAgentList", []string{"Token", "stray"}, 4105, "Token"},
		{"an unknown Action", "GetCatReturnCodeInfo", nil, 4000, "GetCatReturnCodeInfo"},
		{"an Action in lower case", "describeagentlist", nil, 4000, "describeagentlist"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := start(t, Options{Now: func() time.Time { return now }})
			wantCode(t, c.call(t, tc.action, tc.pairs...), tc.code, tc.message)
		})
	}
}

func TestATemporaryKeyNeedsItsToken(t *testing.T) {
	c := start(t, Options{Token: "tok+en=="})
	wantCode(t, c.call(t, "DescribeAgentList", "Token", "tok+en=="), 0, "")
	wantCode(t, c.call(t, "DescribeAgentList", "Token", "old"), 4105, "Token")
	wantCode(t, c.call(t, "DescribeAgentList"), 4105, "Token")
}

func TestTheSameRequestIsNotAnsweredTwice(t *testing.T) {
	c := start(t, Options{})
	form := c.form("DescribeAgentList")
	for _, want := range []int64{0, 4500, 4500} {
		status, body, err := c.post(form)
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, read(t, status, body), want, "")
	}
}

func TestAForgedRequestUsesNoNonceUp(t *testing.T) {
	c := start(t, Options{})
	wantCode(t, c.call(t, "DescribeAgentList", "Nonce", "7777777", "Signature", "AAAA"), 4100, "")
	wantCode(t, c.call(t, "DescribeAgentList", "Nonce", "7777777"), 0, "")
}

func TestOnlyTheLastRequestsAreRemembered(t *testing.T) {
	r := newReplays()
	for nonce := range uint64(maxReplays + 1) {
		if r.seen(1, nonce) {
			t.Fatalf("nonce %d is new", nonce)
		}
	}
	if len(r.known) != maxReplays || len(r.order) != maxReplays {
		t.Errorf("%d and %d are remembered, want %d", len(r.known), len(r.order), maxReplays)
	}
	if !r.seen(1, 1) || !r.seen(1, maxReplays) {
		t.Error("a request that is remembered counts as new")
	}
	if r.seen(1, 0) {
		t.Error("the oldest is still remembered")
	}
}

func TestRequestsThatAreNoForms(t *testing.T) {
	for _, tc := range []struct {
		name, method, query, kind, body, message string
	}{
		{"a GET without parameters", http.MethodGet, "", "", "", "Action"},
		{"a GET without a signature", http.MethodGet, "Action=DescribeAgentList&Timestamp=1&Nonce=1&SecretId=x", "", "",
			"Signature"},
		{"a query that is badly encoded", http.MethodGet, "Action=%zz", "", "", "格式"},
		{"a form that is badly encoded", http.MethodPost, "", "application/x-www-form-urlencoded", "Action=%zz", "格式"},
		{"a parameter that comes twice", http.MethodGet, "Nonce=1&Nonce=2", "", "", "重复"},
		{"JSON", http.MethodPost, "", "application/json", `{"Action":"DescribeAgentList"}`, "Action"},
		{"a POST with its parameters in the URL", http.MethodPost, "Action=DescribeAgentList",
			"application/x-www-form-urlencoded", "", "Action"},
		{"a form that is too large", http.MethodPost, "", "application/x-www-form-urlencoded", "a=" +
			strings.Repeat("x", maxForm), "格式"},
		{"another method", http.MethodPut, "", "application/x-www-form-urlencoded", "Action=DescribeAgentList", "方法"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := start(t, Options{})
			req, err := http.NewRequest(tc.method, c.URL()+"?"+tc.query, strings.NewReader(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", tc.kind)
			resp, err := c.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			wantCode(t, read(t, resp.StatusCode, bodyOf(t, resp)), 4000, tc.message)
		})
	}
}

func TestAGetIsSignedAsAGet(t *testing.T) {
	c := start(t, Options{})
	form := c.form("DescribeAgentList")
	params := map[string]string{}
	for name := range form {
		params[name] = form.Get(name)
	}
	delete(params, "Signature")
	for _, tc := range []struct {
		form url.Values
		code int64
	}{{form, 4100}, {signForm(http.MethodGet, "127.0.0.1", params), 0}} {
		resp, err := c.http.Get(c.URL() + "?" + tc.form.Encode())
		if err != nil {
			t.Fatal(err)
		}
		wantCode(t, read(t, resp.StatusCode, bodyOf(t, resp)), tc.code, "")
	}
}
