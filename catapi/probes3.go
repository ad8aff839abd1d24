package catapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
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

// A probed3 is what one probe saw.
type probed3 struct {
	at       time.Time // zero where the answer does not say
	operator string
	district string
	errorID  int64 // 0 is success
	info     string
}

// probesAnswer is a page of DescribeDetailedSingleProbeData.
type probesAnswer struct {
	said3
	DataSet []struct {
		ProbeTime jsontext.Value `json:"ProbeTime"`
		Labels    []pair3        `json:"Labels"`
		Fields    []pair3        `json:"Fields"`
	} `json:"DataSet"`
	TotalNumber int64  `json:"TotalNumber"`
	ScrollID    string `json:"ScrollID"`
}

// A pair3 is a name and its value, which may be a string or a number wherever it stands.
type pair3 struct {
	Name  string         `json:"Name"`
	Value jsontext.Value `json:"Value"`
}

func (p pair3) text() string {
	if unquoted, err := strconv.Unquote(string(p.Value)); err == nil {
		return unquoted
	}
	return string(p.Value)
}

// number reads 5, 5.0 and "5"; anything else is 0.
func (p pair3) number() int64 {
	f, err := strconv.ParseFloat(p.text(), 64)
	if err != nil {
		return 0
	}
	return int64(f)
}

// history answers q, which lies within one day. One that is too large is answered in two pieces: the API refuses it, or
// does not count all that there is.
func (a *api3) history(ctx context.Context, q Query) (History, error) {
	task, err := a.task(ctx, q.Task, tasksFor)
	if err != nil {
		return History{}, err
	}
	h, err := a.counted(ctx, q, task)
	long := q.End.Sub(q.Begin)
	switch {
	case errors.Is(err, errUncounted) && long > leastCounted:
		return a.halves(ctx, q)
	case invalid(err) && long > leastRefused:
		h, again := a.halves(ctx, q)
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

func (a *api3) halves(ctx context.Context, q Query) (History, error) {
	first, second := q, q
	first.End = q.Begin.Add(q.End.Sub(q.Begin) / 2).Truncate(time.Second)
	second.Begin = first.End
	var pieces []History
	for _, half := range []Query{first, second} {
		h, err := a.history(ctx, half)
		if err != nil {
			return History{}, err
		}
		pieces = append(pieces, h)
	}
	return Merge(q, pieces), nil
}

// counted counts the probes of q while they stream by: what is kept grows with the ISPs, districts and errors there are.
func (a *api3) counted(ctx context.Context, q Query, task Task) (History, error) {
	var err error
	for range 2 { // a page set that turns out partial is fetched once more
		t := newTally3(task)
		if err = a.each(ctx, q, task, t.add); err == nil {
			h := t.history()
			h.Query, h.FetchedAt = q, a.client.cfg.Now()
			return h, nil
		}
		if !errors.Is(err, errPartial) {
			break
		}
	}
	return History{}, err
}

var (
	// errPartial is the cause of a TransportError for pages that don't add up.
	errPartial = errors.New("the pages do not add up")
	// errUncounted is the cause of one for a window that holds more than the API counts.
	errUncounted = errors.New("it holds more probes than the API counts")
)

// each calls see for every probe of q.
func (a *api3) each(ctx context.Context, q Query, task Task, see func(probed3)) error {
	params := map[string]any{
		"BeginTime": q.Begin.UnixMilli(), "EndTime": q.End.UnixMilli(), "TaskType": analyzed[task.Kind], "TaskID": []string{q.Task},
		"SortField": "ProbeTime", "Ascending": true, "SelectedFields": []string{"ProbeTime", "District", "Operator", "ErrorId", "PingErrorInfo", "DNSErrorInfo"},
	}
	if districts := q.districts(); len(districts) > 0 {
		params["Districts"] = districts
	}
	var seen int64
	for scroll := ""; ; {
		page, err := a.pageOf(ctx, params, seen, scroll)
		if err != nil {
			return err
		}
		if page.TotalNumber == countsTo {
			return &TransportError{Op: opRead, Cause: errUncounted}
		}
		for _, row := range page.DataSet {
			p := read3(row.ProbeTime, row.Labels, row.Fields)
			if p.at.IsZero() || !p.at.Before(q.Begin) && p.at.Before(q.End) {
				see(p)
			}
		}
		seen += int64(len(page.DataSet))
		switch {
		case seen >= page.TotalNumber:
			return nil
		case len(page.DataSet) == 0:
			return &TransportError{Op: opRead, Cause: fmt.Errorf("%w: %d of %d probes came", errPartial, seen, page.TotalNumber)}
		}
		scroll = page.ScrollID
	}
}

// pageOf asks for one page, with as large a limit as the API takes: what it refuses is halved, and remembered.
func (a *api3) pageOf(ctx context.Context, params map[string]any, offset int64, scroll string) (probesAnswer, error) {
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
			return page, err
		}
		a.page.CompareAndSwap(limit, max(leastPage, limit/2))
	}
}

// districts are the names under which API 3.0 may know q's province.
func (q Query) districts() []string {
	name := q.Place
	if name == "" {
		name = q.Province
	}
	switch name {
	case "":
		return nil
	case "香港", "澳门", "台湾":
		return []string{name, "中国" + name}
	}
	return []string{name}
}

// read3 reads one probe. Fields hold its real time, a row's own is a placeholder in the vendor's example; whether ErrorId is a
// label or a field is shown nowhere, so both are read.
func read3(rowTime jsontext.Value, labels, fields []pair3) probed3 {
	var p probed3
	millis := pair3{Value: rowTime}.number()
	for _, pair := range slices.Concat(labels, fields) {
		switch pair.Name {
		case "ProbeTime":
			millis = pair.number()
		case "Operator":
			p.operator = pair.text()
		case "District":
			p.district = pair.text()
		case "ErrorId":
			p.errorID = pair.number()
		case "PingErrorInfo", "DNSErrorInfo":
			if info := pair.text(); info != "0" && info != "null" {
				p.info = info
			}
		}
	}
	if millis > 1e12 {
		p.at = time.UnixMilli(millis).In(Beijing)
	}
	return p
}

// A tally3 counts probes.
type tally3 struct {
	task   Task
	rows   map[key3]*Row
	probed map[place3]*Probed
}

type key3 struct {
	place3
	errorID int64
}

type place3 struct{ operator, district string }

func newTally3(task Task) *tally3 {
	return &tally3{task, map[key3]*Row{}, map[place3]*Probed{}}
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
