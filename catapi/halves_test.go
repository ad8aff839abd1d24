package catapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// inclusive is an API v2 with one task, which failed at some times, and whose windows have
// their endTime in them or not.
func inclusive(t *testing.T, isIn bool, failed ...time.Time) *fakeAPI {
	return newFakeAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.PostForm.Get("Action") == "DescribeCatTaskList" {
			text(`{"code":0,"total":1,"tasks":[{"taskId":126531}]}`)(w, r)
			return
		}
		begin, end := beijing(r.PostForm.Get("beginTime")), beijing(r.PostForm.Get("endTime"))
		var rows []string
		for n, at := range failed {
			if !at.Before(begin) && (at.Before(end) || isIn && at.Equal(end)) {
				stamp := at.Format(time.DateTime)
				rows = append(rows, fmt.Sprintf(`{"ispName":"移动","province":"p%d","resultCode":10016,"resultCount":3,"startTime":%q,"endTime":%q}`, n, stamp, stamp))
			}
		}
		summary := fmt.Sprintf(`{"resultCode":10016,"resultCount":%d}`, 3*len(rows))
		text(`{"code":0,"data":{"detail":[`+strings.Join(rows, ",")+`],"summary":[`+summary+`]}}`)(w, r)
	})
}

func TestAFailureOnMidnightIsCountedOnce(t *testing.T) {
	q := morning
	q.End = q.Begin.AddDate(0, 0, 3)
	for _, isIn := range []bool{false, true} {
		t.Run(fmt.Sprint("endTime belongs to the window: ", isIn), func(t *testing.T) {
			api := inclusive(t, isIn, q.Begin.Add(time.Hour), q.Begin.AddDate(0, 0, 1), q.Begin.AddDate(0, 0, 2), q.End)
			c, _ := newTestClient(t, Config{URL: api.URL})
			h, err := c.ReturnCodeHistory(t.Context(), q)
			if err != nil || h.failures() != 9 || h.Summary[0].Count != 9 {
				t.Errorf("%d failures, of the API's %+v, %v", h.failures(), h.Summary, err)
			}
		})
	}
}

func TestADayIsComparedWithItsHalves(t *testing.T) {
	now := beijing("2017-05-26 09:00:00")
	noon := beijing("2017-05-25 13:37:00")
	for _, tc := range []struct {
		name   string
		isIn   bool
		failed []time.Time
		want   Halves
	}{
		{"endTime belongs to the next window", false, []time.Time{noon}, Halves{"126531", 3, 3}},
		{"endTime belongs to both", true, []time.Time{noon}, Halves{"126531", 3, 6}},
		{"nothing failed", true, nil, Halves{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			api := inclusive(t, tc.isIn, tc.failed...)
			c, _ := newTestClient(t, Config{URL: api.URL, Now: func() time.Time { return now }})
			if got, err := c.CompareHalves(t.Context()); err != nil || got != tc.want {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}
