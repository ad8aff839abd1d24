package cli

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"
)

// serveDebug serves Go's profiles at DEBUG_ADDR, if it is set, until stop is called. They show what is in memory,
// secrets too, so Config allows addresses of this machine only.
func (c Config) serveDebug() (stop func(), err error) {
	if c.DebugAddr == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", c.DebugAddr)
	if err != nil {
		return nil, fmt.Errorf("DEBUG_ADDR: listening for profiles: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("POST /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second} // a profile takes as long as it is asked to
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close() }, nil
}
