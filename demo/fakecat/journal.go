package fakecat

import (
	"maps"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
)

// maxCalls bounds the stored calls; the latest are stored.
const maxCalls = 10_000

// A Call is the record of a call, without SecretId, Token and Signature. Parameters are cut to a few dozen bytes.
type Call struct {
	At       time.Time
	Action   string
	Task     string // taskId
	Province string
	Begin    string // beginTime
	End      string // endTime
	Nonce    string
}

// Stats count the calls since Start.
type Stats struct {
	Calls   int64            // that arrived
	Open    int64            // that have no answer yet
	Actions map[string]int64 // that arrived, by action; "" are those that the API does not have
	// Outcomes counts ended calls: "code 0" for success, "code 4100", "http 502", "truncated", "dropped", "cut off".
	Outcomes map[string]int64
}

type journal struct {
	mu    sync.Mutex
	calls []Call // a ring buffer: call n is at n % maxCalls
	stats Stats
}

func newJournal() *journal {
	return &journal{stats: Stats{Actions: map[string]int64{}, Outcomes: map[string]int64{}}}
}

// Calls returns the last 10,000 calls, the oldest first.
func (a *API) Calls() []Call {
	j := a.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.calls) < maxCalls {
		return slices.Clone(j.calls)
	}
	oldest := int(j.stats.Calls % maxCalls)
	return append(slices.Clone(j.calls[oldest:]), j.calls[:oldest]...)
}

// Stats returns the counts up to now.
func (a *API) Stats() Stats {
	j := a.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	stats := j.stats
	stats.Actions, stats.Outcomes = maps.Clone(stats.Actions), maps.Clone(stats.Outcomes)
	return stats
}

func (j *journal) arrive(call Call, known bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.calls) < maxCalls {
		j.calls = append(j.calls, call)
	} else {
		j.calls[j.stats.Calls%maxCalls] = call
	}
	j.stats.Calls++
	j.stats.Open++
	if !known {
		call.Action = "" // bounds the number of counters
	}
	j.stats.Actions[call.Action]++
}

func (j *journal) leave(outcome string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stats.Open--
	j.stats.Outcomes[outcome]++
}

// brief cuts a parameter to a bounded length.
func brief(text string) string {
	const most = 48
	if len(text) <= most {
		return text
	}
	for end := most; ; end-- {
		if utf8.RuneStart(text[end]) {
			return text[:end]
		}
	}
}
