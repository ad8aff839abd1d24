package bot

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Health serves /healthz, /readyz and /metrics, from before the Bot exists until after its last command.
type Health struct {
	metrics    *Metrics
	degraded   func() bool
	cat        func() map[string]error
	waitingFor atomic.Pointer[string] // why the bot has not started
	bot        atomic.Pointer[Bot]
}

// NewHealth returns the Health of a bot that has not started. degraded reports whether Redis is unavailable: catbot
// stays ready, because it answers commands without Redis. cat returns, for each CAT API, why it is unavailable, or
// nil. That does not affect readiness either: it would be the same on every replica.
func NewHealth(metrics *Metrics, degraded func() bool, cat func() map[string]error) *Health {
	h := &Health{metrics: metrics, degraded: degraded, cat: cat}
	h.SetWaiting("not authenticated yet")
	return h
}

// SetWaiting sets why the bot has not started.
func (h *Health) SetWaiting(reason string) { h.waitingFor.Store(&reason) }

// SetBot sets the started bot.
func (h *Health) SetBot(b *Bot) { h.bot.Store(b) }

// Serve serves on l until ctx is done.
func (h *Health) Serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		status, state := h.ready()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(state)
	})
	metrics := promhttp.HandlerFor(h.metrics.Registry, promhttp.HandlerOpts{})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		h.metrics.degraded.Set(boolGauge(h.degraded()))
		for api, err := range h.cat() {
			h.metrics.breakers.WithLabelValues(api).Set(boolGauge(err != nil))
		}
		if b := h.bot.Load(); b != nil {
			h.metrics.connected.Set(boolGauge(b.Connected()))
			h.metrics.digestLag.Set(b.dispatcher.digests.config.Engine.Lag().Seconds())
		}
		metrics.ServeHTTP(w, r)
	})
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// boolGauge returns 1 for true and 0 for false.
func boolGauge(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// ready returns the status and the body of /readyz.
func (h *Health) ready() (status int, state map[string]string) {
	state = map[string]string{"slack": "connected", "redis": "ok", "digests": "ok"}
	status = http.StatusOK
	if h.degraded() {
		state["redis"] = "not answering; catbot does without"
	}
	for api, err := range h.cat() {
		state["cat "+api] = "ok"
		if err != nil {
			state["cat "+api] = "not answering; older answers are shown"
		}
	}
	b := h.bot.Load()
	if b == nil {
		state["slack"], state["digests"] = *h.waitingFor.Load(), "not started"
		return http.StatusServiceUnavailable, state
	}
	if !b.dispatcher.digests.config.Engine.Healthy() {
		status = http.StatusServiceUnavailable
		state["digests"] = "due slots are not being opened: redis does not answer, or see the log"
	}
	if why := b.dispatcher.digests.config.Engine.SlackRefusal(); why != "" {
		state["digests"], status = "slack takes no posts: "+why, http.StatusServiceUnavailable
	}
	if !b.Connected() {
		state["slack"], status = "not connected", http.StatusServiceUnavailable
	}
	return status, state
}
