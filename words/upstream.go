package words

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"catbot/catapi"
)

// Upstream says why a question could not be answered, and what to do about it. An error that is not of the API's or the
// network's making is catbot's own, and its text is for the log.
func (w Words) Upstream(err error) string {
	var api *catapi.Error
	var transport *catapi.TransportError
	var network net.Error
	switch {
	case errors.As(err, &api):
		return w.apiError(api)
	case errors.Is(err, catapi.ErrEmpty):
		return w.f("There is no time in this window yet. Try again in a minute, or ask for a longer one.")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return w.f("CAT did not answer in time. Try again in a minute.")
	case errors.Is(err, context.Canceled):
		return w.f("catbot was stopped before CAT answered. Try again in a few seconds.")
	case errors.As(err, &transport) && transport.Garbled():
		return w.f("CAT answered with something that is no answer, several times over. Try again in a few minutes; catbot's log has what arrived.")
	case errors.As(err, &transport) && transport.Status != 0:
		return w.f("CAT is not well: it answers HTTP %d. catbot tried several times; try again in a few minutes.", transport.Status)
	case errors.As(err, &transport):
		return w.f("CAT could not be reached. catbot tried several times; try again in a few minutes.")
	}
	return w.f("Something went wrong inside catbot. Whoever runs it finds the reason in its log.")
}

// Said gives CAT's own words for an error, for quoting; empty where it said none.
func (w Words) Said(err error) string {
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

func (w Words) apiError(e *catapi.Error) string {
	said := w.Said(e)
	const retired = 6100 // what a retired interface would likely say
	switch {
	case e.Unauthorized():
		return w.f("CAT refuses catbot's credentials (%s). Whoever runs catbot: check TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY; catbot doctor says more.", said)
	case e.ClockSkew():
		return w.f("CAT says that catbot's clock is wrong (%s). Whoever runs catbot: set the clock of its machine.", said)
	case e.OverQuota():
		return w.f("The quota of CAT's API is used up (%s). Try again in a minute.", said)
	case e.Code == retired:
		return w.f("CAT says that this interface is not supported or in maintenance (%s). API v2 was announced to stop in 2023.", said)
	case e.Retryable():
		return w.f("CAT has trouble of its own (%s). catbot tried several times; try again in a few minutes.", said)
	case e.Refused():
		return w.f("CAT does not take this question (%s). Check the task's id and the province.", said)
	}
	return w.f("CAT refuses this question (%s).", said)
}
