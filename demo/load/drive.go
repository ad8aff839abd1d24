package main

import (
	"context"
	"fmt"
	"time"

	"catbot/demo/fakeslack"
)

// A run holds the measurements at one rate.
type run struct {
	rate          int // commands per second
	sent          int
	acks, answers []time.Duration
	first         []time.Duration // to the answers to the first questions, for which nothing was cached
	took, cpu     time.Duration
	rest, rss     int // KB of resident memory, before and after; 0 where it is not known
	calls         int // to CAT for a history
}

// drive sends total commands at rate and waits for the last answer. It does not slow down when the bot does.
func (p plan) drive(ctx context.Context, slack *fakeslack.Workspace, rate, total int) (run, error) {
	arrivals := make(chan arrival, total+100)
	listening, stop := context.WithCancel(ctx)
	defer stop()
	go listen(listening, slack.Watch(), arrivals)
	sent := make(map[string]time.Time, total)
	invocations := make([]*fakeslack.Invocation, 0, total)
	began := time.Now()
	pace := time.NewTicker(time.Millisecond)
	defer pace.Stop()
	for len(sent) < total {
		for due := min(total, int(time.Since(began).Seconds()*float64(rate))+1); len(sent) < due; {
			at := time.Now()
			text := fmt.Sprintf("codes 126531 2017-05-%02d jiangxi", 1+len(sent)%p.texts)
			i, err := slack.Slash(fakeslack.Alice, fakeslack.Ops, "/cat", text)
			if err != nil {
				return run{}, err
			}
			sent[i.ID] = at
			invocations = append(invocations, i)
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			return run{}, ctx.Err()
		}
	}
	answered, err := collect(ctx, arrivals, total)
	if err != nil {
		return run{}, err
	}
	return measure(sent, answered, invocations), nil
}

// An arrival is an answer to a command.
type arrival struct {
	envelope string
	at       time.Time
}

// listen passes on the answers until ctx ends.
func listen(ctx context.Context, feed *fakeslack.Feed, arrivals chan<- arrival) {
	for {
		m, err := feed.Next(ctx)
		if err != nil {
			return
		}
		if isAnswer(m) {
			select {
			case arrivals <- arrival{m.Envelope, time.Now()}:
			case <-ctx.Done():
				return
			}
		}
	}
}

// isAnswer reports whether m is an answer. The placeholder that a slow answer replaces is text without blocks.
func isAnswer(m fakeslack.Message) bool { return len(m.Blocks) > 0 }

// collect waits for answers to total commands, for answerTimeout at most, and returns when the first to each arrived.
func collect(ctx context.Context, arrivals <-chan arrival, total int) (map[string]time.Time, error) {
	answered := make(map[string]time.Time, total)
	timeout := time.After(answerTimeout)
	for len(answered) < total {
		select {
		case a := <-arrivals:
			if _, seen := answered[a.envelope]; !seen {
				answered[a.envelope] = a.at
			}
		case <-timeout:
			return answered, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return answered, nil
}

// measure returns the times of a run in which commands were sent and answered at these times, by envelope.
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
