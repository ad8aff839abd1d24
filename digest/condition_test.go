package digest

import (
	"slices"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/report"
)

// unwatched is the note on a window in which no probe of task looked.
func unwatched(task catapi.Task) *report.Note {
	task.ID = "task-ab12cd34"
	return &report.Note{Kind: report.Unwatched, Err: &catapi.UnwatchedError{Task: task, Window: 15 * time.Minute}}
}

// slotOf is shortly after the n-th slot of every 15m.
func slotOf(n int) time.Time { return start.Add(time.Duration(n)*15*time.Minute + 12*time.Second) }

// heard is what the channel heard.
func (d *testEngine) heard() (outcomes []Outcome) {
	for _, p := range d.channel.posts {
		outcomes = append(outcomes, p.Outcome)
	}
	return outcomes
}

func TestNothingHasRecoveredWhileNobodyLooks(t *testing.T) {
	for name, doubt := range map[string]*report.Note{
		"the task is paused":                     unwatched(catapi.Task{Interval: 5 * time.Minute, Idle: catapi.Paused}),
		"the bill is overdue":                    unwatched(catapi.Task{Interval: 5 * time.Minute, Idle: catapi.Overdue}),
		"probes look less often than the window": unwatched(catapi.Task{Interval: 30 * time.Minute}),
		"CAT does not know the province":         {Kind: report.ProvinceRefused, Err: &catapi.Error{Code: 10001, CodeDesc: "InvalidParameter"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newTestEngine(t)
			added := d.add("digest add every 15m if >100 codes task-ab12cd34 last 15m")
			d.total = 500
			d.clock.to(slotOf(0))
			d.tickAndWork()
			d.total, d.doubt = 0, doubt
			for i := 1; i <= 3; i++ {
				d.clock.to(slotOf(i))
				d.tickAndWork()
			}
			got := d.get(added.ID)
			if !got.State.Over || !got.State.Since.Equal(slotOf(0).Add(-2*time.Second)) || got.Last[0].Total != 0 || got.Last[0].Trouble == nil {
				t.Errorf("state %+v, last %+v", got.State, got.Last[0])
			}
			d.total, d.doubt = 50, nil
			d.clock.to(slotOf(4))
			d.tickAndWork()
			if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed, Recovered}) {
				t.Errorf("the channel heard %v", heard)
			}
			told := d.channel.edits[0] // the message of the incident says it
			if outcome := got.Last[0].Outcome; told.Unknown == nil || outcome != Unwatched && outcome != NoAnswer {
				t.Errorf("the incident's message says %+v; the run ended %s", told.Unknown, outcome)
			}
		})
	}
}

func TestGapsInTheProbesPlanAreToldOnceNotEachTime(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m if >100 codes task-ab12cd34 last 15m")
	d.total = 500
	for i := range 8 { // a task of 30 minutes: probes look in every second window
		d.doubt = nil
		if i%2 == 1 {
			d.doubt = unwatched(catapi.Task{Interval: 30 * time.Minute})
		}
		d.total = map[bool]int64{true: 0, false: 500}[i%2 == 1]
		d.clock.to(slotOf(i))
		d.tickAndWork()
	}
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed}) {
		t.Errorf("the channel heard %v", heard)
	}
}

func TestProbesThatAreLateAreWaitedForBeforeAConditionIsJudged(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m if >100 codes task-ab12cd34 last 15m")
	d.doubt = unwatched(catapi.Task{Interval: 5 * time.Minute})
	d.clock.to(slotOf(0))
	d.due()
	d.clock.pass(wantRetry(t, d.workOff()))
	d.total, d.doubt = 500, nil
	if errs := d.workOff(); len(errs) > 0 {
		t.Fatal(errs)
	}
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed}) {
		t.Errorf("the channel heard %v", heard)
	}
}

func TestFailuresEnoughAreEnoughThoughProbesWentQuiet(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add every 15m if >100 codes task-ab12cd34 last 15m")
	d.total, d.doubt = 500, unwatched(catapi.Task{Idle: catapi.Paused})
	d.clock.to(slotOf(0))
	d.tickAndWork()
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Crossed}) {
		t.Errorf("the channel heard %v", heard)
	}
}

func TestADigestWithoutAConditionPostsThatNobodyLooked(t *testing.T) {
	d := newTestEngine(t)
	d.add("digest add daily 09:00 codes task-ab12cd34 last 24h")
	d.doubt = unwatched(catapi.Task{Interval: 5 * time.Minute})
	d.clock.to(slotOf(0))
	d.tickAndWork()
	if heard := d.heard(); !slices.Equal(heard, []Outcome{Posted}) || !d.channel.posts[0].Answer.Doubtful() {
		t.Errorf("the channel heard %v", heard)
	}
}
