package catapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
)

// A response is an HTTP response.
type response struct {
	status      int
	contentType string // its Content-Type
	body        []byte
}

// read decodes r with decode. Its error is an *Error if the API returned one, and a *TransportError otherwise.
// It does not decode a 5xx, which is a gateway's. An error of the API under a 4xx takes precedence over the status.
func read[T any](r response, decode func([]byte) (T, error), hide secrets) (answer T, err error) {
	if r.status >= 500 {
		return answer, &TransportError{Op: opRead, Status: r.status, Cause: errors.New(r.describe(hide))}
	}
	answer, err = decode(r.body)
	if _, ok := errors.AsType[*Error](err); ok {
		return answer, err
	}
	if r.status != http.StatusOK {
		return answer, &TransportError{Op: opRead, Status: r.status, Cause: errors.New(r.describe(hide))}
	}
	if err != nil {
		return answer, &TransportError{
			Op: opDecode, Status: r.status, Cause: fmt.Errorf("%w: %s", err, r.describe(hide)),
			validJSON: json.Valid(r.body),
		}
	}
	return answer, nil
}

// describe returns the size, type and beginning of r, for the log.
func (r response) describe(hide secrets) string {
	head := hide.Replace(string(r.body[:min(len(r.body), 4<<10)]))
	return fmt.Sprintf("%d bytes of %q came, beginning %q", len(r.body), excerpt(r.contentType, 60), excerpt(head, 40))
}

// excerpt returns at most the first n characters of text, on one line.
func excerpt(text string, n int) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text))
	if len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return string(runes)
}
