package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"catbot/demo/fakeslack"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	k7m2 = digest{id: "k7m2", channel: "C0SOAK01", offset: 1}
)

func TestEachDigestIsDueEveryFiveMinutes(t *testing.T) {
	slots := slotsOf([]digest{k7m2, {id: "p3q8", offset: 4}}, noon, 10*time.Minute)
	var keys []string
	for _, s := range slots {
		keys = append(keys, s.key())
	}
	if got := fmt.Sprint(keys); got != "[k7m2@2026-11-23T12:01 p3q8@2026-11-23T12:04 k7m2@2026-11-23T12:06 p3q8@2026-11-23T12:09]" {
		t.Errorf("due are %s", got)
	}
}

func TestOutcomesOfASlot(t *testing.T) {
	post := func(seconds int, more string) fakeslack.Message {
		return fakeslack.Message{
			TS: fmt.Sprintf("%d.000000", noon.Unix()+60+int64(seconds)),
			Metadata: json.RawMessage(`{"event_type":"catbot_digest","event_payload":{"digest":"k7m2","slot":"2026-11-23T12:01 UTC"` +
				more + `}}`),
		}
	}
	const plain, repeated = "", `,"repeated":true`
	for name, tc := range map[string]struct {
		posts                                 []fakeslack.Message
		once, markedRepeats, duplicated, lost int
	}{
		"posted once":             {posts: []fakeslack.Message{post(3, plain)}, once: 1},
		"posted once and changed": {posts: []fakeslack.Message{post(3, plain), post(3, repeated)}, once: 1},
		"posted twice":            {posts: []fakeslack.Message{post(3, plain), post(9, plain)}, duplicated: 1},
		"repeated and marked":     {posts: []fakeslack.Message{post(3, plain), post(9, repeated)}, markedRepeats: 1},
		"marked, then repeated":   {posts: []fakeslack.Message{post(3, repeated), post(9, plain)}, duplicated: 1},
		"not posted":              {lost: 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := newPostLog()
			for _, m := range tc.posts {
				l.record(m)
			}
			f := l.evaluate([]slot{{k7m2, noon.Add(time.Minute)}})
			if f.once != tc.once || f.markedRepeats != tc.markedRepeats ||
				len(f.duplicated) != tc.duplicated || len(f.lost) != tc.lost || f.bad() != (tc.duplicated+tc.lost > 0) {
				t.Errorf("results %+v", f)
			}
			if len(tc.posts) > 0 && f.lateness[0] != 3*time.Second {
				t.Errorf("late by %s", f.lateness[0])
			}
		})
	}
}

func TestALostSlotReportedByItsDigest(t *testing.T) {
	lost := slot{k7m2, noon.Add(time.Minute)}
	at := lost.at.Unix()
	for shown, reported := range map[string]bool{
		fmt.Sprintf("• <!date^%d^{time}|x>: failed: is_archived\n", at):                                                  true,
		fmt.Sprintf("• <!date^%d^{time}|x>: posted, 3 failures\n", at):                                                   false,
		fmt.Sprintf("• <!date^%d^{time}|x>: failed: is_archived\n", at+300):                                              false,
		fmt.Sprintf("2 runs missed while catbot could not post, the latest at <!date^%d^{time}|x>\n", at+300):            true,
		fmt.Sprintf(":hourglass: 1 run missed while catbot could not post, the latest at <!date^%d^{time}|x>\n", at+300): false,
		"every 5m UTC": false,
	} {
		if said := reportedAs(lost, shown); (said != "") != reported {
			t.Errorf("%q reports %q", shown, said)
		}
	}
}
