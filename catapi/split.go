package catapi

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Split splits q at each Beijing midnight inside it, in order of time. API 3.0 takes one day at a time,
// and a day is a piece that can be cached.
func (q Query) Split() []Query { return slices.Collect(q.Pieces()) }

// Pieces is Split, one piece at a time.
func (q Query) Pieces() iter.Seq[Query] {
	return func(yield func(Query) bool) {
		q = q.Normalize()
		for begin := q.Begin; begin.Before(q.End); {
			year, month, day := begin.Date()
			end := time.Date(year, month, day+1, 0, 0, 0, 0, Beijing)
			if end.After(q.End) {
				end = q.End
			}
			piece := q
			piece.Begin, piece.End = begin, end
			if !yield(piece) {
				return
			}
			begin = end
		}
	}
}

// FetchByDay answers q from its pieces: it calls fetch for each of q.Split(), at most parallel at once, and
// merges the answers. The first error cancels the rest and is returned: there are no partial answers.
func FetchByDay(
	ctx context.Context,
	q Query,
	parallel int,
	fetch func(context.Context, Query) (History, error),
) (History, error) {
	days := q.Split()
	pieces := make([]History, len(days))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for i, day := range days {
		group.Go(func() (err error) {
			defer Recover(&err)
			pieces[i], err = fetch(ctx, day)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return History{}, err
	}
	return merge(q, pieces), nil
}

// ErrEmptyWindow is the error for a window that ends where it begins, or before.
var ErrEmptyWindow = errors.New("the window is empty")

// merge joins the answers to the pieces of q into the answer to q. It adds up the counts and takes the earliest and
// latest times. If a piece is stale, the answer is stale.
func merge(q Query, pieces []History) History {
	whole := History{Query: q.Normalize()}
	if len(pieces) == 0 {
		return whole
	}
	whole.Cached = true
	whole.FetchedAt = fetchedAt(pieces)
	size := 0
	for _, piece := range pieces {
		size += len(piece.Rows)
		whole.Cached = whole.Cached && piece.Cached
		if whole.Stale == nil {
			whole.Stale = piece.Stale
		}
	}
	rows := make([]Row, 0, size)
	var probed []ProbeCount
	var totals []CodeTotal
	var buckets []BucketCount
	for _, piece := range pieces {
		rows = append(rows, piece.Rows...)
		if !piece.Query.End.After(whole.Query.End.Add(-RecentTime)) {
			for i := len(rows) - len(piece.Rows); i < len(rows); i++ {
				rows[i].Recent = 0 // recent in its day, but not in q
			}
		}
		totals = append(totals, piece.Summary...)
		probed = append(probed, piece.Probes...)
		buckets = append(buckets, piece.Buckets...)
	}
	whole.Rows = joinRows(rows)
	if !slices.ContainsFunc(pieces, func(piece History) bool { return piece.Probes == nil }) {
		whole.Probes = joinProbed(probed)
	}
	if !slices.ContainsFunc(pieces, func(piece History) bool { return piece.Buckets == nil }) {
		whole.Buckets = joinBuckets(buckets, whole.Query.BucketLength())
	}
	if !slices.ContainsFunc(pieces, func(piece History) bool { return len(piece.Rows) > 0 && piece.Summary == nil }) {
		whole.Summary = joinTotals(totals) // only if all pieces have one
	}
	return whole
}

// fetchedAt returns when the oldest of pieces was fetched. Those that are settled don't count beside others: to fetch
// them now would change nothing.
func fetchedAt(pieces []History) time.Time {
	counted := slices.DeleteFunc(slices.Clone(pieces), func(h History) bool { return h.Settled() && h.Stale == nil })
	if len(counted) == 0 {
		counted = pieces
	}
	oldest := counted[0].FetchedAt
	for _, piece := range counted {
		if piece.FetchedAt.Before(oldest) {
			oldest = piece.FetchedAt
		}
	}
	return oldest
}

// joinRows returns rows in order, and adds up those that differ in count and time only.
// It sorts indexes, because rows are large.
func joinRows(rows []Row) []Row {
	order := make([]int, len(rows))
	for i := range rows {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(compareRows(&rows[i], &rows[j]), i-j) })
	joined := make([]Row, 0, len(rows))
	for _, i := range order {
		if n := len(joined); n > 0 && compareRows(&joined[n-1], &rows[i]) == 0 {
			joined[n-1] = addRows(joined[n-1], rows[i])
			continue
		}
		joined = append(joined, rows[i])
	}
	return joined
}

// compareRows orders rows by ISP, province, server address and code, which identify a row.
func compareRows(a, b *Row) int {
	if order := strings.Compare(a.ISP, b.ISP); order != 0 {
		return order
	}
	if order := strings.Compare(a.Province, b.Province); order != 0 {
		return order
	}
	if order := strings.Compare(a.ServerIP, b.ServerIP); order != 0 {
		return order
	}
	return cmp.Compare(a.Code, b.Code)
}

func addRows(a, b Row) Row {
	a.Count += b.Count
	a.Recent += b.Recent
	a.ProvinceName = cmp.Or(a.ProvinceName, b.ProvinceName)
	a.MapKey = cmp.Or(a.MapKey, b.MapKey)
	a.Reason = cmp.Or(a.Reason, b.Reason)
	if a.First.IsZero() || !b.First.IsZero() && b.First.Before(a.First) {
		a.First = b.First
	}
	if b.Last.After(a.Last) {
		a.Last = b.Last
	}
	return a
}

// joinProbed is joinRows for probes.
func joinProbed(probed []ProbeCount) []ProbeCount {
	slices.SortStableFunc(probed, func(a, b ProbeCount) int {
		return cmp.Or(strings.Compare(a.ISP, b.ISP), strings.Compare(a.Province, b.Province))
	})
	joined := make([]ProbeCount, 0, len(probed))
	for _, p := range probed {
		if n := len(joined); n > 0 && joined[n-1].ISP == p.ISP && joined[n-1].Province == p.Province {
			joined[n-1].Count += p.Count
			if p.Last.After(joined[n-1].Last) {
				joined[n-1].Last = p.Last
			}
			continue
		}
		joined = append(joined, p)
	}
	return joined
}

func joinTotals(totals []CodeTotal) []CodeTotal {
	slices.SortStableFunc(totals, func(a, b CodeTotal) int { return cmp.Compare(a.Code, b.Code) })
	joined := totals[:0]
	for _, total := range totals {
		if n := len(joined); n > 0 && joined[n-1].Code == total.Code {
			joined[n-1].Count += total.Count
			joined[n-1].Reason = cmp.Or(joined[n-1].Reason, total.Reason)
			continue
		}
		joined = append(joined, total)
	}
	return joined
}
