package catapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
)

// A response is what arrived.
type response struct {
	status      int
	contentType string // its Content-Type
	body        []byte
}

// read makes r an answer with decode. Its error is an *Error for an API code other than 0, and a *TransportError for
// what is no answer. A gateway's 5xx is never one; the API's own word, if it is under a 4xx, says more than that.
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
			Op: opDecode, Status: r.status, Cause: fmt.Errorf("%w: %s", err, r.describe(hide)), validJSON: json.Valid(r.body),
		}
	}
	return answer, nil
}

// describe says what r is to somebody who has to find out where it came from.
func (r response) describe(hide secrets) string {
	head := hide.Replace(string(r.body[:min(len(r.body), 4<<10)]))
	return fmt.Sprintf("%d bytes of %q came, beginning %q", len(r.body), excerpt(r.contentType, 60), excerpt(head, 40))
}

// excerpt returns at most the first n characters of a foreign text, on one line.
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
