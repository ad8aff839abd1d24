package digest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/store/redistest"
)

// TestWhoLeavesADigestWhileItsSlotIsWorkedOnLeavesNoMessageThatBurns lets a person pause, remove, change or move a digest
// at each step of a slot, whose process dies there, or stops, or goes on.
func TestWhoLeavesADigestWhileItsSlotIsWorkedOnLeavesNoMessageThatBurns(t *testing.T) {
	server := redistest.Start(t)
	strikes := map[string]func(p *pair, press func()) error{
		"goes on": func(p *pair, press func()) error { press(); return p.two.closeAbandoned(p.two.t.Context()) },
		"dies":    func(p *pair, press func()) error { press(); return kill(p) },
		"stops": func(p *pair, press func()) error {
			press()
			p.two.clock.to(p.one.clock.Now())
			p.takeOver()
			p.one.clock.to(p.two.clock.Now())
			p.wire.woke = time.Now()
			return nil
		},
	}
	for scene, fork := range forksOfAnIncident(t, server) {
		for why, press := range presses {
			for what, strike := range strikes {
				t.Run(fmt.Sprintf("%s, it is %s, and the process %s", scene, why, what), func(t *testing.T) {
					for _, step := range someSteps(fork()) {
						p := fork()
						p.wire.at = step
						p.wire.interrupt = func() error {
							return strike(p, func() {
								if err := press.do(t.Context(), p.two, p.two.get(p.digest.ID)); err != nil {
									t.Fatal(err)
								}
							})
						}
						p.play(p.one, p.played)
						p.two.clock.to(p.one.clock.Now())
						p.takeOver()
						p.mustNotBurn(t, step)
					}
				})
			}
		}
	}
}

// TestASlotThatEndsWhileItsDigestIsLeftLeavesNoMessageThatBurns lets another replica work off a slot at each step of what a
// person does.
func TestASlotThatEndsWhileItsDigestIsLeftLeavesNoMessageThatBurns(t *testing.T) {
	server := redistest.Start(t)
	for scene, fork := range forksOfAnIncident(t, server) {
		for why, press := range presses {
			t.Run(fmt.Sprintf("%s, it is %s", scene, why), func(t *testing.T) {
				for step := 1; ; step++ {
					p := fork()
					p.two.clock.to(slotOf(p.played))
					stored := p.two.get(p.digest.ID)
					p.wire.at = step
					p.wire.interrupt = func() error { p.finish(p.two); return nil }
					if err := press.do(t.Context(), p.one, stored); err != nil {
						t.Fatal(err)
					}
					if int(p.wire.steps.Load()) < step {
						return
					}
					p.takeOver()
					p.mustNotBurn(t, step)
				}
			})
		}
	}
}

var presses = map[string]press{"paused": pausing, "removed": removing, "changed": changing, "moved": moving}

// forksOfAnIncident returns functions that make pairs before a slot, by what happens in the slot.
func forksOfAnIncident(t *testing.T, server *redistest.Server) map[string]func() *pair {
	t.Helper()
	forks := map[string]func() *pair{}
	for n, name := range []string{"nothing happens", "it opens", "it goes on", "it ends"} {
		p := newPair(t, server, life{watchEvery15, []scene{{total: 20}, {total: 150}, {total: 160}, {total: 20}, {}}})
		p.play(p.two, n-1)
		forks[name] = p.forks()
	}
	return forks
}

// mustNotBurn fails if a message says that an incident lasts, or the list of incidents does, but for the digest's open
// one, or if a message said so after it had said the contrary.
func (p *pair) mustNotBurn(t *testing.T, step int) {
	t.Helper()
	var open *Incident
	d, err := p.two.Store.Get(t.Context(), p.digest.ID)
	if err == nil {
		open = d.openIncident()
	}
	for n, post := range p.two.channel.posts {
		root := fmt.Sprint("at ", n+1)
		if post.Outcome != Crossed || open != nil && open.Root == root {
			continue
		}
		said := *post.Incident
		for _, i := range p.two.channel.edits {
			if i.Root != root {
				continue
			}
			if i.IsOpen() && !said.IsOpen() {
				t.Errorf("step %d: %q says that it lasts again", step, root)
			}
			said = i
		}
		if said.IsOpen() {
			t.Errorf("step %d: %q says that it lasts", step, root)
		}
	}
	all, err := p.two.Store.Incidents(t.Context(), start, slotOf(100), "C0OPS", "C0OTHER")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.IsOpen() && (open == nil || open.ID != i.ID) {
			t.Errorf("step %d: the list has %s as open", step, i.ID)
		}
	}
	if keys := p.two.opened(); len(keys) > 0 || p.isClosed() != nil {
		t.Errorf("step %d: %v is open, %v", step, keys, p.isClosed())
	}
}

func TestADigestThatIsLeftBeforeItsSlotHasDecidedSaysNothing(t *testing.T) {
	for why, press := range map[string]press{"paused": pausing, "removed": removing} {
		t.Run(why, func(t *testing.T) {
			d := newTestEngine(t)
			added := d.add(watchEvery15)
			d.during = func() {
				if err := press.do(t.Context(), d, d.get(added.ID)); err != nil {
					t.Error(err)
				}
			}
			d.total = 150
			d.clock.to(slotOf(0))
			d.due()
			wantRetry(t, d.workOff())
			if errs := d.workOff(); len(errs) > 0 || len(d.channel.posts) != 0 || len(d.opened()) != 0 {
				t.Errorf("errors %v, %d posts, open %v", errs, len(d.channel.posts), d.opened())
			}
		})
	}
}

// An incident's message in the old channel is being changed when the digest, which was moved, is paused as well.
func TestTheLastReasonToLeaveAnIncidentStands(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	if err := moving.do(t.Context(), d, d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	d.channel.editing = func() {
		if err := pausing.do(t.Context(), d, d.get(added.ID)); err != nil {
			t.Error(err)
		}
	}
	d.closeAll()
	d.closeAll()
	e := d.channel.edits
	if len(e) != 2 || e[0].Why != ClosedMoved || e[1].Why != ClosedPaused || e[1].Root != "at 1" {
		t.Errorf("its message says %+v", e)
	}
}

func TestAnIncidentThatIsMovedBackBeforeItsMessageIsChangedGoesOnThere(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	if err := moving.do(t.Context(), d, d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Change(t.Context(), d.get(added.ID), added.Add); err != nil {
		t.Fatal(err)
	}
	d.runSlots(1, 20)
	d.closeAll()
	if e := d.channel.edits; len(e) != 1 || e[0].Why != ClosedRecovered || e[0].IsOpen() || d.left() != 0 {
		t.Errorf("its message says %+v, %d are left", e, d.left())
	}
}

func TestAnIncidentGoesOnWhenItsDigestIsChangedWithinItsSlot(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	d.during = func() {
		to := added.Add
		condition := *to.If
		condition.Notify = []string{"<!here>"}
		to.If = &condition
		if _, err := d.Change(t.Context(), d.get(added.ID), to); err != nil {
			t.Error(err)
		}
	}
	d.runSlots(1, 160)
	d.closeAll()
	d.runSlots(2, 20)
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) {
		t.Errorf("the channel heard %v", heard)
	}
	for n, i := range d.channel.edits {
		if i.Why != ClosedRecovered || i.IsOpen() != (n == 0) {
			t.Errorf("edit %d says %+v", n, i)
		}
	}
}

// closing is an engine with an abandoned incident in each of n digests.
func closing(t *testing.T, n int) *testEngine {
	t.Helper()
	d := newTestEngine(t)
	var all []Digest
	for range n {
		all = append(all, d.add(watchEvery15))
	}
	d.runSlots(0, 150)
	for _, added := range all {
		if err := d.Pause(t.Context(), d.get(added.ID), Pause{By: "U0SAM"}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// left are the incidents that are to be closed.
func (d *testEngine) left() int64 {
	d.t.Helper()
	n, err := d.Store.DB.ZCard(d.t.Context(), d.Store.abandonedKey()).Result()
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// passMinutes lets time pass, in which the leases expire.
func (d *testEngine) passMinutes(n time.Duration) {
	d.t.Helper()
	d.clock.pass(n * time.Minute)
	keys, err := d.Store.DB.Keys(d.t.Context(), d.Store.leaseKey("*")).Result()
	if err == nil && len(keys) > 0 {
		err = d.Store.DB.Del(d.t.Context(), keys...).Err()
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestAnIncidentIsClosedHoweverLongSlackIsAway(t *testing.T) {
	for name, refusal := range map[string]error{
		"Slack does not answer":          errLine,
		"it can't be reached":            &Refusal{Reason: ReasonUnreachable, Scope: ScopeBot},
		"it refuses the bot":             &Refusal{Reason: "token_revoked", Scope: ScopeBot},
		"it has had too many messages":   &Refusal{Reason: "ratelimited", Wait: 30 * time.Second},
		"it has had far too many of all": &Refusal{Reason: "ratelimited", Wait: 20 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			d := closing(t, 1)
			d.channel.unedited = refusal
			for range 50 {
				d.closeAll()
				d.passMinutes(1)
			}
			if tried := d.channel.tried; tried < 3 || tried > 51 || d.left() != 1 {
				t.Errorf("it was tried %d times, %d are left", tried, d.left())
			}
			d.channel.unedited = nil
			d.passMinutes(20)
			d.closeAll()
			if e := d.channel.edits; len(e) != 1 || e[0].Why != ClosedPaused || d.left() != 0 {
				t.Errorf("its message says %+v, %d are left", e, d.left())
			}
		})
	}
}

func TestRetryAfterHoldsForAllIncidentsThatAreToBeClosed(t *testing.T) {
	d := closing(t, 3)
	d.channel.unedited = &Refusal{Reason: "ratelimited", Wait: 30 * time.Second}
	for range 3 {
		d.closeAll()
		d.clock.pass(9 * time.Second)
	}
	if d.channel.tried != 1 {
		t.Errorf("slack was asked %d times", d.channel.tried)
	}
	d.channel.unedited = nil
	d.clock.pass(30 * time.Second)
	d.closeAll()
	if len(d.channel.edits) != 3 || d.left() != 0 {
		t.Errorf("%d are closed, %d are left", len(d.channel.edits), d.left())
	}
}

func TestAMessageThatCannotBeChangedAnyMoreIsLeft(t *testing.T) {
	for _, refusal := range []Refusal{
		{Reason: "message_not_found", Gone: true}, {Reason: "is_archived", Scope: ScopeChannel},
		{Reason: "not_in_channel", Scope: ScopeChannel}, {Reason: "msg_blocks_too_long"},
	} {
		t.Run(refusal.Reason, func(t *testing.T) {
			d := closing(t, 1)
			d.channel.unedited = &refusal
			d.closeAll()
			all, err := d.Store.Incidents(t.Context(), start, d.clock.Now(), "C0OPS")
			if err != nil || len(all) != 1 || all[0].Why != ClosedPaused || d.left() != 0 {
				t.Errorf("the list says %+v, %v, %d are left", all, err, d.left())
			}
		})
	}
}

func TestDamageToOneIncidentKeepsNoOtherFromBeingClosed(t *testing.T) {
	d := closing(t, 3)
	names, err := d.Store.DB.ZRange(t.Context(), d.Store.abandonedKey(), 0, -1).Result()
	if err != nil {
		t.Fatal(err)
	}
	d.Store.DB.HSet(t.Context(), d.Store.abandonedHash(names[0]), "incident", "{")
	d.Store.DB.Set(t.Context(), d.Store.abandonedHash(names[1]), "no hash", 0)
	d.Store.DB.ZAdd(t.Context(), d.Store.abandonedKey(), redis.Z{Member: "nonsense"})
	d.closeAll()
	if len(d.channel.edits) != 1 || d.left() != 0 {
		t.Errorf("%d are closed, %d are left", len(d.channel.edits), d.left())
	}
}

func TestTwoReplicasCloseAnIncidentOnce(t *testing.T) {
	server := redistest.Start(t)
	one, two := newTestEngineAt(t, server), newTestEngineAt(t, server)
	added := one.add(watchEvery15)
	one.runSlots(0, 150)
	two.clock.to(one.clock.Now())
	two.Channel = one.channel
	if err := one.Pause(t.Context(), one.get(added.ID), Pause{By: "U0SAM"}); err != nil {
		t.Fatal(err)
	}
	one.channel.editing = two.closeAll
	one.closeAll()
	two.clock.pass(time.Minute)
	two.closeAll()
	if len(one.channel.edits) != 1 || one.left() != 0 {
		t.Errorf("%d edits, %d are left", len(one.channel.edits), one.left())
	}
}

func TestWithoutRedisAnIncidentThatIsToBeClosedSurvives(t *testing.T) {
	dir := t.TempDir()
	d := newTestEngine(t)
	end := d.embedded(dir)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	if err := d.Remove(t.Context(), added); err != nil {
		t.Fatal(err)
	}
	end()

	end = d.embedded(dir)
	defer end()
	d.closeAll()
	if e := d.channel.edits; len(e) != 1 || e[0].Why != ClosedRemoved || d.left() != 0 {
		t.Errorf("its message says %+v, %d are left", e, d.left())
	}
}

func TestAnIncidentIsClosedInTheWordsOfItsDigest(t *testing.T) {
	d := newTestEngine(t)
	added := d.add("digest add every 15m lang zh if >100 codes 126531 last 15m")
	d.runSlots(0, 150)
	if err := changing.do(t.Context(), d, d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	if err := d.Remove(t.Context(), d.get(added.ID)); err != nil {
		t.Fatal(err)
	}
	d.closeAll()
	if of := d.channel.editedOf; of.ID != added.ID || of.Owner != "U0ALICE" || of.Add.String() != added.Add.String() {
		t.Errorf("it is closed as one of %+v", of)
	}
}

func TestMembersOfANewerVersionStayInAnIncidentThatIsLeft(t *testing.T) {
	d := newTestEngine(t)
	added := d.add(watchEvery15)
	d.runSlots(0, 150)
	newer := strings.Replace(d.storedField(added.ID, "over"), `"incident":{`, `"incident":{"severity":"high",`, 1)
	d.set(added.ID, "over", newer)
	if err := d.Pause(t.Context(), d.get(added.ID), Pause{By: "U0SAM"}); err != nil {
		t.Fatal(err)
	}
	d.closeAll()
	id := d.channel.edits[0].ID
	stored, err := d.Store.DB.Get(t.Context(), d.Store.incidentKey(id)).Result()
	if err != nil || !strings.Contains(stored, `"severity":"high"`) || !strings.Contains(stored, `"why":"paused"`) {
		t.Errorf("it is stored as %s, %v", stored, err)
	}
}
