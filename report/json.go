package report

import (
	"encoding/json"
	"errors"
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

// The JSON form of an answer. Fields are only ever added. Times are RFC 3339 in UTC+8, counts whole numbers,
// shares between 0 and 1; null and missing mean that there is none.
type (
	jsonAnswer struct {
		Command  string        `json:"command"`
		Begin    time.Time     `json:"begin"`
		End      time.Time     `json:"end"`
		Compared bool          `json:"compared"`
		Baseline *jsonBase     `json:"baseline,omitempty"` // of before
		Usual    *jsonUsual    `json:"usual,omitempty"`
		Total    int64         `json:"total"`
		Before   *int64        `json:"before,omitempty"`
		Severity string        `json:"severity"`
		Verdict  string        `json:"verdict"`
		Advice   string        `json:"advice,omitempty"`
		Trend    *jsonOverTime `json:"trend,omitempty"`
		Parts    []jsonPart    `json:"parts"`
	}
	jsonPart struct {
		Task      string     `json:"task"`
		Province  string     `json:"province,omitempty"`
		Error     *jsonError `json:"error,omitempty"`
		FetchedAt *time.Time `json:"fetched_at,omitempty"`
		Cached    bool       `json:"cached"`
		Stale     *jsonStale `json:"stale,omitempty"`
		Warnings  []string   `json:"warnings,omitempty"`
		Total     int64      `json:"total"`
		Before    *int64     `json:"before,omitempty"`
		Baseline  *jsonBase  `json:"baseline,omitempty"`
		Usual     *jsonUsual `json:"usual,omitempty"`
		jsonRate
		Severity  string       `json:"severity"`
		Verdict   string       `json:"verdict,omitempty"`
		ISPs      []jsonISP    `json:"isps"`
		Reasons   []jsonReason `json:"reasons"`
		Provinces []jsonPlace  `json:"provinces"`
		Servers   []jsonServer `json:"servers"`
	}
	jsonError struct {
		Code    int64  `json:"code,omitempty"` // of the CAT API
		Message string `json:"message"`
	}
	jsonStale struct {
		Reason string    `json:"reason"`
		Begin  time.Time `json:"begin"`
		End    time.Time `json:"end"`
	}
	jsonCount struct {
		Failures int64   `json:"failures"`
		Share    float64 `json:"share"`
		Before   *int64  `json:"before,omitempty"`
	}
	jsonRate struct { // of API 3.0, which counts successes too
		Probes int64   `json:"probes,omitempty"`
		Rate   float64 `json:"rate,omitempty"` // of the probes that failed
	}
	jsonISP struct {
		ISP string `json:"isp"`
		jsonCount
		jsonRate
		Reasons   []jsonReason `json:"reasons"`
		Provinces []jsonPlace  `json:"provinces"`
	}
	jsonReason struct {
		Code   int64  `json:"code"`
		Reason string `json:"reason"`
		jsonCount
	}
	jsonPlace struct {
		Province string `json:"province"`
		Name     string `json:"name"`
		jsonCount
	}
	jsonServer struct {
		Server string `json:"server"`
		jsonCount
	}
)

// JSON writes a in the shape of jsonAnswer, indented, with everything that was counted: Top does not cut it.
func JSON(a Answer, w i18n.Phrases, now time.Time) ([]byte, error) {
	out := jsonAnswer{
		Command: a.Command.String(), Begin: a.Begin, End: a.End, Compared: a.Compared(),
		Total: a.Total, Before: before(a.Compared(), a.Before), Usual: a.Usual().json(a.Total), Severity: a.Severity().String(),
		Parts: []jsonPart{},
	}
	if len(a.Parts) > 0 && a.Compared() {
		out.Baseline = a.Parts[0].baseline()
	}
	if !a.Failed() {
		out.Verdict, out.Advice = a.Headline(w), a.Verdict.WhereToLook(w)
	}
	if over := a.Trend(); over != nil {
		trend := over.overTime(w)
		out.Trend = &trend
	}
	for _, part := range a.Parts {
		out.Parts = append(out.Parts, part.json(w, now))
	}
	return json.MarshalIndent(out, "", "  ")
}

// errorOf says why there is no answer.
func errorOf(err error, w i18n.Phrases) *jsonError {
	e := &jsonError{Message: w.Upstream(err)}
	if refusal, ok := errors.AsType[*catapi.Error](err); ok {
		e.Code = refusal.Code
	}
	return e
}

func (p Part) json(w i18n.Phrases, now time.Time) jsonPart {
	out := jsonPart{
		Task: p.Task, Province: p.Province, Severity: p.Severity().String(),
		ISPs: []jsonISP{}, Reasons: []jsonReason{}, Provinces: []jsonPlace{}, Servers: []jsonServer{},
	}
	if p.Err != nil {
		out.Error = errorOf(p.Err, w)
		return out
	}
	fetched := p.FetchedAt.In(catapi.Beijing)
	out.FetchedAt, out.Cached = &fetched, p.Cached
	if p.Stale != nil {
		out.Stale = &jsonStale{Reason: w.Upstream(p.Stale), Begin: p.Begin, End: p.End}
	}
	out.Warnings = p.Warnings(w, now)
	out.Total, out.Before, out.Verdict = p.Total, before(p.Compared, p.Before), p.Headline(w)
	out.jsonRate = rate(p.Total, p.Probed)
	out.Baseline, out.Usual = p.baseline(), p.Usual.json(p.Total)
	count := func(n, total, then int64) jsonCount {
		c := jsonCount{Failures: n, Before: before(p.Compared, then)}
		if total > 0 {
			c.Share = float64(n) / float64(total)
		}
		return c
	}
	reasons := func(in []Reason, total int64) []jsonReason {
		rows := []jsonReason{}
		for _, r := range in {
			rows = append(rows, jsonReason{r.Code, r.Text, count(r.Count, total, r.Before)})
		}
		return rows
	}
	places := func(in []Place, total int64) []jsonPlace {
		rows := []jsonPlace{}
		for _, place := range in {
			rows = append(rows, jsonPlace{place.Code, place.Name, count(place.Count, total, place.Before)})
		}
		return rows
	}
	for _, isp := range p.ISPs {
		out.ISPs = append(out.ISPs, jsonISP{isp.Name, count(isp.Count, p.Total, isp.Before),
			rate(isp.Count, isp.Probed),
			reasons(isp.Reasons, isp.Count), places(isp.Provinces, isp.Count)})
	}
	out.Reasons, out.Provinces = reasons(p.Reasons, p.Total), places(p.Provinces, p.Total)
	for _, server := range p.Servers {
		out.Servers = append(out.Servers, jsonServer{server.IP, count(server.Count, p.Total, server.Before)})
	}
	return out
}

func rate(failures, probes int64) jsonRate {
	if probes == 0 {
		return jsonRate{}
	}
	return jsonRate{probes, float64(failures) / float64(probes)}
}

// before is n where there is a comparison.
func before(compared bool, n int64) *int64 {
	if !compared {
		return nil
	}
	return &n
}
