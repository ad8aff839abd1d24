package digest

import (
	"context"
	"errors"
	"time"
)

// post posts p once: it looks for an earlier post of the same slot, waits for the channel's turn, and notes in Redis
// that a post is about to leave. It returns Slack's id of the message. Without an id and without an error the slot
// has ended.
func (e *Engine) post(ctx context.Context, a *attempt, p *Post) (at string, err error) {
	d, redis := p.Digest, e.redisState(ctx)
	if a.state.tries > 0 || redis.restarted || e.Now().Sub(a.ref.readyAt) > checkHistoryAfter {
		at, err = e.findPosted(ctx, a, p, redis.restarted)
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			return "", e.handleRefusal(ctx, a, d, refusal)
		}
		if err != nil || at != "" {
			return at, err
		}
	}
	if e.tooOld(a) {
		return "", e.dropSlot(ctx, a, d, ReasonTooOld)
	}
	if err := e.waitForTurn(ctx, a, d.Add.Channel); err != nil {
		return "", err
	}
	until, err := a.reservePost(ctx, d.Add.Channel, redis.replicas > 0)
	if err != nil {
		return "", &retryError{historyLag, err.Error()}
	}
	p.Sent = e.Now()
	posting, cancel := context.WithDeadline(ctx, until)
	at, err = e.Channel.Post(posting, *p)
	if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.Gone && p.Thread != "" {
		p.Thread = "" // what it answers was deleted
		at, err = e.Channel.Post(posting, *p)
	}
	cancel()
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		a.undoPost(ctx)
		return "", e.handleRefusal(ctx, a, d, refusal)
	}
	if err != nil { // it may have been posted: the next attempt looks for it
		e.Log.Warn("outcome of a digest post unknown, checking the channel before the next try",
			"digest", d.ID, "slot", a.ref.key, "error", err)
		return "", &retryError{historyLag, err.Error()}
	}
	e.noteSlackState("")
	e.history.add(d.Add.Channel, p.Thread, p.Mark(), at)
	if p.Late() {
		e.Observe(EventLate, 1)
	}
	return at, nil
}

// findPosted looks in the channel for a post of p's slot, which an earlier try may have made, or a replica whose writes
// Redis has lost. While the channel can't be read it retries; after historyPatience it lets p be posted. Then p is
// marked as maybe repeated if there was an earlier try.
func (e *Engine) findPosted(ctx context.Context, a *attempt, p *Post, restarted bool) (at string, err error) {
	now, tried := e.Now(), a.state.tries > 0
	if wait := a.state.tried.Add(historyLag).Sub(now); tried && wait > 0 {
		return "", &retryError{wait, "slack's history may lag behind"}
	}
	channel, since := p.Digest.Add.Channel, p.Slot.At.Add(-clockSkew)
	if a.state.first.Before(p.Slot.At) {
		since = a.state.first.Add(-clockSkew)
	}
	marks, err := e.history.marks(ctx, e.Channel, channel, p.Thread, since, tried || restarted)
	if at := marks[p.Mark()]; at != "" {
		return at, nil
	}
	refusal, refused := errors.AsType[*Refusal](err)
	unreadable := now.Sub(a.state.first)
	if tried {
		unreadable = now.Sub(a.state.tried)
	}
	switch {
	case err == nil:
		return "", nil
	case refused && refusal.Scope == ScopeBot:
		return "", refusal
	case refused && refusal.Wait > 0 && (tried || unreadable < historyPatience):
		return "", &retryError{refusal.Wait, err.Error()}
	case !refused && (unreadable < historyPatience || a.state.tries >= maxTries):
		return "", &retryError{historyLag, err.Error()}
	}
	if tried {
		e.Log.Warn("channel history not readable, going on as if the slot were not posted, which it may be",
			"digest", p.Digest.ID, "slot", a.ref.key, "error", err)
		p.Repeated = true
	}
	return "", nil
}

// waitForTurn waits until a's slot may post to channel: here for up to shortWait, else through the queue.
func (e *Engine) waitForTurn(ctx context.Context, a *attempt, channel string) error {
	wait, err := a.turn(ctx, channel)
	if err != nil || wait == 0 {
		return err
	}
	if wait > shortWait {
		return &retryError{wait - beforeTurn, "the channel takes about one message a second"}
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

// handleRefusal decides what to do about a post that Slack refused: retry, fail the slot, or pause the digest.
func (e *Engine) handleRefusal(ctx context.Context, a *attempt, d Digest, refusal *Refusal) error {
	switch {
	case refusal.Scope == ScopeBot:
		return e.waitForSlack(ctx, a, d, refusal)
	case refusal.Wait > 0:
		return &retryError{refusal.Wait, refusal.Error()}
	case refusal.Scope == ScopeMessage:
		return e.failSlot(ctx, a, d, refusal.Reason)
	}
	r := e.result(a, Result{Outcome: Stopped, Reason: refusal.Reason})
	closed, err := a.end(ctx, d, ending{result: r, pause: &Pause{Reason: refusal.Reason, At: e.Now()}})
	if closed && !a.left {
		e.Log.Warn("digest paused, its channel can't be posted to",
			"digest", d.ID, "channel", d.Add.Channel, "reason", refusal.Reason)
		e.Observe(EventPaused, 1)
		e.notifyOwner(ctx, d, r)
	}
	return err
}

// waitForSlack retries a slot while Slack refuses all posts, and drops it once it is older than the catch-up.
func (e *Engine) waitForSlack(ctx context.Context, a *attempt, d Digest, refusal *Refusal) error {
	e.noteSlackState(refusal.Reason)
	if e.Now().Sub(a.ref.readyAt) <= e.CatchUp {
		return &retryError{max(refusal.Wait, backoff(e.Now().Sub(a.state.first))), refusal.Error()}
	}
	return e.dropSlot(ctx, a, d, refusal.Reason)
}

// tooOld reports whether a's slot is older than the catch-up allows. Work that began in time may still wait for CAT.
func (e *Engine) tooOld(a *attempt) bool {
	begun, now := a.state.first.Sub(a.ref.readyAt), e.Now().Sub(a.ref.readyAt)
	return begun > e.CatchUp || now > e.CatchUp+2*retryCATFor
}

// dropSlot ends a slot that is not posted because it is too old.
func (e *Engine) dropSlot(ctx context.Context, a *attempt, d Digest, reason string) error {
	e.Log.Error("digest slot dropped, it is older than the catch-up",
		"digest", d.ID, "slot", a.ref.key, "reason", reason)
	e.Observe(EventSkipped, 1)
	return e.finishSlot(ctx, a, d, ending{result: Result{Outcome: TooLate, Reason: reason}})
}
