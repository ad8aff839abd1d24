// Command load sends slash commands to catbot processes, faster and faster, and prints how fast each acks and answers
// them, what it costs, and where it breaks.
//
// The simulated Slack and the simulated CAT API run in this process. All is on loopback. On Linux each bot has the first
// core for itself, and the simulations have the others. The length of a run is bounded, and the bot ends with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

// The bounds of a run at one rate.
const (
	maxRate = 10_000
	maxTime = 5 * time.Minute
	// answerTimeout is how long a run waits for the last answers.
	answerTimeout = 30 * time.Second
)

// A plan holds what is the same for each rate.
type plan struct {
	bot     string
	length  time.Duration
	texts   int
	redis   string
	latency time.Duration
	debug   string
	chart   string
}

func main() {
	var p plan
	rates := rateList{50, 200, 500, 1000, 1500, 2000, 2500, 3000, 4000}
	flag.StringVar(&p.bot, "bot", "bin/catbot", "the catbot to drive")
	flag.Var(&rates, "rates", "commands per second, one run and one bot each")
	flag.DurationVar(&p.length, "for", 10*time.Second, "how long commands are sent at each rate")
	flag.IntVar(&p.texts, "texts", 20, "how many different commands are sent in turn")
	flag.StringVar(&p.redis, "redis", "", "REDIS_URL of the bot; without it the bot uses its in-process Redis")
	flag.DurationVar(&p.latency, "latency", 50*time.Millisecond, "how long the simulated CAT API takes to answer")
	flag.StringVar(&p.debug, "debug", "", "DEBUG_ADDR of the bot, to take a profile of it")
	flag.StringVar(&p.chart, "chart", "", "write a chart of the times to this file, as SVG")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := p.sweep(ctx, rates)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// A rateList is a flag: numbers of commands per second, separated by commas.
type rateList []int

func (l *rateList) String() string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(*l), " ", ","), "[]")
}

func (l *rateList) Set(text string) error {
	*l = nil
	for word := range strings.SplitSeq(text, ",") {
		rate, err := strconv.Atoi(word)
		if err != nil || rate < 1 || rate > maxRate {
			return fmt.Errorf("%q is no rate: expected 1 to %d", word, maxRate)
		}
		*l = append(*l, rate)
	}
	return nil
}

// sweep drives a bot at each rate, and prints the table.
func (p plan) sweep(ctx context.Context, rates []int) error {
	if p.length <= 0 || p.length > maxTime || p.texts < 1 {
		return fmt.Errorf("-for is more than 0 and at most %s, and -texts at least 1", maxTime)
	}
	if err := leaveFirstCore(ctx); err != nil {
		return err
	}
	fmt.Println(tableHead)
	var runs []run
	for _, rate := range rates {
		r, err := p.run(ctx, rate)
		if err != nil {
			return fmt.Errorf("at %d commands/s: %w", rate, err)
		}
		fmt.Println(r.row())
		runs = append(runs, r)
	}
	fmt.Println()
	fmt.Println(verdict(runs))
	if p.chart == "" {
		return nil
	}
	return os.WriteFile(p.chart, []byte(chart(runs)), 0o644)
}

// run starts a bot, asks each question once, and then drives the bot at a rate.
func (p plan) run(ctx context.Context, rate int) (run, error) {
	ctx, cancel := context.WithTimeout(ctx, p.length+2*answerTimeout)
	defer cancel()
	slack, err := fakeslack.Start(fakeslack.Options{HistorySize: 500 + 2*rate})
	if err != nil {
		return run{}, err
	}
	defer slack.Close()
	api, err := fakecat.Start(fakecat.Options{})
	if err != nil {
		return run{}, err
	}
	defer api.Close()
	api.SetHealth(fakecat.Fault{Latency: p.latency})
	b, err := p.startBot(ctx, slack, api)
	if err != nil {
		return run{}, err
	}
	defer b.end()
	rest := b.rss()
	first, err := p.drive(ctx, slack, 200, p.texts) // fills the cache
	if err != nil {
		return run{}, err
	}
	if len(first.answers) < first.sent {
		return run{}, errors.New("the first questions were not answered")
	}
	began, cpu := time.Now(), b.cpu()
	r, err := p.drive(ctx, slack, rate, int(p.length.Seconds()*float64(rate)))
	if err != nil {
		return run{}, err
	}
	r.cpu, r.took = b.cpu()-cpu, time.Since(began)
	r.rate, r.rest, r.rss, r.first, r.calls = rate, rest, b.rss(), first.answers, historyCalls(api)
	return r, nil
}

// historyCalls returns how often the bot asked for a history.
func historyCalls(api *fakecat.API) int {
	n := 0
	for _, call := range api.Calls() {
		if call.Action == "GetCatReturnCodeHistory" {
			n++
		}
	}
	return n
}
