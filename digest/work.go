package digest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/hibiken/asynq"
)

const (
	// answerTime bounds one run of a digest's command.
	answerTime = 60 * time.Second
	// retryCATFor is how long CAT is asked again before its silence is told.
	retryCATFor = 10 * time.Minute
	// maxTries is how often a slot may be posted without knowing what became of it. After that it is only looked for.
	maxTries = 8
	// historyLag is how long Slack's history may lag behind a post; before, looking into it proves nothing.
	historyLag = 3 * time.Second
	// shortWait is what is waited for on the spot; longer waits go through the queue.
	shortWait = 2 * time.Second
	// clockSkew is by how much Slack's clock may differ from ours.
	clockSkew = 10 * time.Minute
	// checkHistoryAfter is how old a slot is before even a first try looks whether it is posted: by then most are, and a Redis that came
	// back with an older state hands out again what was.
	checkHistoryAfter = 30 * time.Second
	// historyPatience is how long a look into the channel may fail before it is done without.
	historyPatience = 5 * time.Minute
)

// work takes an open slot as far as it goes: to its end, or to a later attempt. It never gives a slot up without closing it,
// so what ends without that is handed out again.
func (e *Engine) work(ctx context.Context, key string) (err error) {
	a, err := e.startAttempt(ctx, key)
	if errors.Is(err, errGone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer a.lease.Release(ctx)
	if wait := a.ref.readyAt.Sub(e.Now().Add(-time.Duration(e.skewed.Load()))); wait > 0 && !a.ref.manual {
		return &retryError{wait, "it is not time yet"} // the queue goes by this machine's clock
	}
	d, err := e.Store.Get(ctx, a.ref.digest)
	if errors.Is(err, ErrUnknown) || err == nil && d.Paused != nil && !a.ref.manual {
		_, err := a.end(ctx, d, ending{})
		return err
	}
	if err != nil {
		return err
	}
	defer func() {
		if value := recover(); value != nil {
			e.Log.Error("a digest panicked", "digest", d.ID, "slot", key, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			err = e.failSlot(ctx, a, d, "a mistake inside catbot")
		}
	}()
	if d.Damaged != "" {
		e.Log.Warn("a part of what is kept of a digest can't be read and is done without", "digest", d.ID, "error", d.Damaged)
	}
	if d.Broken != "" {
		return e.endBroken(ctx, a, d)
	}
	if a.ref.broken { // a replica that did not understand it opened this; the next tick finds its real slots
		_, err := a.end(ctx, d, ending{})
		return err
	}
	err = a.hold(ctx, func(ctx context.Context) error { return e.runSlot(ctx, a, d) })
	if isRetry(err) {
		e.Observe(EventRetried, 1)
	}
	return err
}

// unread ends a slot of d, whose text this replica does not understand, and tells the owner. While versions change another
// replica may understand it, so that has time.
func (e *Engine) endBroken(ctx context.Context, a *attempt, d Digest) error {
	if e.Now().Sub(a.state.first) < retryCATFor {
		return &retryError{30 * time.Second, "this replica does not understand the digest's text"}
	}
	return e.failSlot(ctx, a, d, "its text is not understood: "+d.Broken)
}

// speak finds out what the slot of a has to say, and says it.
func (e *Engine) runSlot(ctx context.Context, a *attempt, d Digest) error {
	at := a.ref.slot.At
	condition := d.Add.If
	if a.ref.manual { // what a person asks for is posted, for that person to judge
		condition = nil
	}
	if superseded(condition, d.State, at) {
		return e.finishSlot(ctx, a, d, Result{Outcome: Overtaken}, nil)
	}
	if a.state.tries >= maxTries && e.Now().Sub(a.ref.readyAt) > e.CatchUp {
		return e.failSlot(ctx, a, d, fmt.Sprintf("posting failed %d times", a.state.tries))
	}
	if _, err := e.Store.Read(d.Add.Command.String(), at); err != nil { // since a date, it may have grown too long by now
		return e.failSlot(ctx, a, d, err.Error())
	}
	answering, cancel := context.WithTimeout(ctx, answerTime)
	answer := e.Answer(answering, d.Add.Command, at)
	cancel()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	p := Post{Digest: d, Slot: a.ref.slot, Due: a.ref.readyAt, Answer: answer, By: a.state.by}
	result := Result{Total: answer.Total}
	var after *ConditionState
	open := missingData(condition, answer)
	switch {
	case retryable(open) && e.Now().Sub(a.state.first) < retryCATFor:
		return &retryError{backoff(e.Now().Sub(a.state.first)), errors.Join(open...).Error()}
	case len(open) > 0 && (condition != nil || len(open) == len(answer.Parts)):
		outcome, why := noDataReason(open)
		p.Outcome, p.Trouble, result = outcome, &why, Result{Trouble: &why}
		var speak bool
		if speak, after = evaluateUnknown(condition, d.State, at, why); !speak {
			result.Outcome = outcome
			return e.finishSlot(ctx, a, d, result, after)
		}
	default:
		p.Outcome, after = evaluate(condition, d.State, at, answer.Total)
		if d.State != nil {
			p.Since = d.State.Since
		}
	}
	result.Outcome = p.Outcome
	switch {
	case p.Outcome == NoAnswer && retryable(open) && !a.ref.manual:
		return e.postNoAnswer(ctx, a, p, result, after)
	case p.Outcome != NoAnswer: // also when CAT says that nobody looked
		e.noteAnswered(ctx, d)
	}
	if p.Outcome != Quiet {
		if at, err := e.post(ctx, a, &p); err != nil || at == "" {
			return err
		}
	}
	return e.finishSlot(ctx, a, d, result, after)
}

// failSlot closes a slot that failed for good, keeps that, and tells the owner.
func (e *Engine) failSlot(ctx context.Context, a *attempt, d Digest, why string) error {
	r := e.result(a, Result{Outcome: Failed, Reason: why})
	closed, err := a.end(ctx, d, ending{result: r})
	if err != nil || !closed {
		return err
	}
	e.Log.Error("a digest's slot failed for good", "digest", d.ID, "slot", a.ref.key, "reason", why)
	e.Observe(EventFailed, 1)
	e.notifyOwner(ctx, d, r)
	return fmt.Errorf("%s: %w", why, asynq.SkipRetry) // the queue keeps it in its archive
}

// tell tells the owner once; that it failed is in the digest's results too.
func (e *Engine) notifyOwner(ctx context.Context, d Digest, r Result) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	defer cancel()
	if err := e.Channel.NotifyOwner(ctx, d, r); err != nil {
		e.Log.Warn("a digest's owner was not told", "digest", d.ID, "owner", d.Owner, "error", err)
	}
}

// finish closes a slot that has come to its end.
func (e *Engine) finishSlot(ctx context.Context, a *attempt, d Digest, r Result, after *ConditionState) error {
	r = e.result(a, r)
	closed, err := a.end(ctx, d, ending{result: r, over: after})
	if closed {
		e.Log.Info("digest", "digest", d.ID, "slot", a.ref.key, "channel", d.Add.Channel, "outcome", string(r.Outcome), "failures", r.Total)
		if r.Outcome == Posted || r.Outcome == Crossed || r.Outcome == Recovered || r.Outcome == NoAnswer || r.Outcome == Unwatched {
			e.Observe(EventPosted, 1)
		}
	}
	return err
}

func (e *Engine) result(a *attempt, r Result) Result {
	r.Slot, r.At, r.By = a.ref.slot.At, e.Now(), a.state.by
	return r
}

// pause grows with the time that has passed, from 5 s to a minute.
func backoff(passed time.Duration) time.Duration {
	return min(max(passed/2, 5*time.Second), time.Minute)
}
