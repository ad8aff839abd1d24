package bot

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOnlyRequestWithoutConnectionIsUnsent(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		cut := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if r.URL.Path == "/cut" {
				panic(http.ErrAbortHandler)
			}
		}))
		cut.EnableHTTP2 = http2
		cut.StartTLS()
		transport := cut.Client().Transport.(*http.Transport)
		client := &http.Client{Transport: marksUnsent{transport}}
		for _, path := range []string{"/cut", "/", "/cut"} { // the last by a connection that was used before
			answer, err := client.Post(cut.URL+path, "text/plain", strings.NewReader("hello"))
			if err == nil {
				_ = answer.Body.Close()
			}
			if _, unsent := errors.AsType[*unsentError](err); unsent || (err != nil) != (path == "/cut") {
				t.Errorf("http2 %v, %s: %v, unsent %v", http2, path, err, unsent)
			}
		}
		cut.Close()
		transport.CloseIdleConnections()
		_, err := client.Post(cut.URL, "text/plain", strings.NewReader("hello"))
		if _, unsent := errors.AsType[*unsentError](err); !unsent {
			t.Errorf("http2 %v: with nobody there it is %v", http2, err)
		}
	}
}
