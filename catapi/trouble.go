package catapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
	"unicode/utf8"
)

// A TroubleKind says what went wrong. The values of Idle are kinds, too: they say why no probe runs.
type TroubleKind string

const (
	TroubleTimeout        TroubleKind = "timeout"      // the API did not answer in time
	TroubleGarbage        TroubleKind = "garbage"      // the response can't be decoded
	TroublePartial        TroubleKind = "partial"      // the response has fewer rows than its total
	TroubleHTTPError      TroubleKind = "http"         // a gateway answered in its place; another try may help
	TroubleHTTPRefusal    TroubleKind = "http refusal" // a gateway refused the request
	TroubleUnreachable    TroubleKind = "unreachable"  // no connection to the API
	TroubleServerError    TroubleKind = "unwell"       // the API reported an internal error
	TroubleUnavailable    TroubleKind = "away"         // the API has not answered lately, so it is not called
	TroubleQueueFull      TroubleKind = "queue"        // the request waited too long to be sent
	TroubleBusy           TroubleKind = "busy"         // too many queries wait
	TroubleInterrupted    TroubleKind = "stopped"      // the query was cancelled
	TroubleEmptyWindow    TroubleKind = "empty window" // the window has no length
	TroubleTooLarge       TroubleKind = "too large"    // the response is larger than the limit
	TroubleBadCredentials TroubleKind = "unauthorized" // the API refused the credentials
	TroubleClockSkew      TroubleKind = "clock"        // the API refused the time of the request
	TroubleOverQuota      TroubleKind = "quota"        // the account made more requests than it may
	TroubleRetired        TroubleKind = "retired"      // the API no longer exists
	TroubleBadRequest     TroubleKind = "not taken"    // the API refused the task or the province
	TroubleNoTask         TroubleKind = "no task"      // there is no such task
	TroubleRefused        TroubleKind = "refused"      // the API refused the request for another reason
	TroubleInternal       TroubleKind = "catbot"       // catbot's own error
	TroubleNotWatched     TroubleKind = "unwatched"    // no probe ran, for an unknown reason
	TroubleSparse         TroubleKind = "sparse"       // the window is shorter than the interval of probes
	TroubleOtherISPs      TroubleKind = "other isps"   // probes ran, but not from the ISPs that were asked about
	TroubleFewProbes      TroubleKind = "few probes"   // probes ran, but too few for a percentage
	TroubleFewDays        TroubleKind = "few days"     // too few of the days before have data
)

// A Trouble is why a query failed, in a form that can be stored and phrased later in any language.
type Trouble struct {
	Kind       TroubleKind `json:"kind"`
	APIMessage string      `json:"said,omitempty"`   // the API's own words, as APIMessage returns them
	Status     int         `json:"status,omitempty"` // of HTTP
	Tries      int         `json:"tries,omitempty"`  // the number of requests; 0 if unknown

	// For a window without enough probes: the task, the interval of its probes, and the time from the last probe to
	// the window's end.
	Task     string        `json:"task,omitempty"`
	Interval time.Duration `json:"interval,omitempty"`
	Behind   time.Duration `json:"behind,omitempty"`
	Probes   int64         `json:"probes,omitempty"` // of TroubleFewProbes: the most that a group had
	Group    string        `json:"group,omitempty"`  // of TroubleFewProbes: the ISP or province that failed before; else empty
}

// NoProbeRan reports whether CAT answered, but no probe ran in the window, or too few.
func (t Trouble) NoProbeRan() bool { return t.Task != "" }

// Planned reports whether the next windows will lack probes, too, because fewer are scheduled.
func (t Trouble) Planned() bool {
	switch t.Kind {
	case TroubleSparse, TroubleKind(OffHours), TroubleFewProbes, TroubleFewDays:
		return true
	}
	return false
}

// TroubleOf returns the Trouble of err. Errors of neither the API nor the network are TroubleInternal.
func TroubleOf(err error) Trouble {
	if unwatched, ok := errors.AsType[*UnwatchedError](err); ok {
		return unwatchedTrouble(unwatched)
	}
	t := Trouble{Kind: kindOf(err), APIMessage: APIMessage(err), Tries: Tries(err)}
	if transport, ok := errors.AsType[*TransportError](err); ok {
		t.Status = transport.Status
	}
	return t
}

func kindOf(err error) TroubleKind {
	var api *Error
	var away *UnavailableError
	var transport *TransportError
	var network net.Error
	isTransportError := errors.As(err, &transport)
	switch {
	case errors.As(err, &api):
		return apiTrouble(api)
	case errors.As(err, &away):
		return TroubleUnavailable
	case errors.Is(err, ErrBusy):
		return TroubleBusy
	case errors.Is(err, ErrEmptyWindow):
		return TroubleEmptyWindow
	case errors.Is(err, context.Canceled):
		return TroubleInterrupted
	case isTransportError && transport.Queued():
		return TroubleQueueFull
	case isTransportError && transport.Partial():
		return TroublePartial
	case isTransportError && transport.TooLarge():
		return TroubleTooLarge
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return TroubleTimeout
	case isTransportError && transport.Unreadable():
		return TroubleGarbage
	case isTransportError && transport.Status != 0 && !transport.Retryable():
		return TroubleHTTPRefusal
	case isTransportError && transport.Status != 0:
		return TroubleHTTPError
	case isTransportError:
		return TroubleUnreachable
	}
	return TroubleInternal
}

func apiTrouble(e *Error) TroubleKind {
	const retired = 6100 // what a retired interface would likely say
	switch {
	case e.Unauthorized():
		return TroubleBadCredentials
	case e.ClockSkew():
		return TroubleClockSkew
	case e.OverQuota():
		return TroubleOverQuota
	case e.Code == retired:
		return TroubleRetired
	case e.Retryable():
		return TroubleServerError
	case e.notFound():
		return TroubleNoTask
	case e.Refused():
		return TroubleBadRequest
	}
	return TroubleRefused
}

func unwatchedTrouble(e *UnwatchedError) Trouble {
	t := Trouble{Kind: TroubleNotWatched, Task: e.Task.ID, Interval: e.Task.Interval, Behind: e.Behind}
	switch {
	case e.Others:
		t.Kind = TroubleOtherISPs
	case e.Task.Idle != "":
		t.Kind = TroubleKind(e.Task.Idle)
	case e.Sparse():
		t.Kind = TroubleSparse
	}
	return t
}

// APIMessage returns the code and the message of an error of the API: "10001 InvalidParameter: taskId 不正确";
// empty for other errors. It is bounded but not escaped.
func APIMessage(err error) string {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return ""
	}
	said := shorten(e.CodeDesc, 60)
	if e.Code != 0 {
		said = strings.TrimSpace(fmt.Sprint(e.Code) + " " + said)
	}
	if message := strings.TrimPrefix(e.Message, fmt.Sprintf("(%d)", e.Code)); message != "" {
		said += ": " + shorten(message, 200)
	}
	return strings.TrimRight(said, ".。 ")
}

// shorten cuts text to limit characters. The last one is an ellipsis if something was cut.
func shorten(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:limit-1]), " ") + "…"
}
