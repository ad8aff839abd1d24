package digest

import (
	"context"
	"errors"
	"time"
)

// post takes p to its channel, once: it looks for what may have been posted before, waits for its turn, and passes the fence. It
// returns Slack's id of the message; without one and without an error the slot has come to its end.
func (e *Engine) post(ctx context.Context, a *attempt, p *Post) (at string, err error) {
	d, redis := p.Digest, e.standing(ctx)
	if a.state.tries > 0 || redis.young || e.Now().Sub(a.ticket.ripe) > lookAfter {
		at, err = e.look(ctx, a, p, redis.young)
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			return "", e.refused(ctx, a, d, refusal)
		}
		if err != nil || at != "" {
			return at, err
		}
	}
	if err := e.awaitTurn(ctx, a, d.Add.Channel); err != nil {
		return "", err
	}
	until, err := a.begin(ctx, d.Add.Channel, redis.replicas > 0)
	if err != nil {
		return "", &later{settling, err.Error()}
	}
	p.Sent = e.Now()
	posting, cancel := context.WithDeadline(ctx, until)
	at, err = e.Channel.Post(posting, *p)
	cancel()
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		a.undo(ctx)
		return "", e.refused(ctx, a, d, refusal)
	}
	if err != nil { // nobody knows whether it was taken: the next attempt looks
		e.Log.Warn("what became of a digest's post is not known; it is looked for", "digest", d.ID, "slot", a.ticket.key, "error", err)
		return "", &later{settling, err.Error()}
	}
	e.meet("")
	e.looks.add(d.Add.Channel, p.Mark(), at)
	if p.Late() {
		e.Observe(EventLate, 1)
	}
	return at, nil
}

// look looks in the channel for what an earlier try of p may have posted, or somebody whom Redis has forgotten. Where the channel
// can't be read, posting wins: marked when there was a try before, for then the doubt is more than a thought.
func (e *Engine) look(ctx context.Context, a *attempt, p *Post, young bool) (at string, err error) {
	now, tried := e.Now(), a.state.tries > 0
	if wait := a.state.tried.Add(settling).Sub(now); tried && wait > 0 {
		return "", &later{wait, "slack's history may lag behind"}
	}
	channel, since := p.Digest.Add.Channel, p.Slot.At.Add(-skew)
	if a.state.first.Before(p.Slot.At) {
		since = a.state.first.Add(-skew)
	}
	marks, err := e.looks.into(ctx, e.Channel, channel, since, tried || young)
	if at := marks[p.Mark()]; at != "" {
		return at, nil
	}
	refusal, refused := errors.AsType[*Refusal](err)
	blind := now.Sub(a.state.first)
	if tried {
		blind = now.Sub(a.state.tried)
	}
	switch {
	case err == nil:
		return "", nil
	case refused && refusal.Of == OfBot:
		return "", refusal
	case refused && refusal.Wait > 0 && (tried || blind < blindAfter):
		return "", &later{refusal.Wait, err.Error()}
	case !refused && (blind < blindAfter || a.state.tries >= maxTries):
		return "", &later{settling, err.Error()}
	}
	if tried {
		e.Log.Warn("the channel can't be looked into, so a digest may be repeated", "digest", p.Digest.ID, "slot", a.ticket.key, "error", err)
		p.Repeated = true
	}
	return "", nil
}

// awaitTurn waits until the channel is free for this slot: here when that is soon, else through the queue.
func (e *Engine) awaitTurn(ctx context.Context, a *attempt, channel string) error {
	wait, err := a.turn(ctx, channel)
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
func (e *Engine) refused(ctx context.Context, a *attempt, d Digest, refusal *Refusal) error {
	switch {
	case refusal.Of == OfBot:
		return e.waitForSlack(ctx, a, d, refusal)
	case refusal.Wait > 0:
		return &later{refusal.Wait, refusal.Error()}
	case refusal.Of == OfMessage:
		return e.giveUp(ctx, a, d, refusal.Reason)
	}
	r := e.result(a, Result{Outcome: Stopped, Reason: refusal.Reason})
	closed, err := a.end(ctx, d, ending{result: r, pause: &Pause{Reason: refusal.Reason, At: e.Now()}})
	if closed {
		e.Log.Warn("a digest paused itself", "digest", d.ID, "channel", d.Add.Channel, "reason", refusal.Reason)
		e.Observe(EventPaused, 1)
		e.tell(ctx, d, r)
	}
	return err
}

// waitForSlack puts a slot off while Slack takes nothing of catbot's, and lets it go when it is too old to be made up for.
func (e *Engine) waitForSlack(ctx context.Context, a *attempt, d Digest, refusal *Refusal) error {
	e.meet(refusal.Reason)
	if e.Now().Sub(a.ticket.ripe) <= e.CatchUp {
		return &later{max(refusal.Wait, pause(e.Now().Sub(a.state.first))), refusal.Error()}
	}
	e.Log.Error("a digest's slot is let go: slack took nothing in its time", "digest", d.ID, "slot", a.ticket.key, "reason", refusal.Reason)
	e.Observe(EventSkipped, 1)
	return e.finish(ctx, a, d, Result{Outcome: TooLate, Reason: refusal.Reason}, nil)
}
