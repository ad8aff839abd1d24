package demo

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"catbot/demo/fakecat"
	"catbot/demo/fakeslack"
)

// A health is how the simulated CAT API is told to be.
type health struct {
	mu   sync.Mutex
	name string // "" is well
	code int64
}

// slowness is longer than a person likes to wait and shorter than the bot does.
const slowness = 4 * time.Second

// SetHealth makes the CAT API "ok", "slow", "gone", or "failing" with a code.
func (d *Demo) SetHealth(name string, code int64) error {
	fault, ok := map[string]fakecat.Fault{
		"ok": {}, "slow": {Latency: slowness}, "gone": fakecat.Gone, "failing": {Code: cmp.Or(code, 11000)},
	}[name]
	if !ok {
		return fmt.Errorf("health %q: %w", name, errUnknown)
	}
	d.Probes.SetHealth(fault)
	d.health.mu.Lock()
	defer d.health.mu.Unlock()
	d.health.name, d.health.code = name, fault.Code
	return nil
}

func (d *Demo) healthNow() (name string, code int64) {
	d.health.mu.Lock()
	defer d.health.mu.Unlock()
	return cmp.Or(d.health.name, "ok"), d.health.code
}

// limitFor is how long Slack asks to wait in a demonstrated 429.
const limitFor = 3 * time.Second

// LimitSlack lets Slack answer 429 to the next message, whichever way it comes.
func (d *Demo) LimitSlack() {
	for _, way := range []string{fakeslack.ResponseURL, "chat.postMessage"} {
		d.Slack.Heal(way)
		d.Slack.Fail(way, 1, fakeslack.Fault{RetryAfter: limitFor})
	}
}

// figuresPart is what the panel shows.
type figuresPart struct {
	Health   string `json:"health"`
	Code     int64  `json:"code"`
	Redis    bool   `json:"redis"` // it is there
	Open     int    `json:"open"`  // connections
	Connects int    `json:"connects"`
	Acks     int    `json:"acks"`
	AckLast  int64  `json:"ackLast"` // microseconds
	AckWorst int64  `json:"ackWorst"`
	AckP99   int64  `json:"ackP99"`
	Calls    int64  `json:"calls"`
	Hits     int64  `json:"hits"`
	Misses   int64  `json:"misses"`
	Stale    int64  `json:"stale"`
	Digests  int64  `json:"digests"`
	Degraded bool   `json:"degraded"`
}

func (d *Demo) figuresPart() figuresPart {
	p := figuresPart{Redis: !d.Redis.Gone(), Calls: d.Probes.Stats().Calls}
	p.Health, p.Code = d.healthNow()
	stats := d.Slack.Stats()
	p.Open, p.Connects, p.Acks = stats.Open, stats.Connects, stats.Acks
	if took := d.Slack.AckTimes(); len(took) > 0 {
		p.AckLast = took[len(took)-1].Microseconds()
		slices.Sort(took)
		p.AckWorst, p.AckP99 = took[len(took)-1].Microseconds(), took[len(took)*99/100].Microseconds()
	}
	const lookups = "catbot_cache_lookups_total"
	p.Hits = d.figures.of(lookups, "hit") + d.figures.of(lookups, "settled") + d.figures.of(lookups, "shared")
	p.Misses, p.Stale = d.figures.of(lookups, "miss"), d.figures.of(lookups, "stale")
	p.Digests = d.figures.of("catbot_digest_slots_total", "posted")
	p.Degraded = d.figures.of("catbot_redis_degraded", "") > 0
	return p
}

// A refusalPart is a request that Slack did not take.
type refusalPart struct {
	At     int64  `json:"at"` // unix milliseconds
	Method string `json:"method"`
	Why    string `json:"why"`
	Detail string `json:"detail,omitempty"`
}

// shownRefusals is how many are shown, the latest.
const shownRefusals = 5

func (d *Demo) refusals() []refusalPart {
	shown := []refusalPart{}
	for _, call := range d.Slack.Calls("") {
		if call.Outcome != "" && call.Outcome != "ok" {
			shown = append(shown, refusalPart{call.At.UnixMilli(), call.Method, call.Outcome, call.Detail})
		}
	}
	return shown[max(0, len(shown)-shownRefusals):]
}
