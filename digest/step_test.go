package digest

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// A slotInput is what one slot of a law sees.
type slotInput struct {
	value  string // "over", "under", "between", "unknown"
	silent bool
	gone   bool // the incident's message was deleted before it
}

// A plainModel follows a condition by the words of the manual: it knows nothing of how step stores its state.
type plainModel struct {
	slots   int
	known   []string // values that were known since the last change
	open    bool
	unheard int // incidents that ended and that the channel has not heard of
}

// see moves m by one slot and reports whether an incident opened or closed.
func (m *plainModel) see(in slotInput) (opened, closed bool) {
	if in.value == "unknown" {
		return false, false
	}
	m.known = append(m.known, in.value)
	want := "over"
	if m.open {
		want = "under"
	}
	if len(m.known) < m.slots {
		return false, false
	}
	for _, v := range m.known[len(m.known)-m.slots:] {
		if v != want {
			return false, false
		}
	}
	m.open, m.known = !m.open, nil
	return m.open, !m.open
}

func TestStepFollowsThePlainModel(t *testing.T) {
	unknown := catapi.Trouble{Kind: catapi.TroubleTimeout}
	rapid.Check(t, func(t *rapid.T) {
		slots := rapid.IntRange(1, 3).Draw(t, "for")
		again := rapid.SampledFrom([]time.Duration{0, 30 * time.Minute}).Draw(t, "again")
		condition := overCount(100)
		condition.For, condition.Again = slots, again
		d := Digest{ID: "k7m2", Add: commands.DigestAdd{Channel: "C0OPS", If: condition, Command: commands.Codes{Tasks: []string{"126531"}}}}
		inputs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) slotInput {
			return slotInput{
				value:  rapid.SampledFrom([]string{"over", "over", "under", "under", "between", "unknown"}).Draw(t, "value"),
				silent: rapid.IntRange(0, 3).Draw(t, "silent") == 0,
				gone:   rapid.IntRange(0, 15).Draw(t, "gone") == 0,
			}
		}), 1, 60).Draw(t, "slots")
		model := plainModel{slots: slots}
		var state *ConditionState
		var spoke time.Time       // the latest opening or reminder
		roots := map[string]int{} // openings by incident
		lost := map[string]int{}  // messages lost by incident
		silentBefore := false
		for n, in := range inputs {
			at := start.Add(time.Duration(n) * 15 * time.Minute)
			o := observation{over: in.value == "over", under: in.value == "under", reading: Reading{Slot: at, Value: float64(n)}}
			if n%2 == 0 && o.over {
				o.reading.Over = []report.Group{{Kind: report.OfISP, ISP: "移动", Failures: int64(n), Probes: 100}}
			}
			if in.value == "unknown" {
				o = observation{unknown: &unknown}
			}
			if in.gone && state != nil && state.Incident != nil && state.Incident.Root != "" {
				state.Incident.Root = "" // as editIncident does when slack says so
				lost[state.Incident.ID]++
			}
			before := copyState(state)
			next := step(d, state, at, o, in.silent)
			if again := step(d, before, at, o, in.silent); !reflect.DeepEqual(copyState(&next.State), copyState(&again.State)) || next.Say != again.Say {
				t.Fatalf("slot %d: a second replica decides otherwise", n)
			}
			if !reflect.DeepEqual(before, copyState(state)) {
				t.Fatalf("slot %d: step changed the state that it was given", n)
			}
			opened, closed := model.see(in)
			if closed {
				model.unheard++
			}
			if model.open != next.State.Over || (next.State.Incident != nil) != model.open {
				t.Fatalf("slot %d (%+v): open is %v, the model says %v", n, in, next.State.Over, model.open)
			}
			if closed && (next.Incident == nil || next.Incident.IsOpen() && next.Say != sayOpening) && !in.silent {
				t.Fatalf("slot %d: closed without a word", n)
			}
			switch next.Say {
			case sayOpening:
				i := next.State.Incident
				if !model.open {
					t.Fatalf("slot %d: an opening of nothing", n)
				}
				if roots[i.ID]++; roots[i.ID] > 1+lost[i.ID] {
					t.Fatalf("slot %d: %d messages for one incident", n, roots[i.ID])
				}
				if i.Continued != (roots[i.ID] > 1) {
					t.Fatalf("slot %d: continued %v at message %d", n, i.Continued, roots[i.ID])
				}
				if len(next.Was) != min(model.unheard, maxEnded) {
					t.Fatalf("slot %d: tells of %d earlier ones of %d", n, len(next.Was), model.unheard)
				}
				i.Root, model.unheard, spoke = "at", 0, at
			case sayReminder:
				if !model.open || opened || !silentBefore && (again == 0 || at.Sub(spoke) < again) {
					t.Fatalf("slot %d: a reminder that is not due", n)
				}
				spoke = at
			case sayEnd, sayWasOver:
				if model.unheard == 0 || model.open {
					t.Fatalf("slot %d: an end of nothing", n)
				}
				if next.Say == sayEnd && roots[next.Incident.ID] == 0 {
					t.Fatalf("slot %d: an end without an opening", n)
				}
				model.unheard = 0
			case sayUnknown:
				if in.value != "unknown" || model.open {
					t.Fatalf("slot %d: told of missing data at %s", n, in.value)
				}
			}
			owed := silentBefore && model.open && !opened && in.value != "unknown"
			if owed && !in.silent && next.Say == sayNothing {
				t.Fatalf("slot %d: after the silence nobody hears that it lasts", n)
			}
			if in.silent && next.Say != sayNothing {
				t.Fatalf("slot %d: %s in silence", n, next.Say)
			}
			if !in.silent && model.open && next.State.Incident.Root == "" {
				t.Fatalf("slot %d: silent while open", n)
			}
			if !in.silent && model.unheard > 0 {
				t.Fatalf("slot %d: %d ends were not told", n, model.unheard)
			}
			if in.silent {
				silentBefore = true
			} else if next.Say != sayNothing || !model.open {
				silentBefore = false
			}
			state = copyState(&next.State) // a restart: it comes back from redis
		}
	})
}

// copyState is s as it comes back from Redis.
func copyState(s *ConditionState) *ConditionState {
	if s == nil {
		return nil
	}
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	var back ConditionState
	if err := json.Unmarshal(text, &back); err != nil {
		panic(err)
	}
	return &back
}
