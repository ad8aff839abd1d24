package store

import (
	"bytes"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"catbot/store/redistest"
)

func TestFirstSeen(t *testing.T) {
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
					if tc.one.FirstSeen(t.Context(), "envelope", time.Minute) {
						one.Add(1)
					}
				})
			}
			callers.Wait()
			for range 20 {
				callers.Go(func() {
					if tc.other.FirstSeen(t.Context(), "envelope", time.Minute) {
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
	client := server.Client()
	if !store.FirstSeen(t.Context(), "envelope", time.Minute) {
		t.Fatal("not first")
	}
	if ttl := client.TTL(t.Context(), firstSeenKey("envelope")).Val(); ttl <= 0 || ttl > time.Minute {
		t.Errorf("the claim lives for %v", ttl)
	}
	client.Del(t.Context(), firstSeenKey("envelope"))
	now.set(noon.Add(time.Minute - 1))
	if store.FirstSeen(t.Context(), "envelope", time.Minute) {
		t.Error("first again, before the claim's end")
	}
	now.set(noon.Add(time.Minute))
	if !store.FirstSeen(t.Context(), "envelope", time.Minute) {
		t.Error("not first, after the claim's end")
	}
}

func TestClaimsAreBounded(t *testing.T) {
	store := openStore(t, "")
	for i := range maxSeen + 100 {
		store.FirstSeen(t.Context(), strconv.Itoa(i), time.Minute)
	}
	if n := store.seen.Len(); n != maxSeen {
		t.Errorf("%d claims are remembered", n)
	}
	if store.FirstSeen(t.Context(), strconv.Itoa(maxSeen), time.Minute) {
		t.Error("one of the latest is forgotten")
	}
}

// forgetful stands before a server and passes everything on but the answer to the first script, with which it hangs up.
func forgetful(t *testing.T, server *redistest.Server) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var forgot atomic.Bool
	var pipes sync.WaitGroup
	pass := func(from, to net.Conn, seen func([]byte) bool) {
		defer from.Close()
		defer to.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := from.Read(buffer)
			if err != nil || !seen(buffer[:n]) {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
	}
	pipes.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			redis, err := net.Dial("tcp", server.Addr())
			if err != nil {
				client.Close()
				return
			}
			var forget atomic.Bool
			pipes.Go(func() {
				pass(client, redis, func(b []byte) bool {
					if bytes.Contains(b, []byte("local holder")) && forgot.CompareAndSwap(false, true) {
						forget.Store(true)
					}
					return true
				})
			})
			pipes.Go(func() { pass(redis, client, func([]byte) bool { return !forget.Load() }) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		pipes.Wait()
	})
	return listener.Addr().String()
}

func TestAnAnswerOfRedisThatIsLostLosesNothing(t *testing.T) {
	server := redistest.Start(t)
	t.Run("the first is first", func(t *testing.T) {
		store := openStore(t, "redis://"+forgetful(t, server)+"/0")
		defer store.Close()
		if !store.FirstSeen(t.Context(), "envelope", time.Minute) {
			t.Error("nobody would answer")
		}
	})
	t.Run("a lock is its holder's", func(t *testing.T) {
		store := openStore(t, "redis://"+forgetful(t, server)+"/0")
		defer store.Close()
		if l, err := store.Lease(t.Context(), "lock", time.Minute); l == nil || err != nil {
			t.Errorf("the lock is %v, %v", l, err)
		}
	})
}
