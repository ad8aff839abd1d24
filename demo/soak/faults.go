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

// A faultRun injects faults: in each minute two in Slack and one in the processes, and in every second minute one in CAT.
// Most are around the time at which a hundred slots are due.
type faultRun struct {
	*system
	random *rand.Rand
	counts map[string]int
	work   sync.WaitGroup // faults that have not ended
	failed error          // the first error of a restart
	mu     sync.Mutex     // of failed
}

const (
	post = "chat.postMessage"
	edit = "chat.update"
)

// A fault begins, and ends after lasts.
type fault struct {
	name  string
	lasts time.Duration
	begin func(*faultRun)
	end   func(*faultRun)
}

// slackFaults apply to a number of posts.
var slackFaults = []fault{
	{name: "Slack answers 429 to 20 posts", begin: func(t *faultRun) {
		t.slack.Fail(post, 20,
			fakeslack.Fault{RetryAfter: 3 * time.Second})
	}},
	{name: "Slack posts 15 messages and the answers are lost",
		begin: func(t *faultRun) { t.slack.Fail(post, 15, fakeslack.Fault{Applied: true, Drop: true}) }},
	{name: "Slack posts 10 messages and answers internal_error", begin: func(t *faultRun) {
		t.slack.Fail(post, 10, fakeslack.Fault{Applied: true, Error: "internal_error"})
	}},
	{name: "Slack posts 10 messages and answers after 20 s", begin: func(t *faultRun) {
		gate := make(chan struct{})
		t.slack.Fail(post, 10, fakeslack.Fault{Applied: true, Hold: gate})
		time.AfterFunc(20*time.Second, func() { close(gate) })
	}},
	{name: "15 posts never reach Slack", begin: func(t *faultRun) {
		t.slack.Fail(post, 15, fakeslack.Fault{Drop: true})
	}},
	{name: "Slack answers 503 to 15 posts, half of them posted", begin: func(t *faultRun) {
		for n := range 15 {
			t.slack.Fail(post, 1, fakeslack.Fault{Applied: n%2 == 0, Status: 503})
		}
	}},
}

// editFaults apply to a number of changes of messages.
var editFaults = []fault{
	{name: "Slack changes 8 messages and the answers are lost",
		begin: func(t *faultRun) { t.slack.Fail(edit, 8, fakeslack.Fault{Applied: true, Drop: true}) }},
	{name: "Slack answers 429 to 10 changes", begin: func(t *faultRun) {
		t.slack.Fail(edit, 10, fakeslack.Fault{RetryAfter: 3 * time.Second})
	}},
	{name: "Slack changes 5 messages and answers after 20 s", begin: func(t *faultRun) {
		gate := make(chan struct{})
		t.slack.Fail(edit, 5, fakeslack.Fault{Applied: true, Hold: gate})
		time.AfterFunc(20*time.Second, func() { close(gate) })
	}},
	{name: "8 changes never reach Slack", begin: func(t *faultRun) {
		t.slack.Fail(edit, 8, fakeslack.Fault{Drop: true})
	}},
}

var catFaults = []fault{
	{name: "CAT takes 4 s for an answer, for 30 s", lasts: 30 * time.Second, end: (*faultRun).healCAT,
		begin: func(t *faultRun) { t.cat.SetHealth(fakecat.Fault{Latency: 4 * time.Second}) }},
	{name: "CAT cannot be reached for 25 s", lasts: 25 * time.Second, end: (*faultRun).healCAT,
		begin: func(t *faultRun) { t.cat.SetHealth(fakecat.Gone) }},
	{name: "CAT takes a minute for an answer, for 25 s", lasts: 25 * time.Second, end: (*faultRun).healCAT,
		begin: func(t *faultRun) { t.cat.SetHealth(fakecat.Fault{Latency: time.Minute}) }},
	{name: "CAT answers 502 for 20 s", lasts: 20 * time.Second, end: (*faultRun).healCAT,
		begin: func(t *faultRun) { t.cat.SetHealth(fakecat.Fault{Status: 502}) }},
}

var processFaults = []fault{
	killed("a replica is killed, and back after 3 s", 1, 3*time.Second),
	stopped("a replica is stopped for 45 s", 45*time.Second),
	{name: "Redis is killed, and back at once", lasts: 0, begin: (*faultRun).killRedis, end: (*faultRun).reviveRedis},
	killed("two replicas are killed, and back after 8 s", 2, 8*time.Second),
	{name: "Redis is killed, and back after 5 s", lasts: 5 * time.Second, begin: (*faultRun).killRedis,
		end: (*faultRun).reviveRedis},
	stopped("a replica is stopped for 8 s", 8*time.Second),
	killed("all replicas are killed, and back after 10 s", replicas, 10*time.Second),
	stopped("a replica is stopped for 20 s", 20*time.Second),
}

func (t *faultRun) healCAT()     { t.cat.Heal() }
func (t *faultRun) killRedis()   { t.redis.kill() }
func (t *faultRun) reviveRedis() { t.recordError(t.redis.start(context.Background())) }

// killed kills the first n replicas of the shuffled list, and starts them again.
func killed(name string, n int, lasts time.Duration) fault {
	return fault{name: name, lasts: lasts,
		begin: func(t *faultRun) {
			for _, r := range t.replicas[:n] {
				r.kill()
			}
		},
		end: func(t *faultRun) {
			for _, r := range t.replicas[:n] {
				t.recordError(r.start())
			}
		},
	}
}

// stopped stops one replica with SIGSTOP, and continues it.
func stopped(name string, lasts time.Duration) fault {
	return fault{name: name, lasts: lasts,
		begin: func(t *faultRun) { t.replicas[0].signal(syscall.SIGSTOP) },
		end:   func(t *faultRun) { t.replicas[0].signal(syscall.SIGCONT) },
	}
}

func (t *faultRun) recordError(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failed == nil {
		t.failed = err
	}
}

// run injects faults in the time length after start, and returns when all have ended.
func (t *faultRun) run(ctx context.Context, start time.Time, length time.Duration) error {
	for minute := range int(length / time.Minute) {
		at := start.Add(time.Duration(minute) * time.Minute)
		t.random.Shuffle(len(t.replicas), func(i, j int) {
			t.replicas[i], t.replicas[j] = t.replicas[j], t.replicas[i]
		})
		jitter := func() time.Duration { return time.Duration(t.random.IntN(7000)) * time.Millisecond }
		slack, process := slackFaults[minute%len(slackFaults)], processFaults[minute%len(processFaults)]
		if err := t.inject(ctx, at.Add(-2*time.Second), slack); err != nil {
			return err
		}
		if minute%2 == 1 { // every second minute, so there are also bursts without
			if err := t.inject(ctx, at.Add(-time.Second), catFaults[minute/2%len(catFaults)]); err != nil {
				return err
			}
		}
		if err := t.inject(ctx, at.Add(time.Second+jitter()), process); err != nil {
			return err
		}
		if err := t.inject(ctx, at.Add(20*time.Second), editFaults[minute%len(editFaults)]); err != nil {
			return err
		}
		if err := until(ctx, at.Add(50*time.Second)); err != nil {
			return err
		}
		t.work.Wait()
		t.slack.Heal(post) // faults for more posts than there were
		t.slack.Heal(edit)
	}
	return t.failed
}

// inject begins f at a time. It ends in the background.
func (t *faultRun) inject(ctx context.Context, at time.Time, f fault) error {
	if err := until(ctx, at); err != nil {
		return err
	}
	fmt.Printf("%s %s\n", time.Now().Format(time.TimeOnly), f.name)
	t.counts[f.name]++
	f.begin(t)
	if f.end != nil {
		t.work.Go(func() {
			_ = until(ctx, at.Add(f.lasts)) // it also ends with the run
			f.end(t)
		})
	}
	return ctx.Err()
}

// until waits until a time.
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

func (t *faultRun) print() {
	fmt.Println("faults")
	for _, name := range slices.Sorted(maps.Keys(t.counts)) {
		fmt.Printf("  %2d × %s\n", t.counts[name], name)
	}
}
