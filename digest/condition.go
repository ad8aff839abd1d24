package digest

import (
	"time"

	"catbot/commands"
)

// judge decides what a slot with total failures has to say, and the condition's state after it. Without a condition it
// always speaks. The first look at a condition that is not passed says nothing.
func judge(condition *commands.Condition, before *Crossing, slot time.Time, total int64) (Outcome, *Crossing) {
	if condition == nil {
		return Posted, nil
	}
	was := Crossing{Since: slot}
	if before != nil {
		was = *before
	}
	now := Crossing{Over: total > condition.Over, Since: was.Since, Slot: slot}
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

// unanswered is judge for a slot that CAT did not answer. A condition keeps its state, and its channel hears once that nobody watches.
func unanswered(condition *commands.Condition, before *Crossing, slot time.Time) (speak bool, after *Crossing) {
	if condition == nil {
		return true, nil
	}
	now := Crossing{Since: slot}
	if before != nil {
		now = *before
	}
	said := now.Silent
	now.Slot, now.Silent = slot, true
	return !said, &now
}

// overtaken reports whether a later slot than slot was judged before: its word on the condition stands.
func overtaken(condition *commands.Condition, state *Crossing, slot time.Time) bool {
	return condition != nil && state != nil && !slot.After(state.Slot)
}
