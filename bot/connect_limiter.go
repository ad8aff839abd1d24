package bot

import (
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// connectLimiter limits how often a Socket Mode connection is opened. Without it, a Slack that says hello and
// disconnects at once would get thousands of requests a second. The first connectBurst connections open at once, then
// one every connectSpacing.
type connectLimiter struct {
	next    http.RoundTripper
	limiter *rate.Limiter
}

const (
	connectBurst   = 4
	connectSpacing = 5 * time.Second // 12 a minute; Slack allows 50
)

func newConnectLimiter(next http.RoundTripper) *connectLimiter {
	return &connectLimiter{next: next, limiter: rate.NewLimiter(rate.Every(connectSpacing), connectBurst)}
}

func (g *connectLimiter) RoundTrip(request *http.Request) (*http.Response, error) {
	if strings.HasSuffix(request.URL.Path, "/apps.connections.open") {
		if err := g.limiter.Wait(request.Context()); err != nil {
			return nil, err
		}
	}
	return g.next.RoundTrip(request)
}
