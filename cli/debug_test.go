package cli

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestProfilesAreServedAtDebugAddress(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if _, err := (Config{DebugAddr: address}).serveDebug(); err == nil || !strings.Contains(err.Error(), "DEBUG_ADDR") {
		t.Errorf("an address in use: %v", err)
	}
	free.Close()
	stop, err := Config{DebugAddr: address}.serveDebug()
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Get("http://" + address + "/debug/pprof/goroutine?debug=1")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil || !strings.Contains(string(text), "goroutine profile") {
		t.Errorf("%v: %.200s", err, text)
	}
	stop()
	if response, err := http.Get("http://" + address + "/debug/pprof/"); err == nil {
		response.Body.Close()
		t.Error("profiles are served after the end")
	}
}

func TestDebugAddressIsOfThisMachine(t *testing.T) {
	for address, ok := range map[string]bool{
		"": true, "127.0.0.1:6060": true, "[::1]:6060": true, "localhost:6060": true,
		":6060": false, "0.0.0.0:6060": false, "[::]:6060": false, "10.0.0.1:6060": false, "6060": false,
		"127.0.0.1.example.com:80": false,
	} {
		clean(t)
		t.Setenv("DEBUG_ADDR", address)
		cfg, _ := readConfig()
		refused := len(cfg.rangeProblems()) > 0
		if refused == ok {
			t.Errorf("%q is refused: %v", address, refused)
		}
	}
}
