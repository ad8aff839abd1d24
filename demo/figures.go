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

// figures holds the bot's metrics, fetched once a second.
type figures struct {
	url    atomic.Pointer[string] // of the bot's metrics; nil before it listens
	mu     sync.Mutex
	values map[string]float64 // by metric and label value: "catbot_cache_lookups_total hit"
}

const (
	fetchEvery   = time.Second
	fetchTimeout = 2 * time.Second
	maxMetrics   = 1 << 20 // bytes
)

func (f *figures) run(ctx context.Context) {
	ticker := time.NewTicker(fetchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if url := f.url.Load(); url != nil {
			// After an error the last values stay: the bot is starting or stopping.
			if values, err := fetchMetrics(ctx, *url); err == nil {
				f.mu.Lock()
				f.values = values
				f.mu.Unlock()
			}
		}
	}
}

// value returns a metric for one value of a label, or the sum of all for "".
func (f *figures) value(metric, label string) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(f.values[metric+" "+label])
}

func fetchMetrics(ctx context.Context, url string) (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("fetching metrics: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetching metrics: %w", err)
	}
	defer answer.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(io.LimitReader(answer.Body, maxMetrics))
	if err != nil {
		return nil, fmt.Errorf("reading metrics: %w", err)
	}
	values := map[string]float64{}
	for name, family := range families {
		for _, metric := range family.Metric {
			value := metric.GetCounter().GetValue() + metric.GetGauge().GetValue()
			values[name+" "] += value
			for _, label := range metric.Label {
				values[name+" "+label.GetValue()] += value
			}
		}
	}
	return values, nil
}
