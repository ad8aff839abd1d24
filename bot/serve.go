package bot

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Serve answers /healthz, /readyz and /metrics on l until ctx is done. degraded reports whether Redis does not answer,
// which is told but is no reason to be unready at once: questions are answered without it. Digests are not.
func (b *Bot) Serve(ctx context.Context, l net.Listener, degraded func() bool) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		state := map[string]string{"slack": "connected", "redis": "ok", "digests": "ok"}
		status := http.StatusOK
		if degraded() {
			state["redis"] = "not answering; catbot does without"
		}
		if !b.digests.Engine.Well() {
			state["digests"], status = "redis is out of reach", http.StatusServiceUnavailable
		}
		if !b.Connected() {
			state["slack"], status = "not connected", http.StatusServiceUnavailable
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(state)
	})
	metrics := promhttp.HandlerFor(b.metrics.Registry, promhttp.HandlerOpts{})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		b.metrics.degraded.Set(0)
		if degraded() {
			b.metrics.degraded.Set(1)
		}
		b.metrics.digestLag.Set(b.digests.Engine.Lag().Seconds())
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
