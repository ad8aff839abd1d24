package cache

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/s2"
	"pgregory.net/rapid"

	"catbot/catapi"
)

// drawTime draws a whole second, or no time, in Beijing's zone.
func drawTime(t *rapid.T, label string) time.Time {
	return fromUnix(rapid.OneOf(rapid.Int64Range(0, 1<<33), rapid.Just((time.Time{}).Unix())).Draw(t, label))
}

func drawEntry(t *rapid.T) entry {
	text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	row := rapid.Custom(func(t *rapid.T) catapi.Row {
		return catapi.Row{
			ISP: text.Draw(t, "isp"), Province: text.Draw(t, "province"), ProvinceName: text.Draw(t, "name"),
			MapKey: text.Draw(t, "map key"), ServerIP: text.Draw(t, "address"), Code: rapid.Int64().Draw(t, "code"), Kind: catapi.Kind(rapid.Int64Range(0, 9).Draw(t, "kind")),
			Reason: text.Draw(t, "reason"), Count: rapid.Int64().Draw(t, "count"), First: drawTime(t, "first"), Last: drawTime(t, "last"),
			Recent: rapid.Int64().Draw(t, "recent"),
		}
	})
	total := rapid.Custom(func(t *rapid.T) catapi.CodeTotal {
		return catapi.CodeTotal{Code: rapid.Int64().Draw(t, "code"), Reason: text.Draw(t, "reason"), Count: rapid.Int64().Draw(t, "count")}
	})
	e := entry{history: catapi.History{
		Query: catapi.Query{
			Task: text.Draw(t, "task"), Province: text.Draw(t, "province"), Begin: drawTime(t, "begin"), End: drawTime(t, "end"),
		},
		FetchedAt: time.Unix(0, rapid.Int64Range(0, 1<<62).Draw(t, "fetched")).In(catapi.Beijing),
		Rows:      rapid.OneOf(rapid.SliceOf(row), rapid.Just([]catapi.Row(nil))).Draw(t, "rows"),
		Probes: rapid.OneOf(rapid.SliceOf(rapid.Custom(func(t *rapid.T) catapi.ProbeCount {
			return catapi.ProbeCount{ISP: text.Draw(t, "isp"), Province: text.Draw(t, "province"), ProvinceName: text.Draw(t, "name"), Count: rapid.Int64().Draw(t, "count"), Last: drawTime(t, "last")}
		})), rapid.Just([]catapi.ProbeCount(nil))).Draw(t, "probed"),
		Buckets: rapid.OneOf(rapid.SliceOf(rapid.Custom(func(t *rapid.T) catapi.BucketCount {
			return catapi.BucketCount{ISP: text.Draw(t, "isp"), Begin: drawTime(t, "begin"), Count: rapid.Int64().Draw(t, "count")}
		})), rapid.Just([]catapi.BucketCount(nil))).Draw(t, "buckets"),
		Summary: rapid.OneOf(rapid.SliceOf(total), rapid.Just([]catapi.CodeTotal(nil))).Draw(t, "summary"),
	}}
	if rapid.Bool().Draw(t, "refused") {
		e.refusal = &catapi.Error{Code: rapid.Int64().Draw(t, "code"), CodeDesc: text.Draw(t, "desc"), Message: text.Draw(t, "message")}
	}
	return e
}

func TestEntryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawEntry(t)
		value, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(value)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("got %+v, want %+v", got, e)
		}
	})
}

func TestValueOfTheVersionBeforeIsRead(t *testing.T) {
	e := benchEntry(3)
	e.history.Buckets = nil
	raw, err := cbor.Marshal(toWireAnswer(e))
	if err != nil {
		t.Fatal(err)
	}
	old := append([]byte(oldHeader), s2.Encode(nil, raw)...)
	if got, err := decode(old); err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("got %+v, %v, want %+v", got, err, e)
	}
}

func TestForgedValuesAreRefusedCheaply(t *testing.T) {
	zeros := s2.Encode(nil, make([]byte, maxValue+1))
	before := []byte{0x82, 0x89, 0x60, 0x60, 0, 0, 0, 0x9a, 0, 4, 0, 1}
	manyRows := s2.Encode(nil, append(before, bytes.Repeat([]byte{0x80}, maxRows+1)...))
	for _, tc := range []struct{ name, block, want string }{
		{"a small block that unfolds to more than the bound", string(zeros), "more than"},
		{"a block that says it is larger than it is", "\xff\xff\xff\x1f", "corrupt"},
		{"more rows than the bound", string(manyRows), "exceeded max number of elements"},
		{"rows that are only announced", string(s2.Encode(nil, []byte{0x82, 0x89, 0x60, 0x60, 0, 0, 0, 0x9a, 0, 3, 0, 0})), "EOF"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := decode([]byte(header + tc.block)); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

func TestUndecodableEntryIsNotWritten(t *testing.T) {
	rows := make([]catapi.Row, maxRows+1)
	if _, err := encode(entry{history: catapi.History{Rows: rows}}); err == nil {
		t.Error("more rows than the bound were written")
	}
	rows = []catapi.Row{{Reason: strings.Repeat("x", maxValue)}}
	if _, err := encode(entry{history: catapi.History{Rows: rows}}); err == nil {
		t.Error("more bytes than the bound were written")
	}
}

func FuzzValue(f *testing.F) {
	good, err := encode(benchEntry(3))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(header))
	f.Add([]byte(oldHeader))
	f.Add([]byte("catbot 2 cbor+s2\n"))
	f.Fuzz(func(t *testing.T, value []byte) {
		e, err := decode(value)
		if err != nil {
			return
		}
		again, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(again); err != nil || !reflect.DeepEqual(got, e) {
			t.Errorf("got %+v, %v, want %+v", got, err, e)
		}
	})
}
