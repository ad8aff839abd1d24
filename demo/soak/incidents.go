package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"catbot/demo/fakeslack"
)

// markType is the type of the metadata of catbot's posts.
const markType = "catbot_digest"

// An incidentLog records what is posted and changed about incidents.
type incidentLog struct {
	mu        sync.Mutex
	incidents map[string]*incident
	faults    []string // changes out of order
}

// An incident is what the channel was told about one.
type incident struct {
	roots map[string]bool // by the message's ts: it is marked as a possible repetition
	ends  map[string]bool
	edits map[string]*edits // by the message's ts
}

// edits are the changes of one message.
type edits struct {
	count  int
	told   float64 // unix time of the slot that the latest tells of
	closed bool    // the latest says that the incident is over
}

func newIncidentLog() *incidentLog { return &incidentLog{incidents: map[string]*incident{}} }

// record records a state of a message, in the order in which they came.
func (l *incidentLog) record(m fakeslack.Message) {
	payload := m.Payload(markType)
	id, _ := payload["incident"].(string)
	if id == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	i := l.incidents[id]
	if i == nil {
		i = &incident{roots: map[string]bool{}, ends: map[string]bool{}, edits: map[string]*edits{}}
		l.incidents[id] = i
	}
	repeated := payload["repeated"] == true
	switch payload["outcome"] {
	case "crossed":
		i.roots[m.TS] = repeated
	case "recovered":
		i.ends[m.TS] = repeated
	}
	if told, ok := payload["told"].(float64); ok {
		l.recordEdit(id, i, m.TS, told, payload["closed"] == true)
	}
}

func (l *incidentLog) recordEdit(id string, i *incident, ts string, told float64, closed bool) {
	e := i.edits[ts]
	if e == nil {
		e = &edits{}
		i.edits[ts] = e
	}
	switch {
	case told < e.told:
		l.faults = append(l.faults, fmt.Sprintf("%s: an edit tells of %s after one of %s", id, clock(told), clock(e.told)))
	case e.closed && !closed:
		l.faults = append(l.faults, fmt.Sprintf("%s: an edit opens it again", id))
	}
	e.count, e.told, e.closed = e.count+1, told, closed
}

func clock(seconds float64) string { return time.Unix(int64(seconds), 0).UTC().Format("15:04") }

// wait waits until each incident has an end, at most for the time most.
func (l *incidentLog) wait(ctx context.Context, most time.Duration) error {
	for deadline := time.Now().Add(most); ; {
		l.mu.Lock()
		lasting := 0
		for _, i := range l.incidents {
			if len(i.ends) == 0 {
				lasting++
			}
		}
		l.mu.Unlock()
		if lasting == 0 || time.Now().After(deadline) {
			return ctx.Err()
		}
		if err := until(ctx, time.Now().Add(time.Second)); err != nil {
			return err
		}
	}
}

// incidentResults counts how incidents were told.
type incidentResults struct {
	incidents, edits int
	repeated         int      // roots and ends that are marked as possible repetitions
	faults           []string // what must not happen, one a line
}

func (l *incidentLog) evaluate() incidentResults {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := incidentResults{incidents: len(l.incidents), faults: slices.Clone(l.faults)}
	for _, id := range slices.Sorted(maps.Keys(l.incidents)) {
		i := l.incidents[id]
		for what, posts := range map[string]map[string]bool{"root": i.roots, "end": i.ends} {
			once, repeated := 0, 0
			for _, marked := range posts {
				if marked {
					repeated++
				} else {
					once++
				}
			}
			if once != 1 {
				r.faults = append(r.faults, fmt.Sprintf("%s: its %s was posted %d times", id, what, once))
			}
			r.repeated += repeated
		}
		closed := false
		for _, e := range i.edits {
			r.edits += e.count
			closed = closed || e.closed
		}
		if !closed {
			r.faults = append(r.faults, fmt.Sprintf("%s: its message does not say that it is over", id))
		}
	}
	return r
}

func (r incidentResults) bad() bool { return len(r.faults) > 0 || r.incidents == 0 }

func (r incidentResults) print() {
	fmt.Printf("incidents            %5d, with %d edits; %d messages repeated and marked\n",
		r.incidents, r.edits, r.repeated)
	for _, fault := range r.faults {
		fmt.Println("  " + fault)
	}
}
