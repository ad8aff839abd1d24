package i18n

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/message"

	"catbot/catapi"
)

// A Trouble is why a question could not be answered, in a form that can be kept and said later, in any language.
type Trouble struct {
	Kind   string `json:"kind"`             // one of those in Phrases.Trouble
	Said   string `json:"said,omitempty"`   // CAT's own words, see Said
	Status int    `json:"status,omitempty"` // of HTTP
	Tries  int    `json:"tries,omitempty"`  // how often CAT was asked; 0 where that is not known

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
	if unwatched, ok := errors.AsType[*catapi.UnwatchedError](err); ok {
		return unwatchedTrouble(unwatched)
	}
	t := Trouble{Kind: kindOf(err), Said: Said(err), Tries: catapi.Tries(err)}
	if transport, ok := errors.AsType[*catapi.TransportError](err); ok {
		t.Status = transport.Status
	}
	return t
}

func kindOf(err error) string {
	var api *catapi.Error
	var away *catapi.AwayError
	var transport *catapi.TransportError
	var network net.Error
	lost := errors.As(err, &transport)
	switch {
	case errors.As(err, &api):
		return apiTrouble(api)
	case errors.As(err, &away):
		return "away"
	case errors.Is(err, catapi.ErrBusy):
		return "busy"
	case errors.Is(err, catapi.ErrEmpty):
		return "empty window"
	case errors.Is(err, context.Canceled):
		return "stopped"
	case lost && transport.Queued():
		return "queue"
	case lost && transport.Partial():
		return "partial"
	case lost && transport.TooLarge():
		return "too large"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "timeout"
	case lost && transport.Garbled():
		return "garbage"
	case lost && transport.Status != 0 && !transport.Retryable():
		return "http refusal"
	case lost && transport.Status != 0:
		return "http"
	case lost:
		return "unreachable"
	}
	return "catbot"
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
func (w Phrases) Upstream(err error) string { return w.Trouble(TroubleOf(err)) }

// Trouble says what Upstream does.
func (w Phrases) Trouble(t Trouble) string {
	if t.NobodyLooked() {
		return w.sentences(w.nobodyLooked(t), w.whyNobodyLooked(t))
	}
	tried := ""
	if t.Tries > 0 {
		tried = w.f("catbot tried %d times.", t.Tries)
	}
	switch t.Kind {
	case "timeout":
		return w.sentences(w.f("CAT did not answer in time."), tried, w.f("Try again in a minute."))
	case "garbage":
		return w.sentences(w.f("CAT answered with something that can't be read."), tried, w.f("Try again in a few minutes; catbot's log has what arrived."))
	case "partial":
		return w.sentences(w.f("CAT sent only a part of its data."), tried, w.f("Try again in a few minutes, or ask for a shorter window."))
	case "http":
		return w.sentences(w.f("HTTP %d came instead of an answer of CAT.", t.Status), tried, w.f("Try again in a few minutes; catbot's log has what arrived."))
	case "http refusal":
		return w.sentences(w.f("HTTP %d came instead of an answer of CAT.", t.Status), tried, w.f("Whoever runs catbot: look at the URL of CAT's API and at the proxy; catbot's log has what arrived."))
	case "unreachable":
		return w.sentences(w.f("CAT could not be reached."), tried, w.f("Try again in a few minutes."))
	case "unwell":
		return w.sentences(w.f("CAT has trouble of its own (%s).", t.Said), tried, w.f("Try again in a few minutes."))
	case "away":
		return w.f("CAT has not answered lately, so it is asked only every few seconds whether it is back. Try again in a minute.")
	case "queue":
		return w.f("catbot has more to ask CAT than it may at once, and this question did not get its turn. Try again in a minute.")
	case "busy":
		return w.Busy()
	case "stopped":
		return w.f("catbot was stopped before CAT answered. Try again in a few seconds.")
	}
	return w.refused(t)
}

// refused says why a question is not answered that would not be answered a minute later either.
func (w Phrases) refused(t Trouble) string {
	switch t.Kind {
	case "empty window":
		return w.f("There is no time in this window yet. Try again in a minute, or ask for a longer one.")
	case "too large":
		return w.f("CAT's answer is too large for catbot. Ask for a shorter window, or for one province.")
	case "unauthorized":
		return w.f("CAT refuses catbot's credentials (%s). Whoever runs catbot: check `TENCENTCLOUD_SECRET_ID` and `TENCENTCLOUD_SECRET_KEY`; `catbot doctor` says more.", t.Said)
	case "clock":
		return w.f("CAT says that catbot's clock is wrong (%s). Whoever runs catbot: set the clock of its machine.", t.Said)
	case "quota":
		return w.f("The quota of CAT's API is used up (%s). Try again in a minute.", t.Said)
	case "retired":
		return w.f("CAT says that this interface is not supported or in maintenance (%s). API v2 was announced to stop in 2023.", t.Said)
	case "not taken":
		return w.f("CAT does not take this question (%s). Check the task's id and the province.", t.Said)
	case "refused":
		return w.f("CAT refuses this question (%s).", t.Said)
	}
	return w.f("Something went wrong inside catbot. Whoever runs it finds the reason in its log.")
}

// sentences joins those that are not empty.
func (w Phrases) sentences(all ...string) string {
	said := slices.DeleteFunc(all, func(sentence string) bool { return sentence == "" })
	return strings.Join(said, w.printer.Sprintf(message.Key(betweenSentences, " ")))
}

// nobodyLooked says that no probe looked in a window, or none up to its end; whyNobodyLooked says why, and what to do.
func (w Phrases) nobodyLooked(t Trouble) string {
	if t.Behind > 0 {
		return w.f("No probe looked in the last %s of this window.", w.Lasted(t.Behind))
	}
	return w.f("No probe looked in this window.")
}

func (w Phrases) whyNobodyLooked(t Trouble) string {
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
