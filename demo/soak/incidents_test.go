package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

func TestHowAnIncidentIsTold(t *testing.T) {
	state := func(ts, payload string) fakeslack.Message {
		return fakeslack.Message{TS: ts, Metadata: json.RawMessage(
			`{"event_type":"catbot_digest","event_payload":{"digest":"k7m2","incident":"k7m2-x",` + payload + `}}`)}
	}
	const opened, ended = `"outcome":"crossed"`, `"outcome":"recovered"`
	edited := func(ts string, told int, closed bool) fakeslack.Message {
		return state(ts, fmt.Sprintf(`"told":%d,"closed":%t`, told, closed))
	}
	for name, tc := range map[string]struct {
		states []fakeslack.Message
		fault  string // "" if it is told as it must be
	}{
		"once, with a closing edit": {[]fakeslack.Message{
			state("1", opened), edited("1", 300, false), edited("1", 600, true), state("2", ended),
		}, ""},
		"with a repetition that is marked": {[]fakeslack.Message{
			state("1", opened), state("3", opened+`,"repeated":true`), edited("3", 600, true), state("4", ended),
		}, ""},
		"an older slot after a newer one": {[]fakeslack.Message{
			state("1", opened), edited("1", 600, false), edited("1", 300, false), edited("1", 900, true), state("2", ended),
		}, "tells of 00:05 after one of 00:10"},
		"open again after its end": {[]fakeslack.Message{
			state("1", opened), edited("1", 600, true), edited("1", 600, false), edited("1", 600, true), state("2", ended),
		}, "opens it again"},
		"two messages": {[]fakeslack.Message{
			state("1", opened), state("2", opened), edited("2", 600, true), state("3", ended),
		}, "its root was posted 2 times"},
		"two ends": {[]fakeslack.Message{
			state("1", opened), edited("1", 600, true), state("2", ended), state("3", ended),
		}, "its end was posted 2 times"},
		"an end without a beginning": {[]fakeslack.Message{state("2", ended)}, "its root was posted 0 times"},
		"no end":                     {[]fakeslack.Message{state("1", opened), edited("1", 600, true)}, "its end was posted 0 times"},
		"no closing edit": {[]fakeslack.Message{
			state("1", opened), edited("1", 300, false), state("2", ended),
		}, "does not say that it is over"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newIncidentLog()
			for _, m := range tc.states {
				l.record(m)
			}
			r := l.evaluate()
			if r.bad() != (tc.fault != "") || !strings.Contains(strings.Join(r.faults, "\n"), tc.fault) {
				t.Errorf("results %+v", r)
			}
		})
	}
}

func TestFailuresRiseAndFallWithTheSlots(t *testing.T) {
	r := &conditionRun{first: noon, slots: 8 + calmSlots}
	at := func(n int, task string) int64 {
		end := noon.Add(time.Duration(n) * slotLength)
		return r.failures(fakecat.Question{Task: task, Begin: end.Add(-slotLength), End: end})[0].Count
	}
	for n := range 8 {
		if at(n, watched[0]) != levels[n] || at(n, watched[3]) != levels[(n+3)%8] {
			t.Errorf("slot %d: %d and %d failures", n, at(n, watched[0]), at(n, watched[3]))
		}
	}
	if before, calm := at(-1, watched[0]), at(10, watched[0]); before > 20 || calm > 20 {
		t.Errorf("before the first slot there are %d failures, at the end %d", before, calm)
	}
}
