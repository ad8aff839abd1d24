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
	// patience is how long CAT is asked again before its silence is told.
	patience = 10 * time.Minute
	// maxTries is how often a slot may be posted without knowing what became of it.
	maxTries = 8
	// settling is how long Slack's history may lag behind a post; before, looking into it proves nothing.
	settling = 3 * time.Second
	// shortWait is what is waited for on the spot; longer waits go through the queue.
	shortWait = 2 * time.Second
	// skew is by how much Slack's clock may differ from ours.
	skew = 10 * time.Minute
	// lookAfter is how old a slot is before even a first try looks whether it is posted: by then most are, and a Redis that came
	// back with an older state hands out again what was.
	lookAfter = 30 * time.Second
	// blindAfter is how long a look into the channel may fail before it is done without.
	blindAfter = 5 * time.Minute
)

// work takes an open slot as far as it goes: to its end, or to a later attempt. It never gives a slot up without closing it,
// so what ends without that is handed out again.
func (e *Engine) work(ctx context.Context, key string) (err error) {
	c, err := e.take(ctx, key)
	if errors.Is(err, errGone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer c.release(ctx)
	d, err := e.Book.Get(ctx, c.ticket.digest)
	if errors.Is(err, ErrUnknown) || err == nil && d.Paused != nil && !c.ticket.byHand {
		_, err := c.end(ctx, d, ending{})
		return err
	}
	if err != nil {
		return err
	}
	defer func() {
		if value := recover(); value != nil {
			e.Log.Error("a digest panicked", "digest", d.ID, "slot", key, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			err = e.giveUp(ctx, c, d, "a mistake inside catbot")
		}
	}()
	if d.Damaged != "" {
		e.Log.Warn("a part of what is kept of a digest can't be read and is done without", "digest", d.ID, "error", d.Damaged)
	}
	if d.Broken != "" {
		return e.unread(ctx, c, d)
	}
	if c.ticket.unread { // a replica that did not understand it opened this; the next tick finds its real slots
		_, err := c.end(ctx, d, ending{})
		return err
	}
	err = c.hold(ctx, func(ctx context.Context) error { return e.speak(ctx, c, d) })
	if isLater(err) {
		e.Observe(EventRetried, 1)
	}
	return err
}

// unread ends a slot of d, whose text this replica does not understand, and tells the owner. While versions change another
// replica may understand it, so that has time.
func (e *Engine) unread(ctx context.Context, c *claim, d Digest) error {
	if e.Now().Sub(c.state.first) < patience {
		return &later{30 * time.Second, "this replica does not understand the digest's text"}
	}
	return e.giveUp(ctx, c, d, "its text is not understood: "+d.Broken)
}

// speak finds out what the slot of c has to say, and says it.
func (e *Engine) speak(ctx context.Context, c *claim, d Digest) error {
	at := c.ticket.slot.At
	condition := d.Add.If
	if c.ticket.byHand { // what a person asks for is posted, for that person to judge
		condition = nil
	}
	if overtaken(condition, d.Over, at) {
		return e.finish(ctx, c, d, Result{Outcome: Overtaken}, nil)
	}
	if c.state.tries >= maxTries {
		return e.giveUp(ctx, c, d, fmt.Sprintf("posting failed %d times", c.state.tries))
	}
	if _, err := e.Book.Read(d.Add.Command.String(), at); err != nil { // since a date, it may have grown too long by now
		return e.giveUp(ctx, c, d, err.Error())
	}
	answering, cancel := context.WithTimeout(ctx, answerTime)
	answer := e.Answer(answering, d.Add.Command, at)
	cancel()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	p := Post{Digest: d, Slot: c.ticket.slot, Answer: answer, By: c.state.by}
	result := Result{Total: answer.Total}
	var after *Crossing
	switch open := doubts(condition, answer); {
	case mayPass(open) && e.Now().Sub(c.state.first) < patience:
		return &later{pause(e.Now().Sub(c.state.first)), errors.Join(open...).Error()}
	case len(open) > 0 && (condition != nil || len(open) == len(answer.Parts)):
		outcome, why := silence(open)
		p.Outcome, p.Trouble, result = outcome, &why, Result{Trouble: &why}
		var speak bool
		if speak, after = unknown(condition, d.Over, at, why); !speak {
			result.Outcome = outcome
			return e.finish(ctx, c, d, result, after)
		}
	default:
		p.Outcome, after = judge(condition, d.Over, at, answer.Total)
		if d.Over != nil {
			p.Since = d.Over.Since
		}
	}
	result.Outcome = p.Outcome
	if p.Outcome == Quiet {
		return e.finish(ctx, c, d, result, after)
	}
	return e.post(ctx, c, p, result, after)
}

// post takes p to its channel, once: it looks for what may have been posted before, waits for its turn, and passes the fence.
func (e *Engine) post(ctx context.Context, c *claim, p Post, result Result, after *Crossing) error {
	d, redis := p.Digest, e.standing(ctx)
	if c.state.tries > 0 || redis.young || e.Now().Sub(c.ticket.slot.At) > lookAfter {
		found, err := e.look(ctx, c, &p)
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			return e.refused(ctx, c, d, refusal)
		}
		if err != nil {
			return err
		}
		if found {
			return e.finish(ctx, c, d, result, after)
		}
	}
	if err := e.awaitTurn(ctx, c, d.Add.Channel); err != nil {
		return err
	}
	until, err := c.begin(ctx, d.Add.Channel, redis.replicas > 0)
	if err != nil {
		return &later{settling, err.Error()}
	}
	p.Sent = e.Now()
	posting, cancel := context.WithDeadline(ctx, until)
	err = e.Channel.Post(posting, p)
	cancel()
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		c.undo(ctx)
		return e.refused(ctx, c, d, refusal)
	}
	if err != nil { // nobody knows whether it was taken: the next attempt looks
		e.Log.Warn("what became of a digest's post is not known; it is looked for", "digest", d.ID, "slot", c.ticket.key, "error", err)
		return &later{settling, err.Error()}
	}
	e.meet("")
	if p.Late() {
		e.Observe(EventLate, 1)
	}
	return e.finish(ctx, c, d, result, after)
}

// look looks in the channel for what an earlier try of p may have posted, or somebody whom Redis has forgotten. Where the channel
// can't be read, posting wins: marked when there was a try before, for then the doubt is more than a thought.
func (e *Engine) look(ctx context.Context, c *claim, p *Post) (found bool, err error) {
	now, tried := e.Now(), c.state.tries > 0
	if wait := c.state.tried.Add(settling).Sub(now); tried && wait > 0 {
		return false, &later{wait, "slack's history may lag behind"}
	}
	channel, since := p.Digest.Add.Channel, p.Slot.At.Add(-skew)
	if c.state.first.Before(p.Slot.At) {
		since = c.state.first.Add(-skew)
	}
	marks, err := e.looks.into(ctx, e.Channel, channel, since, tried)
	if marks[p.Mark()] {
		return true, nil
	}
	refusal, refused := errors.AsType[*Refusal](err)
	blind := now.Sub(c.state.first)
	if tried {
		blind = now.Sub(c.state.tried)
	}
	switch {
	case err == nil:
		return false, nil
	case refused && refusal.Of == OfBot:
		return false, refusal
	case refused && refusal.Wait > 0 && (tried || blind < blindAfter):
		return false, &later{refusal.Wait, err.Error()}
	case !refused && blind < blindAfter:
		return false, &later{settling, err.Error()}
	}
	if tried {
		e.Log.Warn("the channel can't be looked into, so a digest may be repeated", "digest", p.Digest.ID, "slot", c.ticket.key, "error", err)
		p.Repeated = true
	}
	return false, nil
}

// awaitTurn waits until the channel is free for this slot: here when that is soon, else through the queue.
func (e *Engine) awaitTurn(ctx context.Context, c *claim, channel string) error {
	wait, err := c.turn(ctx, channel)
	if err != nil || wait == 0 {
		return err
	}
	if wait > shortWait {
		// The queue keeps whole seconds and may be up to one early.
		return &later{wait, "the channel takes about one message a second"}
	}
	return sleep(ctx, wait)
}

// sleep waits, but not longer than ctx.
func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// refused acts on Slack's word that it did not take a post.
func (e *Engine) refused(ctx context.Context, c *claim, d Digest, refusal *Refusal) error {
	switch {
	case refusal.Of == OfBot:
		return e.waitForSlack(ctx, c, d, refusal)
	case refusal.Wait > 0:
		return &later{refusal.Wait, refusal.Error()}
	case refusal.Of == OfMessage:
		return e.giveUp(ctx, c, d, refusal.Reason)
	}
	r := e.result(c, Result{Outcome: Stopped, Reason: refusal.Reason})
	closed, err := c.end(ctx, d, ending{result: r, pause: &Pause{Reason: refusal.Reason, At: e.Now()}})
	if closed {
		e.Log.Warn("a digest paused itself", "digest", d.ID, "channel", d.Add.Channel, "reason", refusal.Reason)
		e.Observe(EventPaused, 1)
		e.tell(ctx, d, r)
	}
	return err
}

// waitForSlack puts a slot off while Slack takes nothing of catbot's, and lets it go when it is too old to be made up for.
func (e *Engine) waitForSlack(ctx context.Context, c *claim, d Digest, refusal *Refusal) error {
	e.meet(refusal.Reason)
	if e.Now().Sub(c.ticket.slot.At) <= e.CatchUp {
		return &later{max(refusal.Wait, pause(e.Now().Sub(c.state.first))), refusal.Error()}
	}
	e.Log.Error("a digest's slot is let go: slack took nothing in its time", "digest", d.ID, "slot", c.ticket.key, "reason", refusal.Reason)
	e.Observe(EventSkipped, 1)
	return e.finish(ctx, c, d, Result{Outcome: TooLate, Reason: refusal.Reason}, nil)
}

// giveUp closes a slot that failed for good, keeps that, and tells the owner.
func (e *Engine) giveUp(ctx context.Context, c *claim, d Digest, why string) error {
	r := e.result(c, Result{Outcome: Failed, Reason: why})
	closed, err := c.end(ctx, d, ending{result: r})
	if err != nil || !closed {
		return err
	}
	e.Log.Error("a digest's slot failed for good", "digest", d.ID, "slot", c.ticket.key, "reason", why)
	e.Observe(EventFailed, 1)
	e.tell(ctx, d, r)
	return fmt.Errorf("%s: %w", why, asynq.SkipRetry) // the queue keeps it in its archive
}

// tell tells the owner once; that it failed is in the digest's results too.
func (e *Engine) tell(ctx context.Context, d Digest, r Result) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTime)
	defer cancel()
	if err := e.Channel.Tell(ctx, d, r); err != nil {
		e.Log.Warn("a digest's owner was not told", "digest", d.ID, "owner", d.Owner, "error", err)
	}
}

// finish closes a slot that has come to its end.
func (e *Engine) finish(ctx context.Context, c *claim, d Digest, r Result, after *Crossing) error {
	r = e.result(c, r)
	closed, err := c.end(ctx, d, ending{result: r, over: after})
	if closed {
		e.Log.Info("digest", "digest", d.ID, "slot", c.ticket.key, "channel", d.Add.Channel, "outcome", string(r.Outcome), "failures", r.Total)
		if r.Outcome == Posted || r.Outcome == Crossed || r.Outcome == Recovered || r.Outcome == NoAnswer || r.Outcome == Unwatched {
			e.Observe(EventPosted, 1)
		}
	}
	return err
}

func (e *Engine) result(c *claim, r Result) Result {
	r.Slot, r.At, r.By = c.ticket.slot.At, e.Now(), c.state.by
	return r
}

// pause grows with the time that has passed, from 5 s to a minute.
func pause(passed time.Duration) time.Duration {
	return min(max(passed/2, 5*time.Second), time.Minute)
}
