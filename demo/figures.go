package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// figures are what the bot tells of itself, by its metrics, once a second.
type figures struct {
	url  atomic.Pointer[string] // of the bot's metrics; nil before it listens
	mu   sync.Mutex
	told map[string]float64 // by metric and label value: "catbot_cache_lookups_total hit"
}

const (
	askEvery   = time.Second
	askTimeout = 2 * time.Second
	maxMetrics = 1 << 20 // bytes
)

func (f *figures) run(ctx context.Context) {
	ticker := time.NewTicker(askEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if url := f.url.Load(); url != nil {
			if told, err := ask(ctx, *url); err == nil { // while the bot starts or stops, the last ones stand
				f.mu.Lock()
				f.told = told
				f.mu.Unlock()
			}
		}
	}
}

// of is a metric's value for one of its label's values, or for all with "".
func (f *figures) of(metric, label string) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(f.told[metric+" "+label])
}

func ask(ctx context.Context, url string) (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("asking for metrics: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking for metrics: %w", err)
	}
	defer answer.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(io.LimitReader(answer.Body, maxMetrics))
	if err != nil {
		return nil, fmt.Errorf("reading metrics: %w", err)
	}
	told := map[string]float64{}
	for name, family := range families {
		for _, metric := range family.Metric {
			value := metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
			told[name+" "] += value
			for _, label := range metric.Label {
				told[name+" "+label.GetValue()] += value
			}
		}
	}
	return told, nil
}
