package catapi

import "fmt"

// An Error is an answer of the CAT API with a code other than 0.
type Error struct {
	Code     int64
	CodeDesc string // the API's name for it, e.g. "InvalidParameter"; may be empty
	Message  string // as the API wrote it, in Chinese or English
}

func (e *Error) Error() string {
	return fmt.Sprintf("cat api answered code %d %s: %s", e.Code, e.CodeDesc, e.Message)
}

// Retryable reports whether the same question, signed anew, may be answered.
func (e *Error) Retryable() bool { return false }

// Refused reports whether the API turned the question itself down (a province or a task that it does not
// take), so that asking again would change nothing.
func (e *Error) Refused() bool { return e.Code == 10001 }
