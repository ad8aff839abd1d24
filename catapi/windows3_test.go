package catapi

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

// quarters cuts incident into n windows of a quarter of an hour.
func quarters(n int) []Query {
	windows := make([]Query, n)
	for i := range windows {
		windows[i] = incident
		windows[i].Begin = incident.Begin.Add(time.Duration(i) * 15 * time.Minute)
		windows[i].End = windows[i].Begin.Add(15 * time.Minute)
	}
	return windows
}

// spanOf reads the window that was asked for.
func spanOf(asked map[string]any) (begin, end time.Time) {
	return time.UnixMilli(int64(asked["BeginTime"].(float64))), time.UnixMilli(int64(asked["EndTime"].(float64)))
}

func TestOneReadingAnswersEachWindowAsItWouldBeAnsweredAlone(t *testing.T) {
	var all []time.Time // a probe at each edge, beside it, and between
	for _, q := range quarters(8) {
		all = append(all, q.Begin, q.Begin.Add(time.Millisecond), q.Begin.Add(7*time.Minute), q.End.Add(-time.Millisecond))
	}
	f := newFake3(t, func(_ int, asked map[string]any) string {
		begin, end := spanOf(asked)
		var rows []string
		for i, at := range all {
			if !at.Before(begin) && !at.After(end) { // whether the end is in a window is in no document
				rows = append(rows, saw([]string{"移动", "电信"}[i%2], "江西", at, int64(i%3)*601))
			}
		}
		return probesPage(len(rows), "", rows...)
	})
	c := f.client(t)
	together, err := c.Histories(t.Context(), quarters(8))
	if err != nil || len(f.asked) != 1 {
		t.Fatalf("%d calls, %v", len(f.asked), err)
	}
	for i, q := range quarters(8) {
		alone, err := c.ReturnCodeHistory(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		together[i].FetchedAt, together[i].Cached = alone.FetchedAt, alone.Cached
		if diff := gocmp.Diff(alone, together[i]); diff != "" {
			t.Errorf("%s–%s: %s", q.Begin, q.End, diff)
		}
	}
}

func TestAReadingThatIsTooLargeIsCutOrGivenUp(t *testing.T) {
	limited := func(longest time.Duration, refusal string) func(int, map[string]any) string {
		return func(_ int, asked map[string]any) string {
			begin, end := spanOf(asked)
			if end.Sub(begin) > longest {
				return refusal
			}
			return probesPage(1, "", saw("移动", "江西", begin, 603))
		}
	}
	uncounted := probesPage(countLimit, "s", saw("移动", "江西", incident.Begin, 603))
	refused := refused3("InvalidParameterValue", "the range is too long")
	for name, tc := range map[string]struct {
		answer    func(int, map[string]any) string
		wantCalls int
		wantErr   bool
	}{
		"the API takes it":                               {limited(5*time.Hour, ""), 1, false},
		"the API counts to the end of a half":            {limited(150*time.Minute, uncounted), 3, false},
		"the API refuses more than a quarter":            {limited(75*time.Minute, refused), 7, false},
		"a window has more than is counted":              {limited(0, uncounted), 3, true},
		"the API refuses whatever it is asked for":       {limited(0, refused), 3, true},
		"each window has pages of its own":               {func(int, map[string]any) string { return probesPage(1001, "s", ofMany(0, 50)...) }, 1, true},
		"a probe without a time may belong to any":       {func(int, map[string]any) string { return probesPage(1, "", untimed) }, 1, true},
		"pages without a total are not followed forever": {func(n int, _ map[string]any) string { return unpromised(n) }, 21, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake3(t, tc.answer)
			c := f.client(t)
			c.api3.pageSize.Store(50)
			found, err := c.Histories(t.Context(), quarters(20))
			if len(f.asked) != tc.wantCalls || (err != nil) != tc.wantErr || err == nil && len(found) != 20 {
				t.Errorf("%d answers from %d calls, %v", len(found), len(f.asked), err)
			}
		})
	}
}

const untimed = `{"Labels":[{"Name":"Operator","Value":"移动"}],"Fields":[{"Name":"ErrorId","Value":603}]}`

// unpromised is page n of a list that names no total.
func unpromised(n int) string {
	return fmt.Sprintf(`{"Response":{"DataSet":[%s],"ScrollID":"s","RequestId":"x"}}`, strings.Join(ofMany(50*n, 50), ","))
}

func TestOnlyWindowsThatFollowOneAnotherAreReadTogether(t *testing.T) {
	other := func(change func(*Query)) []Query {
		windows := quarters(3)
		change(&windows[1])
		return windows
	}
	midnight := quarters(2)
	for i := range midnight {
		midnight[i].Begin, midnight[i].End = midnight[i].Begin.Add(-15*time.Minute), midnight[i].End.Add(-15*time.Minute)
	}
	v2 := quarters(1)
	v2[0].Task = "126531"
	for name, windows := range map[string][]Query{
		"none":             nil,
		"a gap":            other(func(q *Query) { q.Begin = q.Begin.Add(time.Second) }),
		"another province": other(func(q *Query) { q.ProvinceName = "江西" }),
		"another task":     other(func(q *Query) { q.Task = "task-1" }),
		"an empty one":     other(func(q *Query) { q.End = q.Begin }),
		"two days":         midnight,
		"a task of v2":     v2,
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake3(t, func(int, map[string]any) string { return probesPage(0, "") })
			if _, err := f.client(t).Histories(t.Context(), windows); err == nil || len(f.asked) > 0 {
				t.Errorf("%v after %d calls", err, len(f.asked))
			}
		})
	}
}

func TestAReadingThatFailsIsAnErrorOfTheAPI(t *testing.T) {
	f := newFake3(t, func(int, map[string]any) string { return refused3("AuthFailure.UnauthorizedOperation", "no") })
	_, err := f.client(t).Histories(t.Context(), quarters(4))
	if api, ok := errors.AsType[*Error](err); !ok || !api.Unauthorized() {
		t.Errorf("%v", err)
	}
}

// TestAReadingOfManyWindowsTakesLittleMemory: as many pages as one reading may have, of all ISPs, provinces and errors.
func TestAReadingOfManyWindowsTakesLittleMemory(t *testing.T) {
	const total, perPage, most = 100_000, 5000, 64 << 20
	windows := quarters(20)
	step := 5 * time.Hour / total
	page := func(n int) string {
		rows := make([]string, perPage)
		for i := range rows {
			at := incident.Begin.Add(time.Duration(n*perPage+i) * step)
			rows[i] = saw(fmt.Sprintf("ISP %d", i%5), fmt.Sprintf("省%d", i%31), at, int64(i%4*601))
		}
		return probesPage(total, "s", rows...)
	}
	var before, peak uint64
	pages := 0
	c, _ := newTestClient(t, Config{})
	c.api3.limits.rate = 1e6
	c.api3.sdk.WithHttpTransport(captureTransport{c, roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("X-TC-Action") == "DescribeProbeTasks" {
			return respond(oneTask3), nil
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		before, peak = min(cmp.Or(before, m.HeapAlloc), m.HeapAlloc), max(peak, m.HeapAlloc)
		if pages++; pages > total/perPage {
			return respond(probesPage(total, "s")), nil
		}
		return respond(page(pages - 1)), nil
	})})
	found, err := c.Histories(t.Context(), windows)
	if err != nil {
		t.Fatal(err)
	}
	var probes int64
	for _, h := range found {
		for _, p := range h.Probes {
			probes += p.Count
		}
	}
	if probes != total || peak-before > most {
		t.Errorf("%d probes within %d MB", probes, (peak-before)>>20)
	}
}
