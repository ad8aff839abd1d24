package digest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// runCondition decides what a's slot changes and says, and carries it out.
func (e *Engine) runCondition(ctx context.Context, a *attempt, d Digest) error {
	answer, missing := e.answer(ctx, d, a.ref.slot.At)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	next := a.state.decision
	if next == nil {
		decided, err := e.decide(ctx, a, d, answer, missing)
		if err != nil {
			return err
		}
		if next, err = a.storeDecision(ctx, d, decided); err != nil {
			return err
		}
	}
	if next.Result.Outcome != NoAnswer {
		e.noteAnswered(ctx, d)
	}
	return e.carryOut(ctx, a, d, *next, answer)
}

// decide evaluates d's condition for a's slot. It retries while CAT does not answer.
func (e *Engine) decide(
	ctx context.Context, a *attempt, d Digest, answer report.Answer, missing []error,
) (decision, error) {
	at := a.ref.slot.At
	var o observation
	if len(missing) > 0 {
		_, why := noDataReason(missing)
		o.unknown = &why
	} else if o = observe(*d.Add.If, at, answer, d.State.affected()...); o.unknown != nil && !o.unknown.NoProbeRan() {
		missing = []error{errors.New("a window to compare with is missing")}
	}
	if retryable(missing) && e.Now().Sub(a.state.first) < retryCATFor {
		return decision{}, &retryError{backoff(e.Now().Sub(a.state.first)), errors.Join(missing...).Error()}
	}
	mute, err := e.Store.mute(ctx, d)
	if err != nil {
		return decision{}, err
	}
	next := step(d, d.State, at, o, mute.IsOn(e.Now()) || isQuiet(d, at))
	if i := next.Incident; i != nil {
		for n := range i.Tasks {
			i.Tasks[n].Name = answer.Names[i.Tasks[n].ID]
		}
	}
	next.Result, next.MayPass = next.result(answer.Total, o), retryable(missing)
	return next, nil
}

// isQuiet reports whether at is in the quiet hours of d.
func isQuiet(d Digest, at time.Time) bool {
	wall := floating(at.In(d.Zone()))
	quiet := d.Add.If.Quiet
	return quiet != (commands.QuietHours{}) && quiet.IsOn(wall.Sub(midnight(wall)))
}

// result returns how a slot ends that does what n says.
func (n decision) result(total int64, o observation) Result {
	r := Result{Outcome: Quiet, Total: total}
	outcomes := map[saying]Outcome{
		sayOpening: Crossed, sayReminder: Reminded, sayEnd: Recovered, sayWasOver: WasOver,
	}
	said, speaks := outcomes[n.Say]
	switch {
	case o.unknown != nil:
		r = Result{Outcome: NoAnswer, Trouble: o.unknown}
		if o.unknown.NoProbeRan() {
			r.Outcome = Unwatched
		}
	case speaks:
		r.Outcome = said
	case o.over && n.State.Silent:
		r.Outcome = Silenced
	case n.State.phase() == phasePending:
		r.Outcome = Pending
	}
	return r
}

// carryOut changes and posts messages as next says, and closes the slot.
func (e *Engine) carryOut(ctx context.Context, a *attempt, d Digest, next decision, answer report.Answer) error {
	if next.Edit {
		if err := e.editIncident(ctx, a, d, &next); err != nil || next.Result.Outcome == Stopped {
			return err
		}
	}
	next.State.Notes = append(e.endNotes(ctx, a, d, next.Notes), next.State.Notes...)
	if next.Say == sayNothing {
		return e.finish(ctx, a, d, next)
	}
	p := e.newPost(a, d, answer)
	p.Outcome, p.Trouble = next.Result.Outcome, next.Result.Trouble
	if next.Say != sayUnknown {
		told, err := e.withPeople(ctx, d, *next.Incident)
		if err != nil {
			return err
		}
		p.Incident, p.Was = &told, next.Was
		if next.Say == sayReminder || next.Say == sayEnd {
			p.Thread = next.Incident.Root
		}
	}
	if next.Say == sayUnknown && p.Outcome == NoAnswer && next.MayPass {
		return e.postNoAnswer(ctx, a, p, func(ctx context.Context) error { return e.finish(ctx, a, d, next) })
	}
	at, err := e.post(ctx, a, &p)
	if err != nil || at == "" {
		return err
	}
	switch next.Say {
	case sayOpening:
		next.Incident.Root, next.Incident.RootMark = at, p.Mark()
	case sayUnknown:
		next.State.Notes = append(next.State.Notes, Note{
			At: at, Channel: d.Add.Channel, Mark: p.Mark(), Unknown: *next.State.Unknown,
		})
	}
	return e.finish(ctx, a, d, next)
}

// maxNotes bounds the notes whose end Slack has not taken yet. The latest stay.
const maxNotes = 4

// endNotes updates notes that end with a's slot, and returns those that the next slot is to update.
func (e *Engine) endNotes(ctx context.Context, a *attempt, d Digest, notes []Note) (left []Note) {
	for _, note := range notes {
		if note.Until.IsZero() { // else an earlier slot ended it
			note.Until = a.ref.slot.At
		}
		err := e.Channel.EndNote(ctx, d, note)
		if err == nil {
			continue
		}
		e.Log.Warn("ending a note about missing data failed", "digest", d.ID, "error", err)
		if refusal, refused := errors.AsType[*Refusal](err); !refused || refusal.Wait > 0 || refusal.Scope == ScopeBot {
			left = append(left, note)
		}
	}
	return left[max(0, len(left)-maxNotes):]
}

// finish closes a slot and stores the state of its condition.
func (e *Engine) finish(ctx context.Context, a *attempt, d Digest, next decision) error {
	if i := next.State.Incident; i != nil && next.Incident != nil && i.ID == next.Incident.ID {
		next.State.Incident = next.Incident // they are two after a decision was read back
	}
	return e.finishSlot(ctx, a, d, ending{result: next.Result, over: &next.State, incident: next.Incident})
}

// editIncident updates the message of next's incident. Where that can't be changed any more, next gets a new one. An
// update that says no more than that the incident goes on may fail: the next slot makes up for it.
func (e *Engine) editIncident(ctx context.Context, a *attempt, d Digest, next *decision) error {
	i := next.Incident
	until, free, err := a.reserveEdit(ctx, next.Say != sayNothing || !i.IsOpen())
	switch {
	case isRetry(err):
		return err
	case err != nil:
		return &retryError{historyLag, err.Error()}
	case !free:
		return nil
	}
	editing, cancel := context.WithDeadline(ctx, until)
	err = e.updateIncident(editing, d, *i)
	cancel()
	refusal, refused := errors.AsType[*Refusal](err)
	if refused && refusal.Wait > 0 {
		e.delayEdits(ctx, 0, refusal.Wait)
	}
	switch {
	case err == nil:
		return nil
	case refused && refusal.Gone:
		e.Log.Warn("message of an incident can't be changed, posting another", "digest", d.ID, "reason", refusal.Reason)
		if i.Root = ""; i.IsOpen() && !next.State.Silent { // a silent one gets a new message when the silence is over
			next.Say, i.Continued, i.Spoke = sayOpening, true, a.ref.slot.At
			next.Result.Outcome = Crossed
		}
		return nil
	case refused && refusal.Scope == ScopeChannel:
		next.Result.Outcome = Stopped
		return e.handleRefusal(ctx, a, d, refusal)
	case i.IsOpen(), refused && refusal.Scope == ScopeMessage && refusal.Wait == 0, e.tooOld(a):
		e.Log.Warn("updating the message of an incident failed", "digest", d.ID, "incident", i.ID, "error", err)
		return nil
	case refused:
		return e.handleRefusal(ctx, a, d, refusal)
	}
	return &retryError{historyLag, err.Error()}
}

// withPeople returns i with who works on it and until when it is muted.
func (e *Engine) withPeople(ctx context.Context, d Digest, i Incident) (Incident, error) {
	var err error
	if i.On, err = e.Store.responders(ctx, i.ID); err != nil {
		return i, err
	}
	if i.Mute, err = e.Store.mute(ctx, d); err != nil {
		return i, err
	}
	if !i.Mute.IsOn(e.Now()) {
		i.Mute = nil
	}
	return i, nil
}

// updateIncident updates the message of i.
func (e *Engine) updateIncident(ctx context.Context, d Digest, i Incident) error {
	i, err := e.withPeople(ctx, d, i)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, postWithin)
	defer cancel()
	return e.Channel.UpdateIncident(ctx, d, i)
}

// answer runs d's command for a slot. missing says why the answer is not enough to evaluate d's condition.
func (e *Engine) answer(ctx context.Context, d Digest, at time.Time) (answer report.Answer, missing []error) {
	c := d.Add.Command
	if baseline := d.Add.If.Baseline(); baseline != commands.NoBaseline {
		c.Compare = baseline
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	answer = e.Answer(ctx, c, at)
	return answer, missingData(d.Add.If, answer)
}

// missingData returns why a is not enough to post. Without a condition, an answer is enough unless a part is missing
// or old: readers see what is doubtful in it. With a condition, each doubtful part counts, unless the certain
// failures are over its only limit already.
func missingData(condition *commands.Condition, a report.Answer) []error {
	doubt := report.Part.Missing
	if condition != nil {
		doubt = report.Part.Doubt
		if limits := condition.Limits; len(limits) == 1 && limits[0].Kind == commands.OverFailures &&
			limits[0].Of == commands.Everything && a.AtLeast() > limits[0].Failures {
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
func superseded(state *ConditionState, slot time.Time) bool {
	return state != nil && !slot.After(state.Slot)
}

// storeDecision stores what a's slot of d does, and returns what is stored: an earlier decision stays.
func (a *attempt) storeDecision(ctx context.Context, d Digest, next decision) (*decision, error) {
	text, err := a.run(ctx, storeDecision, mustJSON(next), d.revision).Text()
	if err != nil {
		return nil, fmt.Errorf("storing the decision on slot %s: %w", a.ref.key, err)
	}
	if text == "" {
		return nil, &retryError{3 * time.Second, "the lease was lost, or the digest has changed"}
	}
	if a.state.decision, err = readDecision(text); err != nil {
		return nil, err
	}
	return a.state.decision, a.engine.Store.sync(ctx)
}
