package catapi

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	// maxPageSize is the first page size that is tried. No document has the API's limit: fetchPage halves the size
	// as often as the API refuses it, down to minPageSize.
	maxPageSize = 5000
	minPageSize = 50
	// Windows are not cut below minRefusedWindow if the API refuses them, and below minCountedWindow if they have more
	// probes than the API counts.
	minRefusedWindow = time.Hour
	minCountedWindow = time.Minute
	// countLimit is where Elasticsearch, which is behind this action, stops counting by default: a total of countLimit
	// means "at least". Only an exact total can show that a page is missing.
	countLimit = 10_000
)

// fetchDay answers q, which lies within one day. It reads q in parts if it has many pages, or if the API refuses it or does
// not count it completely.
func (a *api3) fetchDay(ctx context.Context, q Query) (History, error) {
	return a.fetchWindow(ctx, q, q.End, q.End.Sub(q.Begin) > minCountedWindow)
}

// fetchWindow is fetchDay for a piece of a window that ends at end. Many pages are a reason to read it in parts only if
// divide is set.
func (a *api3) fetchWindow(ctx context.Context, q Query, end time.Time, divide bool) (History, error) {
	task, err := a.getTask(ctx, q.Task, taskTTL)
	if err != nil {
		return History{}, err
	}
	counted, err := a.countInto(ctx, q, task, divide, func() probeTallies { return probeTallies{newProbeTally(q, task, end)} })
	long := q.End.Sub(q.Begin)
	large, isLarge := errors.AsType[*manyProbesError](err)
	switch {
	case err == nil:
		return counted[0], nil
	case isLarge && long > minCountedWindow:
		return a.fetchParts(ctx, q, end, large.parts, parallel)
	case isInvalidParameter(err) && long > minRefusedWindow:
		h, again := a.fetchParts(ctx, q, end, 2, 1)
		if isInvalidParameter(again) {
			return History{}, err // the reason is not its length
		}
		return h, again
	}
	return History{}, err
}

func isInvalidParameter(err error) bool {
	api, ok := errors.AsType[*Error](err)
	return ok && strings.HasPrefix(api.CodeDesc, "InvalidParameter")
}

// countInto counts the probes of q page by page. Its memory grows with the number of ISPs, districts and errors. If
// divide is set, it returns a *manyProbesError where it is faster to read q in parts.
func (a *api3) countInto(
	ctx context.Context, q Query, task Task, divide bool, empty func() probeTallies,
) ([]History, error) {
	const most = 2 // incomplete pages are fetched once more
	for n := 1; ; n++ {
		tallies := empty()
		err := a.eachProbe(ctx, q, task, divide, tallies)
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

// eachProbe adds every probe of q to one of tallies. divide is as in countInto.
func (a *api3) eachProbe(ctx context.Context, q Query, task Task, divide bool, tallies probeTallies) error {
	params := map[string]any{
		"TaskID": []string{q.Task}, "TaskType": analyzeTypes[task.Kind],
		"BeginTime": q.Begin.UnixMilli(), "EndTime": q.End.UnixMilli(),
		"SortField": "ProbeTime", "Ascending": true,
		"SelectedFields": []string{"ProbeTime", "District", "Operator", "ErrorId", "PingErrorInfo", "DNSErrorInfo"},
	}
	if districts := q.districts(); len(districts) > 0 {
		params["Districts"] = districts
	}
	var pages pages
	var before wireProbes
	for scroll := ""; ; {
		page, limit, err := a.fetchPage(ctx, params, pages.received, scroll)
		switch {
		case err != nil:
			return err
		case page.TotalNumber.value == countLimit:
			return &TransportError{Op: opRead, Cause: &manyProbesError{uncountedParts(q, page)}}
		case isRepeat(page.DataSet, before):
			return errRepeated
		}
		if divide && pages.received == 0 {
			if n := a.parts(page, limit); n > 1 {
				return &TransportError{Op: opRead, Cause: &manyProbesError{n}}
			}
		}
		for _, row := range page.DataSet {
			if err := tallies.add(row); err != nil {
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

// isRepeat reports whether page repeats the page before. Pages are sorted by time, so equal pages are the same one,
// unless all probes have one time.
func isRepeat(page, before wireProbes) bool {
	return len(page) > 0 && page[0].at.Before(page[len(page)-1].at) && slices.Equal(page, before)
}

// fetchPage requests one page, and returns its limit, too. It halves a limit that the API
// refuses, also for later calls.
func (a *api3) fetchPage(
	ctx context.Context,
	params map[string]any,
	offset int,
	scroll string,
) (page probesAnswer, limit int, err error) {
	for {
		limit := a.pageSize.Load()
		params["Limit"], params["Offset"] = limit, offset
		if delete(params, "ScrollID"); scroll != "" {
			params["ScrollID"] = scroll
		}
		page, err := call3[probesAnswer](ctx, a, actionProbes3, params)
		api, refused := errors.AsType[*Error](err)
		tooMany := refused &&
			(strings.HasPrefix(api.CodeDesc, "InvalidParameter") || strings.HasPrefix(api.CodeDesc, "LimitExceeded"))
		if !tooMany || offset > 0 || limit <= minPageSize || !strings.Contains(strings.ToLower(api.Message), "limit") {
			return page, int(limit), err
		}
		a.pageSize.CompareAndSwap(limit, max(minPageSize, limit/2))
	}
}

// districts returns the names that API 3.0 may have for q's province.
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
