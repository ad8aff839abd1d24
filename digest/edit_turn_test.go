package digest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// A timedSlack notes when messages of incidents are posted and changed.
type timedSlack struct {
	*fakeChannel
	mu     sync.Mutex
	posted map[string]time.Time   // by digest
	edited map[string][]time.Time // by digest
	refuse *Refusal               // of changes, where set
}

func (s *timedSlack) Post(ctx context.Context, p Post) (string, error) {
	s.mu.Lock()
	s.posted[p.Digest.ID] = time.Now()
	s.mu.Unlock()
	return s.fakeChannel.Post(ctx, p)
}

func (s *timedSlack) UpdateIncident(ctx context.Context, d Digest, i Incident) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edited[d.ID] = append(s.edited[d.ID], time.Now())
	if s.refuse != nil {
		return s.refuse
	}
	return s.fakeChannel.UpdateIncident(ctx, d, i)
}

// refuseChanges lets each change be refused from now on; nil lets none.
func (s *timedSlack) refuseChanges(r *Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = r
}

// times are those of all changes, the first first.
func (s *timedSlack) times() (all []time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, times := range s.edited {
		all = append(all, times...)
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// forget forgets what was noted.
func (s *timedSlack) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posted, s.edited = map[string]time.Time{}, map[string][]time.Time{}
}

// A siege is an engine with open incidents in several channels.
type siege struct {
	*testEngine
	slack *timedSlack
	mu    sync.Mutex
	over  map[string]bool // the tasks that are over the limit
	due   time.Time       // when they are next checked
	all   []Digest
}

// besiege lets n incidents open in some channels, and runs on to just before the next slot. A digest more is not over.
func besiege(t *testing.T, d *testEngine, n, channels int) (s *siege, stop func()) {
	s = &siege{testEngine: d, over: map[string]bool{}}
	s.slack = &timedSlack{fakeChannel: d.channel}
	s.slack.forget()
	d.Channel, d.Answer, d.editEvery = s.slack, s.answer, editSpacing
	for i := range n + 1 {
		task := fmt.Sprint(1000 + i)
		s.over[task] = i < n
		channel := fmt.Sprint("C", i%channels)
		added := d.addIn(channel, "digest add every 10m tz UTC if >100 codes "+task+" last 10m")
		s.all, s.due = append(s.all, added), added.Next.Add(10*time.Minute)
	}
	stop = d.run()
	time.Sleep(time.Until(s.due) - time.Second)
	if posts := len(s.slack.posted); posts != n {
		t.Fatalf("%d incidents have opened", posts)
	}
	s.slack.forget()
	return s, stop
}

func (s *siege) answer(_ context.Context, c commands.Codes, at time.Time) report.Answer {
	s.mu.Lock()
	over := s.over[c.Tasks[0]]
	s.mu.Unlock()
	h := catapi.History{FetchedAt: at}
	if over {
		h.Rows = []catapi.Row{{ISP: "移动", Province: "jiangxi", ProvinceName: "江西", Code: 10016, Reason: "Ping超时", Count: 150}}
	}
	begin, end := c.Window.Resolve(at)
	asked := report.Request{Command: c, Tasks: c.Tasks, Begin: begin, End: end, Top: 3}
	return report.NewAnswer(asked, []report.Part{report.NewPart(report.Question{Task: c.Tasks[0]}, h, nil)})
}

// set changes whether the n-th digest's task is over its limit.
func (s *siege) set(n int, over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over[s.all[n].Add.Command.Tasks[0]] = over
}

// checkTurns checks that edits are editSpacing apart.
func checkTurns(t *testing.T, edits []time.Time) {
	t.Helper()
	for i, at := range edits[1:] {
		if apart := at.Sub(edits[i]); apart < editSpacing-10*time.Millisecond {
			t.Errorf("edit %d comes %s after that before", i+1, apart)
		}
	}
}

func TestEachOfManyIncidentsIsEditedAsOftenAsSlackAllowsInAWorkspace(t *testing.T) {
	const n = 40
	inBubble(t, func(t *testing.T, d *testEngine) {
		s, stop := besiege(t, d, n, 4)
		defer stop()
		s.set(n, true) // an incident more opens
		time.Sleep(5 * time.Minute)
		edits := s.slack.times()
		if len(edits) != n {
			t.Fatalf("%d edits", len(edits))
		}
		checkTurns(t, edits)
		if took, most := edits[n-1].Sub(s.due), n*editSpacing+3*time.Second; took > most {
			t.Errorf("the last edit came after %s, more than %s", took, most)
		}
		opened := s.slack.posted[s.all[n].ID]
		if late := opened.Sub(s.due); opened.IsZero() || late > 2*time.Second {
			t.Errorf("the new incident opened at %s, %s late", opened, late)
		}
	})
}

func TestThePressThatChangesManyIncidentsWaitsForTurns(t *testing.T) {
	const n = 40
	inBubble(t, func(t *testing.T, d *testEngine) {
		s, stop := besiege(t, d, n, 4)
		defer stop()
		time.Sleep(5 * time.Minute)
		s.slack.forget()
		var ids []string
		for _, added := range s.all[:n] {
			ids = append(ids, d.get(added.ID).State.Incident.ID)
		}
		if err := d.Refresh(t.Context(), ids...); err != nil {
			t.Fatal(err)
		}
		edits := s.slack.times()
		if len(edits) != n {
			t.Fatalf("%d edits", len(edits))
		}
		checkTurns(t, edits)
	})
}

func TestTheEndOfAnIncidentDoesNotWaitForTheEditsOfOthers(t *testing.T) {
	const n = 40
	inBubble(t, func(t *testing.T, d *testEngine) {
		s, stop := besiege(t, d, n, 4)
		defer stop()
		s.set(n-1, false)
		time.Sleep(5 * time.Minute)
		ended := s.slack.edited[s.all[n-1].ID]
		if len(ended) != 1 || ended[0].Sub(s.due) > 2*time.Second {
			t.Errorf("its message ended at %v, it was due at %s", ended, s.due)
		}
		if edits := s.slack.times(); len(edits) != n {
			t.Errorf("%d edits", len(edits))
		}
	})
}

func TestAReminderDoesNotWaitForTheEditsOfOthersEither(t *testing.T) {
	const n = 40
	inBubble(t, func(t *testing.T, d *testEngine) {
		s, stop := besiege(t, d, n, 4)
		defer stop()
		last := s.all[n-1]
		to, condition := last.Add, *last.Add.If
		condition.Again = 30 * time.Minute
		to.If = &condition
		if _, err := d.Change(t.Context(), d.get(last.ID), to); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Minute)
		s.slack.forget()
		due := s.due.Add(20 * time.Minute)
		time.Sleep(5 * time.Minute)
		edits, reminded := s.slack.edited[last.ID], s.slack.posted[last.ID]
		if len(edits) != 1 || edits[0].Sub(due) > 2*time.Second || reminded.IsZero() || reminded.Sub(due) > 3*time.Second {
			t.Errorf("reminded at %s, edits at %v, it was due at %s", reminded, edits, due)
		}
	})
}

func TestEditsThatWouldWaitTooLongAreLeftOut(t *testing.T) {
	const n = 130 // more than editPatience has room for
	inBubble(t, func(t *testing.T, d *testEngine) {
		s, stop := besiege(t, d, n, 4)
		defer stop()
		time.Sleep(9 * time.Minute)
		edits := s.slack.times()
		if most := int(editPatience/editSpacing) + 2; len(edits) < most-5 || len(edits) > most {
			t.Errorf("%d edits, want %d", len(edits), most)
		}
		if last := edits[len(edits)-1].Sub(s.due); last > editPatience+3*time.Second {
			t.Errorf("the last came after %s", last)
		}
		if open := d.opened(); len(open) != 0 {
			t.Errorf("open are %v", open)
		}
	})
}

func TestRetryAfterHoldsForTheEditsOfAllIncidents(t *testing.T) {
	const n, wait = 10, 30 * time.Second
	inBubble(t, func(t *testing.T, d *testEngine) {
		s, stop := besiege(t, d, n, 2)
		defer stop()
		s.slack.refuseChanges(&Refusal{Reason: "ratelimited", Wait: wait})
		time.Sleep(2 * time.Second) // the first is refused
		s.slack.refuseChanges(nil)
		time.Sleep(5 * time.Minute)
		edits := s.slack.times()
		if refused := edits[0]; len(edits) < 2 || edits[1].Sub(refused) < wait {
			t.Errorf("edits at %v", edits)
		}
	})
}
