package fakecat

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// at is a moment in Beijing.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	moment, err := parseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// clock stands still at a moment in Beijing.
func clock(t testing.TB, text string) func() time.Time {
	moment := at(t, text)
	return func() time.Time { return moment }
}

// A caller is a client of an API, and signs for itself.
type caller struct {
	*API
	http *http.Client
}

// start opens an API for one test. Its clock stands still unless opts has one.
func start(t testing.TB, opts Options) caller {
	t.Helper()
	if opts.Now == nil {
		opts.Now = clock(t, "2026-03-05 09:00")
	}
	api, err := Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}, Timeout: 15 * time.Second} // ends a test that hangs
	t.Cleanup(func() { api.Close(); client.CloseIdleConnections() })
	return caller{api, client}
}

var nonces atomic.Int64

// form has the common parameters and those in pairs of name and value, where an empty value takes one away. It is
// signed as the POST of c's own account, unless a Signature is among the pairs.
func (c caller) form(action string, pairs ...string) url.Values {
	params := map[string]string{
		"Action": action, "Timestamp": strconv.FormatInt(c.opts.Now().Unix(), 10),
		"Nonce":    strconv.FormatInt(nonces.Add(1), 10),
		"SecretId": c.SecretID(), "SignatureMethod": "HmacSHA256",
	}
	for i := 0; i < len(pairs); i += 2 {
		params[pairs[i]] = pairs[i+1]
		if pairs[i+1] == "" {
			delete(params, pairs[i])
		}
	}
	return signForm(http.MethodPost, "127.0.0.1", params)
}

func signForm(method, host string, params map[string]string) url.Values {
	form := url.Values{}
	for name, value := range params {
		form.Set(name, value)
	}
	if _, forged := params["Signature"]; !forged {
		form.Set("Signature", base64.StdEncoding.EncodeToString(signed{method, host, path, params}.mac(secretKey)))
	}
	return form
}

// post sends form and returns what arrives.
func (c caller) post(form url.Values) (status int, body []byte, err error) {
	resp, err := c.http.PostForm(c.URL(), form)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

func bodyOf(t testing.TB, resp *http.Response) []byte {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// An answer is any answer in the shape of the document's example.
type answer struct {
	Code              int64
	Message, CodeDesc string
	Data              struct {
		Detail []struct {
			ISPName, Province, ProvinceName, MapKey, ServerIP, ErrorReason string
			ResultCode, ResultCount                                        int64
		}
		Summary []struct {
			ResultCode, ResultCount int64
		}
		Agent []struct{ Province, ProvinceName, ISP, ISPName string }
	}
	Total int
	Tasks []struct {
		TaskID   int64
		TaskName string
		Status   int
	}
}

// call asks and reads the answer, which has to be JSON with status 200.
func (c caller) call(t testing.TB, action string, pairs ...string) answer {
	t.Helper()
	status, body, err := c.post(c.form(action, pairs...))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, status, body)
}

func read(t testing.TB, status int, body []byte) answer {
	t.Helper()
	var a answer
	if err := json.Unmarshal(body, &a); status != http.StatusOK || err != nil {
		t.Fatalf("status %d, %v: %.200s", status, err, body)
	}
	return a
}

// codes asks a question.
func (c caller) codes(t testing.TB, task, begin, end, province string) answer {
	t.Helper()
	return c.call(t, "GetCatReturnCodeHistory",
		"taskId", task, "beginTime", begin, "endTime", end, "province", province)
}

func (a answer) total() int64 {
	var sum int64
	for _, row := range a.Data.Detail {
		sum += row.ResultCount
	}
	return sum
}

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func indent(t testing.TB, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, bytes.TrimSpace(body), "", "    "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func wantCode(t testing.TB, got answer, code int64, message string) {
	t.Helper()
	if got.Code != code || !strings.Contains(got.Message, message) {
		t.Errorf("code %d %q, want %d with %q", got.Code, got.Message, code, message)
	}
}
