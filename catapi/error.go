package catapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
)

// An Error is an error that the CAT API returned: v2's has a code other than 0, API 3.0's has a name only.
type Error struct {
	Code     int64  // 0 in API 3.0
	CodeDesc string // the API's name for it, e.g. "AuthFailure.SignatureFailure"; may be empty in v2
	Message  string // as the API wrote it, in Chinese or English, with its module code: "(100004)projectId 不正确"
}

func (e *Error) Error() string {
	text := "cat api answered"
	if e.Code != 0 {
		text += fmt.Sprintf(" code %d", e.Code)
	}
	if e.CodeDesc != "" {
		text += " " + e.CodeDesc
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

const (
	codeQuota  = 4400 // more requests than the account may make
	codeExpiry = 4200 // the request's Timestamp is too old
	codeReplay = 4500 // the Nonce was seen before, or the Timestamp is more than 5 minutes off
)

// retryable gives the number of tries, the first included, for the codes whose text says that trying later may help.
// All others are final, 4105 (bad token) too: the token comes from the configuration and stays what it is.
// Sources: https://cloud.tencent.com/doc/api/309/7025, https://cloud.tencent.com/document/product/213/1718
// and the error tables of CAT's own actions.
var retryable = map[int64]int{
	codeQuota: maxTries,
	5100:      maxTries, // the operation failed
	6000:      maxTries, // internal error
	6200:      maxTries, // the interface is in maintenance
	11000:     maxTries, // database error of CAT
	20004:     maxTries, // CAT could not reach its probe service

	// A new Timestamp and Nonce cure a request that was held up on its way. A clock that is wrong stays wrong.
	codeExpiry: 2,
	codeReplay: 2,
}

// Retryable reports whether the same request, signed anew, may succeed.
func (e *Error) Retryable() bool { return e.tries() > 1 }

// tries returns how many times a call that fails with e is tried.
func (e *Error) tries() int {
	switch {
	case e.Code != 0:
		return max(1, retryable[e.Code])
	case e.ClockSkew():
		return 2
	case e.OverQuota(), e.hasName("InternalError", "FailedOperation.DbQueryFailed", "FailedOperation.ESQueryError"):
		return maxTries
	}
	return 1
}

// hasName reports whether e is an error of API 3.0 whose name is one of names, or begins with one and a dot.
func (e *Error) hasName(names ...string) bool {
	return e.Code == 0 && slices.ContainsFunc(names, func(name string) bool {
		return e.CodeDesc == name || strings.HasPrefix(e.CodeDesc, name+".")
	})
}

// Refused reports whether the API rejected the parameters, such as a task or a province that it does not know.
// The same request would fail again.
func (e *Error) Refused() bool {
	switch e.Code {
	case 4000, 10001: // bad parameter, bad parameter of CAT
		return true
	}
	return e.notFound() ||
		e.hasName("InvalidParameter", "InvalidParameterValue", "MissingParameter", "UnknownParameter")
}

// notFound reports whether the API does not know what was asked about: of all it is asked, that is the task.
func (e *Error) notFound() bool {
	const resource, resourceOfCAT = 5000, 20002
	return e.Code == resource || e.Code == resourceOfCAT ||
		e.hasName("ResourceNotFound", "FailedOperation.ResourceNotFound")
}

// Unauthorized reports whether the API rejected the credentials: wrong, disabled or without the permission.
func (e *Error) Unauthorized() bool {
	return 4100 <= e.Code && e.Code <= 4110 || e.hasName("AuthFailure", "UnauthorizedOperation") && !e.ClockSkew()
}

// ClockSkew reports whether the API rejected the time of the request, mostly because this machine's clock is wrong.
func (e *Error) ClockSkew() bool {
	return e.Code == codeExpiry || e.Code == codeReplay || e.hasName("AuthFailure.SignatureExpire")
}

// OverQuota reports whether the account exceeded its request quota.
func (e *Error) OverQuota() bool { return e.Code == codeQuota || e.hasName("RequestLimitExceeded") }

// A TransportError is a call without a valid response of the API: the network or a gateway failed,
// or the response can't be decoded. It contains nothing of the request.
type TransportError struct {
	Op     string // what was being done: "sending the request"
	Status int    // of HTTP; 0 when no response arrived
	Cause  error

	validJSON bool // it is an answer of the API's, but not as it is documented
}

const (
	opWait   = "waiting for the rate limit"
	opSend   = "sending the request"
	opRead   = "reading the response"
	opDecode = "decoding the response"
)

// errTooLarge is the cause of a TransportError for an answer over Config.MaxResponse.
var errTooLarge = errors.New("the answer is too large")

func (e *TransportError) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("cat api: %s: %v", e.Op, e.Cause)
	}
	return fmt.Sprintf("cat api: %s: http status %d: %v", e.Op, e.Status, e.Cause)
}

func (e *TransportError) Unwrap() error { return e.Cause }

// Retryable reports whether another try may succeed. An untrusted certificate, a response that is too large,
// and a gateway's 3xx or 4xx would be the same again.
func (e *TransportError) Retryable() bool {
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](e.Cause)
	switch {
	case untrusted, e.Queued(), errors.Is(e.Cause, errTooLarge):
		return false
	case e.Status == http.StatusRequestTimeout, e.Status == http.StatusTooManyRequests:
		return true
	}
	return e.Status < 300 || e.Status >= 500
}

// Queued reports whether the request was not sent, because it waited too long for the rate limit.
func (e *TransportError) Queued() bool { return e.Op == opWait }

// Partial reports whether the pages had fewer rows than their total.
func (e *TransportError) Partial() bool { return errors.Is(e.Cause, errPartial) }

// TooLarge reports whether the response is larger than the limit, or has more rows than the API counts.
func (e *TransportError) TooLarge() bool {
	_, uncounted := errors.AsType[*manyProbesError](e.Cause)
	return uncounted || errors.Is(e.Cause, errTooLarge)
}

// Unreadable reports whether the response can't be decoded: an HTML page, or a body that is cut off or too large.
func (e *TransportError) Unreadable() bool {
	return e.Op == opDecode || errors.Is(e.Cause, errTooLarge)
}

// outcome names how an HTTP request ended, in one of the words that Config.Observe promises.
func outcome(err error) string {
	api, isAPIError := errors.AsType[*Error](err)
	transport, isTransportError := errors.AsType[*TransportError](err)
	network, broken := errors.AsType[net.Error](err)
	switch {
	case err == nil:
		return "ok"
	case isAPIError && api.Retryable():
		return "retryable"
	case isAPIError && api.Unauthorized():
		return "unauthorized"
	case isAPIError:
		return "refused"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case broken && network.Timeout(): // context.DeadlineExceeded is such an error
		return "timeout"
	case isTransportError && transport.Unreadable():
		return "garbage"
	case isTransportError && transport.Status != 0 && transport.Status != http.StatusOK:
		return "http"
	}
	return "network"
}
