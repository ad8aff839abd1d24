package bot

import (
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// guard spaces the opening of connections. The next one is opened as soon as Slack ends one, so a
// Slack that says hello and then disconnects would be asked for thousands of new ones a second. The first
// few come at once, as after any hiccup; then one every spacing.
type guard struct {
	next    http.RoundTripper
	limiter *rate.Limiter
}

const (
	guardBurst   = 4
	guardSpacing = 5 * time.Second // 12 a minute; Slack allows 50
)

func newGuard(next http.RoundTripper) *guard {
	return &guard{next: next, limiter: rate.NewLimiter(rate.Every(guardSpacing), guardBurst)}
}

func (g *guard) RoundTrip(request *http.Request) (*http.Response, error) {
	if strings.HasSuffix(request.URL.Path, "/apps.connections.open") {
		if err := g.limiter.Wait(request.Context()); err != nil {
			return nil, err
		}
	}
	return g.next.RoundTrip(request)
}
