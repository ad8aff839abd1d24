package catapi

import (
	"errors"
	"sort"
	"time"
)

// probeTallies count the probes of windows that follow one another.
type probeTallies []*probeTally

// errUntimed is the error of a probe that may belong to any of several windows.
var errUntimed = &TransportError{
	Op: opDecode, Cause: errors.New("a probe without a time, in a reading of several windows"),
}

// add counts p in its window, if it is in one.
func (t probeTallies) add(p probe3) error {
	if p.at.IsZero() {
		if len(t) > 1 {
			return errUntimed
		}
		t[0].add(p)
		return nil
	}
	i := sort.Search(len(t), func(i int) bool { return p.at.Before(t[i].query.End) })
	if i < len(t) && !p.at.Before(t[i].query.Begin) {
		t[i].add(p)
	}
	return nil
}

func (t probeTallies) histories(at time.Time) []History {
	histories := make([]History, len(t))
	for i := range t {
		histories[i] = t[i].history()
		histories[i].FetchedAt = at
	}
	return histories
}

// A probeTally counts the probes of one window.
type probeTally struct {
	query  Query
	task   Task
	recent time.Time // what is not before counts as recent
	rows   map[key3]*Row
	probes map[place3]*ProbeCount

	bucketLength time.Duration
	buckets      map[bucket3]int64 // failures
	untimed      bool              // a failure has no time, so buckets does not have all of them
}

type key3 struct {
	place3
	errorID int64
}

type place3 struct{ operator, district string }

type bucket3 struct {
	operator string
	begin    time.Time
}

// newProbeTally is for q, a piece of a window that ends at end.
func newProbeTally(q Query, task Task, end time.Time) *probeTally {
	return &probeTally{
		query: q, task: task, recent: end.Add(-RecentTime), rows: map[key3]*Row{}, probes: map[place3]*ProbeCount{},
		bucketLength: q.BucketLength(), buckets: map[bucket3]int64{},
	}
}

func (t *probeTally) add(p probe3) {
	place := place3{p.operator, p.district}
	probed := t.probes[place]
	if probed == nil {
		probed = &ProbeCount{ISP: p.operator, Province: p.district, ProvinceName: p.district}
		t.probes[place] = probed
	}
	probed.Count++
	if p.at.After(probed.Last) {
		probed.Last = p.at
	}
	if p.errorID == 0 {
		return
	}
	t.addToBucket(p)
	row := t.rows[key3{place, p.errorID}]
	if row == nil {
		row = &Row{
			ISP:          p.operator,
			Province:     p.district,
			ProvinceName: p.district,
			Code:         p.errorID,
			Kind:         t.task.Kind,
			First:        p.at,
		}
		t.rows[key3{place, p.errorID}] = row
	}
	row.Count++
	if !p.at.Before(t.recent) {
		row.Recent++
	}
	if row.Reason == "" {
		row.Reason = p.info
	}
	if p.at.Before(row.First) {
		row.First = p.at
	}
	if p.at.After(row.Last) {
		row.Last = p.at
	}
}

func (t *probeTally) addToBucket(p probe3) {
	if p.at.IsZero() {
		t.untimed = true
		return
	}
	t.buckets[bucket3{p.operator, Floor(p.at, t.bucketLength)}]++
}

func (t *probeTally) history() History {
	rows := make([]Row, 0, len(t.rows))
	for _, row := range t.rows {
		rows = append(rows, *row)
	}
	probed := make([]ProbeCount, 0, len(t.probes))
	for _, p := range t.probes {
		probed = append(probed, *p)
	}
	h := History{Query: t.query, Rows: joinRows(rows), Probes: joinProbed(probed)}
	if !t.untimed {
		counts := make([]BucketCount, 0, len(t.buckets))
		for bucket, n := range t.buckets {
			counts = append(counts, BucketCount{bucket.operator, bucket.begin, n})
		}
		h.Buckets = joinBuckets(counts, t.bucketLength)
	}
	return h
}
