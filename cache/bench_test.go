package cache

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"catbot/catapi"
)

// benchEntry gives an answer of n rows, as varied as real ones.
func benchEntry(n int) entry {
	random := rand.New(rand.NewPCG(1, 2))
	isps := []string{"移动", "电信", "联通", "教育网", "铁通", "长城", "华数", "鹏博士"}
	h := catapi.History{Query: lastHours(8, noon).Normalize(), FetchedAt: noon}
	for i := range n {
		code := 10000 + random.Int64N(40)
		h.Rows = append(h.Rows, catapi.Row{
			ISP: isps[i*len(isps)/n], Province: fmt.Sprintf("province%d", i/40%31),
			ProvinceName: "江西", MapKey: "jiangXi",
			ServerIP: fmt.Sprintf("10.%d.%d.%d", random.IntN(3), random.IntN(20), random.IntN(256)),
			Code:     code, Reason: fmt.Sprintf("Ping超时%d", code), Count: random.Int64N(1000),
			First: h.Query.Begin.Add(time.Duration(random.IntN(7200)) * time.Second),
			Last:  h.Query.End.Add(-time.Duration(random.IntN(7200)) * time.Second),
		})
	}
	for _, isp := range isps {
		for i := range catapi.MaxBuckets - 3 {
			begin := h.Query.Begin.Add(time.Duration(i) * h.Query.BucketLength())
			h.Buckets = append(h.Buckets, catapi.BucketCount{ISP: isp, Begin: begin, Count: random.Int64N(1000)})
		}
	}
	return entry{history: h}
}

func BenchmarkCachedHit(b *testing.B) {
	_, _, r := newPair(b)
	q := lastHours(8, noon)
	r.must(b, q)
	b.ReportAllocs()
	for b.Loop() {
		r.must(b, q)
	}
}

func BenchmarkRedisHit(b *testing.B) {
	for _, rows := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("%d rows", rows), func(b *testing.B) {
			u, _, r := newPair(b)
			q := lastHours(8, noon)
			r.save(b.Context(), benchEntry(rows), pieceKey(q))
			r.memory = newMemory(0)
			b.ReportAllocs()
			for b.Loop() {
				r.must(b, q)
			}
			if n := u.calls.Load(); n > 0 {
				b.Fatalf("%d calls upstream", n)
			}
		})
	}
}

func BenchmarkValue(b *testing.B) {
	e := benchEntry(10_000)
	value, err := encode(e)
	if err != nil {
		b.Fatal(err)
	}
	text, err := json.Marshal(e.history.Rows)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode 10,000 rows", func(b *testing.B) {
		b.ReportAllocs()
		b.ReportMetric(float64(len(value)), "bytes")
		for b.Loop() {
			if _, err := encode(e); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode 10,000 rows", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := decode(value); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode 10,000 rows as JSON, for comparison", func(b *testing.B) {
		b.ReportAllocs()
		b.ReportMetric(float64(len(text)), "bytes")
		for b.Loop() {
			var rows []catapi.Row
			if err := json.Unmarshal(text, &rows); err != nil {
				b.Fatal(err)
			}
		}
	})
}
