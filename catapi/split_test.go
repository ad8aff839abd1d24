package catapi

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawQuery draws a window of up to two weeks that begins in 2017 or so, in any zone.
func drawQuery(t *rapid.T) Query {
	zones := []*time.Location{
		time.UTC, Beijing, zone(t, "America/New_York"), zone(t, "Asia/Kolkata"), zone(t, "Pacific/Kiritimati"),
	}
	begin := rapid.Int64Range(1_480_000_000, 1_510_000_000).Draw(t, "begin")
	if rapid.Bool().Draw(t, "from midnight") {
		begin = time.Unix(begin, 0).In(Beijing).Truncate(24*time.Hour).Unix() - 8*3600
	}
	length := rapid.Int64Range(1, 14*24*3600).Draw(t, "length")
	in := rapid.SampledFrom(zones).Draw(t, "zone")
	return Query{Task: "126531", Begin: time.Unix(begin, 0).In(in), End: time.Unix(begin+length, 0).In(in)}
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

func TestSplitCoversTheWindowWithoutGapOrOverlapOrMidnight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuery(t)
		at := q.Begin
		for _, piece := range q.Split() {
			if !piece.Begin.Equal(at) || !piece.End.After(piece.Begin) {
				t.Fatalf("%v follows %v", piece, at)
			}
			if piece.Task != q.Task || piece.Begin.Location() != Beijing || piece.End.Location() != Beijing {
				t.Fatalf("%v is no piece of %v in Beijing's zone", piece, q)
			}
			if first, last := piece.Begin.YearDay(), piece.End.Add(-1).YearDay(); first != last {
				t.Fatalf("%v crosses midnight", piece)
			}
			at = piece.End
		}
		if !at.Equal(q.End) {
			t.Fatalf("the pieces end at %v, not at %v", at, q.End)
		}
	})
}

// An event is one failure that some probe saw.
type event struct {
	at            time.Time
	isp, province string
	address       string
	code          int64
}

func drawEvents(t *rapid.T, q Query) []event {
	end := q.End.Sub(q.Begin)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) event {
		return event{
			at:       q.Begin.Add(time.Duration(rapid.Int64Range(-3600, int64(end/time.Second)+3600).Draw(t, "at")) * time.Second).In(Beijing),
			isp:      rapid.SampledFrom([]string{"移动", "电信"}).Draw(t, "isp"),
			province: rapid.SampledFrom([]string{"jiangxi", "gd"}).Draw(t, "province"),
			address:  rapid.SampledFrom([]string{"", "10.0.0.1"}).Draw(t, "address"),
			code:     rapid.SampledFrom([]int64{-17, 0, 10016}).Draw(t, "code"),
		}
	}), 0, 60).Draw(t, "events")
}

// count answers q from events, by other means than this package's.
func count(q Query, events []event) History {
	type key struct {
		isp, province, address string
		code                   int64
	}
	rows := map[key]*Row{}
	totals := map[int64]int64{}
	looked := map[[2]string]ProbeCount{}
	buckets := map[string]map[int64]int64{}
	length := int64(q.BucketLength() / time.Second)
	for _, e := range events {
		if e.at.Before(q.Begin) || !e.at.Before(q.End) {
			continue
		}
		k := key{e.isp, e.province, e.address, e.code}
		r, ok := rows[k]
		if !ok {
			r = &Row{ISP: e.isp, Province: e.province, ServerIP: e.address, Code: e.code, First: e.at, Last: e.at}
			rows[k] = r
		}
		r.Count++
		if e.at.Before(r.First) {
			r.First = e.at
		}
		if e.at.After(r.Last) {
			r.Last = e.at
		}
		totals[e.code]++
		if e.code != 0 {
			if buckets[e.isp] == nil {
				buckets[e.isp] = map[int64]int64{}
			}
			buckets[e.isp][(e.at.Unix()+8*3600)/length]++
		}
		p := looked[[2]string{e.isp, e.province}]
		if p.Count++; e.at.After(p.Last) {
			p.Last = e.at
		}
		looked[[2]string{e.isp, e.province}] = p
	}
	h := History{Query: q, Probes: []ProbeCount{}, Buckets: []BucketCount{}}
	for _, isp := range []string{"电信", "移动"} { // in order of their bytes
		for _, n := range slices.Sorted(maps.Keys(buckets[isp])) {
			begin := time.Unix(n*length-8*3600, 0).In(Beijing)
			h.Buckets = append(h.Buckets, BucketCount{ISP: isp, Begin: begin, Count: buckets[isp][n]})
		}
		for _, province := range []string{"gd", "jiangxi"} {
			if p := looked[[2]string{isp, province}]; p.Count > 0 {
				p.ISP, p.Province = isp, province
				h.Probes = append(h.Probes, p)
			}
			for _, address := range []string{"", "10.0.0.1"} {
				for _, code := range []int64{-17, 0, 10016} {
					if r := rows[key{isp, province, address, code}]; r != nil {
						h.Rows = append(h.Rows, *r)
					}
				}
			}
		}
	}
	for _, code := range []int64{-17, 0, 10016} {
		if totals[code] > 0 {
			h.Summary = append(h.Summary, CodeTotal{Code: code, Count: totals[code]})
		}
	}
	return h
}

func TestPiecesMergeToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuery(t)
		events := drawEvents(t, q)
		merged, err := FetchByDay(t.Context(), q, 4, func(_ context.Context, piece Query) (History, error) {
			return count(piece, events), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		whole := count(q.Normalize(), events)
		if diff := cmp.Diff(whole.Rows, merged.Rows); len(whole.Rows)+len(merged.Rows) > 0 && diff != "" {
			t.Fatalf("rows (-whole +merged):\n%s", diff)
		}
		if diff := cmp.Diff(whole.Summary, merged.Summary); diff != "" {
			t.Fatalf("summary (-whole +merged):\n%s", diff)
		}
		if diff := cmp.Diff(whole.Probes, merged.Probes); len(whole.Probes)+len(merged.Probes) > 0 && diff != "" {
			t.Fatalf("probed (-whole +merged):\n%s", diff)
		}
		if diff := cmp.Diff(whole.Buckets, merged.Buckets); diff != "" {
			t.Fatalf("buckets (-whole +merged):\n%s", diff)
		}
		if merged.Query != q.Normalize() {
			t.Fatalf("answers %v, not %v", merged.Query, q)
		}
	})
}

func TestAMergeIsAsOldAndAsStaleAsItsWorstPiece(t *testing.T) {
	older, newer := beijing("2017-05-25 00:00:00"), beijing("2017-05-25 00:01:00")
	stale := errors.New("the api is away")
	before, growing := Query{End: older.Add(-2 * time.Hour)}, Query{End: newer}
	for _, tc := range []struct {
		name   string
		pieces []History
		want   History
	}{
		{"no pieces", nil, History{}},
		{"all from the cache", []History{{FetchedAt: newer, Cached: true}, {FetchedAt: older, Cached: true}}, History{FetchedAt: older, Cached: true}},
		{"one fetched", []History{{FetchedAt: newer}, {FetchedAt: older, Cached: true}}, History{FetchedAt: older}},
		{"one settled", []History{{Query: before, FetchedAt: older.Add(-time.Hour), Cached: true}, {Query: growing, FetchedAt: newer}},
			History{FetchedAt: newer}},
		{"one settled, one almost", []History{{Query: before, FetchedAt: older.Add(-time.Hour), Cached: true},
			{Query: growing, FetchedAt: newer}, {Query: growing, FetchedAt: older}}, History{FetchedAt: older}},
		{"one stale of a settled window", []History{{Query: before, FetchedAt: older.Add(-time.Hour), Stale: stale}, {Query: growing, FetchedAt: newer}},
			History{FetchedAt: older.Add(-time.Hour), Stale: stale}},
		{"one stale", []History{{FetchedAt: newer}, {FetchedAt: older, Cached: true, Stale: stale}}, History{FetchedAt: older, Stale: stale}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := merge(morning, tc.pieces)
			if !got.FetchedAt.Equal(tc.want.FetchedAt) || got.Cached != tc.want.Cached || got.Stale != tc.want.Stale {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestProbesAreNotCountedOfSomePiecesOnly(t *testing.T) {
	counted := History{Probes: []ProbeCount{{ISP: "移动", Count: 10}}}
	if h := merge(morning, []History{counted, {}}); h.Probes != nil {
		t.Errorf("got %v", h.Probes)
	}
	if h := merge(morning, []History{counted, {Probes: []ProbeCount{}}}); len(h.Probes) != 1 ||
		h.Probes[0].Count != 10 {
		t.Errorf("got %v", h.Probes)
	}
}

func TestGatherGivesNoPartForTheWhole(t *testing.T) {
	q := morning
	q.End = q.Begin.AddDate(0, 0, 5)
	lost := errors.New("lost")
	h, err := FetchByDay(t.Context(), q, 2, func(_ context.Context, piece Query) (History, error) {
		if piece.Begin.Day() == 27 {
			return History{}, lost
		}
		return History{Query: piece, Rows: []Row{row}}, nil
	})
	if !errors.Is(err, lost) || h.Rows != nil {
		t.Errorf("got %v and %v", h, err)
	}
}

func TestAPanicInOnePieceIsAnErrorOfTheWhole(t *testing.T) {
	q := morning
	q.End = q.Begin.AddDate(0, 0, 5)
	_, err := FetchByDay(t.Context(), q, 2, func(_ context.Context, piece Query) (History, error) {
		if piece.Begin.Day() == 27 {
			panic("a mistake in the code")
		}
		return History{Query: piece}, nil
	})
	if panicked, ok := errors.AsType[*PanicError](err); !ok || panicked.Value != "a mistake in the code" ||
		len(panicked.Stack) == 0 {
		t.Errorf("got %v", err)
	}
}
