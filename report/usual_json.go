package report

import (
	"cmp"
	"time"

	"catbot/catapi"
)

// The JSON form of what an answer is compared with.
type (
	jsonBase struct {
		Name  string    `json:"name"` // before, yesterday or last week
		Begin time.Time `json:"begin"`
		End   time.Time `json:"end"`
	}
	jsonUsual struct {
		Worse bool      `json:"worse"`
		Least *int64    `json:"least,omitempty"` // of the days that are known
		Most  *int64    `json:"most,omitempty"`
		Days  []jsonDay `json:"days"`
	}
	jsonDay struct {
		Begin    time.Time `json:"begin"`
		End      time.Time `json:"end"`
		Failures *int64    `json:"failures,omitempty"` // none where they are not known
	}
)

// baselineName is the language's word for what Before is of.
func (p Part) baselineName() string { return cmp.Or(p.Baseline, "before") }

func (p Part) baseline() *jsonBase {
	if !p.Compared {
		return nil
	}
	return &jsonBase{p.baselineName(), p.BaseBegin.In(catapi.Beijing), p.BaseEnd.In(catapi.Beijing)}
}

func (u *Usual) json(total int64) *jsonUsual {
	if u == nil {
		return nil
	}
	out := &jsonUsual{Worse: u.Worse(total), Days: []jsonDay{}}
	if days := u.known(); len(days) > 0 {
		out.Least, out.Most = &days[0], &days[len(days)-1]
	}
	for _, day := range u.Days {
		one := jsonDay{Begin: day.Begin.In(catapi.Beijing), End: day.End.In(catapi.Beijing)}
		if day.Err == nil {
			one.Failures = &day.Total
		}
		out.Days = append(out.Days, one)
	}
	return out
}
