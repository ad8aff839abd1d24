package digest

import (
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"catbot/store/redistest"
)

// A scene is one slot in the life of a digest. One with a name is interrupted at each of its steps.
type scene struct {
	name      string
	total     int64
	unwatched bool // no probe runs
	noAnswer  bool // CAT does not answer
	muted     bool
	deleted   string // Slack's id of a message that somebody has deleted before
	press     press  // what a person does with the digest
}

// A life is a digest with its scenes.
type life struct {
	text   string
	scenes []scene
}

// lives have together all phases of an incident.
var lives = []life{
	{"digest add every 15m if >100 for 2 again every 30m notify here codes task-ab12cd34 last 15m", []scene{
		{total: 20},
		{name: "it is pending", total: 150},
		{name: "its message opens", total: 160},
		{name: "its message is edited because it is worse", total: 900},
		{name: "the channel is reminded", total: 300},
		{name: "it is closing", total: 10},
		{name: "it ends, and a reply says so", total: 20},
		{total: 0},
	}},
	{watchEvery15, []scene{
		{total: 150},
		{name: "its message is edited in a mute", total: 160, muted: true},
		{name: "after a mute it is told that it lasts", total: 170},
		{total: 180, muted: true},
		{name: "it ends in a mute", total: 10, muted: true},
		{name: "another begins in a mute", total: 400, muted: true},
		{total: 20, muted: true},
		{name: "after a mute it is told that both are over", total: 30},
		{total: 40},
	}},
	{strings.Replace(watchEvery15, "126531", "task-ab12cd34", 1), []scene{
		{name: "it is told that no probe runs", unwatched: true},
		{name: "the word about that ends", total: 20},
		{total: 150},
		{name: "its message says that no probe runs", unwatched: true},
		{name: "its message has data again", total: 170},
		{total: 10},
		{name: "it is told that CAT does not answer", noAnswer: true},
		{name: "CAT answers again", total: 20},
		{total: 30},
	}},
	{watchEvery15, []scene{
		{total: 150},
		{name: "another message goes on", total: 160, deleted: "at 1"},
		{total: 170},
		{name: "it ends there", total: 20},
		{total: 30},
	}},
	{watchEvery15, []scene{
		{total: 150},
		{name: "it is paused while its incident is open", total: 160, press: pausing},
		{total: 170},
		{press: resuming},
		{name: "another begins after it is resumed", total: 180},
		{name: "it is paused again, and resumed at once", total: 190, press: pausing},
		{total: 200, press: resuming},
		{total: 210},
	}},
	{watchEvery15, []scene{
		{total: 150},
		{name: "it is removed while its incident is open", total: 160, press: removing},
		{},
	}},
	{watchEvery15, []scene{
		{total: 150},
		{name: "it is changed while its incident is open", total: 160, press: changing},
		{total: 20},
	}},
	{watchEvery15, []scene{
		{total: 150},
		{name: "it is moved while its incident is open", total: 160, press: moving},
		{name: "its incident ends in the other channel", total: 20},
		{total: 30},
	}},
	{watchEvery15, []scene{
		{total: 150},
		{name: "it is paused, and its message was deleted", total: 160, deleted: "at 1", press: pausing},
		{},
	}},
}

// sameRecord fails unless got is one of allowed.
func sameRecord(t *testing.T, when string, got map[string][]string, allowed ...map[string][]string) {
	t.Helper()
	for _, want := range allowed {
		if reflect.DeepEqual(got, want) {
			return
		}
	}
	t.Errorf("%s: the record differs", when)
	for _, what := range []string{"posts", "edits", "ended notes", "outages", "state", "results", "incidents", "abandoned"} {
		if want := allowed[0][what]; !slices.Equal(got[what], want) {
			t.Logf("%s are\n%s\nwant\n%s", what, strings.Join(got[what], "\n"), strings.Join(want, "\n"))
		}
	}
}

// An interruption is what happens to the first process at one of its steps in a scene.
type interruption struct {
	name string
	// answers says that it may also happen when a call was carried out, before the answer. Who is killed then leaves the
	// same as who is killed before the next call.
	answers bool
	// strike happens at the step. An error is what the process gets for an answer.
	strike func(p *pair) error
	// after happens when the first process has done what it could.
	after func(p *pair)
	// What may differ: the scene's edit is lost, as of an open incident; the whole scene is skipped; a post is repeated
	// and says so.
	mayLose, maySkip, mayRepeat bool
}

func kill(p *pair) error {
	p.wire.dead = true
	return errLine
}

var interruptions = []interruption{
	{name: "killed", strike: kill, after: func(p *pair) {
		p.takeOver()
	}},
	{name: "killed, and nobody takes over before the next slot", strike: kill, maySkip: true, after: func(p *pair) {
		p.newestFirst = true
	}},
	{name: "killed, and the channel can't be read", strike: kill, mayRepeat: true, after: func(p *pair) {
		p.two.channel.blind = &Refusal{Reason: "missing_scope"}
		p.takeOver()
	}},
	{name: "stopped until others have done its slot and the next", answers: true, strike: func(p *pair) error {
		p.two.clock.to(p.one.clock.Now())
		p.takeOver()
		p.played++
		p.play(p.two, p.played)
		p.played-- // play of the first counts its own
		p.one.clock.to(p.two.clock.Now())
		p.wire.woke = time.Now()
		return nil
	}},
	{name: "cut off for one call", answers: true, mayLose: true, strike: func(*pair) error { return errLine }},
}

// everyStep is off by default: with the race detector, the 3,000 interruptions take minutes.
var everyStep = flag.Bool("every-step", false, "interrupt an incident at every step, not only around calls to Slack and at a part of the others")

// chosen counts the calls of someSteps, so that each call chooses others.
var chosen int

// someSteps lets the first process of p play a scene, and returns at which of its steps to interrupt it: before and
// behind each call to Slack and at each fourth of the others, or at all.
func someSteps(p *pair) (steps []int) {
	const part = 4
	p.play(p.one, p.played)
	chosen++
	for step := 1; step <= int(p.wire.steps.Load()); step++ {
		slack := slices.Contains(p.wire.toSlack, step) || slices.Contains(p.wire.toSlack, step-1)
		if *everyStep || slack || (step+chosen)%part == 0 {
			steps = append(steps, step)
		}
	}
	return steps
}

func TestAnIncidentSurvivesAnInterruptionAtEachStep(t *testing.T) {
	server := redistest.Start(t)
	for _, l := range lives {
		for n, s := range l.scenes {
			if s.name == "" {
				continue
			}
			t.Run(s.name, func(t *testing.T) {
				p := newPair(t, server, l)
				p.play(p.two, n-1)
				fork := p.forks()
				for _, i := range interruptions {
					i.atEachStep(t, fork)
				}
			})
		}
	}
}

// atEachStep lets i happen at each step of the next scene of a fork. When the scene behind it is over, too, the channel
// and Redis must be as without an interruption.
func (i interruption) atEachStep(t *testing.T, fork func() *pair) {
	t.Helper()
	record := (*pair).record
	if i.mayRepeat {
		record = (*pair).saidOnce
	}
	// without is the record of two scenes without an interruption.
	without := func(prepare func(p *pair)) map[string][]string {
		p := fork()
		next := p.played + 1
		prepare(p)
		p.play(p.two, next)
		return record(p)
	}
	allowed := []map[string][]string{without(func(*pair) {})}
	if i.mayLose {
		allowed = append(allowed, without(func(p *pair) { p.wire.loseEdit = true }))
	}
	if i.maySkip {
		allowed = append(allowed, without(func(p *pair) { p.begin(p.two); p.played++ }))
	}
	for _, carriedOut := range []bool{false, true} {
		if carriedOut && !i.answers {
			continue
		}
		for _, step := range someSteps(fork()) {
			p := fork()
			next := p.played + 1
			p.wire.at, p.wire.carriedOut = step, carriedOut
			p.wire.interrupt = func() error { return i.strike(p) }
			p.play(p.one, p.played)
			if i.after != nil {
				p.two.clock.to(p.one.clock.Now())
				i.after(p)
			}
			p.play(p.two, next)
			sameRecord(t, fmt.Sprintf("%s at step %d, carried out: %v", i.name, step, carriedOut), record(p), allowed...)
		}
	}
}
