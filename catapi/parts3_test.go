package catapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// day is a query of API 3.0 for a whole day.
var day = Query{Task: "task-ab12cd34", Begin: beijing("2026-11-20 00:00:00"), End: beijing("2026-11-21 00:00:00")}

// A steadyAPI is an API 3.0 with a probe at each step of day. Its windows include their ends.
type steadyAPI struct {
	step    time.Duration
	latency time.Duration
	counts  int                   // the most probes that it counts; 0 means all
	fault   func(n int) roundTrip // of page n, from 1; nil where there is none
	mu      sync.Mutex
	asked   []time.Time // when each page was asked for
}

func (s *steadyAPI) RoundTrip(r *http.Request) (*http.Response, error) {
	<-time.After(s.latency)
	if r.Header.Get("X-TC-Action") == "DescribeProbeTasks" {
		return respond(oneTask3), nil
	}
	var asked struct{ BeginTime, EndTime, Offset, Limit int64 }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.asked = append(s.asked, time.Now().Add(-s.latency))
	n := len(s.asked)
	s.mu.Unlock()
	if s.fault != nil {
		if fault := s.fault(n); fault != nil {
			return fault(r)
		}
	}
	origin, step := day.Begin.UnixMilli(), s.step.Milliseconds()
	first := (asked.BeginTime - origin + step - 1) / step
	last := min((asked.EndTime-origin)/step, day.End.Sub(day.Begin).Milliseconds()/step-1)
	total := max(0, last-first+1)
	rows := []byte(`{"Response":{"DataSet":[`)
	for i := first + asked.Offset; i < min(first+asked.Offset+asked.Limit, last+1); i++ {
		if i > first+asked.Offset {
			rows = append(rows, ',')
		}
		rows = append(rows, `{"ProbeTime":1,"Labels":[{"ID":0,"Name":"Operator","Value":"ISP `...)
		rows = strconv.AppendInt(rows, i%5, 10)
		rows = append(rows, `"},{"ID":1,"Name":"District","Value":"省`...)
		rows = strconv.AppendInt(rows, i%31, 10)
		rows = append(rows, `"}],"Fields":[{"ID":0,"Name":"ProbeTime","Value":`...)
		rows = strconv.AppendInt(rows, origin+i*step, 10)
		rows = append(rows, `},{"ID":1,"Name":"ErrorId","Value":`...)
		rows = strconv.AppendInt(rows, i%4*601, 10)
		rows = append(rows, `}]}`...)
	}
	if s.counts > 0 {
		total = min(total, int64(s.counts))
	}
	scroll := "s"
	if asked.Offset+asked.Limit >= last-first+1 {
		scroll = ""
	}
	rows = fmt.Appendf(rows, `],"TotalNumber":%d,"ScrollID":%q,"RequestId":"x"}}`, total, scroll)
	return respond(string(rows)), nil
}

// read reads q by pages of a size, and returns how long that takes.
func (s *steadyAPI) read(t *testing.T, q Query, pageSize int64) (h History, took time.Duration, err error) {
	c := inBubble(t, Config{Rate: maxRate3}, nil)
	answer3By(c, s.RoundTrip)
	c.api3.pageSize.Store(pageSize)
	if _, err := c.api3.getTask(t.Context(), q.Task, taskTTL); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	h, err = c.ReturnCodeHistory(t.Context(), q)
	return h, time.Since(start), err
}

// TestManyPagesAreReadInPartsWhereThatSavesTime has pages of 50 probes in place of 5,000, so that it ends soon.
func TestManyPagesAreReadInPartsWhereThatSavesTime(t *testing.T) {
	whole := map[int]History{} // read by one page, by the number of probes
	for _, tc := range []struct {
		name      string
		probes    int
		latency   time.Duration
		pageSize  int64
		counts    int
		mostCalls int
		mostTime  time.Duration
	}{
		{"40 pages", 2_000, 300 * time.Millisecond, 50, 0, 47, 3500 * time.Millisecond}, // 12 s by one scroll
		{"40 pages that come at the rate", 2_000, 50 * time.Millisecond, 50, 0, 42, 2200 * time.Millisecond},
		{"40 pages that come slowly", 2_000, time.Second, 50, 0, 48, 8 * time.Second}, // 40 s by one scroll
		{"200 pages, as of a million probes", 12_000, 50 * time.Millisecond, 60, 0, 203, 10500 * time.Millisecond},
		{"200 pages that come slowly", 12_000, 300 * time.Millisecond, 60, 0, 210, 15 * time.Second}, // a minute by one scroll
		{"few pages", 250, 300 * time.Millisecond, 50, 0, 5, 1500 * time.Millisecond},
		{"more probes than are counted", 100_000, 300 * time.Millisecond, 5000, countLimit, 30, 3 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := &steadyAPI{step: 24 * time.Hour / time.Duration(tc.probes), latency: tc.latency, counts: tc.counts}
				h, took, err := api.read(t, day, tc.pageSize)
				if err != nil || len(api.asked) > tc.mostCalls || took > tc.mostTime {
					t.Fatalf("%d calls took %s, %v", len(api.asked), took, err)
				}
				slices.SortFunc(api.asked, time.Time.Compare)
				for i := maxRate3; i < len(api.asked); i++ {
					if since := api.asked[i].Sub(api.asked[i-maxRate3]); since < time.Second {
						t.Fatalf("%d calls within %s", maxRate3+1, since)
					}
				}
				want, ok := whole[tc.probes]
				if !ok {
					want, _, err = (&steadyAPI{step: api.step}).read(t, day, 100_000)
					if err != nil {
						t.Fatal(err)
					}
					whole[tc.probes] = want
				}
				if want.FetchedAt, want.Cached = h.FetchedAt, h.Cached; gocmp.Diff(want, h) != "" {
					t.Errorf("it differs from one reading: %s", gocmp.Diff(want, h))
				}
			})
		})
	}
}

func TestAMinuteIsNotReadInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		minute := day
		minute.End = minute.Begin.Add(minCountedWindow)
		api := &steadyAPI{step: 100 * time.Millisecond, latency: 300 * time.Millisecond}
		h, _, err := api.read(t, minute, 50)
		if n := countAll(h); err != nil || n != 600 || len(api.asked) != 13 { // its end is on a page of its own
			t.Errorf("%d probes from %d calls, %v", n, len(api.asked), err)
		}
	})
}

func TestAPartThatIsNotWholeIsReadAgainOrTheWholeIsAnError(t *testing.T) {
	nothing := func(*http.Request) (*http.Response, error) {
		return respond(`{"Response":{"DataSet":[],"TotalNumber":250,"ScrollID":"s","RequestId":"x"}}`), nil
	}
	expired := func(*http.Request) (*http.Response, error) {
		return respond(refused3("FailedOperation.ESQueryError", "No search context found for id [1]")), nil
	}
	for name, tc := range map[string]struct {
		fault func(n int) roundTrip
		kind  TroubleKind // of the error; empty where there is none
	}{
		"a page lost":             {func(n int) roundTrip { return once(n == 20, nothing) }, ""},
		"a scroll expired":        {func(n int) roundTrip { return once(n == 20, expired) }, ""},
		"a page lost each time":   {func(n int) roundTrip { return once(n >= 20, nothing) }, TroublePartial},
		"a scroll that is no use": {func(n int) roundTrip { return once(n >= 20, expired) }, TroubleServerError},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := &steadyAPI{step: 24 * time.Hour / 2_000, latency: 300 * time.Millisecond, fault: tc.fault}
				h, _, err := api.read(t, day, 50)
				if (err != nil) != (tc.kind != "") || err != nil && TroubleOf(err).Kind != tc.kind {
					t.Errorf("ended in %v", err)
				}
				if n := countAll(h); err == nil && n != 2_000 {
					t.Errorf("%d probes", n)
				}
			})
		})
	}
}

// once returns fault if it is to happen.
func once(happens bool, fault roundTrip) roundTrip {
	if happens {
		return fault
	}
	return nil
}

func countAll(h History) (n int64) {
	for _, p := range h.Probes {
		n += p.Count
	}
	return n
}

// TestAMillionProbesAreCountedWithin64MB: pages stream by, of several parts at once, and what is kept are counts.
func TestAMillionProbesAreCountedWithin64MB(t *testing.T) {
	const total, most = 700 * 24 * 60, 64 << 20 // 700 a minute
	var rows []byte                             // without times, so that one page serves for all; all are equally long
	for i := range maxPageSize {
		rows = fmt.Appendf(rows, `{"ProbeTime":1,"Labels":[{"ID":0,"Name":"Operator","Value":"ISP %d"},{"ID":1,"Name":"District","Value":"省%02d"}],`+
			`"Fields":[{"ID":0,"Name":"ProbeTime","Value":0},{"ID":1,"Name":"ErrorId","Value":"%04d"}]},`, i%5, i%31, i%4*601)
	}
	runtime.GC() // what other tests left behind would let the heap grow
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var before, peak uint64
		c := inBubble(t, Config{Rate: maxRate3}, nil)
		answer3By(c, func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("X-TC-Action") == "DescribeProbeTasks" {
				return respond(oneTask3), nil
			}
			<-time.After(300 * time.Millisecond)
			var asked struct{ BeginTime, EndTime, Offset, Limit int64 }
			if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
				return nil, err
			}
			mu.Lock()
			defer mu.Unlock()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			before, peak = min(cmp.Or(before, m.HeapAlloc), m.HeapAlloc), max(peak, m.HeapAlloc)
			all := total * (asked.EndTime - asked.BeginTime) / day.End.Sub(day.Begin).Milliseconds()
			here := int(min(all-asked.Offset, asked.Limit))
			response := respond(fmt.Sprintf(`],"TotalNumber":%d,"ScrollID":"s","RequestId":"x"}}`, all))
			response.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"Response":{"DataSet":[`),
				bytes.NewReader(rows[:max(0, here*len(rows)/maxPageSize-1)]), response.Body))
			return response, nil
		})
		h, err := c.ReturnCodeHistory(t.Context(), day)
		if n := countAll(h); err != nil || n != total || peak-before > most {
			t.Errorf("%d probes within %d MB, %v", n, (peak-before)>>20, err)
		}
	})
}

func TestAWindowIsCutIntoPartsThatFollowOneAnother(t *testing.T) {
	for _, tc := range []struct {
		length time.Duration
		n      int
		want   string
	}{
		{24 * time.Hour, 3, "8h0m0s 8h0m0s 8h0m0s"},
		{10 * time.Minute, 3, "3m0s 3m0s 4m0s"},
		{90 * time.Second, 2, "45s 45s"},
		{3 * time.Second, 2, "1s 2s"},
		{2 * time.Second, 5, "1s 1s"},
	} {
		q := day
		q.End = q.Begin.Add(tc.length)
		got, at := "", q.Begin
		for _, part := range q.cut(tc.n) {
			got = fmt.Sprint(got, " ", part.End.Sub(part.Begin))
			if !part.Begin.Equal(at) {
				t.Errorf("there is a gap at %s", at)
			}
			at = part.End
		}
		if got[1:] != tc.want || !at.Equal(q.End) {
			t.Errorf("%s in %d:%s to %s", tc.length, tc.n, got, at)
		}
	}
}
