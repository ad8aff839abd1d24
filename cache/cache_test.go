package cache

import (
	"errors"
	"strings"
	"testing"
	"time"

	"catbot/catapi"
)

func TestAnswerLifetimes(t *testing.T) {
	const day = 24 * time.Hour
	for _, tc := range []struct {
		name       string
		end        time.Duration // of the window, after its fetch
		later      time.Duration // the second question, after the first
		wantCalls  int64
		wantSecond string
	}{
		{"an answer about now is good for a minute", 0, 59 * time.Second, 1, Hit},
		{"and not for longer", 0, 61 * time.Second, 2, Miss},
		{"a time that was over for ten minutes is settled", -10 * time.Minute, day - time.Second, 1, Settled},
		{"a settled answer ends too", -10 * time.Minute, day + time.Second, 2, Miss},
		{"a time over for less is not settled", -10*time.Minute + time.Second, 61 * time.Second, 2, Miss},
		{"what was fetched too early does not settle later", 0, 11 * time.Minute, 2, Miss},
		{"an answer from a clock far ahead is not new", 0, -time.Hour, 2, Miss},
	} {
		for _, second := range []string{"the same replica", "another"} {
			t.Run(tc.name+", for "+second, func(t *testing.T) {
				u, server, r := newPair(t)
				q := lastHours(8, noon.Add(tc.end))
				r.must(t, q)
				if second == "another" {
					r = newReplica(t, server.URL(), u)
				}
				u.clock.set(noon.Add(tc.later))
				before := r.String()
				h := r.must(t, q)
				if n := u.calls.Load(); n != tc.wantCalls || h.Rows[0].Count != n || h.Cached != (n == 1) {
					t.Errorf("%d calls upstream, want %d; got %+v", n, tc.wantCalls, h)
				}
				if !strings.Contains(r.String(), tc.wantSecond+":") {
					t.Errorf("outcomes were %s and then %s, want %s", before, r.String(), tc.wantSecond)
				}
			})
		}
	}
}

func TestOnlyLastDayIsRefetched(t *testing.T) {
	u, _, r := newPair(t)
	since := noon.Add(-48 * time.Hour)
	r.must(t, catapi.Query{Task: "126531", Begin: since, End: noon})
	u.clock.set(noon.Add(5 * time.Minute))
	h := r.must(t, catapi.Query{Task: "126531", Begin: since, End: noon.Add(5 * time.Minute)})
	if n := u.calls.Load(); n != 4 || h.Cached || h.Rows[0].Count < 1+2+4 {
		t.Errorf("%d calls upstream, got %+v", n, h)
	}
	if !h.FetchedAt.Equal(noon.Add(5 * time.Minute)) {
		t.Errorf("an answer is as old as the oldest of its days that may have changed, not %v", h.FetchedAt)
	}
}

func TestRefusalsAreCached(t *testing.T) {
	refusal := &catapi.Error{Code: 10001, CodeDesc: "InvalidParameter", Message: "province 不合法"}
	u, server, r := newPair(t)
	u.fail(refusal)
	replicas := []replica{r, r, newReplica(t, server.URL(), u)}
	for _, r := range replicas {
		_, err := r.ask(t, lastHours(8, noon))
		if got, ok := errors.AsType[*catapi.Error](err); !ok || *got != *refusal {
			t.Errorf("got %#v", err)
		}
	}
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
	u.clock.set(noon.Add(61 * time.Second))
	u.fail(nil)
	for _, r := range replicas {
		r.must(t, lastHours(8, noon))
	}
	if n := u.calls.Load(); n != 2 {
		t.Errorf("%d calls upstream after the refusal's minute", n)
	}
}

func TestOtherErrorsAreNotCached(t *testing.T) {
	u, _, r := newPair(t)
	for _, err := range []error{errDown, &catapi.Error{Code: 4100, CodeDesc: "AuthFailure"}} {
		u.fail(err)
		if _, got := r.ask(t, lastHours(8, noon)); !errors.Is(got, err) {
			t.Errorf("got %v, want %v", got, err)
		}
	}
	if n := u.calls.Load(); n != 2 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestDamagedValueIsRefetched(t *testing.T) {
	u, server, r := newPair(t)
	good, err := encode(entry{history: catapi.History{Query: lastHours(8, noon), FetchedAt: noon}})
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range []string{
		"", "garbage", "catbot 2 cbor+s2\nwhat comes later", string(good[:len(good)-1]), string(good) + "x",
	} {
		q := lastHours(8, noon.Add(-time.Duration(i)*time.Minute))
		key := r.redisKey(pieceKey(q))
		client := server.Client()
		if err := client.Set(t.Context(), key, value, time.Hour).Err(); err != nil {
			t.Fatal(err)
		}
		r.must(t, q)
		if _, err := decode([]byte(client.Get(t.Context(), key).Val())); err != nil {
			t.Errorf("%q was not replaced: %v", value, err)
		}
	}
	if n := u.calls.Load(); n != 5 || !strings.Contains(r.String(), "damaged:") ||
		r.logbook.count("damaged value in redis") == 0 {
		t.Errorf("%d calls upstream, outcomes %s", n, r)
	}
}

func TestSettledAnswerHasOneKey(t *testing.T) {
	_, server, r := newPair(t)
	r.must(t, lastHours(8, noon.Add(-time.Hour)))
	if keys := server.Client().Keys(t.Context(), "*").Val(); len(keys) != 1 {
		t.Errorf("got %q", keys)
	}
}

func TestKeysShareHashTagAndEscapeProvince(t *testing.T) {
	_, server, r := newPair(t)
	q := lastHours(8, noon)
	q.Province = "江西 {x}|:*\r\n" + strings.Repeat("y", 200)
	r.must(t, q)
	keys := server.Client().Keys(t.Context(), "*").Val()
	if len(keys) != 3 {
		t.Errorf("got %q, want a piece and two last answers", keys)
	}
	for _, key := range keys {
		tag, _, _ := strings.Cut(key, "}:v1:0011aabb:codes:")
		if !strings.HasPrefix(tag, "catbot:{126531|*") || len(key) > 150 || strings.Count(key, "{") != 1 {
			t.Errorf("got %q", key)
		}
		if ttl := server.Client().TTL(t.Context(), key).Val(); ttl <= 0 || ttl > 24*time.Hour {
			t.Errorf("%s lives for %v", key, ttl)
		}
	}
}

func TestLearnedProvinceNameIsRefetched(t *testing.T) {
	for _, tc := range []struct {
		name, task string
		wantCalls  int64
	}{
		{"API 3.0 filters by the name", "task-ab12cd34", 2},
		{"API v2 by the code", "126531", 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u, server, early := newPair(t)
			q := lastHours(8, noon.Add(-time.Hour)) // settled
			q.Task, q.Province = tc.task, "jx"
			early.must(t, q)
			q.ProvinceName = "江西"
			late := newReplica(t, server.URL(), u)
			late.must(t, q)
			early.must(t, q)
			if got := u.calls.Load(); got != tc.wantCalls {
				t.Errorf("upstream was asked %d times", got)
			}
		})
	}
}
