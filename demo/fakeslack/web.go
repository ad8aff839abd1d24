package fakeslack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// maxBody bounds the body of any request, in bytes.
const maxBody = 1 << 20

// args holds the arguments of a request by name. A value that is not a JSON string is stored as JSON.
type args map[string]string

// A refusal is Slack's ok:false.
type refusal struct {
	name       string    // "channel_not_found"
	problems   []Problem // what is wrong with the blocks
	needed     string    // scope that is missing
	provided   string    // scopes that there are
	retryAfter int       // seconds; the status is 429 unless it is 0
}

// Error returns the refusal in one line.
func (r *refusal) Error() string {
	if len(r.problems) == 0 {
		return r.name
	}
	return r.name + ": " + r.problems[0].String()
}

// A reply is an answer that has not been sent yet.
type reply struct {
	status     int
	kind       string // Content-Type
	body       []byte
	retryAfter int // seconds; 0 for no header
	scopes     string
	drop       bool // no answer: the connection ends
	outcome    string
	detail     string // of a refusal
}

func (w *Workspace) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", w.serveAPI)
	mux.HandleFunc("POST "+responseURLPath+"{secret}", w.serveResponseURL)
	mux.HandleFunc("POST "+uploadPath+"{secret}", w.serveUpload)
	mux.HandleFunc("GET "+linkPath, w.serveSocket)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !w.begin() {
			panic(http.ErrAbortHandler)
		}
		defer w.work.Done()
		mux.ServeHTTP(rw, r)
	})
}

func (w *Workspace) serveAPI(rw http.ResponseWriter, r *http.Request) {
	method := r.PathValue("method")
	a, token, err := readArgs(rw, r)
	tokenKind := w.tokenKind(token)
	w.serve(rw, Call{Method: method, Token: tokenKind, Args: a}, func() reply {
		if err != nil {
			return refusal{name: err.Error()}.reply()
		}
		return w.call(method, tokenKind, token != "", a)
	})
}

// serve records a request, applies its fault and sends the answer.
func (w *Workspace) serve(rw http.ResponseWriter, c Call, handle func() reply) {
	c.At = w.opts.Now()
	entry := w.counters.open(c)
	if w.opts.OnRequest != nil {
		w.opts.OnRequest(c)
	}
	r := w.applyFault(w.faults.next(c.Method), c.Method, handle)
	w.counters.close(entry, r)
	r.send(rw)
}

// call checks the token and the scope, and runs a method of the Web API.
func (w *Workspace) call(name, tokenKind string, anyToken bool, a args) reply {
	m, ok := methods[name]
	if !ok {
		return refusal{name: "unknown_method"}.reply()
	}
	switch {
	case !anyToken:
		return refusal{name: "not_authed"}.reply()
	case tokenKind == "":
		return refusal{name: "invalid_auth"}.reply()
	case tokenKind != m.token:
		return refusal{name: "not_allowed_token_type"}.reply()
	}
	provided := "connections:write"
	if tokenKind == "bot" {
		provided = strings.Join(w.opts.Scopes, ",")
		if m.scope != "" && !w.hasScope(m.scope) {
			r := refusal{name: "missing_scope", needed: m.scope, provided: provided}.reply()
			r.scopes = provided
			return r
		}
	}
	answer, refused := m.run(w, a)
	if refused != nil {
		r := refused.reply()
		r.scopes = provided
		return r
	}
	answer["ok"] = true
	return reply{status: 200, kind: jsonKind, body: mustJSON(answer), scopes: provided, outcome: "ok"}
}

func (w *Workspace) tokenKind(token string) string {
	switch token {
	case w.botToken:
		return "bot"
	case w.appToken:
		return "app"
	}
	return ""
}

const jsonKind = "application/json; charset=utf-8"

// reply returns the refusal as the Web API sends it. Slack reports a problem with blocks twice, as text and as a log
// line.
func (r refusal) reply() reply {
	body := map[string]any{"ok": false, "error": r.name}
	if r.needed != "" {
		body["needed"], body["provided"] = r.needed, r.provided
	}
	if len(r.problems) > 0 {
		var plain, logged []string
		for _, p := range r.problems {
			plain = append(plain, p.String())
			logged = append(logged, "[ERROR] "+p.String())
		}
		body["errors"] = plain
		body["response_metadata"] = map[string]any{"messages": logged}
	}
	out := reply{status: 200, kind: jsonKind, body: mustJSON(body), retryAfter: r.retryAfter, outcome: r.name}
	if len(r.problems) > 0 {
		out.detail = r.problems[0].String()
	}
	if r.retryAfter > 0 {
		out.status = http.StatusTooManyRequests
	}
	return out
}

func (r reply) send(rw http.ResponseWriter) {
	if r.drop {
		panic(http.ErrAbortHandler)
	}
	h := rw.Header()
	h.Set("Content-Type", r.kind)
	if r.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(r.retryAfter))
	}
	if r.scopes != "" {
		h.Set("X-OAuth-Scopes", r.scopes)
	}
	rw.WriteHeader(r.status)
	_, _ = rw.Write(r.body) // the client may have gone
}

// readArgs reads the arguments and the token of a request. A form may contain the token; with a JSON body it is in the
// Authorization header. The text of the error is the name of Slack's error.
func readArgs(rw http.ResponseWriter, r *http.Request) (args, string, error) {
	r.Body = http.MaxBytesReader(rw, r.Body, maxBody)
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, token, errors.New("request_timeout")
		}
		a, err := jsonArgs(body)
		return a, token, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, token, errors.New("invalid_form_data")
	}
	a := args{}
	for name, values := range r.Form {
		a[name] = values[0]
	}
	if posted := r.PostForm.Get("token"); token == "" {
		token = posted
	}
	delete(a, "token")
	return a, token, nil
}

// jsonArgs reads arguments from a JSON object; an empty body has none.
func jsonArgs(body []byte) (args, error) {
	a := args{}
	if len(strings.TrimSpace(string(body))) == 0 {
		return a, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, errors.New("invalid_json")
	}
	for name, value := range raw {
		var s string
		switch {
		case name == "token":
		case string(value) == "null":
		case json.Unmarshal(value, &s) == nil:
			a[name] = s
		default:
			a[name] = string(value)
		}
	}
	return a, nil
}

// mustJSON encodes a value that the workspace made itself.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encoding an answer of the workspace: %v", err))
	}
	return b
}
