package words

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"catbot/catapi"
)

// A Trouble is why a question could not be answered, in a form that can be kept and said later, in any language.
type Trouble struct {
	Kind   string `json:"kind"`             // one of those in Words.Trouble
	Said   string `json:"said,omitempty"`   // CAT's own words, see Said
	Status int    `json:"status,omitempty"` // of HTTP

	// Of a window in which nobody looked: the task, how often its probes look, and for how long before its end they did not.
	Task     string        `json:"task,omitempty"`
	Interval time.Duration `json:"interval,omitempty"`
	Behind   time.Duration `json:"behind,omitempty"`
}

// NobodyLooked reports whether CAT has answered, and that answer says nothing because no probe looked.
func (t Trouble) NobodyLooked() bool { return t.Task != "" }

// Planned reports whether nobody looked because nobody was to look just then.
func (t Trouble) Planned() bool { return t.Kind == "sparse" || t.Kind == string(catapi.OffHours) }

// TroubleOf tells what kind of trouble err is. An error that is not of the API's or the network's making is catbot's own.
func TroubleOf(err error) Trouble {
	var api *catapi.Error
	var unwatched *catapi.UnwatchedError
	var transport *catapi.TransportError
	var network net.Error
	switch {
	case errors.As(err, &api):
		return Trouble{Kind: apiTrouble(api), Said: Said(api)}
	case errors.As(err, &unwatched):
		return unwatchedTrouble(unwatched)
	case errors.Is(err, catapi.ErrBusy):
		return Trouble{Kind: "busy"}
	case errors.Is(err, catapi.ErrEmpty):
		return Trouble{Kind: "empty window"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return Trouble{Kind: "timeout"}
	case errors.Is(err, context.Canceled):
		return Trouble{Kind: "stopped"}
	case errors.As(err, &transport) && transport.Garbled():
		return Trouble{Kind: "garbage"}
	case errors.As(err, &transport) && transport.Status != 0:
		return Trouble{Kind: "http", Status: transport.Status}
	case errors.As(err, &transport):
		return Trouble{Kind: "unreachable"}
	}
	return Trouble{Kind: "catbot"}
}

func apiTrouble(e *catapi.Error) string {
	const retired = 6100 // what a retired interface would likely say
	switch {
	case e.Unauthorized():
		return "unauthorized"
	case e.ClockSkew():
		return "clock"
	case e.OverQuota():
		return "quota"
	case e.Code == retired:
		return "retired"
	case e.Retryable():
		return "unwell"
	case e.Refused():
		return "not taken"
	}
	return "refused"
}

func unwatchedTrouble(e *catapi.UnwatchedError) Trouble {
	t := Trouble{Kind: "unwatched", Task: e.Task.ID, Interval: e.Task.Interval, Behind: e.Behind}
	switch {
	case e.Task.Idle != "":
		t.Kind = string(e.Task.Idle)
	case e.Sparse():
		t.Kind = "sparse"
	}
	return t
}

// Upstream says why a question could not be answered, and what to do about it.
func (w Words) Upstream(err error) string { return w.Trouble(TroubleOf(err)) }

// Trouble says what Upstream does.
func (w Words) Trouble(t Trouble) string {
	if t.NobodyLooked() {
		return w.nobodyLooked(t) + " " + w.whyNobodyLooked(t)
	}
	switch t.Kind {
	case "busy":
		return w.Busy()
	case "empty window":
		return w.f("There is no time in this window yet. Try again in a minute, or ask for a longer one.")
	case "timeout":
		return w.f("CAT did not answer in time. Try again in a minute.")
	case "stopped":
		return w.f("catbot was stopped before CAT answered. Try again in a few seconds.")
	case "garbage":
		return w.f("CAT answered with something that is no answer, several times over. Try again in a few minutes; catbot's log has what arrived.")
	case "http":
		return w.f("CAT is not well: it answers HTTP %d. catbot tried several times; try again in a few minutes.", t.Status)
	case "unreachable":
		return w.f("CAT could not be reached. catbot tried several times; try again in a few minutes.")
	case "unauthorized":
		return w.f("CAT refuses catbot's credentials (%s). Whoever runs catbot: check TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY; catbot doctor says more.", t.Said)
	case "clock":
		return w.f("CAT says that catbot's clock is wrong (%s). Whoever runs catbot: set the clock of its machine.", t.Said)
	case "quota":
		return w.f("The quota of CAT's API is used up (%s). Try again in a minute.", t.Said)
	case "retired":
		return w.f("CAT says that this interface is not supported or in maintenance (%s). API v2 was announced to stop in 2023.", t.Said)
	case "unwell":
		return w.f("CAT has trouble of its own (%s). catbot tried several times; try again in a few minutes.", t.Said)
	case "not taken":
		return w.f("CAT does not take this question (%s). Check the task's id and the province.", t.Said)
	case "refused":
		return w.f("CAT refuses this question (%s).", t.Said)
	}
	return w.f("Something went wrong inside catbot. Whoever runs it finds the reason in its log.")
}

// nobodyLooked says that no probe looked in a window, or none up to its end; whyNobodyLooked says why, and what to do.
func (w Words) nobodyLooked(t Trouble) string {
	if t.Behind > 0 {
		return w.f("No probe looked in the last %s of this window.", w.Lasted(t.Behind))
	}
	return w.f("No probe looked in this window.")
}

func (w Words) whyNobodyLooked(t Trouble) string {
	task := Plain(t.Task, 60)
	switch t.Kind {
	case string(catapi.Paused):
		return w.f("Task %s is paused in CAT.", task)
	case string(catapi.OffHours):
		return w.f("Task %s runs at certain hours only, and is paused until then.", task)
	case string(catapi.Overdue):
		return w.f("The bill for task %s is overdue, so Tencent Cloud does not run it.", task)
	case string(catapi.Starting):
		return w.f("Task %s is still being created.", task)
	case string(catapi.Deleted):
		return w.f("Task %s has been deleted.", task)
	case string(catapi.Failing):
		return w.f("CAT says that task %s is in an error state: look at it in the console.", task)
	case "sparse":
		return w.f("Task %s is probed only every %s: ask for a longer window.", task, w.Lasted(t.Interval))
	}
	if t.Interval > 0 {
		return w.f("Task %s should be probed every %s: its data may be late, or its probes may be down.", task, w.Lasted(t.Interval))
	}
	return w.f("Check the task, the province and the window.")
}

// Said gives CAT's own words for an error, for quoting; empty where it said none.
func Said(err error) string {
	e, ok := errors.AsType[*catapi.Error](err)
	if !ok {
		return ""
	}
	said := Plain(e.CodeDesc, 60)
	if e.Code != 0 {
		said = strings.TrimSpace(fmt.Sprint(e.Code) + " " + said)
	}
	if message := strings.TrimPrefix(e.Message, fmt.Sprintf("(%d)", e.Code)); message != "" {
		said += ": " + Plain(message, 200)
	}
	return strings.TrimRight(said, ".。 ")
}
