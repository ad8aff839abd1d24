package fakecat

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A refusal3 is an error of API 3.0.
type refusal3 struct{ Code, Message string }

func refuse3(code, format string, args ...any) *refusal3 {
	return &refusal3{code, fmt.Sprintf(format, args...)}
}

// actions3 holds the actions of API 3.0. Each receives the body of the request.
var actions3 = map[string]func(*API, []byte) (map[string]any, *refusal3){
	"DescribeProbeTasks":              (*API).probeTasks,
	"DescribeDetailedSingleProbeData": (*API).probeData,
}

// handle3 answers a request of API 3.0. It has the faults of v2: a Fault with a Code becomes "InternalError".
func (a *API) handle3(w http.ResponseWriter, r *http.Request) {
	if !a.begin() {
		panic(http.ErrAbortHandler)
	}
	defer a.work.Done()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	action := r.Header.Get("X-TC-Action")
	var about struct {
		TaskID  []string
		TaskIDs []string
	}
	_ = json.Unmarshal(body, &about) // what cannot be read has no task
	call := Call{At: a.opts.Now(), Action: brief(action),
		Task: brief(strings.Join(append(about.TaskID, about.TaskIDs...), ","))}
	_, known := actions3[action]
	a.journal.arrive(call, known)
	if a.opts.OnCall != nil {
		a.opts.OnCall(call)
	}
	fault := a.faults.next(call)
	if !a.wait(r.Context(), fault) {
		a.journal.leave("cut off")
		panic(http.ErrAbortHandler)
	}
	a.answer3(w, fault, func() (map[string]any, *refusal3) {
		if err != nil {
			return nil, refuse3("InvalidParameter", "the body can't be read")
		}
		if refused := a.check3(r, body); refused != nil {
			return nil, refused
		}
		do, ok := actions3[action]
		if !ok {
			return nil, refuse3("InvalidAction", "The action %s does not exist.", brief(action))
		}
		return do(a, body)
	})
}

func (a *API) answer3(w http.ResponseWriter, fault Fault, act func() (map[string]any, *refusal3)) {
	switch {
	case fault.Drop:
		a.journal.leave("dropped")
		panic(http.ErrAbortHandler)
	case fault.Status != 0:
		a.journal.leave(fmt.Sprintf("http %d", fault.Status))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(fault.Status)
		fmt.Fprintf(w, "<html><title>%d</title></html>\n", fault.Status)
		return
	case fault.Code != 0:
		act = func() (map[string]any, *refusal3) {
			return nil, refuse3("InternalError", "%s", fault.refusal().message)
		}
	}
	answer, refused := act()
	outcome := "ok"
	if refused != nil {
		outcome = refused.Code
		answer = map[string]any{"Error": refused}
	}
	answer["RequestId"] = "00000000-0000-4000-8000-000000000000"
	body, err := json.Marshal(map[string]any{"Response": answer})
	if err != nil {
		panic(err) // it was put together here
	}
	if fault.Truncate {
		body, outcome = body[:len(body)/2], "truncated"
	}
	a.journal.leave(outcome)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

// check3 checks the signature TC3-HMAC-SHA256, the time and the token
// (https://cloud.tencent.com/document/api/213/30654).
func (a *API) check3(r *http.Request, body []byte) *refusal3 {
	if r.Method != http.MethodPost || r.Header.Get("X-TC-Version") != "2018-04-09" {
		return refuse3("InvalidParameter", "a POST of version 2018-04-09 is expected")
	}
	seconds, err := strconv.ParseInt(r.Header.Get("X-TC-Timestamp"), 10, 64)
	if err != nil {
		return refuse3("InvalidParameter", "X-TC-Timestamp is no number")
	}
	if off := a.opts.Now3().Unix() - seconds; off > int64(maxSkew/time.Second) || off < -int64(maxSkew/time.Second) {
		return refuse3("AuthFailure.SignatureExpire", "The signature is expired.")
	}
	scope, signature, ok := authorization3(r.Header.Get("Authorization"))
	if !ok {
		return refuse3("AuthFailure.SignatureFailure", "The provided credentials could not be validated.")
	}
	id, rest, _ := strings.Cut(scope, "/")
	if _, service, _ := strings.Cut(rest, "/"); service != "cat/tc3_request" {
		return refuse3("AuthFailure.SignatureFailure", "The scope of the credentials is wrong.")
	}
	if id != secretID {
		return refuse3("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
	}
	if subtle.ConstantTimeCompare([]byte(signature), []byte(sign3(r, body, seconds, "cat", secretKey))) == 0 {
		return refuse3("AuthFailure.SignatureFailure",
			"The provided credentials could not be validated. Please check your signature is correct.")
	}
	if r.Header.Get("X-TC-Token") != a.opts.Token {
		return refuse3("AuthFailure.TokenFailure", "The token is wrong.")
	}
	return nil
}

// authorization3 parses the header
// TC3-HMAC-SHA256 Credential=ID/DATE/SERVICE/tc3_request, SignedHeaders=…, Signature=….
func authorization3(header string) (scope, signature string, ok bool) {
	rest, ok := strings.CutPrefix(header, "TC3-HMAC-SHA256 Credential=")
	if !ok {
		return "", "", false
	}
	scope, rest, ok = strings.Cut(rest, ", SignedHeaders=content-type;host, Signature=")
	return scope, rest, ok
}

// sign3 returns the signature that a request of a service must have.
func sign3(r *http.Request, body []byte, seconds int64, service, secretKey string) string {
	day := time.Unix(seconds, 0).UTC().Format(time.DateOnly)
	hash := func(text []byte) string { sum := sha256.Sum256(text); return hex.EncodeToString(sum[:]) }
	keyed := func(key []byte, text string) []byte {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	canonical := "POST\n/\n\ncontent-type:" + r.Header.Get("Content-Type") + "\nhost:" + r.Host +
		"\n\ncontent-type;host\n" + hash(body)
	text := fmt.Sprintf("TC3-HMAC-SHA256\n%d\n%s/%s/tc3_request\n%s", seconds, day, service, hash([]byte(canonical)))
	key := keyed(keyed(keyed([]byte("TC3"+secretKey), day), service), "tc3_request")
	return hex.EncodeToString(keyed(key, text))
}

func (a *API) probeTasks(body []byte) (map[string]any, *refusal3) {
	asked := struct {
		TaskIDs       []string
		TaskName      string
		Offset, Limit int
	}{Limit: 20}
	if err := json.Unmarshal(body, &asked); err != nil || asked.Limit < 1 || asked.Limit > 100 || asked.Offset < 0 {
		return nil, refuse3("InvalidParameterValue", "Limit is from 1 to 100")
	}
	var found []map[string]any
	for _, t := range a.world.tasks {
		id := name3(t.id)
		if len(asked.TaskIDs) > 0 && !slices.Contains(asked.TaskIDs, id) || !strings.Contains(t.name, asked.TaskName) {
			continue
		}
		found = append(found, map[string]any{
			"Name": t.name, "TaskId": id, "TaskType": kinds3[t.kind].number, "TaskCategory": 1,
			"TargetAddress": t.target, "Interval": t.period, "Nodes": []string{}, "Parameters": "{}",
			"Status": t.status3(), "PayMode": 2, "OrderState": 1, "CreatedAt": t.added,
		})
	}
	from, to := min(asked.Offset, len(found)), min(asked.Offset+asked.Limit, len(found))
	answer := map[string]any{"TaskSet": nil, "Total": len(found)}
	if from < to {
		answer["TaskSet"] = found[from:to]
	}
	return answer, nil
}

// status3 returns 2 for an active task and 6 for a paused one.
func (t task) status3() int {
	if t.scope == paused {
		return 6
	}
	return 2
}
