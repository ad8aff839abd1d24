package digest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"

	"catbot/catapi"
	"catbot/commands"
	"catbot/report"
	"catbot/store"
)

// inBubble runs test with an engine on a Redis inside the process, where time passes at once.
func inBubble(t *testing.T, test func(t *testing.T, d *testEngine)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store, err := store.Open("", noLog)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		d := newTestEngineOn(t, store.DB())
		d.spacing, d.Observe = turnSpacing, func(string, int) {}
		d.Now, d.Store.Now = time.Now, time.Now
		test(t, d)
	})
}

// run runs the engine until the test calls stop.
func (d *testEngine) run() (stop func()) {
	ctx, cancel := context.WithCancel(d.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := d.Run(ctx); err != nil {
			d.t.Error(err)
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// A commandCount counts the commands that are sent to Redis.
type commandCount struct {
	mu           sync.Mutex
	queue, other int // of asynq's queue, and all others
}

func (c *commandCount) add(cmds ...redis.Cmder) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cmd := range cmds {
		if strings.Contains(fmt.Sprint(cmd.Args()), "asynq:{catbot:") {
			c.queue++
		} else {
			c.other++
		}
	}
}

// during counts the commands that are sent in some time.
func (c *commandCount) during(wait time.Duration) (queue, other int) {
	c.mu.Lock()
	c.queue, c.other = 0, 0
	c.mu.Unlock()
	time.Sleep(wait)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queue, c.other
}

func (c *commandCount) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *commandCount) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.add(cmd)
		return next(ctx, cmd)
	}
}

func (c *commandCount) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		c.add(cmds...)
		return next(ctx, cmds)
	}
}

func TestAnIdleEngineSendsRedisFewCommandsAndNoneForTheQueue(t *testing.T) {
	inBubble(t, func(t *testing.T, d *testEngine) {
		added := d.add("digest add daily 00:15 tz UTC codes 126531 last 24h")
		sent := &commandCount{}
		stop := d.run()
		defer stop()
		time.Sleep(time.Minute) // what is done once at the start is done
		d.Store.DB.AddHook(sent)
		const minutes = 10
		if queue, other := sent.during(minutes * time.Minute); queue != 0 || other > 40*minutes {
			t.Errorf("in %d minutes %d commands of the queue and %d others were sent", minutes, queue, other)
		}
		queue, _ := sent.during(time.Until(added.Next) + time.Minute)
		d.channel.mu.Lock()
		posts := len(d.channel.posts)
		d.channel.mu.Unlock()
		if posts != 1 || queue == 0 {
			t.Fatalf("%d posts, and %d commands of the queue were sent", posts, queue)
		}
		if queue, _ := sent.during(minutes * time.Minute); queue != 0 {
			t.Errorf("after the post %d commands of the queue were sent", queue)
		}
	})
}

func TestARunByHandDoesNotWaitWhereTheClockIsAhead(t *testing.T) {
	inBubble(t, func(t *testing.T, d *testEngine) {
		d.Now = func() time.Time { return time.Now().Add(30 * time.Second) }
		d.machine, d.Store.Now = d.Now, d.Now
		added := d.addIn("C1", "digest add daily 21:00 tz UTC codes 1 last 24h")
		defer d.run()()
		time.Sleep(time.Minute) // the queue is at rest
		if err := d.RunNow(t.Context(), added, "U0ALICE", "nonce"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		d.channel.mu.Lock()
		defer d.channel.mu.Unlock()
		if n := len(d.channel.posts); n != 1 {
			t.Errorf("%d posts within a second", n)
		}
	})
}

// A timedChannel notes when each digest was posted.
type timedChannel struct {
	*fakeChannel
	posted map[string]time.Time
}

func (c *timedChannel) Post(ctx context.Context, p Post) (string, error) {
	at, err := c.fakeChannel.Post(ctx, p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.posted[p.Digest.ID] = time.Now()
	return at, err
}

// A limitedCAT answers at a limited rate. It answers again about a task at once.
type limitedCAT struct {
	rate *rate.Limiter
	mu   sync.Mutex
	came map[string]time.Time // when the answer about a task came
}

func (c *limitedCAT) answer(ctx context.Context, command commands.Codes, at time.Time) report.Answer {
	task := command.Tasks[0]
	c.mu.Lock()
	_, known := c.came[task]
	c.mu.Unlock()
	if !known {
		_ = c.rate.Wait(ctx)
		_ = sleep(ctx, catLatency)
		c.mu.Lock()
		c.came[task] = time.Now()
		c.mu.Unlock()
	}
	begin, end := command.Window.Resolve(at)
	asked := report.Request{Command: command, Tasks: command.Tasks, Begin: begin, End: end, Top: 3}
	part := report.NewPart(report.Question{Task: task}, catapi.History{FetchedAt: at}, nil)
	return report.NewAnswer(asked, []report.Part{part})
}

// A minute has the digests that are due at it, and notes when CAT answered and when they were posted.
type minute struct {
	due       time.Time
	byChannel map[string][]Digest
	cat       *limitedCAT
	channel   *timedChannel
}

// TestTheFirstFiftyPostsOfAMinuteWaitForTheLimitersOnly compares when they come with the earliest times that CAT's rate
// and the channels' turns leave.
func TestTheFirstFiftyPostsOfAMinuteWaitForTheLimitersOnly(t *testing.T) {
	const posts = 50
	for name, tc := range map[string]struct {
		channels int
		before   time.Duration // when another slot is worked on, before the minute; 0 is never
		most     time.Duration
	}{
		"in one channel":                         {channels: 1, most: 50 * time.Millisecond},
		"in five channels":                       {channels: 5, most: 50 * time.Millisecond},
		"in a channel each":                      {channels: posts, most: 50 * time.Millisecond},
		"in five channels while the queue works": {channels: 5, before: 3 * time.Second, most: queuePoll * 3 / 2},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, d *testEngine) {
				m := d.addAllDueAtOnce(posts, tc.channels)
				other := d.addIn("COTHER", "digest add daily 21:00 tz UTC codes 1 last 24h")
				defer d.run()()
				if tc.before > 0 {
					time.Sleep(time.Until(m.due) - tc.before)
					if err := d.RunNow(t.Context(), other, "U0ALICE", "nonce"); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(time.Until(m.due) + posts*turnSpacing + 5*time.Second)
				m.channel.mu.Lock()
				defer m.channel.mu.Unlock()
				m.cat.mu.Lock()
				defer m.cat.mu.Unlock()
				m.checkAnswers(t, posts, tc.most)
				m.checkPosts(t, tc.most)
			})
		})
	}
}

// What CAT does in these tests: catBurst answers at once and catPerSecond after that, each after catLatency.
const (
	catPerSecond = 10
	catBurst     = 20
	catLatency   = 50 * time.Millisecond
)

// addAllDueAtOnce adds n digests of different tasks to a number of channels, all due at the same minute.
func (d *testEngine) addAllDueAtOnce(n, channels int) minute {
	d.t.Helper()
	m := minute{
		byChannel: map[string][]Digest{},
		cat:       &limitedCAT{rate: rate.NewLimiter(catPerSecond, catBurst), came: map[string]time.Time{}},
		channel:   &timedChannel{d.channel, map[string]time.Time{}},
	}
	d.Channel, d.Answer = m.channel, m.cat.answer
	for i := range n {
		id := fmt.Sprint("C", i%channels)
		added := d.addIn(id, fmt.Sprintf("digest add daily 00:02 tz UTC codes %d last 24h", 1000+i))
		m.byChannel[id], m.due = append(m.byChannel[id], added), added.Next
	}
	return m
}

// checkAnswers fails the test if one of CAT's last n answers came later than its rate forces, by more than most.
func (m minute) checkAnswers(t *testing.T, n int, most time.Duration) {
	t.Helper()
	came := slices.SortedFunc(maps.Values(m.cat.came), time.Time.Compare)
	for k, at := range came[len(came)-n:] {
		forced := max(0, time.Duration(k+1-catBurst)*time.Second/catPerSecond) + catLatency
		if late := at.Sub(m.due) - forced; late > most {
			t.Errorf("answer %d of CAT came %s later than its rate forces", k+1, late)
		}
	}
}

// checkPosts fails the test if a post came later than its answer and the turns of its channel force, by more than most.
func (m minute) checkPosts(t *testing.T, most time.Duration) {
	t.Helper()
	for id, digests := range m.byChannel {
		var answered, posted []time.Time
		for _, each := range digests {
			answered = append(answered, m.cat.came[each.Add.Command.Tasks[0]])
			posted = append(posted, m.channel.posted[each.ID])
		}
		slices.SortFunc(answered, time.Time.Compare)
		slices.SortFunc(posted, time.Time.Compare)
		var forced time.Time
		for k := range posted {
			if forced = forced.Add(turnSpacing); answered[k].After(forced) {
				forced = answered[k]
			}
			if late := posted[k].Sub(forced); posted[k].IsZero() || late > most {
				t.Errorf("post %d in %s came at %s, %s later than forced", k+1, id, posted[k].Format("15:04:05.000"), late)
			}
		}
	}
}
