package catapi

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	// firstPage is how many probes are asked for at once to begin with, leastPage how few when the API refuses more. The largest
	// page that it takes is in no document.
	maxPageSize = 5000
	minPageSize = 50
	// leastRefused and leastCounted are the windows that are not cut any more, when they are refused, and when there is more in
	// them than the API counts.
	minRefusedWindow = time.Hour
	minCountedWindow = time.Minute
	// countsTo is where Elasticsearch, which is behind this action, stops counting when nobody asks for more: a total of just
	// so many means "at least". Only a real total can show that a page was lost.
	countLimit = 10_000
)

// history answers q, which lies within one day. One that is too large is answered in two pieces: the API refuses it, or
// does not count all that there is.
func (a *api3) fetchDay(ctx context.Context, q Query) (History, error) {
	return a.fetchWindow(ctx, q, q.End)
}

// historyUntil is history for a piece of a window that ends at end.
func (a *api3) fetchWindow(ctx context.Context, q Query, end time.Time) (History, error) {
	task, err := a.getTask(ctx, q.Task, taskTTL)
	if err != nil {
		return History{}, err
	}
	h, err := a.countProbes(ctx, q, task, end)
	long := q.End.Sub(q.Begin)
	switch {
	case errors.Is(err, errTooManyProbes) && long > minCountedWindow:
		return a.fetchHalves(ctx, q, end)
	case isInvalidParameter(err) && long > minRefusedWindow:
		h, again := a.fetchHalves(ctx, q, end)
		if isInvalidParameter(again) {
			return History{}, err // not its length was refused
		}
		return h, again
	}
	return h, err
}

func isInvalidParameter(err error) bool {
	api, ok := errors.AsType[*Error](err)
	return ok && strings.HasPrefix(api.CodeDesc, "InvalidParameter")
}

func (a *api3) fetchHalves(ctx context.Context, q Query, end time.Time) (History, error) {
	first, second := q, q
	first.End = q.Begin.Add(q.End.Sub(q.Begin) / 2).Truncate(time.Second)
	second.Begin = first.End
	var pieces []History
	for _, half := range []Query{first, second} {
		h, err := a.fetchWindow(ctx, half, end)
		if err != nil {
			return History{}, err
		}
		pieces = append(pieces, h)
	}
	return Merge(q, pieces), nil
}

// countProbes answers q, a piece of a window that ends at end.
func (a *api3) countProbes(ctx context.Context, q Query, task Task, end time.Time) (History, error) {
	counted, err := a.countInto(ctx, q, task, func() probeTallies { return probeTallies{newProbeTally(q, task, end)} })
	if err != nil {
		return History{}, err
	}
	return counted[0], nil
}

// countInto counts the probes of q while they stream by: what is kept grows with the ISPs, districts and errors there
// are.
func (a *api3) countInto(ctx context.Context, q Query, task Task, empty func() probeTallies) ([]History, error) {
	const most = 2 // a page set that turns out partial is fetched once more
	for n := 1; ; n++ {
		tallies := empty()
		err := a.eachProbe(ctx, q, task, tallies)
		switch {
		case err == nil:
			return tallies.histories(a.client.cfg.Now()), nil
		case !errors.Is(err, errPartial):
			return nil, err
		case n == most:
			return nil, withTries(err, n)
		}
	}
}

// errTooManyProbes is the cause of a TransportError for a window that holds more than the API counts.
var errTooManyProbes = errors.New("it holds more probes than the API counts")

// eachProbe adds every probe of q to one of tallies.
func (a *api3) eachProbe(ctx context.Context, q Query, task Task, tallies probeTallies) error {
	params := map[string]any{
		"BeginTime": q.Begin.UnixMilli(), "EndTime": q.End.UnixMilli(), "TaskType": analyzeTypes[task.Kind], "TaskID": []string{q.Task},
		"SortField": "ProbeTime", "Ascending": true, "SelectedFields": []string{"ProbeTime", "District", "Operator", "ErrorId", "PingErrorInfo", "DNSErrorInfo"},
	}
	if districts := q.districts(); len(districts) > 0 {
		params["Districts"] = districts
	}
	var pages pages
	var before []wireProbe
	for scroll := ""; ; {
		page, limit, err := a.fetchPage(ctx, params, pages.received, scroll)
		switch {
		case err != nil:
			return err
		case page.TotalNumber.value == countLimit:
			return &TransportError{Op: opRead, Cause: errTooManyProbes}
		case isRepeat(page.DataSet, before):
			return errRepeated
		}
		for _, row := range page.DataSet {
			if err := tallies.add(row.probe3); err != nil {
				return err
			}
		}
		if pages.add(len(page.DataSet), limit, page.TotalNumber, page.ScrollID != "") {
			return pages.checkComplete()
		}
		if len(tallies) > 1 && max(int64(pages.received), pages.total) > int64(len(tallies)*limit) {
			return errManyPages
		}
		if err := pages.checkOverrun(limit); err != nil {
			return err
		}
		scroll, before = page.ScrollID, page.DataSet
	}
}

// again reports whether page is the one before once more. Pages are in order of time, so two that are equal are one, unless all
// of it is of one moment.
func isRepeat(page, before []wireProbe) bool {
	return len(page) > 0 && page[0].at.Before(page[len(page)-1].at) && slices.Equal(page, before)
}

// pageOf asks for one page, with as large a limit as the API takes, and returns that too: what is refused is halved, and
// remembered.
func (a *api3) fetchPage(ctx context.Context, params map[string]any, offset int, scroll string) (page probesAnswer, limit int, err error) {
	for {
		limit := a.pageSize.Load()
		params["Limit"], params["Offset"] = limit, offset
		if delete(params, "ScrollID"); scroll != "" {
			params["ScrollID"] = scroll
		}
		page, err := call3[probesAnswer](ctx, a, "DescribeDetailedSingleProbeData", params)
		api, refused := errors.AsType[*Error](err)
		tooMany := refused && (strings.HasPrefix(api.CodeDesc, "InvalidParameter") || strings.HasPrefix(api.CodeDesc, "LimitExceeded"))
		if !tooMany || offset > 0 || limit <= minPageSize || !strings.Contains(strings.ToLower(api.Message), "limit") {
			return page, int(limit), err
		}
		a.pageSize.CompareAndSwap(limit, max(minPageSize, limit/2))
	}
}

// districts are the names under which API 3.0 may know q's province.
func (q Query) districts() []string {
	switch name := q.APIProvince(); name {
	case "":
		return nil
	case "香港", "澳门", "台湾":
		return []string{name, "中国" + name}
	default:
		return []string{name}
	}
}
