package catapi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestBucketLength(t *testing.T) {
	for window, want := range map[time.Duration]time.Duration{
		time.Second:         time.Minute,
		19 * time.Minute:    time.Minute,
		20 * time.Minute:    5 * time.Minute,
		time.Hour:           5 * time.Minute,
		8 * time.Hour:       30 * time.Minute,
		24 * time.Hour:      2 * time.Hour,
		7 * 24 * time.Hour:  12 * time.Hour,
		31 * 24 * time.Hour: 48 * time.Hour,
	} {
		if got := (Query{Begin: morning.Begin, End: morning.Begin.Add(window)}).BucketLength(); got != want {
			t.Errorf("%s: buckets of %s, want %s", window, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuery(t)
		length := q.BucketLength()
		buckets := 0
		for begin := Floor(q.Begin, length); begin.Before(q.End); begin = begin.Add(length) {
			buckets++
		}
		if buckets < 1 || buckets > MaxBuckets {
			t.Fatalf("%s has %d buckets", q.End.Sub(q.Begin), buckets)
		}
		for _, piece := range q.Split() {
			if length%piece.BucketLength() != 0 {
				t.Fatalf("buckets of %s don't add up to one of %s", piece.BucketLength(), length)
			}
		}
	})
}

func TestBucketsOfProbes(t *testing.T) {
	at := func(minutes int) time.Time { return incident.Begin.Add(time.Duration(minutes) * time.Minute) }
	timed := []string{
		saw("移动", "江西", at(1), 603), saw("移动", "广东", at(2), 601), saw("移动", "江西", at(100), 603),
		saw("电信", "江西", at(299), 603), saw("联通", "江西", at(3), 0),
	}
	answer := func(rows ...string) []BucketCount {
		c := newFake3(t, func(int, map[string]any) string { return probesPage(len(rows), "", rows...) }).client(t)
		h, err := c.ReturnCodeHistory(t.Context(), incident)
		if err != nil {
			t.Fatal(err)
		}
		return h.Buckets
	}
	length := incident.BucketLength()
	want := []BucketCount{
		{"电信", Floor(at(299), length), 1}, {"移动", Floor(at(1), length), 2}, {"移动", Floor(at(100), length), 1},
	}
	if diff := cmp.Diff(want, answer(timed...)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := answer(append(timed, untimed)...); got != nil {
		t.Errorf("with a failure of unknown time: %v", got)
	}
	if got := answer(); got == nil || len(got) > 0 {
		t.Errorf("without probes: %#v", got)
	}
}

func TestMergeHasBucketsOnlyIfAllPiecesHave(t *testing.T) {
	known := History{Buckets: []BucketCount{{"移动", morning.Begin, 10}}}
	if h := merge(morning, []History{known, {}}); h.Buckets != nil {
		t.Errorf("got %v", h.Buckets)
	}
	if h := merge(morning, []History{known, {Buckets: []BucketCount{}}}); len(h.Buckets) != 1 {
		t.Errorf("got %v", h.Buckets)
	}
}

func TestBucketsOfRowsOfV2(t *testing.T) {
	seen := func(isp, first, last string, count int) string {
		return fmt.Sprintf(`{"ispName":%q,"resultCode":1,"resultCount":%d,"startTime":"2017-05-25 %s","endTime":"2017-05-25 %s"}`,
			isp, count, first, last)
	}
	const success = `{"ispName":"移动","resultCode":0,"resultCount":99}`
	early, late := beijing("2017-05-25 02:00:00"), beijing("2017-05-25 07:30:00")
	known := []BucketCount{{"电信", late, 2}, {"移动", early, 7}, {"移动", late, 1}}
	for _, tc := range []struct {
		name string
		rows []string
		want []BucketCount
	}{
		{"each row is in one bucket", []string{
			seen("移动", "02:00:00", "02:29:00", 3), seen("移动", "02:08:00", "02:08:00", 4), seen("移动", "07:31:00", "07:31:00", 1),
			seen("电信", "07:30:00", "07:59:59", 2), success}, known},
		{"a row is in two", []string{seen("移动", "02:00:00", "02:30:00", 3)}, nil},
		{"a row without times", []string{seen("移动", "02:00:00", "02:00:00", 3), `{"resultCode":1,"resultCount":1}`}, nil},
		{"rows with the times of the window", []string{seen("移动", "00:00:00", "08:10:00", 3)}, nil},
		{"rows with its begin", []string{seen("移动", "00:00:00", "00:00:00", 3), seen("电信", "00:00:00", "00:00:00", 3)}, nil},
		{"rows with its end", []string{seen("移动", "08:10:00", "08:10:00", 3)}, nil},
		{"no rows", nil, []BucketCount{}},
	} {
		body := `{"code":0,"data":{"detail":[` + strings.Join(tc.rows, ",") + `]}}`
		h, err := decodeHistory([]byte(body), morning, time.Time{})
		if diff := cmp.Diff(tc.want, h.Buckets); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", tc.name, err, diff)
		}
	}
}
