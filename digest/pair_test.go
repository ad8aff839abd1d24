package digest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
	"catbot/store"
	"catbot/store/redistest"
)

// A deletingSlack is a fakeChannel in which a message was deleted.
type deletingSlack struct {
	*fakeChannel
	deleted  string
	loseEdit bool // the next edit does not arrive
}

func (s *deletingSlack) UpdateIncident(ctx context.Context, d Digest, i Incident) error {
	if s.loseEdit {
		s.loseEdit = false
		return errLine
	}
	if i.Root == s.deleted {
		return &Refusal{Reason: "message_not_found", Gone: true}
	}
	return s.fakeChannel.UpdateIncident(ctx, d, i)
}

// A wire carries all calls of one process to Redis and Slack, which are its steps. It is interrupted at one of them.
type wire struct {
	*deletingSlack
	steps      atomic.Int64
	toSlack    []int // those that were calls to Slack
	at         int   // the step that is interrupted; 0 means none
	carriedOut bool  // it is interrupted after the call was carried out, so that its answer is lost or late
	// interrupt is what happens there. An error is what the caller gets.
	interrupt func() error
	dead      bool
	woke      time.Time // when the process went on after a standstill
}

func (w *wire) step(ctx context.Context, call func() error) error {
	hit := int(w.steps.Add(1)) == w.at
	if hit && !w.carriedOut {
		if err := w.interrupt(); err != nil {
			return err
		}
	}
	if err := w.refuse(ctx); err != nil {
		return err
	}
	err := call()
	if hit && w.carriedOut {
		if lost := w.interrupt(); lost != nil {
			return lost
		}
	}
	return err
}

func (w *wire) slackStep(ctx context.Context, call func() error) error {
	w.toSlack = append(w.toSlack, int(w.steps.Load())+1)
	return w.step(ctx, call)
}

// refuse returns why a call is not made: the process is dead, or it slept past the deadline of the call. All
// deadlines that guard a call to Slack or the end of a slot are postWithin or stepTime, which are shorter than a lease.
func (w *wire) refuse(ctx context.Context) error {
	if w.dead {
		return errLine
	}
	if end, ok := ctx.Deadline(); ok && !w.woke.IsZero() && end.Before(w.woke.Add(postWithin)) {
		return context.DeadlineExceeded
	}
	return nil
}

func (w *wire) DialHook(next redis.DialHook) redis.DialHook { return next }

func (w *wire) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		return w.step(ctx, func() error { return next(ctx, cmd) })
	}
}

func (w *wire) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := w.step(ctx, func() error { return next(ctx, cmds) })
		if _, answered := errors.AsType[redis.Error](err); err == nil || answered {
			return err // each command has its own
		}
		for _, cmd := range cmds {
			cmd.SetErr(err)
		}
		return err
	}
}

func (w *wire) Post(ctx context.Context, p Post) (at string, err error) {
	err = w.slackStep(ctx, func() (err error) { at, err = w.deletingSlack.Post(ctx, p); return err })
	return at, err
}

func (w *wire) Marks(ctx context.Context, channel, thread string, since time.Time) (marks map[Mark]string, err error) {
	err = w.slackStep(ctx, func() (err error) { marks, err = w.deletingSlack.Marks(ctx, channel, thread, since); return err })
	return marks, err
}

func (w *wire) UpdateIncident(ctx context.Context, d Digest, i Incident) error {
	return w.slackStep(ctx, func() error { return w.deletingSlack.UpdateIncident(ctx, d, i) })
}

func (w *wire) UpdateOutage(ctx context.Context, o Outage) error {
	return w.slackStep(ctx, func() error { return w.deletingSlack.UpdateOutage(ctx, o) })
}

func (w *wire) EndNote(ctx context.Context, d Digest, n Note) error {
	return w.slackStep(ctx, func() error { return w.deletingSlack.EndNote(ctx, d, n) })
}

func (w *wire) NotifyOwner(ctx context.Context, d Digest, r Result) error {
	return w.slackStep(ctx, func() error { return w.deletingSlack.NotifyOwner(ctx, d, r) })
}

// A pair is two processes with one Redis and one Slack.
type pair struct {
	one, two *testEngine
	wire     *wire // of the first
	life     life
	digest   Digest
	played   int // scenes, by both
	begun    int // the latest scene that one of them has seen
	pressed  int // scenes of which the presses are done
	// newestFirst is the order in which open slots are worked on.
	newestFirst bool
}

var spaces atomic.Int64

// newPair starts the life of a digest.
func newPair(t *testing.T, server *redistest.Server, l life) *pair {
	t.Helper()
	one, two, w := newTestEngineAt(t, server).Store.DB, newTestEngineAt(t, server).Store.DB, &wire{}
	if err := one.Ping(t.Context()).Err(); err != nil { // a new connection has commands of its own
		t.Fatal(err)
	}
	one.AddHook(w)
	p := pairOn(t, one, two, w, l)
	command, err := language.Parse(l.text, start)
	if err != nil {
		t.Fatal(err)
	}
	add := command.(commands.DigestAdd)
	add.Zone, add.Channel = "Asia/Shanghai", "C0OPS"
	if p.digest, err = p.two.Store.Add(t.Context(), "one id in all spaces", "U0ALICE", add); err != nil {
		t.Fatal(err)
	}
	return p
}

// pairOn starts two processes in a space of their own.
func pairOn(t *testing.T, one, two *store.DB, w *wire, l life) *pair {
	p := &pair{one: newTestEngineOn(t, one), two: newTestEngineOn(t, two), wire: w, life: l}
	slack := &deletingSlack{fakeChannel: p.one.channel}
	*w = wire{deletingSlack: slack}
	p.one.Channel, p.two.Channel, p.two.channel = w, slack, p.one.channel
	space := fmt.Sprintf("T%d.U0CATBOT", spaces.Add(1))
	for _, d := range []*testEngine{p.one, p.two} {
		d.Store.Space = space
		d.Answer = func(ctx context.Context, c commands.Codes, at time.Time) report.Answer {
			s := l.scenes[int(at.Sub(slotOf(0)).Round(time.Minute)/(15*time.Minute))]
			d.total, d.doubt, d.fault = s.total, nil, nil
			if s.unwatched {
				d.doubt = unwatched(catapi.Task{Interval: 5 * time.Minute, Idle: catapi.Paused})
			}
			if s.noAnswer {
				d.fault = errLine
			}
			return d.answer(ctx, c, at)
		}
	}
	return p
}

// forks returns a function that makes pairs which go on where p is.
func (p *pair) forks() func() *pair {
	t, db := p.two.t, p.two.Store.DB
	keys, err := db.Keys(t.Context(), p.two.Store.key("*")).Result()
	if err != nil {
		t.Fatal(err)
	}
	prefix, c, deleted := p.two.Store.key(""), p.two.channel, p.wire.deleted
	return func() *pair {
		t.Helper()
		f := pairOn(t, p.one.Store.DB, db, p.wire, p.life)
		f.digest, f.played, f.begun, f.pressed, f.wire.deleted = p.digest, p.played, p.begun, p.pressed, deleted
		f.two.channel.posts, f.two.channel.edits = slices.Clone(c.posts), slices.Clone(c.edits)
		f.two.channel.ended, f.two.channel.changes = slices.Clone(c.ended), slices.Clone(c.changes)
		if _, err := db.Pipelined(t.Context(), func(pipe redis.Pipeliner) error {
			for _, key := range keys {
				pipe.Copy(t.Context(), key, f.two.Store.key(strings.TrimPrefix(key, prefix)), 0, false)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return f
	}
}

// play lets d run the next scenes up to the n-th.
func (p *pair) play(d *testEngine, n int) {
	d.t.Helper()
	for ; p.played <= n; p.played++ {
		p.begin(d)
		p.finish(d)
	}
}

// begin lets d see the next scene.
func (p *pair) begin(d *testEngine) {
	d.t.Helper()
	d.clock.to(slotOf(p.played))
	p.expireLeases()
	p.begun = p.played
	s := p.life.scenes[p.played]
	if s.deleted != "" {
		p.wire.deleted = s.deleted
	}
	if s.muted {
		mute := &Mute{Until: slotOf(p.played).Add(14 * time.Minute)}
		if err := p.two.Store.Mute(d.t.Context(), p.digest, mute); err != nil {
			d.t.Fatal(err)
		}
	}
}

// A press is what a person does with a digest. isDone reports whether it was done.
type press struct {
	do     func(ctx context.Context, d *testEngine, stored Digest) error
	isDone func(stored Digest, err error) bool
}

var (
	pausing = press{func(ctx context.Context, d *testEngine, stored Digest) error {
		return d.Pause(ctx, stored, Pause{By: "U0SAM"})
	}, func(stored Digest, err error) bool { return err == nil && stored.Paused != nil }}
	resuming = press{func(ctx context.Context, d *testEngine, stored Digest) error {
		return d.Store.Resume(ctx, stored)
	}, func(stored Digest, err error) bool { return err == nil && stored.Paused == nil }}
	removing = press{func(ctx context.Context, d *testEngine, stored Digest) error {
		return d.Remove(ctx, stored)
	}, func(_ Digest, err error) bool { return errors.Is(err, ErrUnknown) }}
	changing = press{func(ctx context.Context, d *testEngine, stored Digest) error {
		to := stored.Add
		to.If = overCount(50)
		_, err := d.Change(ctx, stored, to)
		return err
	}, func(stored Digest, err error) bool { return err == nil && stored.Add.If.Limits[0].Failures == 50 }}
	moving = press{func(ctx context.Context, d *testEngine, stored Digest) error {
		to := stored.Add
		to.Channel = "C0OTHER"
		_, err := d.Change(ctx, stored, to)
		return err
	}, func(stored Digest, err error) bool { return err == nil && stored.Add.Channel == "C0OTHER" }}
)

// press does what people do in the scenes until now. They try again what fails, while d lives.
func (p *pair) press(d *testEngine) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), stepTime)
	defer cancel()
	for p.pressed <= p.begun && !(d == p.one && p.wire.dead) {
		press, n := p.life.scenes[p.pressed].press, p.pressed
		stored, err := p.two.Store.Get(ctx, p.digest.ID) // as it was shown before
		if press.do == nil || press.isDone(stored, err) {
			p.pressed++
			continue
		}
		if err := press.do(ctx, d, stored); err != nil && d == p.two {
			d.t.Fatal(err)
		}
		if p.pressed > n {
			return // the other did it while d was stopped
		}
	}
}

// finish lets d work until nothing is open, or until it is dead.
func (p *pair) finish(d *testEngine) {
	d.t.Helper()
	for waited := time.Duration(0); waited < time.Hour; {
		p.press(d)
		errs := []error{d.tick(d.t.Context()), d.sweep(d.t.Context())}
		open := p.open()
		for _, key := range open {
			if d == p.two && !p.isQueued(key) {
				d.t.Errorf("nobody will work on %s", key)
			}
			errs = append(errs, d.work(d.t.Context(), key))
		}
		errs = append(errs, d.closeAbandoned(d.t.Context()), p.isClosed())
		errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
		switch {
		case d == p.one && p.wire.dead:
			return
		case len(errs) == 0 && len(open) == 0:
			return
		case len(errs) == 0:
			continue
		}
		wait := retryDelay(0, errs[0], nil)
		if p.life.scenes[p.played].noAnswer {
			wait = max(wait, retryCATFor/3)
		}
		d.clock.pass(wait)
		if waited += wait; waited > leaseTime {
			p.expireLeases()
		}
	}
	d.t.Fatal("it never ends")
}

// isClosed says to come again while an incident is to be closed.
func (p *pair) isClosed() error {
	n, err := p.two.Store.DB.ZCard(p.two.t.Context(), p.two.Store.abandonedKey()).Result()
	if err == nil && n > 0 {
		err = &retryError{shortWait, "an incident is to be closed"}
	}
	return err
}

func (p *pair) open() []string {
	keys := p.two.opened()
	if p.newestFirst {
		slices.Reverse(keys)
	}
	return keys
}

func (p *pair) isQueued(key string) bool {
	p.two.t.Helper()
	attempt, err := p.two.Store.DB.HGet(p.two.t.Context(), p.two.Store.slotHash(key), "attempt").Int()
	if err != nil {
		p.two.t.Fatal(err)
	}
	queued, err := p.two.queued(taskID(key, attempt))
	if err != nil {
		p.two.t.Fatal(err)
	}
	return queued
}

// expireLeases does what time does to the leases that nobody renews.
func (p *pair) expireLeases() {
	p.two.t.Helper()
	s := p.two.Store
	outage := s.outageKey("C0OPS")
	if err := s.DB.Del(p.two.t.Context(), s.leaseKey(p.digest.ID), outage+":lease", outage+":changed").Err(); err != nil {
		p.two.t.Fatal(err)
	}
}

// takeOver lets the second process finish what the first began, when the first's leases have expired.
func (p *pair) takeOver() {
	p.two.t.Helper()
	p.two.clock.pass(leaseTime + sweepAfter)
	p.expireLeases()
	p.finish(p.two)
}

// record is what the channel has seen, and what Redis has.
func (p *pair) record() map[string][]string {
	p.two.t.Helper()
	r := map[string][]string{}
	note := func(what, format string, args ...any) { r[what] = append(r[what], fmt.Sprintf(format, args...)) }
	c := p.two.channel
	for _, post := range c.posts {
		note("posts", "%s at %s, answers %q, was %v, repeated %v: %s",
			post.Outcome, post.Slot, post.Thread, post.Was, post.Repeated, mustJSON(post.Incident))
	}
	for _, i := range c.edits {
		note("edits", "%s", atOneTime(i))
	}
	for _, n := range c.ended {
		note("ended notes", "%s", mustJSON(n))
	}
	for _, o := range c.changes {
		note("outages", "%s of %d, over %v", o.At, len(o.Digests), !o.Over.IsZero())
	}
	for what := range r {
		if what != "posts" { // the same edit twice changes nothing
			r[what] = slices.Compact(r[what])
		}
	}
	d, err := p.two.Store.Get(p.two.t.Context(), p.digest.ID)
	note("state", "%s, paused %v, %v", mustJSON(d.State), d.Paused != nil, err)
	for _, result := range d.Last {
		if result.Outcome == Overtaken || result.Outcome == Abandoned {
			continue
		}
		note("results", "%s %s %d", result.Slot, result.Outcome, result.Total)
	}
	all, err := p.two.Store.Incidents(p.two.t.Context(), start, slotOf(100), "C0OPS", "C0OTHER")
	if err != nil {
		p.two.t.Fatal(err)
	}
	for _, i := range all {
		note("incidents", "%s", atOneTime(i))
	}
	abandoned, err := p.two.Store.DB.Keys(p.two.t.Context(), p.two.Store.key("a*")).Result()
	if err != nil {
		p.two.t.Fatal(err)
	}
	for _, key := range abandoned {
		note("abandoned", "%s", key)
	}
	return r
}

// atOneTime is what i says, but for when a person left it.
func atOneTime(i Incident) string {
	if i.Why != ClosedRecovered {
		i.Closed = i.Begin
	}
	return mustJSON(i)
}

// saidOnce is what the channel has seen for the first time. All else must be marked as maybe repeated.
func (p *pair) saidOnce() map[string][]string {
	p.two.t.Helper()
	var said []string
	for _, post := range p.two.channel.posts {
		name := fmt.Sprint(post.Outcome, " ", post.Mark())
		switch seen := slices.Contains(said, name); {
		case !seen:
			said = append(said, name)
		case !post.Repeated:
			p.two.t.Errorf("%s is said twice, and not marked", name)
		}
	}
	return map[string][]string{"posts": said}
}
