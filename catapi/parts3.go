package catapi

import (
	"context"
	"math"
	"time"

	"golang.org/x/sync/errgroup"
)

// A manyProbesError is the cause of a TransportError for a window with more probes than the API counts, or so many that
// parts of it are read faster.
type manyProbesError struct{ parts int } // in which to read it; at least 2

func (e *manyProbesError) Error() string { return "it holds more probes than the API counts" }

// parts returns in how many parts to read a window after its first page. It is 1 where one scroll is as fast.
func (a *api3) parts(page probesAnswer, limit int) int {
	const leastPages = 3 // of a part, whose last page is half empty on average
	pages := int(page.TotalNumber.value) / limit
	return max(1, min(parallel, pages/leastPages, a.limits.pacer(actionProbes3).atOnce()))
}

// uncountedParts returns in how many parts to read q, of which the API counts countLimit probes only. It expects as many in the
// rest of q as in the time of its first page, and leaves room where there are more.
func uncountedParts(q Query, page probesAnswer) int {
	const least, most = 2, 64
	if len(page.DataSet) == 0 {
		return least
	}
	took := page.DataSet[len(page.DataSet)-1].at.Sub(q.Begin)
	if took <= 0 {
		return least
	}
	probes := float64(len(page.DataSet)) * float64(q.End.Sub(q.Begin)) / float64(took)
	return max(least, min(most, int(math.Ceil(probes/(0.8*countLimit)))))
}

// fetchParts answers q, a piece of a window that ends at end, from n parts, of which it reads atOnce at once.
func (a *api3) fetchParts(ctx context.Context, q Query, end time.Time, n, atOnce int) (History, error) {
	parts := q.cut(n)
	pieces := make([]History, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, part := range parts {
		group.Go(func() (err error) {
			defer Recover(&err)
			if err := ctx.Err(); err != nil {
				return err
			}
			pieces[i], err = a.fetchWindow(ctx, part, end, false)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return History{}, err
	}
	return Merge(q, pieces), nil
}

// cut cuts q into n equal parts, which begin at whole minutes where they are that long, else at whole seconds. There are fewer
// where q has not as many.
func (q Query) cut(n int) (parts []Query) {
	length := q.End.Sub(q.Begin) / time.Duration(n)
	whole := time.Second
	if length >= time.Minute {
		whole = time.Minute
	}
	part := q
	for i := 1; i <= n; i++ {
		if part.End = q.End; i < n {
			part.End = q.Begin.Add(length * time.Duration(i)).Truncate(whole)
		}
		if part.Begin.Before(part.End) {
			parts = append(parts, part)
			part.Begin = part.End
		}
	}
	return parts
}
