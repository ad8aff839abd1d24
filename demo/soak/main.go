// Command soak runs three replicas of catbot under faults, and counts how often each slot of 500 digests was posted,
// and how the incidents of 32 conditions were told.
//
// The replicas and their redis-server are processes; Slack and CAT are simulated in this process, all on loopback.
// The length of a run is bounded, and all processes end with it. The exit code is 1 when a slot was posted twice and
// the second post is not marked as a repetition, when a slot was lost and its digest does not report that, or when an
// incident has more or less than one message or one end, or an edit tells of an older slot than one before it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

const (
	replicas   = 3
	channels   = 20
	perChannel = 25
	period     = 5 * time.Minute // of each digest; the offsets differ, so a fifth of them is due each minute
	maxTime    = 15 * time.Minute
	// drainTime bounds the wait for the last slots after the last fault.
	drainTime = 6 * time.Minute
	// quietTime is the time at the end in which duplicate posts are still counted.
	quietTime = 20 * time.Second
)

type options struct {
	bot    string
	length time.Duration
	seed   uint64
	logs   string
}

func main() {
	var o options
	flag.StringVar(&o.bot, "bot", "bin/catbot", "the catbot to run")
	flag.DurationVar(&o.length, "for", 10*time.Minute, "how long there are faults, in whole minutes")
	flag.Uint64Var(&o.seed, "seed", 1, "of the faults: the same seed gives the same faults")
	flag.StringVar(&o.logs, "logs", "", "directory for the replicas' logs; empty makes one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// A system holds everything that takes part in a run.
type system struct {
	slack       *fakeslack.Workspace
	cat         *fakecat.API
	redis       *redisServer
	replicas    []*replica
	digests     []digest
	postLog     *postLog
	incidentLog *incidentLog
}

func (o options) run(ctx context.Context) error {
	if o.length < time.Minute || o.length > maxTime || o.length%time.Minute != 0 {
		return fmt.Errorf("it takes from one minute to %s, in whole minutes", maxTime)
	}
	ctx, cancel := context.WithTimeout(ctx, o.length+2*drainTime+5*time.Minute)
	defer cancel()
	if o.logs == "" {
		dir, err := os.MkdirTemp("", "catbot-soak-*")
		if err != nil {
			return err
		}
		o.logs = dir
	}
	s, err := startAll(ctx, o)
	if err != nil {
		return err
	}
	defer s.end()
	c, err := newConditionRun(s.redis.url(), o.length)
	if err != nil {
		return err
	}
	s.cat.Serve(c.failures)
	if err := errors.Join(s.addDigests(ctx), c.add(ctx, s)); err != nil {
		return fmt.Errorf("adding the digests: %w", err)
	}
	start := time.Now().Add(10 * time.Second).Truncate(time.Minute).Add(time.Minute)
	slots := slotsOf(s.digests, start, o.length)
	fmt.Printf("%d digests in %d channels, %d replicas on %d cores, seed %d, logs in %s\n", len(s.digests), channels,
		replicas, runtime.NumCPU(), o.seed, o.logs)
	fmt.Printf("%d slots are due from %s to %s, and %d of conditions\n", len(slots), start.Format(time.TimeOnly),
		start.Add(o.length).Format(time.TimeOnly), conditions*c.slots)

	opening := make(chan error, 1)
	go func() { opening <- c.run(ctx, start) }()
	t := &faultRun{system: s, random: rand.New(rand.NewPCG(o.seed, 0)), counts: map[string]int{}}
	if err := t.run(ctx, start, o.length); err != nil {
		return err
	}
	healed := time.Now()
	fmt.Printf("%s all faults are over\n", healed.Format(time.TimeOnly))
	if err := <-opening; err != nil {
		return fmt.Errorf("opening the slots of conditions: %w", err)
	}
	if err := s.incidentLog.wait(ctx, drainTime); err != nil {
		return err
	}
	if err := s.postLog.wait(ctx, slots, drainTime); err != nil {
		return err
	}
	results, incidents := s.postLog.evaluate(slots), s.incidentLog.evaluate()
	if err := s.checkLost(ctx, &results); err != nil {
		return fmt.Errorf("checking the lost slots: %w", err)
	}
	results.print()
	incidents.print()
	t.print()
	if results.bad() || incidents.bad() {
		return errors.New("a slot was posted twice without a mark, or lost without a report, " +
			"or an incident was told wrongly")
	}
	return nil
}

// startAll starts everything.
func startAll(ctx context.Context, o options) (*system, error) {
	s := &system{postLog: newPostLog(), incidentLog: newIncidentLog()}
	var err error
	if s.slack, err = fakeslack.Start(fakeslack.Options{LimitPosts: true, HistoryLag: time.Second,
		HistorySize: 50_000}); err != nil {
		return nil, err
	}
	s.follow(ctx)
	if s.cat, err = fakecat.Start(fakecat.Options{}); err != nil {
		s.end()
		return nil, err
	}
	if s.redis, err = startRedis(ctx); err != nil {
		s.end()
		return nil, err
	}
	env := []string{
		"PATH=" + os.Getenv("PATH"), "LOG_LEVEL=info", "HTTP_ADDR=127.0.0.1:0", "REDIS_URL=" + s.redis.url(),
		"SLACK_APP_TOKEN=" + s.slack.AppToken(), "SLACK_BOT_TOKEN=" + s.slack.BotToken(),
		"SLACK_API_URL=" + s.slack.APIURL(),
		"TENCENTCLOUD_SECRET_ID=" + s.cat.SecretID(), "TENCENTCLOUD_SECRET_KEY=" + s.cat.SecretKey(),
		"CAT_API_URL=" + s.cat.URL(), "CAT_API3_URL=" + s.cat.URL3(),
	}
	for n := range replicas {
		r := &replica{bot: o.bot, env: env, log: fmt.Sprintf("%s/replica-%d.log", o.logs, n+1)}
		s.replicas = append(s.replicas, r)
		if err := r.start(); err != nil {
			s.end()
			return nil, err
		}
	}
	connected, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := s.slack.Until(connected, func(stats fakeslack.Stats) bool { return stats.Open >= replicas }); err != nil {
		s.end()
		return nil, fmt.Errorf("waiting for the replicas to connect (see %s): %w", o.logs, err)
	}
	return s, nil
}

// end stops everything that was started.
func (s *system) end() {
	for _, r := range s.replicas {
		r.end()
	}
	if s.redis != nil {
		s.redis.end()
	}
	if s.cat != nil {
		s.cat.Close()
	}
	s.slack.Close()
}
