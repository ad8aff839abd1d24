package query

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
)

// bucketLengths are what a window may be cut into, in minutes; they divide the day. Longer ones are whole days.
var bucketLengths = []int{1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440}

// Trend answers t as if it were at. The window is cut into equal buckets, whose answers are kept like any other: when
// the same is asked a little later, only the first and the last have to be fetched.
func (r *Runner) Trend(ctx context.Context, t commands.Trend, at time.Time) report.Trend {
	r.asking.Add(1)
	defer r.asking.Add(-1)
	begin, end := t.Window.Resolve(at)
	request := report.Request{
		Command:  t,
		Tasks:    t.Tasks,
		OnlyISPs: t.ISPs,
		Begin:    begin,
		End:      end,
		Public:   t.Public,
		Names:    r.taskNames(t.Tasks),
	}
	provinces := r.provinces().Distinct(t.Provinces)
	request.OnlyProvinces = provinces
	if len(provinces) == 0 {
		provinces = []string{""}
	}
	request.Places = r.placeNames(provinces)
	edges, over := buckets(t.Window, begin, end)
	r.prefetch(ctx, t.Tasks, provinces, edges)
	cut := make([]report.Bucket, len(edges)-1)
	var group errgroup.Group
	group.SetLimit(parallel)
	for i := range cut {
		group.Go(func() error {
			cut[i] = r.bucket(ctx, t.Codes, provinces, edges[i], edges[i+1])
			cut[i].Unfinished = i == len(cut)-1 && over.After(at)
			return nil
		})
	}
	_ = group.Wait() // no bucket returns an error: it carries its own
	trend := report.NewTrend(request, cut)
	trend.Choice.Provinces = r.provinceChoice(request, trend.Choice.Provinces)
	return trend
}

// bucket adds up the answers for one bucket. If one is missing or stale, or after a panic, the bucket
// has an error and no count.
func (r *Runner) bucket(ctx context.Context, c commands.Codes, provinces []string, begin, end time.Time) report.Bucket {
	s, err := r.countBucket(ctx, c, provinces, begin, end)
	if err != nil {
		return report.Bucket{Begin: begin, End: end, Err: err}
	}
	return s
}

func (r *Runner) countBucket(
	ctx context.Context,
	c commands.Codes,
	provinces []string,
	begin, end time.Time,
) (s report.Bucket, err error) {
	defer catapi.Recover(&err)
	s = report.Bucket{Begin: begin, End: end}
	var parts []catapi.History
	for _, task := range c.Tasks {
		for _, province := range provinces {
			h, _, err := r.history(ctx, r.query(task, province, begin, end))
			if err == nil {
				err = h.Stale
			}
			if err != nil {
				return s, err
			}
			parts = append(parts, h)
		}
	}
	s.Count(parts, c.Wants)
	return s, nil
}

// prefetch reads the probes of tasks of API 3.0 once, not once for each bucket. What fails is told by the
// buckets, which then ask again.
func (r *Runner) prefetch(ctx context.Context, tasks, provinces []string, edges []time.Time) {
	if r.Prefetch == nil {
		return
	}
	var queries []catapi.Query
	for _, task := range tasks {
		for _, province := range provinces {
			for i := 1; i < len(edges) && catapi.IsAPI3(task); i++ {
				queries = append(queries, r.query(task, province, edges[i-1], edges[i]))
			}
		}
	}
	r.Prefetch(ctx, queries)
}

func (r *Runner) query(task, province string, begin, end time.Time) catapi.Query {
	return catapi.Query{
		Task: task, Begin: begin, End: end, Province: province, ProvinceName: r.provinces().PlaceName(province),
	}
}

// placeNames are the Chinese names of provinces, as far as they are known.
func (r *Runner) placeNames(provinces []string) map[string]string {
	names := map[string]string{}
	for _, province := range provinces {
		names[province] = r.provinces().PlaceName(province)
	}
	return names
}

// buckets cuts a window into at most MaxBuckets equal ones and returns their edges, on whole minutes, and when the
// last of them is over: it may be shorter. Those of a rolling window stand where they stood a minute ago, so the
// first may be shorter, too.
func buckets(w commands.Window, begin, end time.Time) (edges []time.Time, over time.Time) {
	first, length := begin, time.Duration(0)
	for days := 1; ; days++ {
		minutes := 1440 * (days - len(bucketLengths) + 1)
		if days <= len(bucketLengths) {
			minutes = bucketLengths[days-1]
		}
		length = time.Duration(minutes) * time.Minute
		if first = begin; w.Kind == commands.Rolling {
			first = catapi.Floor(begin, length)
		}
		if end.Sub(first) <= catapi.MaxBuckets*length {
			break
		}
	}
	edges = []time.Time{begin}
	over = first.Truncate(time.Minute).Add(length)
	for ; over.Before(end); over = over.Add(length) {
		edges = append(edges, over)
	}
	return append(edges, end), over
}
