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

// Health answers /healthz, /readyz and /metrics, from before there is a Bot until after its last command.
type Health struct {
	metrics  *Metrics
	degraded func() bool
	cat      func() map[string]error
	waits    atomic.Pointer[string] // for what the bot waits before it starts
	bot      atomic.Pointer[Bot]
}

// NewHealth makes the Health of a bot that has not started. degraded reports whether Redis does not answer, which is told but
// is no reason to be unready at once: questions are answered without it. Digests are not. cat has, for each API of CAT, why it does
// not answer, or nil; that is told, too, and would be the same on every replica.
func NewHealth(metrics *Metrics, degraded func() bool, cat func() map[string]error) *Health {
	h := &Health{metrics: metrics, degraded: degraded, cat: cat}
	h.Waits("slack has not said yet who catbot is")
	return h
}

// Waits says why there is no bot yet.
func (h *Health) Waits(reason string) { h.waits.Store(&reason) }

// Begins says that b is there.
func (h *Health) Begins(b *Bot) { h.bot.Store(b) }

// Serve answers on l until ctx is done.
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
		h.metrics.degraded.Set(oneIf(h.degraded()))
		for api, away := range h.cat() {
			h.metrics.breakers.WithLabelValues(api).Set(oneIf(away != nil))
		}
		if b := h.bot.Load(); b != nil {
			h.metrics.digestLag.Set(b.dispatcher.digests.config.Engine.Lag().Seconds())
		}
		metrics.ServeHTTP(w, r)
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// oneIf is a condition as a gauge shows it.
func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// ready is what /readyz says.
func (h *Health) ready() (status int, state map[string]string) {
	state = map[string]string{"slack": "connected", "redis": "ok", "digests": "ok"}
	status = http.StatusOK
	if h.degraded() {
		state["redis"] = "not answering; catbot does without"
	}
	for api, away := range h.cat() {
		state["cat "+api] = "ok"
		if away != nil {
			state["cat "+api] = "not answering; older answers are shown"
		}
	}
	b := h.bot.Load()
	if b == nil {
		state["slack"], state["digests"] = *h.waits.Load(), "not started"
		return http.StatusServiceUnavailable, state
	}
	if !b.dispatcher.digests.config.Engine.Healthy() {
		state["digests"], status = "what is due is not being opened: redis is out of reach, or the log says why", http.StatusServiceUnavailable
	}
	if why := b.dispatcher.digests.config.Engine.SlackRefusal(); why != "" {
		state["digests"], status = "slack takes no posts: "+why, http.StatusServiceUnavailable
	}
	if !b.Connected() {
		state["slack"], status = "not connected", http.StatusServiceUnavailable
	}
	return status, state
}
