package digest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"catbot/report"
)

const (
	// answerTime bounds one run of a digest's command.
	answerTime = 60 * time.Second
	// retryCATFor is how long CAT is asked again before the channel is told that it does not answer.
	retryCATFor = 10 * time.Minute
	// maxTries is how many posts of unknown outcome a slot may have. After that the channel is only searched for
	// them.
	maxTries = 8
	// historyLag is how long Slack's history may lag behind a post. A search before that proves nothing.
	historyLag = 3 * time.Second
	// shortWait is the longest wait inside a worker. Longer waits go through the queue.
	shortWait = 2 * time.Second
	// beforeTurn is how long before its turn in a channel the queue is to run a slot again. The queue keeps whole
	// seconds, so it is up to a second early, and up to queueForward and one and a half queuePoll late.
	beforeTurn = time.Second
	// clockSkew is by how much Slack's clock may differ from ours.
	clockSkew = 10 * time.Minute
	// checkHistoryAfter is the age from which even a first try searches the channel. Most slots are posted by then,
	// and a Redis that came back with older data opens them again.
	checkHistoryAfter = 30 * time.Second
	// historyPatience is how long a channel's history may be unreadable before a slot is posted without a search.
	historyPatience = 5 * time.Minute
)

// work runs an open slot to its end, or to a later attempt. It never drops a slot without closing it, so a slot whose
// work ends early is enqueued again.
func (e *Engine) work(ctx context.Context, key string) (err error) {
	a, err := e.startAttempt(ctx, key)
	if errors.Is(err, errGone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer a.lease.Release(ctx)
	if wait := a.ref.readyAt.Sub(e.slotNow()); wait > 0 && !a.ref.manual {
		return &retryError{wait, "it is not time yet"} // the queue uses this machine's clock
	}
	d, err := e.Store.Get(ctx, a.ref.digest)
	if decided := a.state.decided; decided != nil &&
		(errors.Is(err, ErrUnknown) || err == nil && d.revision != decided.revision) {
		return a.hold(ctx, func(ctx context.Context) error { return e.abandonSlot(ctx, a, d) })
	}
	if errors.Is(err, ErrUnknown) || err == nil && d.Paused != nil && !a.ref.manual {
		d.ID = a.ref.digest
		return e.finishSlot(ctx, a, d, ending{result: Result{Outcome: Abandoned}})
	}
	if err != nil {
		return err
	}
	defer func() {
		if value := recover(); value != nil {
			e.Log.Error("panic in a digest slot", "digest", d.ID, "slot", key,
				"panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			err = e.failSlot(ctx, a, d, "internal error")
		}
	}()
	if d.Damaged != "" {
		e.Log.Warn("digest has damaged fields, ignored", "digest", d.ID, "error", d.Damaged)
	}
	if d.Broken != "" {
		return e.endBroken(ctx, a, d)
	}
	if a.ref.broken { // opened by a replica that could not parse the text; the next tick opens the real slots
		_, err := a.end(ctx, d, ending{})
		return err
	}
	err = a.hold(ctx, func(ctx context.Context) error { return e.runSlot(ctx, a, d) })
	if isRetry(err) {
		e.Observe(EventRetried, 1)
	}
	return err
}

// abandonSlot ends a slot whose digest a person paused, removed or changed after it was decided what the slot does; now
// is the digest since then. It says nothing more. An incident that it may have opened in the channel is abandoned; the
// open one is already. One that it may have ended there ends.
func (e *Engine) abandonSlot(ctx context.Context, a *attempt, now Digest) error {
	d, next := *a.state.decided, a.state.decision
	d.last = now.last
	end := ending{result: Result{Outcome: Abandoned}}
	if i := next.Incident; i.IsOpen() {
		at, err := e.findOpened(ctx, a, d)
		if err != nil {
			return err
		}
		if at != "" {
			i.Root, i.RootMark = at, e.newPost(a, d, report.Answer{}).Mark()
			return e.finishSlot(ctx, a, d, ending{result: next.Result, incident: i})
		}
	} else {
		end.incident = i
	}
	return e.finishSlot(ctx, a, d, end)
}

// findOpened returns Slack's id of the message with which a's slot of d may have opened an incident, or "".
func (e *Engine) findOpened(ctx context.Context, a *attempt, d Digest) (at string, err error) {
	said := a.state.decision.Say
	if a.state.tries == 0 || said != sayOpening && said != sayNothing { // that opens another where the message was deleted
		return "", nil
	}
	p := e.newPost(a, d, report.Answer{})
	at, err = e.findPosted(ctx, a, &p, false)
	if refusal, refused := errors.AsType[*Refusal](err); refused {
		return "", &retryError{max(refusal.Wait, backoff(e.Now().Sub(a.state.first))), refusal.Error()}
	}
	return at, err
}

// endBroken fails a slot of d, whose text this replica can't parse, and tells the owner. It waits first: during a
// rolling update another replica may be able to parse it.
func (e *Engine) endBroken(ctx context.Context, a *attempt, d Digest) error {
	if e.Now().Sub(a.state.first) < retryCATFor {
		return &retryError{30 * time.Second, "this replica can't parse the digest's text"}
	}
	return e.failSlot(ctx, a, d, "its text can't be parsed: "+d.Broken)
}

// runSlot runs a's slot: it evaluates the condition, or posts the answer of a digest without one.
func (e *Engine) runSlot(ctx context.Context, a *attempt, d Digest) error {
	at := a.ref.slot.At
	// A person who runs a digest wants to see the answer, whatever it is.
	conditional := d.Add.If != nil && !a.ref.manual
	if conditional && superseded(d.State, at) {
		return e.finishSlot(ctx, a, d, ending{result: Result{Outcome: Overtaken}})
	}
	if a.state.tries >= maxTries && e.Now().Sub(a.ref.readyAt) > e.CatchUp {
		return e.failSlot(ctx, a, d, fmt.Sprintf("posting failed %d times", a.state.tries))
	}
	if _, err := e.Store.Read(d.Add.Command.String(), at); err != nil { // a window since a date may be too long by now
		return e.failSlot(ctx, a, d, err.Error())
	}
	if conditional {
		if err := e.waitForUnfinished(ctx, a, d); err != nil {
			return err
		}
		return e.runCondition(ctx, a, d)
	}
	return e.runPlain(ctx, a, d)
}

// waitForUnfinished retries a's slot while another slot of d's condition has decided what to say and has not finished: it
// may have said it already, and its state is not stored yet.
func (e *Engine) waitForUnfinished(ctx context.Context, a *attempt, d Digest) error {
	if d.unfinished == "" || d.unfinished == a.ref.key {
		return nil
	}
	err := e.Store.DB.ZScore(ctx, e.Store.openKey(), d.unfinished).Err()
	switch {
	case errors.Is(err, redis.Nil): // Redis has lost it
		return nil
	case err != nil:
		return fmt.Errorf("asking for an unfinished slot of a condition: %w", err)
	}
	return &retryError{backoff(e.Now().Sub(a.state.first)), "an earlier slot of the condition is not finished"}
}

// runPlain posts the answer for a's slot.
func (e *Engine) runPlain(ctx context.Context, a *attempt, d Digest) error {
	answering, cancel := context.WithTimeout(ctx, answerTime)
	answer := e.Answer(answering, d.Add.Command, a.ref.slot.At)
	cancel()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	p, result := e.newPost(a, d, answer), Result{Outcome: Posted, Total: answer.Total}
	missing := missingData(nil, answer)
	switch {
	case retryable(missing) && e.Now().Sub(a.state.first) < retryCATFor:
		return &retryError{backoff(e.Now().Sub(a.state.first)), errors.Join(missing...).Error()}
	case len(missing) > 0 && len(missing) == len(answer.Parts):
		outcome, why := noDataReason(missing)
		p.Trouble, result = &why, Result{Outcome: outcome, Trouble: &why}
	}
	if p.Outcome = result.Outcome; p.Outcome == Posted {
		p.Meanwhile = e.incidentsIn(ctx, d, answer)
	}
	finish := func(ctx context.Context) error { return e.finishSlot(ctx, a, d, ending{result: result}) }
	switch {
	case p.Outcome == NoAnswer && retryable(missing) && !a.ref.manual:
		return e.postNoAnswer(ctx, a, p, finish)
	case p.Outcome != NoAnswer: // also when CAT answers that no probe ran
		e.noteAnswered(ctx, d)
	}
	if at, err := e.post(ctx, a, &p); err != nil || at == "" {
		return err
	}
	return finish(ctx)
}

// incidentsIn returns the incidents of d's tasks in its channel in the window of an answer. Without them the answer is
// still right, so none are returned if they can't be read.
func (e *Engine) incidentsIn(ctx context.Context, d Digest, answer report.Answer) []Incident {
	all, err := e.Store.Incidents(ctx, answer.Begin, answer.End, d.Add.Channel)
	if err != nil {
		e.Log.Warn("reading the incidents of a digest's window failed", "digest", d.ID, "error", err)
		return nil
	}
	return IncidentsOf(all, answer.Tasks)
}

func (e *Engine) newPost(a *attempt, d Digest, answer report.Answer) Post {
	return Post{Digest: d, Slot: a.ref.slot, Due: a.ref.readyAt, Answer: answer, By: a.state.by}
}

// failSlot closes a slot that failed for good, stores why, and tells the owner.
func (e *Engine) failSlot(ctx context.Context, a *attempt, d Digest, why string) error {
	r := e.result(a, Result{Outcome: Failed, Reason: why})
	closed, err := a.end(ctx, d, ending{result: r})
	if err != nil || !closed {
		return err
	}
	e.Log.Error("digest slot failed", "digest", d.ID, "slot", a.ref.key, "reason", why)
	e.Observe(EventFailed, 1)
	e.notifyOwner(ctx, d, r)
	return fmt.Errorf("%s: %w", why, asynq.SkipRetry) // the queue archives it
}

// notifyOwner tells the owner how a slot ended. It tries once; the digest's results have it, too.
func (e *Engine) notifyOwner(ctx context.Context, d Digest, r Result) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	defer cancel()
	if err := e.Channel.NotifyOwner(ctx, d, r); err != nil {
		e.Log.Warn("notifying a digest's owner failed", "digest", d.ID, "owner", d.Owner, "error", err)
	}
}

// finishSlot closes a slot and stores how it ended.
func (e *Engine) finishSlot(ctx context.Context, a *attempt, d Digest, end ending) error {
	end.result = e.result(a, end.result)
	r := end.result
	closed, err := a.end(ctx, d, end)
	if closed {
		e.Log.Info("digest slot closed", "digest", d.ID, "slot", a.ref.key, "channel", d.Add.Channel,
			"outcome", string(r.Outcome), "failures", r.Total)
		e.countOutcome(r.Outcome)
	}
	return err
}

// countOutcome counts a slot with a message, and what the message said of an incident.
func (e *Engine) countOutcome(o Outcome) {
	switch o {
	case Posted, Crossed, Reminded, Recovered, WasOver, NoAnswer, Unwatched:
		e.Observe(EventPosted, 1)
	}
	switch o {
	case Crossed:
		e.Observe(EventOpened, 1)
	case Reminded:
		e.Observe(EventReminded, 1)
	case Recovered:
		e.Observe(EventEnded, 1)
	}
}

func (e *Engine) result(a *attempt, r Result) Result {
	r.Slot, r.At, r.By = a.ref.slot.At, e.Now(), a.state.by
	return r
}

// backoff is half of the time that has passed, at least 5 s and at most a minute.
func backoff(passed time.Duration) time.Duration {
	return min(max(passed/2, 5*time.Second), time.Minute)
}
