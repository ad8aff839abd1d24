package catapi

import (
	"context"
	"math"
	"time"

	"golang.org/x/sync/errgroup"
)

// A manyProbesError is the cause of a TransportError for a window with more probes than the API counts, or with so many
// that it is faster to read it in parts.
type manyProbesError struct{ parts int } // how many to read it in; at least 2

func (e *manyProbesError) Error() string { return "it holds more probes than the API counts" }

// parts returns how many parts to read a window in, by its first page. It is 1 where one scroll is as fast.
func (a *api3) parts(page probesAnswer, limit int) int {
	const leastPages = 3 // of a part, whose last page is half empty on average
	pages := int(page.TotalNumber.value) / limit
	return max(1, min(parallel, pages/leastPages, a.limits.pacer(actionProbes3).atOnce()))
}

// uncountedParts returns how many parts to read q in, of which the API counts only countLimit probes. It assumes that the
// rest of q has as many probes in the same time as its first page, and allows for somewhat more.
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

// fetchParts answers q, a piece of a window that ends at end, from n parts. It reads up to atOnce of them at once.
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
	return merge(q, pieces), nil
}

// cut cuts q into n equal parts. They begin at whole minutes if they are a minute or longer, otherwise at whole seconds.
// There are fewer if q is shorter than n seconds.
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
