package fakecat

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// An action answers a request that has passed check: with a value to be written as JSON, or with raw bytes.
type action func(*API, map[string]string) (any, *refusal)

var actions = map[string]action{
	"GetCatReturnCodeHistory": (*API).returnCodeHistory,
	"DescribeAgentList":       (*API).agents,
	"DescribeCatTaskList":     (*API).listTasks,
}

// handle answers one request with JSON, unless a Fault changes that.
func (a *API) handle(w http.ResponseWriter, r *http.Request) {
	if !a.begin() {
		panic(http.ErrAbortHandler)
	}
	defer a.work.Done()
	params, malformed := params(r)
	call := Call{
		At: a.opts.Now(), Action: brief(params["Action"]), Nonce: brief(params["Nonce"]),
		Task: brief(params["taskId"]), Province: brief(params["province"]),
		Begin: brief(params["beginTime"]), End: brief(params["endTime"]),
	}
	_, known := actions[params["Action"]]
	a.journal.arrive(call, known)
	if a.opts.OnCall != nil {
		a.opts.OnCall(call)
	}
	fault := a.faults.next(call)
	if !a.wait(r.Context(), fault) {
		a.journal.leave("cut off")
		panic(http.ErrAbortHandler)
	}
	a.answer(w, fault, func() (any, *refusal) {
		if malformed != nil {
			return nil, malformed
		}
		return a.act(r, params)
	})
}

// act checks a request and runs its action.
func (a *API) act(r *http.Request, params map[string]string) (any, *refusal) {
	if refused := a.check(r, params); refused != nil {
		return nil, refused
	}
	do, ok := actions[params["Action"]]
	if !ok {
		return nil, refuse(4000, "Action %s 不存在", brief(params["Action"]))
	}
	return do(a, params)
}

// answer writes the result of act under a fault, and records the end of the call.
func (a *API) answer(w http.ResponseWriter, fault Fault, act func() (any, *refusal)) {
	switch {
	case fault.Drop:
		a.journal.leave("dropped")
		panic(http.ErrAbortHandler) // net/http then closes the connection and logs nothing
	case fault.Status != 0:
		a.journal.leave(fmt.Sprintf("http %d", fault.Status))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(fault.Status)
		fmt.Fprintf(w,
			"<html><head><title>%d</title></head><body><center><h1>%[1]d %s</h1></center><hr></body></html>\n",
			fault.Status, http.StatusText(fault.Status))
		return
	case fault.Code != 0:
		act = func() (any, *refusal) { return nil, fault.refusal() }
	}
	value, refused := act()
	outcome := "code 0"
	if refused != nil {
		outcome = fmt.Sprintf("code %d", refused.code)
		value = a.envelope(*refused)
	}
	body := encode(value)
	if fault.Truncate {
		body, outcome = body[:len(body)/2], "truncated"
	}
	a.journal.leave(outcome)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body) // the client may have gone
}

// envelope returns the outer object of an answer. The zero refusal is success.
func (a *API) envelope(r refusal) envelope {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.shape.envelope(r)
}

func encode(value any) []byte {
	if body, raw := value.([]byte); raw {
		return body
	}
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // all values can be encoded
	}
	return body
}
