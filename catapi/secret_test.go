package catapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// A server of this test answers with what it was sent, in all the places that an error might quote.
func TestNoErrorAndNoLogHoldsASecret(t *testing.T) {
	form := func(r *http.Request) string {
		body, _ := io.ReadAll(r.Body)
		return string(body)
	}
	raw := func(r *http.Request) string {
		text, _ := url.QueryUnescape(form(r))
		return text
	}
	for name, answer := range map[string]http.HandlerFunc{
		"the API's message": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"code":6000,"codeDesc":%q,"message":%q}`, raw(r), raw(r))
		},
		"the API's message, encoded": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"code":4104,"codeDesc":%q,"message":%q}`, form(r), form(r))
		},
		"a page":                  func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>", raw(r)) },
		"a page of the secret id": func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, testID, testToken) },
		"a page of the signature": func(w http.ResponseWriter, r *http.Request) {
			values, _ := url.ParseQuery(form(r))
			fmt.Fprint(w, values.Get("Signature"))
		},
		"a bad gateway's page": func(w http.ResponseWriter, r *http.Request) {
			echo := form(r)
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprint(w, echo)
		},
		"a content type": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/"+testID)
			fmt.Fprint(w, "<html>")
		},
		"a content type of too much": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", testID)
			fmt.Fprint(w, strings.Repeat(testID, 1000))
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://example.com/?"+form(r), http.StatusFound)
		},
		"a malformed response": func(w http.ResponseWriter, r *http.Request) {
			echo := raw(r)
			hijack(w, "SecretId: "+testID+" "+echo+"\r\n\r\n")
		},
		"a name in the JSON": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"code":0,"data":{%q:{"x":<}}}`, raw(r))
		},
		"a count in the JSON": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"code":0,"data":{"detail":[{"resultCount":%q}]}}`, raw(r))
		},
		"a connection that breaks": func(w http.ResponseWriter, r *http.Request) { hijack(w, "") },
		"a server that hangs":      func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var signatures []string
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body := form(r)
				values, _ := url.ParseQuery(body)
				mu.Lock()
				signatures = append(signatures, values.Get("Signature"))
				mu.Unlock()
				r.Body = io.NopCloser(strings.NewReader(body))
				answer(w, r)
			}))
			server.Config.ErrorLog = noLog
			server.Start()
			t.Cleanup(server.Close)
			log, written := newLog()
			c, _ := newTestClient(t, Config{
				URL: server.URL, Token: testToken, Logger: log, MaxResponse: 8 << 10, Timeout: timeout(name),
			})
			_, err := c.ReturnCodeHistory(t.Context(), morning)
			if err == nil {
				t.Fatal("no error")
			}
			mu.Lock()
			defer mu.Unlock()
			checkSecret(t, append(texts(err), written.String()), signatures)
		})
	}
}

// timeout is short for the one server that has to be waited for.
func timeout(name string) time.Duration {
	if name == "a server that hangs" {
		return 10 * time.Millisecond
	}
	return time.Minute
}

func TestNoErrorOfABrokenNetworkHoldsASecret(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	log, written := newLog()
	c, _ := newTestClient(t, Config{URL: "http://" + listener.Addr().String(), Logger: log})
	_, err = c.Agents(t.Context())
	if lost, ok := errors.AsType[*TransportError](err); !ok || !lost.Retryable() {
		t.Errorf("got %v", err)
	}
	if want := "cat api: sending the request: dial tcp"; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%q does not begin %q", err, want)
	}
	checkSecret(t, append(texts(err), written.String()), nil)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Agents(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	checkSecret(t, texts(err), nil)
}

func hijack(w http.ResponseWriter, answer string) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	io.WriteString(connection, answer)
	connection.Close()
}

// texts returns all that can be printed of err and of what it wraps.
func texts(err error) []string {
	if err == nil {
		return nil
	}
	all := []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)}
	switch wrapped := err.(type) {
	case interface{ Unwrap() error }:
		return append(all, texts(wrapped.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, each := range wrapped.Unwrap() {
			all = append(all, texts(each)...)
		}
	}
	return all
}

func checkSecret(t *testing.T, texts, signatures []string) {
	t.Helper()
	for _, secret := range append(signatures, testID, testKey, testToken) {
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), secret[:len(secret)/2]} {
			for _, text := range texts {
				if strings.Contains(text, form) {
					t.Errorf("%q holds %q", text, form)
				}
			}
		}
	}
}
