// Command load sends slash commands to a catbot process and prints how fast it acks and answers them.
//
// The simulated Slack and the simulated CAT API run in this process, all on loopback. The length of a run is bounded,
// and the bot ends with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

// The bounds of a run.
const (
	maxRate = 1000
	maxTime = 5 * time.Minute
	// answerTimeout is how long drive waits for the last answers.
	answerTimeout = 30 * time.Second
)

type plan struct {
	bot     string
	rate    int
	length  time.Duration
	texts   int
	procs   int
	redis   string
	latency time.Duration
}

func main() {
	var p plan
	flag.StringVar(&p.bot, "bot", "bin/catbot", "the catbot to drive")
	flag.IntVar(&p.rate, "rate", 200, "commands per second")
	flag.DurationVar(&p.length, "for", 20*time.Second, "how long commands are sent")
	flag.IntVar(&p.texts, "texts", 20, "how many different commands are sent in turn")
	flag.IntVar(&p.procs, "procs", 1, "cores that the bot may use")
	flag.StringVar(&p.redis, "redis", "", "REDIS_URL of the bot; without it the bot uses its in-process Redis")
	flag.DurationVar(&p.latency, "latency", 50*time.Millisecond, "how long the simulated CAT API takes to answer")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := p.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func (p plan) run(ctx context.Context) error {
	if p.rate < 1 || p.rate > maxRate || p.length <= 0 || p.length > maxTime || p.texts < 1 {
		return fmt.Errorf("at most %d commands per second for %s, at least one", maxRate, maxTime)
	}
	ctx, cancel := context.WithTimeout(ctx, p.length+time.Minute)
	defer cancel()
	slack, err := fakeslack.Start(fakeslack.Options{HistorySize: 500})
	if err != nil {
		return err
	}
	defer slack.Close()
	api, err := fakecat.Start(fakecat.Options{})
	if err != nil {
		return err
	}
	defer api.Close()
	api.SetHealth(fakecat.Fault{Latency: p.latency})
	b, err := p.startBot(ctx, slack, api)
	if err != nil {
		return err
	}
	defer b.end()
	rssBefore := b.rss()
	first, err := p.drive(ctx, slack, p.texts) // fills the cache
	if err != nil {
		return err
	}
	started := time.Now()
	cpu := b.cpu()
	r, err := p.drive(ctx, slack, int(p.length.Seconds()*float64(p.rate)))
	if err != nil {
		return err
	}
	took := time.Since(started)
	fmt.Printf("commands   %d in %s (%d/s), %d different, bot on %d core(s)\n",
		r.sent, took.Round(time.Millisecond), p.rate, p.texts, p.procs)
	fmt.Printf("ack        %s\n", spread(r.acks))
	fmt.Printf("answer     %s\n", spread(r.answers))
	fmt.Printf("first time, with CAT taking %s: %s\n", p.latency, spread(first.answers))
	fmt.Printf("unanswered %d\n", first.sent-len(first.answers)+r.sent-len(r.answers))
	fmt.Printf("upstream   %d calls of GetCatReturnCodeHistory\n", histories(api))
	fmt.Printf("memory     %s before, %s after the load\n", rssBefore, b.rss())
	fmt.Printf("cpu        %.0f%% of one core\n", float64(b.cpu()-cpu)/float64(took)*100)
	return nil
}

// A run holds the measurements of one call of drive.
type run struct {
	sent          int
	acks, answers []time.Duration
}

// drive sends total commands at an even pace and waits for the last answer.
func (p plan) drive(ctx context.Context, slack *fakeslack.Workspace, total int) (run, error) {
	sent := make(map[string]time.Time, total)
	answered := make(map[string]time.Time, total)
	feed := slack.Watch()
	type arrival struct {
		envelope string
		at       time.Time
	}
	arrivals := make(chan arrival, total+100)
	listening, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		for {
			m, err := feed.Next(listening)
			if err != nil {
				return
			}
			if isAnswer(m) {
				select {
				case arrivals <- arrival{m.Envelope, time.Now()}:
				case <-listening.Done():
					return
				}
			}
		}
	}()
	var invocations []*fakeslack.Invocation
	record := func(a arrival) {
		if _, seen := answered[a.envelope]; !seen {
			answered[a.envelope] = a.at
		}
	}
	pace := time.NewTicker(time.Second / time.Duration(p.rate))
	defer pace.Stop()
	for n := 0; n < total; {
		select {
		case <-ctx.Done():
			return run{}, ctx.Err()
		case a := <-arrivals:
			record(a)
		case <-pace.C:
			at := time.Now()
			text := fmt.Sprintf("codes 126531 2017-05-%02d jiangxi", 1+n%p.texts)
			i, err := slack.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", text)
			if err != nil {
				return run{}, err
			}
			sent[i.ID] = at
			invocations = append(invocations, i)
			n++
		}
	}
	timeout := time.After(answerTimeout)
	for len(answered) < total {
		select {
		case a := <-arrivals:
			record(a)
		case <-timeout:
			return measure(sent, answered, invocations), nil
		case <-ctx.Done():
			return run{}, ctx.Err()
		}
	}
	return measure(sent, answered, invocations), nil
}

// isAnswer reports whether m is an answer. The placeholder that a slow answer replaces is text without blocks.
func isAnswer(m fakeslack.Message) bool { return len(m.Blocks) > 0 }

func measure(sent, answered map[string]time.Time, invocations []*fakeslack.Invocation) run {
	r := run{sent: len(sent)}
	for _, i := range invocations {
		if took, ok := i.AckTime(); ok {
			r.acks = append(r.acks, took)
		}
		if at, ok := answered[i.ID]; ok {
			r.answers = append(r.answers, at.Sub(sent[i.ID]))
		}
	}
	return r
}

// spread formats the median, the 99th percentile and the maximum.
func spread(times []time.Duration) string {
	if len(times) == 0 {
		return "none"
	}
	slices.Sort(times)
	quantile := func(share float64) time.Duration {
		return times[int(share*float64(len(times)-1))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("p50 %s  p99 %s  max %s", quantile(.5), quantile(.99), quantile(1))
}

func histories(api *fakecat.API) int {
	n := 0
	for _, call := range api.Calls() {
		if call.Action == "GetCatReturnCodeHistory" {
			n++
		}
	}
	return n
}

// A process is a running bot.
type process struct {
	cmd   *exec.Cmd
	ended chan error
}

func (p plan) startBot(ctx context.Context, slack *fakeslack.Workspace, api *fakecat.API) (*process, error) {
	cmd := exec.Command(p.bot)
	cmd.Env = []string{
		fmt.Sprintf("GOMAXPROCS=%d", p.procs), "PATH=" + os.Getenv("PATH"),
		"LOG_LEVEL=warn", "HTTP_ADDR=127.0.0.1:0", "REDIS_URL=" + p.redis,
		"SLACK_APP_TOKEN=" + slack.AppToken(), "SLACK_BOT_TOKEN=" + slack.BotToken(), "SLACK_API_URL=" + slack.APIURL(),
		"TENCENTCLOUD_SECRET_ID=" + api.SecretID(), "TENCENTCLOUD_SECRET_KEY=" + api.SecretKey(),
		"CAT_API_URL=" + api.URL(), "CAT_API3_URL=" + api.URL3(),
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the bot: %w", err)
	}
	b := &process{cmd, make(chan error, 1)}
	go func() { b.ended <- cmd.Wait() }()
	connected, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := slack.Until(connected, func(s fakeslack.Stats) bool { return s.Open > 0 }); err != nil {
		b.end()
		return nil, errors.New("waiting for the bot to connect to Slack: none within 10 s")
	}
	return b, nil
}

// end sends SIGTERM, and SIGKILL when the bot does not stop within 10 s.
func (b *process) end() {
	_ = b.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-b.ended:
	case <-time.After(10 * time.Second):
		_ = b.cmd.Process.Kill()
		<-b.ended
	}
}

// rss returns the bot's resident memory as text. It is known on Linux only.
func (b *process) rss() string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var kb int
			if _, err := fmt.Sscan(value, &kb); err == nil {
				return fmt.Sprintf("%d MB", (kb+512)/1024)
			}
		}
	}
	return "unknown"
}

// cpu returns the CPU time of the bot, in steps of 10 ms. It is known on Linux only, and 0 elsewhere.
func (b *process) cpu() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", b.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	var user, system int64
	_, _ = fmt.Sscan(fields[11], &user)
	_, _ = fmt.Sscan(fields[12], &system)
	return time.Duration(user+system) * 10 * time.Millisecond
}
