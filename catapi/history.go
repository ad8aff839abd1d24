// Package catapi is a client of the APIs of Tencent Cloud CAT (云拨测), which runs synthetic probes.
//
// A task is a site that is monitored. A probe in one ISP and province fetches the site every few minutes
// and records a return code, 0 for success. A history has the counts of return codes of one task in one window.
package catapi

import (
	"time"
)

// CAT keeps Beijing time and names no zone; China has had no daylight saving since 1991,
// so a fixed zone is exact and needs no tzdata.
var Beijing = time.FixedZone("UTC+8", 8*60*60)

// A Query asks for the return codes of one task in the window [Begin, End).
// It can be used as a map key once its times are in one zone; see Normal.
type Query struct {
	Task         string    // the task's id, which decides on the API: "126531" is v2's, "task-ab12cd34" is 3.0's
	Begin        time.Time // whole seconds; what lies below a second is cut off on the wire
	End          time.Time // after Begin
	Province     string    // CAT's own name for it, opaque: "jiangxi", "gd", "hongkong-1"; empty means all
	ProvinceName string    // the province's Chinese name where it is known, by which alone API 3.0 knows it: "江西"
}

// APIProvince returns the province as the task's API takes it: its code in v2, its Chinese name in API 3.0,
// or its code there if the name is unknown. Empty means all provinces.
func (q Query) APIProvince() string {
	if q.ProvinceName != "" && IsAPI3(q.Task) {
		return q.ProvinceName
	}
	return q.Province
}

// Normalize returns q with its times in Beijing's zone and in whole seconds, which makes equal queries equal values.
func (q Query) Normalize() Query {
	q.Begin = q.Begin.In(Beijing).Truncate(time.Second)
	q.End = q.End.In(Beijing).Truncate(time.Second)
	return q
}

// A Row counts how often one return code came from one ISP, province and server address.
// A History has at most one row for each of these four together.
type Row struct {
	ISP          string    // as the API names it: "移动"
	Province     string    // its code, opaque: "jiangxi"
	ProvinceName string    // "江西"; empty for some probe nodes
	MapKey       string    // CAT's third spelling: "jiangXi"; may be empty
	ServerIP     string    // the address the probe reached; empty where the API says "NULL" or nothing
	Code         int64     // the return code; 0 is success, negative codes exist
	Kind         Kind      // what the code's meaning depends on
	Reason       string    // the code's text as the API gives it: "Ping超时"; may be empty
	Count        int64     // never negative
	First, Last  time.Time // when it was seen, in Beijing's zone; zero where the API does not say
	Recent       int64     // those of Count in the window's last RecentTime, on its last day only; 0 if unknown
}

// RecentTime is the end of a window of which a Row counts its failures apart.
const RecentTime = 15 * time.Minute

// A ProbeCount counts the probes of one ISP and province, failures and successes.
type ProbeCount struct {
	ISP          string
	Province     string
	ProvinceName string
	Count        int64
	Last         time.Time // of the last of them, in Beijing's zone; zero where the API does not say
}

// A CodeTotal is the API's own sum for one return code.
type CodeTotal struct {
	Code   int64
	Reason string
	Count  int64
}

// A History is the answer to a Query. It is shared between readers: do not change it.
type History struct {
	Query   Query        // what it answers; a stale history may cover another window than was asked for
	Rows    []Row        // ordered by ISP, province, server address and code
	Summary []CodeTotal  // the API's own totals, by code; nil where it gave none
	Probes  []ProbeCount // ordered by ISP and province; nil where the API counts failures only, as v2 does
	// Buckets count the failures of Rows over time, in buckets of Query.BucketLength, ordered by ISP and time.
	// Those without failures are left out. It is nil where the API does not say when each failure was.
	Buckets   []BucketCount
	FetchedAt time.Time // when the oldest part of it that was not settled came from the API; if all were, the oldest
	Cached    bool      // no part of it was fetched for this question
	Stale     error     // why there is no newer answer; nil if it is fresh
}

// settleDelay is how long after its end a window may still get new rows.
const settleDelay = 10 * time.Minute

// Settled reports whether h can't change any more, because it was fetched late enough after its window's end.
func (h History) Settled() bool { return !h.FetchedAt.Before(h.Query.End.Add(settleDelay)) }
