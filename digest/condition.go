package digest

import (
	"context"
	"errors"
	"slices"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// judge decides what a slot with total failures has to say, and the condition's state after it. Without a condition it
// always speaks. The first look at a condition that is not passed says nothing.
func evaluate(condition *commands.Condition, before *ConditionState, slot time.Time, total int64) (Outcome, *ConditionState) {
	if condition == nil {
		return Posted, nil
	}
	was := ConditionState{Since: slot}
	if before != nil {
		was = *before
	}
	now := ConditionState{Over: total > condition.Over, Since: was.Since, Slot: slot, ToldGaps: was.ToldGaps}
	switch {
	case now.Over == was.Over:
		return Quiet, &now
	case now.Over:
		now.Since = slot
		return Crossed, &now
	default:
		now.Since = slot
		return Recovered, &now
	}
}

// unknown is judge for a slot of which too little is known. A condition keeps its state, and its channel hears once that
// nobody watches: once until something is known again, and where CAT's own plan leaves gaps, once and for all.
func evaluateUnknown(condition *commands.Condition, before *ConditionState, slot time.Time, why catapi.Trouble) (speak bool, after *ConditionState) {
	if condition == nil {
		return true, nil
	}
	now := ConditionState{Since: slot}
	if before != nil {
		now = *before
	}
	said := now.ToldNoAnswer
	if why.NoProbeRan() {
		said = now.ToldUnwatched || why.Planned() && now.ToldGaps
	}
	now.Slot, now.ToldNoAnswer, now.ToldGaps = slot, !why.NoProbeRan(), now.ToldGaps || why.Planned()
	now.ToldUnwatched = now.ToldUnwatched || why.NoProbeRan()
	return !said, &now
}

// doubts are the reasons for which a does not tell what has to be known. Without a condition its readers see what is
// doubtful in it, and only what is missing or old is held against it. A condition takes nothing for granted: what is
// doubtful is not known to it, unless there are failures enough without.
func missingData(condition *commands.Condition, a report.Answer) []error {
	doubt := report.Part.Missing
	if condition != nil {
		doubt = report.Part.Doubt
		if a.AtLeast() > condition.Over {
			return nil
		}
	}
	var errs []error
	for _, part := range a.Parts {
		if err := doubt(part); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// mayPass reports whether asking again can help.
func retryable(doubts []error) bool {
	return slices.ContainsFunc(doubts, func(err error) bool {
		var says interface{ Retryable() bool }
		// Time that was over says nothing of CAT: it may have been spent in catbot's own queue.
		return !errors.As(err, &says) || says.Retryable() || errors.Is(err, context.DeadlineExceeded)
	})
}

// silence says why nothing is known: first that CAT did not answer, if so.
func noDataReason(doubts []error) (Outcome, catapi.Trouble) {
	for _, err := range doubts {
		if t := catapi.TroubleOf(err); !t.NoProbeRan() {
			return NoAnswer, t
		}
	}
	return Unwatched, catapi.TroubleOf(doubts[0])
}

// overtaken reports whether a later slot than slot was judged before: its word on the condition stands.
func superseded(condition *commands.Condition, state *ConditionState, slot time.Time) bool {
	return condition != nil && state != nil && !slot.After(state.Slot)
}
