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

// evaluate returns the outcome of a slot with total failures, and the condition's state after it. Without a condition
// the outcome is Posted. A first evaluation that is not over the limit is Quiet.
func evaluate(
	condition *commands.Condition, before *ConditionState, slot time.Time, total int64,
) (Outcome, *ConditionState) {
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

// evaluateUnknown is evaluate for a slot without enough data. The condition keeps its state. post reports whether the
// channel is to be told: once until there is data again, and only once where the task's plan leaves gaps.
func evaluateUnknown(
	condition *commands.Condition, before *ConditionState, slot time.Time, why catapi.Trouble,
) (post bool, after *ConditionState) {
	if condition == nil {
		return true, nil
	}
	now := ConditionState{Since: slot}
	if before != nil {
		now = *before
	}
	told := now.ToldNoAnswer
	if why.NoProbeRan() {
		told = now.ToldUnwatched || why.Planned() && now.ToldGaps
	}
	now.Slot, now.ToldNoAnswer, now.ToldGaps = slot, !why.NoProbeRan(), now.ToldGaps || why.Planned()
	now.ToldUnwatched = now.ToldUnwatched || why.NoProbeRan()
	return !told, &now
}

// missingData returns why a is not enough to post. Without a condition, an answer is enough unless a part is missing
// or old: readers see what is doubtful in it. With a condition, each doubtful part counts, unless the certain
// failures are over the limit already.
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

// retryable reports whether asking again can help.
func retryable(missing []error) bool {
	return slices.ContainsFunc(missing, func(err error) bool {
		var typed interface{ Retryable() bool }
		// A deadline says nothing about CAT: the time may have passed in catbot's own queue.
		return !errors.As(err, &typed) || typed.Retryable() || errors.Is(err, context.DeadlineExceeded)
	})
}

// noDataReason returns the outcome and the reason to show: NoAnswer if CAT did not answer for any part.
func noDataReason(missing []error) (Outcome, catapi.Trouble) {
	for _, err := range missing {
		if t := catapi.TroubleOf(err); !t.NoProbeRan() {
			return NoAnswer, t
		}
	}
	return Unwatched, catapi.TroubleOf(missing[0])
}

// superseded reports whether the condition was already evaluated for slot or a later one.
func superseded(condition *commands.Condition, state *ConditionState, slot time.Time) bool {
	return condition != nil && state != nil && !slot.After(state.Slot)
}
