package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"time"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

// A trouble makes faults: in each minute one of Slack, one of CAT and one of the processes, around the moment at which a
// hundred slots are due.
type trouble struct {
	*stage
	random *rand.Rand
	counts map[string]int
	work   sync.WaitGroup // of faults that take a while
	failed error          // the first thing that did not come back
	mu     sync.Mutex     // of failed
}

const post = "chat.postMessage"

// A fault begins something, and ends it after lasts.
type fault struct {
	name  string
	lasts time.Duration
	begin func(*trouble)
	end   func(*trouble)
}

// ofSlack are what becomes of posts, a number of them from the fault's beginning.
var ofSlack = []fault{
	{name: "Slack answers 429 to 20 posts", begin: func(t *trouble) {
		t.slack.Fail(post, 20,
			fakeslack.Fault{RetryAfter: 3 * time.Second})
	}},
	{name: "Slack takes 15 posts and the answer is lost",
		begin: func(t *trouble) { t.slack.Fail(post, 15, fakeslack.Fault{Applied: true, Drop: true}) }},
	{name: "Slack takes 10 posts and says internal_error", begin: func(t *trouble) {
		t.slack.Fail(post, 10, fakeslack.Fault{Applied: true, Error: "internal_error"})
	}},
	{name: "Slack takes 10 posts and answers after 20 s", begin: func(t *trouble) {
		gate := make(chan struct{})
		t.slack.Fail(post, 10, fakeslack.Fault{Applied: true, Hold: gate})
		time.AfterFunc(20*time.Second, func() { close(gate) })
	}},
	{name: "15 posts never reach Slack", begin: func(t *trouble) { t.slack.Fail(post, 15, fakeslack.Fault{Drop: true}) }},
	{name: "Slack answers 503 to 15 posts, taken or not", begin: func(t *trouble) {
		for n := range 15 {
			t.slack.Fail(post, 1, fakeslack.Fault{Applied: n%2 == 0, Status: 503})
		}
	}},
}

var ofCAT = []fault{
	{name: "CAT takes 4 s for an answer, for 30 s", lasts: 30 * time.Second, end: (*trouble).healCAT,
		begin: func(t *trouble) { t.cat.SetHealth(fakecat.Fault{Latency: 4 * time.Second}) }},
	{name: "CAT is gone for 25 s", lasts: 25 * time.Second, end: (*trouble).healCAT,
		begin: func(t *trouble) { t.cat.SetHealth(fakecat.Gone) }},
	{name: "CAT takes longer than anybody waits, for 25 s", lasts: 25 * time.Second, end: (*trouble).healCAT,
		begin: func(t *trouble) { t.cat.SetHealth(fakecat.Fault{Latency: time.Minute}) }},
	{name: "CAT answers 502 for 20 s", lasts: 20 * time.Second, end: (*trouble).healCAT,
		begin: func(t *trouble) { t.cat.SetHealth(fakecat.Fault{Status: 502}) }},
}

var ofProcesses = []fault{
	killed("a replica is killed, and back after 3 s", 1, 3*time.Second),
	stopped("a replica is stopped for 45 s", 45*time.Second),
	{name: "Redis is killed, and back at once", lasts: 0, begin: (*trouble).killRedis, end: (*trouble).reviveRedis},
	killed("two replicas are killed, and back after 8 s", 2, 8*time.Second),
	{name: "Redis is killed, and back after 5 s", lasts: 5 * time.Second, begin: (*trouble).killRedis,
		end: (*trouble).reviveRedis},
	stopped("a replica is stopped for 8 s", 8*time.Second),
	killed("all replicas are killed, and back after 10 s", replicas, 10*time.Second),
	stopped("a replica is stopped for 20 s", 20*time.Second),
}

func (t *trouble) healCAT()     { t.cat.Heal() }
func (t *trouble) killRedis()   { t.redis.kill() }
func (t *trouble) reviveRedis() { t.note(t.redis.start(context.Background())) }

// killed kills the first n replicas that stand in the order of the day, and starts them again.
func killed(name string, n int, lasts time.Duration) fault {
	return fault{name: name, lasts: lasts,
		begin: func(t *trouble) {
			for _, r := range t.replicas[:n] {
				r.kill()
			}
		},
		end: func(t *trouble) {
			for _, r := range t.replicas[:n] {
				t.note(r.start())
			}
		},
	}
}

// stopped stops one replica, connections and all, and lets it go on.
func stopped(name string, lasts time.Duration) fault {
	return fault{name: name, lasts: lasts,
		begin: func(t *trouble) { t.replicas[0].signal(syscall.SIGSTOP) },
		end:   func(t *trouble) { t.replicas[0].signal(syscall.SIGCONT) },
	}
}

func (t *trouble) note(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil {
		t.failed = err
	}
}

// run makes faults from start on for length, and returns when all are over.
func (t *trouble) run(ctx context.Context, start time.Time, length time.Duration) error {
	for minute := range int(length / time.Minute) {
		at := start.Add(time.Duration(minute) * time.Minute)
		t.random.Shuffle(len(t.replicas), func(i, j int) { t.replicas[i], t.replicas[j] = t.replicas[j], t.replicas[i] })
		jitter := func() time.Duration { return time.Duration(t.random.IntN(7000)) * time.Millisecond }
		slack, process := ofSlack[minute%len(ofSlack)], ofProcesses[minute%len(ofProcesses)]
		if err := t.meet(ctx, at.Add(-2*time.Second), slack); err != nil {
			return err
		}
		if minute%2 == 1 { // every second minute, so that there is a burst without
			if err := t.meet(ctx, at.Add(-time.Second), ofCAT[minute/2%len(ofCAT)]); err != nil {
				return err
			}
		}
		if err := t.meet(ctx, at.Add(time.Second+jitter()), process); err != nil {
			return err
		}
		if err := until(ctx, at.Add(50*time.Second)); err != nil {
			return err
		}
		t.work.Wait()
		t.slack.Heal(post) // what was meant for more posts than there were
	}
	return t.failed
}

// meet begins f at a moment, and lets it end by itself.
func (t *trouble) meet(ctx context.Context, at time.Time, f fault) error {
	if err := until(ctx, at); err != nil {
		return err
	}
	fmt.Printf("%s %s\n", time.Now().Format(time.TimeOnly), f.name)
	t.counts[f.name]++
	f.begin(t)
	if f.end != nil {
		t.work.Go(func() {
			_ = until(ctx, at.Add(f.lasts)) // it ends when the run does, too
			f.end(t)
		})
	}
	return ctx.Err()
}

// until waits for a moment.
func until(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *trouble) print() {
	fmt.Println("faults")
	for _, name := range slices.Sorted(maps.Keys(t.counts)) {
		fmt.Printf("  %2d × %s\n", t.counts[name], name)
	}
}
