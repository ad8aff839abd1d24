package bot

import (
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// connectLimiter spaces the opening of connections. The next one is opened as soon as Slack ends one, so a
// Slack that says hello and then disconnects would be asked for thousands of new ones a second. The first
// few come at once, as after any hiccup; then one every spacing.
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
