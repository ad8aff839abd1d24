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
	firstPage = 5000
	leastPage = 50
	// leastRefused and leastCounted are the windows that are not cut any more, when they are refused, and when there is more in
	// them than the API counts.
	leastRefused = time.Hour
	leastCounted = time.Minute
	// countsTo is where Elasticsearch, which is behind this action, stops counting when nobody asks for more: a total of just
	// so many means "at least". Only a real total can show that a page was lost.
	countsTo = 10_000
)

// history answers q, which lies within one day. One that is too large is answered in two pieces: the API refuses it, or
// does not count all that there is.
func (a *api3) history(ctx context.Context, q Query) (History, error) {
	return a.historyUntil(ctx, q, q.End)
}

// historyUntil is history for a piece of a window that ends at end.
func (a *api3) historyUntil(ctx context.Context, q Query, end time.Time) (History, error) {
	task, err := a.task(ctx, q.Task, tasksFor)
	if err != nil {
		return History{}, err
	}
	h, err := a.counted(ctx, q, task, end)
	long := q.End.Sub(q.Begin)
	switch {
	case errors.Is(err, errUncounted) && long > leastCounted:
		return a.halves(ctx, q, end)
	case invalid(err) && long > leastRefused:
		h, again := a.halves(ctx, q, end)
		if invalid(again) {
			return History{}, err // not its length was refused
		}
		return h, again
	}
	return h, err
}

func invalid(err error) bool {
	api, ok := errors.AsType[*Error](err)
	return ok && strings.HasPrefix(api.CodeDesc, "InvalidParameter")
}

func (a *api3) halves(ctx context.Context, q Query, end time.Time) (History, error) {
	first, second := q, q
	first.End = q.Begin.Add(q.End.Sub(q.Begin) / 2).Truncate(time.Second)
	second.Begin = first.End
	var pieces []History
	for _, half := range []Query{first, second} {
		h, err := a.historyUntil(ctx, half, end)
		if err != nil {
			return History{}, err
		}
		pieces = append(pieces, h)
	}
	return Merge(q, pieces), nil
}

// counted counts the probes of q while they stream by: what is kept grows with the ISPs, districts and errors there are.
func (a *api3) counted(ctx context.Context, q Query, task Task, end time.Time) (History, error) {
	const most = 2 // a page set that turns out partial is fetched once more
	for n := 1; ; n++ {
		t := newTally3(task, end)
		err := a.each(ctx, q, task, t.add)
		switch {
		case err == nil:
			h := t.history()
			h.Query, h.FetchedAt = q, a.client.cfg.Now()
			return h, nil
		case !errors.Is(err, errPartial):
			return History{}, err
		case n == most:
			return History{}, counted(err, n)
		}
	}
}

// errUncounted is the cause of a TransportError for a window that holds more than the API counts.
var errUncounted = errors.New("it holds more probes than the API counts")

// each calls see for every probe of q.
func (a *api3) each(ctx context.Context, q Query, task Task, see func(probed3)) error {
	params := map[string]any{
		"BeginTime": q.Begin.UnixMilli(), "EndTime": q.End.UnixMilli(), "TaskType": analyzed[task.Kind], "TaskID": []string{q.Task},
		"SortField": "ProbeTime", "Ascending": true, "SelectedFields": []string{"ProbeTime", "District", "Operator", "ErrorId", "PingErrorInfo", "DNSErrorInfo"},
	}
	if districts := q.districts(); len(districts) > 0 {
		params["Districts"] = districts
	}
	var pages pages
	var before []wireProbe
	for scroll := ""; ; {
		page, limit, err := a.pageOf(ctx, params, pages.seen, scroll)
		switch {
		case err != nil:
			return err
		case page.TotalNumber.value == countsTo:
			return &TransportError{Op: opRead, Cause: errUncounted}
		case again(page.DataSet, before):
			return errRepeated
		}
		for _, row := range page.DataSet {
			if p := row.probed3; p.at.IsZero() || !p.at.Before(q.Begin) && p.at.Before(q.End) {
				see(p)
			}
		}
		if pages.last(len(page.DataSet), limit, page.TotalNumber, page.ScrollID != "") {
			return pages.whole()
		}
		if err := pages.endless(limit); err != nil {
			return err
		}
		scroll, before = page.ScrollID, page.DataSet
	}
}

// again reports whether page is the one before once more. Pages are in order of time, so two that are equal are one, unless all
// of it is of one moment.
func again(page, before []wireProbe) bool {
	return len(page) > 0 && page[0].at.Before(page[len(page)-1].at) && slices.Equal(page, before)
}

// pageOf asks for one page, with as large a limit as the API takes, and returns that too: what is refused is halved, and
// remembered.
func (a *api3) pageOf(ctx context.Context, params map[string]any, offset int, scroll string) (page probesAnswer, limit int, err error) {
	for {
		limit := a.page.Load()
		params["Limit"], params["Offset"] = limit, offset
		if delete(params, "ScrollID"); scroll != "" {
			params["ScrollID"] = scroll
		}
		page, err := ask3[probesAnswer](ctx, a, "DescribeDetailedSingleProbeData", params)
		api, refused := errors.AsType[*Error](err)
		tooMany := refused && (strings.HasPrefix(api.CodeDesc, "InvalidParameter") || strings.HasPrefix(api.CodeDesc, "LimitExceeded"))
		if !tooMany || offset > 0 || limit <= leastPage || !strings.Contains(strings.ToLower(api.Message), "limit") {
			return page, int(limit), err
		}
		a.page.CompareAndSwap(limit, max(leastPage, limit/2))
	}
}

// districts are the names under which API 3.0 may know q's province.
func (q Query) districts() []string {
	switch name := q.Where(); name {
	case "":
		return nil
	case "香港", "澳门", "台湾":
		return []string{name, "中国" + name}
	default:
		return []string{name}
	}
}

// A tally3 counts probes.
type tally3 struct {
	task   Task
	recent time.Time // what is not before counts as recent
	rows   map[key3]*Row
	probed map[place3]*Probed
}

type key3 struct {
	place3
	errorID int64
}

type place3 struct{ operator, district string }

func newTally3(task Task, end time.Time) *tally3 {
	return &tally3{task, end.Add(-RecentTime), map[key3]*Row{}, map[place3]*Probed{}}
}

func (t *tally3) add(p probed3) {
	place := place3{p.operator, p.district}
	probed := t.probed[place]
	if probed == nil {
		probed = &Probed{ISP: p.operator, Province: p.district, ProvinceName: p.district}
		t.probed[place] = probed
	}
	probed.Count++
	if p.at.After(probed.Last) {
		probed.Last = p.at
	}
	if p.errorID == 0 {
		return
	}
	row := t.rows[key3{place, p.errorID}]
	if row == nil {
		row = &Row{ISP: p.operator, Province: p.district, ProvinceName: p.district, Code: p.errorID, Kind: t.task.Kind, First: p.at}
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

func (t *tally3) history() History {
	rows := make([]Row, 0, len(t.rows))
	for _, row := range t.rows {
		rows = append(rows, *row)
	}
	probed := make([]Probed, 0, len(t.probed))
	for _, p := range t.probed {
		probed = append(probed, *p)
	}
	return History{Rows: joinRows(rows), Probed: joinProbed(probed)}
}
