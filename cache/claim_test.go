package cache

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"catbot/cache/redistest"
)

func TestFirst(t *testing.T) {
	server := redistest.Start(t)
	for _, tc := range []struct {
		name               string
		one, other         *Store
		kill               bool
		wantOne, wantOther int64
	}{
		{"over two replicas one is first", openStore(t, server.URL()), openStore(t, server.URL()), false, 1, 0},
		{"inside a process too", openStore(t, ""), openStore(t, ""), false, 1, 1},
		{"without redis each replica knows itself", openStore(t, server.URL()), openStore(t, server.URL()), true, 1, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.kill {
				server.Kill()
			}
			var one, other atomic.Int64
			var callers sync.WaitGroup
			for range 20 {
				callers.Go(func() {
					if tc.one.First(t.Context(), "envelope", time.Minute) {
						one.Add(1)
					}
				})
			}
			callers.Wait()
			for range 20 {
				callers.Go(func() {
					if tc.other.First(t.Context(), "envelope", time.Minute) {
						other.Add(1)
					}
				})
			}
			callers.Wait()
			if one.Load() != tc.wantOne || other.Load() != tc.wantOther {
				t.Errorf("first were %d and %d, want %d and %d", one.Load(), other.Load(), tc.wantOne, tc.wantOther)
			}
		})
	}
}

func TestAClaimEnds(t *testing.T) {
	server := redistest.Start(t)
	store := openStore(t, server.URL())
	now := &clock{now: noon}
	store.now = now.Now
	client := dialRedis(t, server)
	if !store.First(t.Context(), "envelope", time.Minute) {
		t.Fatal("not first")
	}
	if ttl := client.TTL(t.Context(), claimKey("envelope")).Val(); ttl <= 0 || ttl > time.Minute {
		t.Errorf("the claim lives for %v", ttl)
	}
	client.Del(t.Context(), claimKey("envelope"))
	now.set(noon.Add(time.Minute - 1))
	if store.First(t.Context(), "envelope", time.Minute) {
		t.Error("first again, before the claim's end")
	}
	now.set(noon.Add(time.Minute))
	if !store.First(t.Context(), "envelope", time.Minute) {
		t.Error("not first, after the claim's end")
	}
}

func TestClaimsAreBounded(t *testing.T) {
	store := openStore(t, "")
	for i := range maxClaims + 100 {
		store.First(t.Context(), strconv.Itoa(i), time.Minute)
	}
	if n := store.claims.Len(); n != maxClaims {
		t.Errorf("%d claims are remembered", n)
	}
	if store.First(t.Context(), strconv.Itoa(maxClaims), time.Minute) {
		t.Error("one of the latest is forgotten")
	}
}
