package cache

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"catbot/catapi"
	"catbot/store"
	"catbot/store/redistest"
)

func TestFiftyCallersOnTwoReplicasMakeOneCall(t *testing.T) {
	u, server, one := newPair(t)
	other := newReplica(t, server.URL(), u)
	answer := make(chan struct{})
	u.hold(answer)
	var askers sync.WaitGroup
	for i := range 50 {
		askers.Go(func() {
			r := one
			if i%2 == 1 {
				r = other
			}
			h, err := r.ask(t, lastHours(8, noon))
			if err != nil || len(h.Rows) != 1 || h.Rows[0].Count != 1 {
				t.Errorf("got %+v, %v", h, err)
			}
		})
	}
	awaitCommands(t, server.Client(), "get", 12) // by now one replica waits for the other
	close(answer)
	askers.Wait()
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
}

func TestLiveHolderKeepsLease(t *testing.T) {
	u, server, one := newPair(t)
	other := newReplica(t, server.URL(), u)
	one.leaseExpiry, other.leaseExpiry = 150*time.Millisecond, 150*time.Millisecond
	answer := make(chan struct{})
	u.hold(answer)
	var askers sync.WaitGroup
	for _, r := range []replica{one, other} {
		askers.Go(func() {
			if _, err := r.ask(t, lastHours(8, noon)); err != nil {
				t.Error(err)
			}
		})
	}
	awaitCommands(t, server.Client(), "evalsha", 12) // renewals for four times the lease's life
	close(answer)
	askers.Wait()
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
}

// holderEnv makes a process of this test one that takes a lease and never gives it back.
const holderEnv = "CATBOT_TEST_LOCK_HOLDER"

// holdForever asks upstream for the piece that TestADeadHolder asks, says so, and never comes back.
func holdForever(address string) {
	store, err := store.Open(address, slog.Default())
	if err != nil {
		panic(err)
	}
	u := &upstream{clock: &clock{now: noon}}
	c := New(Settings{
		FreshTTL: time.Minute, SettledTTL: 24 * time.Hour, Source: u, Store: store, Namespace: "0011aabb",
		Now: u.clock.Now, Log: slog.Default(),
	})
	c.leaseExpiry = 300 * time.Millisecond
	u.do(func(context.Context, catapi.Query) error {
		fmt.Println("asking")
		select {}
	})
	_, err = c.ReturnCodeHistory(context.Background(), lastHours(8, noon))
	panic(err)
}

func TestDeadHolderDelaysOthersUntilLeaseExpires(t *testing.T) {
	u, server, r := newPair(t)
	holder := exec.Command(os.Args[0], "-test.run=^$")
	holder.Env = append(os.Environ(), holderEnv+"="+server.URL())
	stdout, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(stdout).ReadString('\n')
	_ = holder.Process.Kill()
	_ = holder.Wait()
	if line != "asking\n" {
		t.Fatalf("the holder said %q", line)
	}
	client := server.Client()
	key := r.redisKey(pieceKey(lastHours(8, noon))) + ":lease"
	if left := client.PTTL(t.Context(), key).Val(); left <= 0 || left > 300*time.Millisecond {
		t.Fatalf("the dead holder's lease lives for another %v", left)
	}
	r.must(t, lastHours(8, noon))
	if n := u.calls.Load(); n != 1 {
		t.Errorf("%d calls upstream", n)
	}
	if n := client.Exists(t.Context(), key).Val(); n != 0 {
		t.Error("the lease is still there")
	}
}

func TestAnswersContinueWhenRedisIsKilled(t *testing.T) {
	u, server, one := newPair(t)
	other := newReplica(t, server.URL(), u)
	var asked atomic.Int64
	window := func() catapi.Query { return lastHours(1, noon.Add(-time.Duration(asked.Add(1))*time.Second)) }
	var askers sync.WaitGroup
	stop := make(chan struct{})
	for _, r := range []replica{one, other, one, other} {
		askers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if h, err := r.ask(t, window()); err != nil || h.Stale != nil {
					t.Errorf("got %v, stale: %v", err, h.Stale)
					return
				}
			}
		})
	}
	more := func(n int64) {
		until := asked.Load() + n
		redistest.Await(t, "answers", func() bool { return asked.Load() > until || t.Failed() })
	}
	more(50)
	server.Kill()
	more(50)
	redistest.Await(t, "the replicas see it", func() bool { return one.store.Degraded() && other.store.Degraded() })
	server.Restart()
	client := server.Client()
	redistest.Await(t, "keys come back", func() bool { return client.DBSize(t.Context()).Val() > 0 })
	redistest.Await(t, "both come back", func() bool { return !one.store.Degraded() && !other.store.Degraded() })
	close(stop)
	askers.Wait()
	for _, r := range []replica{one, other} {
		if away, back := r.logbook.count("redis unavailable"), r.logbook.count("redis available again"); away != 1 ||
			back != 1 {
			t.Errorf("the log says %d times that Redis is away, %d times that it is back", away, back)
		}
	}
}

func TestHangingRedisDelaysLittle(t *testing.T) {
	_, server, r := newPair(t)
	r.must(t, lastHours(8, noon))
	server.Stop()
	t.Cleanup(server.Continue)
	for i := range 20 {
		// Each operation takes 250 ms at most, each question has two before upstream and two after, and Redis is left
		// alone after three that fail.
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		h, err := r.ReturnCodeHistory(ctx, lastHours(8, noon.Add(-time.Duration(i)*time.Minute)))
		cancel()
		if err != nil || h.Stale != nil {
			t.Fatalf("question %d: %v, stale: %v", i, err, h.Stale)
		}
	}
	if !r.store.Degraded() {
		t.Error("redis hangs, and is not left alone")
	}
	server.Continue()
	client := server.Client()
	before := client.DBSize(t.Context()).Val()
	minute := 0
	redistest.Await(t, "new keys", func() bool {
		minute++
		r.must(t, lastHours(7, noon.Add(-time.Duration(minute)*time.Minute)))
		return client.DBSize(t.Context()).Val() > before
	})
}

func TestRedisRestartDuringCallIsHandled(t *testing.T) {
	u, server, r := newPair(t)
	u.do(func(context.Context, catapi.Query) error { server.Restart(); return nil })
	if h := r.must(t, lastHours(8, noon)); h.Stale != nil || h.Cached {
		t.Errorf("got %+v", h)
	}
	if n := server.Client().DBSize(t.Context()).Val(); n == 0 {
		t.Error("the answer is not in Redis")
	}
}

func TestReplicasOfDifferentAccountsDoNotShare(t *testing.T) {
	u, server, one := newPair(t)
	other := newReplica(t, server.URL(), u)
	other.namespace = "another"
	one.must(t, lastHours(8, noon))
	other.must(t, lastHours(8, noon))
	if n := u.calls.Load(); n != 2 {
		t.Errorf("%d calls upstream", n)
	}
}
