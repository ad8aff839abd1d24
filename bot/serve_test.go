package bot_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"catbot/bot"
)

func TestHealthNamesUnavailableAPI(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	states := func() map[string]error { return map[string]error{"v2": errors.New("no answer within 8s"), "3.0": nil} }
	health := bot.NewHealth(bot.NewMetrics(), func() bool { return false }, states)
	go func() { served <- health.Serve(ctx, listener) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	}()
	for path, wants := range map[string][]string{
		"/readyz":  {`"cat v2":"not answering; older answers are shown"`, `"cat 3.0":"ok"`},
		"/metrics": {`catbot_cat_breaker_open{api="v2"} 1`, `catbot_cat_breaker_open{api="3.0"} 0`},
	} {
		response, err := http.Get("http://" + listener.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		for _, want := range wants {
			if err != nil || !strings.Contains(string(text), want) {
				t.Errorf("%s has no %s: %v", path, want, err)
			}
		}
	}
}
