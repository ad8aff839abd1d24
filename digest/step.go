package digest

import (
	"slices"
	"time"

	"catbot/catapi"
	"catbot/report"
)

// A digest's condition goes through these phases: ok, pending (over in fewer slots than it takes), open, closing (below
// in fewer slots than it takes), ok. A slot that can't be evaluated changes none of them. A step is pure: it returns
// the next state, and what is to be said.

// A phase is where a condition is.
type phase string

const (
	phaseOK      phase = "ok"
	phasePending phase = "pending"
	phaseOpen    phase = "open"
	phaseClosing phase = "closing"
)

func (s ConditionState) phase() phase {
	switch {
	case !s.Over && s.Streak == 0:
		return phaseOK
	case !s.Over:
		return phasePending
	case s.Streak == 0:
		return phaseOpen
	}
	return phaseClosing
}

// A decision is what a slot changes and says. It is stored before any of it is carried out, so another replica that
// takes over does the same.
type decision struct {
	State  ConditionState `json:"state"`
	Result Result         `json:"result"`
	Say    saying         `json:"say,omitempty"`
	// MayPass says that CAT may answer if it is asked again.
	MayPass bool `json:"may_pass,omitempty"`
	// Incident is the one that Say is about and whose message is edited: the open one, one that this slot closed, or
	// one that ended unheard.
	Incident *Incident `json:"incident,omitempty"`
	Was      []Span    `json:"was,omitempty"`   // of sayWasOver and sayOpening: incidents that nobody heard of
	Edit     bool      `json:"edit,omitempty"`  // Incident's message is to be changed
	Notes    []Note    `json:"notes,omitempty"` // that end because the condition can be evaluated again
}

// A saying is a new message. Each slot has at most one.
type saying string

const (
	sayNothing  saying = ""
	sayOpening  saying = "opening"
	sayReminder saying = "reminder"
	sayEnd      saying = "end"
	sayWasOver  saying = "was over" // that an incident began and ended in silence
	sayUnknown  saying = "unknown"  // that the condition can't be evaluated
)

// A Span is the time of an incident that nobody heard of.
type Span struct {
	Begin time.Time `json:"begin"`
	End   time.Time `json:"end"`
}

// A Note is a message that says that a condition can't be evaluated.
type Note struct {
	At      string    `json:"at"` // Slack's id of it
	Channel string    `json:"channel"`
	Mark    Mark      `json:"mark"`
	Unknown Unknown   `json:"unknown"`
	Until   time.Time `json:"until,omitzero"` // the first slot that was evaluated again; zero before it

	Newer newerMembers `json:"-"`
}

// maxEnded bounds the incidents of one silence that are told of at its end. The latest are told.
const maxEnded = 10

// step evaluates c for the slot at. silent says that nothing may be said now; it is said when that is over.
func step(d Digest, before *ConditionState, at time.Time, o observation, silent bool) decision {
	s := stateOf(d, before, at)
	s.Slot, s.Silent = at, silent
	next := decision{}
	if o.unknown != nil {
		s.miss(at, *o.unknown)
		next.Incident = s.Incident
	} else {
		next.Notes = s.hear()
		next.Incident = s.move(d, at, o)
	}
	next.Edit = next.Incident != nil && next.Incident.Root != ""
	if silent {
		s.keepSilent(next.Incident)
	} else {
		s.speak(d, at, &next)
	}
	next.State = s
	return next
}

// stateOf returns the state before a slot. One of an earlier version has no incident.
func stateOf(d Digest, before *ConditionState, at time.Time) ConditionState {
	if before == nil {
		return ConditionState{Since: at}
	}
	s := *before
	if s.Over && s.Incident == nil {
		s.Incident = newIncident(d, s.Since, s.Slot)
		s.Incident.Announced = true
	}
	if s.Incident != nil {
		i := *s.Incident // the caller's stays as it is
		i.Groups = slices.Clone(i.Groups)
		if i.Channel != d.Add.Channel { // the digest was moved
			i.Channel, i.Root = d.Add.Channel, ""
		}
		s.Incident = &i
	}
	return s
}

func newIncident(d Digest, begin, opened time.Time) *Incident {
	i := &Incident{
		ID: incidentID(d.ID, begin), Digest: d.ID, If: d.Add.If.String(), Limit: d.Add.If.Limits[0],
		Begin: begin, Opened: opened, Channel: d.Add.Channel,
	}
	for _, task := range d.Add.Command.Tasks {
		i.Tasks = append(i.Tasks, Task{ID: task})
	}
	return i
}

// affected returns the groups that the open incident is about: those over the limits in the latest slot over them.
func (s *ConditionState) affected() (in []report.Group) {
	if s == nil || s.Incident == nil {
		return nil
	}
	var latest time.Time // until when they were over, the zero time if they are
	for n, a := range s.Incident.Groups {
		if n == 0 || a.Until.IsZero() || !latest.IsZero() && a.Until.After(latest) {
			latest = a.Until
		}
	}
	for _, a := range s.Incident.Groups {
		if a.Until.Equal(latest) {
			in = append(in, a.Group)
		}
	}
	return in
}

// miss notes that a slot can't be evaluated.
func (s *ConditionState) miss(at time.Time, why catapi.Trouble) {
	since := at
	if s.Unknown != nil {
		since = s.Unknown.Since
	}
	s.Unknown = &Unknown{Since: since, Why: why}
	if s.Incident != nil {
		s.Incident.Unknown = s.Unknown
	}
}

// hear notes that a slot can be evaluated, and returns the notes that said otherwise.
func (s *ConditionState) hear() (notes []Note) {
	notes = s.Notes
	s.Notes, s.Unknown, s.ToldNoAnswer, s.ToldUnwatched = nil, nil, false, false
	return notes
}

// move counts a slot that was evaluated, and opens or closes an incident. It returns the open one or the one that
// closed.
func (s *ConditionState) move(d Digest, at time.Time, o observation) *Incident {
	slots := d.Add.If.Slots()
	if s.Incident == nil {
		s.Recent = addRecent(s.Recent, Point{at, o.reading.Value})
		if !o.over {
			s.Streak, s.Pending = 0, nil
			return nil
		}
		if s.Streak++; s.Streak == 1 {
			s.StreakSince = at
		}
		if s.Streak < slots {
			s.Pending = worse(s.Pending, o.reading)
			return nil
		}
		i := newIncident(d, s.StreakSince, at)
		i.History = append(i.History, s.Recent[:len(s.Recent)-1]...)
		i.include(o.reading)
		i.Worst, s.Pending = *worse(s.Pending, i.Worst), nil
		for n := range i.Groups {
			i.Groups[n].Since = i.Begin
		}
		s.Over, s.Since, s.Streak, s.Recent, s.Incident = true, at, 0, nil, i
		return i
	}
	i := s.Incident
	i.include(o.reading)
	if !o.under {
		s.Streak = 0
		return i
	}
	if s.Streak++; s.Streak == 1 {
		s.StreakSince = at
	}
	if s.Streak < slots {
		return i
	}
	i.Closed, i.End = at, s.StreakSince
	s.Over, s.Since, s.Streak, s.Incident = false, at, 0, nil
	return i
}

// worse returns the worse of two readings, the earlier if they are equal. before may be nil.
func worse(before *Reading, r Reading) *Reading {
	if before != nil && before.Value >= r.Value {
		return before
	}
	return &r
}

// keepSilent notes what is to be said when the silence is over: that i lasts, or that it is over.
func (s *ConditionState) keepSilent(i *Incident) {
	switch {
	case i == nil:
	case i.IsOpen():
		s.Owes = i.Announced
	default:
		ended := *i
		ended.History = nil
		s.Ended = append(slices.Clone(s.Ended), ended)
		s.Ended, s.Owes = s.Ended[max(0, len(s.Ended)-maxEnded):], false
	}
}

// speak decides what is said now.
func (s *ConditionState) speak(d Digest, at time.Time, next *decision) {
	i := next.Incident
	closed := i != nil && !i.IsOpen()
	switch {
	case i.IsOpen() && i.Root == "":
		next.Say, next.Was = sayOpening, spans(s.Ended)
		i.Continued, i.Announced, i.Spoke = i.Announced, true, at
		s.Ended, s.Owes = nil, false
	case closed || len(s.Ended) > 0:
		s.sayEnded(next, closed)
	case i.IsOpen() && s.Unknown == nil && (s.Owes || isDue(d.Add.If.Again, i.Spoke, at)):
		next.Say, i.Spoke, s.Owes = sayReminder, at, false
	case i == nil && s.Unknown != nil:
		s.sayUnknown(next)
	}
}

// isDue reports whether another reminder is due.
func isDue(every time.Duration, last, at time.Time) bool { return every > 0 && at.Sub(last) >= every }

// sayEnded tells of the incidents that ended in silence, and of one that closed now without ever having been told.
func (s *ConditionState) sayEnded(next *decision, closed bool) {
	ended := s.Ended
	if closed {
		ended = append(slices.Clone(ended), *next.Incident)
	}
	s.Ended, s.Owes = nil, false
	next.Incident = &ended[len(ended)-1]
	if len(ended) == 1 && ended[0].Announced {
		next.Say = sayEnd
		return
	}
	next.Say, next.Was = sayWasOver, spans(ended)
}

// sayUnknown tells once that the condition can't be evaluated, and only once where that is planned.
func (s *ConditionState) sayUnknown(next *decision) {
	why := s.Unknown.Why
	told := s.ToldNoAnswer
	if why.NoProbeRan() {
		told = s.ToldUnwatched || why.Planned() && s.ToldGaps
	}
	s.ToldNoAnswer, s.ToldGaps = !why.NoProbeRan(), s.ToldGaps || why.Planned()
	s.ToldUnwatched = s.ToldUnwatched || why.NoProbeRan()
	if !told {
		next.Say = sayUnknown
	}
}

func spans(ended []Incident) (out []Span) {
	for _, i := range ended {
		out = append(out, Span{i.Begin, i.End})
	}
	return out
}

// addRecent appends p to the points before an incident.
func addRecent(points []Point, p Point) []Point {
	points = append(points[:len(points):len(points)], p)
	return points[max(0, len(points)-runUpPoints-1):]
}
