package bot

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"catbot/digest"
)

// Metrics holds catbot's metrics. docs/operations.md lists their names and labels.
type Metrics struct {
	Registry *prometheus.Registry

	commands     *prometheus.CounterVec
	answerTime   *prometheus.HistogramVec
	ackTime      prometheus.Histogram
	acksLost     prometheus.Counter
	deliveries   *prometheus.CounterVec
	queue        prometheus.Gauge
	connects     prometheus.Counter
	connected    prometheus.Gauge
	rateLimited  *prometheus.CounterVec
	upstream     *prometheus.CounterVec
	upstreamTime *prometheus.HistogramVec
	lookups      *prometheus.CounterVec
	degraded     prometheus.Gauge
	breakers     *prometheus.GaugeVec
	digests      *prometheus.CounterVec
	digestLag    prometheus.Gauge
	build        *prometheus.GaugeVec
}

// NewMetrics returns metrics with a registry of their own.
func NewMetrics() *Metrics {
	seconds := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25}
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "catbot_commands_total",
			Help: "Commands by kind and outcome."}, []string{"kind", "outcome"}),
		answerTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "catbot_answer_seconds",
			Help: "From the envelope to the answer's delivery, by kind.", Buckets: seconds}, []string{"kind"}),
		ackTime: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "catbot_ack_seconds",
			Help:    "From reading the envelope to writing its ack.",
			Buckets: append([]float64{.0001, .0005}, seconds...)}),
		acksLost: prometheus.NewCounter(prometheus.CounterOpts{Name: "catbot_acks_lost_total",
			Help: "Acks that could not be written in time."}),
		deliveries: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "catbot_deliveries_total",
			Help: "Messages by delivery route; unconfirmed: Slack may have posted it; none: not delivered."},
			[]string{"route"}),
		queue: prometheus.NewGauge(prometheus.GaugeOpts{Name: "catbot_queue_depth",
			Help: "Commands that wait to be worked on."}),
		connects: prometheus.NewCounter(prometheus.CounterOpts{Name: "catbot_slack_connects_total",
			Help: "Hellos from Slack; all but the first are reconnects."}),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{Name: "catbot_slack_connected",
			Help: "1 while a Socket Mode connection to Slack is open."}),
		rateLimited: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "catbot_slack_rate_limited_total",
			Help: "Requests that Slack answered with 429, by method of the Web API, or response_url."},
			[]string{"method"}),
		upstream: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "catbot_upstream_calls_total",
			Help: "HTTP calls to CAT by API and outcome, each attempt counted."}, []string{"api", "outcome"}),
		upstreamTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "catbot_upstream_seconds",
			Help: "Time of one HTTP call to CAT, by API.", Buckets: seconds}, []string{"api"}),
		lookups: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "catbot_cache_lookups_total",
			Help: "Lookups in the cache by outcome."}, []string{"outcome"}),
		degraded: prometheus.NewGauge(prometheus.GaugeOpts{Name: "catbot_redis_degraded",
			Help: "1 while Redis does not answer and catbot does without."}),
		breakers: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "catbot_cat_breaker_open",
			Help: "1 while an API of CAT does not answer and is left alone, or only tried again."}, []string{"api"}),
		digests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "catbot_digest_slots_total",
			Help: "What happened to digests' slots."}, []string{"event"}),
		digestLag: prometheus.NewGauge(prometheus.GaugeOpts{Name: "catbot_digest_lag_seconds",
			Help: "How long ago the oldest slot was due that is not finished; 0 when there is none."}),
		build: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "catbot_build_info",
			Help: "1, with the version of catbot, the revision of its source, and the version of Go."},
			[]string{"version", "revision", "goversion"}),
	}
	m.Registry.MustRegister(m.commands, m.answerTime, m.ackTime, m.acksLost, m.deliveries, m.queue, m.connects,
		m.connected, m.rateLimited, m.upstream, m.upstreamTime, m.lookups, m.degraded, m.breakers, m.digests,
		m.digestLag, m.build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.startAtZero()
	return m
}

// startAtZero makes the counters that are alerted on exist from the start. Prometheus does not see the first increase
// of a counter that appears with it.
func (m *Metrics) startAtZero() {
	for _, event := range digest.Events {
		m.digests.WithLabelValues(event)
	}
	m.commands.WithLabelValues("any", "busy")
	m.lookups.WithLabelValues("stale")
	for _, api := range []string{"v2", "3.0"} {
		m.upstream.WithLabelValues(api, "ok")
		m.upstream.WithLabelValues(api, "unauthorized")
	}
	m.rateLimited.WithLabelValues("chat.postMessage")
}

// SetBuild sets what is running.
func (m *Metrics) SetBuild(version, revision, goVersion string) {
	m.build.WithLabelValues(version, revision, goVersion).Set(1)
}

// Upstream counts one HTTP call to an API of CAT.
func (m *Metrics) Upstream(api, outcome string, took time.Duration) {
	m.upstream.WithLabelValues(api, outcome).Inc()
	m.upstreamTime.WithLabelValues(api).Observe(took.Seconds())
}

// Lookup counts one lookup in the cache.
func (m *Metrics) Lookup(outcome string) { m.lookups.WithLabelValues(outcome).Inc() }

// Digest counts n events of digests' slots.
func (m *Metrics) Digest(event string, n int) { m.digests.WithLabelValues(event).Add(float64(n)) }

func (m *Metrics) command(kind, outcome string, took time.Duration) {
	m.commands.WithLabelValues(kind, outcome).Inc()
	if took > 0 {
		m.answerTime.WithLabelValues(kind).Observe(took.Seconds())
	}
}

func (m *Metrics) ackTook(took time.Duration) { m.ackTime.Observe(took.Seconds()) }
func (m *Metrics) delivered(route string)     { m.deliveries.WithLabelValues(route).Inc() }
