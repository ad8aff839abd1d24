package report

import (
	"time"

	"catbot/catapi"
	"catbot/i18n"
)

// The JSON form of a trend, in the manner of an answer's.
type (
	jsonTrend struct {
		Command  string     `json:"command"`
		Begin    time.Time  `json:"begin"`
		End      time.Time  `json:"end"`
		Total    int64      `json:"total"`
		Probes   int64      `json:"probes,omitempty"`
		Severity string     `json:"severity"`
		Verdict  string     `json:"verdict,omitempty"`
		Error    *jsonError `json:"error,omitempty"` // why nothing is known at all
		jsonOverTime
	}
	jsonOverTime struct {
		Buckets []jsonBucket `json:"buckets"`
		ISPs    []jsonLine   `json:"isps"`
	}
	jsonBucket struct {
		Begin      time.Time  `json:"begin"`
		End        time.Time  `json:"end"`
		Unfinished bool       `json:"unfinished,omitempty"` // it still grows
		Failures   int64      `json:"failures"`
		Probes     int64      `json:"probes,omitempty"`
		Error      *jsonError `json:"error,omitempty"`
	}
	jsonLine struct {
		ISP      string  `json:"isp"`
		Failures int64   `json:"failures"`
		Counts   []int64 `json:"counts"` // one for each bucket
	}
)

// TrendJSON is the object that encoding/json writes for t.
func TrendJSON(t Trend, w i18n.Phrases) any {
	out := jsonTrend{
		Command: t.Command.String(), Begin: t.Begin.In(catapi.Beijing), End: t.End.In(catapi.Beijing), Total: t.Total, Probes: t.Probed, Severity: t.Severity().String(),
		jsonOverTime: t.overTime(w),
	}
	if err := t.Err(); err != nil {
		out.Error = errorOf(err, w)
	} else {
		out.Verdict = t.Headline(w)
	}
	return out
}

func (t Trend) overTime(w i18n.Phrases) jsonOverTime {
	out := jsonOverTime{[]jsonBucket{}, []jsonLine{}}
	for _, s := range t.Buckets {
		bucket := jsonBucket{
			Begin:      s.Begin.In(catapi.Beijing),
			End:        s.End.In(catapi.Beijing),
			Unfinished: s.Unfinished,
			Failures:   s.Total,
			Probes:     s.Probed,
		}
		if s.Err != nil {
			bucket.Error = errorOf(s.Err, w)
		}
		out.Buckets = append(out.Buckets, bucket)
	}
	for _, l := range t.Lines {
		out.ISPs = append(out.ISPs, jsonLine{l.ISP, l.Total, l.Counts})
	}
	return out
}
