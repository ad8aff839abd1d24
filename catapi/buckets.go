package catapi

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// MaxBuckets is how many buckets a window has at most. Slack's charts take no more points.
const MaxBuckets = 20

// A BucketCount counts the failures of one ISP in one bucket of a window.
type BucketCount struct {
	ISP   string
	Begin time.Time // of the bucket, a result of Floor; for the first bucket it may be before the window's begin
	Count int64
}

// bucketLengths each divide the next, and the day. So the buckets of a window's pieces add up to those of the window.
var bucketLengths = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// BucketLength returns the length of the buckets of q: the shortest that gives MaxBuckets at most.
// Buckets begin at results of Floor, so the first and the last may be cut by the window.
func (q Query) BucketLength() time.Duration {
	least := (q.End.Sub(q.Begin) + MaxBuckets - 2) / (MaxBuckets - 1) // one bucket may be spent on two cut ones
	for _, length := range bucketLengths {
		if length >= least {
			return length
		}
	}
	length := bucketLengths[len(bucketLengths)-1]
	for length < least {
		length *= 2
	}
	return length
}

// Floor returns the last multiple of length at or before t, counted from a midnight in Beijing. It is in Beijing's zone.
func Floor(t time.Time, length time.Duration) time.Time {
	const shift = 8 * time.Hour
	since := time.Duration(t.Unix())*time.Second + shift
	return time.Unix(int64((since-since%length-shift)/time.Second), 0).In(Beijing)
}

// bucketsOf counts the failures of rows by the buckets of q. It returns nil unless each row has times that lie in one bucket:
// else nobody knows when each of its failures was. Rows that all begin with q have its times, not their own.
func (q Query) bucketsOf(rows []Row) []BucketCount {
	length := q.BucketLength()
	counts := []BucketCount{}
	placeholder := true
	for i := range rows {
		row := &rows[i]
		if row.Code == 0 || row.Count == 0 {
			continue
		}
		begin := Floor(row.First, length)
		if row.First.Before(q.Begin) || !row.Last.Before(q.End) || !Floor(row.Last, length).Equal(begin) {
			return nil
		}
		placeholder = placeholder && row.First.Equal(q.Begin)
		counts = append(counts, BucketCount{row.ISP, begin, row.Count})
	}
	if placeholder && len(counts) > 0 {
		return nil
	}
	return joinBuckets(counts, length)
}

// joinBuckets returns counts in buckets of a length, ordered by ISP and time. The length is a multiple of theirs.
func joinBuckets(counts []BucketCount, length time.Duration) []BucketCount {
	for i := range counts {
		counts[i].Begin = Floor(counts[i].Begin, length)
	}
	slices.SortFunc(counts, func(a, b BucketCount) int {
		return cmp.Or(strings.Compare(a.ISP, b.ISP), a.Begin.Compare(b.Begin))
	})
	joined := make([]BucketCount, 0, len(counts))
	for _, c := range counts {
		if n := len(joined); n > 0 && joined[n-1].ISP == c.ISP && joined[n-1].Begin.Equal(c.Begin) {
			joined[n-1].Count += c.Count
			continue
		}
		joined = append(joined, c)
	}
	return joined
}
