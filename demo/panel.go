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

// A health is the chosen state of the simulated CAT API.
type health struct {
	mu   sync.Mutex
	name string // "" means healthy
	code int64
}

// slowLatency is longer than a person likes to wait and shorter than the bot's timeout.
const slowLatency = 4 * time.Second

// SetHealth makes the CAT API "ok", "slow", "gone", or "failing" with a code.
func (d *Demo) SetHealth(name string, code int64) error {
	fault, ok := map[string]fakecat.Fault{
		"ok": {}, "slow": {Latency: slowLatency}, "gone": fakecat.Gone, "failing": {Code: cmp.Or(code, 11000)},
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

// limitFor is the Retry-After of a simulated 429.
const limitFor = 3 * time.Second

// LimitSlack makes Slack answer 429 to the next message, through a response_url or chat.postMessage.
func (d *Demo) LimitSlack() {
	for _, method := range []string{fakeslack.ResponseURL, "chat.postMessage"} {
		d.Slack.Heal(method)
		d.Slack.Fail(method, 1, fakeslack.Fault{RetryAfter: limitFor})
	}
}

// figuresPart holds the figures of the panel.
type figuresPart struct {
	Health   string `json:"health"`
	Code     int64  `json:"code"`
	Redis    bool   `json:"redis"` // it is up
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
	p.Hits = d.figures.value(lookups, "hit") + d.figures.value(lookups, "settled") + d.figures.value(lookups, "shared")
	p.Misses, p.Stale = d.figures.value(lookups, "miss"), d.figures.value(lookups, "stale")
	p.Digests = d.figures.value("catbot_digest_slots_total", "posted")
	p.Degraded = d.figures.value("catbot_redis_degraded", "") > 0
	return p
}

// A refusalPart is a request that Slack refused.
type refusalPart struct {
	At     int64  `json:"at"` // unix milliseconds
	Method string `json:"method"`
	Why    string `json:"why"`
	Detail string `json:"detail,omitempty"`
}

// shownRefusals bounds the refusals on the page, the latest.
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
